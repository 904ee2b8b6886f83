# Converted by `python -m generator` from anaplan_ext/transactional/_async/reading.py. Edit that file, not this one.
"""Read views and lists of any size as CSV: by a direct call if they are small, else by a read request."""

import logging
from collections.abc import Iterator
from typing import Protocol, TypeVar

from anaplan_client import integration
from anaplan_client.core import BadRequestError, NotFoundError, RateLimitError, Request

from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...listing._sync.pager import iterate
from ...listing.endpoints import views
from ...tasks.polling import poll_intervals
from ...transfers.progress import TransferProgress
from ...transport import clock
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
    is_complete,
    list_reading,
    view_reading,
)

T = TypeVar("T")
ResponseT = TypeVar("ResponseT")

PAGES_AHEAD = 3
"""Number of pages that are downloaded concurrently and held until the reader takes them."""
MAX_DIRECT_ITEMS = 100_000
"""Maximum number of list items that are read by a direct call, which holds them all."""
DIRECT_TIMEOUT_SECONDS = 600.0
"""Timeout of a direct call."""

logger = logging.getLogger("anaplan")


class ReadDirectly(Protocol):
    """Reads everything by one call."""

    def __call__(self) -> bytes | None:
        """Return the content; None if it takes a read request."""
        ...


def read_view(
    session: Session, model_id: str, view_id: str, layout: ViewLayout, module_id: str | None, options: PollOptions
) -> Iterator[bytes]:
    """Yield the cells of a view as CSV. Anaplan does not tell their number, so the direct call is attempted first."""
    reading = view_reading(model_id, view_id, layout)

    def read_directly() -> bytes | None:
        request = _direct_view_request(session, model_id, view_id, layout, module_id)
        if request is None:
            return None
        try:
            return session.send(request, timeout=DIRECT_TIMEOUT_SECONDS)
        except BadRequestError as error:
            if error.status != 400:  # a locked model
                raise
            # Probably too many cells; for any other reason, the read request is rejected as well.
            logger.debug("%s is read by a read request: %s", reading.label, error)
            return None

    return _read(session, reading, read_directly, options)


def read_list(session: Session, model_id: str, list_id: str, options: PollOptions) -> Iterator[bytes]:
    """Yield the items of a list as CSV, by a direct call if its metadata give a small number of items."""
    reading = list_reading(model_id, list_id)

    def read_directly() -> bytes | None:
        response = session.send(integration.get_list_metadata(model_id, list_id))
        count = response.metadata.item_count
        if count is None or count > MAX_DIRECT_ITEMS:
            return None
        request = integration.download_list_items(model_id, list_id, include_all=True)
        content = session.send(request, timeout=DIRECT_TIMEOUT_SECONDS)
        # The header is one more row. The top level item is counted, but may be missing.
        expected = count + 1 - (response.metadata.top_level_item is not None)
        if concurrency.run_in_thread(count_rows, reading.label, content) >= expected:
            return content
        logger.debug("%s is read by a read request: the direct call had less than its %d items", reading.label, count)
        return None

    return _read(session, reading, read_directly, options)


def iter_rows(label: str, pages: Iterator[bytes]) -> Iterator[list[str]]:
    """Yield the rows of CSV that arrives in pieces. Raise `ReadError` if it is not valid CSV."""
    rows = CsvRows(label)
    with concurrency.closing(pages):
        for page in pages:
            for row in rows.add(page):
                yield row
    for row in rows.finish():
        yield row


def _read(
    session: Session, reading: Reading[ResponseT], read_directly: ReadDirectly, options: PollOptions
) -> Iterator[bytes]:
    """Yield the content of a direct call, or the pages of a read request.

    A read request that fails or no longer exists is restarted. It must repeat what was delivered, which is skipped.
    """
    content = read_directly()
    if content is not None:
        if options.progress is not None:
            options.progress(TransferProgress(len(content), len(content), 1, 1))
        yield content
        return
    guard = ResumeGuard(reading.label)
    reason = ""
    for _ in range(MAX_STARTS):
        guard.restart()
        try:
            with concurrency.closing(_read_once(session, reading, options)) as pages:
                for page in pages:
                    if new := guard.accept(page):
                        yield new
            guard.verify_complete()
            return
        except ReadRestartError as error:
            reason = str(error)
            logger.warning("reading %s is restarted: %s", reading.label, reason)
    raise ReadError(reading.label, f"all {MAX_STARTS} attempts failed, the last because {reason}")


def _read_once(session: Session, reading: Reading[ResponseT], options: PollOptions) -> Iterator[bytes]:
    """Yield the pages of one read request. A cancellation interrupts neither its start nor its deletion."""
    request_id = path = ""

    def start() -> None:
        nonlocal request_id, path
        try:
            response = session.send(reading.start)
        except RateLimitError as error:
            raise ReadQuotaError(error.context) from error
        request_id = reading.state_of(response).id
        deletion = reading.delete_request(request_id)
        path = deletion.path
        session.pending_cleanups[path] = deletion

    def delete() -> None:
        session.run_cleanup(path)

    try:
        concurrency.run_to_completion(start)
        with concurrency.closing(_download_pages(session, reading, request_id, options)) as pages:
            for page in pages:
                yield page
    finally:
        concurrency.run_to_completion(delete)


def _download_pages(
    session: Session, reading: Reading[ResponseT], request_id: str, options: PollOptions
) -> Iterator[bytes]:
    """Yield the pages of a read request as they become available."""
    kept_alive = started = clock.now()
    done_bytes = done_pages = 0

    def download(number: int) -> bytes:
        nonlocal kept_alive
        if number % KEEPALIVE_PAGE_STEP == 0:
            kept_alive = clock.now()
        elif clock.now() - kept_alive > KEEPALIVE_SECONDS:
            download(number - number % KEEPALIVE_PAGE_STEP)
        return _send(session, reading.get_page(request_id, number))

    for interval in poll_intervals(options.interval):
        state = reading.state_of(_send(session, reading.get(request_id)))
        complete = is_complete(reading.label, state)
        available = range(done_pages, state.available_pages or 0)
        with concurrency.closing(concurrency.map_concurrently(download, available, PAGES_AHEAD)) as pages:
            for page in pages:
                done_bytes, done_pages = done_bytes + len(page), done_pages + 1
                if options.progress is not None:
                    total = state.available_pages if complete else None
                    options.progress(TransferProgress(done_bytes, None, done_pages, total))
                yield page
        if complete:
            return
        if options.timeout is not None and clock.now() - started >= options.timeout:
            raise ReadError(reading.label, f"not complete within {options.timeout:g} s")
        concurrency.sleep(interval)


def _send(session: Session, request: Request[T]) -> T:
    """Send a request about an existing read request. Raise `ReadRestartError` if it no longer exists."""
    try:
        return session.send(request)
    except NotFoundError as error:
        raise ReadRestartError(f"it no longer exists: {error}") from error


def _direct_view_request(
    session: Session, model_id: str, view_id: str, layout: ViewLayout, module_id: str | None
) -> Request[bytes] | None:
    """Return the direct call for a view. The tabular layouts need its module; without one, return None."""
    if layout.startswith("TABULAR"):
        module_id = module_id or _find_module(session, model_id, view_id)
        if module_id is None:
            return None
    return integration.download_view_data(
        model_id,
        view_id,
        module_id=module_id,
        # Without a layout, Anaplan exports the current page.
        export_type=None if layout == "GRID_CURRENT_PAGE" else integration.models.ViewDataLayout(layout),
        accept="text/csv;escaped=true",
    )


def _find_module(session: Session, model_id: str, view_id: str) -> str | None:
    """Return the module of a view: its own id for the default view of a module, else from the list of views."""
    if view_id.startswith("102"):
        return view_id
    with concurrency.closing(iterate(session, *views(model_id, None, True))) as listed:
        for view in listed:
            if view.id == view_id:
                return view.module_id
    return None
