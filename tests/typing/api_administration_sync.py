"""What type checkers must see of the synchronous methods of audit and users. Checked by mypy and pyright, never run."""

from collections.abc import Iterable, Iterator
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
    Administration,
    Audit,
    AuditBatch,
    AuditCursor,
    Client,
    ExceptionUsers,
    UserFilter,
    UserImportReport,
    UserRow,
    Users,
)


def resources(client: Client) -> None:
    assert_type(client.administration, Administration)
    assert_type(client.audit, Audit)
    assert_type(client.exception_users, ExceptionUsers)
    assert_type(client.users, Users)


def tenant(client: Client) -> None:
    assert_type(client.whoami(), ModelUser)
    assert_type(client.get_authorization(), str)
    assert_type(client.list_users(search="ada", sort_by="last_login_date", descending=True), list[ModelUser])
    assert_type(client.iter_users(search="ada", sort_by="email"), Iterator[ModelUser])
    assert_type(client.get_user("user"), ModelUser)


def events(audit: Audit, since: datetime, cursor: AuditCursor) -> None:
    assert_type(audit.iter_events(since), Iterator[Event])
    assert_type(audit.iter_events(since, since, ["user_activity", EventType.BYOK], search=True), Iterator[Event])
    assert_type(audit.iter_cef(since, types=["byok"], search=True), Iterator[str])
    assert_type(audit.read(cursor), Iterator[AuditBatch])
    assert_type(audit.follow(cursor, interval=5.5), Iterator[AuditBatch])
    for event in audit.iter_events(since, until=since):
        assert_type(event, Event)


def finding(users: Users, condition: UserFilter) -> None:
    assert_type(users.list(), list[User])
    assert_type(users.list(condition), list[User])
    assert_type(users.iter("active eq true"), Iterator[User])
    assert_type(users.get("user"), User)
    assert_type(users.get_service_provider_config(), ServiceProviderConfig)
    assert_type(users.list_resource_types(), list[ResourceType])
    assert_type(users.list_schemas(), list[ObjectSchema])


def changing(users: Users) -> None:
    assert_type(users.create("ada@example.com", "Ada", "Lovelace"), User)
    assert_type(
        users.create(
            "ada@example.com", "Ada", "Lovelace", active=False, external_id="1", email="a@b.c", workspaces=["workspace"]
        ),
        User,
    )
    name = PersonName(given_name="Ada", family_name="Lovelace")
    assert_type(users.replace("user", UserRequest(user_name="ada@example.com", name=name)), User)
    assert_type(users.update("user", given_name="Ada", family_name="King", workspaces=()), User)
    assert_type(
        users.update(
            "user", active=True, external_id="1", email="a@b.c", add_workspaces=["w"], remove_workspaces=["v"]
        ),
        User,
    )
    assert_type(users.activate("user"), User)
    assert_type(users.deactivate("user"), User)


def exceptions(exception_users: ExceptionUsers) -> None:
    assert_type(exception_users.list(), list[ExceptionWorkspace])
    assert_type(exception_users.list(workspace_id="workspace", user_id="user"), list[ExceptionWorkspace])
    assert_type(exception_users.add("user", "workspace"), None)
    assert_type(exception_users.remove("user", workspace_id="workspace"), None)


def files(administration: Administration, rows: Iterable[UserRow]) -> None:
    assert_type(administration.export_users(), bytes)
    assert_type(administration.export_users(limit=5, offset=10), bytes)
    assert_type(administration.import_users(rows), UserImportReport)
    assert_type(administration.import_users(b"username\n"), UserImportReport)
    assert_type(administration.import_users("username\n"), UserImportReport)
