"""Code that type checkers must reject: each line names the error of both, and a line without one fails. Never run.

Every statement is one mistake, so each has the two comments.
"""

# A consequence of a mistake is not another mistake.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

import csv
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from anaplan_client import alm as operations
from anaplan_client import integration
from anaplan_client.alm.models import CreateRevisionRequest, OnlineStatusRequest
from anaplan_client.cloudworks.models import FlowStepRequest, Job
from anaplan_ext import (
    Alm,
    AsyncClient,
    AuditCursor,
    Client,
    CloudWorks,
    FileTokenStore,
    OAuth,
    PendingTask,
    RateLimit,
    RetryPolicy,
    Revision,
    StoredToken,
    SyncTask,
    paste_redirect,
    print_device_code,
)
from anaplan_ext.tasks.errors import AnyTask
from anaplan_ext.users import field


def on_sync(task: SyncTask) -> None: ...
async def on_sync_later(task: SyncTask) -> None: ...


def construction() -> None:
    Client(timeout="30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client(token="token", certificate_format="v3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client("workspace", "model", "user", "password", None, None, None, 30, 2, 1, True, 1_000_000, False, "token")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Client(retries=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Client(auth=("user", "password"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RetryPolicy(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    RateLimit(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Client(token="token", rate_limit=10)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def arguments(client: Client, alm: Alm, pending: PendingTask) -> None:
    alm.change_model_status("paused")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    alm.change_model_status(True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    alm.get_revisions("created")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    alm.get_revisions(None, "yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    alm.get_syncable_revisions()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    alm.create_revision()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    alm.create_revision("name", None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    alm.sync_models("revision", "source")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    alm.sync_models("revision", "source", "target", "no")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    alm.create_comparison_report()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    alm.create_comparison_summary("revision", "source", "target", progress=on_sync)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    alm.get_comparison_report("task")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    alm.get_sync_task(pending)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.get_task_status("112000000001")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.run_action(112000000001, 60)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    client.run_action(112000000001, progress=on_sync)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.upload_file("113000000001")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.upload_file("113000000001", None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.upload_file_stream("113000000001", [1, 2])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.upload_file("113000000001", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.upload_file("113000000001", [("id", 1)])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.upload_file("113000000001", [{"id": 1}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.upload_file("113000000001", {1: "one"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    client.upload_file("113000000001", {1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.upload_file("113000000001", csv.reader([]))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.upload_file_stream("113000000001", None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.upload_file_stream("113000000001", Path("content.csv"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.upload_and_import("113000000001", [(1, 2)], "112000000001")  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.upload_and_import("113000000001", "text", None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.export_and_download(1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.delete_models("model")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transactional.set_current_period(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transactional.insert_list_items("101000000001", {"name": "item"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    client.get_file(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.with_model(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.list_models("workspace")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.list_models(sort_by="activeState")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transactional.insert_list_items("101000000001", [1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.transactional.get_view_data_stream("102000000001", layout="SIDEWAYS")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.list_files(model_id="model")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def sign_in(client: Client) -> None:
    Client.from_env("prod")  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    Client.from_env(store="file")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client.from_profile(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client.from_profile(on_device_code=paste_redirect)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OAuth()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    OAuth("client", "secret")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    OAuth("client", get_redirect=print_device_code)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OAuth("client", store="tokens.json")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client(auth=OAuth)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    StoredToken("client", "origin", "token", None, 0.0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    FileTokenStore(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def loads(client: Client) -> None:
    client.load({"sales.csv": 5}, process="Nightly")  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    client.load("sales.csv", process="Nightly")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.load({"sales.csv": "id"}, "Nightly")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.plan_load({"sales.csv": "id"}, on_upload=print)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.export("Sales", 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    len(client.export("Sales", "sales.csv"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def cloudworks(cloudworks: CloudWorks, job: Job, step: FlowStepRequest) -> None:
    cloudworks.list_integrations(sort_by="type")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cloudworks.create_integration("Load", [job])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cloudworks.create_integration("Load", jobs=job)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cloudworks.update_integration("Load", "Nightly")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cloudworks.run("Load", 60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cloudworks.run("Load", progress=on_sync)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cloudworks.run_flow("Nightly", steps=[step])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    cloudworks.get_run_dump()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cloudworks.set_schedule("Load", "0 2 * * *")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cloudworks.set_notification("Load", {"failure": ["user"]})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    cloudworks.set_notification("Load", {"success": ["user"]}, channels=["sms"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    cloudworks.create_connection({"name": "Bucket"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cloudworks.update_connection("Bucket", {"name": "Other"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cloudworks.create_flow("Nightly", step)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(cloudworks.start_run("Load").run)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(cloudworks.get_notification("Load").channels)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


def administration(client: Client, cursor: AuditCursor) -> None:
    client.audit.iter_events("2026-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.audit.read("cursor")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.audit.follow(cursor, 60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.users.list(active=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.users.list(field("active"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.users.create("ada@example.com", "Ada")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.users.update("user", False)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    client.users.update("user", workspaces=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.exception_users.list("workspace")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.exception_users.add("user")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.administration.import_users([("ada", "Ada", "Lovelace")])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.administration.export_users(5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    print(next(client.users.iter()).userName)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(len(client.audit.iter_events(cursor.since)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def resources_later(client: AsyncClient, cursor: AuditCursor) -> None:
    print(client.cloudworks.list_flows()[0])  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    print(client.cloudworks.run("Load").run)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    await client.cloudworks.iter_flows()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    await client.audit.read(cursor)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    await client.users.iter()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    print(client.users.get("user").id)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    await client.cloudworks.set_notification("Load", {"failure": ["user"]})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    for _ in client.audit.follow(cursor):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        ...


def answers(client: Client, alm: Alm, wait: bool) -> None:
    print(alm.sync_models("revision", "source", "target", False).result.successful)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    print(alm.sync_models("revision", "source", "target", wait).result.successful)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    print(alm.create_comparison_summary("revision", "source", "target", False).totals)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(alm.get_latest_revision().name)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    print(alm.get_revisions().id)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(client.get_task_status("112000000001", "task").result.successful)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    "".join([client.get_file("113000000001")])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
    str.strip(alm.create_revision("name").created_on)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    datetime.isoformat(alm.create_revision("name").created_on)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def models(revision: Revision, task: AnyTask) -> None:
    revision.name = "other"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    print(revision.createdOn)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(revision.revision_id)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    Revision(id="revision")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    CreateRevisionRequest("name")  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
    CreateRevisionRequest(name=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OnlineStatusRequest(status="offline")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(task.result.details)  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]


def generated(client: Client) -> None:
    operations.list_revisions()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    operations.list_revisions("model", None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    operations.list_revisions("model", applied_after="2021-04-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    operations.create_revision("model", body={"name": "name"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    integration.download_file_chunk("model", "113", "0")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    integration.upload_file_chunk("model", "113", 0, body="text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    integration.list_workspaces("workspace")  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    client.send(operations.list_revisions)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(client.send(operations.list_revisions("model")).items)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    client.stream(operations.list_revisions("model"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.stream(integration.delete_file("model", "113"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(operations.no_such_operation)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


async def sync_is_not_awaited(client: Client, pieces: AsyncIterator[bytes]) -> None:
    await client.list_files()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    await client.alm.get_revisions()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    await client.close()  # type: ignore[func-returns-value, misc]  # pyright: ignore[reportGeneralTypeIssues]
    print(client.aclose)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    client.upload_file_stream("113000000001", pieces)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    async with client:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        ...
    async for _ in client.get_file_stream("113000000001"):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        ...


async def arguments_later(client: AsyncClient) -> None:
    await client.upload_file("113000000001", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.upload_file("113000000001", [("id", 1)])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    await client.upload_file("113000000001", [{"id": 1}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    await client.upload_file("113000000001", csv.reader([]))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.upload_file_stream("113000000001", None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.upload_and_import("113000000001", [(1, 2)], "112000000001")  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    await client.export_and_download(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.transactional.set_current_period(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def async_is_awaited(client: AsyncClient, existing: Client) -> None:
    client.upload_file("113000000001", "text")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    await client.alm.sync_models("revision", "source", "target", progress=on_sync_later)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    print(client.list_files()[0])  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    print(client.alm.get_latest_revision().name)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(client.close)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    await client.get_file_stream("113000000001")  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    AsyncClient.from_existing(existing, "workspace", "model")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with client:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        ...
    for _ in client.get_file_stream("113000000001"):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        ...
