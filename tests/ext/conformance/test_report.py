"""The report and the fixtures have shapes, and no value of the tenant."""

import json
from pathlib import Path

import httpx
import pytest

from anaplan_client.core import AuthenticationError
from anaplan_ext import Client, RetryPolicy
from anaplan_ext.conformance import ConformanceReport, check_conformance
from anaplan_ext.conformance.probe import collect
from anaplan_ext.drift.walk import list_operations
from anaplan_ext.emulator import Emulator

from .lies import LIES
from .world import BASE, CANARY, Lookup, tell

Honest = tuple[ConformanceReport, Lookup, list[str]]


def check(http: httpx.Client, record: Path | None = None, max_per_kind: int = 7) -> ConformanceReport:
    policy = RetryPolicy(count=0, throttle_total=0)
    with http, Client(token="t", base_url=BASE, http_client=http, retry_policy=policy) as client:
        return check_conformance(client, record=record, max_per_kind=max_per_kind)


def find_values(lookup: Lookup) -> set[str]:
    """Every text in the responses that is a value of a user: ids, and what has the canary."""
    found: set[str] = set()

    def visit(value: object) -> None:
        if isinstance(value, dict):
            for item in value.values():
                visit(item)
        elif isinstance(value, list):
            for item in value:
                visit(item)
        elif isinstance(value, str) and (CANARY.casefold() in value.casefold() or sum(map(str.isdigit, value)) > 3):
            found.add(value)

    for reply in lookup.values():
        if reply.media.endswith("json") and reply.status == 200:
            visit(json.loads(reply.body))
    return found


def test_a_report_has_no_value_of_the_tenant(honest: Honest) -> None:
    _, lookup, _ = honest
    values = find_values(lookup)
    assert len(values) > 100

    def lie(path: str, query: str, token: str, reply: object) -> object:
        for each in LIES:
            try:
                reply = each.apply(path, query, token, reply)  # type: ignore[arg-type]
            except (AttributeError, KeyError, TypeError, IndexError, ValueError):
                continue
        return reply

    for report in (check(tell(lookup)), check(tell(lookup, lie))):  # type: ignore[arg-type]
        for text in (str(report), report.to_json()):
            assert CANARY.casefold() not in text.casefold()
            assert [value for value in values if value in text] == []


def test_a_report_is_read_again_as_json(honest: Honest) -> None:
    report, _, _ = honest
    read = json.loads(report.to_json())
    assert sum(read["counts"].values()) == len(read["beliefs"]) == len(report.results)
    assert read["requests"] == report.requests
    assert set(read["beliefs"][0]) == {"id", "statement", "source", "trust", "verdict", "seen", "responses"}


def test_a_report_tells_what_is_contradicted_and_why_the_rest_is_untested(honest: Honest) -> None:
    _, lookup, _ = honest
    lie = next(lie for lie in LIES if lie.name == "a new field of models")
    report = check(tell(lookup, lie.apply))
    text = str(report)
    assert "contradicted: integration.list_models/fields\n  believed (seen): Every field" in text
    assert "  seen: unknown field /models/[]/color: expected no such field, got string" in text
    assert "(no id of such an object was seen)" in text


def test_a_user_without_roles_contradicts_nothing(honest: Honest) -> None:
    _, lookup, _ = honest
    for status in (403, 429, 503):
        denied = tell(lookup, lambda *_, status=status: httpx_reply(status))  # type: ignore[misc]
        report = check(denied)
        assert report.contradicted == ()
        assert report.counts["holds"] == 0


def httpx_reply(status: int) -> object:
    from .world import Reply

    return Reply(status, "application/json", b'{"status":{"code":%d,"message":"No"}}' % status)


def test_a_sign_in_that_fails_is_an_error_and_no_report(honest: Honest) -> None:
    _, lookup, _ = honest
    with pytest.raises(AuthenticationError):
        check(tell(lookup, lambda *_: httpx_reply(401)))  # type: ignore[arg-type, return-value]


def test_fixtures_have_no_value_and_decode_to_their_models(honest: Honest, tmp_path: Path) -> None:
    _, lookup, _ = honest
    check(tell(lookup), tmp_path / "fixtures")
    files = sorted((tmp_path / "fixtures").iterdir())
    operations = {operation.name: operation for operation in list_operations()}
    values = find_values(lookup) - {"2026-01-01"}  # which stands for any date
    assert len(files) > 60
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert CANARY.casefold() not in text.casefold()
        assert [value for value in values if f'"{value}"' in text] == []
        operation = operations[file.stem]
        arguments = dict.fromkeys(operation.needs, "1")
        request = operation.build(**arguments, **operation.options)
        reply = httpx.Response(200, content=text, headers={"content-type": request.accept})
        transport = httpx.MockTransport(lambda _, reply=reply: reply)
        with httpx.Client(transport=transport) as http, Client(token="t", base_url=BASE, http_client=http) as client:
            assert client.send(request) is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"apis": ["integration", "alms"]}, r"apis must be some of .*alm, .* \(got 'alms'\)"),
        ({"max_per_kind": 0}, r"max_per_kind must be at least 1 \(got 0\)"),
    ],
)
def test_wrong_arguments_are_rejected_before_a_request(
    emulator: Emulator, arguments: dict[str, object], message: str
) -> None:
    with Client(**emulator.client_arguments) as client, pytest.raises(ValueError, match=message):
        check_conformance(client, **arguments)  # type: ignore[arg-type]
    assert emulator.exchanges == []


def test_apis_select_beliefs_and_requests(honest: Honest) -> None:
    _, lookup, _ = honest
    with tell(lookup) as http, Client(token="t", base_url=BASE, http_client=http) as client:
        report = check_conformance(client, apis=["audit", "scim"])
    assert {result.id.partition(".")[0] for result in report.results} == {"audit", "scim"}
    assert report.requests < 40


def test_a_request_that_is_not_a_get_is_never_sent() -> None:
    from anaplan_client import integration
    from anaplan_ext.conformance import list_beliefs
    from anaplan_ext.conformance.probe import _send

    sent: list[object] = []
    for request in (
        integration.delete_file("M1", "113000000000"),
        integration.open_model("M1"),
        integration.reset_list_index("M1", "101000000000"),
    ):
        with pytest.raises(ValueError, match="only GET requests are sent"):
            _send(lambda request: sent.append(request), request, "x", "base")  # type: ignore[arg-type]
    assert sent == []
    assert collect(lambda _: {}, [], 1).requests == 0
    assert {belief.variant for belief in list_beliefs()} >= {"base", "limit"}
