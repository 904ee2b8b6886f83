"""What `-v` and `--debug` print of requests, and what they never print."""

import io
import json
import logging
import re
from argparse import Namespace
from pathlib import Path

import pytest

from anaplan_client.core import Observed, Request
from anaplan_ext.cli.logs import HIDDEN, also_log_headers, configured, log_headers
from anaplan_ext.emulator import Emulator, Fault

from .conftest import Run

LINE = re.compile(
    r"[-\d]+ [\d:,]+ DEBUG (?P<method>[A-Z]+) (?P<path>\S+) \((?P<operation>\S+)\), "
    r"attempt (?P<attempt>\d+): (?P<result>.+) after \d+\.\d{3} s"
)


def attempts(text: str) -> list[tuple[str, str, str, str]]:
    matches = (LINE.fullmatch(line) for line in text.splitlines())
    return [(one["method"], one["path"], one["attempt"], one["result"]) for one in matches if one]


def test_verbose_has_a_line_for_each_request(anaplan: Run, emulator: Emulator) -> None:
    ran = anaplan("models", "list", "-v")
    sent = [(one.method, one.path, "1", str(one.status)) for one in emulator.exchanges if "logout" not in one.path]
    assert (
        attempts(ran.err)[: len(sent)]
        == sent
        == [
            ("POST", "/token/authenticate", "1", "201"),
            ("GET", "/2/0/models", "1", "200"),
        ]
    )
    assert "headers" not in ran.err
    assert len(anaplan("models", "list").err) == 0


def test_verbose_has_each_attempt_with_its_status(anaplan: Run, emulator: Emulator) -> None:
    emulator.inject(Fault(path="/models$", status=503))
    ran = anaplan("models", "list", "-v", "--retries", "1")
    tried = [one for one in attempts(ran.err) if one[1] == "/2/0/models"]
    assert [(attempt, result) for *_, attempt, result in tried] == [("1", "503 ServerError"), ("2", "200")]
    emulator.inject(Fault(path="/models$", kind="reset"))
    ran = anaplan("models", "list", "-v")
    assert [result for _, path, _, result in attempts(ran.err) if path == "/2/0/models"] == ["TransportError"]


def test_a_log_as_json_has_the_fields_of_a_request(anaplan: Run, tmp_path: Path) -> None:
    assert anaplan("models", "list", "-v", "--log-format", "json", "--log-file", "log.jsonl").err == ""
    records = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    (listed,) = (record for record in records if record.get("operation") == "integration.list_models")
    expected = {"method": "GET", "path": "/2/0/models", "attempt": 1, "status": 200, "error_type": None}
    assert {key: listed[key] for key in expected} == expected
    assert 0 <= listed["seconds"] < 60


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, "W"), ({"verbose": True}, "WIA"), ({"debug": True}, "WIAD"), ({"log_file": "log.txt"}, "WI")],
)
def test_each_option_has_its_lines(
    given: dict[str, object], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Warnings, steps, attempts, and the rest."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stderr", shown := io.StringIO())
    names = ("debug", "verbose", "log_file", "log_format")
    logger = logging.getLogger("anaplan")
    with configured(Namespace(**(dict.fromkeys(names) | given))):
        logger.warning("W")
        logger.info("I")
        logger.debug("A", extra={"seconds": 0.1})
        logger.debug("D")
    text = (tmp_path / "log.txt").read_text() if "log_file" in given else shown.getvalue()
    assert "".join(line[-1] for line in text.splitlines()) == expected


def test_debug_has_headers_without_secrets(anaplan: Run, emulator: Emulator) -> None:
    ran = anaplan("models", "list", "--debug")
    (line,) = (line for line in ran.err.splitlines() if "GET /2/0/models: request headers" in line)
    request_id = dict(emulator.exchanges[1].response_headers)["x-request-id"]
    assert f"x-request-id: {request_id}" in line
    assert "accept: application/json" in line
    tokens = [dict(one.request_headers).get("authorization", "").partition(" ")[2] for one in emulator.exchanges]
    assert any(tokens)
    assert [token for token in tokens if token and token in ran.err] == []


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "proxy-authorization", "Set-Cookie", "x-api-key", "x-access-token", "x-session-id"),
        *("x-amz-signature", "X-Secret", "x-credential", "x-password", "CA-Private-KEY"),
    ],
)
def test_a_secret_header_is_hidden(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "anaplan")
    request: Request[object] = Request(
        operation="test",
        method="GET",
        host="api",
        path="/x",
        effect="safe",
        role="any",
        decode=bytes,
        headers={name: "canary"},
    )
    log_headers(Observed(request, 200, {name: "canary", "date": "today"}, b"canary"))
    (record,) = caplog.records
    assert "canary" not in record.getMessage()
    assert record.getMessage().count(f"{name.lower()}: {HIDDEN}") == 2
    assert "date: today" in record.getMessage()


def test_the_observer_of_a_command_sees_what_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "anaplan")
    seen: list[Observed] = []
    request: Request[object] = Request(
        operation="test", method="GET", host="api", path="/x", effect="safe", role="any", decode=bytes
    )
    observed = Observed(request, 200, {}, b"")
    also_log_headers(seen.append)(observed)
    assert (seen, len(caplog.records)) == ([observed], 1)


def test_the_query_of_a_header_is_hidden(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "anaplan")
    request: Request[object] = Request(
        operation="test", method="GET", host="api", path="/x", effect="safe", role="any", decode=bytes
    )
    log_headers(Observed(request, 302, {"location": "https://x.example/a?code=canary&b=c"}, b""))
    assert f"location: https://x.example/a?{HIDDEN}" in caplog.records[0].getMessage()
    assert "canary" not in caplog.text
