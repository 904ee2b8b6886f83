"""What a generated operation returns: one HTTP request, described but not sent."""

import json
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Generic, Literal, TypeAlias, TypeVar, cast
from urllib.parse import quote

from attrs import field, frozen

from .codec import validation

T = TypeVar("T")

Host: TypeAlias = Literal["api", "auth", "audit", "cloudworks", "app"]
"""Which of Anaplan's hosts serves an operation; `hosts.py` knows their addresses."""

Effect: TypeAlias = Literal["safe", "idempotent", "non-idempotent"]
"""Repeatability in the words of RFC 9110: no side effects, safe to retry, or an effect of each call."""

Content: TypeAlias = bytes | memoryview | Iterable[bytes] | AsyncIterable[bytes]
"""A binary body. An iterable that is no list or tuple is sent only once; an async one only by the async client."""


@frozen(kw_only=True)
class Request(Generic[T]):
    """One request to Anaplan and how to read its answer as a `T`.

    Send it with `client.send(request)`, or with `client.stream(request)` where `T` is `bytes`.
    """

    operation: str
    """API and operation, such as `alm.create_revision`."""
    method: str
    host: Host
    path: str
    """Absolute, quoted, without the query."""
    effect: Effect
    role: str
    """The least role that Anaplan asks for, in its own words."""
    decode: Callable[[bytes], T] = field(repr=False)
    """Reads the content of a success; raises `KeyError`, `TypeError` or `ValueError` where it is not as documented."""
    accept: str = "application/json"
    """The documented media type of the response."""
    statuses: tuple[int, ...] = (200,)
    """The documented statuses of a success with content, which `decode` reads."""
    empty_statuses: tuple[int, ...] = ()
    """The documented statuses of a success without content."""
    hints: Mapping[int, str] = field(factory=dict[int, str], repr=False)
    """What a status means for this operation where it usually means something else; `{role}` stands for the role."""
    params: Mapping[str, str] = field(factory=dict[str, str])
    sensitive: bool = False
    """Whether its content, or that of its response, is secret. No error, observer or log line shows either."""
    authorization: str | None = field(default=None, repr=False)
    """Value of the `Authorization` header; without one the client adds its token."""
    content_type: str | None = None
    content: Content | None = field(default=None, repr=False)
    progress: Callable[[int], None] | None = field(default=None, repr=False)
    """Called with the bytes of the content that are on their way: 0 when a try begins, then what each piece adds."""


def fill_path(template: str, **values: object) -> str:
    """Fill a path template with quoted ids.

    Raises:
        TypeError: for anything but a string or an integer.
        ValueError: for what is no id; see `validation.check_id`.
    """
    return template.format(**{name: quote(validation.check_id(name, value), safe="") for name, value in values.items()})


def encode_query(values: Mapping[str, str | int | float | bool | date | Sequence[str] | None]) -> dict[str, str]:
    """Write query parameters as Anaplan reads them, several values with commas; None and no values are left out.

    Raises:
        ValueError: for text that UTF-8 cannot encode.
    """
    return {name: _query_text(name, value) for name, value in values.items() if value not in (None, [], ())}


def _query_text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        for index, entry in enumerate(cast("Sequence[object]", value)):
            validation.check_string(f"{name}[{index}]", entry)
        return ",".join(cast("Sequence[str]", value))
    text = value.isoformat() if isinstance(value, date) else str(value)
    validation.check_string(name, text)
    return text


def encode_json(value: object) -> bytes:
    """Encode a JSON body.

    Raises:
        TypeError: for a value that JSON has no form for, with its place.
        ValueError: for a number that is not finite, or text that UTF-8 cannot encode, with its place.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError):
        pass
    # Raised outside of the handler, since the error about a text holds the text.
    validation.check_json("", value)
    raise ValueError("the body must be a JSON value (got one that contains itself)")
