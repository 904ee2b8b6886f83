# Converted by `python -m generator` from tests/ext/alm/_async/test_resource.py. Edit that file, not this one.
"""The ALM methods against the emulator."""

import pickle
from collections.abc import Callable

import pytest

from anaplan_client import alm
from anaplan_client.alm.models import PendingTaskResponse, RevisionPairRequest
from anaplan_client.core import Request
from anaplan_ext import (
    AnaplanActionError,
    BadRequestError,
    Client,
    CompletedReportTask,
    CompletedSyncTask,
    ModelArchivedError,
    ModelLockedError,
    NotFoundError,
    PendingTask,
    PermissionDeniedError,
    ReportTask,
    SyncTask,
    TaskCancelled,
    TaskTimeout,
)
from anaplan_ext.emulator import Emulator, Fault


def test_a_promotion_syncs_the_new_revision_to_production(
    emulator: Emulator, client: Client, production: Client
) -> None:
    created = client.alm.create_revision("Release 1", "The first one")
    target = production.alm.get_latest_revision()
    assert target is not None
    syncable = production.alm.get_syncable_revisions(emulator.development_model_id)
    assert created.id in [revision.id for revision in syncable]

    summary = production.alm.create_comparison_summary(created.id, emulator.development_model_id, target.id)
    assert summary.totals is not None
    assert summary.source_revision_id == created.id
    report_task = production.alm.create_comparison_report(created.id, emulator.development_model_id, target.id)
    assert isinstance(report_task, CompletedReportTask)
    report = production.alm.get_comparison_report(report_task)
    assert report.startswith(b"Source Workspace\t")

    synced = production.alm.sync_models(created.id, emulator.development_model_id, target.id)
    assert isinstance(synced, CompletedSyncTask)
    assert synced.result.successful
    latest = production.alm.get_latest_revision()
    assert latest is not None
    assert latest.id == created.id
    models = client.alm.get_models_for_revision(created.id)
    assert [model.id for model in models] == [emulator.development_model_id, emulator.production_model_id]
    tasks = production.alm.get_sync_tasks()
    assert [task.id for task in tasks] == [synced.id]


def test_without_waiting_the_started_tasks_can_be_polled(
    emulator: Emulator, client: Client, production: Client
) -> None:
    created = client.alm.create_revision("Release 1")
    target = production.alm.get_latest_revision()
    assert target is not None
    source = emulator.development_model_id

    summary_task = production.alm.create_comparison_summary(created.id, source, target.id, False)
    assert isinstance(summary_task, ReportTask)
    with pytest.raises(AnaplanActionError, match="there is no report: the task has not finished"):
        production.alm.get_comparison_summary(summary_task)
    finished = production.alm.get_comparison_summary_task(summary_task.id)
    assert finished.task_state == "COMPLETE"
    # The started task can be used like the finished one.
    assert production.alm.get_comparison_summary(summary_task) == production.alm.get_comparison_summary(finished)

    report_task = production.alm.create_comparison_report(created.id, source, target.id, False)
    production.alm.get_comparison_report_task(report_task.id)
    done = production.alm.get_comparison_report_task(report_task.id)
    assert production.alm.get_comparison_report(report_task) == production.alm.get_comparison_report(done)

    sync = production.alm.sync_models(created.id, source, target.id, False)
    production.alm.get_sync_task(sync.id)
    finished = production.alm.get_sync_task(sync.id)
    assert finished.result is not None
    assert finished.result.successful


def test_what_is_started_without_waiting_is_a_task_of_its_kind(
    emulator: Emulator, client: Client, production: Client
) -> None:
    created = client.alm.create_revision("Release 1")
    target = production.alm.get_latest_revision()
    assert target is not None
    pair = (created.id, emulator.development_model_id, target.id)
    alm = production.alm
    for task, kind, other in (
        (alm.create_comparison_report(*pair, False), ReportTask, SyncTask),
        (alm.create_comparison_summary(*pair, False), ReportTask, SyncTask),
        (alm.sync_models(*pair, False), SyncTask, ReportTask),
    ):
        assert isinstance(task, kind)
        assert isinstance(task, PendingTask)
        assert not isinstance(task, other)
        assert task.task_state in ("NOT_STARTED", "IN_PROGRESS")
        assert task.creation_time is not None
        assert task.task_url is not None
        assert task.task_url.endswith(task.id)
        assert task.result is None
        copied = pickle.loads(pickle.dumps(task))
        assert (copied, type(copied), copied.task_url) == (task, type(task), task.task_url)
    for done, kind in (
        (alm.create_comparison_report(*pair), ReportTask),
        (alm.get_sync_task(task.id), SyncTask),
    ):
        assert isinstance(done, kind)
        assert not isinstance(done, PendingTask)


def test_progress_gets_the_task_after_each_poll(emulator: Emulator, client: Client, production: Client) -> None:
    created = client.alm.create_revision("Release 1")
    target = production.alm.get_latest_revision()
    assert target is not None
    states: list[str] = []
    production.alm.sync_models(
        created.id, emulator.development_model_id, target.id, progress=lambda task: states.append(task.task_state)
    )
    assert states == ["IN_PROGRESS", "COMPLETE"]


def test_a_failed_sync_raises_with_title_message_and_subtitle(
    emulator: Emulator, client: Client, production: Client
) -> None:
    created = client.alm.create_revision("Release 1")
    target = production.alm.get_latest_revision()
    assert target is not None
    emulator.fail_next_task("syncTasks")
    with pytest.raises(AnaplanActionError) as raised:
        production.alm.sync_models(created.id, emulator.development_model_id, target.id)
    assert "Model Synchronization Failed" in str(raised.value)
    assert "would be 552.9 MB after sync" in str(raised.value)
    assert "exceed its size limit" in str(raised.value)
    assert raised.value.task.task_state == "COMPLETE"


@pytest.mark.parametrize("kind", ["comparisonReportTasks", "summaryReportTasks"])
def test_a_failed_report_raises_with_its_reason(
    kind: str, emulator: Emulator, client: Client, production: Client
) -> None:
    created = client.alm.create_revision("Release 1")
    target = production.alm.get_latest_revision()
    assert target is not None
    emulator.fail_next_task(kind)
    create = (
        production.alm.create_comparison_report
        if kind == "comparisonReportTasks"
        else production.alm.create_comparison_summary
    )
    with pytest.raises(AnaplanActionError, match="incompatible"):
        create(created.id, emulator.development_model_id, target.id)


def test_cancelling_is_waited_for_and_cancelled_raises(emulator: Emulator, client: Client, production: Client) -> None:
    created = client.alm.create_revision("Release 1")
    target = production.alm.get_latest_revision()
    assert target is not None
    emulator.fail_next_task("syncTasks", "cancel", cancelling_polls=3)
    states: list[str] = []
    with pytest.raises(TaskCancelled) as raised:
        production.alm.sync_models(
            created.id, emulator.development_model_id, target.id, progress=lambda task: states.append(task.task_state)
        )
    assert states.count("CANCELLING") == 3
    assert raised.value.task.task_state == "CANCELLED"
    latest = production.alm.get_latest_revision()
    assert latest is not None
    assert latest.id == target.id


def test_a_timeout_carries_the_task_and_leaves_it_running(
    emulator: Emulator, client: Client, production: Client
) -> None:
    created = client.alm.create_revision("Release 1")
    target = production.alm.get_latest_revision()
    assert target is not None
    with pytest.raises(TaskTimeout) as raised:
        production.alm.sync_models(created.id, emulator.development_model_id, target.id, timeout=0)
    task = production.alm.get_sync_task(raised.value.task_id)
    assert task.result is not None
    assert task.result.successful


def test_revisions_can_be_sorted(emulator: Emulator, client: Client) -> None:
    client.alm.create_revision("AAA")
    ascending = client.alm.get_revisions(sort_by="name")
    descending = client.alm.get_revisions(sort_by="name", descending=True)
    assert [revision.name for revision in ascending] == sorted(revision.name for revision in ascending)
    assert descending == ascending[::-1]
    assert ascending[0].name == "AAA"


def test_the_model_status_can_be_changed(emulator: Emulator, client: Client) -> None:
    client.alm.change_model_status("offline")
    client.alm.change_model_status("online")
    assert emulator.count("PUT", "onlineStatus") == 2


@pytest.mark.parametrize(
    ("name", "description"),
    [("", ""), ("x" * 61, ""), ("x", "y" * 251)],
    ids=["empty", "long name", "long description"],
)
def test_a_revision_outside_its_limits_is_rejected_before_any_request(
    name: str, description: str, emulator: Emulator, client: Client
) -> None:
    with pytest.raises(ValueError, match=r"name|description"):
        client.alm.create_revision(name, description)
    assert emulator.count() == 0


def test_arguments_of_a_wait_are_rejected_without_a_wait(emulator: Emulator, production: Client) -> None:
    for create in (
        production.alm.sync_models,
        production.alm.create_comparison_report,
        production.alm.create_comparison_summary,
    ):
        with pytest.raises(ValueError, match="wait_for_completion"):
            create("rev_1", emulator.development_model_id, "rev_2", wait_for_completion=False, timeout=5)
    assert emulator.count() == 0


def test_an_unknown_status_or_sort_field_is_rejected_before_any_request(emulator: Emulator, client: Client) -> None:
    with pytest.raises(ValueError, match="asleep"):
        client.alm.change_model_status("asleep")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="size"):
        client.alm.get_revisions(sort_by="size")  # type: ignore[arg-type]
    assert emulator.count() == 0


def test_a_second_revision_without_a_change_is_a_bad_request(client: Client) -> None:
    client.alm.create_revision("Release 1")
    with pytest.raises(BadRequestError):
        client.alm.create_revision("Release 2")


def test_a_missing_role_is_a_denied_permission(emulator: Emulator) -> None:
    user = next(user for user in emulator.tenant.users if not user.workspace_administrator)
    with Client(
        model_id=emulator.production_model_id, user_email=user.email, password=user.password, base_url=emulator.url
    ) as client:
        with pytest.raises(PermissionDeniedError, match="Workspace Administrator") as raised:
            client.alm.get_revisions()
        assert raised.value.status == 403
        # The reports respond with another status and no message.
        with pytest.raises(PermissionDeniedError, match="Workspace Administrator") as raised:
            client.alm.get_comparison_report_task("A" * 32)
        assert raised.value.status == 424


def test_an_archived_model_raises_its_own_error(emulator: Emulator, client: Client) -> None:
    emulator.model(emulator.development_model_id).active_state = "ARCHIVED"
    with pytest.raises(ModelArchivedError):
        client.alm.get_revisions()


def test_a_locked_model_raises_its_own_error(emulator: Emulator, client: Client) -> None:
    emulator.model(emulator.development_model_id).active_state = "LOCKED"
    with pytest.raises(ModelLockedError, match="Unlock and unarchive the model") as raised:
        client.alm.change_model_status("offline")
    assert raised.value.status == 400
    # It was documented as this one.
    assert isinstance(raised.value, BadRequestError)


@pytest.mark.parametrize(
    "operation", [alm.create_sync_task, alm.create_comparison_report_task, alm.create_summary_report_task]
)
def test_the_location_of_a_new_task_is_a_header(
    operation: Callable[..., Request[PendingTaskResponse]],
    emulator: Emulator,
    client: Client,
    production: Client,
) -> None:
    new, old = client.alm.get_latest_revision(), production.alm.get_latest_revision()
    assert new is not None
    assert old is not None
    pair = RevisionPairRequest(
        source_revision_id=new.id, source_model_id=emulator.development_model_id, target_revision_id=old.id
    )
    response, headers = production.send_with_headers(operation(emulator.production_model_id, body=pair))
    assert headers["location"] == response.task.task_url
    assert headers["location"].endswith(f"/{response.task.id}")


def test_the_headers_are_those_of_the_success(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(path="latestRevision$", status=503, headers=(("X-Attempt", "first"),)))
    request = alm.get_latest_revision(emulator.development_model_id)
    response, headers = client.send_with_headers(request)
    assert response == client.send(request)
    assert headers["x-request-id"]
    assert "x-attempt" not in headers
    assert request.on_headers is None
    emulator.inject(Fault(path="latestRevision$", status=404, times=None))
    with pytest.raises(NotFoundError):
        client.send_with_headers(request)


def test_without_a_model_there_is_no_alm(emulator: Emulator) -> None:
    with Client(token="some", base_url=emulator.url) as client:
        with pytest.raises(ValueError, match="model_id"):
            _ = client.alm
        with pytest.raises(ValueError, match="model_id"):
            _ = client.transactional
