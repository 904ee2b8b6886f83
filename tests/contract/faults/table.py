"""The faults of each step and the required results: the table of `docs/faults.md`, as data."""

from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "faults.md"

HTML = {"body": b"<html><title>Maintenance</title></html>", "content_type": "text/html"}
EVER = {"times": None}
GONE = {"after_effect": True}  # the effect happened, its response is lost


def after(text: str) -> dict[str, Any]:
    return {"headers": (("Retry-After", text),)}


def says(body: bytes, content_type: str = "application/json") -> dict[str, Any]:
    return {"status": 200, "body": body, "content_type": content_type}


def rejects(code: int) -> dict[str, Any]:
    return says(b'{"meta": {}, "status": {"code": %d, "message": "No way"}}' % code)


# What goes wrong, in terms of the emulator's `Fault`.
FAULTS: dict[str, dict[str, Any]] = {
    # Anaplan rejects the request.
    "302": {"status": 302, "headers": (("Location", "https://login.example.com/"),)} | EVER,
    "304": {"status": 304, "body": b""} | EVER,
    "400": {"status": 400} | EVER,
    "401 once": {"status": 401},
    "401": {"status": 401} | EVER,
    "token over": {"sign_in": None},
    "token over, then 503": {"sign_in": {"status": 503}},
    "token over, then 401": {"sign_in": {"status": 401}},
    "403": {"status": 403} | EVER,
    "404 once": {"status": 404},
    "404": {"status": 404} | EVER,
    "404, a page": {"status": 404} | HTML | EVER,
    "406": {"status": 406} | EVER,
    "408 once": {"status": 408},
    "408": {"status": 408} | EVER,
    "409": {"status": 409} | EVER,
    "413, a page": {"status": 413} | HTML | EVER,
    "415": {"status": 415} | EVER,
    "422": {"status": 422} | EVER,
    "423": {"status": 423} | EVER,
    "424": {"status": 424} | EVER,
    "425": {"status": 425} | EVER,
    # Anaplan throttles the request.
    "429 once": {"status": 429},
    "429, after 0 s": {"status": 429} | after("0"),
    "429, after a date that is past": {"status": 429} | after(formatdate(0, usegmt=True)),
    "429, after some time": {"status": 429} | after("soon"),
    "429, after an hour": {"status": 429} | after("3600") | EVER,
    "429": {"status": 429} | EVER,
    # Anaplan or a gateway fails, before or after the effect.
    "500 once": {"status": 500},
    "500, nothing in it": {"status": 500, "body": b""},
    "500, effect": {"status": 500} | GONE,
    "500": {"status": 500} | EVER,
    "502 once": {"status": 502},
    "502, effect": {"status": 502} | GONE,
    "502": {"status": 502} | EVER,
    "503 once": {"status": 503},
    "503, a page": {"status": 503} | HTML,
    "503, after 0 s": {"status": 503} | after("0"),
    "503, after an hour": {"status": 503} | after("3600") | EVER,
    "503, effect": {"status": 503} | GONE,
    "503": {"status": 503} | EVER,
    "504 once": {"status": 504},
    "504, effect": {"status": 504} | GONE,
    "504, effect later": {"status": 504, "late": True},
    "504": {"status": 504} | EVER,
    # The connection breaks, before or after the effect.
    "reset once": {"kind": "reset"},
    "reset twice": {"kind": "reset", "times": 2},
    "reset, effect": {"kind": "reset"} | GONE,
    "reset": {"kind": "reset"} | EVER,
    "closed once": {"kind": "close"},
    "closed, effect": {"kind": "close"} | GONE,
    "closed": {"kind": "close"} | EVER,
    # The response is slow or truncated.
    "stall": {"kind": "stall"},
    "stall, effect": {"kind": "stall"} | GONE,
    "drip": {"kind": "drip"},
    "drip, too slow": {"kind": "drip", "pause": 30},
    "cut before the first byte": {"kind": "truncate", "keep_bytes": 0},
    "cut in the middle": {"kind": "truncate"},
    "cut before the last byte": {"kind": "truncate", "keep_bytes": -1},
    "cut": {"kind": "truncate"} | EVER,
    # The status of the response means success, but its body means rejection.
    "403 in a 200": rejects(403),
    "423 in a 200": rejects(423),
    "429 in a 200": rejects(429),
    "503 in a 200": rejects(503),
    # The response means success, but is not the expected one.
    "202": {"status": 202, "body": b""} | EVER,
    "204": {"status": 204, "body": b""} | EVER,
    "205": {"status": 205, "body": b""} | EVER,
    "206, a part": {"status": 206, "body": b"id,", "content_type": "application/octet-stream"} | EVER,
    "207, a page": {"status": 207} | HTML | EVER,
    "words of a proxy": says(b"Blocked by policy", "text/plain") | EVER,
    "half of its JSON": {"kind": "malformed"},
    "half of its JSON, ever": {"kind": "malformed"} | EVER,
    "a page": {"status": 200} | HTML,
    "a page, ever": {"status": 200} | HTML | EVER,
    "a page as JSON": {"status": 200, "body": HTML["body"]},
    "nothing": says(b""),
    "null": says(b"null"),
    "a number": says(b"7"),
    "a text": says(b'"done"'),
    "an array": says(b"[]"),
    "an empty object": says(b"{}"),
    "no UTF-8": says(b'{"meta": "\xff\xfe"}'),
    "a tower of brackets": says(b"[" * 200_000),
    "two answers in one": says(b'{"meta": {}}{"meta": {}}'),
    "no gzip, though it says so": says(b"{}") | {"headers": (("Content-Encoding", "gzip"),)},
    "its fields of wrong types": {"kind": "changed", "change": lambda answer: dict.fromkeys(answer, 7)},
    "its JSON as text": {"kind": "changed", "content_type": "text/plain"},
}


SLOW = [name for name, fault in FAULTS.items() if fault.get("kind") == "stall" or fault.get("pause")]
"""What is seen only by its timeout."""


@cache
def table() -> dict[str, dict[str, str]]:
    """The cells by fault and column, but those where it cannot happen."""
    text = DOCUMENT.read_text(encoding="utf-8")
    lines = text[text.index("| what goes wrong") :].split("\n\n")[0].splitlines()
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {fault: {name: cell for name, cell in zip(header[1:], cells, strict=True) if cell} for fault, *cells in rows}


def expected(fault: str) -> dict[str, str]:
    """What each column comes to with a fault."""
    return table()[fault]
