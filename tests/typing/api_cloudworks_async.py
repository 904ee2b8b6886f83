"""What type checkers must see of the asynchronous methods for CloudWorks. Checked by mypy and pyright, never run."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import assert_type

from anaplan_client.cloudworks.models import (
    AmazonS3Body,
    AmazonS3Connection,
    AzureBlobConnection,
    ConnectionChanges,
    Flow,
    FlowStepRequest,
    GoogleBigQueryConnection,
    Integration,
    Job,
    Notification,
    Run,
    RunRecord,
    Schedule,
)
from anaplan_ext import ActionErrors, AsyncClient, AsyncCloudWorks, FailedIntegration, FlowReport, RunReport, TaskHandle
from anaplan_ext.cloudworks.definitions import Connection, ConnectionBody


def on_run(run: Run) -> None: ...
def on_flow(flow: Flow) -> None: ...


async def resource(client: AsyncClient) -> None:
    assert_type(client.cloudworks, AsyncCloudWorks)


async def integrations(cloudworks: AsyncCloudWorks, job: Job, since: datetime) -> None:
    assert_type(await cloudworks.list_integrations(), list[Integration])
    assert_type(await cloudworks.list_integrations(mine=True, sort_by="name", descending=True), list[Integration])
    assert_type(cloudworks.iter_integrations(mine=True, sort_by="name"), AsyncIterator[Integration])
    assert_type(await cloudworks.list_failed_integrations(), list[FailedIntegration])
    assert_type(await cloudworks.list_failed_integrations(since), list[FailedIntegration])
    created = await cloudworks.create_integration("Load", jobs=[job], workspace_id="workspace", model_id="model")
    assert_type(created, Integration)
    assert_type(await cloudworks.create_integration("Load", process_id=118000000001, ux_visible=True), Integration)
    assert_type(await cloudworks.get_integration("Load"), Integration)
    assert_type(await cloudworks.get_integration(created), Integration)
    assert_type(await cloudworks.update_integration(created, name="Nightly", jobs=(job,)), Integration)
    assert_type(
        await cloudworks.update_integration("Load", process_id="118000000001", ux_visible=False, overwrite=True),
        Integration,
    )
    assert_type(await cloudworks.delete_integration("Load"), None)
    assert_type(await cloudworks.delete_integration(created), None)


async def runs(cloudworks: AsyncCloudWorks, integration: Integration) -> None:
    assert_type(await cloudworks.start_run("Load"), TaskHandle)
    assert_type(await cloudworks.start_run(integration), TaskHandle)
    assert_type(await cloudworks.run("Load"), RunReport)
    assert_type(await cloudworks.run(integration, timeout=60, progress=on_run, allow_partial=True), RunReport)
    assert_type(await cloudworks.cancel_run(integration), None)
    assert_type(await cloudworks.list_runs("Load"), list[RunRecord])
    assert_type(await cloudworks.get_run("run"), Run)
    assert_type(await cloudworks.get_run_errors("run"), list[ActionErrors])
    assert_type(await cloudworks.get_run_dump("run"), bytes)
    assert_type(await cloudworks.get_run_dump("run", 112000000001), bytes)


async def schedules(cloudworks: AsyncCloudWorks, integration: Integration, schedule: Schedule) -> None:
    assert_type(await cloudworks.set_schedule("Load", schedule), None)
    assert_type(await cloudworks.set_schedule(integration, schedule, overwrite=True), None)
    assert_type(await cloudworks.enable_schedule("Load"), None)
    assert_type(await cloudworks.disable_schedule(integration), None)
    assert_type(await cloudworks.delete_schedule("Load"), None)


async def notifications(cloudworks: AsyncCloudWorks, integration: Integration, known: Notification | None) -> None:
    assert_type(await cloudworks.get_notification("Load"), Notification | None)
    assert_type(await cloudworks.set_notification("Load", {"full_failure": ["user"]}), None)
    assert_type(
        await cloudworks.set_notification(
            integration, {"success": (), "partial_failure": ["user"]}, channels=["email", "in_app"], expected=known
        ),
        None,
    )
    assert_type(await cloudworks.delete_notification(integration), None)


async def connections(cloudworks: AsyncCloudWorks, body: ConnectionBody) -> None:
    connection = await cloudworks.create_connection(body)
    assert_type(connection, Connection)
    assert_type(connection, AmazonS3Connection | GoogleBigQueryConnection | AzureBlobConnection)
    bucket = AmazonS3Body(name="Bucket", access_key_id="id", secret_access_key="key", bucket_name="bucket")
    assert_type(await cloudworks.create_connection(bucket), Connection)
    assert_type(await cloudworks.list_connections(), list[Connection])
    assert_type(await cloudworks.replace_connection("Bucket", bucket), Connection)
    assert_type(await cloudworks.replace_connection(connection, body, overwrite=True), Connection)
    changes = ConnectionChanges(secret_access_key="new")
    assert_type(await cloudworks.update_connection("Bucket", changes), Connection)
    assert_type(await cloudworks.update_connection(connection, changes, overwrite=True), Connection)
    assert_type(await cloudworks.delete_connection("Bucket"), None)
    assert_type(await cloudworks.delete_connection(connection), None)


async def flows(cloudworks: AsyncCloudWorks, step: FlowStepRequest, integration: Integration) -> None:
    flow = await cloudworks.create_flow("Nightly", [step])
    assert_type(flow, Flow)
    assert_type(await cloudworks.list_flows(), list[Flow])
    assert_type(cloudworks.iter_flows(), AsyncIterator[Flow])
    assert_type(await cloudworks.get_flow("Nightly"), Flow)
    assert_type(await cloudworks.update_flow("Nightly", name="Daily", overwrite=True), Flow)
    assert_type(await cloudworks.update_flow(flow, steps=(step, step)), Flow)
    assert_type(await cloudworks.start_flow(flow), TaskHandle)
    assert_type(await cloudworks.start_flow("Nightly", steps=["Load", integration]), TaskHandle)
    assert_type(await cloudworks.run_flow("Nightly"), FlowReport)
    assert_type(
        await cloudworks.run_flow(flow, steps=[integration], timeout=60, progress=on_flow, allow_partial=True),
        FlowReport,
    )
    assert_type(await cloudworks.cancel_flow(flow), list[str])
    assert_type(await cloudworks.delete_flow("Nightly"), None)
    async for each in cloudworks.iter_flows():
        assert_type(each, Flow)
