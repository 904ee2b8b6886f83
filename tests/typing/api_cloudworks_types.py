"""What type checkers must see of values and errors of CloudWorks. Checked by mypy and pyright, never run."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, assert_type

from anaplan_client.cloudworks.models import (
    AmazonS3Body,
    AmazonS3Connection,
    AzureBlobBody,
    AzureBlobConnection,
    Flow,
    FlowStep,
    FlowStepRequest,
    GoogleBigQueryBody,
    GoogleBigQueryConnection,
    Integration,
    Job,
    LatestRun,
    Run,
    Schedule,
)
from anaplan_client.integration.models import Task, TaskDetail
from anaplan_ext import (
    ActionErrors,
    ActionLoad,
    AnaplanActionError,
    AnaplanError,
    ChangedMeanwhileError,
    FailedIntegration,
    FlowReport,
    IntegrationRunCancelledError,
    IntegrationRunError,
    LoadReport,
    PartialRunError,
    RejectedRow,
    RunReport,
    TaskCancelled,
    TaskHandle,
)
from anaplan_ext.cloudworks import definitions, schedules
from anaplan_ext.cloudworks.definitions import Connection, ConnectionBody
from anaplan_ext.tasks.errors import AnyTask


def run_report(report: RunReport, errors: ActionErrors) -> None:
    assert_type(report.run, Run)
    assert_type(report.outcome, Literal["success", "partial", "failure", "cancelled"])
    assert_type(report.task, Task)
    assert_type(report.actions, tuple[ActionLoad, ...])
    assert_type(report.dumps, Mapping[str, bytes])
    assert_type(report.missing_dumps, Mapping[str, str])
    assert_type(report.loaded, int | None)
    assert_type(report.rejected_rows, tuple[RejectedRow, ...])
    load: LoadReport = report
    assert_type(load.reconciles, bool)
    assert_type(errors.action_id, str)
    assert_type(errors.name, str)
    assert_type(errors.details, tuple[TaskDetail, ...])
    assert_type(errors.dump_available, bool)


def flow_report(report: FlowReport) -> None:
    assert_type(report.flow, Flow)
    assert_type(report.task, Task)
    assert_type(report.actions, tuple[ActionLoad, ...])
    assert_type(report.dumps, Mapping[str, bytes])
    assert_type(report.missing_dumps, Mapping[str, str])
    load: LoadReport = report
    assert_type(load.reconciles, bool)


def failed_integration(failed: FailedIntegration) -> None:
    assert_type(failed.integration, Integration)
    assert_type(failed.run, LatestRun)
    assert_type(failed.outcome, Literal["success", "partial", "failure", "cancelled"])


def errors(failed: IntegrationRunError, partial: PartialRunError, cancelled: IntegrationRunCancelledError) -> None:
    assert_type(failed.reason, str)
    assert_type(failed.report, RunReport | FlowReport)
    assert_type(failed.handle, TaskHandle | None)
    assert_type(failed.names, Mapping[str, str])
    assert_type(failed.messages, tuple[str, ...])
    assert_type(failed.dumps, Mapping[str, bytes])
    assert_type(failed.task, AnyTask)
    assert_type(partial.messages + cancelled.messages, tuple[str, ...])
    as_failed: tuple[IntegrationRunError, IntegrationRunError] = (partial, cancelled)
    as_action: AnaplanActionError = failed
    as_cancelled: TaskCancelled = cancelled
    assert_type((as_failed[0].reason, as_action.reason, as_cancelled.reason), tuple[str, str, str])


def changed(error: ChangedMeanwhileError) -> None:
    assert_type(error.kind, str)
    assert_type(error.object_id, str)
    assert_type(error.expected, object)
    assert_type(error.current, object)
    root: AnaplanError = error
    assert_type(str(root), str)


def connected(connection: Connection, body: ConnectionBody) -> None:
    assert_type(connection, AmazonS3Connection | GoogleBigQueryConnection | AzureBlobConnection)
    assert_type(body, AmazonS3Body | GoogleBigQueryBody | AzureBlobBody)
    assert_type(connection.id, str)
    assert_type(definitions.kind_of(connection), Literal["AmazonS3", "GoogleBigQuery", "AzureBlob"])
    assert_type(definitions.kind_of(body), Literal["AmazonS3", "GoogleBigQuery", "AzureBlob"])


def defined(connection: Connection, integration: Integration, received: FlowStep) -> None:
    assert_type(definitions.import_job(connection, "in/sales.csv", 112000000001, "113000000001"), Job)
    assert_type(definitions.import_job(connection, "sales", "112", 113, mapping={"id": "code"}), Job)
    assert_type(definitions.export_job(connection, "out/sales.csv", 116000000001), Job)
    assert_type(definitions.export_job(connection, "sales", "116", overwrite=False, mapping={"id": "code"}), Job)
    step = definitions.step("Load", enabled=False, on_failure="continue", on_partial_success="stop")
    assert_type(step, FlowStepRequest)
    assert_type(definitions.step(integration), FlowStepRequest)
    assert_type(definitions.step_of(received), FlowStepRequest)
    assert_type(definitions.chain([step, step]), list[FlowStepRequest])


def scheduled(start: date, end: date, after: datetime, days: Sequence[int | str]) -> None:
    zone = "Europe/Berlin"
    schedule = schedules.daily("Night", "02:00", start=start, end=end, timezone=zone)
    assert_type(schedule, Schedule)
    assert_type(schedules.daily("N", "02:00", start=start, end=end, timezone=zone, days=schedules.WEEKDAYS), Schedule)
    assert_type(schedules.weekly("Week", "02:00", days=days, start=start, end=end, timezone=zone), Schedule)
    assert_type(schedules.hourly("H", first="08:00", last="18:00", start=start, end=end, timezone=zone), Schedule)
    assert_type(
        schedules.hourly(
            "Hours", first="08:00", last="18:00", every=2, start=start, end=end, timezone=zone, days={"monday", 2}
        ),
        Schedule,
    )
    assert_type(schedules.monthly("Month", "02:00", day=1, start=start, end=end, timezone=zone), Schedule)
    assert_type(
        schedules.monthly_weekday(
            "Last", "02:00", weekday="friday", week=schedules.LAST_WEEK, start=start, end=end, timezone=zone
        ),
        Schedule,
    )
    assert_type(schedules.from_cron("0 2 * * *", name="Cron", start=start, end=end, timezone=zone), Schedule)
    assert_type(schedules.next_runs(schedule, after), list[datetime])
    assert_type(schedules.next_runs(schedule, after, count=3), list[datetime])
