"""Add the new items of a list and change the known ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from anaplan_client.core import AnaplanError

from ...auth._async.session import AsyncSession
from ...listing import endpoints
from ...listing._async.pager import collect
from ..errors import PartialWriteError
from ..list_items import ItemInput, Write
from ..upsert_plan import add_results, plan_upsert, with_input_indexes
from ..write_result import ListWriteResult, describe_failures
from .writing import write_items


async def upsert_items(
    session: AsyncSession,
    model_id: str,
    list_id: str,
    items: Sequence[ItemInput],
    parents_first: bool,
    items_per_call: int,
    raise_on_failure: bool,
    progress: Callable[[ListWriteResult], None] | None,
) -> ListWriteResult:
    """Read the keys of a list, add the items that it lacks, and change the others."""
    known = await collect(session, *endpoints.list_items(model_id, list_id, False))
    plan = plan_upsert(items, known, parents_first)
    total = ListWriteResult()

    async def write(kind: Write, sent: Sequence[tuple[int, Mapping[str, object]]]) -> ListWriteResult:
        before = total

        def report(result: ListWriteResult) -> None:
            if progress is not None:
                progress(add_results(before, with_input_indexes(result, sent)))

        entries = [fields for _, fields in sent]
        try:
            result = await write_items(session, model_id, list_id, kind, entries, items_per_call, False, report)
        except PartialWriteError as error:
            raise PartialWriteError(
                error.reason, add_results(before, with_input_indexes(_list_result(error), sent))
            ) from error
        except AnaplanError as error:
            if not before.total:
                raise
            raise PartialWriteError(str(error), before) from error
        return add_results(before, with_input_indexes(result, sent))

    if plan.inserts:
        total = await write("insert", plan.inserts)
    if plan.updates:
        total = await write("update", plan.updates)
    if raise_on_failure and not total.complete:
        raise PartialWriteError(describe_failures(total), total)
    return total


def _list_result(error: PartialWriteError) -> ListWriteResult:
    return error.result if isinstance(error.result, ListWriteResult) else ListWriteResult()
