"""The provider against the local Anaplan, without a server of Airflow."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("airflow.sdk")

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred
from airflow_provider_anaplan.hooks import AnaplanHook, find_model
from airflow_provider_anaplan.operators import (
    AnaplanExportOperator,
    AnaplanLoadOperator,
    AnaplanPromoteOperator,
    AnaplanRunOperator,
)
from airflow_provider_anaplan.provider_info import get_provider_info
from airflow_provider_anaplan.settings import read_variables
from airflow_provider_anaplan.triggers import AnaplanTaskTrigger

from anaplan_ext import NameNotFoundError
from anaplan_ext.emulator import Emulator, Fault, Model

GOOD, MIXED = "id,amount\n1,10\n2,20\n", "id,amount\n1,10\n2,ten\n3,30\n"
SYNCS = "/syncTasks$"
STARTS = "/(imports|exports|processes|actions)/[0-9]+/tasks$"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator() as running:
        connection = Connection(
            conn_id="anaplan_default",
            conn_type="anaplan",
            login=running.user_email,
            password=running.password,
            host=running.url,
        )
        monkeypatch.setattr(AnaplanHook, "get_connection", lambda *_: connection)
        yield running


def load(tmp_path: Path, content: str, **options: Any) -> AnaplanLoadOperator:
    path = tmp_path / "flights.csv"
    path.write_text(content)
    return AnaplanLoadOperator(
        task_id="load", model="Planning Dev", files={"flights.csv": str(path)}, process="Reload flights", **options
    )


def defer(operator: AnaplanRunOperator | AnaplanPromoteOperator) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as caught:
        operator.execute({})
    return caught.value


async def fire(trigger: AnaplanTaskTrigger) -> dict[str, Any]:
    async for event in trigger.run():
        return dict(event.payload)
    raise AssertionError("no event")


def rebuild(trigger: Any) -> AnaplanTaskTrigger:
    """The trigger as another triggerer makes it."""
    _, arguments = trigger.serialize()
    return AnaplanTaskTrigger(**arguments)


@pytest.mark.parametrize("deferrable", [True, False])
def test_a_load_returns_its_counts(emulator: Emulator, tmp_path: Path, deferrable: bool) -> None:
    operator = load(tmp_path, GOOD, deferrable=deferrable)
    if deferrable:
        deferred = defer(operator)
        assert deferred.method_name == "resume"
        result = operator.resume({}, asyncio.run(fire(rebuild(deferred.trigger))))
    else:
        result = operator.execute({})
    assert result == {"loaded": 2, "ignored": 0, "rejected": 0}
    assert emulator.count("POST", STARTS) == 1


@pytest.mark.parametrize(("accepted", "fails"), [(0, True), (1, False)])
def test_rejected_rows_fail_the_task_without_a_retry(
    emulator: Emulator, tmp_path: Path, accepted: int, fails: bool
) -> None:
    operator = load(tmp_path, MIXED, max_rejected=accepted, rejects_dir=str(tmp_path / "rejects"))
    event = asyncio.run(fire(rebuild(defer(operator).trigger)))
    if fails:
        with pytest.raises(AirflowFailException, match="1 row was rejected"):
            operator.resume({}, event)
    else:
        assert operator.resume({}, event)["rejected"] == 1
    (rejects,) = (tmp_path / "rejects").iterdir()
    assert "ten" in rejects.read_text()
    assert emulator.count("POST", STARTS) == 1


def test_an_export_is_downloaded(emulator: Emulator, tmp_path: Path) -> None:
    load(tmp_path, GOOD, deferrable=False).execute({})
    target = tmp_path / "out.csv"
    operator = AnaplanExportOperator(task_id="e", model="Planning Dev", export="Export flights", path=str(target))
    event = asyncio.run(fire(rebuild(defer(operator).trigger)))
    assert operator.resume({}, event)["path"] == str(target)
    assert target.read_text() == "id,amount\n1,10\n2,20\n"


def test_an_unknown_outcome_fails_without_a_retry(emulator: Emulator, tmp_path: Path) -> None:
    emulator.inject(Fault(method="POST", path=STARTS, kind="reset", after_effect=True))
    with pytest.raises(AirflowFailException, match="may have had its effect"):
        load(tmp_path, GOOD).execute({})
    assert emulator.count("POST", STARTS) == 1


async def wait_and_stop(emulator: Emulator, trigger: AnaplanTaskTrigger) -> None:
    """Wait until the trigger has polled, and stop it as a triggerer does that ends."""
    seen = emulator.count("GET", "/tasks/[^/]+$")
    waiting = asyncio.create_task(fire(trigger))
    while emulator.count("GET", "/tasks/[^/]+$") == seen:  # noqa: ASYNC110 (the emulator has no event)
        await asyncio.sleep(0.005)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_fifty_restarts_of_the_triggerer_leave_one_task(emulator: Emulator, tmp_path: Path) -> None:
    emulator.task_seconds = 3600
    operator = load(tmp_path, GOOD)
    trigger = defer(operator).trigger
    for _ in range(50):
        asyncio.run(wait_and_stop(emulator, rebuild(trigger)))
    emulator.advance(3601)
    assert operator.resume({}, asyncio.run(fire(rebuild(trigger))))["loaded"] == 2
    assert (emulator.count("POST", STARTS), emulator.count("DELETE", "/tasks/")) == (1, 0)


def test_a_user_who_ends_the_task_cancels_that_of_anaplan_once(emulator: Emulator, tmp_path: Path) -> None:
    emulator.task_seconds = 3600
    operator = load(tmp_path, GOOD)
    trigger = rebuild(defer(operator).trigger)

    async def kill() -> None:
        await wait_and_stop(emulator, trigger)
        await trigger.on_kill()

    asyncio.run(kill())
    assert emulator.count("DELETE", "/tasks/[^/]+$") == 1
    with pytest.raises(AirflowFailException, match="cancelled"):
        operator.resume({}, asyncio.run(fire(rebuild(trigger))))


@pytest.mark.parametrize("deferrable", [True, False])
def test_a_wait_that_lasts_too_long_fails_and_the_task_continues(
    emulator: Emulator, tmp_path: Path, deferrable: bool
) -> None:
    emulator.task_seconds = 3600
    operator = load(tmp_path, GOOD, timeout=timedelta(seconds=0.2), deferrable=deferrable)
    event = asyncio.run(fire(rebuild(defer(operator).trigger))) if deferrable else {}
    wait = partial(operator.resume, {}, event) if deferrable else partial(operator.execute, {})
    with pytest.raises(AirflowFailException, match="it continues in Anaplan"):
        wait()
    assert (emulator.count("POST", STARTS), emulator.count("DELETE", "/tasks/")) == (1, 0)


def test_on_kill_of_a_worker_cancels(emulator: Emulator, tmp_path: Path) -> None:
    emulator.task_seconds = 3600
    operator = load(tmp_path, GOOD, timeout=timedelta(seconds=0.1), deferrable=False)
    with pytest.raises(AirflowFailException):
        operator.execute({})
    operator.on_kill()
    assert emulator.count("DELETE", "/tasks/[^/]+$") == 1


def test_a_task_that_vanishes_fails_without_a_second_start(emulator: Emulator, tmp_path: Path) -> None:
    operator = load(tmp_path, GOOD)
    emulator.fail_next_task("118000000000", message="Broken")
    event = asyncio.run(fire(rebuild(defer(operator).trigger)))
    with pytest.raises(AirflowFailException, match="Broken"):
        operator.resume({}, event)


@pytest.mark.parametrize("action", ["Clear flights", "117000000000"])
def test_an_action_is_named_or_numbered(emulator: Emulator, action: str) -> None:
    operator = AnaplanRunOperator(task_id="r", model="Planning Dev", action=action, deferrable=False)
    assert operator.execute({}) is not None
    assert emulator.count("POST", "/actions/117000000000/tasks$") == 1


def test_an_unknown_name_starts_nothing(emulator: Emulator) -> None:
    with pytest.raises(AirflowFailException, match="0 actions are called 'Nothing'"):
        AnaplanRunOperator(task_id="r", model="Planning Dev", action="Nothing").execute({})
    with pytest.raises(NameNotFoundError), AnaplanHook().get_conn() as client:
        find_model(client, "Nothing")
    assert emulator.count("POST", STARTS) == 0


def test_the_connection_can_be_tested(emulator: Emulator) -> None:
    assert AnaplanHook().test_connection() == (True, f"signed in as {emulator.user_email}")
    emulator.tenant.users[0].password = "another"
    works, message = AnaplanHook().test_connection()
    assert not works
    assert message.startswith("AuthenticationError")
    assert "password" not in message.split("; ")[0]


def promote(**options: Any) -> AnaplanPromoteOperator:
    given = {"source": "Planning Dev", "revision": "Aircraft types", "targets": ["Planning Prod"]}
    return AnaplanPromoteOperator(task_id="promote", **(given | options))


def finish(operator: AnaplanPromoteOperator) -> Any:
    return operator.resume({}, asyncio.run(fire(rebuild(defer(operator).trigger))))


@pytest.mark.parametrize("deferrable", [True, False])
def test_a_promotion_synchronizes_each_target_once(emulator: Emulator, deferrable: bool) -> None:
    operator = promote(deferrable=deferrable)
    result = finish(operator) if deferrable else operator.execute({})
    assert result == {"synced": ["Planning Prod"], "already": []}
    # Cleared and run again, it finds nothing to do.
    assert promote(deferrable=deferrable).execute({}) == {"synced": [], "already": ["Planning Prod"]}
    assert emulator.count("POST", SYNCS) == 1


def test_the_triggerer_waits_for_the_syncs_of_all_targets(emulator: Emulator) -> None:
    development = emulator.model(emulator.development_model_id)
    other = Model(id="D0E5A4B3C2D14F60A7B8C9D0E1F2A309", name="Prod EMEA", active_state="PRODUCTION")
    ada = emulator.tenant.users[0].id
    other.apply_revision(development.revisions[0].revision, user_id=ada, at=1_767_400_000.0, method="Model copied")
    emulator.tenant.workspaces[0].models.append(other)
    operator = promote(targets=["Planning Prod", other.id])
    event = asyncio.run(fire(rebuild(defer(operator).trigger)))
    for model_id in (emulator.production_model_id, other.id):
        assert emulator.count("POST", f"{model_id}/alm{SYNCS}") == 1
        assert emulator.count("GET", f"{model_id}/alm/syncTasks/[^/]+$") > 0
    assert operator.resume({}, event) == {"synced": ["Planning Prod", "Prod EMEA"], "already": []}


def test_a_promotion_with_a_risk_needs_its_approval(emulator: Emulator) -> None:
    development = emulator.model(emulator.development_model_id)
    development.remove("lineItems", "Distance", module="Flights")
    development.record_revision("F" * 32, "Without distance", user_id=emulator.tenant.users[0].id, at=1_770_000_000.0)
    with pytest.raises(AirflowFailException, match="line item Flights · Distance: deletes data"):
        promote(revision="Without distance").execute({})
    with pytest.raises(AirflowFailException, match="deletes data"):
        promote(revision="Without distance", approve_risks=["deletes"]).execute({})
    assert emulator.count("POST", SYNCS) == 0
    finish(promote(revision="Without distance", approve_risks=["deletes data"]))
    assert emulator.count("POST", SYNCS) == 1


def test_a_target_with_a_problem_keeps_all_others_as_they_are(emulator: Emulator) -> None:
    emulator.model(emulator.production_model_id).active_state = "ARCHIVED"
    with pytest.raises(AirflowFailException, match="Planning Prod: "):
        promote().execute({})
    assert emulator.count("POST", SYNCS) == 0


def test_a_user_who_ends_a_promotion_cancels_nothing_in_anaplan(emulator: Emulator) -> None:
    emulator.task_seconds = 0
    trigger = rebuild(defer(promote()).trigger)
    asyncio.run(trigger.on_kill())
    assert emulator.count("DELETE", "") == 0


def test_a_sync_that_fails_fails_the_task(emulator: Emulator) -> None:
    operator = promote()
    emulator.inject(Fault(method="POST", path=SYNCS, status=400))
    with pytest.raises(AirflowFailException, match="syncs that were started before continue"):
        operator.execute({})
    assert emulator.count("POST", SYNCS) == 1


class Given:
    login, password, host = "ada@example.com", None, None

    def __init__(self, **extra: object) -> None:
        self.extra_dejson = extra


def test_a_connection_becomes_variables() -> None:
    assert read_variables(Given(region="eu3", certificate="a.pem", retries=5, token="")) == {
        "ANAPLAN_USER": "ada@example.com",
        "ANAPLAN_REGION": "eu3",
        "ANAPLAN_CERTIFICATE": "a.pem",
        "ANAPLAN_RETRIES": "5",
    }
    with pytest.raises(ValueError, match="got passwort") as caught:
        read_variables(Given(passwort="canary"))
    assert "canary" not in str(caught.value)


def test_airflow_finds_the_hook() -> None:
    (kind,) = get_provider_info()["connection-types"]
    module, _, name = kind["hook-class-name"].rpartition(".")
    assert (module, name) == (AnaplanHook.__module__, AnaplanHook.__name__)
    assert AnaplanHook.conn_type == kind["connection-type"]
    assert AnaplanHook.get_ui_field_behaviour()["relabeling"]
