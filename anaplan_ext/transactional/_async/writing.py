"""Write any number of list items and cells, in consecutive calls and in their order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import AnaplanError, Request
from anaplan_client.integration import models

from ...arguments.checks import check_entries
from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...frames.recognition import EXTRA, FrameInput, is_frame
from .. import cells, list_items
from ..errors import PartialWriteError, describe_count
from ..write_result import (
    CellWriteResult,
    ListWriteResult,
    add_cell_response,
    add_item_response,
    describe_failures,
)

if TYPE_CHECKING:
    from ...frames.entries import FrameCells, ItemsBy

T = TypeVar("T")
ResponseT = TypeVar("ResponseT")
ResultT = TypeVar("ResultT", ListWriteResult, CellWriteResult)

WRITE_TIMEOUT_SECONDS = 600.0
"""Timeout of a call that writes."""
ENCODE_BATCH = 10_000
"""Number of cells that are encoded at a time."""


async def write_items(
    session: AsyncSession,
    model_id: str,
    list_id: str,
    write: list_items.Write,
    items: concurrency.Source[list_items.ItemInput] | FrameInput,
    items_per_call: int,
    raise_on_failure: bool,
    progress: Callable[[ListWriteResult], None] | None,
) -> ListWriteResult:
    """Add, change or delete items of a list. The items of a sequence are all checked before the first call."""
    source = await read_source(items)
    list_items.check_items_per_call(items_per_call)
    request = _items_request(model_id, list_id, write)
    if isinstance(source, Sequence):
        await concurrency.run_in_thread(list_items.check_items, write, source)

    async def calls() -> AsyncIterator[tuple[Request[models.ListItemsWriteResponse], int]]:
        first = 0
        async with concurrency.closing(_batch(source, items_per_call)) as groups:
            async for group in groups:
                body = await concurrency.run_in_thread(list_items.encode_items, write, group, first)
                first += len(group)
                yield evolve(request, content=body), len(group)

    return await _send_all(session, calls(), add_item_response, ListWriteResult(), raise_on_failure, progress)


async def read_source(
    items: concurrency.Source[list_items.ItemInput] | FrameInput,
) -> concurrency.Source[list_items.ItemInput]:
    """Return items, those of a frame as a list. Raise `TypeError` for anything else."""
    if is_frame(items):
        return await concurrency.run_in_thread(_frame_items, items)
    source = cast("concurrency.Source[list_items.ItemInput]", items)
    concurrency.check_source("items", source)
    check_entries("items", source)
    return source


def _frame_items(frame: FrameInput) -> list[list_items.ItemInput]:
    """Return the rows of a frame as items. Raise `ImportError` without the extra."""
    try:
        from ...frames.entries import iter_items
    except ImportError:
        raise ImportError(EXTRA) from None
    return list(iter_items(frame))


def open_cells(
    frame: FrameInput, dimensions: Mapping[str, str], values: Sequence[str] | Mapping[str, str], items_by: ItemsBy
) -> FrameCells:
    """Return the cells of a frame. Raise `ImportError` without the extra."""
    try:
        from ...frames import entries
    except ImportError:
        raise ImportError(EXTRA) from None
    return entries.open_cells(frame, dimensions, values, items_by)


async def write_frame(
    session: AsyncSession,
    model_id: str,
    module_id: str,
    frame: FrameCells,
    size: cells.CallSize,
    raise_on_failure: bool,
    progress: Callable[[CellWriteResult], None] | None,
) -> CellWriteResult:
    """Write the cells of a frame, which are all checked before the first call unless it can be read only once."""
    await concurrency.run_in_thread(_check_frame_cells, frame, size)
    values = frame.read()
    return await write_cells(session, model_id, module_id, values, size, raise_on_failure, progress)


def _check_frame_cells(frame: FrameCells, size: cells.CallSize) -> None:
    if frame.is_repeatable:
        for cell in frame.read():
            cells.check_cells([cell], size)


async def write_cells(
    session: AsyncSession,
    model_id: str,
    module_id: str,
    values: concurrency.Source[cells.CellInput],
    size: cells.CallSize,
    raise_on_failure: bool,
    progress: Callable[[CellWriteResult], None] | None,
) -> CellWriteResult:
    """Write cells of a module. The cells of a sequence are all checked before the first call."""
    concurrency.check_source("cells", values)
    check_entries("cells", values)
    # A placeholder: each call has its own content.
    request = integration.update_module_data(model_id, module_id, body=[models.CellWrite(value="")])
    if isinstance(values, Sequence):
        await concurrency.run_in_thread(cells.check_cells, values, size)

    async def calls() -> AsyncIterator[tuple[Request[models.UpdateModuleDataResponse], int]]:
        batches = cells.Batches(size)
        first = 0
        async with concurrency.closing(_batch(values, ENCODE_BATCH)) as groups:
            async for group in groups:
                parts = await concurrency.run_in_thread(cells.encode_cells, group, first, size)
                first += len(group)
                for body, count in batches.add(parts):
                    yield evolve(request, content=body), count
        body, count = batches.flush()
        if count:
            yield evolve(request, content=body), count

    return await _send_all(session, calls(), add_cell_response, CellWriteResult(), raise_on_failure, progress)


async def _send_all(
    session: AsyncSession,
    calls: AsyncIterator[tuple[Request[ResponseT], int]],
    add_response: Callable[[ResultT, ResponseT, int], ResultT],
    result: ResultT,
    raise_on_failure: bool,
    progress: Callable[[ResultT], None] | None,
) -> ResultT:
    """Send calls, each with its number of items, and add up their responses.

    An error after the first call carries the result so far.
    """
    try:
        async with concurrency.closing(calls):
            async for request, count in calls:
                response = await session.send(request, timeout=WRITE_TIMEOUT_SECONDS)
                result = add_response(result, response, count)
                if progress is not None:
                    progress(result)
    except AnaplanError as error:
        if not result.total:
            raise
        raise PartialWriteError(str(error), result) from error
    except Exception as error:
        if result.total:
            error.add_note(f"{describe_count(result.written)} of the first {result.total} written")
        raise
    if raise_on_failure and not result.complete:
        raise PartialWriteError(describe_failures(result), result)
    return result


async def _batch(items: concurrency.Source[T], size: int) -> AsyncIterator[list[T]]:
    """Cut items into lists of `size`. Items are taken only once the previous list was."""
    group: list[T] = []
    async for item in concurrency.iterate(items):
        group.append(item)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _items_request(model_id: str, list_id: str, write: list_items.Write) -> Request[models.ListItemsWriteResponse]:
    # A placeholder: each call has its own content.
    body = models.ListItemsRequest(items=[models.ListItemInput()])
    if write == "update":
        return integration.update_list_items(model_id, list_id, body=body)
    action = models.ListItemsAction.ADD if write == "insert" else models.ListItemsAction.DELETE
    return integration.add_or_delete_list_items(model_id, list_id, action=action, body=body)
