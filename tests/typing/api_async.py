"""What type checkers must see of the asynchronous clients. Checked by mypy and pyright, never run."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import assert_type

import httpx

from anaplan_client import alm as alm_operations
from anaplan_client import authentication, integration
from anaplan_client.alm.models import RevisionsResponse
from anaplan_client.authentication.models import TokenResponse
from anaplan_client.core.client import AsyncApiClient
from anaplan_client.integration.models import (
    Action,
    Export,
    File,
    FileResponse,
    Import,
    MappingParameter,
    Model,
    Process,
    SetChunkCountRequest,
    Task,
    Workspace,
)
from anaplan_ext import (
    AsyncAlm,
    AsyncClient,
    CompletedReportTask,
    CompletedSyncTask,
    LoadReport,
    ModelRevision,
    PendingTask,
    RateLimit,
    ReportTask,
    RetryPolicy,
    Revision,
    SummaryReport,
    SyncTask,
    TaskHandle,
    TaskSummary,
    TransferProgress,
    UploadManifest,
    progress_bar,
)
from anaplan_ext.errors import AnyTask
from anaplan_ext.transactional import Transactional


def on_action(task: Task) -> None: ...
def on_any(task: AnyTask) -> None: ...
def on_sync(task: SyncTask) -> None: ...
def on_report(task: ReportTask) -> None: ...
def on_transfer(progress: TransferProgress) -> None: ...


async def construction() -> None:
    assert_type(AsyncClient("workspace", "model", "user@example.com", "password"), AsyncClient)
    assert_type(
        AsyncClient(certificate=b"", private_key="~/key.pem", private_key_password=b"", region="eu3"), AsyncClient
    )
    assert_type(
        AsyncClient(token="token", base_url="http://localhost:8080", retry_policy=RetryPolicy(count=1)), AsyncClient
    )
    assert_type(AsyncClient(token="token", rate_limit=RateLimit(per_second=5, burst=100)), AsyncClient)
    assert_type(AsyncClient(auth=httpx.BasicAuth("user", "password"), hooks={"request": [print]}), AsyncClient)
    assert_type(
        AsyncClient(
            None, None, None, None, "certificate.pem", "key.pem", None, 30, 2, 0.5, True, 25_000_000, False,
            certificate_format="v1", exclusive=True,
        ),
        AsyncClient,
    )  # fmt: skip
    async with AsyncClient(token="token") as entered:
        assert_type(entered, AsyncClient)


async def sharing(client: AsyncClient) -> None:
    assert_type(client.workspace_id, str | None)
    assert_type(client.model_id, str | None)
    assert_type(client.with_model("model"), AsyncClient)
    assert_type(client.with_model(workspace_id="workspace"), AsyncClient)
    assert_type(AsyncClient.from_existing(client, "workspace", "model"), AsyncClient)
    assert_type(client.alm, AsyncAlm)
    assert_type(client.transactional, Transactional)
    assert_type(await client.aclose(), None)


async def generated(client: AsyncClient, pieces: AsyncIterator[bytes]) -> None:
    assert_type(await client.send(alm_operations.list_revisions("model", sort="-name")), RevisionsResponse)
    count = SetChunkCountRequest(chunk_count=-1)
    assert_type(await client.send(integration.set_file_chunk_count("model", "113", body=count)), FileResponse)
    assert_type(await client.send(authentication.create_token(authorization="Basic …")), TokenResponse)
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
        assert_type(received, AsyncIterator[bytes])
    async with api as entered:
        assert_type(entered, AsyncApiClient)
    assert_type(await api.aclose(), None)


async def listings(client: AsyncClient) -> None:
    assert_type(await client.list_workspaces(), list[Workspace])
    assert_type(await client.list_models(), list[Model])
    assert_type(await client.list_files(), list[File])
    assert_type(await client.list_actions(), list[Action])
    assert_type(await client.list_imports(), list[Import])
    assert_type(await client.list_exports(), list[Export])
    assert_type(await client.list_processes(), list[Process])


async def actions(client: AsyncClient, handle: TaskHandle) -> None:
    assert_type(await client.invoke_action(112000000001), str)
    assert_type(await client.invoke_action("118000000001"), str)
    assert_type(await client.get_task_status("112000000001", "task"), Task)
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


async def synchronisation(alm: AsyncAlm, wait: bool) -> None:
    assert_type(await alm.get_sync_tasks(), list[TaskSummary])
    assert_type(await alm.get_sync_task("task"), SyncTask)
    assert_type(await alm.sync_models("revision", "source", "target"), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", timeout=60, progress=on_sync), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", True), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", wait_for_completion=True), CompletedSyncTask)
    assert_type(await alm.sync_models("revision", "source", "target", False), PendingTask)
    assert_type(await alm.sync_models("revision", "source", "target", wait_for_completion=False), PendingTask)
    assert_type(await alm.sync_models("revision", "source", "target", wait), CompletedSyncTask | PendingTask)
    assert_type(
        await alm.sync_models("revision", "source", "target", wait_for_completion=wait, timeout=60, progress=on_sync),
        CompletedSyncTask | PendingTask,
    )
    assert_type(
        await alm.sync_models(source_revision_id="revision", source_model_id="source", target_revision_id="target"),
        CompletedSyncTask,
    )


async def reports(alm: AsyncAlm, wait: bool, report: ReportTask, pending: PendingTask) -> None:
    assert_type(await alm.create_comparison_report("revision", "source", "target"), CompletedReportTask)
    assert_type(await alm.create_comparison_report("revision", "source", "target", True), CompletedReportTask)
    assert_type(await alm.create_comparison_report("revision", "source", "target", False), PendingTask)
    assert_type(
        await alm.create_comparison_report("revision", "source", "target", wait_for_completion=False), PendingTask
    )
    assert_type(
        await alm.create_comparison_report(
            "revision", "source", "target", wait_for_completion=True, timeout=60, progress=on_report
        ),
        CompletedReportTask,
    )
    assert_type(
        await alm.create_comparison_report("revision", "source", "target", wait), CompletedReportTask | PendingTask
    )
    assert_type(
        await alm.create_comparison_report("revision", "source", "target", wait_for_completion=wait, timeout=60),
        CompletedReportTask | PendingTask,
    )
    assert_type(await alm.get_comparison_report_task("task"), ReportTask)
    assert_type(await alm.get_comparison_report(report), bytes)
    assert_type(await alm.get_comparison_report(pending), bytes)


async def summaries(alm: AsyncAlm, wait: bool, report: ReportTask, pending: PendingTask) -> None:
    assert_type(await alm.create_comparison_summary("revision", "source", "target"), SummaryReport)
    assert_type(await alm.create_comparison_summary("revision", "source", "target", True), SummaryReport)
    assert_type(await alm.create_comparison_summary("revision", "source", "target", False), ReportTask)
    assert_type(
        await alm.create_comparison_summary("revision", "source", "target", wait_for_completion=False), ReportTask
    )
    assert_type(
        await alm.create_comparison_summary(
            "revision", "source", "target", wait_for_completion=True, timeout=60, progress=on_report
        ),
        SummaryReport,
    )
    assert_type(await alm.create_comparison_summary("revision", "source", "target", wait), SummaryReport | ReportTask)
    assert_type(
        await alm.create_comparison_summary("revision", "source", "target", wait_for_completion=wait, timeout=60),
        SummaryReport | ReportTask,
    )
    assert_type(await alm.get_comparison_summary_task("task"), ReportTask)
    assert_type(await alm.get_comparison_summary(report), SummaryReport)
    assert_type(await alm.get_comparison_summary(pending), SummaryReport)
