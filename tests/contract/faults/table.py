"""The faults of a step and their results: the table of `docs/faults.md` as data."""

from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "faults.md"

HTML = {"body": b"<html><title>Maintenance</title></html>", "content_type": "text/html"}
EVER = {"times": None}
GONE = {"after_effect": True}  # the step has its effect, and its response is lost


def after(text: str) -> dict[str, Any]:
    return {"headers": (("Retry-After", text),)}


def says(body: bytes, content_type: str = "application/json") -> dict[str, Any]:
    return {"status": 200, "body": body, "content_type": content_type}


def rejects(code: int) -> dict[str, Any]:
    return says(b'{"meta": {}, "status": {"code": %d, "message": "No way"}}' % code)


# The faults, in terms of the emulator's `Fault`.
FAULTS: dict[str, dict[str, Any]] = {
    # Anaplan rejects.
    "302": {"status": 302, "headers": (("Location", "https://login.example.com/"),)} | EVER,
    "304": {"status": 304, "body": b""} | EVER,
    "400": {"status": 400} | EVER,
    "401 once": {"status": 401},
    "401": {"status": 401} | EVER,
    "token expired": {"sign_in": None},
    "token expired, then 503": {"sign_in": {"status": 503}},
    "token expired, then 401": {"sign_in": {"status": 401}},
    "403": {"status": 403} | EVER,
    "404 once": {"status": 404},
    "404": {"status": 404} | EVER,
    "404, HTML page": {"status": 404} | HTML | EVER,
    "406": {"status": 406} | EVER,
    "408 once": {"status": 408},
    "408": {"status": 408} | EVER,
    "409": {"status": 409} | EVER,
    "413, HTML page": {"status": 413} | HTML | EVER,
    "415": {"status": 415} | EVER,
    "422": {"status": 422} | EVER,
    "423": {"status": 423} | EVER,
    "424": {"status": 424} | EVER,
    "425": {"status": 425} | EVER,
    # Anaplan throttles.
    "429 once": {"status": 429},
    "429, Retry-After 0": {"status": 429} | after("0"),
    "429, Retry-After in the past": {"status": 429} | after(formatdate(0, usegmt=True)),
    "429, invalid Retry-After": {"status": 429} | after("soon"),
    "429, Retry-After 1 h": {"status": 429} | after("3600") | EVER,
    "429": {"status": 429} | EVER,
    # Anaplan or a gateway fails, before or after the effect.
    "500 once": {"status": 500},
    "500, empty": {"status": 500, "body": b""},
    "500 after effect": {"status": 500} | GONE,
    "500": {"status": 500} | EVER,
    "502 once": {"status": 502},
    "502 after effect": {"status": 502} | GONE,
    "502": {"status": 502} | EVER,
    "503 once": {"status": 503},
    "503, HTML page": {"status": 503} | HTML,
    "503, Retry-After 0": {"status": 503} | after("0"),
    "503, Retry-After 1 h": {"status": 503} | after("3600") | EVER,
    "503 after effect": {"status": 503} | GONE,
    "503": {"status": 503} | EVER,
    "504 once": {"status": 504},
    "504 after effect": {"status": 504} | GONE,
    "504, delayed effect": {"status": 504, "late": True},
    "504": {"status": 504} | EVER,
    # The connection breaks, before or after the effect.
    "reset once": {"kind": "reset"},
    "reset twice": {"kind": "reset", "times": 2},
    "reset after effect": {"kind": "reset"} | GONE,
    "reset": {"kind": "reset"} | EVER,
    "closed once": {"kind": "close"},
    "closed after effect": {"kind": "close"} | GONE,
    "closed": {"kind": "close"} | EVER,
    # The response is slow or truncated.
    "stall": {"kind": "stall"},
    "stall after effect": {"kind": "stall"} | GONE,
    "slow response": {"kind": "drip"},
    "response too slow": {"kind": "drip", "pause": 30},
    "truncated before the first byte": {"kind": "truncate", "keep_bytes": 0},
    "truncated in the middle": {"kind": "truncate"},
    "truncated before the last byte": {"kind": "truncate", "keep_bytes": -1},
    "truncated": {"kind": "truncate"} | EVER,
    # The status is a success, but the content rejects the request.
    "403 in a 200": rejects(403),
    "423 in a 200": rejects(423),
    "429 in a 200": rejects(429),
    "503 in a 200": rejects(503),
    # The response is a success, but not with the documented status or content.
    "202": {"status": 202, "body": b""} | EVER,
    "204": {"status": 204, "body": b""} | EVER,
    "205": {"status": 205, "body": b""} | EVER,
    "206, partial content": {"status": 206, "body": b"id,", "content_type": "application/octet-stream"} | EVER,
    "207, HTML page": {"status": 207} | HTML | EVER,
    "plain text of a proxy": says(b"Blocked by policy", "text/plain") | EVER,
    "half of the JSON once": {"kind": "malformed"},
    "half of the JSON": {"kind": "malformed"} | EVER,
    "HTML page once": {"status": 200} | HTML,
    "HTML page": {"status": 200} | HTML | EVER,
    "HTML declared as JSON": {"status": 200, "body": HTML["body"]},
    "empty content": says(b""),
    "JSON null": says(b"null"),
    "JSON number": says(b"7"),
    "JSON string": says(b'"done"'),
    "JSON array": says(b"[]"),
    "empty JSON object": says(b"{}"),
    "invalid UTF-8": says(b'{"meta": "\xff\xfe"}'),
    "200,000 nested arrays": says(b"[" * 200_000),
    "two JSON documents": says(b'{"meta": {}}{"meta": {}}'),
    "invalid gzip": says(b"{}") | {"headers": (("Content-Encoding", "gzip"),)},
    "fields of wrong types": {"kind": "changed", "change": lambda answer: dict.fromkeys(answer, 7)},
    "JSON declared as text": {"kind": "changed", "content_type": "text/plain"},
}


SLOW = [name for name, fault in FAULTS.items() if fault.get("kind") == "stall" or fault.get("pause")]
"""Faults that only a timeout detects."""


@cache
def table() -> dict[str, dict[str, str]]:
    """Return the cells by fault and column, without the empty ones."""
    text = DOCUMENT.read_text(encoding="utf-8")
    lines = text[text.index("| fault ") :].split("\n\n")[0].splitlines()
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {fault: {name: cell for name, cell in zip(header[1:], cells, strict=True) if cell} for fault, *cells in rows}


def expected(fault: str) -> dict[str, str]:
    """Return the result of each column with a fault."""
    return table()[fault]
