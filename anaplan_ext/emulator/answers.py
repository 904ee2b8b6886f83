"""Reading a request strictly and writing the answer in Anaplan's envelopes."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from .state import Model, User
from .world import Token, World, iso

NOT_FOUND = "Not Found"
_BAD_JSON = "Check if the content is compatible with JSON format."
_OPEN_STRING = "An unterminated string was identified. Ensure the string is terminated."
_OPEN_OBJECT = "An unterminated JSON object was found. Ensure the object is terminated."
_BAD_FORMAT = "The data provided is not in the expected format."
_NO_BODY = "The request body is null."
_TYPE_NAMES = {int: "integer", str: "string", list: "array", bool: "boolean"}


class Refusal(Exception):
    """An answer other than success, in the envelope of the host that gives it."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


@dataclass(slots=True)
class Call:
    """One request, taken apart. `params` are the path's parameters, `query` its first values."""

    world: World
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    params: dict[str, str] = field(default_factory=dict[str, str])
    token: Token | None = None
    found_model: Model | None = None

    @property
    def user(self) -> User:
        """The user the token belongs to."""
        assert self.token is not None
        return self.token.user

    @property
    def model(self) -> Model:
        """The model the path names."""
        assert self.found_model is not None
        return self.found_model

    @property
    def media_type(self) -> str:
        """The request's content type without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is `true`."""
        return self.query.get(name, "").lower() == "true"


Handler = Callable[[Call], Response | Awaitable[Response]]


def json_response(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer, compact."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, headers, "application/json")


def success(
    call: Call,
    schema: str,
    payload: Mapping[str, Any],
    *,
    status: int = 200,
    paging: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The usual envelope of `/2/0`; empty lists in the payload are left out."""
    meta: dict[str, Any] = {"paging": paging} if paging is not None else {}
    meta["schema"] = f"{call.world.url}/2/0/objects/{schema}"
    message = "Created" if status == 201 else "Success"
    body = {"meta": meta, "status": {"code": status, "message": message}}
    return json_response(body | {key: value for key, value in payload.items() if value != []}, status, headers)


def failure(world: World, path: str, status: int, message: str, code: str = "") -> Response:
    """An error in the envelope of the host that serves the path."""
    if path.startswith("/token/"):
        return json_response({"status": code or "FAILURE_BAD_HEADER", "statusMessage": message}, status)
    error = {"code": status, "message": message}
    return json_response({"status": error, "path": path, "timestamp": iso(world.now(), milliseconds=True)}, status)


def page(call: Call, schema: str, key: str, rows: Sequence[Any]) -> Response:
    """One page of a listing, as `limit` and `offset` of the query ask, capped by the emulator's page limit."""
    offset = _whole_number(call, "offset", 0, 0)
    limit = min(_whole_number(call, "limit", call.world.options.page_limit, 1), call.world.options.page_limit)
    shown = rows[offset : offset + limit]
    paging: dict[str, Any] = {"currentPageSize": len(shown), "totalSize": len(rows), "offset": offset}
    if offset + len(shown) < len(rows) and shown:
        paging["next"] = _page_url(call, limit, offset + len(shown))
    elif call.world.options.misleading_next and rows:
        paging["next"] = _page_url(call, limit + 1, offset + len(shown))
    if offset > 0:
        paging["previous"] = _page_url(call, limit, max(0, offset - limit))
    return success(call, schema, {key: list(shown)}, paging=paging)


def _whole_number(call: Call, name: str, default: int, least: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,18}", text) or int(text) < least:
        raise Refusal(400, f"Query parameter `{name}` must be a whole number of at least {least}")
    return int(text)


def _page_url(call: Call, limit: int, offset: int) -> str:
    return f"{call.world.url}{call.path}?{urlencode(call.query | {'limit': limit, 'offset': offset})}"


def sort_rows(rows: list[dict[str, Any]], sort: str | None, fields: Sequence[str] | None) -> list[dict[str, Any]]:
    """Sorted as a `sort` parameter asks: a comma list of fields, each with `+` or `-` in front.

    With `fields`, the sign is mandatory and other fields are refused. Without, the sign may be missing and unknown
    fields are ignored.
    """
    for term in reversed(sort.split(",") if sort is not None else []):
        sign, name = (term[0], term[1:]) if term[:1] in ("+", "-") else ("", term.strip())
        if fields is not None and (not sign or name not in fields):
            raise Refusal(400, f"Cannot sort by `{term}`; a sign and one of {', '.join(fields)} is expected")
        rows = sorted(rows, key=lambda row: str(row.get(name, "")).lower(), reverse=sign == "-")
    return rows


def search_rows(rows: list[dict[str, Any]], text: str | None) -> list[dict[str, Any]]:
    """Rows whose name or id contains the text, in any case; `%` and `_` are wildcards."""
    if not text:
        return rows
    parts = (".*" if letter == "%" else "." if letter == "_" else re.escape(letter) for letter in text)
    pattern = re.compile("".join(parts), re.IGNORECASE)
    return [row for row in rows if pattern.search(f"{row.get('name', '')}\n{row['id']}")]


def parse_object(body: bytes) -> dict[str, Any]:
    """The request body as a JSON object, or a refusal with the documented message."""
    if not body.strip():
        raise Refusal(400, _NO_BODY)
    try:
        text = body.decode()
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated string"):
            raise Refusal(400, _OPEN_STRING) from None
        at_end = error.pos >= len(error.doc.rstrip()) and error.doc.lstrip().startswith("{")
        raise Refusal(400, _OPEN_OBJECT if at_end else _BAD_JSON) from None
    except UnicodeDecodeError:
        raise Refusal(400, _BAD_JSON) from None
    if value is None:
        raise Refusal(400, _NO_BODY)
    if not isinstance(value, dict):
        raise Refusal(400, _BAD_FORMAT)
    return value  # pyright: ignore[reportUnknownVariableType]


def read_body(
    call: Call,
    required: Mapping[str, type],
    optional: Mapping[str, type] | None = None,
    *,
    missing: str = "",
    unknown: str = "Identified an unrecognized `{}`.",
) -> dict[str, Any]:
    """The fields of a JSON body. An unknown, missing or wrongly typed field is refused, as is another content type."""
    if call.body and call.media_type != "application/json":
        raise Refusal(415, "Unsupported Media Type")
    body = parse_object(call.body)
    fields = {**required, **(optional or {})}
    for name, value in body.items():
        if name not in fields:
            raise Refusal(400, unknown.format(name))
        if type(value) is not fields[name]:
            if value is None and name in required:
                raise Refusal(400, missing or f"Missing mandatory property `{name}`")
            if isinstance(value, str):
                expected = _TYPE_NAMES[fields[name]]
                raise Refusal(400, f"Found a value with an unexpected string format when `{expected}` was expected.")
            raise Refusal(400, _BAD_FORMAT)
    for name in required:
        if name not in body:
            raise Refusal(400, missing or f"Missing mandatory property `{name}`")
    return body
