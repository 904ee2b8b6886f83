"""Divide a time range into those that Anaplan accepts, and read the pages of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeAlias

from attrs import frozen

from anaplan_client.audit.models import EventType

from ..listing.errors import IncompleteListError

MAX_WINDOW = timedelta(days=7)
"""The time range of one listing. Anaplan accepts 30 days; a shorter one is forgotten sooner when it is complete."""
PAGE_SIZE = 10_000
"""The documented maximum number of events per page."""
MARGIN_MS = 1
"""Milliseconds by which a range is extended on both sides, because it is unknown whether its ends belong to it."""
MAX_MILLISECONDS = 2**62
"""A moment after all others."""
MAX_RESTARTS = 5
"""How often the listing of a range is started again because events disappeared from it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

EventTypeName: TypeAlias = EventType | str
"""A type of events, as a member or as its text."""


class Event(Protocol):
    """What is needed of an event."""

    @property
    def id(self) -> int:
        """Its number."""
        ...

    @property
    def event_date(self) -> datetime | None:
        """When it happened."""
        ...

    @property
    def created_date(self) -> datetime | None:
        """When it was recorded."""
        ...


@frozen
class TimeRange:
    """A time range in milliseconds since 1970. Its start belongs to it, and its end does not."""

    start: int
    end: int

    def excludes(self, event: Event) -> bool:
        """Return whether an event is in the result only because the range was extended."""
        if event.event_date is None:
            return False
        at = to_milliseconds(event.event_date)
        return self.start - MARGIN_MS <= at < self.start or self.end <= at <= self.end + MARGIN_MS


@frozen
class PageStart:
    """Where a page starts. Its first event should be the last one of the page before, whose id is the `anchor`."""

    offset: int = 0
    anchor: int | None = None


def to_milliseconds(moment: datetime) -> int:
    """Return the milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def check_moment(name: str, value: object) -> datetime:
    """Return a moment. Raise `TypeError` for anything but a datetime, and `ValueError` for one without a time zone."""
    if not isinstance(value, datetime):
        raise TypeError(f"{name} must be a datetime (got {type(value).__name__})")
    if value.tzinfo is None:
        raise ValueError(f"{name} must have a time zone (got {value.isoformat()}); use one in UTC, for example")
    if value < _EPOCH:
        raise ValueError(f"{name} must not be before 1970 (got {value.isoformat()})")
    return value


def check_types(types: Sequence[EventTypeName] | None) -> tuple[EventType, ...]:
    """Return the types of events; `all` for None. Anaplan takes an unknown type as `all`, so it is rejected.

    Raises:
        TypeError: `types` is not a list.
        ValueError: It is empty, or names an unknown type.
    """
    if types is None:
        return (EventType("all"),)
    if isinstance(types, str) or not isinstance(types, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"types must be a list of types of events (got {type(types).__name__})")
    known = [str(member) for member in EventType]
    for name in types:
        if name not in known:
            raise ValueError(f"types must be of {', '.join(known)} (got {name!r})")
    if not types:
        raise ValueError("types must not be empty; leave it out for all events")
    return tuple(dict.fromkeys(EventType(name) for name in types))


def divide(start: datetime, end: datetime) -> Iterator[TimeRange]:
    """Yield the ranges that cover a longer one, from its start to its end, without gaps and overlaps."""
    first, last, size = to_milliseconds(start), to_milliseconds(end), MAX_WINDOW // timedelta(milliseconds=1)
    for begin in range(first, last, size):
        yield TimeRange(begin, min(begin + size, last))


def following_page(
    operation: str, page: PageStart, ids: Sequence[int], offset: int | None, total: int | None
) -> PageStart | None:
    """Return where the page after this one starts; None after the last one.

    Pages overlap by one event. Each request numbers the events from its own start. Events that were added move others
    to later pages, where they are read again. Events that Anaplan deleted move others to earlier pages, where they
    would be missed. Then the listing starts again.

    Args:
        operation: Name of the operation, for errors.
        page: Where this page was to start.
        ids: Ids of its events.
        offset: Where it starts by its own account.
        total: How many events there are by its own account.

    Raises:
        IncompleteListError: The page is not the requested one, or it is empty before the announced total.
    """
    if offset not in (None, page.offset) and ids:
        raise IncompleteListError(operation, page.offset, total)
    if page.anchor is not None and page.anchor not in ids:
        return PageStart()
    end = page.offset + len(ids)
    if total is None or end >= total:
        return None
    if not ids:
        raise IncompleteListError(operation, end, total)
    # A page of one event would be the same again.
    return PageStart(end - 1, ids[-1]) if len(ids) > 1 else PageStart(end)
