# Converted by `python -m generator` from tests/ext/transactional/_async/test_writing.py. Edit that file, not this one.
"""Writes of any number of items and cells to the emulator, and calls that fail."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from anaplan_client.integration.models import CellCoordinate, CellWrite, ListItemInput
from anaplan_ext import (
    CellWriteResult,
    Client,
    ConflictError,
    ListWriteResult,
    NotFoundError,
    OutcomeUnknown,
    PartialWriteError,
    ServerError,
    StatusError,
)
from anaplan_ext.emulator import Emulator, Fault, Model

LARGE = 250_000


@pytest.fixture
def model(emulator: Emulator) -> Model:
    """Products, and sales of each."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", properties={"Color": "TEXT"}, subsets=["Sold"])
    model.add_list("Orders", numbered=True)
    model.add_list("Rows", items=(f"R{number}" for number in range(50)))
    model.add_module("Sales", applies_to=["Rows"], line_items=["Units"])
    model.add_line_item("Sales", "Revenue", formula="Units * 2")
    return model


def list_id(model: Model, name: str = "Products") -> str:
    return model.part("lists", name).id


def cell(row: int, value: object = 1, line_item: str = "Units") -> dict[str, Any]:
    dimensions = [{"dimensionName": "Rows", "itemName": f"R{row}"}]
    return {"lineItemName": line_item, "dimensions": dimensions, "value": value}


def places(result: ListWriteResult | CellWriteResult) -> list[int | None]:
    return [failure.request_index for failure in result.failures]


@pytest.mark.slow
def test_a_quarter_of_a_million_items_are_added_changed_and_deleted_in_three_calls_each() -> None:
    # Bodies of this size are neither recorded nor validated.
    with Emulator(observer=None, record_bodies=False) as emulator:
        products = emulator.model(emulator.development_model_id).add_list("Products", properties={"Color": "TEXT"})
        kept = emulator.model(emulator.development_model_id).items_of("Products")
        with Client(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
        ) as client:
            transactional = client.transactional
            # A duplicate name in each of the three calls.
            twice = {7, 150_003, 249_999}
            sizes: list[int] = []
            names = ("P0" if number in twice else f"P{number}" for number in range(LARGE))
            added = transactional.insert_list_items(
                products,
                ({"name": name, "code": f"C{number}"} for number, name in enumerate(names)),
                progress=lambda result: sizes.append(result.total),
            )
            assert (added.added, added.ignored, added.total) == (LARGE - 3, 3, LARGE)
            assert places(added) == [7, 150_003, 249_999]
            assert (sizes, emulator.count("POST", "/items$")) == ([100_000, 200_000, 250_000], 3)
            assert len(kept.by_id) == LARGE - 3
            updated = transactional.update_list_items(
                products, [{"code": f"C{number}", "properties": {"Color": f"{number}"}} for number in range(LARGE)]
            )
            assert (updated.updated, updated.ignored, places(updated)) == (LARGE - 3, 3, [7, 150_003, 249_999])
            assert emulator.count("PUT", "/items$") == 3
            last = kept.find("code", "C249998")
            assert last is not None
            assert last.properties == {"Color": "249998"}
            deleted = transactional.delete_list_items(products, ({"code": f"C{number}"} for number in range(LARGE)))
            assert (deleted.deleted, deleted.ignored, places(deleted)) == (LARGE - 3, 3, [7, 150_003, 249_999])
            assert emulator.count("POST", "/items$") == 6
            assert not kept.by_id


def test_items_of_every_form_and_source_are_written(model: Model, client: Client) -> None:
    transactional, products = client.transactional, list_id(model)

    def source() -> Iterator[ListItemInput]:
        for number in range(3):
            yield ListItemInput(name=f"A{number}", subsets={"Sold": True})

    assert (transactional.insert_list_items(products, source())).added == 3
    assert (transactional.insert_list_items(products, ({"name": "B"}, {"name": "C"}))).added == 2
    assert (transactional.insert_list_items(list_id(model, "Orders"), [{"code": "O1"}])).added == 1
    items = transactional.get_list_items(products, include_all=True)
    assert [(item.name, (item.subsets or {})["Sold"]) for item in items] == [
        ("A0", True),
        ("A1", True),
        ("A2", True),
        ("B", False),
        ("C", False),
    ]
    transactional.update_list_items(products, [{"id": int(items[3].id), "parent": "C"}])
    assert [item.parent for item in transactional.get_list_items(products)] == [None, None, None, "C", None]


def test_nothing_to_write_makes_no_call(emulator: Emulator, model: Model, client: Client) -> None:
    assert client.transactional.insert_list_items(list_id(model), []) == ListWriteResult()
    assert client.transactional.update_module_data(model.part("modules", "Sales").id, iter(())) == (CellWriteResult())
    assert emulator.count() == 0


def test_rejected_items_raise_on_request_after_all_calls(model: Model, client: Client) -> None:
    items = [{"name": name} for name in ("A", "B", "A", "C")]
    with pytest.raises(PartialWriteError, match="item 2: Name 'A' already exists; 3 of 4 written") as raised:
        client.transactional.insert_list_items(list_id(model), items, items_per_call=2, raise_on_failure=True)
    assert isinstance(raised.value.result, ListWriteResult)
    assert raised.value.result.added == 3
    with pytest.raises(PartialWriteError, match=r"item 1: the cell is a calculated.*; 1 of 2 written"):
        client.transactional.update_module_data(
            model.part("modules", "Sales").id, [cell(1), cell(1, 2, "Revenue")], raise_on_failure=True
        )


@pytest.mark.parametrize("wrong", [{}, {"name": "A", "id": "1"}, {"name": "A", "color": "red"}, "A"])
def test_an_invalid_item_of_a_list_raises_before_any_call(
    wrong: Any, emulator: Emulator, model: Model, client: Client
) -> None:
    with pytest.raises(ValueError, match=r"items\[3\]:"):
        client.transactional.insert_list_items(
            list_id(model), [*({"name": f"P{number}"} for number in range(3)), wrong], items_per_call=1
        )
    with pytest.raises(ValueError, match=r"cells\[1\]:"):
        client.transactional.update_module_data(model.part("modules", "Sales").id, [cell(1), wrong])
    assert emulator.count() == 0


def test_an_invalid_item_of_an_iterator_raises_before_its_call_with_the_counts(
    emulator: Emulator, model: Model, client: Client
) -> None:
    items: list[dict[str, object]] = [{"name": "A"}, {"name": "B"}, {"name": "C"}, {}]
    with pytest.raises(ValueError, match=r"items\[3\]:") as raised:
        client.transactional.insert_list_items(list_id(model), iter(items), items_per_call=2)
    assert raised.value.__notes__ == ["2 of the first 2 written"]
    assert emulator.count("POST", "/items$") == 1


def test_items_are_taken_only_as_they_are_sent(emulator: Emulator, model: Model, client: Client) -> None:
    taken: list[int] = []
    seen: list[tuple[int, int]] = []

    def source() -> Iterator[dict[str, str]]:
        for number in range(10):
            taken.append(number)
            yield {"name": f"P{number}"}

    client.transactional.insert_list_items(
        list_id(model), source(), items_per_call=4, progress=lambda result: seen.append((result.total, len(taken)))
    )
    assert seen == [(4, 4), (8, 8), (10, 10)]


def test_an_error_of_the_source_is_raised_unchanged(model: Model, client: Client) -> None:
    def source() -> Iterator[dict[str, str]]:
        yield {"name": "A"}
        raise KeyError("a row without a name")

    with pytest.raises(KeyError) as raised:
        client.transactional.insert_list_items(list_id(model), source(), items_per_call=1)
    assert raised.value.__notes__ == ["1 of the first 1 written"]


def test_a_call_that_fails_after_others_raises_with_their_result(
    emulator: Emulator, model: Model, client: Client
) -> None:
    items = [{"name": f"P{number}"} for number in range(5)]
    emulator.inject(Fault(method="POST", path="/items$", nth=2, kind="reset", after_effect=True))
    with pytest.raises(PartialWriteError, match=r"may have had its effect.*; 2 of 2 written") as raised:
        client.transactional.insert_list_items(list_id(model), items, items_per_call=2)
    assert isinstance(raised.value.__cause__, OutcomeUnknown)
    assert raised.value.result.total == 2
    # The call had an effect, was not retried, and no other followed.
    assert [item.name for item in model.items_of("Products").by_id.values()] == ["P0", "P1", "P2", "P3"]


@pytest.mark.parametrize(("status", "error"), [(409, ConflictError), (425, StatusError), (404, NotFoundError)])
def test_the_error_of_a_first_call_is_raised_unchanged(
    status: int, error: type[StatusError], emulator: Emulator, model: Model, client: Client
) -> None:
    emulator.inject(Fault(method="POST", path="/items$", status=status))
    with pytest.raises(error):
        client.transactional.insert_list_items(list_id(model), [{"name": "A"}, {"name": "B"}], items_per_call=1)
    assert emulator.count("POST", "/items$") == 1


def test_an_update_is_retried(emulator: Emulator, model: Model, client: Client) -> None:
    client.transactional.insert_list_items(list_id(model), [{"name": "A"}])
    emulator.inject(Fault(method="PUT", path="/items$", kind="reset", after_effect=True))
    result = client.transactional.update_list_items(list_id(model), [{"name": "A", "properties": {"Color": "red"}}])
    assert result.updated == 1
    emulator.inject(Fault(method="POST", path="/data$", status=500, times=None))
    with pytest.raises(ServerError):
        client.transactional.update_module_data(model.part("modules", "Sales").id, [cell(1)])
    assert emulator.count("POST", "/data$") == 3


def test_cells_are_cut_by_number(emulator: Emulator, model: Model, client: Client) -> None:
    module = model.part("modules", "Sales").id
    # Row 50 and the rows after it do not exist.
    result = client.transactional.update_module_data(module, (cell(number) for number in range(53)), cells_per_call=20)
    assert (result.changed, result.total, places(result)) == (50, 53, [50, 51, 52])
    assert emulator.count("POST", "/data$") == 3
    data = client.transactional.get_view_data(module)
    assert [row.cells for row in data.rows or []] == [["1", "0"]] * 50


def test_cells_are_cut_by_bytes(emulator: Emulator, model: Model, client: Client) -> None:
    def bodies() -> list[bytes]:
        sent = [entry for entry in emulator.exchanges if entry.path.endswith("/data") and entry.method == "POST"]
        return [entry.request_body for entry in sent if isinstance(entry.request_body, bytes)]

    typed = [
        CellWrite(
            line_item_name="Units",
            value=number,
            dimensions=[CellCoordinate(dimension_name="Rows", item_name=f"R{number}")],
        )
        for number in range(50)
    ]
    result = client.transactional.update_module_data(model.part("modules", "Sales").id, typed, bytes_per_call=1000)
    assert (result.changed, result.complete) == (50, True)
    sizes = [len(body) for body in bodies()]
    assert max(sizes) <= 1000
    assert min(sizes[:-1]) > 900
    assert sum(len(json.loads(body)) for body in bodies()) == 50


@pytest.mark.slow
def test_full_calls_of_cells_stay_within_both_limits() -> None:
    with Emulator(observer=None, record_bodies=False) as emulator:
        model = emulator.model(emulator.development_model_id)
        model.add_list("Rows", items=(f"R{number}" for number in range(50)))
        module = model.add_module("Sales", applies_to=["Rows"], line_items=["Units"])
        model.add_line_item("Sales", "Note", format="TEXT")
        with Client(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
        ) as client:
            long = (cell(number % 50, "x" * 1000, "Note") for number in range(20_000))
            result = client.transactional.update_module_data(module, long)
            assert (result.changed, emulator.count("POST", "/data$")) == (20_000, 2)
            short = (cell(number % 50, number) for number in range(100_001))
            result = client.transactional.update_module_data(module, short)
            assert (result.changed, emulator.count("POST", "/data$")) == (100_001, 4)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.transactional.insert_list_items("1", [{"name": "A"}], items_per_call=100_001),
        lambda client: client.transactional.update_module_data("1", [], cells_per_call=0),
        lambda client: client.transactional.update_module_data("1", [], bytes_per_call=15_000_001),
        lambda client: client.transactional.delete_list_items(" ", [{"name": "A"}]),
    ],
)
def test_invalid_arguments_are_rejected_before_any_request(
    call: Callable[[Client], Any], emulator: Emulator, client: Client
) -> None:
    with pytest.raises(ValueError, match=r"per_call|list_id"):
        call(client)
    assert emulator.count() == 0
