"""Reads of views that are aborted at every step leave no read request behind."""

from collections.abc import AsyncIterator, Iterator

import pytest

from anaplan_ext import AnaplanError, AsyncClient, TableError
from anaplan_ext.concurrency import _async as concurrency
from anaplan_ext.emulator import Emulator, Fault, Limits

pytest.importorskip("pyarrow", reason="the extra frames is not installed")

ABORTED, PROMISED_ABORTED = 100, 1000


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator for which every view is large, with pages of two rows."""
    with Emulator(limits=Limits(view_cells=1, page_rows=2)) as emulator:
        model = emulator.model(emulator.development_model_id)
        model.add_list("Rows", items=[f"R{number}" for number in range(9)])
        model.add_module("Large", applies_to=["Rows"], line_items=["Units", "Price"])
        yield emulator


async def take_first(client: AsyncClient) -> None:
    pieces: AsyncIterator[bytes] = client.view("Large").iter_bytes()
    async with concurrency.closing(pieces):
        async for _ in pieces:
            return


async def test_no_read_request_is_left_behind(client: AsyncClient, emulator: Emulator, exhaustive: bool) -> None:
    model = emulator.model(emulator.development_model_id)
    view = client.view("Large")
    assert (await view.to_polars()).height == 9
    for number in range(PROMISED_ABORTED if exhaustive else ABORTED):
        if number % 3 == 0:
            await take_first(client)
        elif number % 3 == 1:
            with pytest.raises(TableError, match="the value is not a number"):
                await view.to_arrow(types={"Rows": "number"})
        else:
            nth = number % 4 + 1
            emulator.inject(Fault(method="GET", path=r"/readRequests/.*pages/", nth=nth, status=403))
            with pytest.raises(AnaplanError):
                await view.to_arrow()
            emulator.clear_faults()
        assert not model.read_requests, f"read {number}"
