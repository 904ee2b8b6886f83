"""Remember which audit events were read, so that every event comes once over any number of runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from attrs import evolve, field, frozen

from anaplan_client.audit import models
from anaplan_client.audit.models import EventType

from .time_ranges import Event, EventTypeName, check_moment, check_types, to_milliseconds

DEFAULT_OVERLAP = timedelta(days=1)
"""How late an event may be recorded, after newer ones were read, without being missed."""
MAX_OVERLAP = timedelta(days=30)
_KEPT = timedelta(minutes=1)
"""Ids are kept a little longer than their events can come again."""
_VERSION = 1
EventT = TypeVar("EventT", bound=Event)


@frozen(kw_only=True)
class AuditCursor:
    """Which audit events were read. Plain data: keep it where you keep the events, and continue with it.

    A run reads from `latest - overlap` on, and leaves out the events of `seen`. No clock decides what is read: a clock
    that is wrong or jumps delays events, and never loses one. Only an event that is recorded later than `overlap` after
    a newer one was read is missed.
    """

    since: datetime
    """No event before this moment is read."""
    types: tuple[EventType, ...] = (EventType("all"),)
    """The types of events that are read."""
    overlap: timedelta = DEFAULT_OVERLAP
    """How far back each run reads again."""
    latest: datetime | None = None
    """When the latest event happened of all ranges that were read completely."""
    seen: Mapping[int, int] = field(factory=dict[int, int], repr=False)
    """The ids of the events that can come again, each with its time in milliseconds since 1970."""

    @classmethod
    def start(
        cls, since: datetime, *, types: Sequence[EventTypeName] | None = None, overlap: timedelta = DEFAULT_OVERLAP
    ) -> AuditCursor:
        """Return a cursor before the first event.

        Args:
            since: Moment of the first event, with a time zone. Anaplan keeps events for 30 days.
            types: Types of events, such as `user_activity`. Without it, all events.
            overlap: How late an event may be recorded, up to 30 days. The cursor keeps the ids of that time.

        Returns:
            The cursor.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: `since` has no time zone, a type is unknown, or `overlap` is out of its range.

        Cost:
            No request.
        """
        if not isinstance(overlap, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"overlap must be a timedelta (got {type(overlap).__name__})")
        if not timedelta(0) <= overlap <= MAX_OVERLAP:
            raise ValueError(f"overlap must be from 0 to 30 days (got {overlap})")
        return cls(since=check_moment("since", since), types=check_types(types), overlap=overlap)

    @property
    def reads_from(self) -> datetime:
        """The moment from which the next run reads.

        It is before `since`, because Anaplan may select events by the time at which they were recorded, and the clock
        of a service may be ahead of that.
        """
        first = self.since - self.overlap
        return first if self.latest is None else max(first, self.latest - self.overlap)

    def to_json(self) -> str:
        """Return the cursor as JSON, for `from_json`.

        Returns:
            Text of one line. It has some 35 bytes for each event of the overlap.

        Cost:
            No request.
        """
        state = {
            "version": _VERSION,
            "since": self.since.isoformat(),
            "types": [str(name) for name in self.types],
            "overlapSeconds": self.overlap.total_seconds(),
            "latest": None if self.latest is None else self.latest.isoformat(),
            "seen": [[event_id, at] for event_id, at in self.seen.items()],
        }
        return json.dumps(state, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> AuditCursor:
        """Return the cursor that `to_json` wrote.

        Args:
            text: What `to_json` returned.

        Returns:
            An equal cursor.

        Raises:
            ValueError: `text` is not JSON of a cursor, or of a later version of this library.

        Cost:
            No request.
        """
        try:
            state = cast("dict[str, object]", json.loads(text))
            if state["version"] != _VERSION:
                raise ValueError("another version")
            seen = cast("list[tuple[int, int]]", state["seen"])
            latest = state["latest"]
            overlap = cast("float", state["overlapSeconds"])
            first = cls.start(
                datetime.fromisoformat(cast("str", state["since"])),
                types=cast("list[str]", state["types"]),
                overlap=timedelta(seconds=overlap),
            )
            return evolve(
                first,
                latest=None if latest is None else check_moment("latest", datetime.fromisoformat(cast("str", latest))),
                seen={int(event_id): int(at) for event_id, at in seen},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"text must be the JSON of an audit cursor ({error})") from None


@frozen(kw_only=True)
class AuditBatch:
    """New audit events, and the cursor after them: store both together, or neither."""

    events: tuple[models.Event, ...] = field(repr=False)
    """Events that no earlier batch of the cursor had."""
    cursor: AuditCursor
    """The cursor with which the next run continues."""


def take_new(cursor: AuditCursor, events: Iterable[EventT]) -> tuple[AuditCursor, tuple[EventT, ...]]:
    """Return the events that were not seen, and the cursor that has seen them. Its position stays."""
    seen = dict(cursor.seen)
    new: list[EventT] = []
    for event in events:
        if event.id not in seen:
            seen[event.id] = _last_date(event)
            new.append(event)
    return (evolve(cursor, seen=seen), tuple(new)) if new else (cursor, ())


def move_on(cursor: AuditCursor, dates: Iterable[datetime], now: datetime) -> AuditCursor:
    """Return the cursor after a range was read completely, whose events happened on these dates.

    Its position is that of the latest event, but not after `now`: a service whose clock is ahead must not move it past
    the events of others. It never moves back. Ids whose events cannot come again are forgotten.
    """
    moments = [min(date, now) for date in dates]
    if cursor.latest is not None:
        moments.append(cursor.latest)
    if not moments:
        return cursor
    moved = evolve(cursor, latest=max(moments))
    oldest = to_milliseconds(moved.reads_from - _KEPT)
    return evolve(moved, seen={event_id: at for event_id, at in cursor.seen.items() if at >= oldest})


def _last_date(event: Event) -> int:
    """Return the later one of both dates: it is not documented by which of them Anaplan selects events."""
    dates = [date for date in (event.event_date, event.created_date) if date is not None]
    return to_milliseconds(max(dates, default=datetime.max.replace(tzinfo=UTC)))
