"""What type checkers must see of the synchronous clients. Checked by mypy and pyright, never run."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
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
from anaplan_client.core.client import ApiClient, Body
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
    Alm,
    CellWriteResult,
    Client,
    CompletedReportTask,
    CompletedSyncTask,
    Files,
    ListWriteResult,
    LoadPlan,
    LoadReport,
    ModelFile,
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
    Table,
    TaskHandle,
    TaskStatus,
    TaskSummary,
    TokenStore,
    Transactional,
    TransferProgress,
    UploadManifest,
    listen_for_redirect,
    paste_redirect,
    print_device_code,
    progress_bar,
)
from anaplan_ext.files import sync_objects
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


def construction() -> None:
    assert_type(Client("workspace", "model", "user@example.com", "password"), Client)
    assert_type(Client(certificate=b"", private_key="~/key.pem", private_key_password=b"", region="eu3"), Client)
    assert_type(Client(token="token", base_url="http://localhost:8080", retry_policy=RetryPolicy(count=1)), Client)
    assert_type(Client(token="token", rate_limit=RateLimit(per_second=5, burst=100, shared="file:limit")), Client)
    assert_type(Client(auth=httpx.BasicAuth("user", "password"), hooks={"request": [print]}), Client)
    assert_type(Client(token="token", observer=on_answer), Client)
    assert_type(
        Client(
            None, None, None, None, "certificate.pem", "key.pem", None, 30, 2, 0.5, True, 25_000_000, False,
            certificate_format="v1", assume_exclusive=True,
        ),
        Client,
    )  # fmt: skip
    with Client(token="token") as entered:
        assert_type(entered, Client)


def signing_in(store: TokenStore) -> None:
    assert_type(Client.from_env(), Client)
    assert_type(
        Client.from_env(
            environ={"ANAPLAN_TOKEN": "token"}, store=store, on_device_code=print, get_redirect=paste_redirect
        ),
        Client,
    )
    assert_type(Client.from_profile(), Client)
    assert_type(Client.from_profile("prod", path="~/anaplan.toml", store=store), Client)
    assert_type(
        Client.from_profile(path=Path("a.toml"), on_device_code=print_device_code, get_redirect=listen_for_redirect),
        Client,
    )
    assert_type(Client(auth=OAuth("client", store=store)), Client)


def sharing(client: Client) -> None:
    assert_type(client.workspace_id, str | None)
    assert_type(client.model_id, str | None)
    assert_type(client.with_model("model"), Client)
    assert_type(client.with_model(workspace_id="workspace"), Client)
    assert_type(Client.from_existing(client, "workspace", "model"), Client)
    assert_type(client.alm, Alm)
    assert_type(client.transactional, Transactional)
    assert_type(client.files, Files)
    assert_type(client.close(), None)


def generated(client: Client, pieces: Iterator[bytes]) -> None:
    assert_type(client.send(alm_operations.list_revisions("model", sort="-name")), RevisionsResponse)
    count = SetChunkCountRequest(chunk_count=-1)
    assert_type(client.send(integration.set_file_chunk_count("model", "113", body=count)), FileResponse)
    assert_type(client.send(authentication.create_token(authorization="Basic …")), TokenResponse)
    deletion = integration.delete_file("model", "113")
    assert_type(client.send_with_headers(deletion, timeout=1), tuple[None, Mapping[str, str]])
    assert_type(client.send(integration.download_file("model", "113"), timeout=60), bytes)
    assert_type(client.send(integration.delete_file("model", "113")), None)
    assert_type(client.send(integration.upload_file_chunk("model", "113", 0, body=b"")), None)
    assert_type(client.send(integration.upload_file("model", "113", body=pieces)), None)
    download = integration.download_file_chunk("model", "113", 0)
    assert_type(client.stream(download, timeout=1.5), AbstractContextManager[Iterator[bytes]])
    with client.stream(download) as received:
        assert_type(received, Iterator[bytes])


def core(api: ApiClient) -> None:
    assert_type(api.send(alm_operations.list_revisions("model")), RevisionsResponse)
    assert_type(api.send(integration.delete_file("model", "113"), timeout=1), None)
    with api.stream(integration.download_file("model", "113")) as received:
        assert_type(received, Body)
    with api as entered:
        assert_type(entered, ApiClient)
    assert_type(api.url(integration.list_workspaces()), str)
    assert_type(api.close(), None)


def listings(client: Client) -> None:
    assert_type(client.list_workspaces(), list[Workspace])
    assert_type(client.list_workspaces(search="plan", sort_by="size_allowance", descending=True), list[Workspace])
    assert_type(client.iter_workspaces(tenant_details=True), Iterator[Workspace])
    assert_type(client.list_models(), list[Model])
    assert_type(client.list_models(workspace_id="workspace", model_details=True), list[Model])
    assert_type(client.iter_models(search="plan", sort_by="active_state", descending=True), Iterator[Model])
    assert_type(client.list_files(), list[File])
    assert_type(client.iter_files(sort_by="id"), Iterator[File])
    assert_type(client.list_actions(sort_by="name"), list[Action])
    assert_type(client.iter_actions(), Iterator[Action])
    assert_type(client.list_imports(sort_by="name", descending=True), list[Import])
    assert_type(client.iter_imports(), Iterator[Import])
    assert_type(client.list_exports(), list[Export])
    assert_type(client.iter_exports(), Iterator[Export])
    assert_type(client.list_processes(), list[Process])
    assert_type(client.iter_processes(), Iterator[Process])
    assert_type(client.list_dashboards(), list[Dashboard])
    assert_type(client.iter_dashboards(), Iterator[Dashboard])
    assert_type(client.list_admins(), list[WorkspaceMember])
    assert_type(client.iter_admins("workspace"), Iterator[WorkspaceMember])
    assert_type(client.list_visitors("workspace"), list[WorkspaceMember])
    assert_type(client.iter_visitors(), Iterator[WorkspaceMember])
    assert_type(client.list_tasks(112000000001), list[Task])
    assert_type(client.list_tasks("118000000001", sort_by="creation_time", descending=True), list[Task])
    for model in client.iter_models():
        assert_type(model, Model)


def metadata(client: Client) -> None:
    assert_type(client.get_workspace(), Workspace)
    assert_type(client.get_workspace("workspace", tenant_details=True), Workspace)
    assert_type(client.get_model(), Model)
    assert_type(client.get_model("model", model_details=True), Model)
    assert_type(client.delete_models(["model"]), DeleteModelsResponse)
    assert_type(client.get_import("112000000001"), ImportMetadata)
    assert_type(client.get_export(116000000001), ExportMetadata)
    assert_type(client.get_process("118000000001"), ProcessMetadata)
    assert_type(client.delete_file(113000000001), None)
    assert_type(client.get_optimizer_log("117000000001", "task"), bytes)


def actions(client: Client, handle: TaskHandle) -> None:
    assert_type(client.invoke_action(112000000001), str)
    assert_type(client.invoke_action("118000000001"), str)
    assert_type(client.get_task_status("112000000001", "task"), TaskStatus)
    assert_type(client.cancel_task("112000000001", "task"), None)
    assert_type(client.wait_for_task(112000000001, "task", timeout=60, progress=on_action), LoadReport)
    assert_type(client.cancel_task(handle), None)
    ended = client.wait_for_task(handle, timeout=60, progress=on_any)
    assert_type(ended, LoadReport | CompletedSyncTask | CompletedReportTask)
    assert_type(client.run_action("112000000001"), LoadReport)
    assert_type(client.run_action("112000000001", timeout=0.5, on_ignored="raise"), LoadReport)
    parameters = [MappingParameter(entity_type="Version", entity_name="Actual")]
    assert_type(client.invoke_action(112000000001, mapping_parameters=parameters, locale="de_DE"), str)
    assert_type(client.run_action(112000000001, mapping_parameters=parameters, locale="de_DE"), LoadReport)
    assert_type(client.get_failure_dump("112000000001", "task"), bytes)
    assert_type(client.get_failure_dump("118000000001", "task", 112000000001), bytes)


def files(client: Client, pieces: Iterator[bytes], lines: Iterator[str]) -> None:
    assert_type(client.upload_file(113000000001, "text"), None)
    assert_type(client.upload_file("113000000001", b"bytes", progress=on_transfer), None)
    assert_type(client.upload_file("113000000001", memoryview(bytearray())), None)
    assert_type(client.upload_file_stream("113000000001", pieces), None)
    assert_type(client.upload_file_stream("113000000001", lines, progress=on_transfer), None)
    assert_type(client.upload_file_stream("113000000001", [b"bytes", "text"]), None)
    assert_type(client.get_file("113000000001", progress=on_transfer), bytes)
    assert_type(client.download_file(113000000001, "content.csv"), None)
    assert_type(client.download_file("113000000001", Path("content.csv"), progress=on_transfer), None)
    assert_type(client.upload_file(113000000001, Path("content.csv"), allow_empty=True), None)
    manifest: UploadManifest = {"model_id": "M", "file_id": "113", "length": None, "chunk_size": 1000000, "sent": {}}
    assert_type(client.upload_file("113000000001", "text", resume=manifest, manifest=Path("upload.json")), None)
    assert_type(client.upload_file_stream("113000000001", pieces, resume="old.json", manifest="new.json"), None)
    with progress_bar("content.csv", console=None) as bar:
        assert_type(client.get_file("113000000001", progress=bar), bytes)
    assert_type(client.get_file_stream(116000000001, progress=on_transfer), Iterator[bytes])
    for piece in client.get_file_stream("116000000001"):
        assert_type(piece, bytes)
    assert_type(client.upload_and_import("113000000001", "text", "112000000001", progress=on_action), LoadReport)
    assert_type(client.export_and_download(116000000001, timeout=60), bytes)
    assert_type(client.plan_load({"a.csv": Path("a.csv")}, process="Nightly"), LoadPlan)
    assert_type(client.load({"a.csv": b"id", "b.csv": ["id"]}, process="Nightly", on_upload=on_upload), LoadReport)
    assert_type(client.load({"a.csv": "id"}, import_=112000000001, progress=on_action), LoadReport)
    assert_type(client.export("Sales", on_download=on_transfer), Table)
    assert_type(client.export("Sales", "sales.csv"), None)
    frame = pl.DataFrame()
    assert_type(client.load({"a.csv": frame, "b.csv": frame.lazy()}, process="Nightly"), LoadReport)
    assert_type(client.load({"a.csv": pd.DataFrame(), "b.csv": "id"}, process="Nightly"), LoadReport)
    assert_type(client.view("Sales.By month", layout="TABULAR_SINGLE_COLUMN", timeout=60), Table)
    assert_type(client.items(101000000001, progress=on_transfer), Table)


def tables(table: Table) -> None:
    assert_type(table.iter_bytes(), Iterator[bytes])
    assert_type(table.read(), bytes)
    assert_type(table.iter_batches(types={"id": "text"}), Iterator[pa.RecordBatch])
    assert_type(table.to_arrow(), pa.Table)
    assert_type(table.to_polars(types={"amount": "number"}), pl.DataFrame)
    assert_type(table.to_pandas(), pd.DataFrame)
    assert_type(table.to_parquet(Path("sales.parquet"), compression="snappy"), int)


def revisions(alm: Alm) -> None:
    assert_type(alm.change_model_status("online"), None)
    assert_type(alm.change_model_status("offline"), None)
    assert_type(alm.get_revisions(), list[Revision])
    assert_type(alm.get_revisions("applied_on", descending=True), list[Revision])
    assert_type(alm.get_latest_revision(), Revision | None)
    assert_type(alm.get_syncable_revisions("source"), list[Revision])
    assert_type(alm.create_revision("name"), Revision)
    assert_type(alm.create_revision("name", description="text"), Revision)
    assert_type(alm.get_models_for_revision("revision"), list[ModelRevision])


def synchronization(alm: Alm, wait: bool) -> None:
    assert_type(alm.get_sync_tasks(), list[TaskSummary])
    assert_type(alm.get_sync_task("task"), SyncTask)
    assert_type(alm.sync_models("revision", "source", "target"), CompletedSyncTask)
    assert_type(alm.sync_models("revision", "source", "target", timeout=60, progress=on_sync), CompletedSyncTask)
    assert_type(alm.sync_models("revision", "source", "target", True), CompletedSyncTask)
    assert_type(alm.sync_models("revision", "source", "target", wait_for_completion=True), CompletedSyncTask)
    assert_type(alm.sync_models("revision", "source", "target", False), PendingSyncTask)
    assert_type(alm.sync_models("revision", "source", "target", wait_for_completion=False), PendingSyncTask)
    assert_type(alm.sync_models("revision", "source", "target", wait), CompletedSyncTask | PendingSyncTask)
    assert_type(
        alm.sync_models("revision", "source", "target", wait_for_completion=wait, timeout=60, progress=on_sync),
        CompletedSyncTask | PendingSyncTask,
    )
    assert_type(
        alm.sync_models(source_revision_id="revision", source_model_id="source", target_revision_id="target"),
        CompletedSyncTask,
    )


def reports(alm: Alm, wait: bool, report: ReportTask, pending: PendingTask) -> None:
    assert_type(alm.create_comparison_report("revision", "source", "target"), CompletedReportTask)
    assert_type(alm.create_comparison_report("revision", "source", "target", True), CompletedReportTask)
    assert_type(alm.create_comparison_report("revision", "source", "target", False), PendingReportTask)
    assert_type(
        alm.create_comparison_report("revision", "source", "target", wait_for_completion=False), PendingReportTask
    )
    assert_type(
        alm.create_comparison_report(
            "revision", "source", "target", wait_for_completion=True, timeout=60, progress=on_report
        ),
        CompletedReportTask,
    )
    assert_type(
        alm.create_comparison_report("revision", "source", "target", wait), CompletedReportTask | PendingReportTask
    )
    assert_type(
        alm.create_comparison_report("revision", "source", "target", wait_for_completion=wait, timeout=60),
        CompletedReportTask | PendingReportTask,
    )
    assert_type(alm.get_comparison_report_task("task"), ReportTask)
    assert_type(alm.get_comparison_report(report), bytes)
    assert_type(alm.get_comparison_report(pending), bytes)


def summaries(alm: Alm, wait: bool, report: ReportTask, pending: PendingTask) -> None:
    assert_type(alm.create_comparison_summary("revision", "source", "target"), SummaryReport)
    assert_type(alm.create_comparison_summary("revision", "source", "target", True), SummaryReport)
    assert_type(alm.create_comparison_summary("revision", "source", "target", False), PendingReportTask)
    assert_type(
        alm.create_comparison_summary("revision", "source", "target", wait_for_completion=False), PendingReportTask
    )
    assert_type(
        alm.create_comparison_summary(
            "revision", "source", "target", wait_for_completion=True, timeout=60, progress=on_report
        ),
        SummaryReport,
    )
    assert_type(alm.create_comparison_summary("revision", "source", "target", wait), SummaryReport | PendingReportTask)
    assert_type(
        alm.create_comparison_summary("revision", "source", "target", wait_for_completion=wait, timeout=60),
        SummaryReport | PendingReportTask,
    )
    assert_type(alm.get_comparison_summary_task("task"), ReportTask)
    assert_type(alm.get_comparison_summary(report), SummaryReport)
    assert_type(alm.get_comparison_summary(pending), SummaryReport)


def model(transactional: Transactional) -> None:
    assert_type(transactional.list_users(), list[User])
    assert_type(transactional.iter_users(search="ada", sort_by="last_name", descending=True), Iterator[User])
    assert_type(transactional.get_user(), User)
    assert_type(transactional.get_user("user"), User)
    assert_type(transactional.list_modules(), list[Module])
    assert_type(transactional.iter_modules(), Iterator[Module])
    assert_type(transactional.list_views(102000000001, include_subsidiary_views=True), list[View])
    assert_type(transactional.iter_views(), Iterator[View])
    assert_type(transactional.get_view_info("102000000001"), ViewInfo)
    assert_type(transactional.list_line_items(), list[LineItem])
    assert_type(transactional.iter_line_items("102000000001", include_all=True), Iterator[LineItem])
    assert_type(transactional.list_lists(), list[AnaplanList])
    assert_type(transactional.iter_lists(), Iterator[AnaplanList])
    assert_type(transactional.get_list_metadata(101000000001), ListMetadata)
    assert_type(transactional.list_versions(), list[Version])
    assert_type(transactional.set_version_switchover("107000000001", "2026-01-01"), Switchover)
    assert_type(transactional.get_current_period(), CurrentPeriod)
    assert_type(transactional.set_current_period(date(2026, 1, 1)), CurrentPeriod)
    assert_type(transactional.set_current_fiscal_year("FY26"), FiscalYear)
    assert_type(transactional.get_model_calendar(), ModelCalendar)
    assert_type(transactional.get_model_status(), ModelStatus)
    assert_type(transactional.open_model(), None)
    assert_type(transactional.close_model(), None)


def dimensions(transactional: Transactional) -> None:
    assert_type(transactional.get_dimension_items(101000000001), list[DimensionItem])
    assert_type(transactional.lookup_dimension_items("101000000001", ["code"]), list[DimensionItem])
    assert_type(transactional.lookup_dimension_items(101000000001, names=["name"]), list[DimensionItem])
    assert_type(transactional.get_view_dimension_items(102000000001, "20000000003"), list[DimensionItem])
    assert_type(transactional.get_line_item_dimensions("206000000001"), list[Dimension])
    assert_type(transactional.get_line_item_dimension_items(206000000001, 20000000003), list[DimensionItem])


def reading(transactional: Transactional) -> None:
    assert_type(transactional.get_list_items(101000000001), list[ListItem])
    assert_type(transactional.iter_list_items("101000000001", include_all=True), Iterator[ListItem])
    assert_type(transactional.get_list_items_stream("101000000001", timeout=60), Iterator[bytes])
    assert_type(transactional.iter_list_rows(101000000001, progress=on_transfer), Iterator[list[str]])
    assert_type(transactional.get_view_data("102000000001"), ViewData)
    assert_type(transactional.get_view_data(102000000001, [(101000000001, "206000000001")], max_rows=5), ViewData)
    assert_type(
        transactional.get_view_data_stream(102000000001, layout="GRID_ALL_PAGES", progress=on_transfer),
        Iterator[bytes],
    )
    assert_type(transactional.iter_view_rows("108000000001", module_id=102000000001, timeout=60), Iterator[list[str]])


def writing(transactional: Transactional, items: Iterable[ItemInput], later: Iterator[dict[str, str]]) -> None:
    typed = [ListItemInput(name="Bread")]
    assert_type(transactional.insert_list_items(101000000001, typed), ListWriteResult)
    assert_type(transactional.insert_list_items("101000000001", items, raise_on_failure=True), ListWriteResult)
    assert_type(transactional.insert_list_items("101000000001", later, items_per_call=10), ListWriteResult)
    assert_type(transactional.update_list_items("101000000001", [{"code": "b1"}]), ListWriteResult)
    assert_type(
        transactional.delete_list_items("101000000001", ({"id": n} for n in range(3)), progress=on_items),
        ListWriteResult,
    )
    assert_type(transactional.reset_list_index(101000000001), None)
    cell = CellWrite(line_item_name="Units", value=1, dimensions=[CellCoordinate(dimension_name="P", item_name="A")])
    frame = pl.DataFrame({"name": ["Apples"]})
    assert_type(transactional.insert_list_items(101000000001, frame), ListWriteResult)
    assert_type(transactional.upsert_list_items("101000000001", frame, parents_first=True), ListWriteResult)
    assert_type(transactional.upsert_list_items("101000000001", items, progress=on_items), ListWriteResult)
    assert_type(
        transactional.write_module_data(
            102000000001, frame, dimensions={"Products": "name"}, values=["Units"], items_by="code", progress=on_cells
        ),
        CellWriteResult,
    )
    assert_type(transactional.update_module_data(102000000001, [cell]), CellWriteResult)
    assert_type(
        transactional.update_module_data(
            "102000000001",
            ({"lineItemName": "Units", "value": n, "dimensions": [{"dimensionName": "P"}]} for n in range(3)),
            cells_per_call=10,
            bytes_per_call=1000,
            raise_on_failure=True,
            progress=on_cells,
        ),
        CellWriteResult,
    )


def file_objects(files: Files, file: ModelFile) -> None:
    assert_type(files["sales.csv"], ModelFile)
    assert_type(files[113000000000], ModelFile)
    assert_type(iter(files), Iterator[File])
    assert_type(files.exists("sales.csv"), bool)
    assert_type("sales.csv" in files, bool)
    assert_type(file.name, str)
    assert_type(file.info(), File)
    assert_type(file.count_chunks(), int)
    assert_type(file.read_chunk(0), bytes)
    assert_type(file.delete(), None)
    assert_type(file.upload(Path("sales.csv"), progress=print, allow_empty=True, create=True), None)
    assert_type(file.download("sales.csv", progress=print), None)
    assert_type(file.open(), sync_objects.Reader)
    assert_type(file.open("rb", progress=print), sync_objects.Reader)
    assert_type(file.open("wb", progress=print, allow_empty=True, create=True), sync_objects.Writer)
