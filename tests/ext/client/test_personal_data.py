"""Which content of the APIs for administrators is sensitive; `test_canaries.py` holds what that means."""

import json
from typing import Any

import pytest

from anaplan_client import administration, audit, exception_users, scim
from anaplan_client.core.request import Request
from anaplan_ext import Client
from anaplan_ext.emulator import Emulator

CANARY = "canary-7c1"
EVENT = {"id": 1, "ipAddress": CANARY, "sessionId": CANARY, "eventTypeId": "USR-8", "message": CANARY}

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
