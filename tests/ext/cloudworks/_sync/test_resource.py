# Converted by `python -m generator` from tests/ext/cloudworks/_async/test_resource.py. Edit that file, not this one.
"""The CloudWorks methods against the emulator."""

import json
import logging
import pickle
from collections.abc import Iterator
from copy import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from anaplan_client.cloudworks import models
from anaplan_client.core import BadRequestError, ConflictError, NotFoundError, Observed, PermissionDeniedError
from anaplan_ext import (
    AnaplanActionError,
    AnaplanError,
    ChangedMeanwhileError,
    Client,
    IntegrationRunCancelledError,
    IntegrationRunError,
    NameNotFoundError,
    OutcomeUnknown,
    PartialRunError,
    RetryPolicy,
    TaskCancelled,
    TaskHandle,
    TaskTimeout,
)
from anaplan_ext.cloudworks import schedules
from anaplan_ext.cloudworks.definitions import Connection, export_job, import_job, step
from anaplan_ext.drift import DriftRecorder
from anaplan_ext.emulator import Emulator, Fault

GOOD = b"id,name,amount\n1,one,10\n2,two,20\n"
MIXED = b"id,name,amount\n1,one,10\n2,two,unknown\n"
BAD = b"id,name,amount\n1,one,x\n2,two,unknown\n"
IMPORT, EXPORT, FILE, PROCESS = "112000000000", "116000000000", "113000000000", "118000000000"
UNKNOWN_ID = "0" * 31 + "1"
CANARY = "canary-51c8"
BUCKET = models.AmazonS3Body(name="Files", access_key_id="id", secret_access_key="key", bucket_name="files")
SPAN: dict[str, Any] = {"start": date(2026, 1, 1), "end": date(2036, 1, 1), "timezone": "Etc/UTC"}


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    retries = RetryPolicy(count=2, base_delay=0, retry_budget=1000)
    with Client(**emulator.client_arguments, status_poll_delay=0, retry_policy=retries) as client:
        yield client


def connect(client: Client) -> Connection:
    return client.cloudworks.create_connection(BUCKET)


def create_import(client: Client, name: str = "Load flights") -> models.Integration:
    connections = client.cloudworks.list_connections()
    connection = connections[0] if connections else connect(client)
    job = import_job(connection, "flights.csv", IMPORT, FILE)
    return client.cloudworks.create_integration(name, jobs=[job])


def create_export(client: Client) -> models.Integration:
    (connection,) = client.cloudworks.list_connections()
    return client.cloudworks.create_integration("Export", jobs=[export_job(connection, "out.csv", EXPORT)])


def put(emulator: Emulator, content: bytes) -> None:
    emulator.cloudworks.bucket("files")["flights.csv"] = content


# Integrations


def test_an_integration_moves_a_file_into_the_model_and_another_moves_it_out(
    client: Client, emulator: Emulator
) -> None:
    put(emulator, GOOD)
    polled: list[models.Run] = []
    load = create_import(client)
    report = client.cloudworks.run(load, progress=polled.append)
    assert (report.outcome, report.run.integration_id, len(polled) > 1) == ("success", load.id, True)
    assert emulator.model(emulator.development_model_id).records["Flights"].count == 2
    export = create_export(client)
    client.cloudworks.run(export.name or "")
    assert emulator.cloudworks.bucket("files")["out.csv"] == GOOD


def test_an_integration_needs_no_model_of_the_client(emulator: Emulator) -> None:
    with Client(user_email=emulator.user_email, password=emulator.password, base_url=emulator.url) as client:
        connection = connect(client)
        job = import_job(connection, "flights.csv", IMPORT, FILE)
        with pytest.raises(ValueError, match="workspace_id must be set"):
            client.cloudworks.create_integration("Load", jobs=[job])
        created = client.cloudworks.create_integration(
            "Load", jobs=[job], workspace_id=emulator.workspace_id, model_id=emulator.development_model_id
        )
        assert [entry.id for entry in client.cloudworks.list_integrations()] == [created.id]


def test_integrations_are_listed_and_found_by_name(client: Client) -> None:
    names = [f"Load {number:02}" for number in range(30)]
    for name in names:
        create_import(client, name)
    cloudworks = client.cloudworks
    listed = cloudworks.list_integrations(sort_by="name", descending=True)
    assert [entry.name for entry in listed] == names[::-1]
    assert [entry.id for entry in cloudworks.iter_integrations(mine=True)] == [entry.id for entry in listed[::-1]]
    assert (cloudworks.get_integration("Load 07")).name == "Load 07"
    with pytest.raises(NameNotFoundError, match=r"there is no integration 'Load 7'.*did you mean 'Load"):
        cloudworks.run("Load 7")
    with pytest.raises(NotFoundError):
        cloudworks.get_integration(UNKNOWN_ID)
    with pytest.raises(ValueError, match="sort_by must be one of name"):
        cloudworks.list_integrations(sort_by="id")  # type: ignore[arg-type]


def test_an_update_keeps_what_it_does_not_change(client: Client, emulator: Emulator) -> None:
    created = create_import(client)
    client.cloudworks.set_schedule(created, schedules.daily("s", "06:30", **SPAN))
    updated = client.cloudworks.update_integration(created.id, name="Load more")
    assert (updated.name, updated.jobs) == ("Load more", created.jobs)
    assert updated.schedule is not None
    updated = client.cloudworks.update_integration(updated, process_id=PROCESS, ux_visible=True)
    assert (updated.process_id, updated.nux_visible, updated.name) == (PROCESS, True, "Load more")
    updated = client.cloudworks.update_integration(updated, process_id="")
    assert updated.process_id is None
    with pytest.raises(ValueError, match="jobs or process_id must be set"):
        client.cloudworks.update_integration(updated, jobs=[])
    client.cloudworks.delete_integration(updated)
    assert client.cloudworks.list_integrations() == []


def test_an_update_of_what_changed_meanwhile_is_rejected_or_wins_by_the_callers_word(
    client: Client, emulator: Emulator
) -> None:
    read = create_import(client)
    emulator.advance(1)
    other = client.cloudworks.update_integration(read, name="By somebody else")
    with pytest.raises(ChangedMeanwhileError, match="nothing was written") as caught:
        client.cloudworks.update_integration(read, name="Mine")
    assert (caught.value.expected, caught.value.current) == (read, other)
    assert pickle.loads(pickle.dumps(caught.value)).object_id == read.id
    assert (client.cloudworks.get_integration(read)).name == "By somebody else"
    won = client.cloudworks.update_integration(read, name="Mine", overwrite=True)
    assert won.name == "Mine"


@pytest.mark.parametrize("jobs", [[], [models.Job(type=models.JobType.AMAZONS3TOANAPLAN)]])
def test_an_incomplete_integration_is_not_sent(jobs: list[models.Job], client: Client, emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="jobs"):
        client.cloudworks.create_integration("Load", jobs=jobs)
    assert emulator.count() == 0


# Runs


def test_a_run_that_loads_some_rows_ends_as_an_error_with_messages_and_dump(client: Client, emulator: Emulator) -> None:
    put(emulator, MIXED)
    load = create_import(client)
    with pytest.raises(PartialRunError) as caught:
        client.cloudworks.run(load)
    error = caught.value
    assert isinstance(error, AnaplanActionError)
    assert error.messages == ("Invalid number in column amount",)
    assert error.dumps[IMPORT].startswith(b"_Status_,_Line_,_Error_1_,id,name,amount")
    assert "partly loaded: Some rows were not loaded, code 38; Load flights (112000000000): Invalid number" in str(
        error
    )
    assert "rejected: line 3, column amount" in str(error)
    assert "integration" in str(error)
    assert "'Load flights'" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.dumps, again.handle) == (str(error), error.dumps, error.handle)
    report = client.cloudworks.run(load, allow_partial=True)
    assert (report.outcome, report.dumps.keys()) == ("partial", {IMPORT})
    assert client.cloudworks.get_run_dump(report.run.id) == report.dumps[IMPORT]
    (action,) = client.cloudworks.get_run_errors(report.run.id)
    assert (action.action_id, action.dump_available) == (IMPORT, True)


def test_a_run_that_fails_ends_as_an_error_with_its_messages(client: Client, emulator: Emulator) -> None:
    load = create_import(client)
    with pytest.raises(IntegrationRunError, match=r"failed: flights\.csv was not found\., code 35") as caught:
        client.cloudworks.run(load)
    assert type(caught.value) is IntegrationRunError
    assert caught.value.handle == TaskHandle(
        kind="integration run", model_id="", task_id=caught.value.task.id, action_id=load.id
    )
    put(emulator, BAD)
    with pytest.raises(IntegrationRunError, match=r"Invalid number in column amount \(2 times\)") as caught:
        client.cloudworks.run(load)
    assert len(caught.value.dumps[IMPORT].splitlines()) == 3
    emulator.fail_next_task("imports", message="The model is too large.")
    with pytest.raises(IntegrationRunError, match="The model is too large"):
        client.cloudworks.run(load)


def test_an_error_of_a_run_does_not_depend_on_its_details(client: Client, emulator: Emulator) -> None:
    put(emulator, MIXED)
    load = create_import(client)
    emulator.inject(Fault(status=404, path="/dumps$"))
    with pytest.raises(
        PartialRunError, match=r"no failure dump of 112000000000: it no longer exists \(404\)"
    ) as caught:
        client.cloudworks.run(load)
    assert (caught.value.messages, caught.value.dumps) == (("Invalid number in column amount",), {})
    for path in ("/runerror/", f"/integrations/{load.id}$"):
        emulator.inject(Fault(status=500, path=path, times=None))
    with pytest.raises(PartialRunError, match="Some rows were not loaded, code 38") as caught:
        client.cloudworks.run(load.id)
    assert caught.value.messages == ()


def test_a_run_of_the_schedule_is_not_taken_for_the_one_that_was_started(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load = create_import(client)
    client.cloudworks.set_schedule(load, schedules.daily("s", "06:30", **SPAN))
    emulator.token_seconds = 10**9
    emulator.expire_tokens()
    client.cloudworks.get_integration(load)
    emulator.advance(86_400)
    # The schedule runs when the lookup arrives, which is the first request that the emulator serves.
    emulator.inject(Fault(kind="reset", method="POST", path="/run$"))
    report = client.cloudworks.run(load)
    assert report.run.trigger_source == "manual"
    assert emulator.effects["integrationRuns"] == 2
    emulator.advance(86_400)
    emulator.inject(Fault(kind="reset", after_effect=True, method="POST", path="/run$"))
    with pytest.raises(OutcomeUnknown) as caught:
        client.cloudworks.start_run(load)
    assert len(caught.value.candidates) == 1


def test_a_process_tells_what_each_of_its_actions_rejected(client: Client, emulator: Emulator) -> None:
    put(emulator, MIXED)
    connection = connect(client)
    job = import_job(connection, "flights.csv", IMPORT, FILE)
    created = client.cloudworks.create_integration("All", jobs=[job], process_id=PROCESS)
    with pytest.raises(PartialRunError) as caught:
        client.cloudworks.run(created)
    assert caught.value.dumps.keys() == {IMPORT}
    assert emulator.count("GET", f"/process/import/{IMPORT}/dumps$") == 1


@pytest.mark.parametrize("by_handle", [True, False])
def test_a_cancelled_run_ends_as_one(by_handle: bool, client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    emulator.task_seconds = 1000
    load = create_import(client)
    handle = client.cloudworks.start_run(load)
    with pytest.raises(ConflictError, match="already running"):
        client.cloudworks.start_run(load)
    with pytest.raises(ConflictError, match="already running"):
        client.cloudworks.delete_integration(load)
    if by_handle:
        client.cancel_task(handle)
    else:
        client.cloudworks.cancel_run(load)
    with pytest.raises(IntegrationRunCancelledError, match="cancelled") as caught:
        client.wait_for_task(handle)
    assert isinstance(caught.value, TaskCancelled)
    assert "Flights" not in emulator.model(emulator.development_model_id).records
    with pytest.raises(ConflictError, match="not in running state"):
        client.cloudworks.cancel_run(load)


def test_a_queued_run_cannot_be_cancelled(client: Client, emulator: Emulator) -> None:
    emulator.cloudworks.queue_polls = 5
    load = create_import(client)
    client.cloudworks.start_run(load)
    with pytest.raises(NotFoundError):
        client.cloudworks.cancel_run(load)


def test_a_wait_that_ends_early_can_be_resumed_elsewhere(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    emulator.task_seconds = 1000
    load = create_import(client)
    with pytest.raises(TaskTimeout, match=r"resume waiting with client\.wait_for_task") as caught:
        client.cloudworks.run(load, timeout=0)
    handle = TaskHandle.from_dict(json.loads(json.dumps(caught.value.handle.to_dict())))
    emulator.advance(1001)
    with Client(**emulator.client_arguments) as other:
        report = other.wait_for_task(handle)
    assert getattr(report, "outcome", None) == "success"


def test_runs_are_listed_with_those_of_the_schedule(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load = create_import(client)
    client.cloudworks.set_schedule(load, schedules.daily("s", "06:30", **SPAN))
    client.cloudworks.run(load)
    emulator.advance(3 * 86_400)
    runs = client.cloudworks.list_runs(load)
    assert [run.trigger_source for run in runs] == ["scheduled"] * 3 + ["manual"]
    assert emulator.effects["imports"] == 4
    assert (client.cloudworks.get_run(runs[-1].id)).integration_id == load.id
    assert client.cloudworks.get_run_errors(runs[-1].id) == []
    with pytest.raises(NotFoundError, match="no errors"):
        client.cloudworks.get_run_dump(runs[-1].id)


def test_a_lost_start_is_looked_up_and_never_happens_twice(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load = create_import(client)
    emulator.inject(Fault(kind="reset", after_effect=True, method="POST", path="/run$"))
    with pytest.raises(OutcomeUnknown) as caught:
        client.cloudworks.start_run(load)
    (candidate,) = caught.value.candidates
    assert isinstance(candidate, TaskHandle)
    assert getattr(client.wait_for_task(candidate), "outcome", None) == "success"
    emulator.inject(Fault(kind="reset", method="POST", path="/run$"))
    client.cloudworks.run(load)
    assert emulator.effects["integrationRuns"] == 2


def test_a_damaged_response_proves_the_start(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load = create_import(client)
    emulator.inject(Fault(kind="malformed", method="POST", path="/run$"))
    assert (client.cloudworks.run(load)).outcome == "success"
    assert emulator.effects["integrationRuns"] == 1


def test_a_lost_start_is_adopted_where_nobody_else_starts_it(emulator: Emulator) -> None:
    put(emulator, GOOD)
    with Client(**emulator.client_arguments, assume_exclusive=True, status_poll_delay=0) as client:
        load = create_import(client)
        client.cloudworks.run(load)
        emulator.inject(Fault(kind="reset", after_effect=True, method="POST", path="/run$"))
        client.cloudworks.run(load)
    assert emulator.effects["integrationRuns"] == 2


@pytest.mark.parametrize("after_effect", [True, False])
def test_a_lost_creation_is_found_or_repeated(after_effect: bool, client: Client, emulator: Emulator) -> None:
    connection = connect(client)
    fault = {"kind": "reset", "after_effect": after_effect, "method": "POST"}
    emulator.inject(Fault(path="/integrations$", **fault))  # type: ignore[arg-type]
    load = create_import(client)
    emulator.inject(Fault(path="/integrationflows$", **fault))  # type: ignore[arg-type]
    flow = client.cloudworks.create_flow("Flow", [step(load), step(create_export(client))])
    emulator.inject(Fault(path="/connections$", **fault))  # type: ignore[arg-type]
    other = client.cloudworks.create_connection(
        models.AmazonS3Body(name="Other", access_key_id="id", secret_access_key="key", bucket_name="other")
    )
    emulator.inject(Fault(path="/schedule$", **fault))  # type: ignore[arg-type]
    client.cloudworks.set_schedule(load, schedules.daily("s", "06:30", **SPAN))
    assert {entry.id for entry in client.cloudworks.list_flows()} == {flow.id}
    assert {entry.id for entry in client.cloudworks.list_connections()} == {connection.id, other.id}
    created = ("integrations", "flows", "connections", "schedules")
    assert [emulator.effects[name] for name in created] == [2, 1, 2, 1]


# Reports


def test_integrations_whose_latest_run_failed_are_reported(client: Client, emulator: Emulator) -> None:
    put(emulator, MIXED)
    partial, never = create_import(client, "Partial"), create_import(client, "Never")
    client.cloudworks.run(partial, allow_partial=True)
    now = datetime.fromtimestamp(emulator.now(), UTC)
    (failed,) = client.cloudworks.list_failed_integrations(now - timedelta(hours=1))
    assert (failed.integration.id, failed.outcome) == (partial.id, "partial")
    assert failed.integration.id != never.id
    assert client.cloudworks.list_failed_integrations(now + timedelta(hours=1)) == []
    with pytest.raises(ValueError, match="since must have a time zone"):
        client.cloudworks.list_failed_integrations(datetime(2026, 1, 1))


# Schedules


def test_a_schedule_is_set_replaced_disabled_and_deleted(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load = create_import(client)
    cloudworks = client.cloudworks
    cloudworks.set_schedule(load, schedules.daily("s", "06:30", **SPAN))
    cloudworks.disable_schedule(load)
    with pytest.raises(ChangedMeanwhileError, match="the schedule of integration"):
        cloudworks.set_schedule(load, schedules.daily("s", "07:30", **SPAN))
    changed = schedules.from_cron("30 7 * * mon-fri", name="s", **SPAN)
    cloudworks.set_schedule(load, changed, overwrite=True)
    current = (cloudworks.get_integration(load)).schedule
    assert current is not None
    assert (current.status, current.time) == (models.ScheduleStatus.INACTIVE, "07:30")
    emulator.advance(7 * 86_400)
    assert cloudworks.list_runs(load) == []
    cloudworks.enable_schedule(load)
    start = datetime.fromtimestamp(emulator.now(), UTC)
    emulator.advance(7 * 86_400)
    runs = cloudworks.list_runs(load)
    assert [run.start_date for run in reversed(runs)] == schedules.next_runs(changed, start, 5)
    cloudworks.delete_schedule(load)
    with pytest.raises(NotFoundError):
        cloudworks.delete_schedule(load)


def test_an_invalid_schedule_is_not_sent(client: Client, emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="time must be"):
        client.cloudworks.set_schedule("x", models.Schedule(**{**SPAN_FIELDS, "time": "6:30"}))
    assert emulator.count() == 0


SPAN_FIELDS: dict[str, Any] = {
    "name": "s",
    "type": models.ScheduleType.DAILY,
    "start_date": date(2026, 1, 1),
    "end_date": date(2027, 1, 1),
    "timezone": "Etc/UTC",
    "days_of_week": [1],
}


# Notifications


def test_users_are_told_about_the_results_that_they_want_to_know(client: Client, emulator: Emulator) -> None:
    put(emulator, MIXED)
    load = create_import(client)
    ada, sam = (user.id for user in emulator.tenant.users)
    read = client.cloudworks.get_notification(load)
    assert read is not None
    wanted: Any = {"partial_failure": [ada, sam], "full_failure": [sam]}
    client.cloudworks.set_notification(load, wanted, channels=["email", "in_app"], expected=read)
    with pytest.raises(ChangedMeanwhileError, match="the notification"):
        client.cloudworks.set_notification(load, wanted, expected=read)
    client.cloudworks.run(load, allow_partial=True)
    assert [(sent.channel, sent.user_ids) for sent in emulator.cloudworks.sent] == [
        ("email", (ada, sam)),
        ("in_app", (ada, sam)),
    ]
    client.cloudworks.delete_notification(load)
    assert client.cloudworks.get_notification(load) is None
    client.cloudworks.set_notification(load, {"success": [ada]})
    read = client.cloudworks.get_notification(load)
    assert read is not None
    assert read.channels == ["email"]
    with pytest.raises(ValueError, match="users"):
        client.cloudworks.set_notification(load, {"success": [ada] * 6})


# Flows


def test_a_flow_runs_its_steps_in_order_and_stops_as_they_say(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load = create_import(client)
    export = create_export(client)
    flow = client.cloudworks.create_flow("Nightly", [step(load), step(export)])
    assert [item.depends_on for item in flow.steps or []] == [[], [load.id]]
    report = client.cloudworks.run_flow("Nightly")
    assert [action.id for action in report.actions] == [load.id, export.id]
    assert emulator.cloudworks.bucket("files")["out.csv"] == GOOD
    emulator.advance(1)
    put(emulator, BAD)
    with pytest.raises(IntegrationRunError, match="Load flights") as caught:
        client.cloudworks.run_flow(flow)
    assert [action.id for action in caught.value.report.actions if caught.value.report] == [load.id]
    emulator.advance(1)
    flow = client.cloudworks.update_flow(flow, steps=[step(load, on_failure="continue"), step(export)])
    with pytest.raises(IntegrationRunError) as caught:
        client.cloudworks.run_flow(flow)
    assert [action.id for action in caught.value.report.actions if caught.value.report] == [load.id, export.id]
    emulator.advance(1)
    put(emulator, MIXED)
    with pytest.raises(PartialRunError):
        client.cloudworks.run_flow(flow)
    emulator.advance(1)
    assert (client.cloudworks.run_flow(flow, allow_partial=True)).flow.name == "Nightly"
    client.cloudworks.delete_flow(flow)
    assert client.cloudworks.list_flows() == []
    assert [entry for entry in client.cloudworks.iter_flows()] == []


def test_a_flow_needs_two_enabled_steps_before_anything_is_sent(client: Client, emulator: Emulator) -> None:
    load = create_import(client)
    export = create_export(client)
    before = emulator.count()
    for steps in ([step(load)], [step(load), step(export, enabled=False)], [step(load), step(load)]):
        with pytest.raises(ValueError, match="steps must have"):
            client.cloudworks.create_flow("Flow", steps)
    assert emulator.count() == before


def test_some_steps_of_a_flow_run_and_disabled_ones_do_not(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load, more = create_import(client), create_import(client, "More")
    export = create_export(client)
    flow = client.cloudworks.create_flow("Flow", [step(load), step(more, enabled=False), step(export)])
    report = client.cloudworks.run_flow(flow, steps=[load])
    assert [action.id for action in report.actions] == [load.id]
    emulator.advance(1)
    assert [action.id for action in (client.cloudworks.run_flow(flow)).actions] == [load.id, export.id]
    for steps in ([], [more.id], ["x"]):
        with pytest.raises(ValueError, match="steps must be enabled steps"):
            client.cloudworks.start_flow(flow, steps=steps)


def test_a_flow_is_cancelled_by_its_step(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load, export = create_import(client), create_export(client)
    flow = client.cloudworks.create_flow("Flow", [step(load, on_failure="continue"), step(export)])
    emulator.task_seconds = 1000
    handle = client.cloudworks.start_flow(flow)
    with pytest.raises(ConflictError, match="already running"):
        client.cloudworks.start_flow(flow)
    with pytest.raises(TaskTimeout):
        client.wait_for_task(handle, timeout=0)
    assert client.cloudworks.cancel_flow(flow) == [load.id]
    with pytest.raises(IntegrationRunCancelledError):
        client.wait_for_task(handle)
    assert client.cloudworks.cancel_flow(flow) == []
    client.cancel_task(handle)
    assert "out.csv" not in emulator.cloudworks.bucket("files")


def test_an_update_of_a_flow_that_changed_is_rejected_or_wins(client: Client, emulator: Emulator) -> None:
    load, export = create_import(client), create_export(client)
    flow = client.cloudworks.create_flow("Flow", [step(load), step(export)])
    emulator.advance(1)
    client.cloudworks.update_flow(flow, name="By somebody else")
    with pytest.raises(ChangedMeanwhileError, match="flow"):
        client.cloudworks.update_flow(flow, name="Mine")
    won = client.cloudworks.update_flow(flow, name="Mine", overwrite=True)
    assert (won.name, len(won.steps or [])) == ("Mine", 2)


def test_the_earlier_run_of_a_flow_is_not_taken_for_the_one_that_was_started(
    client: Client, emulator: Emulator
) -> None:
    put(emulator, GOOD)
    load, export = create_import(client), create_export(client)
    flow = client.cloudworks.create_flow("Flow", [step(load), step(export)])
    client.cloudworks.run_flow(flow)
    earlier = (client.cloudworks.get_flow(flow)).to_dict()["latestRun"]
    emulator.advance(1)
    put(emulator, BAD)

    def show_earlier(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "integrationFlow": {**body["integrationFlow"], "latestRun": earlier}}

    # The first poll after the start, which comes after a read of the flow.
    path = f"/integrationflows/{flow.id}$"
    emulator.inject(Fault(kind="changed", change=show_earlier, method="GET", path=path, nth=2, times=2))
    with pytest.raises(IntegrationRunError):
        client.cloudworks.run_flow(flow)


def test_an_integration_of_somebody_else_is_not_taken_for_the_one_that_was_created(
    client: Client, emulator: Emulator
) -> None:
    connection = connect(client)
    body = {"workspaceId": emulator.workspace_id, "modelId": emulator.development_model_id, "version": "2.0"}
    template = emulator.cloudworks.integrations[(create_import(client, "Other")).id]

    def add_other(response: dict[str, Any]) -> dict[str, Any]:
        """Somebody creates an integration of the same name between the list and the request."""
        other = copy(template)
        other.id, other.body = "a" * 32, {**body, "name": "Load", "processId": PROCESS}
        emulator.cloudworks.integrations[other.id] = other
        return response

    emulator.inject(Fault(kind="changed", change=add_other, method="GET", path="/integrations$"))
    emulator.inject(Fault(kind="reset", method="POST", path="/integrations$"))
    job = import_job(connection, "flights.csv", IMPORT, FILE)
    with pytest.raises(ConflictError, match="Duplicate resource name"):
        client.cloudworks.create_integration("Load", jobs=[job])
    assert emulator.effects["integrations"] == 1


def test_a_lost_start_of_a_flow_is_looked_up(client: Client, emulator: Emulator) -> None:
    put(emulator, GOOD)
    load, export = create_import(client), create_export(client)
    flow = client.cloudworks.create_flow("Flow", [step(load), step(export)])
    emulator.inject(Fault(kind="reset", after_effect=True, method="POST", path="/run$"))
    with pytest.raises(OutcomeUnknown) as caught:
        client.cloudworks.start_flow(flow)
    (candidate,) = caught.value.candidates
    assert isinstance(candidate, TaskHandle)
    client.wait_for_task(candidate)
    emulator.advance(1)
    emulator.inject(Fault(kind="reset", method="POST", path="/run$"))
    client.cloudworks.run_flow(flow)
    assert emulator.effects["flowRuns"] == 2


# Connections


KEY = models.ServiceAccountKey(private_key=CANARY, private_key_id=CANARY, client_email="loader@example.com")
SECRET_BODIES: list[Any] = [
    models.AmazonS3Body(name="S3", access_key_id=CANARY, secret_access_key=CANARY, bucket_name="b"),
    models.GoogleBigQueryBody(name="BigQuery", service_account_key=KEY, dataset="d"),
    models.AzureBlobBody(
        name="Azure", storage_account_name="s", container_name="c", auth_method="SAS-based", sas_token=CANARY
    ),
    models.AzureBlobBody(
        name="OAuth",
        storage_account_name="s",
        container_name="c",
        auth_method="Oauth2",
        client_id="i",
        client_secret=CANARY,
        tenant_id="t",
    ),
]


@pytest.mark.parametrize("body", SECRET_BODIES, ids=lambda body: body.name)
@pytest.mark.parametrize("fault", [None, {"status": 500}, {"status": 400}, {"kind": "malformed"}, {"kind": "reset"}])
def test_no_secret_of_a_connection_is_ever_shown(
    body: Any, fault: dict[str, Any] | None, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    drift, seen = DriftRecorder(), list[Observed]()

    def observe(observed: Observed) -> None:
        drift(observed)
        seen.append(observed)

    texts: list[str] = []
    arguments = emulator.client_arguments
    policy = RetryPolicy(count=1, base_delay=0)
    with caplog.at_level(logging.DEBUG, "anaplan"):
        with Client(**arguments, retry_policy=policy, observer=observe) as client:
            created = client.cloudworks.create_connection(body)
            texts += [repr(created), str(created), json.dumps(created.to_dict())]
            emulator.cloudworks.invalid_secrets.add(CANARY)
            if fault is not None:
                echo = {"body": f'{{"echo": "{CANARY}"}}'.encode()} if "status" in fault else {}
                emulator.inject(Fault(path="/connections", times=None, **fault, **echo))
            changes = models.ConnectionChanges.from_dict(
                {key: value for key, value in body.to_dict().items() if key not in ("workspaceId",)}
            )
            cloudworks = client.cloudworks
            for attempt in (
                lambda: cloudworks.replace_connection(created.id, body),
                lambda: cloudworks.update_connection(created.id, changes),
                lambda: cloudworks.create_connection(body),
            ):
                with pytest.raises(AnaplanError) as caught:
                    attempt()
                error = caught.value
                texts += [str(error), repr(error), str(vars(error)), repr(error.__cause__), repr(pickle.dumps(error))]
    texts += [caplog.text, str(drift.report()), repr(drift.report()), json.dumps(drift.patch()), repr(seen)]
    for observed in seen:
        texts += [repr(observed.request), repr(observed.content), repr(observed.headers)]
        if observed.request.operation.endswith("_connection") and "delete" not in observed.request.operation:
            texts.append(repr(observed.request.content))
    assert CANARY not in "".join(texts)


def test_connections_are_changed_and_deleted(client: Client, emulator: Emulator) -> None:
    created = connect(client)
    assert (created.body.name if created.body else None, created.type) == ("Files", "AmazonS3")
    emulator.advance(1)
    renamed = client.cloudworks.update_connection("Files", models.ConnectionChanges(name="Renamed"))
    assert (renamed.id, renamed.body.name if renamed.body else None) == (created.id, "Renamed")
    with pytest.raises(ChangedMeanwhileError, match="connection"):
        client.cloudworks.replace_connection(created, BUCKET)
    replaced = client.cloudworks.replace_connection(created, BUCKET, overwrite=True)
    assert replaced.body == created.body
    with pytest.raises(NameNotFoundError, match="there is no connection 'Renamed'"):
        client.cloudworks.delete_connection("Renamed")
    wrong = models.AmazonS3Body(name="W", access_key_id="id", secret_access_key="wrong", bucket_name="files")
    with pytest.raises(BadRequestError, match="Credentials are invalid"):
        client.cloudworks.create_connection(wrong)
    load = create_import(client)
    client.cloudworks.delete_connection(replaced)
    with pytest.raises(IntegrationRunError, match="was deleted"):
        client.cloudworks.run(load)


def test_an_incomplete_connection_is_not_sent(client: Client, emulator: Emulator) -> None:
    azure = {"name": "A", "storage_account_name": "s", "container_name": "c"}
    with pytest.raises(ValueError, match="sas_token must be set for the auth_method 'SAS-based'"):
        client.cloudworks.create_connection(models.AzureBlobBody(auth_method="SAS-based", **azure))
    with pytest.raises(ValueError, match="client_secret and tenant_id must be set"):
        client.cloudworks.create_connection(models.AzureBlobBody(auth_method="Oauth2", client_id="i", **azure))
    with pytest.raises(TypeError, match="must be an AmazonS3Body"):
        client.cloudworks.create_connection(azure)  # type: ignore[arg-type]
    assert emulator.count() == 0


def test_a_user_without_the_role_is_told_so(emulator: Emulator, client: Client) -> None:
    load = create_import(client)
    emulator.tenant.users[0].integration_user = False
    with pytest.raises(PermissionDeniedError, match="Restricted Integration User"):
        client.cloudworks.list_integrations()
    with pytest.raises(PermissionDeniedError, match="Tenant not entitled"):
        client.cloudworks.delete_schedule(load)
