"""What type checkers must see of models, requests, errors and settings. Checked by mypy and pyright, never run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, assert_type

import pandas as pd
import polars as pl
import pyarrow as pa

from anaplan_client import alm, integration
from anaplan_client.alm.models import (
    ChangeCounts,
    CreateRevisionRequest,
    OnlineStatus,
    OnlineStatusRequest,
    ReportResult,
    RevisionsResponse,
    SyncResult,
    TaskError,
)
from anaplan_client.alm.models import TaskState as AlmTaskState
from anaplan_client.authentication.models import TokenInfo
from anaplan_client.core import Content, Effect, ErrorContext, Host, Observed, Request
from anaplan_client.core.hosts import base_urls
from anaplan_client.integration.models import (
    Action,
    ActionType,
    ActiveState,
    CategoryValue,
    Chunk,
    Export,
    ExportLayout,
    File,
    Import,
    ImportDataSource,
    ImportType,
    Model,
    Process,
    Task,
    TaskDetail,
    TaskResult,
    TaskState,
    Workspace,
    WriteFailure,
)
from anaplan_ext import (
    ActionLoad,
    AmbiguousNameError,
    AnaplanActionError,
    AnaplanError,
    ApiError,
    AsyncModelFile,
    CellWriteResult,
    Change,
    ComparisonReport,
    ComparisonReportError,
    CompletedReportTask,
    CompletedSyncTask,
    DownloadError,
    FrameValueError,
    GraphColumn,
    HeadEntry,
    IncompleteListError,
    ListWriteResult,
    LoadPlan,
    LoadReport,
    ModelFile,
    ModelRevision,
    NameNotFoundError,
    NotFoundError,
    OutcomeUnknown,
    PartialWriteError,
    PendingReportTask,
    PendingSyncTask,
    PendingTask,
    PlannedFile,
    PromotionGraph,
    RateLimit,
    RateLimitError,
    ReadError,
    ReadQuotaError,
    RejectedRow,
    RejectedRows,
    ReportRow,
    ReportSection,
    ReportTask,
    RequestTimeoutError,
    RetryPolicy,
    Revision,
    ServerError,
    StatusError,
    SummaryReport,
    SyncTask,
    TableError,
    TaskCancelled,
    TaskHandle,
    TaskStatus,
    TaskSummary,
    TaskTimeout,
    TransferProgress,
    TransportError,
    UploadError,
    UploadManifest,
    find_count_differences,
    find_risks,
    to_columns,
)
from anaplan_ext.tasks.errors import AnyTask


def revision(value: Revision) -> None:
    assert_type(value.id, str)
    assert_type(value.name, str)
    assert_type(value.description, str | None)
    assert_type(value.created_on, datetime | None)
    assert_type(value.created_by, str | None)
    assert_type(value.creation_method, str | None)
    assert_type(value.applied_on, datetime | None)
    assert_type(value.applied_by, str | None)
    assert_type(value.additional_properties, dict[str, object])
    assert_type(Revision.from_dict({}), Revision)


def model_revision(value: ModelRevision) -> None:
    assert_type(value.id, str)
    assert_type(value.name, str | None)
    assert_type(value.workspace_id, str | None)
    assert_type(value.applied_by, str | None)
    assert_type(value.applied_on, datetime | None)
    assert_type(value.applied_method, str | None)
    assert_type(value.model_deleted, bool | None)
    assert_type(value.additional_properties, dict[str, object])


def alm_tasks(pending: PendingTask, summary: TaskSummary, error: TaskError) -> None:
    assert_type(pending.id, str)
    assert_type(pending.task_state, AlmTaskState)
    assert_type(pending.task_url, str | None)
    assert_type(pending.creation_time, datetime | None)
    assert_type(pending.additional_properties, dict[str, object])
    assert_type(summary.id, str)
    assert_type(summary.task_state, AlmTaskState)
    assert_type(summary.creation_time, datetime | None)
    assert_type(summary.additional_properties, dict[str, object])
    assert_type(error.title, str | None)
    assert_type(error.message_text, str | None)
    assert_type(error.subtitle, str | None)
    assert_type(AlmTaskState.read("COMPLETE"), AlmTaskState)
    assert_type(AlmTaskState("new state"), AlmTaskState)
    assert_type(summary.task_state == "COMPLETE", bool)


def pending_tasks(sync: PendingSyncTask, report: PendingReportTask, pending: PendingTask) -> None:
    assert_type(sync.id + report.id, str)
    assert_type(sync.task_state, AlmTaskState)
    assert_type(report.task_state, AlmTaskState)
    assert_type(sync.task_url, str | None)
    assert_type(report.task_url, str | None)
    assert_type(sync.creation_time, datetime | None)
    assert_type(report.creation_time, datetime | None)
    assert_type(sync.current_step, str | None)
    assert_type(report.current_step, str | None)
    assert_type(sync.result, SyncResult | None)
    assert_type(report.result, ReportResult | None)
    assert_type(sync.additional_properties, dict[str, object])
    assert_type(report.additional_properties, dict[str, object])
    is_sync: SyncTask = sync
    is_report: ReportTask = report
    both: tuple[PendingTask, PendingTask] = (sync, report)
    assert_type((is_sync.id, is_report.id, both[0].id), tuple[str, str, str])
    if isinstance(pending, SyncTask):
        assert_type(pending, PendingSyncTask)


def started(task: SyncTask | ReportTask) -> None:
    if isinstance(task, PendingTask):
        assert_type(task.task_url, str | None)


def task_status(status: TaskStatus) -> None:
    assert_type(status.id, str)
    assert_type(status.task_state, TaskState)
    assert_type(status.creation_time, datetime | None)
    assert_type(status.current_step, str | None)
    assert_type(status.progress, float | None)
    assert_type(status.task_url, str | None)
    assert_type(status.result, TaskResult | None)
    assert_type(status.received, dict[str, object])
    assert_type(status.additional_properties, dict[str, object])
    task: Task = status
    fields: Mapping[str, object] = status
    assert_type((task.id, fields["taskId"]), tuple[str, object])
    assert_type(status["taskState"], object)
    assert_type(status["taskState"] == "COMPLETE", bool)
    assert_type(status.get("currentStep"), object | None)
    assert_type("result" in status, bool)
    assert_type(list(status), list[str])
    assert_type(dict(status), dict[str, object])
    assert_type(len(status), int)


def sync_tasks(task: SyncTask, result: SyncResult, completed: CompletedSyncTask) -> None:
    assert_type(task.id, str)
    assert_type(task.task_state, AlmTaskState)
    assert_type(task.creation_time, datetime | None)
    assert_type(task.current_step, str | None)
    assert_type(task.result, SyncResult | None)
    assert_type(task.additional_properties, dict[str, object])
    assert_type(result.successful, bool | None)
    assert_type(result.error, TaskError | None)
    assert_type(result.target_revision_id, str | None)
    assert_type(result.source_revision_id, str | None)
    assert_type(completed.id, str)
    assert_type(completed.task_state, AlmTaskState)
    assert_type(completed.creation_time, datetime | None)
    assert_type(completed.current_step, str | None)
    assert_type(completed.result, SyncResult)
    assert_type(completed.additional_properties, dict[str, object])
    as_task: SyncTask = completed
    assert_type(as_task.id, str)


def report_tasks(task: ReportTask, result: ReportResult, completed: CompletedReportTask) -> None:
    assert_type(task.id, str)
    assert_type(task.task_state, AlmTaskState)
    assert_type(task.creation_time, datetime | None)
    assert_type(task.current_step, str | None)
    assert_type(task.result, ReportResult | None)
    assert_type(task.additional_properties, dict[str, object])
    assert_type(result.successful, bool | None)
    assert_type(result.error, TaskError | None)
    assert_type(result.target_revision_id, str | None)
    assert_type(result.source_revision_id, str | None)
    assert_type(result.report_file_url, str | None)
    assert_type(completed.id, str)
    assert_type(completed.task_state, AlmTaskState)
    assert_type(completed.creation_time, datetime | None)
    assert_type(completed.current_step, str | None)
    assert_type(completed.result, ReportResult)
    assert_type(completed.additional_properties, dict[str, object])
    as_task: ReportTask = completed
    assert_type(as_task.id, str)


def summary_report(report: SummaryReport, counts: ChangeCounts) -> None:
    assert_type(report.target_revision_id, str | None)
    assert_type(report.source_revision_id, str | None)
    assert_type(report.totals, ChangeCounts | None)
    assert_type(report.differences, dict[str, ChangeCounts] | None)
    assert_type(report.additional_properties, dict[str, object])
    assert_type(counts.created, int | None)
    assert_type(counts.modified, int | None)
    assert_type(counts.deleted, int | None)


def action_task(task: Task, result: TaskResult, detail: TaskDetail) -> None:
    assert_type(task.id, str)
    assert_type(task.task_state, TaskState)
    assert_type(task.task_state == TaskState.COMPLETE, bool)
    assert_type(task.creation_time, datetime | None)
    assert_type(task.current_step, str | None)
    assert_type(task.progress, float | None)
    assert_type(task.task_url, str | None)
    assert_type(task.result, TaskResult | None)
    assert_type(result.successful, bool | None)
    assert_type(result.object_id, str | None)
    assert_type(result.object_name, str | None)
    assert_type(result.failure_dump_available, bool | None)
    assert_type(result.details, list[TaskDetail] | None)
    assert_type(result.nested_results, list[TaskResult] | None)
    assert_type(detail.type, str | None)
    assert_type(detail.local_message_text, str | None)
    assert_type(detail.occurrences, int | None)
    assert_type(detail.values, list[str | None] | None)


def listed(
    workspace: Workspace,
    model: Model,
    file: File,
    chunk: Chunk,
    action: Action,
    importing: Import,
    export: Export,
    process: Process,
) -> None:
    assert_type(workspace.id, str)
    assert_type(workspace.current_size, int | None)
    assert_type(model.id, str)
    assert_type(model.active_state, ActiveState | None)
    assert_type(model.last_modified, datetime | None)
    assert_type(model.memory_usage, float | None)
    assert_type(file.id, str)
    assert_type(file.chunk_count, int | None)
    assert_type(file.header_row, int | None)
    assert_type(chunk.id, str)
    assert_type(action.action_type, ActionType | None)
    assert_type(importing.import_type, ImportType | None)
    assert_type(importing.import_data_source_id, str | None)
    assert_type(export.layout, ExportLayout | None)
    assert_type(action.id, str)
    assert_type(action.name, str)
    assert_type(action.code, str | None)
    assert_type(action.list_id, str | None)
    assert_type(action.filter_line_item_id, str | None)
    assert_type(action.line_item_id, str | None)
    assert_type(action.sort_order, str | None)
    assert_type(action.additional_properties, dict[str, object])
    assert_type(export.id, str)
    assert_type(export.name, str)
    assert_type(export.code, str | None)
    assert_type(export.export_type, ExportLayout | None)
    assert_type(export.export_format, str | None)
    assert_type(export.encoding, str | None)
    assert_type(export.additional_properties, dict[str, object])
    assert_type(file.name, str)
    assert_type(file.code, str | None)
    assert_type(file.format, str | None)
    assert_type(file.encoding, str | None)
    assert_type(file.separator, str | None)
    assert_type(file.delimiter, str | None)
    assert_type(file.first_data_row, int | None)
    assert_type(file.origin, str | None)
    assert_type(file.country, str | None)
    assert_type(file.language, str | None)
    assert_type(file.additional_properties, dict[str, object])
    assert_type(importing.id, str)
    assert_type(importing.name, str)
    assert_type(importing.code, str | None)
    assert_type(importing.import_data_source, ImportDataSource | None)
    assert_type(importing.additional_properties, dict[str, object])
    assert_type(process.id, str)
    assert_type(process.name, str)
    assert_type(process.code, str | None)
    assert_type(process.additional_properties, dict[str, object])
    assert_type(model.name, str)
    assert_type(model.current_workspace_id, str | None)
    assert_type(model.current_workspace_name, str | None)
    assert_type(model.model_url, str | None)
    assert_type(model.category_values, list[CategoryValue] | None)
    assert_type(model.iso_creation_date, datetime | None)
    assert_type(model.last_modified_by_user_guid, str | None)
    assert_type(model.last_saved_serial_number, int | None)
    assert_type(model.model_transaction_running, bool | None)
    assert_type(model.additional_properties, dict[str, object])
    assert_type(workspace.name, str)
    assert_type(to_columns([workspace, model]), dict[str, list[object]])
    assert_type(workspace.active, bool | None)
    assert_type(workspace.size_allowance, int | None)
    assert_type(workspace.additional_properties, dict[str, object])


def token(info: TokenInfo) -> None:
    assert_type(info.expires_at, datetime)
    assert_type(info.token_value, str)


def requests(request: Request[RevisionsResponse]) -> None:
    assert_type(request.operation, str)
    assert_type(request.method, str)
    assert_type(request.host, Host)
    assert_type(request.path, str)
    assert_type(request.effect, Effect)
    assert_type(request.role, str)
    assert_type(request.decode, Callable[[bytes], RevisionsResponse])
    assert_type(request.accept, str)
    assert_type(request.params, Mapping[str, str | list[str]])
    assert_type(request.authorization, str | None)
    assert_type(request.content_type, str | None)
    assert_type(request.statuses, tuple[int, ...])
    assert_type(request.empty_statuses, tuple[int, ...])
    assert_type(request.hints, Mapping[int, str])
    assert_type(request.message_hints, Mapping[str, str])
    assert_type(request.on_headers, Callable[[Mapping[str, str]], None] | None)
    assert_type(request.content, Content | None)
    assert_type(alm.list_revisions("model", applied_after=date(2021, 4, 1), limit=1), Request[RevisionsResponse])
    body = OnlineStatusRequest(status=OnlineStatus.OFFLINE)
    assert_type(body.to_dict(), dict[str, object])
    assert_type(alm.set_online_status("model", body=body), Request[None])
    assert_type(CreateRevisionRequest(name="name").description, str | None)
    assert_type(integration.download_file("model", "113"), Request[bytes])
    assert_type(base_urls("eu3"), Mapping[Host, str])


def settings(policy: RetryPolicy, limit: RateLimit, progress: TransferProgress) -> None:
    assert_type(
        RetryPolicy(count=3, first_delay=0, base_delay=1, max_delay=60, retry_after_cap=0, deadline=60, retry_budget=5),
        RetryPolicy,
    )
    assert_type(policy.count, int)
    assert_type(policy.first_delay, float)
    assert_type(policy.base_delay, float)
    assert_type(policy.max_delay, float)
    assert_type(policy.retry_after_cap, float)
    assert_type(policy.deadline, float)
    assert_type(policy.retry_budget, float)
    assert_type(policy.budget_refill, float)
    assert_type(policy.throttle_delay, float)
    assert_type(policy.throttle_total, float)
    assert_type(RateLimit(), RateLimit)
    assert_type(limit.per_second, float)
    assert_type(limit.burst, int)
    assert_type(limit.shared, str | None)
    assert_type(progress.done_bytes, int)
    assert_type(progress.total_bytes, int | None)
    assert_type(progress.done_chunks, int)
    assert_type(progress.total_chunks, int | None)


def any_error(error: AnaplanError) -> None:
    assert_type(error.handle, object | None)
    assert_type(error.set_handle(None), None)


def rejected(row: RejectedRow) -> None:
    assert_type(row.line, str)
    assert_type(row.column, str)
    assert_type(row.error, str)
    assert_type(row.values, Mapping[str, str])
    assert_type(row.import_id, str)


def no_table(read: TableError, written: FrameValueError) -> None:
    assert_type(read.label, str)
    assert_type(read.reason, str)
    assert_type(read.column, str | None)
    assert_type(read.row, int | None)
    assert_type(written.label, str)
    assert_type(written.reason, str)
    assert_type(written.column, str | None)
    assert_type(written.row, int | None)


def all_rejected(rows: RejectedRows) -> None:
    assert_type(rows.to_arrow(), pa.Table)
    assert_type(rows.to_polars(source=pl.DataFrame()), pl.DataFrame)
    assert_type(rows.to_pandas(source={"Load": pd.DataFrame()}), pd.DataFrame)
    for row in rows:
        assert_type(row, RejectedRow)
    assert_type(rows.dumps, Mapping[str, bytes])
    assert_type(rows.names, Mapping[str, str])
    assert_type(rows.to_csv("rejects"), list[Path])


def plans(plan: LoadPlan, file: PlannedFile) -> None:
    assert_type(plan.action_id + plan.action_name, str)
    assert_type(plan.files, tuple[PlannedFile, ...])
    assert_type(plan.other_file_ids, tuple[str, ...])
    assert_type(plan.missing_columns, Mapping[str, tuple[str, ...]])
    assert_type(file.key + file.id + file.name + file.label, str)
    assert_type(file.missing_columns, tuple[str, ...])
    assert_type([source.label for source in file.imports], list[str])


def comparison_lines(head: HeadEntry, section: ReportSection, row: ReportRow) -> None:
    assert_type(head.label, str)
    assert_type(head.id, str | None)
    assert_type(head.name, str | None)
    assert_type(section.title + section.heading + section.header + section.tail, str)
    assert_type(section.columns, tuple[str, ...])
    assert_type(section.rows, tuple[ReportRow, ...])
    assert_type(section.invalid_rows, tuple[ReportRow, ...])
    assert_type(section.filled_rows, Iterator[ReportRow])
    assert_type(row.text, str)
    assert_type(row.cells, tuple[str, ...])
    assert_type(row.is_joined, bool)
    assert_type(row.is_blank, bool)


def graphs(graph: PromotionGraph, column: GraphColumn) -> None:
    assert_type(graph.source, str)
    assert_type(graph.history, tuple[GraphColumn, ...])
    assert_type(graph.others, tuple[GraphColumn, ...])
    assert_type(column.revision + column.reason, str)
    assert_type(column.models, tuple[str, ...])
    assert_type(column.behind, int)


def comparison(report: ComparisonReport, change: Change, error: ComparisonReportError, summary: SummaryReport) -> None:
    assert_type(ComparisonReport.parse(b""), ComparisonReport)
    assert_type(report.write(), bytes)
    assert_type(report.head, dict[str, HeadEntry])
    assert_type(report.head_rows, tuple[ReportRow, ...])
    assert_type(report.head_tail + report.prefix, str)
    assert_type(report.sections, tuple[ReportSection, ...])
    assert_type(report.changes, tuple[Change, ...])
    assert_type(report.counts, SummaryReport)
    assert_type(find_count_differences(report.counts, summary), tuple[str, ...])
    assert_type(change.kind + change.name + change.module + change.detail + change.position, str)
    assert_type(change.action, Literal["added", "changed", "deleted", "moved"])
    assert_type(change.old, Mapping[str, str])
    assert_type(change.new, Mapping[str, str])
    assert_type(change.loses_data, bool)
    assert_type(
        find_risks(change),
        tuple[
            Literal["deletes data", "overwrites data", "changes format", "changes dimensions", "changes formula"], ...
        ],
    )
    assert_type(error.line, int)
    assert_type(error.problem, str)


def loads(report: LoadReport, action: ActionLoad) -> None:
    assert_type(report.task, Task)
    assert_type(report.actions, tuple[ActionLoad, ...])
    assert_type(report.dumps, Mapping[str, bytes])
    assert_type(report.missing_dumps, Mapping[str, str])
    assert_type(report.loaded, int | None)
    assert_type(report.ignored, int | None)
    assert_type(report.failed, int | None)
    assert_type(report.rejected_rows, tuple[RejectedRow, ...])
    assert_type(report.rejected, RejectedRows)
    assert_type(report.reconciles and report.counted, bool)
    assert_type(action.id + action.name, str)
    assert_type(action.successful and action.reconciles, bool)
    assert_type(action.loaded, int | None)
    assert_type(action.warned, int | None)
    assert_type(action.ignored, int | None)
    assert_type(action.failed, int | None)
    assert_type(action.rows, int | None)
    assert_type(action.messages, tuple[str, ...])
    assert_type(action.label, str)
    assert_type(action.dump_available, bool)
    assert_type(action.start_time, str | None)
    assert_type(action.duration, str | None)


def exchange_errors(error: ApiError, refused: StatusError, lost: TransportError, known: ErrorContext) -> None:
    assert_type(error.context, ErrorContext)
    assert_type(error.status, int | None)
    assert_type(error.code, str | None)
    assert_type(error.message, str)
    assert_type(error.hint, str)
    assert_type(refused.context, ErrorContext)
    assert_type(refused.status, int | None)
    assert_type(lost.context, ErrorContext)
    assert_type(lost.status, int | None)
    assert_type(known.operation, str)
    assert_type(known.method, str)
    assert_type(known.url, str)
    assert_type(known.role, str)
    assert_type(known.attempts, int)
    assert_type(known.status, int | None)
    assert_type(known.code, str | None)
    assert_type(known.message, str)
    assert_type(known.request_id, str | None)
    assert_type(known.retry_after, str | None)
    assert_type(known.no_retry_reason, str)
    assert_type(known.hint, str)
    assert_type(known.http_status, int | None)
    assert_type(known.body, bytes)


def other_errors(
    failed: AnaplanActionError,
    cancelled: TaskCancelled,
    late: TaskTimeout,
    upload: UploadError,
    download: DownloadError,
    listing: IncompleteListError,
    unknown: OutcomeUnknown,
    missing: NameNotFoundError,
    ambiguous: AmbiguousNameError,
    reading: ReadError,
    quota: ReadQuotaError,
    partial: PartialWriteError,
) -> None:
    assert_type(failed.reason, str)
    assert_type(failed.rejected, RejectedRows)
    assert_type(missing.kind + missing.name + ambiguous.kind + ambiguous.name, str)
    assert_type(missing.suggestions, tuple[tuple[str, str], ...])
    assert_type(ambiguous.matches, tuple[tuple[str, str], ...])
    assert_type(failed.task, AnyTask)
    assert_type(failed.task.id, str)
    assert_type(failed.dumps, Mapping[str, bytes])
    assert_type(failed.report, LoadReport | None)
    assert_type(failed.handle, TaskHandle | None)
    assert_type(failed.names, Mapping[str, str])
    assert_type(cancelled.reason, str)
    assert_type(cancelled.task, AnyTask)
    assert_type(cancelled.dumps, Mapping[str, bytes])
    assert_type(cancelled.report, LoadReport | None)
    if isinstance(failed.task, Task) and failed.task.result is not None:
        assert_type(failed.task.result, TaskResult)
    assert_type(late.seconds, float | None)
    assert_type(late.handle, TaskHandle)
    assert_type(late.reason, str)
    assert_type(late.names, Mapping[str, str])
    assert_type(late.task_id, str)
    assert_type(late.model_id, str)
    assert_type(late.action_id, str | None)
    assert_type(upload.file_id, str)
    assert_type(upload.reason, str)
    assert_type(upload.chunks, Sequence[int])
    assert_type(upload.manifest, UploadManifest | None)
    assert_type(download.file_id, str)
    assert_type(download.reason, str)
    assert_type(listing.operation, str)
    assert_type(listing.received, int)
    assert_type(listing.expected, int | None)
    assert_type(unknown.context, ErrorContext)
    assert_type(unknown.reason, str)
    assert_type(unknown.candidates, tuple[TaskHandle | Revision | str, ...])
    assert_type(reading.label, str)
    assert_type(reading.reason, str)
    limited: RateLimitError = quota
    assert_type(limited.context, ErrorContext)
    assert_type(quota.context, ErrorContext)
    assert_type(partial.reason, str)
    assert_type(partial.result, ListWriteResult | CellWriteResult)


def handles(handle: TaskHandle) -> None:
    assert_type(
        handle.kind,
        Literal["action", "sync", "comparison report", "comparison summary", "integration run", "flow run"],
    )
    assert_type(handle.model_id, str)
    assert_type(handle.task_id, str)
    assert_type(handle.action_id, str | None)
    assert_type(handle.describe({handle.model_id: "Plan"}), str)
    assert_type(handle.to_dict(), dict[str, str])
    assert_type(TaskHandle.from_dict(handle.to_dict()), TaskHandle)


def results(items: ListWriteResult, cells: CellWriteResult) -> None:
    assert_type(items.added, int)
    assert_type(items.updated, int)
    assert_type(items.deleted, int)
    assert_type(items.ignored, int)
    assert_type(items.total, int)
    assert_type(items.written, int)
    assert_type(items.complete, bool)
    assert_type(items.failures, tuple[WriteFailure, ...])
    assert_type(cells.changed, int | None)
    assert_type(cells.total, int)
    assert_type(cells.written, int | None)
    assert_type(cells.complete, bool)
    assert_type(cells.failures, tuple[WriteFailure, ...])


def caught() -> None:
    try:
        ...
    except (NotFoundError, RateLimitError, ServerError) as error:
        assert_type(error.context.retry_after, str | None)
        status_error: StatusError = error
        assert_type(status_error.context, ErrorContext)
    except RequestTimeoutError as error:
        transport_error: TransportError = error
        assert_type(transport_error.context, ErrorContext)
    except (AnaplanActionError, OutcomeUnknown) as error:
        root: AnaplanError = error
        assert_type(str(root), str)


def observed(observed: Observed) -> None:
    assert_type(observed.request, Request[object])
    assert_type(observed.status, int)
    assert_type(observed.headers, Mapping[str, str])
    assert_type(observed.content, bytes)


def files(file: ModelFile, async_file: AsyncModelFile) -> None:
    assert_type(file.name, str)
    assert_type(async_file.name, str)
