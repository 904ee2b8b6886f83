"""Showing answers to whoever wants to look at them, without disturbing the call that they are for."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar, cast

from attrs import define, evolve, frozen

from .request import Request

T = TypeVar("T")

_logger = logging.getLogger("anaplan")


@frozen
class Observed:
    """An answer that came, and what was asked for. Of the authentication host neither has content or credentials."""

    request: Request[object]
    """As it was sent; its `authorization`, which no repr shows, is a secret."""
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    content: bytes
    """The whole body as it is decoded; empty where it was streamed, put elsewhere, or, of a refusal, read in part."""

    def __repr__(self) -> str:
        return f"Observed({self.request.operation!r}, {self.status}, {len(self.content)} bytes)"


Observer: TypeAlias = Callable[[Observed], None]
"""Called with each answer, in the thread or task of the call; a streamed answer is there when its headers are."""


@define
class SafeObserver:
    """An observer whose failures are none of the call's; the first one is logged."""

    observer: Observer
    _failed: bool = False

    def notify(self, request: Request[T], status: int, headers: Mapping[str, str], content: bytes) -> None:
        """Calls the observer."""
        if request.sensitive:
            request, content = evolve(request, authorization=None, content=None), b""
        try:
            self.observer(Observed(cast("Request[object]", request), status, headers, content))
        except Exception as error:
            if not self._failed:
                self._failed = True
                # Not its message, which may hold what it was shown.
                _logger.warning("the observer of %s failed with %s", request.operation, type(error).__name__)
