# Converted by `python -m generator` from anaplan_ext/transactional/_async/writing.py. Edit that file, not this one.
"""Writing items and cells of any number: in as many calls as it takes, one after the other, in their order."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import AnaplanError, Request
from anaplan_client.integration import models

from ...arguments.checks import check_entries
from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from .. import cells, list_items
from ..errors import PartialWriteError
from ..write_result import CellWriteResult, ListWriteResult, reason, with_cells, with_items

T = TypeVar("T")
AnswerT = TypeVar("AnswerT")
ResultT = TypeVar("ResultT", ListWriteResult, CellWriteResult)

WRITE_TIMEOUT = 600.0
"""Seconds that Anaplan may take to answer a call that writes."""
GROUP = 10_000
"""How many cells are encoded at a time."""


def write_items(
    session: Session,
    model_id: str,
    list_id: str,
    write: list_items.Write,
    items: concurrency.Source[list_items.ItemInput],
    items_per_call: int,
    raise_on_failure: bool,
    progress: Callable[[ListWriteResult], None] | None,
) -> ListWriteResult:
    """Adds, changes or deletes items of a list. Those of a sequence are all checked before the first call."""
    concurrency.check_source("items", items)
    check_entries("items", items)
    list_items.check_items_per_call(items_per_call)
    request = _items_request(model_id, list_id, write)
    if isinstance(items, Sequence):
        concurrency.in_thread(list_items.check, write, items)

    def calls() -> Iterator[tuple[Request[models.ListItemsWriteResponse], int]]:
        first = 0
        with concurrency.closing(_grouped(items, items_per_call)) as groups:
            for group in groups:
                body = concurrency.in_thread(list_items.body, write, group, first)
                first += len(group)
                yield evolve(request, content=body), len(group)

    result = _send_all(session, calls(), with_items, ListWriteResult(), progress)
    if raise_on_failure and not result.complete:
        raise PartialWriteError(reason(result), result)
    return result


def write_cells(
    session: Session,
    model_id: str,
    module_id: str,
    values: concurrency.Source[cells.CellInput],
    size: cells.CallSize,
    raise_on_failure: bool,
    progress: Callable[[CellWriteResult], None] | None,
) -> CellWriteResult:
    """Writes cells of a module. Those of a sequence are all checked before the first call."""
    concurrency.check_source("cells", values)
    check_entries("cells", values)
    # The one cell stands for those of a call, which are encoded elsewhere.
    request = integration.update_module_data(model_id, module_id, body=[models.CellWrite(value="")])
    if isinstance(values, Sequence):
        concurrency.in_thread(cells.check, values, size)

    def calls() -> Iterator[tuple[Request[models.UpdateModuleDataResponse], int]]:
        batches = cells.Batches(size)
        first = 0
        with concurrency.closing(_grouped(values, GROUP)) as groups:
            for group in groups:
                parts = concurrency.in_thread(cells.encoded, group, first, size)
                first += len(group)
                for body, count in batches.add(parts):
                    yield evolve(request, content=body), count
        body, count = batches.rest()
        if count:
            yield evolve(request, content=body), count

    result = _send_all(session, calls(), with_cells, CellWriteResult(), progress)
    if raise_on_failure and not result.complete:
        raise PartialWriteError(reason(result), result)
    return result


def _send_all(
    session: Session,
    calls: Iterator[tuple[Request[AnswerT], int]],
    add: Callable[[ResultT, AnswerT, int], ResultT],
    result: ResultT,
    progress: Callable[[ResultT], None] | None,
) -> ResultT:
    """Sends calls, each with its number of items, and adds their answers up. An error tells what was sent before it."""
    try:
        with concurrency.closing(calls):
            for request, count in calls:
                answer = session.send(request, timeout=WRITE_TIMEOUT)
                result = add(result, answer, count)
                if progress is not None:
                    progress(result)
    except AnaplanError as error:
        if not result.total:
            raise
        raise PartialWriteError(str(error), result) from error
    except Exception as error:
        if result.total:
            written = "an unknown number" if result.written is None else str(result.written)
            error.add_note(f"the {result.total} before were sent, and {written} of them written")
        raise
    return result


def _grouped(items: concurrency.Source[T], size: int) -> Iterator[list[T]]:
    """Cuts items into lists of a size, and takes them only when the list before was taken."""
    group: list[T] = []
    for item in concurrency.iterate(items):
        group.append(item)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _items_request(model_id: str, list_id: str, write: list_items.Write) -> Request[models.ListItemsWriteResponse]:
    # The one item stands for those of a call, which are encoded elsewhere.
    body = models.ListItemsRequest(items=[models.ListItemInput()])
    if write == "update":
        return integration.update_list_items(model_id, list_id, body=body)
    action = models.ListItemsAction.ADD if write == "insert" else models.ListItemsAction.DELETE
    return integration.add_or_delete_list_items(model_id, list_id, action=action, body=body)
