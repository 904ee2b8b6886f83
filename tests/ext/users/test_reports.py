"""Reports of users."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anaplan_client.exception_users.models import ExceptionUser, ExceptionWorkspace
from anaplan_client.integration.models import ActiveState, Model
from anaplan_client.integration.models import User as Person
from anaplan_client.scim.models import Entitlement, EntitlementType, PersonName, User
from anaplan_ext import access_report, users_without_sign_in, workspace_ids

SINCE = datetime(2026, 6, 1, tzinfo=UTC)


def user(name: str, *workspaces: str, **fields: Any) -> User:
    entitlements = [Entitlement(value=one, type=EntitlementType.WORKSPACE) for one in workspaces]
    return User(
        id=name,
        user_name=f"{name}@x.y",
        name=PersonName(given_name=name, family_name="Doe"),
        entitlements=entitlements,
        **fields,
    )


def model(name: str, workspace: str | None, state: str = "PRODUCTION") -> Model:
    return Model(id=name, name=name, active_state=ActiveState(state), current_workspace_id=workspace)


def test_each_model_has_the_users_of_its_workspace() -> None:
    users = [user("ann", "w1"), user("bob", "w1", "w2", active=True), user("cy", "w2", active=False), user("dan")]
    models = [model("m1", "w1"), model("m2", "w2", "UNLOCKED"), model("m3", "w3"), model("m4", None)]
    exceptions = [ExceptionWorkspace(id="w2", users=[ExceptionUser(id="bob", email="bob@x.y")])]
    report = access_report(users, models, exceptions)
    assert [(one.model_name, [who.user_id for who in one.users]) for one in report] == [
        ("m1", ["ann", "bob"]),
        ("m2", ["bob"]),
        ("m3", []),
        ("m4", []),
    ]
    assert [(who.user_id, who.is_exception_user) for one in report for who in one.users] == [
        ("ann", False),
        ("bob", False),
        ("bob", True),
    ]
    assert report[1].active_state == "UNLOCKED"
    everyone = access_report(iter(users), iter(models), include_inactive=True)
    assert [(who.user_id, who.active) for who in everyone[1].users] == [("bob", True), ("cy", False)]


def test_workspaces_are_read_in_each_form() -> None:
    ids, names = EntitlementType.WORKSPACE_IDS, EntitlementType.WORKSPACE_NAMES
    joined = [Entitlement(value="w1, w2,", type=ids), Entitlement(value='"A","B"', type=names)]
    person = user("ann")
    person = User(user_name=person.user_name, name=person.name, entitlements=joined)
    assert workspace_ids(person) == ["w1", "w2"]
    assert workspace_ids(User(user_name="a", name=person.name)) == []
    assert workspace_ids(user("ann", "w1", "w1")) == ["w1"]


def test_users_who_have_not_signed_in_are_told() -> None:
    def person(name: str, last: datetime | None, active: bool | None = True) -> Person:
        return Person(
            id=name, email=f"{name}@x.y", first_name=name, last_name="Doe", active=active, last_login_date=last
        )

    people = [
        person("never", None),
        person("long ago", SINCE - timedelta(milliseconds=1)),
        person("then", SINCE),
        person("inactive", None, False),
        person("unknown", None, None),
    ]
    assert [one.id for one in users_without_sign_in(people, SINCE)] == ["never", "long ago", "unknown"]
    found = users_without_sign_in(iter(people), SINCE, include_inactive=True)
    assert [one.id for one in found] == ["never", "long ago", "inactive", "unknown"]
    with pytest.raises(ValueError, match="time zone"):
        users_without_sign_in(people, datetime(2026, 6, 1))
