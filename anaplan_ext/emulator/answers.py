"""Reading a request strictly and writing the answer in Anaplan's envelopes."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from .state import Json, Model, User
from .world import Token, World, iso

JSON = "application/json"
_TYPE_NAMES = {int: "integer", str: "string"}
_BAD_JSON = "Check if the content is compatible with JSON format."
_OPEN_STRING = "An unterminated string was identified. Ensure the string is terminated."
_OPEN_OBJECT = "An unterminated JSON object was found. Ensure the object is terminated."
_BAD_FORMAT = "The data provided is not in the expected format."
_NO_BODY = "The request body is null."


class Refusal(Exception):
    """An answer other than success, in the envelope of the host that gives it; by default a 404."""

    def __init__(self, status: int = 404, message: str = "Not Found", code: str = "FAILURE_BAD_HEADER") -> None:
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
    params: dict[str, str] = field(init=False)
    token: Token = field(init=False)
    model: Model = field(init=False)

    @property
    def user(self) -> User:
        """The user the token belongs to."""
        return self.token.user

    @property
    def media_type(self) -> str:
        """The request's content type without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is `true`."""
        return self.query.get(name, "").lower() == "true"


Handler = Callable[[Call], Response | Awaitable[Response]]


def json_response(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer, compact."""
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), status, headers, JSON)


def success(
    call: Call,
    schema: str,
    payload: Json,
    *,
    status: int = 200,
    paging: Json | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The usual envelope of `/2/0`; empty lists in the payload are left out."""
    meta: Json = {"paging": paging} if paging is not None else {}
    meta["schema"] = f"{call.world.url}/2/0/objects/{schema}"
    body: Json = {"meta": meta, "status": {"code": status, "message": "Created" if status == 201 else "Success"}}
    return json_response(body | {key: value for key, value in payload.items() if value != []}, status, headers)


def failure(world: World, path: str, refusal: Refusal) -> Response:
    """An error in the envelope of the host that serves the path."""
    if path.startswith("/token/"):
        return json_response({"status": refusal.code, "statusMessage": refusal.message}, refusal.status)
    status = {"code": refusal.status, "message": refusal.message}
    body = {"status": status, "path": path, "timestamp": iso(world.now(), milliseconds=True)}
    return json_response(body, refusal.status)


def listing(
    call: Call, schema: str, key: str, rows: list[Json], *, sortable: Collection[str] = (), signed: bool = False
) -> Response:
    """One page of a listing, as `sort`, `limit` and `offset` ask, capped by the emulator's page limit.

    With `sortable` other fields are refused, else ignored; `signed` fields need a `+` or `-` in front.
    """
    rows = _sorted(rows, call.query.get("sort"), sortable, signed)
    most = call.world.page_limit
    offset, limit = _whole_number(call, "offset", 0, 0), min(_whole_number(call, "limit", most, 1), most)
    shown = rows[offset : offset + limit]
    end = offset + len(shown)
    paging: Json = {"currentPageSize": len(shown), "totalSize": len(rows), "offset": offset}
    address = f"{call.world.url}{call.path}?"
    if (end < len(rows) and shown) or (call.world.misleading_next and rows):
        paging["next"] = address + urlencode(call.query | {"limit": limit, "offset": end})
    if offset > 0:
        paging["previous"] = address + urlencode(call.query | {"limit": limit, "offset": max(0, offset - limit)})
    return success(call, schema, {key: shown}, paging=paging)


def _whole_number(call: Call, name: str, default: int, least: int) -> int:
    text = call.query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < least:
        raise Refusal(400, f"Query parameter `{name}` must be a whole number of at least {least}")
    return int(text)


def _sorted(rows: list[Json], sort: str | None, sortable: Collection[str], signed: bool) -> list[Json]:
    for term in reversed(sort.split(",") if sort is not None else []):
        sign, name = (term[0], term[1:]) if term[:1] in ("+", "-") else ("", term.strip())
        if sortable and (name not in sortable or (signed and not sign)):
            raise Refusal(400, f"Cannot sort by `{term}`")
        rows = sorted(rows, key=lambda row: str(row.get(name, "")).lower(), reverse=sign == "-")
    return rows


def search(rows: list[Json], text: str | None) -> list[Json]:
    """Rows whose name or id contains the text, in any case; `%` and `_` are wildcards."""
    pattern = re.compile(re.escape(text or "").replace("%", ".*").replace("_", "."), re.IGNORECASE)
    return [row for row in rows if pattern.search(f"{row['name']}\n{row['id']}")]


def parse_object(body: bytes) -> Json:
    """The request body as a JSON object, or a refusal with the documented message."""
    if body.strip() in (b"", b"null"):
        raise Refusal(400, _NO_BODY)
    try:
        value: Any = json.loads(body)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) and error.doc.lstrip().startswith("{")
        open_string = error.msg.startswith("Unterminated string")
        raise Refusal(400, _OPEN_STRING if open_string else _OPEN_OBJECT if cut else _BAD_JSON) from None
    except UnicodeDecodeError:
        raise Refusal(400, _BAD_JSON) from None
    if not isinstance(value, dict):
        raise Refusal(400, _BAD_FORMAT)
    return value  # pyright: ignore[reportUnknownVariableType]


def read_body(
    call: Call,
    fields: Mapping[str, type],
    *,
    optional: Collection[str] = (),
    missing: str = "Missing mandatory property `{}`",
    unknown: str = "Identified an unrecognized `{}`.",
) -> Json:
    """The fields of a JSON body. An unknown, missing or wrongly typed field is refused, as is another content type."""
    if call.body and call.media_type != JSON:
        raise Refusal(415, "Unsupported Media Type")
    body = parse_object(call.body)
    for name, value in body.items():
        if name not in fields:
            raise Refusal(400, unknown.format(name))
        if type(value) is not fields[name] and (value is not None or name in optional):
            expected = (
                f"Found a value with an unexpected string format when `{_TYPE_NAMES[fields[name]]}` was expected."
            )
            raise Refusal(400, expected if isinstance(value, str) else _BAD_FORMAT)
    for name in fields:
        if body.get(name) is None and name not in optional:
            raise Refusal(400, missing.format(name))
    return body
