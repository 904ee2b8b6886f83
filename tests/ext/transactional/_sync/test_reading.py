# Converted by `python -m generator` from tests/ext/transactional/_async/test_reading.py. Edit that file, not this one.
"""Reads of views and lists of any size, which leave nothing behind however they end."""

import csv
import io as text_io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from anaplan_ext import (
    AnaplanError,
    Client,
    NotFoundError,
    OutcomeUnknown,
    ReadError,
    ReadQuotaError,
    ServerError,
    TransferProgress,
)
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.emulator import Emulator, Fault, Limits, Model
from anaplan_ext.transactional._sync import reading

from ...support._sync.fixtures import NO_DELAYS

PAGE = r"/pages/\d+$"
STATUS = "/readRequests/[^/]+$"
ROWS = 9


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator for which a dozen cells and items are large, with pages of two rows."""
    with Emulator(limits=Limits(view_cells=12, list_items=12, page_rows=2)) as emulator:
        yield emulator


@pytest.fixture
def model(emulator: Emulator) -> Model:
    """A module with more cells than a direct call returns, and a module with fewer."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Rows", items=(f"R{number}" for number in range(ROWS)), properties={"Note": "TEXT"})
    model.add_list("Few", items=["A", "B"])
    model.add_module("Large", applies_to=["Rows"], line_items=["Units", "Price"])
    model.add_module("Small", applies_to=["Few"], line_items=["Units"])
    return model


@pytest.fixture(autouse=True)
def few_items_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_DIRECT_ITEMS", 5)


def module(model: Model, name: str = "Large") -> str:
    return model.part("modules", name).id


def large(rows: int = ROWS) -> list[list[str]]:
    return [["Rows", "Units", "Price"], *([f"R{number}", "0", "0"] for number in range(rows))]


def whole(pieces: Iterator[bytes]) -> bytes:
    return b"".join([piece for piece in pieces])


def parsed(content: bytes) -> list[list[str]]:
    return list(csv.reader(text_io.StringIO(content.decode(), newline="")))


@pytest.mark.slow
def test_a_view_of_a_million_and_one_cells_is_read_by_a_read_request() -> None:
    with Emulator(observer=None, record_bodies=False, limits=Limits(page_rows=1000)) as emulator:
        model = emulator.model(emulator.development_model_id)
        model.add_list("Rows", items=(f"R{number}" for number in range(9901)))
        view = model.add_module("Large", applies_to=["Rows"], line_items=[f"L{number}" for number in range(101)])
        with Client(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            status_poll_delay=0,
        ) as client:
            last = {"lineItemName": "L100", "dimensions": [{"dimensionName": "Rows", "itemName": "R9900"}], "value": 7}
            client.transactional.update_module_data(view, [last])
            rows = cells = 0
            row: list[str] = []
            for row in client.transactional.iter_view_rows(view):
                rows, cells = rows + 1, cells + len(row) - 1
            assert (rows, cells - 101) == (9902, 1_000_001)
            assert (row[0], row[-1]) == ("R9900", "7")
            assert emulator.count("GET", PAGE) == 10
            assert emulator.count("DELETE", STATUS) == 1
            assert not model.read_requests


def test_a_small_view_costs_one_request(emulator: Emulator, model: Model, client: Client) -> None:
    client.list_files()
    before = emulator.count()
    assert whole(client.transactional.get_view_data_stream(module(model, "Small"))) == b"Few,Units\nA,0\nB,0\n"
    assert emulator.count() == before + 1


def test_a_small_saved_view_lists_the_views_unless_its_module_is_an_argument(
    emulator: Emulator, model: Model, client: Client
) -> None:
    view = model.add_view("Small", "Turned", rows=["Line items"], columns=["Few"])
    expected = b"Few,Units\nA,0\nB,0\n"
    client.list_files()
    before = emulator.count()
    pieces = client.transactional.get_view_data_stream(view, module_id=module(model, "Small"))
    assert whole(pieces) == expected
    assert emulator.count() == before + 1
    assert whole(client.transactional.get_view_data_stream(view)) == expected
    assert emulator.count() == before + 3
    assert emulator.count("GET", "/views$") == 1
    assert emulator.count("POST", "/readRequests$") == 0


@pytest.mark.parametrize("layout", ["TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN", "GRID_CURRENT_PAGE"])
def test_a_view_reads_the_same_by_either_way(layout: Any, emulator: Emulator, model: Model, client: Client) -> None:
    by_request = whole(client.transactional.get_view_data_stream(module(model), layout=layout))
    assert emulator.count("POST", "/readRequests$") == 1
    emulator.limits = Limits()
    directly = whole(client.transactional.get_view_data_stream(module(model), layout=layout))
    assert emulator.count("POST", "/readRequests$") == 1
    assert by_request == directly
    assert len(parsed(directly)) == (ROWS * 2 if layout == "TABULAR_SINGLE_COLUMN" else ROWS) + 1


def test_all_pages_of_a_view_are_read(model: Model, client: Client) -> None:
    model.add_module("Both", applies_to=["Rows", "Few"], line_items=["Units"])
    rows = [row for row in client.transactional.iter_view_rows(module(model, "Both"), layout="GRID_ALL_PAGES")]
    assert len(rows) == 2 * (ROWS + 2)
    rows = [row for row in client.transactional.iter_view_rows(module(model, "Both"))]
    assert rows[0] == ["Few", "Rows", "Units"]
    assert len(rows) == 1 + 2 * ROWS


def test_a_list_has_the_same_columns_by_a_direct_call_and_by_a_read_request(
    emulator: Emulator, model: Model, client: Client
) -> None:
    few = whole(client.transactional.get_list_items_stream(model.part("lists", "Few").id))
    assert parsed(few) == [["Name", "Parent", "Code"], ["A", "", ""], ["B", "", ""]]
    assert emulator.count("POST", "/readRequests$") == 0
    rows = [row for row in client.transactional.iter_list_rows(model.part("lists", "Rows").id)]
    assert rows == [["Name", "Parent", "Code", "Note"], *([f"R{number}", "", "", ""] for number in range(ROWS))]
    assert emulator.count("POST", "/readRequests$") == 1
    assert not model.read_requests


@pytest.mark.parametrize("top_level", ["", "All"])
def test_a_truncated_list_is_read_again_from_the_start(top_level: str, emulator: Emulator, client: Client) -> None:
    model = emulator.model(emulator.development_model_id)
    list_id = model.add_list("Cut", items=["A", "B", "C"], top_level=top_level)
    emulator.inject(Fault(path="/items$", status=200, content_type="text/csv", body=b"Name,Parent,Code\nA,,\nB,,\n"))
    rows = [row for row in client.transactional.iter_list_rows(list_id)]
    assert [row[0] for row in rows] == ["Name", "A", "B", "C"]
    assert emulator.count("POST", "/readRequests$") == 1
    assert [row[0] for row in client.transactional.iter_list_rows(list_id)] == ["Name", "A", "B", "C"]
    assert emulator.count("POST", "/readRequests$") == 1


@pytest.mark.parametrize("outcome", ["fail", "vanish"])
def test_a_failed_read_request_is_restarted_at_most_twice(
    outcome: Any, emulator: Emulator, model: Model, client: Client
) -> None:
    for _ in range(2):
        emulator.fail_next_task("readRequests", outcome)
    assert parsed(whole(client.transactional.get_view_data_stream(module(model)))) == large()
    assert emulator.count("POST", "/readRequests$") == 3
    for _ in range(3):
        emulator.fail_next_task("readRequests", outcome)
    with pytest.raises(ReadError, match="all 3 attempts failed") as raised:
        whole(client.transactional.get_view_data_stream(module(model)))
    assert raised.value.label == f"view {module(model)}"
    assert not model.read_requests


def test_a_cancelled_read_request_raises(emulator: Emulator, model: Model, client: Client) -> None:
    emulator.fail_next_task("readRequests", "cancel")
    with pytest.raises(ReadError, match="was cancelled"):
        whole(client.transactional.get_view_data_stream(module(model)))
    assert not model.read_requests


@pytest.mark.parametrize("pages", range(6))
def test_a_read_request_that_vanishes_leaves_neither_gap_nor_duplicate(
    pages: int, emulator: Emulator, model: Model, client: Client
) -> None:
    content = b""
    left = pages
    for piece in client.transactional.get_view_data_stream(module(model)):
        content += piece
        left -= 1
        if not left:
            model.read_requests.clear()
    assert parsed(content) == large()
    assert emulator.count("POST", "/readRequests$") <= 2
    assert not model.read_requests


def test_a_view_that_changes_before_a_restart_raises(model: Model, client: Client) -> None:
    name = model.items_of("Rows").by_id
    with pytest.raises(ReadError, match="changed between"):
        _changing(client, model, lambda: name.pop(next(iter(name))))
    assert not model.read_requests


def _changing(client: Client, model: Model, change: Any) -> None:
    """Read a view; in the middle, change something and make the read request vanish."""
    for _ in client.transactional.get_view_data_stream(module(model)):
        if model.read_requests and change is not None:
            change()
            change = None
            model.read_requests.clear()


def test_a_slow_reader_keeps_the_read_request_alive(
    emulator: Emulator, model: Model, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "KEEPALIVE_SECONDS", -1.0)
    content = b""
    for piece in client.transactional.get_view_data_stream(module(model)):
        content += piece
        emulator.advance(500)  # of the 1,800 after which it would be deleted
    assert parsed(content) == large()
    assert emulator.count("POST", "/readRequests$") == 1
    assert emulator.count("GET", "/pages/0$") > 1


def test_too_many_read_requests_raise_their_own_error(emulator: Emulator, model: Model, client: Client) -> None:
    emulator.limits = Limits(view_cells=12, read_requests=0)
    with pytest.raises(ReadQuotaError, match="too many read requests") as raised:
        whole(client.transactional.get_view_data_stream(module(model)))
    assert (raised.value.status, raised.value.context.attempts) == (429, 6)
    assert emulator.count("DELETE") == 0


def test_a_start_without_a_response_is_not_sent_again(emulator: Emulator, model: Model, client: Client) -> None:
    emulator.inject(Fault(method="POST", path="/readRequests$", kind="reset", after_effect=True))
    with pytest.raises(OutcomeUnknown):
        whole(client.transactional.get_view_data_stream(module(model)))
    assert emulator.count("POST", "/readRequests$") == 1


def test_a_read_request_that_is_not_complete_in_time_raises(emulator: Emulator, model: Model, client: Client) -> None:
    emulator.task_polls = 1_000_000
    with pytest.raises(ReadError, match="not complete within 0 s"):
        whole(client.transactional.get_view_data_stream(module(model), timeout=0))
    assert not model.read_requests


def test_progress_counts_pages_and_has_the_total_at_the_end(model: Model, client: Client) -> None:
    seen: list[TransferProgress] = []
    content = whole(client.transactional.get_view_data_stream(module(model), progress=seen.append))
    assert [progress.done_chunks for progress in seen] == list(range(1, 6))
    assert (seen[-1].done_bytes, seen[-1].total_chunks, seen[0].total_chunks) == (len(content), 5, None)
    seen.clear()
    small = whole(client.transactional.get_view_data_stream(module(model, "Small"), progress=seen.append))
    assert seen == [TransferProgress(len(small), len(small), 1, 1)]


def test_only_a_few_pages_are_downloaded_ahead_of_the_reader(emulator: Emulator, model: Model, client: Client) -> None:
    emulator.task_polls = 0
    with concurrency.closing(client.transactional.get_view_data_stream(module(model))) as pieces:
        for _ in pieces:
            break
    assert emulator.count("GET", PAGE) <= 1 + reading.PAGES_AHEAD


@pytest.mark.parametrize("view_id", [" ", "..", ""])
def test_an_invalid_id_is_rejected_before_any_request(view_id: str, emulator: Emulator, client: Client) -> None:
    with pytest.raises(ValueError, match="view_id"):
        whole(client.transactional.get_view_data_stream(view_id))
    with pytest.raises(ValueError, match="list_id"):
        whole(client.transactional.get_list_items_stream(view_id))
    with pytest.raises(ValueError, match="export_type"):
        whole(client.transactional.get_view_data_stream("102000000000", layout="SIDEWAYS"))  # type: ignore[arg-type]
    assert emulator.count() == 0


def test_an_unknown_view_or_list_is_not_found(client: Client) -> None:
    with pytest.raises(NotFoundError):
        whole(client.transactional.get_view_data_stream("102000000999"))
    with pytest.raises(NotFoundError):
        whole(client.transactional.get_list_items_stream("101000000999"))


class ReaderError(Exception):
    """An error of a reader."""


FAULTS = [
    Fault(method="POST", path="/readRequests$", status=503),
    Fault(method="POST", path="/readRequests$", status=400),
    Fault(method="POST", path="/readRequests$", kind="reset"),
    Fault(method="GET", path=STATUS, status=500, times=3),
    Fault(method="GET", path=STATUS, kind="reset", times=3),
    Fault(method="GET", path=STATUS, nth=2, kind="malformed"),
    *(Fault(method="GET", path=f"/pages/{number}$", status=502, times=3) for number in range(5)),
    *(Fault(method="GET", path=f"/pages/{number}$", kind="truncate", times=3) for number in (0, 4)),
]


@pytest.mark.slow
def test_two_hundred_aborted_reads_leave_nothing_behind(emulator: Emulator, model: Model, client: Client) -> None:
    """Abort a reading in every way and at every step; the state of the emulator decides."""
    emulator.observer = None
    for turn in range(200):
        step = turn // 2 % (5 + 5 + len(FAULTS))
        pieces = (
            client.transactional.get_view_data_stream(module(model))
            if turn % 2
            else client.transactional.get_list_items_stream(model.part("lists", "Rows").id)
        )
        if step < 5:
            with suppress(ReaderError):
                _take(pieces, step, ReaderError())
        elif step < 10:
            _take(pieces, step - 5, None)
        else:
            emulator.inject(FAULTS[step - 10])
            with pytest.raises(AnaplanError):
                whole(pieces)
            emulator.clear_faults()
        assert not model.read_requests, step
    assert emulator.count("POST", "/readRequests$") > 150


def _take(pieces: Iterator[bytes], most: int, error: Exception | None) -> None:
    """Take some pieces, and then raise or leave."""
    taken = 0
    with concurrency.closing(pieces):
        for _ in pieces:
            taken += 1
            if taken > most:
                if error is not None:
                    raise error
                return


def test_a_failed_deletion_harms_nothing_and_is_retried_at_the_end(emulator: Emulator, model: Model) -> None:
    with Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        status_poll_delay=0,
        retry_policy=NO_DELAYS,
    ) as client:
        emulator.inject(Fault(method="DELETE", path=STATUS, status=500, times=3))
        assert parsed(whole(client.transactional.get_view_data_stream(module(model)))) == large()
        assert len(model.read_requests) == 1
    assert not model.read_requests


def test_a_deletion_that_always_fails_hides_no_other_error(emulator: Emulator, model: Model, client: Client) -> None:
    emulator.inject(Fault(method="DELETE", path=STATUS, status=500, times=None))
    emulator.inject(Fault(method="GET", path="/pages/3$", status=500, message="out of order", times=3))
    with pytest.raises(ServerError, match="out of order"):
        whole(client.transactional.get_view_data_stream(module(model)))


def test_an_abandoned_reading_is_deleted_when_the_client_is_closed(emulator: Emulator, model: Model) -> None:
    with Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        status_poll_delay=0,
    ) as client:
        readings = [client.transactional.get_view_data_stream(module(model)) for _ in range(3)]
        for pieces in readings:
            assert next(pieces)
        assert len(model.read_requests) == 3
    assert not model.read_requests
    assert emulator.count("DELETE") == 3
    for pieces in readings:
        with concurrency.closing(pieces):
            pass
    assert emulator.count("DELETE") == 3
