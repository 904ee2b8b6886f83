# Converted by `python -m generator` from tests/ext/audit/_async/test_resource.py. Edit that file, not this one.
"""Audit events against the emulator."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anaplan_client.audit.models import Event
from anaplan_ext import (
    AuditCursor,
    AuthenticationError,
    BadRequestError,
    Client,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
)
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.emulator import Emulator, Fault

HOUR = timedelta(hours=1)


def since() -> datetime:
    return datetime.now(UTC) - 20 * timedelta(days=1)


def soon() -> datetime:
    """After an event of this moment, which ends a range of now."""
    return datetime.now(UTC) + timedelta(seconds=5)


def codes(client: Client, **arguments: Any) -> list[str | None]:
    arguments = {"until": soon()} | arguments
    return [event.event_type_id for event in client.audit.iter_events(since(), **arguments)]


def test_what_was_done_is_recorded(emulator: Emulator, client: Client) -> None:
    sam, model_id = emulator.tenant.users[1], emulator.development_model_id
    client.upload_file(113000000000, "id,amount\n1,10\n")
    client.run_action(112000000000)
    client.transactional.close_model()
    client.transactional.open_model()
    client.users.deactivate(sam.id)
    with Client(user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
        with pytest.raises(AuthenticationError):
            other.whoami()
    client.users.activate(sam.id)
    sam.hidden_models = frozenset([model_id])
    with Client(model_id=model_id, user_email=sam.email, password=sam.password, base_url=emulator.url) as other:
        with pytest.raises(NotFoundError):
            other.list_files()
    events = [event for event in client.audit.iter_events(since(), soon())]
    found = [(event.event_type_id, event.user_id, event.object_id, event.success) for event in events]
    ada = emulator.tenant.users[0].id
    assert ("USR-8", ada, ada, True) in found
    assert ("USR-20", ada, model_id.lower(), True) in found
    assert ("USR-13", ada, model_id.lower(), True) in found
    assert ("USR-4", ada, sam.id, True) in found
    assert ("USR-9", sam.id, sam.id, False) in found
    assert ("USR-3", ada, sam.id, True) in found
    assert ("USR-14", sam.id, model_id.lower(), False) in found
    run = next(event for event in events if event.event_type_id == "USR-20")
    assert run.additional_attributes is not None
    assert run.additional_attributes["actionId"] == "112000000000"


def test_a_user_and_workspaces_leave_their_events(emulator: Emulator, client: Client) -> None:
    user = client.users.create("eve@example.com", "Eve", "Doe", workspaces=[emulator.workspace_id])
    assert user.id is not None
    client.users.update(user.id, family_name="Roe", remove_workspaces=[emulator.workspace_id])
    assert (codes(client))[1:] == [
        *("USR-1", "USR-2", "USR-27", "USR-28", "USR-21", "USR-5"),
        *("USR-28", "USR-22", "USR-5"),
    ]


@pytest.mark.parametrize("search", [False, True])
@pytest.mark.parametrize("page_limit", [1, 2, 3, 5000])
def test_every_event_comes_once_whatever_the_pages(
    emulator: Emulator, client: Client, page_limit: int, search: bool
) -> None:
    emulator.page_limit = page_limit
    now = emulator.now()
    expected = [
        emulator.record_event("INT-1", "u", "o", "MODEL", at=now - days * 86_400).id for days in (19, 12, 12, 5, 4, 0.1)
    ]
    found = [event.id for event in client.audit.iter_events(since(), types=["int"], search=search)]
    assert found == expected


def test_types_and_times_select_events(emulator: Emulator, client: Client) -> None:
    now = emulator.now()
    for code in ("INT-1", "AUTHZ-1", "CONN-1", "COMMENT-1"):
        emulator.record_event(code, "u", "o", "MODEL", at=now - 7200)
    assert codes(client, types=["int", "access_control"]) == ["INT-1", "AUTHZ-1"]
    assert codes(client, until=datetime.fromtimestamp(now, UTC) - HOUR) == [
        *("INT-1", "AUTHZ-1", "CONN-1", "COMMENT-1")
    ]
    assert codes(client, until=datetime.fromtimestamp(now, UTC) - 3 * HOUR) == []


def test_neighboring_ranges_share_no_event(emulator: Emulator, client: Client) -> None:
    border = datetime.fromtimestamp(int(emulator.now()) - 86_400, UTC)
    for milliseconds in (-2, -1, 0, 1, 2):
        at = border.timestamp() + milliseconds / 1000
        emulator.record_event("INT-1", "u", str(milliseconds), "MODEL", at=at)

    def objects(start: datetime, end: datetime) -> list[str | None]:
        return [event.object_id for event in client.audit.iter_events(start, end, ["int"])]

    assert objects(border - HOUR, border) == ["-2", "-1"]
    assert objects(border, border + HOUR) == ["0", "1", "2"]


def test_lines_of_cef_come_as_they_are(emulator: Emulator, client: Client) -> None:
    now = emulator.now()
    for days in (10, 5, 0.5):
        emulator.record_event("INT-1", "u", "o", "MODEL", at=now - days * 86_400, message=f"Läuft {days}")
    for search in (False, True):
        lines = [line for line in client.audit.iter_cef(since(), types=["int"], search=search)]
        assert [line.split("|")[5] for line in lines] == ["Läuft 10", "Läuft 5", "Läuft 0.5"]
        assert all("CEF:0|Anaplan, Inc.|" in line and not line.endswith("\n") for line in lines)


def test_a_cursor_goes_on_where_it_stopped(emulator: Emulator, client: Client) -> None:
    cursor, found = AuditCursor.start(since(), types=["int"]), list[int]()
    expected = list[int]()
    for late in (1, 1, 3600, 1):
        at = emulator.now() - late
        expected.append(emulator.record_event("INT-1", "u", "o", "MODEL", at=at).id)
        for batch in client.audit.read(cursor):
            cursor = AuditCursor.from_json(batch.cursor.to_json())
            found += [event.id for event in batch.events]
    assert found == expected


def test_following_polls_without_an_end(emulator: Emulator, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = list[float]()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        emulator.record_event("INT-1", "u", str(len(pauses)), "MODEL", at=emulator.now() - 1)

    monkeypatch.setattr(concurrency, "sleep", sleep)
    found = list[str | None]()
    with concurrency.closing(client.audit.follow(AuditCursor.start(since(), types=["int"]), interval=5)) as batches:
        for batch in batches:
            found += [event.object_id for event in batch.events]
            if len(found) == 3:
                break
    assert found == ["1", "2", "3"]
    assert pauses == [5, 5, 5]


def test_a_user_without_the_role_is_rejected_once(emulator: Emulator) -> None:
    sam = emulator.tenant.users[1]
    with Client(user_email=sam.email, password=sam.password, base_url=emulator.url) as client:
        with pytest.raises(PermissionDeniedError, match="Tenant Auditor"):
            codes(client)
    # Although it is a 401, a new token would not help.
    assert emulator.count("GET", "/events$") == 1
    assert emulator.count("POST", "/authenticate$") == 1


def test_what_is_wrong_is_an_error_before_any_request(emulator: Emulator, client: Client) -> None:
    audit, now, cursor = client.audit, datetime.now(UTC), AuditCursor.start(datetime.now(UTC))
    wrong: list[tuple[type[Exception], Any]] = [
        (ValueError, lambda: audit.iter_events(datetime(2026, 1, 1))),
        (TypeError, lambda: audit.iter_events("2026-01-01")),  # type: ignore[arg-type]
        (TypeError, lambda: audit.iter_events(now, 3)),  # type: ignore[arg-type]
        (ValueError, lambda: audit.iter_events(now, None, ["logins"])),
        (TypeError, lambda: audit.iter_events(now, None, "all")),
        (TypeError, lambda: audit.iter_events(now, search="yes")),  # type: ignore[arg-type]
        (ValueError, lambda: audit.iter_cef(datetime(2026, 1, 1))),
        (TypeError, lambda: audit.read(cursor.to_json())),  # type: ignore[arg-type]
        (TypeError, lambda: audit.follow(None)),  # type: ignore[arg-type]
        (ValueError, lambda: audit.follow(cursor, interval=0)),
    ]
    for error, call in wrong:
        with pytest.raises(error):
            call()
    assert emulator.exchanges == []


def test_a_range_before_its_start_has_no_events(emulator: Emulator, client: Client) -> None:
    now = datetime.now(UTC)
    assert [event for event in client.audit.iter_events(now, now - HOUR)] == []
    assert emulator.exchanges == []


def test_a_rejection_says_why(emulator: Emulator, client: Client) -> None:
    emulator.audit_days = 90
    emulator.inject(Fault(path="/events$", status=400, message="The time range must not exceed 30 days"))
    with pytest.raises(BadRequestError, match="split it"):
        codes(client)


def test_an_event_shows_neither_address_nor_session(emulator: Emulator, client: Client) -> None:
    event = emulator.record_event("INT-1", "u", "o", "MODEL")
    event.ip_address, event.session_id = "canary-1", "canary-2"
    emulator.inject(Fault(path="/events$", kind="changed", change=lambda body: body | {"response": "canary-3"}))
    found: list[Event] = []
    with pytest.raises(DecodeError) as caught:
        codes(client)
    assert "canary" not in repr(caught.value) + str(caught.value)
    found = [event for event in client.audit.iter_events(since(), soon(), types=["int"])]
    assert (found[0].ip_address, found[0].session_id) == ("canary-1", "canary-2")
    assert "canary" not in repr(found) + str(found[0])
