"""What came back for a request."""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Response:
    """A response's status, its headers by their names in lower case, and its decoded content."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    is_truncated: bool = False
    """Whether no more than the beginning of the content was read."""
