"""What type checkers must see of audit events, users and reports. Checked by mypy and pyright, never run."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_type

from anaplan_client.audit.models import Event, EventType
from anaplan_client.exception_users.models import ExceptionWorkspace
from anaplan_client.integration.models import Model
from anaplan_client.integration.models import User as ModelUser
from anaplan_client.scim.models import User, UserRequest
from anaplan_ext import (
    Access,
    AnaplanError,
    AuditBatch,
    AuditCursor,
    EventFile,
    ModelAccess,
    PartialUserUpdateError,
    RejectedUser,
    UserFilter,
    UserImportReport,
    UserRow,
    access_report,
    read_user_rows,
    to_request,
    users_without_sign_in,
    workspace_ids,
)
from anaplan_ext.users import field


def cursors(cursor: AuditCursor, since: datetime) -> None:
    assert_type(cursor.since, datetime)
    assert_type(cursor.types, tuple[EventType, ...])
    assert_type(cursor.overlap, timedelta)
    assert_type(cursor.latest, datetime | None)
    assert_type(cursor.seen, Mapping[int, int])
    assert_type(cursor.reads_from, datetime)
    assert_type(cursor.to_json(), str)
    assert_type(AuditCursor.start(since), AuditCursor)
    assert_type(AuditCursor.start(since, types=["byok", EventType.INT], overlap=timedelta(hours=1)), AuditCursor)
    assert_type(AuditCursor.from_json("{}"), AuditCursor)
    assert_type(AuditCursor.from_json(b"{}"), AuditCursor)


def event_files(file: EventFile, batch: AuditBatch, since: datetime) -> None:
    assert_type(batch.events, tuple[Event, ...])
    assert_type(batch.cursor, AuditCursor)
    assert_type(EventFile("events.jsonl"), EventFile)
    assert_type(EventFile(Path("events.jsonl")), EventFile)
    assert_type(file.resume(since), AuditCursor)
    assert_type(file.resume(since, types=("byok",), overlap=timedelta(days=2)), AuditCursor)
    assert_type(file.append(batch), None)
    assert_type(file.path, Path)


def filters(condition: UserFilter, user: User) -> None:
    assert_type(condition.matches(user), bool)
    assert_type(condition & condition | ~condition, UserFilter)
    assert_type(field("active") == True, UserFilter)  # noqa: E712
    assert_type(field("userName") != "ada@example.com", UserFilter)
    assert_type(field("id") < "b", UserFilter)
    assert_type(field("id") >= "b", UserFilter)
    assert_type(field("externalId").present(), UserFilter)
    assert_type(field("userName").contains("@"), UserFilter)
    assert_type(field("userName").starts_with("a"), UserFilter)
    assert_type(field("userName").ends_with("m"), UserFilter)
    assert_type(str(condition), str)


def changes(user: User, error: PartialUserUpdateError) -> None:
    assert_type(workspace_ids(user), list[str])
    assert_type(to_request(user), UserRequest)
    assert_type(error.user, User)
    assert_type(error.missing, tuple[str, ...])
    assert_type(error.extra, tuple[str, ...])
    root: AnaplanError = error
    assert_type(str(root), str)


def reports(
    access: Access,
    model: ModelAccess,
    users: list[User],
    models: list[Model],
    exceptions: list[ExceptionWorkspace],
    members: list[ModelUser],
    since: datetime,
) -> None:
    assert_type(access.user_id, str)
    assert_type(access.user_name, str)
    assert_type(access.name, str)
    assert_type(access.active, bool)
    assert_type(access.is_exception_user, bool)
    assert_type(model.model_id, str)
    assert_type(model.model_name, str)
    assert_type(model.active_state, str)
    assert_type(model.workspace_id, str)
    assert_type(model.workspace_name, str)
    assert_type(model.users, tuple[Access, ...])
    assert_type(access_report(users, models), list[ModelAccess])
    assert_type(access_report(iter(users), models, exceptions, include_inactive=True), list[ModelAccess])
    assert_type(users_without_sign_in(members, since), list[ModelUser])
    assert_type(users_without_sign_in(iter(members), since, include_inactive=True), list[ModelUser])


def user_files(row: UserRow, report: UserImportReport, rejected: RejectedUser, names: Sequence[str]) -> None:
    assert_type(UserRow(username="ada@example.com", first_name="Ada", last_name="Lovelace"), UserRow)
    assert_type(UserRow(username="a", first_name="b", last_name="c", licenses=tuple(names)), UserRow)
    assert_type(row.username, str)
    assert_type(row.first_name, str)
    assert_type(row.last_name, str)
    assert_type(row.licenses, tuple[str, ...])
    assert_type(read_user_rows("username\n"), list[UserRow])
    assert_type(read_user_rows(b"username\n"), list[UserRow])
    assert_type(report.rows, int)
    assert_type(report.accepted, int | None)
    assert_type(report.created, int | None)
    assert_type(report.updated, int | None)
    assert_type(report.rejected, tuple[RejectedUser, ...])
    assert_type(report.is_complete, bool)
    assert_type(report.reconciles, bool)
    assert_type(rejected.line, int | None)
    assert_type(rejected.username, str | None)
    assert_type(rejected.error, str)
