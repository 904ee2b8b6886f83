"""The value that a generated function returns: one HTTP request that is not sent yet."""

import json
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Generic, Literal, TypeAlias, TypeVar, cast
from urllib.parse import quote, urlencode

from attrs import field, frozen

from .codec import validation

T = TypeVar("T")

Host: TypeAlias = Literal["api", "auth", "audit", "cloudworks", "app"]
"""The key of the host that serves an operation. `hosts.py` has the addresses."""

Effect: TypeAlias = Literal["safe", "idempotent", "non-idempotent"]
"""Repeatability in the words of RFC 9110: no side effects, safe to retry, or an effect of each call."""

Content: TypeAlias = bytes | memoryview | Iterable[bytes] | AsyncIterable[bytes]
"""A binary body. An iterable other than a list or tuple is sent only once, and an async one by the async client."""

Parameter: TypeAlias = str | int | float | date | Sequence[str] | Sequence[int] | Sequence[float] | Sequence[date]
"""The value of a parameter."""


@frozen(kw_only=True)
class Request(Generic[T]):
    """One request to Anaplan, whose response decodes to a `T`.

    Send it with `client.send(request)`, or with `client.stream(request)` where `T` is `bytes`.
    """

    operation: str
    """API and operation, for example `alm.create_revision`."""
    method: str
    host: Host
    path: str
    """Absolute and quoted, without the query."""
    effect: Effect
    role: str
    """The minimum role, in Anaplan's words."""
    decode: Callable[[bytes], T] = field(repr=False)
    """Decodes the content of a success. Raises `KeyError`, `TypeError` or `ValueError` for undocumented content."""
    accept: str = "application/json"
    """The documented media type of the response."""
    statuses: tuple[int, ...] = (200,)
    """The documented statuses of a success with content."""
    empty_statuses: tuple[int, ...] = ()
    """The documented statuses of a success without content."""
    hints: Mapping[int, str] = field(factory=dict[int, str], repr=False)
    """What a status means for this operation, or what to do about it. `{role}` is replaced."""
    message_hints: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """What to do about each documented message of a status that has several. `<name>` stands for any text."""
    params: Mapping[str, str | list[str]] = field(factory=dict[str, str | list[str]])
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """Headers of this operation. Those that every request has are the client's."""
    sensitive: bool = False
    """Whether its content, or that of its response, is secret. No error, observer or log line shows either."""
    authorization: str | None = field(default=None, repr=False)
    """Value of the `Authorization` header. Without it, the client adds its token."""
    public: bool = False
    """Whether it is sent without the client's token, because Anaplan requires none."""
    content_type: str | None = None
    content: Content | None = field(default=None, repr=False)
    progress: Callable[[int], None] | None = field(default=None, repr=False)
    """Called with 0 when an attempt starts, and then with the size of each piece that is sent, in bytes."""
    on_headers: Callable[[Mapping[str, str]], None] | None = field(default=None, repr=False)
    """Called once by `send`, with the headers of the documented success. Their names are in lower case."""
    on_status: Callable[[int], None] | None = field(default=None, repr=False)
    """Called with the status of each response, also of a rejection, before its content is read."""


def fill_path(template: str, **values: object) -> str:
    """Fill a path template with quoted ids.

    Raises:
        TypeError: A value is not a string or an integer.
        ValueError: A value is empty, `.` or `..`, or has surrounding blanks or control characters.
    """
    return template.format(**{name: quote(validation.check_id(name, value), safe="") for name, value in values.items()})


def encode_query(values: Mapping[str, Parameter | None], repeated: Sequence[str] = ()) -> dict[str, str | list[str]]:
    """Encode query parameters. None and empty lists are omitted.

    Several values are separated by commas, or each has the name of the parameter, if that is in `repeated`.

    Raises:
        ValueError: UTF-8 cannot encode a text, or one that is separated by commas has a comma.
    """
    return {
        name: _texts(name, value) if name in repeated else _text(name, value)
        for name, value in values.items()
        if value not in (None, [], ())
    }


def encode_headers(values: Mapping[str, Parameter | None]) -> dict[str, str]:
    """Encode header parameters. Several values are separated by commas. None and empty lists are omitted.

    Raises:
        ValueError: A header cannot have a text. The message does not show it.
    """
    headers = {name: _text(name, value) for name, value in values.items() if value not in (None, [], ())}
    for name, text in headers.items():
        validation.check_header(name, text)
    return headers


def encode_form(fields: Mapping[str, object]) -> bytes:
    """Encode the fields of an object as a form. Each entry of a list has the name of its field.

    Raises:
        ValueError: UTF-8 cannot encode a text.
    """
    return urlencode([(name, text) for name, value in fields.items() for text in _texts(name, value)]).encode()


def _texts(name: str, value: object) -> list[str]:
    """Return the text of a value, or of each entry of a list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        entries = cast("Sequence[object]", value)
        return [_text(f"{name}[{index}]", entry) for index, entry in enumerate(entries)]
    return [_text(name, value)]


def _text(name: str, value: object) -> str:
    """Return the text of a value. The entries of a list are separated by commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = _texts(name, cast("Sequence[object]", value))
        for index, text in enumerate(texts):
            if "," in text:
                raise ValueError(f"{name}[{index}] must not have a comma, which separates the entries (got {text!r})")
        return ",".join(texts)
    text = value.isoformat() if isinstance(value, date) else str(value)
    validation.check_string(name, text)
    return text


def encode_json(value: object) -> bytes:
    """Encode a JSON body.

    Raises:
        TypeError: JSON cannot represent a value. The message has its path.
        ValueError: A number is not finite, or UTF-8 cannot encode a text. The message has its path.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError):
        pass
    # Raised outside of the handler, because the error about a text holds the text.
    validation.check_json("", value)
    raise ValueError("the body must be a JSON value (got one that contains itself)")
