"""No error, observer, log line, repr or pickle shows the content of the APIs for administrators that is sensitive."""

import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from anaplan_client import administration, audit, exception_users, scim
from anaplan_client.core import AnaplanError, Observed
from anaplan_client.core.request import Request
from anaplan_ext import AuditCursor, Client, RetryPolicy, UserRow
from anaplan_ext.emulator import Emulator

CANARY = "canary-7c1"
SINCE = datetime.now(UTC) - timedelta(days=1)
ROW = UserRow(username=f"{CANARY}@x.y", first_name=CANARY, last_name=CANARY, licenses=(CANARY,))
EVENT = {"id": 1, "ipAddress": CANARY, "sessionId": CANARY, "eventTypeId": "USR-8", "message": CANARY}

CALLS: dict[str, Callable[[Client], Any]] = {
    "iter_events": lambda client: list(client.audit.iter_events(SINCE)),
    "search": lambda client: list(client.audit.iter_events(SINCE, search=True)),
    "read": lambda client: list(client.audit.read(AuditCursor.start(SINCE))),
    "iter_cef": lambda client: list(client.audit.iter_cef(SINCE)),
    "export_users": lambda client: client.administration.export_users(),
    "import_users": lambda client: client.administration.import_users([ROW]),
}
RESPONSES: dict[str, dict[str, Any]] = {
    "another type": {"json": {"response": CANARY, "errors": CANARY}},
    "another event": {"json": {"response": [EVENT | {"eventDate": CANARY}], "accepted": CANARY}},
    "text": {"text": CANARY},
    "web page": {"html": f"<html><title>{CANARY}</title>"},
    "undocumented status": {"status_code": 299, "json": {"response": [EVENT]}},
    "server error": {"status_code": 500, "json": {"data": CANARY}},
    "bad request": {"status_code": 400, "json": {"data": CANARY}},
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize("name", CALLS)
def test_nothing_shows_the_content(name: str, response: str, log: pytest.LogCaptureFixture) -> None:
    seen: list[Observed] = []
    transport = httpx.MockTransport(lambda _: httpx.Response(**{"status_code": 200} | RESPONSES[response]))
    arguments: dict[str, Any] = {"token": "t", "base_url": "https://api.test", "retry_policy": RetryPolicy(count=0)}
    raised: list[AnaplanError] = []
    with (
        httpx.Client(transport=transport) as http,
        Client(http_client=http, observer=seen.append, **arguments) as client,
    ):
        try:
            CALLS[name](client)
        except AnaplanError as error:
            raised.append(error)
    assert len(raised) == 1
    for one in raised:
        assert CANARY not in "".join(traceback.format_exception(one)) + repr(one) + str(one) + repr(vars(one))
        assert CANARY not in repr(pickle.dumps(one))
    assert seen
    assert all(CANARY not in repr(response) + repr(response.content) for response in seen)
    assert CANARY not in log.text


REQUESTS: list[Request[Any]] = [
    audit.list_events(),
    audit.download_events(),
    audit.search_events(),
    audit.download_searched_events(),
    administration.export_users(),
    administration.import_users(file=CANARY.encode()),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.operation)
def test_what_has_personal_data_of_many_is_sensitive(request_: Request[Any]) -> None:
    assert request_.sensitive
    assert CANARY not in repr(request_)


def test_what_names_one_user_is_shown_in_errors() -> None:
    """An error of a single user must say which one."""
    assert not scim.get_user("8a").sensitive
    assert not exception_users.search_exception_users(
        body=exception_users.models.WorkspaceSearch(workspace_id="8a")
    ).sensitive


def test_events_and_reports_show_no_session_address_or_rows() -> None:
    event = audit.models.Event.from_dict(EVENT | {"message": "Signed in"})
    assert CANARY not in repr(event) + str(event)
    assert CANARY in json.dumps(event.to_dict())


def test_the_token_stays_out_of_public_requests(emulator: Emulator) -> None:
    with Client(user_email=emulator.user_email, password=emulator.password, base_url=emulator.url) as client:
        client.users.list_schemas()
    (exchange,) = emulator.exchanges
    assert "authorization" not in dict(exchange.request_headers)
