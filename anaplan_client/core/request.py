"""What a generated operation returns: one HTTP request, described but not sent."""

import json
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Generic, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from attrs import field, frozen

T = TypeVar("T")

Host: TypeAlias = Literal["api", "auth", "audit", "cloudworks", "app"]
"""Which of Anaplan's hosts serves an operation; `hosts.py` knows their addresses."""

Effect: TypeAlias = Literal["none", "idempotent", "once"]
"""How a request may be repeated: it changes nothing, repeating changes nothing more, or each sending has its effect."""

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
    authorization: str | None = field(default=None, repr=False)
    """Value of the `Authorization` header; without one the client adds its token."""
    content_type: str | None = None
    content: Content | None = field(default=None, repr=False)
    progress: Callable[[int], None] | None = field(default=None, repr=False)
    """Called with the bytes of the content that are on their way: 0 when a try begins, then what each piece adds."""


def path(template: str, **values: object) -> str:
    """Fills a path template with quoted values.

    Raises `ValueError` for a blank value and for `.` and `..`, which an HTTP library would fold into another path, and
    `TypeError` for anything but a string or an integer.
    """
    quoted: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise TypeError(f"{name}: expected a string, got {type(value).__name__}")
        text = str(value)
        if not text.strip() or text in (".", ".."):
            raise ValueError(f"{name}: {text!r} is not an id")
        quoted[name] = quote(text, safe="")
    return template.format(**quoted)


def query(values: Mapping[str, str | int | float | bool | date | Sequence[str] | None]) -> dict[str, str]:
    """Writes query parameters as Anaplan reads them, several values with commas; None and no values are left out."""
    return {name: _query_text(value) for name, value in values.items() if value not in (None, [], ())}


def _query_text(value: str | int | float | bool | date | Sequence[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def json_content(value: object) -> bytes:
    """Encodes a JSON body."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
