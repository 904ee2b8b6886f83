"""Strict validation of requests."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import date

from ..state.values import Json
from .request import JSON, HTTPError, Request

_TYPE_NAMES: dict[type, str] = {int: "integer", str: "string", list: "array", dict: "object", bool: "boolean"}
_BAD_JSON = "Check if the content is compatible with JSON format."
_OPEN_STRING = "An unterminated string was identified. Ensure the string is terminated."
_OPEN_OBJECT = "An unterminated JSON object was found. Ensure the object is terminated."
_BAD_TYPE = "Found a value with an unexpected string format when `{}` was expected."
_BAD_FORMAT = "The data provided is not in the expected format."
_NO_BODY = "The request body is null."


def parse_whole_number(request: Request, name: str, default: int, minimum: int) -> int:
    """Parse a number of the query, or reject the request."""
    text = request.query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < minimum:
        raise HTTPError(400, f"Query parameter `{name}` must be a whole number of at least {minimum}")
    return int(text)


def parse_index(text: str, count: int) -> int | None:
    """Parse an index below the count; None if it is not one."""
    return int(text) if text.isascii() and text.isdigit() and int(text) < count else None


def parse_date(text: str, message: str) -> date:
    """Parse a day of the form `YYYY-MM-DD`, or reject the request with the message."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    raise HTTPError(400, message)


def parse_object(body: bytes, bad_json: str = "") -> Json:
    """Parse the body as a JSON object, or reject it with the documented message, or `bad_json` for bad JSON."""
    value = parse_json(body, bad_json)
    if isinstance(value, str):
        raise HTTPError(400, _BAD_TYPE.format("object"))
    if not isinstance(value, dict):
        raise HTTPError(400, _BAD_FORMAT)
    return value  # pyright: ignore[reportUnknownVariableType]


def parse_json(body: bytes, bad_json: str = "") -> object:
    """Parse the body as JSON, or reject it with the documented message, or `bad_json` if that is set."""
    if body.strip() in (b"", b"null"):
        raise HTTPError(400, _NO_BODY)
    try:
        value: object = json.loads(body)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is not valid text
        return value
    except json.JSONDecodeError as error:
        is_truncated = error.pos >= len(error.doc.rstrip()) and error.doc.lstrip().startswith("{")
        in_string = error.msg.startswith("Unterminated string")
        documented = _OPEN_STRING if in_string else _OPEN_OBJECT if is_truncated else _BAD_JSON
        raise HTTPError(400, bad_json or documented) from None
    except (ValueError, RecursionError):
        raise HTTPError(400, bad_json or _BAD_JSON) from None


def read_body(
    request: Request,
    fields: Mapping[str, type],
    *,
    optional: Collection[str] = (),
    missing: str = "Missing mandatory property `{}`",
    unknown: str = "Identified an unrecognized `{}`.",
    bad_json: str = "",
) -> Json:
    """Parse a JSON body and reject another content type, and fields that are unknown, missing or mistyped."""
    require_json(request)
    body = parse_object(request.body, bad_json)
    check_fields(body, fields, optional, missing, unknown)
    return body


def require_json(request: Request) -> None:
    """Reject a body of another content type."""
    if request.body and request.media_type != JSON:
        raise HTTPError(415, "Unsupported Media Type")


def check_fields(
    row: object,
    fields: Mapping[str, type],
    optional: Collection[str] = (),
    missing: str = "Missing mandatory property `{}`",
    unknown: str = "Identified an unrecognized `{}`.",
) -> None:
    """Reject anything but an object with these fields."""
    if not isinstance(row, dict):
        raise HTTPError(400, _BAD_FORMAT)
    body: Json = row  # pyright: ignore[reportUnknownVariableType]
    for name, value in body.items():
        if name not in fields:
            raise HTTPError(400, unknown.format(name))
        if type(value) is not fields[name] and (value is not None or name in optional):
            if not isinstance(value, str):
                raise HTTPError(400, _BAD_FORMAT)
            type_name = _TYPE_NAMES[fields[name]]
            raise HTTPError(400, _BAD_TYPE.format(type_name))
    for name in fields:
        if body.get(name) is None and name not in optional:
            raise HTTPError(400, missing.format(name))


def require_media_type(request: Request) -> None:
    """Reject a request without body and content type, as seen live."""
    if not request.media_type:
        raise HTTPError(415, "Unsupported Media Type")


def require_unlocked(request: Request) -> None:
    """Reject changes of a locked model."""
    if request.model.active_state == "LOCKED":
        raise HTTPError(423, "Model is Locked")


def require_administrator(request: Request) -> None:
    """Reject the request with 404 unless the user is a workspace administrator."""
    if not request.user.workspace_administrator:
        raise HTTPError()
