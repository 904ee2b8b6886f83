"""Items and cells from frames, in the emulator."""

from typing import Any

import pytest

from anaplan_ext import AsyncClient, PartialWriteError
from anaplan_ext.emulator import Emulator, Fault, Model
from anaplan_ext.errors import FrameValueError

pa = pytest.importorskip("pyarrow", reason="the extra frames is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
pd = pytest.importorskip("pandas", reason="pandas is not installed")


@pytest.fixture
def model(emulator: Emulator) -> Model:
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", items=["Apples"], properties={"Price": "NUMBER", "Color": "TEXT"})
    model.add_list("Regions", items=["North"])
    model.add_module("Sales", applies_to=["Products"], line_items=["Units"])
    model.add_line_item("Sales", "Note", format="TEXT")
    return model


@pytest.fixture
def list_id(model: Model) -> str:
    return model.part("lists", "Products").id


async def test_items_of_a_frame_are_added_and_changed(client: AsyncClient, list_id: str) -> None:
    frame = pl.DataFrame(
        {
            "Name": ["Pears", "Fruit", "Apples", "Kiwis"],
            "parent": ["Fruit", None, "Fruit", "Nowhere"],
            "Price": [2.5, None, 3.0, 1.0],
            "Color": ["green", "", None, None],
        }
    )
    result = await client.transactional.upsert_list_items(list_id, frame, parents_first=True)
    assert (result.added, result.updated, result.total) == (2, 1, 4)
    assert [failure.request_index for failure in result.failures] == [3]
    items = await client.items("Products").to_polars()
    rows = {row["Name"]: row for row in items.to_dicts()}
    assert (rows["Pears"]["Parent"], rows["Pears"]["Price"], rows["Pears"]["Color"]) == ("Fruit", 2.5, "green")
    assert (rows["Apples"]["Parent"], rows["Apples"]["Price"]) == ("Fruit", 3.0)
    again = await client.transactional.upsert_list_items(list_id, items.drop("Code"))
    assert (again.added, again.updated, again.complete) == (0, 3, True)


async def test_an_upsert_that_fails_in_the_middle_has_the_result_so_far(
    client: AsyncClient, emulator: Emulator, list_id: str
) -> None:
    items = [{"name": "Apples", "properties": {"Color": "red"}}, {"name": "Pears"}]
    emulator.inject(Fault(method="PUT", path="/items$", status=400, times=None))
    with pytest.raises(PartialWriteError) as raised:
        await client.transactional.upsert_list_items(list_id, items)
    assert (raised.value.result.total, raised.value.result.written) == (1, 1)
    emulator.clear_faults()
    with pytest.raises(PartialWriteError, match="item 0"):
        await client.transactional.upsert_list_items(
            list_id, [{"name": "x" * 61}, {"name": "Pears"}], raise_on_failure=True
        )


async def test_items_of_a_frame_are_inserted_updated_and_deleted(client: AsyncClient, list_id: str) -> None:
    frame = pd.DataFrame({"name": ["Pears", "Plums"]})
    assert (await client.transactional.insert_list_items(list_id, frame)).added == 2
    assert (await client.transactional.update_list_items(list_id, frame.assign(Color="red"))).updated == 2
    assert (await client.transactional.delete_list_items(list_id, pa.table({"name": ["Pears"]}))).deleted == 1
    assert (await client.items("Products").to_polars())["Color"].to_list() == [None, "red"]


async def test_cells_of_a_frame_are_written(client: AsyncClient, model: Model) -> None:
    module_id = model.part("modules", "Sales").id
    frame = pl.DataFrame({"product": ["Apples"], "Units": [7], "text": ["fine"]})
    result = await client.transactional.write_module_data(
        module_id, frame, dimensions={"Products": "product"}, values={"Units": "Units", "Note": "text"}
    )
    assert (result.changed, result.failures) == (2, ())
    assert (await client.view("Sales").to_polars()).rows() == [("Apples", 7.0, "fine")]
    frame = frame.with_columns(Units=pl.lit(None, pl.Float64), text=pl.lit(""))
    await client.transactional.write_module_data(
        module_id, frame, dimensions={"Products": "product"}, values={"Units": "Units", "Note": "text"}
    )
    view = await client.view("Sales").to_polars(types={"Note": "text"})
    assert view["Units"].to_list() == [7.0]
    assert not view["Note"].to_list()[0]


@pytest.mark.parametrize(
    ("frame", "options", "reason"),
    [
        ({"product": ["Apples"], "Units": [float("nan")]}, {}, "column 'Units', row 1: it is not a number"),
        ({"product": ["Apples"], "Units": [2**53 + 1]}, {}, "column 'Units', row 1: a number of Anaplan has 53 bits"),
        (
            {"product": ["Apples", None], "Units": [1, 2]},
            {},
            "column 'product', row 2: the item of Products is missing",
        ),
        ({"product": ["Apples", ""], "Units": [1, 2]}, {}, "column 'product', row 2: the item of Products is missing"),
        ({"name": ["Apples"], "Units": [1]}, {}, "column 'product': the frame has no such column"),
        ({"product": ["Apples"], "Units": [1]}, {"items_by": "key"}, "items_by must be one of name, code, id"),
    ],
)
async def test_cells_are_checked_before_any_request(
    client: AsyncClient, emulator: Emulator, model: Model, frame: dict[str, Any], options: Any, reason: str
) -> None:
    module_id = model.part("modules", "Sales").id
    sent = len(emulator.exchanges)
    with pytest.raises(ValueError) as raised:  # noqa: PT011 (the message is compared)
        await client.transactional.write_module_data(
            module_id, pl.DataFrame(frame), dimensions={"Products": "product"}, values=["Units"], **options
        )
    assert reason in str(raised.value)
    assert len(emulator.exchanges) == sent


async def test_two_columns_for_a_field_are_an_error(client: AsyncClient, list_id: str) -> None:
    with pytest.raises(FrameValueError, match="several columns are the name"):
        await client.transactional.upsert_list_items(list_id, pl.DataFrame({"name": ["a"], "Name": ["b"]}))
