"""Strict validation of requests."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

from ..state.objects import Json
from .errors import Refusal
from .request import JSON, Call

_TYPE_NAMES: dict[type, str] = {int: "integer", str: "string", list: "array", dict: "object", bool: "boolean"}
_BAD_JSON = "Check if the content is compatible with JSON format."
_OPEN_STRING = "An unterminated string was identified. Ensure the string is terminated."
_OPEN_OBJECT = "An unterminated JSON object was found. Ensure the object is terminated."
_BAD_FORMAT = "The data provided is not in the expected format."
_NO_BODY = "The request body is null."


def whole_number(call: Call, name: str, default: int, least: int) -> int:
    """A number in the query, or a refusal."""
    text = call.query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < least:
        raise Refusal(400, f"Query parameter `{name}` must be a whole number of at least {least}")
    return int(text)


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
