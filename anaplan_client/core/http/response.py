"""A response, and what its headers say about its content."""

from collections.abc import Iterable, Mapping

from attrs import field, frozen


@frozen
class Response:
    """A response's status, its headers by their names in lower case, and its decoded content."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(default=b"", repr=False)
    """Not shown, because it may be secret, and tools that report errors show variables."""
    is_truncated: bool = False
    """Whether no more than the beginning of the content was read."""


def join_headers(pairs: Iterable[tuple[bytes, bytes]], encoding: str) -> dict[str, str]:
    """Return headers by their names in lower case. The values of a repeated header are joined by commas."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode(encoding).lower(), raw_value.decode(encoding)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def content_length(headers: Mapping[str, str]) -> int | None:
    """Return the size of plain content that a head announces, in bytes."""
    announced = headers.get("content-length", "")
    return int(announced) if announced.isdecimal() and "content-encoding" not in headers else None


def is_bounded(status: int, headers: Mapping[str, str]) -> bool:
    """Say whether a response tells where it ends; one that only the end of its connection ends may be truncated."""
    encoded = headers.get("content-encoding", "identity") != "identity"  # has an end mark of its own
    return encoded or status == 204 or not {"content-length", "transfer-encoding"}.isdisjoint(headers)
