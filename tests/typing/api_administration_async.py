"""What type checkers must see of asynchronous methods of audit and users. Checked by mypy and pyright, never run."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import assert_type

from anaplan_client.audit.models import Event, EventType
from anaplan_client.exception_users.models import ExceptionWorkspace
from anaplan_client.integration.models import User as ModelUser
from anaplan_client.scim.models import (
    ObjectSchema,
    PersonName,
    ResourceType,
    ServiceProviderConfig,
    User,
    UserRequest,
)
from anaplan_ext import (
    AsyncAdministration,
    AsyncAudit,
    AsyncClient,
    AsyncExceptionUsers,
    AsyncUsers,
    AuditBatch,
    AuditCursor,
    UserFilter,
    UserImportReport,
    UserRow,
)


async def resources(client: AsyncClient) -> None:
    assert_type(client.administration, AsyncAdministration)
    assert_type(client.audit, AsyncAudit)
    assert_type(client.exception_users, AsyncExceptionUsers)
    assert_type(client.users, AsyncUsers)


async def tenant(client: AsyncClient) -> None:
    assert_type(await client.whoami(), ModelUser)
    assert_type(await client.get_authorization(), str)
    assert_type(await client.list_users(search="ada", sort_by="last_login_date", descending=True), list[ModelUser])
    assert_type(client.iter_users(search="ada", sort_by="email"), AsyncIterator[ModelUser])
    assert_type(await client.get_user("user"), ModelUser)


async def events(audit: AsyncAudit, since: datetime, cursor: AuditCursor) -> None:
    assert_type(audit.iter_events(since), AsyncIterator[Event])
    assert_type(audit.iter_events(since, since, ["user_activity", EventType.BYOK], search=True), AsyncIterator[Event])
    assert_type(audit.iter_cef(since, types=["byok"], search=True), AsyncIterator[str])
    assert_type(audit.read(cursor), AsyncIterator[AuditBatch])
    assert_type(audit.follow(cursor, interval=5.5), AsyncIterator[AuditBatch])
    async for event in audit.iter_events(since, until=since):
        assert_type(event, Event)


async def finding(users: AsyncUsers, condition: UserFilter) -> None:
    assert_type(await users.list(), list[User])
    assert_type(await users.list(condition), list[User])
    assert_type(users.iter("active eq true"), AsyncIterator[User])
    assert_type(await users.get("user"), User)
    assert_type(await users.get_service_provider_config(), ServiceProviderConfig)
    assert_type(await users.list_resource_types(), list[ResourceType])
    assert_type(await users.list_schemas(), list[ObjectSchema])


async def changing(users: AsyncUsers) -> None:
    assert_type(await users.create("ada@example.com", "Ada", "Lovelace"), User)
    assert_type(
        await users.create(
            "ada@example.com", "Ada", "Lovelace", active=False, external_id="1", email="a@b.c", workspaces=["workspace"]
        ),
        User,
    )
    name = PersonName(given_name="Ada", family_name="Lovelace")
    assert_type(await users.replace("user", UserRequest(user_name="ada@example.com", name=name)), User)
    assert_type(await users.update("user", given_name="Ada", family_name="King", workspaces=()), User)
    assert_type(
        await users.update(
            "user", active=True, external_id="1", email="a@b.c", add_workspaces=["w"], remove_workspaces=["v"]
        ),
        User,
    )
    assert_type(await users.activate("user"), User)
    assert_type(await users.deactivate("user"), User)


async def exceptions(exception_users: AsyncExceptionUsers) -> None:
    assert_type(await exception_users.list(), list[ExceptionWorkspace])
    assert_type(await exception_users.list(workspace_id="workspace", user_id="user"), list[ExceptionWorkspace])
    assert_type(await exception_users.add("user", "workspace"), None)
    assert_type(await exception_users.remove("user", workspace_id="workspace"), None)


async def files(administration: AsyncAdministration, rows: Iterable[UserRow]) -> None:
    assert_type(await administration.export_users(), bytes)
    assert_type(await administration.export_users(limit=5, offset=10), bytes)
    assert_type(await administration.import_users(rows), UserImportReport)
    assert_type(await administration.import_users(b"username\n"), UserImportReport)
    assert_type(await administration.import_users("username\n"), UserImportReport)
