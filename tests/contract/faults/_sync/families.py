# Converted by `python -m generator` from tests/contract/faults/_async/families.py. Edit that file, not this one.
"""The operations whose steps go wrong: how each is prepared, run, and known to have come to the right result."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import define, field, frozen

from anaplan_ext import Client, LoadReport, RetryPolicy, TaskHandle, read_user_rows
from anaplan_ext.emulator import CloudWorks, Emulator, demo_tenant

from ...integrations import add_integration

FILE, IMPORT, EXPORT = "113000000000", "112000000000", "116000000000"
GOOD = b"id,name,amount\n1,one,10\n2,two,20\n"
MIXED = b"id,name,amount\n1,one,10\n2,two,unknown\n"
# Three chunks of the smallest size.
BIG = b"id,name,amount\n" + bytes(2_000_000)
USERS = "username,first_name,last_name,licenses\nsam@example.com,Sam,Roe,Basic\n"
TASK = "[0-9A-F]{32}$"


@define
class Scene:
    """A fresh tenant of an emulator, a client of either model, and what a family has prepared there."""

    emulator: Emulator
    client: Client
    production: Client
    prepared: Any = None

    @property
    def revisions(self) -> tuple[str, str, str]:
        """What can be synchronized: the source revision and its model, and the target revision."""
        source = self.emulator.model(self.emulator.development_model_id)
        target = self.emulator.model(self.emulator.production_model_id)
        return source.revisions[-1].revision.id, source.id, target.revisions[-1].revision.id

    def holds(self, content: bytes) -> None:
        """Gives the file of the development model a content, by no request."""
        self.emulator.model(self.emulator.development_model_id).files[0].content = content


@frozen(kw_only=True)
class Family:
    """An operation, and the step of it that goes wrong: `method` and `path` of its requests.

    `effect` is what the step does each time it is done, as the emulator counts it.
    """

    column: str
    method: str
    path: str
    prepare: Callable[[Scene], Awaitable[Any]]
    run: Callable[[Scene], Awaitable[Any]]
    right: Callable[[Scene, Any], bool]
    effect: str | None = None
    differs: Mapping[str, str] = field(factory=dict[str, str])
    """What differs from the column, by the fault."""

    def expects(self, fault: str, row: Mapping[str, str]) -> str:
        """Return what the table says of a fault, whose row this is."""
        return self.differs.get(fault, row[self.column])


def scene(emulator: Emulator, **options: Any) -> Scene:
    """Empties an emulator and makes clients for it that hurry."""
    with emulator.lock:
        emulator.tenant = demo_tenant()
        emulator.cloudworks = CloudWorks()
        emulator.task_polls = 0
        emulator.download_chunk_size = 1000
        emulator.clear_faults()
        emulator.scripts.clear()
        emulator.delayed_effects.clear()
        emulator.exchanges.clear()
        emulator.effects.clear()
    client = Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        status_poll_delay=0,
        upload_parallel=False,
        upload_chunk_size=1_000_000,
        retry_policy=RetryPolicy(count=2, base_delay=0, retry_budget=1000, throttle_delay=0.001, throttle_total=0.012),
        **options,
    )
    return Scene(emulator, client, client.with_model(emulator.production_model_id))


def nothing(scene: Scene) -> None:
    pass


def a_file(scene: Scene) -> None:
    scene.holds(GOOD)


def a_dump(scene: Scene) -> str:
    scene.holds(MIXED)
    task_id = scene.client.invoke_action(IMPORT)
    scene.client.get_task_status(IMPORT, task_id)
    return task_id


def an_event(scene: Scene) -> None:
    scene.emulator.record_event("INT-1", "u", "o", "MODEL", at=scene.emulator.now() - 60)


def an_exception_user(scene: Scene) -> None:
    scene.emulator.tenant.workspaces[0].exception_users.append(scene.emulator.tenant.users[1].id)


def a_report(scene: Scene) -> Any:
    return scene.production.alm.create_comparison_report(*scene.revisions)


def a_run(scene: Scene) -> TaskHandle:
    scene.holds(GOOD)
    task_id = scene.client.invoke_action(IMPORT)
    model_id = scene.emulator.development_model_id
    return TaskHandle(kind="action", model_id=model_id, task_id=task_id, action_id=IMPORT)


def a_running_sync(scene: Scene) -> TaskHandle:
    task = scene.production.alm.sync_models(*scene.revisions, False)
    return TaskHandle(kind="sync", model_id=scene.emulator.production_model_id, task_id=task.id)


def a_running_report(scene: Scene) -> TaskHandle:
    task = scene.production.alm.create_comparison_report(*scene.revisions, False)
    return TaskHandle(kind="comparison report", model_id=scene.emulator.production_model_id, task_id=task.id)


def an_integration(scene: Scene) -> str:
    return add_integration(scene.emulator, GOOD)


def a_running_integration(scene: Scene) -> TaskHandle:
    return scene.client.cloudworks.start_run(an_integration(scene))


def integrated(scene: Scene) -> Any:
    return (scene.client.cloudworks.run(scene.prepared)).task


def integrations_listed(scene: Scene) -> Any:
    return scene.client.cloudworks.list_integrations()


def all_integrations(scene: Scene, result: Any) -> bool:
    return [integration.id for integration in result] == [scene.prepared]


def waited(scene: Scene) -> Any:
    ended = scene.client.wait_for_task(scene.prepared)
    return ended.task if isinstance(ended, LoadReport) else ended


def listed(scene: Scene) -> Any:
    return scene.client.list_files()


def downloaded(scene: Scene) -> Any:
    return scene.client.get_file(FILE)


def dumped(scene: Scene) -> Any:
    return scene.client.get_failure_dump(IMPORT, scene.prepared)


def report_read(scene: Scene) -> Any:
    return scene.production.alm.get_comparison_report(scene.prepared)


def events_read(scene: Scene) -> Any:
    since = datetime.now(UTC) - timedelta(days=1)
    return [event for event in scene.client.audit.iter_events(since, types=["int"])]


def users_listed(scene: Scene) -> Any:
    return scene.client.users.list()


def exceptions_found(scene: Scene) -> Any:
    return scene.client.exception_users.list(workspace_id=scene.emulator.workspace_id)


def user_changed(scene: Scene) -> Any:
    return scene.client.users.deactivate(scene.emulator.tenant.users[1].id)


def user_created(scene: Scene) -> Any:
    return scene.client.users.create("eve@example.com", "Eve", "Doe", workspaces=[scene.emulator.workspace_id])


def users_exported(scene: Scene) -> Any:
    return scene.client.administration.export_users()


def users_imported(scene: Scene) -> Any:
    return scene.client.administration.import_users(USERS)


def signed_in(scene: Scene) -> Any:
    return scene.client.list_models()


def uploaded(scene: Scene) -> Any:
    return scene.client.upload_file(FILE, BIG)


def imported(scene: Scene) -> Any:
    return (scene.client.run_action(IMPORT)).task


def exported(scene: Scene) -> Any:
    return scene.client.export_and_download(EXPORT)


def revision_made(scene: Scene) -> Any:
    return scene.client.alm.create_revision("Release 1", "The first one")


def synchronized(scene: Scene) -> Any:
    return scene.production.alm.sync_models(*scene.revisions)


def reported(scene: Scene) -> Any:
    task = scene.production.alm.create_comparison_report(*scene.revisions)
    return scene.production.alm.get_comparison_report(task)


def summarized(scene: Scene) -> Any:
    return scene.production.alm.create_comparison_summary(*scene.revisions)


def all_files(scene: Scene, result: Any) -> bool:
    model = scene.emulator.model(scene.emulator.development_model_id)
    return [file.id for file in result] == [file.id for file in model.files]


def all_models(scene: Scene, result: Any) -> bool:
    return [model.id for model in result] == [model.id for _, model in scene.emulator.tenant.models()]


def all_events(scene: Scene, result: Any) -> bool:
    events = [event.id for event in scene.emulator.audit.events if event.code == "INT-1"]
    return bool(events[-1:] == [event.id for event in result][-1:])


def all_users(scene: Scene, result: Any) -> bool:
    return [user.id for user in result] == [user.id for user in scene.emulator.tenant.users]


def is_exception_user(scene: Scene, result: Any) -> bool:
    return [user.id for user in result[0].users] == [scene.emulator.tenant.users[1].id]


def is_deactivated(scene: Scene, result: Any) -> bool:
    return (result.active, scene.emulator.tenant.users[1].active) == (False, False)


def is_created(scene: Scene, result: Any) -> bool:
    return [user.id for user in scene.emulator.tenant.users if user.email == "eve@example.com"] == [result.id]


def same_users(scene: Scene, result: Any) -> bool:
    return [row.username for row in read_user_rows(result)] == [user.email for user in scene.emulator.tenant.users]


def users_are_in(scene: Scene, result: Any) -> bool:
    return bool(result.is_complete) and scene.emulator.tenant.users[1].last_name == "Roe"


def same_content(scene: Scene, result: Any) -> bool:
    return bool(result == GOOD)


def same_dump(scene: Scene, result: Any) -> bool:
    (kept,) = scene.emulator.model(scene.emulator.development_model_id).dumps.values()
    return bool(result == kept.content[1])


def same_report(scene: Scene, result: Any) -> bool:
    reports = scene.emulator.model(scene.emulator.production_model_id).reports
    (kept,) = [kept for key, kept in reports.items() if key[0] == "comparisonReports"]
    return bool(result == kept.content)


def file_is_whole(scene: Scene, result: Any) -> bool:
    file = scene.emulator.model(scene.emulator.development_model_id).files[0]
    return [b"".join(copy.content) for copy in file.copies.values()] == [BIG]


def rows_are_in(scene: Scene, result: Any) -> bool:
    model = scene.emulator.model(scene.emulator.development_model_id)
    return bool(result.result.successful) and model.records["Flights"].count == 2


def is_the_export(scene: Scene, result: Any) -> bool:
    (output,) = scene.emulator.model(scene.emulator.development_model_id).exports[0].output.copies.values()
    return bool(result == b"".join(output.content))


def is_the_latest(scene: Scene, result: Any) -> bool:
    latest = scene.emulator.model(scene.emulator.development_model_id).revisions[-1].revision
    return (latest.id, latest.name, latest.description) == (result.id, "Release 1", "The first one")


def is_applied(scene: Scene, result: Any) -> bool:
    source, _, target = scene.revisions
    return source == target and bool(result.result.successful)


def has_counts(scene: Scene, result: Any) -> bool:
    return bool(result.source_revision_id == scene.revisions[0]) and result.totals is not None


def ended_well(scene: Scene, result: Any) -> bool:
    return bool(result.id == scene.prepared.task_id) and bool(result.result.successful)


FAMILIES = {
    "list of files": Family(
        column="listing", method="GET", path="/files$", prepare=nothing, run=listed, right=all_files
    ),
    "list of integrations": Family(
        column="listing",
        method="GET",
        path="/integrations$",
        prepare=an_integration,
        run=integrations_listed,
        right=all_integrations,
    ),
    "file": Family(
        column="download", method="GET", path="/chunks/0$", prepare=a_file, run=downloaded, right=same_content
    ),
    "dump": Family(
        column="download", method="GET", path="/dump/chunks/0$", prepare=a_dump, run=dumped, right=same_dump
    ),
    "report text": Family(
        column="download",
        method="GET",
        path="/comparisonReports/",
        prepare=a_report,
        run=report_read,
        right=same_report,
    ),
    "audit events": Family(
        column="listing", method="GET", path="/events$", prepare=an_event, run=events_read, right=all_events
    ),
    "users": Family(column="listing", method="GET", path="/Users$", prepare=nothing, run=users_listed, right=all_users),
    "exception users": Family(
        column="listing",
        method="POST",
        path="/exception-users/search$",
        prepare=an_exception_user,
        run=exceptions_found,
        right=is_exception_user,
    ),
    "change of a user": Family(
        column="listing", method="PATCH", path="/Users/", prepare=nothing, run=user_changed, right=is_deactivated
    ),
    "export of users": Family(
        column="download",
        method="GET",
        path="/users/export$",
        prepare=nothing,
        run=users_exported,
        right=same_users,
    ),
    "import of users": Family(
        column="listing", method="PUT", path="/users/import$", prepare=nothing, run=users_imported, right=users_are_in
    ),
    "user": Family(
        column="user",
        method="POST",
        path="/Users$",
        prepare=nothing,
        run=user_created,
        right=is_created,
        effect="users",
    ),
    "token": Family(
        column="sign-in", method="POST", path="/token/authenticate$", prepare=nothing, run=signed_in, right=all_models
    ),
    "upload": Family(
        column="upload", method="PUT", path="/chunks/1$", prepare=nothing, run=uploaded, right=file_is_whole
    ),
    "import": Family(
        column="start",
        method="POST",
        path="/imports/.*/tasks$",
        prepare=a_file,
        run=imported,
        right=rows_are_in,
        effect="imports",
    ),
    "export": Family(
        column="start",
        method="POST",
        path="/exports/.*/tasks$",
        prepare=nothing,
        run=exported,
        right=is_the_export,
        effect="exports",
    ),
    "integration run": Family(
        column="start",
        method="POST",
        path="/integrations/[0-9a-f]{32}/run$",
        prepare=an_integration,
        run=integrated,
        right=rows_are_in,
        effect="integrationRuns",
        # Its response is so short that the first bytes prove nothing.
        differs={"response too slow": "OutcomeUnknown 1"},
    ),
    "revision": Family(
        column="revision",
        method="POST",
        path="/revisions$",
        prepare=nothing,
        run=revision_made,
        right=is_the_latest,
        effect="revisions",
    ),
    "sync": Family(
        column="sync",
        method="POST",
        path="/syncTasks$",
        prepare=nothing,
        run=synchronized,
        right=is_applied,
        effect="syncTasks",
    ),
    "report": Family(
        column="report",
        method="POST",
        path="/comparisonReportTasks$",
        prepare=nothing,
        run=reported,
        right=same_report,
        effect="comparisonReportTasks",
    ),
    "summary": Family(
        column="report",
        method="POST",
        path="/summaryReportTasks$",
        prepare=nothing,
        run=summarized,
        right=has_counts,
        effect="summaryReportTasks",
    ),
    "poll a run": Family(
        column="poll", method="GET", path=f"/tasks/{TASK}", prepare=a_run, run=waited, right=ended_well
    ),
    "poll an integration run": Family(
        column="poll",
        method="GET",
        path="/integrations/run/[0-9a-f]{32}$",
        prepare=a_running_integration,
        run=waited,
        right=ended_well,
    ),
    "poll a sync": Family(
        column="poll", method="GET", path=f"/syncTasks/{TASK}", prepare=a_running_sync, run=waited, right=ended_well
    ),
    "poll a report": Family(
        column="poll",
        method="GET",
        path=f"/comparisonReportTasks/{TASK}",
        prepare=a_running_report,
        run=waited,
        right=ended_well,
    ),
}
