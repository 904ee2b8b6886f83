# Converted by `python -m generator` from tests/ext/frames/_async/test_aborted_reads.py. Edit that file, not this one.
"""Reads of views that are aborted at every step leave no read request behind."""

from collections.abc import Iterator

import pytest

from anaplan_ext import AnaplanError, Client, TableError
from anaplan_ext.concurrency import _sync as concurrency
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


def take_first(client: Client) -> None:
    pieces: Iterator[bytes] = client.view("Large").iter_bytes()
    with concurrency.closing(pieces):
        for _ in pieces:
            return


def test_no_read_request_is_left_behind(client: Client, emulator: Emulator, exhaustive: bool) -> None:
    model = emulator.model(emulator.development_model_id)
    view = client.view("Large")
    assert (view.to_polars()).height == 9
    for number in range(PROMISED_ABORTED if exhaustive else ABORTED):
        if number % 3 == 0:
            take_first(client)
        elif number % 3 == 1:
            with pytest.raises(TableError, match="the value is not a number"):
                view.to_arrow(types={"Rows": "number"})
        else:
            nth = number % 4 + 1
            emulator.inject(Fault(method="GET", path=r"/readRequests/.*pages/", nth=nth, status=403))
            with pytest.raises(AnaplanError):
                view.to_arrow()
            emulator.clear_faults()
        assert not model.read_requests, f"read {number}"
