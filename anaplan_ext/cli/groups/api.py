"""`anaplan api`: any request, for what has no command of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, cast

from ..command import Argument, Command, Done, Group, Raw, Result

if TYPE_CHECKING:
    from anaplan_client.core import Effect, Host, Request

    from ..context import Context

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HOSTS = ("api", "auth", "audit", "cloudworks", "scim", "app")
_STATUSES = (200, 201, 202, 203)
_EMPTY_STATUSES = (200, 201, 202, 204)


def _send(context: Context) -> Result:
    options = context.options
    method = options.method.upper()
    if method not in METHODS:
        raise ValueError(f"METHOD must be one of {', '.join(METHODS)} (got {options.method!r})")
    if options.field and options.input:
        raise ValueError("-F and --input exclude each other")
    content = _content(options.field, options.input) if method != "GET" else None
    query = _fields(options.field) if method == "GET" else {}
    if method != "GET" and options.dry_run:
        return Done(f"would send {method} {options.path}")
    request = _request(method, options.host, options.path, query, content)
    if not options.paginate:
        return Raw([context.client.send(request), b"\n"])
    if method != "GET":
        raise ValueError("--paginate is for GET")
    return Raw(_pages(context, options.host, options.path, query))


def _request(
    method: str, host: str, path: str, query: Mapping[str, str | list[str]], content: bytes | None
) -> Request[bytes]:
    from urllib.parse import parse_qsl, urlsplit

    from anaplan_client.core import Request
    from anaplan_client.core.codec import decode

    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        raise ValueError(f"PATH must begin with a slash, such as /2/0/workspaces (got {path!r})")
    effect = cast("Effect", {"GET": "safe", "PUT": "idempotent", "DELETE": "idempotent"}.get(method, "non-idempotent"))
    return Request(
        operation=f"{method} {parts.path}",
        method=method,
        host=cast("Host", "api" if host == "scim" else host),
        path=parts.path,
        effect=effect,
        role="the required role",
        decode=decode.binary,
        accept="application/json",
        statuses=_STATUSES,
        empty_statuses=_EMPTY_STATUSES,
        params={**dict(parse_qsl(parts.query)), **query},
        content_type=None if content is None else "application/json",
        content=content,
    )


def _pages(context: Context, host: str, path: str, query: Mapping[str, str | list[str]]) -> Iterator[bytes]:
    """Yield the entries of all pages as one JSON array."""
    offset, separator = 0, "[\n"
    while True:
        content = context.client.send(_request("GET", host, path, {**query, "offset": str(offset)}, None))
        page = cast("dict[str, object]", json.loads(content))
        lists = (cast("list[object]", value) for value in page.values() if isinstance(value, list))
        entries = next(lists, list[object]())
        for entry in entries:
            yield f"{separator}{json.dumps(entry, ensure_ascii=False)}".encode()
            separator = ",\n"
        offset += len(entries)
        if not entries or offset >= _total(page):
            break
    yield b"[]\n" if separator == "[\n" else b"\n]\n"


def _total(page: Mapping[str, object]) -> int:
    meta = page.get("meta")
    paging = cast("dict[str, object]", meta).get("paging") if isinstance(meta, dict) else None
    total = cast("dict[str, object]", paging).get("totalSize") if isinstance(paging, dict) else None
    return total if isinstance(total, int) else 0


def _fields(pairs: list[str]) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ValueError(f"-F must be NAME=VALUE (got {pair!r})")
        fields[name] = value
    return fields


def _content(pairs: list[str], path: str | None) -> bytes | None:
    if path is not None:
        if path == "-":
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read()
    return json.dumps({name: _typed(str(value)) for name, value in _fields(pairs).items()}).encode() if pairs else None


def _typed(text: str) -> object:
    """Return a number, a boolean or null for its JSON text, and any other text as it is."""
    words: dict[str, Literal[True, False] | None] = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 10 else text


GROUP = Group(
    "api",
    (
        Command(
            "api",
            "Send a request, and print the content of the response.",
            _send,
            (
                Argument(("method",), "GET, POST, PUT, PATCH or DELETE.", "METHOD"),
                Argument(("path",), "Path with its version, such as /2/0/workspaces.", "PATH"),
                Argument(
                    ("-F", "--field"),
                    "A parameter of GET, or a field of the JSON content; may be given several times.",
                    "NAME=VALUE",
                    repeats=True,
                ),
                Argument(("--input",), "File with the content; `-` is standard input.", "FILE"),
                Argument(("--paginate",), "Print the entries of all pages as one array.", is_flag=True),
                Argument(("--host",), "Which of Anaplan's hosts to send it to.", "HOST", choices=HOSTS, default="api"),
            ),
            examples=(
                "anaplan api GET /2/0/users/me",
                "anaplan api GET /2/0/workspaces --paginate",
            ),
            is_write=True,
        ),
    ),
)
