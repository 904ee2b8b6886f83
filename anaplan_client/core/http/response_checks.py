"""Decide whether a response is the documented success of its request: pure functions.

A success has a documented status and media type, content exactly if it is documented, and a body that does not reject
the request. Harmless deviations are in `deviations`, each with its reason, and nowhere else.
"""

import html
import re
from collections.abc import Mapping
from typing import TypeVar, cast
from urllib.parse import urlsplit

from attrs import frozen

from ..codec import decode
from ..errors import find_rejection_status, read_code_and_message
from ..request import Request
from .deviations import BINARY, HARMLESS_STATUSES, HARMLESS_TYPES, JSON, SUFFIX

T = TypeVar("T")

MAX_ENVELOPE_BYTES = 1 << 16
"""Maximum content that is searched for a rejection. An envelope without a result is short."""

_HTML = ("text/html", "application/xhtml+xml")
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LOOKS_LIKE_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)
_LOOKS_LIKE_JSON = re.compile(rb"\s*[{\[]")


@frozen(kw_only=True)
class Problem:
    """Why a response is not the documented success."""

    message: str = ""
    """What was received and what is documented, or Anaplan's own message of a rejection in the content."""
    status: int | None = None
    """The status of a rejection. None for an undocumented response."""
    code: str | None = None
    """Anaplan's code of a rejection in the content."""


def check_response(
    request: Request[T], status: int, headers: Mapping[str, str], content: bytes | None
) -> Problem | None:
    """Return why a response cannot be the documented success, before it is decoded. None if it can.

    Without `content`, only the head is checked, so that a stream can be rejected before its first byte.
    `headers` have lower-case names.
    """
    if not is_success(status):
        # A documented redirect is for a browser, and whatever content it has is for people.
        return None if status in request.empty_statuses else Problem(status=status)
    media_type = headers.get("content-type")
    has_content = _has_content(request, status, headers, content)
    if _is_documented(request, status, has_content):
        if has_content is False:
            return None
        if not is_unexpected_media_type(request.accept, media_type) and not (
            content and _is_message(request, status, media_type, content)
        ):
            return None
    return _rejection(status, content or b"") or _undocumented(request, status, media_type, content)


def decode_problem(request: Request[T], status: int, content: bytes, error: Exception) -> Problem:
    """Return why content that cannot be decoded is not the documented success. `error` is from decoding it."""
    rejection = _rejection(status, content)
    if rejection is not None:
        return rejection
    if isinstance(error, KeyError):
        reason = f"no field {error}"
    elif request.sensitive:  # an error about the content may quote it, but the name of a missing field does not
        reason = "not the documented JSON object"
    else:
        reason = describe_html(content) if is_html(content, None) else str(error)
    return Problem(message=f"unexpected response: {reason}")


def check_result(request: Request[T], status: int, content: bytes, result: T) -> Problem | None:
    """Return why a decoded result is not a success: it is a rejection, or has no documented field."""
    names: Mapping[str, str] | None = getattr(result, "__json_names__", None)
    if names is None:
        return _rejection(status, content) if status in request.statuses and is_json(request.accept) else None
    fields = cast("dict[str, object]", getattr(result, "additional_properties", {}))
    rejected = find_rejection_status(getattr(result, "status", None) or fields.get("status"), status)
    if rejected is not None:
        return _rejection_problem(rejected, content)
    if names and all(getattr(result, name) is None for name in names.values()):
        return Problem(message="unexpected response: JSON object without any documented field")
    return None


def no_content_problem(request: Request[T], status: int) -> Problem:
    """Return why a stream that ended before its first byte is not a success."""
    return _undocumented(request, status, None, b"")


def needs_content(request: Request[T], status: int) -> bool:
    """Return whether a status is documented for this operation only with content."""
    return not _is_documented(request, status, has_content=False)


def is_success(status: int) -> bool:
    """Return whether a status means success in HTTP."""
    return 200 <= status < 300


def is_unexpected_media_type(documented: str, received: str | None) -> bool:
    """Return whether a media type shows that the content is not the documented one."""
    documented, received = _media_type(documented), _media_type(received)
    if received == documented:
        return False
    kinds = ("*", documented, SUFFIX) if documented.endswith(SUFFIX) else ("*", documented)
    return received in _HTML or not any(
        row.documented in kinds and row.received in ("*", received) for row in HARMLESS_TYPES
    )


def is_json(media_type: str) -> bool:
    """Return whether content of a media type is JSON, such as `application/scim+json`."""
    name = _media_type(media_type)
    return name == JSON or name.endswith(SUFFIX)


def is_html(content: bytes, media_type: str | None) -> bool:
    """Return whether content is an HTML page, also without its media type."""
    return _media_type(media_type) in _HTML or _LOOKS_LIKE_HTML.match(content) is not None


def describe_html(content: bytes) -> str:
    """Describe an HTML page by its title."""
    match = _TITLE.search(content)
    title = " ".join(html.unescape(match[1].decode("utf-8", "replace")).split()) if match else ""
    titled = f' titled "{title[:200]}"' if title else ""
    return f"HTML page{titled} (maintenance or a proxy)"


def describe_redirect(location: str) -> str:
    """Describe the host that a response redirects to, or return nothing. The rest of the URL may hold a secret."""
    try:
        parts = urlsplit(location)
        return f"it redirects to {parts.scheme or 'https'}://{parts.hostname}" if parts.hostname else ""
    except ValueError:
        return ""


def _is_documented(request: Request[T], status: int, has_content: bool | None) -> bool:
    """Return whether a status is documented with or without content, or with either for None."""
    if has_content is None:
        return _is_documented(request, status, True) or _is_documented(request, status, False)
    return status in (request.statuses if has_content else request.empty_statuses) or any(
        row.documented in (request.statuses if row.content == "documented" else request.empty_statuses)
        and (row.received, row.content != "none") == (status, has_content)
        and (not row.operations or request.operation in row.operations)
        for row in HARMLESS_STATUSES
    )


def _has_content(request: Request[T], status: int, headers: Mapping[str, str], content: bytes | None) -> bool | None:
    """Return whether a response has content, or None if its head does not tell."""
    if content is not None:
        # White space is content only in a file.
        is_file = request.statuses and not is_json(request.accept)
        return bool(content) and (bool(is_file) or not content.isspace())
    return False if status in (204, 205) or headers.get("content-length") == "0" else None


def _rejection(status: int, content: bytes) -> Problem | None:
    """Return the rejection in Anaplan's envelope, or None."""
    envelope = _short_json(content)
    if not isinstance(envelope, dict):
        return None
    rejected = find_rejection_status(cast("dict[str, object]", envelope).get("status"), status)
    return None if rejected is None else _rejection_problem(rejected, content)


def _rejection_problem(status: int, content: bytes) -> Problem:
    code, message = read_code_and_message(content)
    return Problem(message=message, status=status, code=code)


def _is_message(request: Request[T], status: int, media_type: str | None, content: bytes) -> bool:
    """Return whether content is a message in JSON or HTML instead of the documented content.

    A file may hold anything, and is only checked if its media type does not declare a file.
    """
    documented = _media_type(request.accept)
    if not request.statuses:
        return _rejection(status, content) is not None or not _is_envelope(content)
    if is_json(documented) or _media_type(media_type) == BINARY:
        return False
    if is_html(content, media_type) or _rejection(status, content):
        return True
    return documented != BINARY and _short_json(content) is not None


def _is_envelope(content: bytes) -> bool:
    """Return whether short content is Anaplan's envelope."""
    parsed = _short_json(content)
    return isinstance(parsed, dict) and not {"meta", "status", "task"}.isdisjoint(cast("dict[str, object]", parsed))


def _short_json(content: bytes) -> object:
    """Parse a JSON object or array of at most the size of an envelope. None for anything else."""
    if len(content) > MAX_ENVELOPE_BYTES or not _LOOKS_LIKE_JSON.match(content):
        return None
    try:
        return decode.parse_json(content)
    except ValueError:
        return None


def _undocumented(request: Request[T], status: int, media_type: str | None, content: bytes | None) -> Problem:
    return Problem(
        message=f"unexpected response: {status} with {_received(request, status, media_type, content)} "
        f"(documented: {_documented(request)})"
    )


def _received(request: Request[T], status: int, media_type: str | None, content: bytes | None) -> str:
    if status in (204, 205) or (content is not None and (not content or content.isspace())):
        return "no content"
    if content is not None and not request.sensitive and is_html(content, media_type):
        return describe_html(content)
    return _media_type(media_type) or "content of no declared type"


def _documented(request: Request[T]) -> str:
    accept = _media_type(request.accept)
    cases = [f"{status} with {accept}" for status in request.statuses]
    cases += [f"{status} without content" for status in request.empty_statuses]
    return " or ".join(cases)


def _media_type(header: str | None) -> str:
    return (header or "").partition(";")[0].strip().lower()
