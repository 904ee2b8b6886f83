"""Audit events of the tenant."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from anaplan_client import audit
from anaplan_client.audit import models
from anaplan_client.core import Request
from anaplan_client.core.codec import validation

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...listing.errors import IncompleteListError
from ...transport import clock
from ..cursor import AuditBatch, AuditCursor, move_on, take_new
from ..time_ranges import (
    MARGIN_MS,
    MAX_MILLISECONDS,
    MAX_RESTARTS,
    PAGE_SIZE,
    EventTypeName,
    PageStart,
    TimeRange,
    check_moment,
    check_types,
    divide,
    following_page,
    to_milliseconds,
)

MIN_FOLLOW_SECONDS = 1.0


class AsyncAudit:
    """Read the audit events of the tenant, as `client.audit`.

    Every method needs the role Tenant Auditor. Events have personal data: no error, observer or log line shows them.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def iter_events(
        self,
        since: datetime,
        until: datetime | None = None,
        types: Sequence[EventTypeName] | None = None,
        *,
        search: bool = False,
    ) -> AsyncIterator[models.Event]:
        """Iterate over the audit events of a time range of any length, in the order of weeks and types.

        Args:
            since: Start of the range, with a time zone. Anaplan keeps events for 30 days.
            until: End of the range, which does not belong to it. Without it, now.
            types: Types of events, such as `user_activity` and `access_control`. Without it, all events.
            search: Whether to send the range in the body of a search instead of the query of a listing.

        Returns:
            An iterator of the events, each once. Its iteration raises the errors.

        Raises:
            TypeError: An argument has the wrong type; nothing is sent.
            ValueError: A moment has no time zone, or a type is unknown; nothing is sent.
            PermissionDeniedError: The role Tenant Auditor is missing.
            IncompleteListError: Anaplan returns fewer events than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 10,000 events, and at least one for each week and type. Holds one page in memory, and the
            ids of two weeks.
        """
        validation.check_boolean("search", search)
        return self._iter_events(_spans(since, until), check_types(types), search)

    def read(self, cursor: AuditCursor) -> AsyncIterator[AuditBatch]:
        """Read the audit events that are new since the last run, in batches.

        Store the events of a batch and its cursor together. Whenever a run ends, for any reason, the next one
        continues with the stored cursor: no event is missed, and none comes twice. `EventFile` does so with files.

        Args:
            cursor: `AuditCursor.start(…)` in the first run, and then the cursor of the last stored batch.

        Returns:
            An iterator of batches, each with at least one event. Its iteration raises the errors.

        Raises:
            TypeError: `cursor` is not a cursor; nothing is sent.
            PermissionDeniedError: The role Tenant Auditor is missing.
            IncompleteListError: Anaplan returns fewer events than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 10,000 events, and at least one for each week and type since `cursor.reads_from`. Holds two
            pages in memory, and the ids of the cursor.
        """
        _check_cursor(cursor)
        return self._read(cursor)

    def follow(self, cursor: AuditCursor, *, interval: float = 60) -> AsyncIterator[AuditBatch]:
        """Read new audit events again and again, without an end.

        Args:
            cursor: `AuditCursor.start(…)`, or the cursor of the last stored batch.
            interval: Seconds between two runs, at least 1.

        Returns:
            An endless iterator of batches. Stop the iteration whenever you like.

        Raises:
            TypeError: An argument has the wrong type; nothing is sent.
            ValueError: `interval` is less than 1; nothing is sent.
            PermissionDeniedError: The role Tenant Auditor is missing.
            IncompleteListError: Anaplan returns fewer events than announced.
            ApiError: Anaplan rejects a request, or it still fails after the retries. Continue with the stored cursor.

        Cost:
            The requests of `read` for each run.
        """
        validation.check_number("interval", interval, minimum=MIN_FOLLOW_SECONDS)
        _check_cursor(cursor)
        return self._follow(cursor, interval)

    def iter_cef(
        self,
        since: datetime,
        until: datetime | None = None,
        types: Sequence[EventTypeName] | None = None,
        *,
        search: bool = False,
    ) -> AsyncIterator[str]:
        """Iterate over the audit events of a time range as lines of the Common Event Format (CEF).

        Anaplan omits the severity of CEF, so usual parsers misread the lines. A line has no id: use `read` to continue.

        Args:
            since: Start of the range, with a time zone. Anaplan keeps events for 30 days.
            until: End of the range, which does not belong to it. Without it, now.
            types: Types of events, such as `user_activity`. Without it, all events.
            search: Whether to send the range in the body of a search instead of the query of a listing.

        Returns:
            An iterator of lines, without their ends. Its iteration raises the errors.

        Raises:
            TypeError: An argument has the wrong type; nothing is sent.
            ValueError: A moment has no time zone, or a type is unknown; nothing is sent.
            PermissionDeniedError: The role Tenant Auditor is missing.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests for each week and type, of which the first counts the events. Holds one piece of the response.
        """
        validation.check_boolean("search", search)
        return self._iter_cef(_spans(since, until), check_types(types), search)

    async def _iter_events(
        self, spans: Iterable[TimeRange], types: Sequence[models.EventType], search: bool
    ) -> AsyncIterator[models.Event]:
        earlier: set[int] = set()
        for span in spans:
            seen: set[int] = set()
            for type_ in types:
                async with concurrency.closing(self._pages(type_, span, search)) as pages:
                    async for page in pages:
                        for event in page:
                            if event.id not in seen and event.id not in earlier and not span.excludes(event):
                                seen.add(event.id)
                                yield event
            earlier = seen

    async def _read(self, cursor: AuditCursor) -> AsyncIterator[AuditBatch]:
        now = clock.utc_now()
        whole = TimeRange(to_milliseconds(cursor.since), MAX_MILLISECONDS)
        for span in divide(cursor.reads_from, now):
            dates: list[datetime] = []
            held: tuple[models.Event, ...] = ()
            for type_ in cursor.types:
                async with concurrency.closing(self._pages(type_, span, False)) as pages:
                    async for page in pages:
                        dates += [event.event_date for event in page if event.event_date is not None]
                        before = cursor
                        cursor, events = take_new(cursor, [event for event in page if not whole.excludes(event)])
                        if events and held:
                            yield AuditBatch(events=held, cursor=before)
                        held = events or held
            # The last batch of a range has the cursor that leaves the range behind.
            cursor = move_on(cursor, dates, now)
            if held:
                yield AuditBatch(events=held, cursor=cursor)

    async def _follow(self, cursor: AuditCursor, interval: float) -> AsyncIterator[AuditBatch]:
        while True:
            async with concurrency.closing(self._read(cursor)) as batches:
                async for batch in batches:
                    cursor = batch.cursor
                    yield batch
            await concurrency.sleep(interval)

    async def _iter_cef(
        self, spans: Iterable[TimeRange], types: Sequence[models.EventType], search: bool
    ) -> AsyncIterator[str]:
        for span in spans:
            for type_ in types:
                # A response without content proves nothing, so a week without events is left out.
                if not await self._count(type_, span, search):
                    continue
                async with (
                    self._session.stream(_cef_request(type_, span, search)) as pieces,
                    concurrency.closing(_lines(pieces)) as lines,
                ):
                    async for line in lines:
                        yield line

    async def _count(self, type_: models.EventType, span: TimeRange, search: bool) -> int:
        """Return the number of events of a range, whose ends belong to it."""
        request = _list_request(type_, TimeRange(span.start + MARGIN_MS, span.end - 1 - MARGIN_MS), 0, search, 1)
        response = await self._session.send(request)
        paging = None if response.meta is None else response.meta.paging
        return len(response.events) if paging is None else paging.total_size

    async def _pages(self, type_: models.EventType, span: TimeRange, search: bool) -> AsyncIterator[list[models.Event]]:
        """Yield the events of a range, page by page. Some come twice where the listing changes meanwhile."""
        page: PageStart | None = PageStart()
        restarts = 0
        while page is not None:
            request = _list_request(type_, span, page.offset, search)
            response = await self._session.send(request)
            yield response.events
            paging = None if response.meta is None else response.meta.paging
            offset, total = (None, None) if paging is None else (paging.offset, paging.total_size)
            ids = [event.id for event in response.events]
            following = following_page(request.operation, page, ids, offset, total)
            if following == PageStart():
                restarts += 1
                if restarts > MAX_RESTARTS:
                    raise IncompleteListError(request.operation, page.offset, total)
            page = following


def _check_cursor(cursor: object) -> None:
    if not isinstance(cursor, AuditCursor):
        raise TypeError(f"cursor must be an AuditCursor (got {type(cursor).__name__}); see AuditCursor.start")


def _spans(since: datetime, until: datetime | None) -> Iterable[TimeRange]:
    end = clock.utc_now() if until is None else check_moment("until", until)
    return divide(check_moment("since", since), end)


def _list_request(
    type_: models.EventType, span: TimeRange, offset: int, search: bool, limit: int = PAGE_SIZE
) -> Request[models.EventsResponse]:
    start, end = max(span.start - MARGIN_MS, 0), span.end + MARGIN_MS
    if search:
        return audit.search_events(type_=type_, limit=limit, offset=offset, body=_search_body(start, end))
    return audit.list_events(type_=type_, date_from=start, date_to=end, limit=limit, offset=offset)


def _cef_request(type_: models.EventType, span: TimeRange, search: bool) -> Request[bytes]:
    # Lines cannot be told apart, so ranges must not overlap. Both ends are taken to belong to a range.
    start, end = span.start, span.end - 1
    if search:
        return audit.download_searched_events(type_=type_, body=_search_body(start, end))
    return audit.download_events(type_=type_, date_from=start, date_to=end)


def _search_body(start: int, end: int) -> models.SearchRequest:
    return models.SearchRequest.from_dict({"from": start, "to": end})


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Yield the lines of text that arrives in pieces, without empty ones."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    async for piece in pieces:
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        for line in whole:
            if line.strip():
                yield line.rstrip("\r")
    rest += decoder.decode(b"", final=True)
    if rest.strip():
        yield rest.rstrip("\r")
