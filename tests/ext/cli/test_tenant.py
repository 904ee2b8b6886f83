"""The commands of administrators."""

import json
from pathlib import Path
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator

from .conftest import Run


@pytest.fixture(autouse=True)
def roles(emulator: Emulator) -> None:
    """Let the first user do everything."""
    user = emulator.tenant.users[0]
    user.tenant_auditor = user.tenant_security_administrator = True


def rows(ran: Any) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def test_events_of_a_range_are_printed(anaplan: Run) -> None:
    assert anaplan("models", "list").code == 0
    events = rows(anaplan("audit", "events", "-o", "json"))
    assert "USR-8" in {event["event_type_id"] for event in events}
    assert rows(anaplan("audit", "events", "--since", "2d", "--until", "1d", "-o", "json")) == []
    assert anaplan("audit", "events", "--type", "nothing").code == 2


def test_new_events_are_printed_once(anaplan: Run, tmp_path: Path) -> None:
    words = ("audit", "events", "--state", "audit.json", "-o", "jsonl")
    seen: list[int] = []
    for _ in range(3):
        ran = anaplan(*words)  # sees at least the sign-in of the one before
        assert ran.code == 0, ran.err
        seen += [json.loads(line)["id"] for line in ran.out.splitlines()]
    assert len(seen) == len(set(seen)) >= 2
    assert json.loads((tmp_path / "audit.json").read_text())["seen"]
    # The state is written after the events are printed, which a table or a sorted result is not.
    for options in ((), ("-o", "table"), ("-o", "jsonl", "--sort", "id"), ("-o", "jsonl", "--until", "1h")):
        assert anaplan("audit", "events", "--state", "audit.json", *options).code == 2
    assert anaplan("audit", "events", "--state", "none/audit.json", "-o", "jsonl").code == 2
    (tmp_path / "audit.json").write_text("{}")
    assert anaplan(*words).code == 2
    assert (tmp_path / "audit.json").read_text() == "{}"


def test_a_user_is_created_changed_and_deactivated(anaplan: Run, emulator: Emulator) -> None:
    name = "eve@example.com"
    (eve,) = [
        json.loads(anaplan("users", "create", name, "--given-name", "Eve", "--family-name", "A", "-o", "json").out)
    ]
    assert (eve["user_name"], eve["active"]) == (name, True)
    changed = anaplan("users", "update", name, "--family-name", "Adams", "--add-workspace", emulator.workspace_id)
    assert changed.code == 0, changed.err
    eve = json.loads(anaplan("users", "get", name, "-o", "json").out)
    assert (eve["given_name"], eve["family_name"], eve["workspaces"]) == ("Eve", "Adams", [emulator.workspace_id])
    assert anaplan("users", "deactivate", name).code == 2
    assert anaplan("users", "deactivate", name, "--yes").code == 0
    assert [
        user["user_name"] for user in rows(anaplan("users", "list", "--scim", "active eq false", "-o", "json"))
    ] == [name]
    assert json.loads(anaplan("users", "activate", name, "-o", "json").out)["active"] is True
    assert anaplan("users", "get", "nobody@example.com").code == 5
    for words in (("create", "x@example.com", "--given-name", "X", "--family-name", "Y"), ("update", name)):
        assert anaplan("users", *words, "--dry-run").err.startswith("would")
    for words in (("activate", name), ("deactivate", name)):
        assert anaplan("users", *words, "--dry-run").err.startswith("would")


def test_reports_tell_who_can_enter_what(anaplan: Run) -> None:
    names = {row["user_name"] for row in rows(anaplan("access", "who", "Planning Prod", "-o", "json"))}
    assert names == {"ada@example.com", "sam@example.com"}
    models = rows(anaplan("users", "access", "sam@example.com", "-o", "json"))
    assert {row["model_name"] for row in models} == {"Planning Dev", "Planning Prod"}
    assert rows(anaplan("access", "report", "-w", "Planning", "--user", "nobody", "-o", "json")) == []
    inactive = rows(anaplan("users", "inactive", "--since", "90d", "-o", "json"))
    assert "sam@example.com" in {row["email"] for row in inactive}


def test_exception_users_are_added_and_removed(anaplan: Run, emulator: Emulator) -> None:
    emulator.tenant.workspaces[0].single_sign_on = True
    workspace = ("-w", "Planning")
    assert anaplan("exceptions", "add", "sam@example.com", *workspace).code == 0
    assert [row["email"] for row in rows(anaplan("exceptions", "list", *workspace, "-o", "json"))] == [
        "sam@example.com"
    ]
    assert anaplan("exceptions", "remove", "sam@example.com", *workspace).code == 0
    assert rows(anaplan("exceptions", "list", *workspace, "-o", "json")) == []
    for word in ("add", "remove"):
        assert anaplan("exceptions", word, "sam@example.com", *workspace, "--dry-run").err.startswith("would")


def test_a_missing_role_has_its_exit_code(anaplan: Run, emulator: Emulator) -> None:
    user = emulator.tenant.users[0]
    user.tenant_auditor = user.user_administrator = False
    assert anaplan("audit", "events").code == 4
    assert anaplan("users", "list").code == 4
