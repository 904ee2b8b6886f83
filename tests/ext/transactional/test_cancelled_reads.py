"""A cancelled reading leaves nothing behind, whichever request is in flight. Only asyncio tasks can be cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Literal

import httpx
import pytest

from anaplan_ext import AsyncClient
from anaplan_ext.emulator import Emulator, Limits, Model
from anaplan_ext.transactional._async import reading


@pytest.fixture
def emulator() -> AsyncIterator[Emulator]:
    """An emulator for which ten cells are large, with pages of two rows."""
    with Emulator(limits=Limits(view_cells=1, page_rows=2)) as emulator:
        yield emulator


@pytest.fixture
def model(emulator: Emulator) -> Model:
    model = emulator.model(emulator.development_model_id)
    model.add_list("Rows", items=(f"R{number}" for number in range(10)))
    model.add_module("Large", applies_to=["Rows"], line_items=["Units"])
    return model


@pytest.mark.slow
@pytest.mark.parametrize("nth", range(1, 13))
@pytest.mark.parametrize("moment", ["request", "response"])
@pytest.mark.parametrize("kind", ["view", "list"])
async def test_a_cancelled_reading_leaves_nothing_behind(
    kind: Literal["view", "list"],
    moment: str,
    nth: int,
    emulator: Emulator,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MAX_DIRECT_ITEMS", 1)
    seen = 0
    task: asyncio.Task[int] | None = None

    async def cancel(_: httpx.Request | httpx.Response) -> None:
        nonlocal seen
        seen += task is not None
        if seen == nth and task is not None:
            task.cancel()

    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        status_poll_delay=0,
        hooks={moment: [cancel]},
    ) as client:
        await client.list_files()  # signed in

        async def read() -> int:
            pieces = (
                client.transactional.get_view_data_stream(model.part("modules", "Large").id)
                if kind == "view"
                else client.transactional.get_list_items_stream(model.part("lists", "Rows").id)
            )
            async with aclosing(pieces):  # type: ignore[type-var]
                return len([piece async for piece in pieces])

        task = asyncio.ensure_future(read())
        done, _ = await asyncio.wait([task])
        assert done == {task}
        # The last request is the deletion, after which there is nothing to cancel.
        assert task.cancelled() is (seen >= nth)
        assert not model.read_requests
        # Each read request that was started is deleted, even during a cancellation.
        assert emulator.count("POST", "/readRequests$") == emulator.count("DELETE", "/readRequests/[^/]+$")


def test_a_reading_that_a_loop_leaves_is_deleted_before_the_client_is_closed(emulator: Emulator, model: Model) -> None:
    async def main() -> None:
        async with AsyncClient(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            status_poll_delay=0,
        ) as client:
            # Only the event loop closes the generator, later.
            async for _ in client.transactional.get_view_data_stream(model.part("modules", "Large").id):
                break

    asyncio.run(main())
    assert not model.read_requests
    assert emulator.count("DELETE") == 1
