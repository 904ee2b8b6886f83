"""Anaplan's audit over months of simulated time, for the reader of its events: late events, pages, crashes, clocks."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast

from attrs import define, field

from anaplan_client.audit.models import EventsResponse
from anaplan_client.core import Request

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 90
DAY_MS = 86_400_000
KEPT_MS = 30 * DAY_MS


class CrashError(Exception):
    """The program ends here."""


@define
class Event:
    """An event, with its times in milliseconds since 1970."""

    id: int
    at: int
    created: int
    code: str


@define(slots=False)
class Anaplan:
    """Takes the place of a session. Each request takes some time, in which events come and go."""

    random: Random
    events: list[Event]
    order: str
    page_limit: int
    by_created: bool
    now: int = int(START.timestamp() * 1000)
    crash_in: int | None = None
    """Number of requests and batches until the program ends."""
    requests: int = 0
    windows: list[tuple[int, int]] = field(factory=list[tuple[int, int]])

    def may_crash(self) -> None:
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in < 0:
                raise CrashError

    def send(self, request: Request[Any]) -> EventsResponse:
        self.may_crash()
        self.requests += 1
        self.now += self.random.choice([10, 1_000, 60_000])
        query = cast("dict[str, str]", request.params)
        start, end, offset = int(query["dateFrom"]), int(query["dateTo"]), int(query["offset"])
        assert 0 <= end - start <= KEPT_MS, "longer than Anaplan accepts"
        self.windows.append((start, end))
        prefix = {"all": "", "user_activity": "USR", "int": "INT"}[query["type"]]
        found = [event for event in self.visible() if start <= self.selected_by(event) <= end]
        found = [event for event in found if event.code.startswith(prefix)]
        if self.order == "newest first":
            found.reverse()
        if self.order == "by id":
            found.sort(key=lambda event: event.id)
        page = found[offset : offset + min(int(query["limit"]), self.page_limit)]
        paging = {"currentPageSize": len(page), "totalSize": len(found), "offSet": offset}
        return request.decode(_encode(page, paging))

    def selected_by(self, event: Event) -> int:
        return event.created if self.by_created else event.at

    def visible(self) -> Iterable[Event]:
        """The events that are recorded and not yet forgotten, by their time."""
        kept = [event for event in self.events if event.created <= self.now and event.at > self.now - KEPT_MS]
        return sorted(kept, key=lambda event: (event.at, event.id))


def _encode(page: list[Event], paging: dict[str, int]) -> bytes:
    rows = [{"id": one.id, "eventTypeId": one.code, "eventDate": one.at, "createdDate": one.created} for one in page]
    return json.dumps({"meta": {"paging": paging}, "response": rows}).encode()


def draw_events(random: Random, overlap: timedelta) -> list[Event]:
    """Draw events of all days, some late, some at the same moment, some by a service whose clock is ahead."""
    first, found = int(START.timestamp() * 1000), list[Event]()
    latest_ms = int((overlap - timedelta(hours=2)) / timedelta(milliseconds=1))
    for number in range(random.randint(0, 120)):
        at = (
            first + random.randrange(DAYS * 24) * 3_600_000 + random.choice([0, 0, 1, 999, random.randrange(3_600_000)])
        )
        late = random.choice([0, 0, 0, 5_000, random.randint(0, latest_ms), latest_ms])
        ahead = random.choice([0, 0, 0, 0, 3_600_000])
        code = random.choice(["USR-8", "INT-1", "AUTHZ-1"])
        found.append(Event(9 * 10**17 + number * 2_654_435_761 % 999_999_937, at, at - ahead + late, code))
    return found


def run_times(random: Random) -> Iterator[int]:
    """Yield the moments of the runs, at most ten days apart."""
    now = int(START.timestamp() * 1000)
    end = now + (DAYS + 3) * 86_400_000
    while now < end:
        now = min(end, now + random.choice([60_000, 3_600_000, 86_400_000, random.randrange(1, 10 * DAY_MS)]))
        yield now
