"""The observer hook: a callback for each response, whose failures do not affect the call."""

import logging
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias, TypeVar, cast

from attrs import define, evolve, frozen

from .codec.undocumented import NOTHING
from .request import Request

T = TypeVar("T")

_logger = logging.getLogger("anaplan")


@frozen
class Observed:
    """A response and its request. For a sensitive request, both come without content and credentials."""

    request: Request[object]
    """The request as it was sent. Its `authorization` is a secret, which no repr shows."""
    status: int
    headers: Mapping[str, str]
    """The headers by their names in lower case."""
    content: bytes
    """The complete body. Empty if it was streamed, or if only the start of a rejection was read."""
    undocumented: AbstractSet[int] = NOTHING
    """What decoding met that is not documented: a hash of each new field or value of an enum, and of a failure."""

    def __repr__(self) -> str:
        return f"Observed({self.request.operation!r}, {self.status}, {len(self.content)} bytes)"


Observer: TypeAlias = Callable[[Observed], None]
"""A callback for each response, in the thread or task of the call. A streamed one has only its headers by then."""


@define
class SafeObserver:
    """An observer whose failures do not affect the call. The first failure is logged."""

    observer: Observer
    _failed: bool = False

    def notify(
        self,
        request: Request[T],
        status: int,
        headers: Mapping[str, str],
        content: bytes,
        undocumented: AbstractSet[int] = NOTHING,
    ) -> None:
        """Call the observer."""
        if request.sensitive:
            request, content = evolve(request, authorization=None, headers={}, content=None), b""
        try:
            self.observer(Observed(cast("Request[object]", request), status, headers, content, undocumented))
        except Exception as error:
            if not self._failed:
                self._failed = True
                # Without its message, which may quote the response.
                _logger.warning("the observer of %s failed with %s", request.operation, type(error).__name__)
