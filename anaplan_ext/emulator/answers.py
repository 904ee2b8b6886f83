"""Reading a request strictly and writing the answer in Anaplan's envelopes."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from .model import Model, Workspace
from .state import Json, User
from .world import Token, World, iso

JSON = "application/json"
CSV = "text/csv"
_T = TypeVar("_T")
_TYPE_NAMES: dict[type, str] = {int: "integer", str: "string", list: "array", dict: "object", bool: "boolean"}
_BAD_JSON = "Check if the content is compatible with JSON format."
_OPEN_STRING = "An unterminated string was identified. Ensure the string is terminated."
_OPEN_OBJECT = "An unterminated JSON object was found. Ensure the object is terminated."
_BAD_FORMAT = "The data provided is not in the expected format."
_NO_BODY = "The request body is null."


class Refusal(Exception):
    """An answer other than success, in the envelope of the host that gives it; by default a 404."""

    def __init__(
        self,
        status: int = 404,
        message: str = "Not Found",
        code: str = "FAILURE_BAD_HEADER",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.headers: dict[str, str] = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.status = status
        self.message = message
        self.code = code


@dataclass(slots=True)
class Call:
    """One request, taken apart. `params` are the path's parameters.

    `scripted` tells that a test decided what is answered, so that it need not be as documented.
    """

    world: World
    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, str] = field(init=False)
    params: dict[str, str] = field(init=False)
    token: Token = field(init=False)
    model: Model = field(init=False)
    scripted: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.query = dict(self.query_pairs())

    def query_pairs(self) -> list[tuple[str, str]]:
        """Names and values of the query in their order; `query` has the last value of each name."""
        return parse_qsl(self.query_string, keep_blank_values=True)

    @property
    def user(self) -> User:
        """The user the token belongs to."""
        return self.token.user

    @property
    def media_type(self) -> str:
        """The request's content type without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def wants_csv(self) -> bool:
        """Whether the request accepts CSV, and says so."""
        return any(part.strip().startswith(CSV) for part in self.headers.get("accept", "").lower().split(","))

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is `true`."""
        return self.query.get(name, "").lower() == "true"


def not_recognized(id: str) -> Refusal:
    """What is answered to the id of no workspace or model, also one in the wrong case."""
    return Refusal(404, f"{id} is not recognized")


def find_workspace(call: Call) -> Workspace:
    """The workspace the path names, or a 404."""
    for workspace in call.world.tenant.workspaces:
        if workspace.id == call.params["workspace"]:
            return workspace
    raise not_recognized(call.params["workspace"])


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
    return json_response(body, refusal.status, refusal.headers)


def listing(
    call: Call,
    schema: str,
    key: str,
    things: Sequence[_T],
    show: Callable[[_T], Json],
    *,
    sortable: Collection[str] = (),
    signed: bool = False,
) -> Response:
    """One page of a listing, as `sort`, `limit` and `offset` ask, capped by the emulator's page limit.

    With `sortable` other fields are refused, else ignored; `signed` fields need a `+` or `-` in front.
    """
    if "sort" in call.query:
        rows = _sorted([show(thing) for thing in things], call.query["sort"], sortable, signed)
        return _page(call, schema, key, rows, lambda row: row)
    return _page(call, schema, key, things, show)


def _page(call: Call, schema: str, key: str, things: Sequence[_T], show: Callable[[_T], Json]) -> Response:
    most = call.world.page_limit
    offset, limit = whole_number(call, "offset", 0, 0), min(whole_number(call, "limit", most, 1), most)
    shown = [show(thing) for thing in things[offset : offset + limit]]
    end = offset + len(shown)
    paging: Json = {"currentPageSize": len(shown), "totalSize": len(things), "offset": offset}
    address = f"{call.world.url}{call.path}?"
    if (end < len(things) and shown) or (call.world.misleading_next and things):
        paging["next"] = address + urlencode(call.query | {"limit": limit, "offset": end})
    if offset > 0:
        paging["previous"] = address + urlencode(call.query | {"limit": limit, "offset": max(0, offset - limit)})
    return success(call, schema, {key: shown}, paging=paging)


def whole_number(call: Call, name: str, default: int, least: int) -> int:
    """A number in the query, or a refusal."""
    text = call.query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < least:
        raise Refusal(400, f"Query parameter `{name}` must be a whole number of at least {least}")
    return int(text)


def _sorted(rows: list[Json], sort: str, sortable: Collection[str], signed: bool) -> list[Json]:
    for term in reversed(sort.split(",")):
        sign, name = (term[0], term[1:]) if term[:1] in ("+", "-") else ("", term.strip())
        if sortable and (name not in sortable or (signed and not sign)):
            raise Refusal(400, f"Cannot sort by `{term}`")
        rows = sorted(rows, key=lambda row: _sort_key(row.get(name)), reverse=sign == "-")
    return rows


def _sort_key(value: object) -> tuple[bool, float, str]:
    return (False, value, "") if isinstance(value, (int, float)) else (True, 0, str(value or "").lower())


def search(things: Sequence[_T], text: str | None, words: Callable[[_T], str]) -> Sequence[_T]:
    """The things of whose words (name and id) one contains the text, in any case; `%` and `_` are wildcards."""
    if not text:
        return things
    pattern = re.compile(re.escape(text).replace("%", ".*").replace("_", "."), re.IGNORECASE)
    return [thing for thing in things if pattern.search(words(thing))]


def parse_object(body: bytes) -> Json:
    """The request body as a JSON object, or a refusal with the documented message."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Refusal(400, _BAD_FORMAT)
    return value  # pyright: ignore[reportUnknownVariableType]


def parse(body: bytes) -> object:
    """The request body as JSON, or a refusal with the documented message."""
    if body.strip() in (b"", b"null"):
        raise Refusal(400, _NO_BODY)
    try:
        value: object = json.loads(body)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
        return value
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) and error.doc.lstrip().startswith("{")
        open_string = error.msg.startswith("Unterminated string")
        raise Refusal(400, _OPEN_STRING if open_string else _OPEN_OBJECT if cut else _BAD_JSON) from None
    except (ValueError, RecursionError):
        raise Refusal(400, _BAD_JSON) from None


def read_body(
    call: Call,
    fields: Mapping[str, type],
    *,
    optional: Collection[str] = (),
    missing: str = "Missing mandatory property `{}`",
    unknown: str = "Identified an unrecognized `{}`.",
) -> Json:
    """The fields of a JSON body. An unknown, missing or wrongly typed field is refused, as is another content type."""
    require_json(call)
    body = parse_object(call.body)
    check_fields(body, fields, optional, missing, unknown)
    return body


def require_json(call: Call) -> None:
    """Refuses a body of another content type."""
    if call.body and call.media_type != JSON:
        raise Refusal(415, "Unsupported Media Type")


def check_fields(
    row: object,
    fields: Mapping[str, type],
    optional: Collection[str] = (),
    missing: str = "Missing mandatory property `{}`",
    unknown: str = "Identified an unrecognized `{}`.",
) -> None:
    """Refuses anything but an object with these fields."""
    if not isinstance(row, dict):
        raise Refusal(400, _BAD_FORMAT)
    body: Json = row  # pyright: ignore[reportUnknownVariableType]
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


def require_media_type(call: Call) -> None:
    """Refuse a request without a body that does not say what its body would be, as was seen live."""
    if not call.media_type:
        raise Refusal(415, "Unsupported Media Type")


def require_unlocked(call: Call) -> None:
    """Refuses a change of a locked model."""
    if call.model.active_state == "LOCKED":
        raise Refusal(423, "Model is Locked")
