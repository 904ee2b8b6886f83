"""Reading views and lists of any size as CSV: by a direct call where that is enough, else by a read request."""

import logging
import time
from collections.abc import AsyncIterator
from typing import TypeVar

from anaplan_client import integration
from anaplan_client.core import BadRequestError, NotFoundError, RateLimitError, Request

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...listing._async.pager import iterate
from ...listing.endpoints import views
from ...tasks.polling import poll_intervals
from ...transfers.progress import TransferProgress
from ..csv_reader import CsvRows, count_rows
from ..errors import ReadError, ReadQuotaError
from ..read_request import (
    KEEPALIVE_PAGE_STEP,
    KEEPALIVE_SECONDS,
    MAX_STARTS,
    PollOptions,
    Reading,
    ReadRestartError,
    ResumeGuard,
    ViewLayout,
    ended,
    of_list,
    of_view,
)

T = TypeVar("T")
AnswerT = TypeVar("AnswerT")

PAGES_AHEAD = 3
"""How many pages are downloaded at once, and held until their reader takes them."""
DIRECT_ITEMS = 100_000
"""The most items of a list that are read by a direct call, which holds them all."""
DIRECT_TIMEOUT = 600.0
"""Seconds that Anaplan may take to answer a direct call."""

logger = logging.getLogger("anaplan")


async def view(
    session: AsyncSession, model_id: str, view_id: str, layout: ViewLayout, module_id: str | None, waiting: PollOptions
) -> AsyncIterator[bytes]:
    """Yields the cells of a view as CSV. Nothing tells their number beforehand, so the direct call is tried first."""
    reading = of_view(model_id, view_id, layout)
    direct = await _direct_view(session, model_id, view_id, layout, module_id)
    if direct is not None:
        try:
            content = await session.send(direct, timeout=DIRECT_TIMEOUT)
        except BadRequestError as error:
            # Too many cells, in all likelihood; if it is something else, the read request is refused as well.
            logger.debug("%s is not read directly: %s", reading.what, error)
        else:
            yield _reported(content, waiting)
            return
    async with concurrency.closing(read(session, reading, waiting)) as pages:
        async for page in pages:
            yield page


async def items(session: AsyncSession, model_id: str, list_id: str, waiting: PollOptions) -> AsyncIterator[bytes]:
    """Yields the items of a list as CSV, directly if the metadata of the list say that they are few."""
    reading = of_list(model_id, list_id)
    answer = await session.send(integration.get_list_metadata(model_id, list_id))
    count = answer.metadata.item_count
    if count is not None and count <= DIRECT_ITEMS:
        direct = integration.download_list_items(model_id, list_id, include_all=True)
        content = await session.send(direct, timeout=DIRECT_TIMEOUT)
        # The header is one row more. The top level item is counted, and may not be there.
        least = count + 1 - (answer.metadata.top_level_item is not None)
        if await concurrency.run_in_thread(count_rows, reading.what, content) >= least:
            yield _reported(content, waiting)
            return
        logger.debug("%s has %d items, which did not all come directly", reading.what, count)
    async with concurrency.closing(read(session, reading, waiting)) as pages:
        async for page in pages:
            yield page


async def rows(what: str, pages: AsyncIterator[bytes]) -> AsyncIterator[list[str]]:
    """Yields the rows of CSV that comes in pieces. Raises `ReadError` for what is no CSV."""
    found = CsvRows(what)
    async with concurrency.closing(pages):
        async for page in pages:
            for row in found.add(page):
                yield row
    for row in found.rest():
        yield row


async def read(session: AsyncSession, reading: Reading[AnswerT], waiting: PollOptions) -> AsyncIterator[bytes]:
    """Yields the pages of a read request, which is deleted in the end, however that comes.

    A read request that fails or is gone is begun anew. What was delivered must come again then, and is passed over.
    """
    delivered = ResumeGuard(reading.what)
    reason = ""
    for _ in range(MAX_STARTS):
        delivered.restart()
        try:
            async with concurrency.closing(_attempt(session, reading, waiting)) as pages:
                async for page in pages:
                    if new := delivered.new(page):
                        yield new
            delivered.end()
            return
        except ReadRestartError as error:
            reason = str(error)
            logger.warning("reading %s is begun anew: %s", reading.what, reason)
    raise ReadError(reading.what, f"{MAX_STARTS} read requests came to nothing, the last because {reason}")


async def _attempt(session: AsyncSession, reading: Reading[AnswerT], waiting: PollOptions) -> AsyncIterator[bytes]:
    """Yields the pages of one read request. It is started and deleted whole, whatever is cancelled meanwhile."""
    request_id = path = ""

    async def start() -> None:
        nonlocal request_id, path
        try:
            answer = await session.send(reading.start)
        except RateLimitError as error:
            raise ReadQuotaError(error.context) from error
        request_id = reading.state(answer).id
        ending = reading.ending(request_id)
        path = ending.path
        session.pending_cleanups[path] = ending

    async def end() -> None:
        await session.run_cleanup(path)

    try:
        await concurrency.run_to_completion(start)
        async with concurrency.closing(_pages(session, reading, request_id, waiting)) as pages:
            async for page in pages:
                yield page
    finally:
        await concurrency.run_to_completion(end)


async def _pages(
    session: AsyncSession, reading: Reading[AnswerT], request_id: str, waiting: PollOptions
) -> AsyncIterator[bytes]:
    """Yields the pages of a read request as they become available."""
    touched = started = time.monotonic()
    done_bytes = done_pages = 0

    async def download(number: int) -> bytes:
        nonlocal touched
        if number % KEEPALIVE_PAGE_STEP == 0:
            touched = time.monotonic()
        elif time.monotonic() - touched > KEEPALIVE_SECONDS:
            await download(number - number % KEEPALIVE_PAGE_STEP)
        return await _send(session, reading.page(request_id, number))

    for pause in poll_intervals(waiting.pause):
        answer = await _send(session, reading.look(request_id))
        state = reading.state(answer)
        complete = ended(reading.what, state)
        available = range(done_pages, state.available_pages or 0)
        async with concurrency.closing(concurrency.map_concurrently(download, available, PAGES_AHEAD)) as pages:
            async for page in pages:
                done_bytes, done_pages = done_bytes + len(page), done_pages + 1
                if waiting.progress is not None:
                    total = state.available_pages if complete else None
                    waiting.progress(TransferProgress(done_bytes, None, done_pages, total))
                yield page
        if complete:
            return
        if waiting.timeout is not None and time.monotonic() - started >= waiting.timeout:
            raise ReadError(reading.what, f"it was not complete within {waiting.timeout:g} s")
        await concurrency.sleep(pause)


async def _send(session: AsyncSession, request: Request[T]) -> T:
    """Sends a request about a read request that was there. Raises `ReadRestartError` if it is gone."""
    try:
        return await session.send(request)
    except NotFoundError as error:
        raise ReadRestartError(f"it is gone: {error}") from error


async def _direct_view(
    session: AsyncSession, model_id: str, view_id: str, layout: ViewLayout, module_id: str | None
) -> Request[bytes] | None:
    """The direct call for a view. The tabular layouts need its module; there is none for a view without."""
    if layout.startswith("TABULAR"):
        module_id = module_id or await _module_of(session, model_id, view_id)
        if module_id is None:
            return None
    return integration.download_view_data(
        model_id,
        view_id,
        module_id=module_id,
        # The current page is what comes if no layout is asked for.
        export_type=None if layout == "GRID_CURRENT_PAGE" else integration.models.ViewDataLayout(layout),
        accept="text/csv;escaped=true",
    )


async def _module_of(session: AsyncSession, model_id: str, view_id: str) -> str | None:
    """The module of a view: its own id if it is a module's default view, else what the list of views tells."""
    if view_id.startswith("102"):
        return view_id
    async with concurrency.closing(iterate(session, *views(model_id, None, True))) as found:
        async for one in found:
            if one.id == view_id:
                return one.module_id
    return None


def _reported(content: bytes, waiting: PollOptions) -> bytes:
    if waiting.progress is not None:
        waiting.progress(TransferProgress(len(content), len(content), 1, 1))
    return content
