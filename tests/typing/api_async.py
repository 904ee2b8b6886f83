"""What type checkers must see of the asynchronous clients. Checked by mypy and pyright, never run."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import assert_type

import httpx
import pandas as pd
import polars as pl
import pyarrow as pa

from anaplan_client import alm as alm_operations
from anaplan_client import authentication, integration
from anaplan_client.alm.models import RevisionsResponse
from anaplan_client.authentication.models import TokenResponse
from anaplan_client.core import Observed
from anaplan_client.core.client import AsyncApiClient, AsyncBody
from anaplan_client.integration.models import (
    Action,
    AnaplanList,
    CellCoordinate,
    CellWrite,
    CurrentPeriod,
    Dashboard,
    DeleteModelsResponse,
    Dimension,
    DimensionItem,
    Export,
    ExportMetadata,
    File,
    FileResponse,
    FiscalYear,
    Import,
    ImportMetadata,
    LineItem,
    ListItem,
    ListItemInput,
    ListMetadata,
    MappingParameter,
    Model,
    ModelCalendar,
    ModelStatus,
    Module,
    Process,
    ProcessMetadata,
    SetChunkCountRequest,
    Switchover,
    Task,
    User,
    Version,
    View,
    ViewData,
    ViewInfo,
    Workspace,
    WorkspaceMember,
)
from anaplan_ext import (
    AsyncAlm,
    AsyncClient,
    AsyncFiles,
    AsyncModelFile,
    AsyncTable,
    AsyncTransactional,
    CellWriteResult,
    CompletedReportTask,
    CompletedSyncTask,
    ListWriteResult,
    LoadPlan,
    LoadReport,
    ModelRevision,
    OAuth,
    PendingReportTask,
    PendingSyncTask,
    PendingTask,
    PlannedFile,
    RateLimit,
    ReportTask,
    RetryPolicy,
    Revision,
    SummaryReport,
    SyncTask,
    TaskHandle,
    TaskStatus,
    TaskSummary,
    TokenStore,
    TransferProgress,
    UploadManifest,
    listen_for_redirect,
    paste_redirect,
    print_device_code,
    progress_bar,
)
from anaplan_ext.files import async_objects
from anaplan_ext.tasks.errors import AnyTask
from anaplan_ext.transactional.list_items import ItemInput


def on_answer(observed: Observed) -> None: ...
def on_action(task: Task) -> None: ...
def on_any(task: AnyTask) -> None: ...
def on_sync(task: SyncTask) -> None: ...
def on_report(task: ReportTask) -> None: ...
def on_transfer(progress: TransferProgress) -> None: ...
def on_upload(file: PlannedFile, progress: TransferProgress) -> None: ...
def on_items(result: ListWriteResult) -> None: ...
def on_cells(result: CellWriteResult) -> None: ...


async def construction() -> None:
    assert_type(AsyncClient("workspace", "model", "user@example.com", "password"), AsyncClient)
    assert_type(
        AsyncClient(certificate=b"", private_key="~/key.pem", private_key_password=b"", region="eu3"), AsyncClient
    )
    assert_type(
        AsyncClient(token="token", base_url="http://localhost:8080", retry_policy=RetryPolicy(count=1)), AsyncClient
    )
    assert_type(
        AsyncClient(token="token", rate_limit=RateLimit(per_second=5, burst=100, shared="file:limit")), AsyncClient
    )
    assert_type(AsyncClient(auth=httpx.BasicAuth("user", "password"), hooks={"request": [print]}), AsyncClient)
    assert_type(AsyncClient(token="token", observer=on_answer), AsyncClient)
    assert_type(
        AsyncClient(
            None, None, None, None, "certificate.pem", "key.pem", None, 30, 2, 0.5, True, 25_000_000, False,
            certificate_format="v1", assume_exclusive=True,
        ),
        AsyncClient,
    )  # fmt: skip
    async with AsyncClient(token="token") as entered:
        assert_type(entered, AsyncClient)


def signing_in(store: TokenStore) -> None:
    assert_type(AsyncClient.from_env(), AsyncClient)
    assert_type(
        AsyncClient.from_env(
            environ={"ANAPLAN_TOKEN": "token"}, store=store, on_device_code=print, get_redirect=paste_redirect
        ),
        AsyncClient,
    )
    assert_type(AsyncClient.from_profile(), AsyncClient)
    assert_type(AsyncClient.from_profile("prod", path="~/anaplan.toml", store=store), AsyncClient)
    assert_type(
        AsyncClient.from_profile(
            path=Path("a.toml"), on_device_code=print_device_code, get_redirect=listen_for_redirect
        ),
        AsyncClient,
    )
    assert_type(AsyncClient(auth=OAuth("client", store=store)), AsyncClient)


async def sharing(client: AsyncClient) -> None:
    assert_type(client.workspace_id, str | None)
    assert_type(client.model_id, str | None)
    assert_type(client.with_model("model"), AsyncClient)
    assert_type(client.with_model(workspace_id="workspace"), AsyncClient)
    assert_type(AsyncClient.from_existing(client, "workspace", "model"), AsyncClient)
    assert_type(client.alm, AsyncAlm)
    assert_type(client.transactional, AsyncTransactional)
    assert_type(client.files, AsyncFiles)
    assert_type(await client.aclose(), None)


async def generated(client: AsyncClient, pieces: AsyncIterator[bytes]) -> None:
    assert_type(await client.send(alm_operations.list_revisions("model", sort="-name")), RevisionsResponse)
    count = SetChunkCountRequest(chunk_count=-1)
    assert_type(await client.send(integration.set_file_chunk_count("model", "113", body=count)), FileResponse)
    assert_type(await client.send(authentication.create_token(authorization="Basic …")), TokenResponse)
    deletion = integration.delete_file("model", "113")
    assert_type(await client.send_with_headers(deletion, timeout=1), tuple[None, Mapping[str, str]])
    assert_type(await client.send(integration.download_file("model", "113"), timeout=60), bytes)
    assert_type(await client.send(integration.delete_file("model", "113")), None)
    assert_type(await client.send(integration.upload_file_chunk("model", "113", 0, body=b"")), None)
    assert_type(await client.send(integration.upload_file("model", "113", body=pieces)), None)
    download = integration.download_file_chunk("model", "113", 0)
    assert_type(client.stream(download, timeout=1.5), AbstractAsyncContextManager[AsyncIterator[bytes]])
    async with client.stream(download) as received:
        assert_type(received, AsyncIterator[bytes])


async def core(api: AsyncApiClient) -> None:
    assert_type(await api.send(alm_operations.list_revisions("model")), RevisionsResponse)
    assert_type(await api.send(integration.delete_file("model", "113"), timeout=1), None)
    async with api.stream(integration.download_file("model", "113")) as received:
        assert_type(received, AsyncBody)
    async with api as entered:
        assert_type(entered, AsyncApiClient)
    assert_type(api.url(integration.list_workspaces()), str)
    assert_type(await api.aclose(), None)


async def listings(client: AsyncClient) -> None:
    assert_type(await client.list_workspaces(), list[Workspace])
    assert_type(await client.list_workspaces(search="plan", sort_by="size_allowance", descending=True), list[Workspace])
    assert_type(client.iter_workspaces(tenant_details=True), AsyncIterator[Workspace])
    assert_type(await client.list_models(), list[Model])
    assert_type(await client.list_models(workspace_id="workspace", model_details=True), list[Model])
    assert_type(client.iter_models(search="plan", sort_by="active_state", descending=True), AsyncIterator[Model])
    assert_type(await client.list_files(), list[File])
    assert_type(client.iter_files(sort_by="id"), AsyncIterator[File])
    assert_type(await client.list_actions(sort_by="name"), list[Action])
    assert_type(client.iter_actions(), AsyncIterator[Action])
    assert_type(await client.list_imports(sort_by="name", descending=True), list[Import])
    assert_type(client.iter_imports(), AsyncIterator[Import])
    assert_type(await client.list_exports(), list[Export])
    assert_type(client.iter_exports(), AsyncIterator[Export])
    assert_type(await client.list_processes(), list[Process])
    assert_type(client.iter_processes(), AsyncIterator[Process])
    assert_type(await client.list_dashboards(), list[Dashboard])
    assert_type(client.iter_dashboards(), AsyncIterator[Dashboard])
    assert_type(await client.list_admins(), list[WorkspaceMember])
    assert_type(client.iter_admins("workspace"), AsyncIterator[WorkspaceMember])
    assert_type(await client.list_visitors("workspace"), list[WorkspaceMember])
    assert_type(client.iter_visitors(), AsyncIterator[WorkspaceMember])
    assert_type(await client.list_tasks(112000000001), list[Task])
    assert_type(await client.list_tasks("118000000001", sort_by="creation_time", descending=True), list[Task])
    async for model in client.iter_models():
        assert_type(model, Model)


async def metadata(client: AsyncClient) -> None:
    assert_type(await client.get_workspace(), Workspace)
    assert_type(await client.get_workspace("workspace", tenant_details=True), Workspace)
    assert_type(await client.get_model(), Model)
    assert_type(await client.get_model("model", model_details=True), Model)
    assert_type(await client.delete_models(["model"]), DeleteModelsResponse)
    assert_type(await client.get_import("112000000001"), ImportMetadata)
    assert_type(await client.get_export(116000000001), ExportMetadata)
    assert_type(await client.get_process("118000000001"), ProcessMetadata)
    assert_type(await client.delete_file(113000000001), None)
    assert_type(await client.get_optimizer_log("117000000001", "task"), bytes)


async def actions(client: AsyncClient, handle: TaskHandle) -> None:
    assert_type(await client.invoke_action(112000000001), str)
    assert_type(await client.invoke_action("118000000001"), str)
    assert_type(await client.get_task_status("112000000001", "task"), TaskStatus)
    assert_type(await client.cancel_task("112000000001", "task"), None)
    assert_type(await client.wait_for_task(112000000001, "task", timeout=60, progress=on_action), LoadReport)
    assert_type(await client.cancel_task(handle), None)
    ended = await client.wait_for_task(handle, timeout=60, progress=on_any)
    assert_type(ended, LoadReport | CompletedSyncTask | CompletedReportTask)
    assert_type(await client.run_action("112000000001"), LoadReport)
    assert_type(
        await client.run_action("112000000001", timeout=0.5, progress=on_action, on_ignored="raise"), LoadReport
    )
    parameters = [MappingParameter(entity_type="Version", entity_name="Actual")]
    assert_type(await client.invoke_action(112000000001, mapping_parameters=parameters, locale="de_DE"), str)
    assert_type(await client.run_action(112000000001, mapping_parameters=parameters, locale="de_DE"), LoadReport)
    assert_type(await client.get_failure_dump("112000000001", "task"), bytes)
    assert_type(await client.get_failure_dump("118000000001", "task", 112000000001), bytes)


async def files(client: AsyncClient, pieces: AsyncIterable[bytes], lines: Iterable[str]) -> None:
    assert_type(await client.upload_file(113000000001, "text"), None)
    assert_type(await client.upload_file("113000000001", b"bytes", progress=on_transfer), None)
    assert_type(await client.upload_file("113000000001", memoryview(bytearray())), None)
    assert_type(await client.upload_file_stream("113000000001", pieces), None)
    assert_type(await client.upload_file_stream("113000000001", lines, progress=on_transfer), None)
    assert_type(await client.upload_file_stream("113000000001", [b"bytes", "text"]), None)
    assert_type(await client.get_file("113000000001", progress=on_transfer), bytes)
    assert_type(await client.download_file(113000000001, "content.csv"), None)
    assert_type(await client.download_file("113000000001", Path("content.csv"), progress=on_transfer), None)
    assert_type(await client.upload_file(113000000001, Path("content.csv"), allow_empty=True), None)
    manifest: UploadManifest = {"model_id": "M", "file_id": "113", "length": None, "chunk_size": 1000000, "sent": {}}
    assert_type(await client.upload_file("113000000001", "text", resume=manifest, manifest=Path("upload.json")), None)
    assert_type(await client.upload_file_stream("113000000001", pieces, resume="old.json", manifest="new.json"), None)
    with progress_bar("content.csv", console=None) as bar:
        assert_type(await client.get_file("113000000001", progress=bar), bytes)
    assert_type(client.get_file_stream(116000000001, progress=on_transfer), AsyncIterator[bytes])
    async for piece in client.get_file_stream("116000000001"):
        assert_type(piece, bytes)
    assert_type(await client.upload_and_import("113000000001", "text", "112000000001", progress=on_action), LoadReport)
    assert_type(await client.export_and_download(116000000001, timeout=60), bytes)
    assert_type(await client.plan_load({"a.csv": Path("a.csv")}, process="Nightly"), LoadPlan)
    assert_type(
        await client.load({"a.csv": b"id", "b.csv": ["id"]}, process="Nightly", on_upload=on_upload), LoadReport
    )
    assert_type(await client.load({"a.csv": "id"}, import_=112000000001, progress=on_action), LoadReport)
    assert_type(await client.export("Sales", on_download=on_transfer), AsyncTable)
    assert_type(await client.export("Sales", "sales.csv"), None)
    frame = pl.DataFrame()
    assert_type(await client.load({"a.csv": frame, "b.csv": frame.lazy()}, process="Nightly"), LoadReport)
    assert_type(await client.load({"a.csv": pd.DataFrame(), "b.csv": "id"}, process="Nightly"), LoadReport)
    assert_type(client.view("Sales.By month", layout="TABULAR_SINGLE_COLUMN", timeout=60), AsyncTable)
    assert_type(client.items(101000000001, progress=on_transfer), AsyncTable)


async def tables(table: AsyncTable) -> None:
    assert_type(table.iter_bytes(), AsyncIterator[bytes])
    assert_type(await table.read(), bytes)
    assert_type(table.iter_batches(types={"id": "text"}), AsyncIterator[pa.RecordBatch])
    assert_type(await table.to_arrow(), pa.Table)
    assert_type(await table.to_polars(types={"amount": "number"}), pl.DataFrame)
    assert_type(await table.to_pandas(), pd.DataFrame)
    assert_type(await table.to_parquet(Path("sales.parquet"), compression="snappy"), int)


async def revisions(alm: AsyncAlm) -> None:
    assert_type(await alm.change_model_status("online"), None)
    assert_type(await alm.change_model_status("offline"), None)
    assert_type(await alm.get_revisions(), list[Revision])
    assert_type(await alm.get_revisions("applied_on", descending=True), list[Revision])
    assert_type(await alm.get_latest_revision(), Revision | None)
    assert_type(await alm.get_syncable_revisions("source"), list[Revision])
    assert_type(await alm.create_revision("name"), Revision)
    assert_type(await alm.create_revision("name", description="text"), Revision)
    assert_type(await alm.get_models_for_revision("revision"), list[ModelRevision])


async def synchronization(alm: AsyncAlm, wait: bool) -> None:
    assert_type(await alm.get_sync_tasks(), list[TaskSummary])
    assert_type(await alm.get_sync_task("task"), SyncTask)
    assert_type(await alm.sync_models("revision", "source", "target"), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", timeout=60, progress=on_sync), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", True), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", wait_for_completion=True), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", False), PendingSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", wait_for_completion=False), PendingSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", wait), CompletedSyncTask | PendingSyncTask)
    assert_type(
        await alm.sync_models("revision", "source", "target", wait_for_completion=wait, timeout=60, progress=on_sync),
        CompletedSyncTask | PendingSyncTask,
    )
    assert_type(
        await alm.sync_models(source_revision_id="revision", source_model_id="source", target_revision_id="target"),
        CompletedSyncTask,
    )


async def reports(alm: AsyncAlm, wait: bool, report: ReportTask, pending: PendingTask) -> None:
    assert_type(await alm.create_comparison_report("revision", "source", "target"), CompletedReportTask)
    assert_type(await alm.create_comparison_report("revision", "source", "target", True), CompletedReportTask)
    assert_type(await alm.create_comparison_report("revision", "source", "target", False), PendingReportTask)
    assert_type(
        await alm.create_comparison_report("revision", "source", "target", wait_for_completion=False), PendingReportTask
    )
    assert_type(
        await alm.create_comparison_report(
            "revision", "source", "target", wait_for_completion=True, timeout=60, progress=on_report
        ),
        CompletedReportTask,
    )
    assert_type(
        await alm.create_comparison_report("revision", "source", "target", wait),
        CompletedReportTask | PendingReportTask,
    )
    assert_type(
        await alm.create_comparison_report("revision", "source", "target", wait_for_completion=wait, timeout=60),
        CompletedReportTask | PendingReportTask,
    )
    assert_type(await alm.get_comparison_report_task("task"), ReportTask)
    assert_type(await alm.get_comparison_report(report), bytes)
    assert_type(await alm.get_comparison_report(pending), bytes)


async def summaries(alm: AsyncAlm, wait: bool, report: ReportTask, pending: PendingTask) -> None:
    assert_type(await alm.create_comparison_summary("revision", "source", "target"), SummaryReport)
    assert_type(await alm.create_comparison_summary("revision", "source", "target", True), SummaryReport)
    assert_type(await alm.create_comparison_summary("revision", "source", "target", False), PendingReportTask)
    assert_type(
        await alm.create_comparison_summary("revision", "source", "target", wait_for_completion=False),
        PendingReportTask,
    )
    assert_type(
        await alm.create_comparison_summary(
            "revision", "source", "target", wait_for_completion=True, timeout=60, progress=on_report
        ),
        SummaryReport,
    )
    assert_type(
        await alm.create_comparison_summary("revision", "source", "target", wait), SummaryReport | PendingReportTask
    )
    assert_type(
        await alm.create_comparison_summary("revision", "source", "target", wait_for_completion=wait, timeout=60),
        SummaryReport | PendingReportTask,
    )
    assert_type(await alm.get_comparison_summary_task("task"), ReportTask)
    assert_type(await alm.get_comparison_summary(report), SummaryReport)
    assert_type(await alm.get_comparison_summary(pending), SummaryReport)


async def model(transactional: AsyncTransactional) -> None:
    assert_type(await transactional.list_users(), list[User])
    assert_type(transactional.iter_users(search="ada", sort_by="last_name", descending=True), AsyncIterator[User])
    assert_type(await transactional.get_user(), User)
    assert_type(await transactional.get_user("user"), User)
    assert_type(await transactional.list_modules(), list[Module])
    assert_type(transactional.iter_modules(), AsyncIterator[Module])
    assert_type(await transactional.list_views(102000000001, include_subsidiary_views=True), list[View])
    assert_type(transactional.iter_views(), AsyncIterator[View])
    assert_type(await transactional.get_view_info("102000000001"), ViewInfo)
    assert_type(await transactional.list_line_items(), list[LineItem])
    assert_type(transactional.iter_line_items("102000000001", include_all=True), AsyncIterator[LineItem])
    assert_type(await transactional.list_lists(), list[AnaplanList])
    assert_type(transactional.iter_lists(), AsyncIterator[AnaplanList])
    assert_type(await transactional.get_list_metadata(101000000001), ListMetadata)
    assert_type(await transactional.list_versions(), list[Version])
    assert_type(await transactional.set_version_switchover("107000000001", "2026-01-01"), Switchover)
    assert_type(await transactional.get_current_period(), CurrentPeriod)
    assert_type(await transactional.set_current_period(date(2026, 1, 1)), CurrentPeriod)
    assert_type(await transactional.set_current_fiscal_year("FY26"), FiscalYear)
    assert_type(await transactional.get_model_calendar(), ModelCalendar)
    assert_type(await transactional.get_model_status(), ModelStatus)
    assert_type(await transactional.open_model(), None)
    assert_type(await transactional.close_model(), None)


async def dimensions(transactional: AsyncTransactional) -> None:
    assert_type(await transactional.get_dimension_items(101000000001), list[DimensionItem])
    assert_type(await transactional.lookup_dimension_items("101000000001", ["code"]), list[DimensionItem])
    assert_type(await transactional.lookup_dimension_items(101000000001, names=["name"]), list[DimensionItem])
    assert_type(await transactional.get_view_dimension_items(102000000001, "20000000003"), list[DimensionItem])
    assert_type(await transactional.get_line_item_dimensions("206000000001"), list[Dimension])
    assert_type(await transactional.get_line_item_dimension_items(206000000001, 20000000003), list[DimensionItem])


async def reading(transactional: AsyncTransactional) -> None:
    assert_type(await transactional.get_list_items(101000000001), list[ListItem])
    assert_type(transactional.iter_list_items("101000000001", include_all=True), AsyncIterator[ListItem])
    assert_type(transactional.get_list_items_stream("101000000001", timeout=60), AsyncIterator[bytes])
    assert_type(transactional.iter_list_rows(101000000001, progress=on_transfer), AsyncIterator[list[str]])
    assert_type(await transactional.get_view_data("102000000001"), ViewData)
    assert_type(await transactional.get_view_data(102000000001, [(101000000001, "206000000001")], max_rows=5), ViewData)
    assert_type(
        transactional.get_view_data_stream(102000000001, layout="GRID_ALL_PAGES", progress=on_transfer),
        AsyncIterator[bytes],
    )
    assert_type(
        transactional.iter_view_rows("108000000001", module_id=102000000001, timeout=60), AsyncIterator[list[str]]
    )


async def writing(
    transactional: AsyncTransactional, items: Iterable[ItemInput], later: AsyncIterator[dict[str, str]]
) -> None:
    typed = [ListItemInput(name="Bread")]
    assert_type(await transactional.insert_list_items(101000000001, typed), ListWriteResult)
    assert_type(await transactional.insert_list_items("101000000001", items, raise_on_failure=True), ListWriteResult)
    assert_type(await transactional.insert_list_items("101000000001", later, items_per_call=10), ListWriteResult)
    assert_type(await transactional.update_list_items("101000000001", [{"code": "b1"}]), ListWriteResult)
    assert_type(
        await transactional.delete_list_items("101000000001", ({"id": n} for n in range(3)), progress=on_items),
        ListWriteResult,
    )
    assert_type(await transactional.reset_list_index(101000000001), None)
    cell = CellWrite(line_item_name="Units", value=1, dimensions=[CellCoordinate(dimension_name="P", item_name="A")])
    frame = pl.DataFrame({"name": ["Apples"]})
    assert_type(await transactional.insert_list_items(101000000001, frame), ListWriteResult)
    assert_type(await transactional.upsert_list_items("101000000001", frame, parents_first=True), ListWriteResult)
    assert_type(await transactional.upsert_list_items("101000000001", items, progress=on_items), ListWriteResult)
    assert_type(
        await transactional.write_module_data(
            102000000001, frame, dimensions={"Products": "name"}, values=["Units"], items_by="code", progress=on_cells
        ),
        CellWriteResult,
    )
    assert_type(await transactional.update_module_data(102000000001, [cell]), CellWriteResult)
    assert_type(
        await transactional.update_module_data(
            "102000000001",
            ({"lineItemName": "Units", "value": n, "dimensions": [{"dimensionName": "P"}]} for n in range(3)),
            cells_per_call=10,
            bytes_per_call=1000,
            raise_on_failure=True,
            progress=on_cells,
        ),
        CellWriteResult,
    )


async def file_objects(files: AsyncFiles, file: AsyncModelFile) -> None:
    assert_type(files["sales.csv"], AsyncModelFile)
    assert_type(files[113000000000], AsyncModelFile)
    assert_type(aiter(files), AsyncIterator[File])
    assert_type(await files.exists("sales.csv"), bool)
    assert_type("sales.csv" in files, bool)
    assert_type(file.name, str)
    assert_type(await file.info(), File)
    assert_type(await file.count_chunks(), int)
    assert_type(await file.read_chunk(0), bytes)
    assert_type(await file.delete(), None)
    assert_type(await file.upload(Path("sales.csv"), progress=print, allow_empty=True, create=True), None)
    assert_type(await file.download("sales.csv", progress=print), None)
    assert_type(await file.open(), async_objects.Reader)
    assert_type(await file.open("rb", progress=print), async_objects.Reader)
    assert_type(await file.open("wb", progress=print, allow_empty=True, create=True), async_objects.Writer)
