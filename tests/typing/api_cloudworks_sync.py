"""What type checkers must see of the synchronous methods for CloudWorks. Checked by mypy and pyright, never run."""

from collections.abc import Iterator
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
from anaplan_ext import ActionErrors, Client, CloudWorks, FailedIntegration, FlowReport, RunReport, TaskHandle
from anaplan_ext.cloudworks.definitions import Connection, ConnectionBody


def on_run(run: Run) -> None: ...
def on_flow(flow: Flow) -> None: ...


def resource(client: Client) -> None:
    assert_type(client.cloudworks, CloudWorks)


def integrations(cloudworks: CloudWorks, job: Job, since: datetime) -> None:
    assert_type(cloudworks.list_integrations(), list[Integration])
    assert_type(cloudworks.list_integrations(mine=True, sort_by="name", descending=True), list[Integration])
    assert_type(cloudworks.iter_integrations(mine=True, sort_by="name"), Iterator[Integration])
    assert_type(cloudworks.list_failed_integrations(), list[FailedIntegration])
    assert_type(cloudworks.list_failed_integrations(since), list[FailedIntegration])
    created = cloudworks.create_integration("Load", jobs=[job], workspace_id="workspace", model_id="model")
    assert_type(created, Integration)
    assert_type(cloudworks.create_integration("Load", process_id=118000000001, ux_visible=True), Integration)
    assert_type(cloudworks.get_integration("Load"), Integration)
    assert_type(cloudworks.get_integration(created), Integration)
    assert_type(cloudworks.update_integration(created, name="Nightly", jobs=(job,)), Integration)
    assert_type(
        cloudworks.update_integration("Load", process_id="118000000001", ux_visible=False, overwrite=True),
        Integration,
    )
    assert_type(cloudworks.delete_integration("Load"), None)
    assert_type(cloudworks.delete_integration(created), None)


def runs(cloudworks: CloudWorks, integration: Integration) -> None:
    assert_type(cloudworks.start_run("Load"), TaskHandle)
    assert_type(cloudworks.start_run(integration), TaskHandle)
    assert_type(cloudworks.run("Load"), RunReport)
    assert_type(cloudworks.run(integration, timeout=60, progress=on_run, allow_partial=True), RunReport)
    assert_type(cloudworks.cancel_run(integration), None)
    assert_type(cloudworks.list_runs("Load"), list[RunRecord])
    assert_type(cloudworks.get_run("run"), Run)
    assert_type(cloudworks.get_run_errors("run"), list[ActionErrors])
    assert_type(cloudworks.get_run_dump("run"), bytes)
    assert_type(cloudworks.get_run_dump("run", 112000000001), bytes)


def schedules(cloudworks: CloudWorks, integration: Integration, schedule: Schedule) -> None:
    assert_type(cloudworks.set_schedule("Load", schedule), None)
    assert_type(cloudworks.set_schedule(integration, schedule, overwrite=True), None)
    assert_type(cloudworks.enable_schedule("Load"), None)
    assert_type(cloudworks.disable_schedule(integration), None)
    assert_type(cloudworks.delete_schedule("Load"), None)


def notifications(cloudworks: CloudWorks, integration: Integration, known: Notification | None) -> None:
    assert_type(cloudworks.get_notification("Load"), Notification | None)
    assert_type(cloudworks.set_notification("Load", {"full_failure": ["user"]}), None)
    assert_type(
        cloudworks.set_notification(
            integration, {"success": (), "partial_failure": ["user"]}, channels=["email", "in_app"], expected=known
        ),
        None,
    )
    assert_type(cloudworks.delete_notification(integration), None)


def connections(cloudworks: CloudWorks, body: ConnectionBody) -> None:
    connection = cloudworks.create_connection(body)
    assert_type(connection, Connection)
    assert_type(connection, AmazonS3Connection | GoogleBigQueryConnection | AzureBlobConnection)
    bucket = AmazonS3Body(name="Bucket", access_key_id="id", secret_access_key="key", bucket_name="bucket")
    assert_type(cloudworks.create_connection(bucket), Connection)
    assert_type(cloudworks.list_connections(), list[Connection])
    assert_type(cloudworks.replace_connection("Bucket", bucket), Connection)
    assert_type(cloudworks.replace_connection(connection, body, overwrite=True), Connection)
    changes = ConnectionChanges(secret_access_key="new")
    assert_type(cloudworks.update_connection("Bucket", changes), Connection)
    assert_type(cloudworks.update_connection(connection, changes, overwrite=True), Connection)
    assert_type(cloudworks.delete_connection("Bucket"), None)
    assert_type(cloudworks.delete_connection(connection), None)


def flows(cloudworks: CloudWorks, step: FlowStepRequest, integration: Integration) -> None:
    flow = cloudworks.create_flow("Nightly", [step])
    assert_type(flow, Flow)
    assert_type(cloudworks.list_flows(), list[Flow])
    assert_type(cloudworks.iter_flows(), Iterator[Flow])
    assert_type(cloudworks.get_flow("Nightly"), Flow)
    assert_type(cloudworks.update_flow("Nightly", name="Daily", overwrite=True), Flow)
    assert_type(cloudworks.update_flow(flow, steps=(step, step)), Flow)
    assert_type(cloudworks.start_flow(flow), TaskHandle)
    assert_type(cloudworks.start_flow("Nightly", steps=["Load", integration]), TaskHandle)
    assert_type(cloudworks.run_flow("Nightly"), FlowReport)
    assert_type(
        cloudworks.run_flow(flow, steps=[integration], timeout=60, progress=on_flow, allow_partial=True),
        FlowReport,
    )
    assert_type(cloudworks.cancel_flow(flow), list[str])
    assert_type(cloudworks.delete_flow("Nightly"), None)
    for each in cloudworks.iter_flows():
        assert_type(each, Flow)
