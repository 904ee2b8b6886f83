"""Requests and responses, as tests inspect them."""

from __future__ import annotations

from attrs import frozen

from .faults import Fault


@frozen
class BodyDigest:
    """Replaces a body that was not recorded. `sha256` is None when bodies are not recorded at all."""

    length: int
    sha256: str | None


@frozen(kw_only=True)
class Exchange:
    """A request and its response. `status` is None if none was sent; header names are in lower case.

    `in_flight` is the number of requests in flight when this one began, itself included. `scripted` tells that the
    response is about a task whose end a test has scripted.
    """

    method: str
    path: str
    query: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes | BodyDigest
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    response_body: bytes | BodyDigest
    fault: Fault | None
    in_flight: int
    scripted: bool = False
