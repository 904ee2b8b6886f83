"""The calls of the transactional API that take one request, or list pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from anaplan_ext import AsyncClient, BadRequestError, NotFoundError, PermissionDeniedError
from anaplan_ext.emulator import Emulator, Fault, Model, User

FORECAST, TIME, VERSIONS = "107000000002", "20000000003", "20000000020"


@pytest.fixture
def model(emulator: Emulator) -> Model:
    """Products with codes and a subset, and sales of each in time."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", properties={"Color": "TEXT"}, subsets=["Sold"], top_level="All")
    items = model.items_of("Products")
    items.add("Apples", "A")
    items.add("Pears", "P", properties={"Color": "green"}, subsets=frozenset({"Sold"}))
    model.add_module("Sales", applies_to=["Products", "Time"], line_items=["Units", "Price"])
    model.add_line_item("Sales", "Note", format="TEXT", applies_to=["Products"])
    model.add_view("Sales", "Year", rows=["Products", "Line items"], columns=["Time"], shown={"Line items": ["Units"]})
    return model


def module_id(model: Model) -> int:
    return int(model.part("modules", "Sales").id)


def list_id(model: Model) -> int:
    return int(model.part("lists", "Products").id)


def line_item_id(model: Model, name: str = "Units") -> str:
    return model.part("lineItems", name, "Sales").id


async def test_users_are_listed_searched_and_sorted(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.users.append(User(email="zoe@example.com", first_name="Zoe"))
    transactional = client.transactional
    assert [user.email for user in await transactional.list_users()] == [
        "ada@example.com",
        "sam@example.com",
        "zoe@example.com",
    ]
    assert [user.first_name for user in await transactional.list_users(search="ZOE")] == ["Zoe"]
    descending = [user.email async for user in transactional.iter_users(sort_by="email", descending=True)]
    assert descending == ["zoe@example.com", "sam@example.com", "ada@example.com"]
    me = await transactional.get_user()
    assert (me.email, await transactional.get_user(me.id)) == ("ada@example.com", me)


async def test_modules_views_and_line_items(model: Model, client: AsyncClient) -> None:
    transactional, module = client.transactional, module_id(model)
    modules = await transactional.list_modules()
    assert str(module) in [module.id for module in modules]
    assert [module async for module in transactional.iter_modules()] == modules
    views = await transactional.list_views(module)
    assert [view.name for view in views] == ["Sales", "Sales.Year"]
    assert {view.id for view in views} < {view.id async for view in transactional.iter_views()}
    subsidiary = await transactional.list_views(module, include_subsidiary_views=True)
    assert line_item_id(model, "Note") in [view.id for view in subsidiary]
    info = await transactional.get_view_info(views[1].id)
    assert [row.name for row in info.rows or []] == ["Products", "Line items"]
    line_items = await transactional.list_line_items(module, include_all=True)
    assert [(item.name, item.format, item.cell_count) for item in line_items] == [
        ("Units", "NUMBER", 51),
        ("Price", "NUMBER", 51),
        ("Note", "TEXT", 3),
    ]
    everywhere = [item.name async for item in transactional.iter_line_items()]
    assert everywhere == [item.name for item in await transactional.list_line_items()]
    assert len(everywhere) > len(line_items)


async def test_lists_and_their_items(model: Model, client: AsyncClient) -> None:
    transactional, products = client.transactional, list_id(model)
    lists = await transactional.list_lists()
    assert str(products) in [entry.id for entry in lists]
    assert [entry async for entry in transactional.iter_lists()] == lists
    metadata = await transactional.get_list_metadata(products)
    assert (metadata.name, metadata.item_count) == ("Products", 3)
    plain = await transactional.get_list_items(products)
    assert [(item.name, item.code, item.properties) for item in plain] == [("Apples", "A", None), ("Pears", "P", None)]
    full = [item async for item in transactional.iter_list_items(products, include_all=True)]
    assert [item.subsets for item in full] == [{"Sold": False}, {"Sold": True}]
    assert full[1].properties == {"Color": "green"}
    with pytest.raises(BadRequestError, match="not empty"):
        await transactional.reset_list_index(products)
    await transactional.delete_list_items(products, [{"code": "A"}, {"code": "P"}])
    await transactional.reset_list_index(products)
    await transactional.insert_list_items(products, [{"name": "Plums"}])
    assert [item.id for item in await transactional.get_list_items(products)] == [plain[0].id]


async def test_cells_and_pages(model: Model, client: AsyncClient) -> None:
    transactional, module = client.transactional, module_id(model)
    periods = {item.name: item.id for item in await transactional.get_view_dimension_items(module, TIME)}
    march = [{"dimensionName": "Time", "itemName": "Mar 26"}, {"dimensionName": "Products", "itemCode": "A"}]
    written = await transactional.update_module_data(
        module, [{"lineItemName": "Units", "value": 4, "dimensions": march}]
    )
    assert (written.changed, written.complete) == (1, True)
    data = await transactional.get_view_data(module, [(int(TIME), periods["Mar 26"] or "")], max_rows=1)
    assert (data.pages, data.column_coordinates) == (["Mar 26"], [["Units"], ["Price"]])
    assert [(row.row_coordinates, row.cells) for row in data.rows or []] == [(["Apples"], ["4", "0"])]
    with pytest.raises(BadRequestError, match="page selector"):
        await transactional.get_view_data(module, [(1, 2)])


async def test_dimensions_and_their_items(model: Model, client: AsyncClient) -> None:
    transactional, products = client.transactional, list_id(model)
    assert [item.name for item in await transactional.get_dimension_items(products)] == ["Apples", "Pears", "All"]
    with pytest.raises(BadRequestError):
        await transactional.get_dimension_items(TIME)
    items = await transactional.lookup_dimension_items(products, ["a"], ["PEARS", "Plums"])
    assert sorted(item.name or "" for item in items) == ["Apples", "Pears"]
    assert [item.name for item in await transactional.lookup_dimension_items(TIME, names=["fy26"])] == ["FY26"]
    dimensions = await transactional.get_line_item_dimensions(line_item_id(model))
    assert [dimension.name for dimension in dimensions] == ["Products", "Time"]
    items = await transactional.get_line_item_dimension_items(line_item_id(model), dimensions[0].id)
    assert [item.code for item in items] == ["A", "P", None]


async def test_versions_and_time(client: AsyncClient) -> None:
    transactional = client.transactional
    versions = await transactional.list_versions()
    assert [version.is_actual for version in versions][:1] == [True]
    switchover = await transactional.set_version_switchover(FORECAST, date(2026, 6, 1))
    assert switchover.day == "2026-06-01"
    with pytest.raises(BadRequestError):
        await transactional.set_version_switchover(versions[0].id, "2026-06-01")
    assert (await transactional.get_current_period()).period_text == ""
    assert (await transactional.set_current_period("2026-03-15")).last_day == "2026-03-31"
    assert (await transactional.set_current_period(date(2026, 4, 1))).period_text == "Apr 26"
    assert (await transactional.get_current_period()).period_text == "Apr 26"
    assert (await transactional.set_current_period("")).period_text == ""
    assert (await transactional.set_current_fiscal_year("FY27")).start_date == "2027-01-01"
    calendar = await transactional.get_model_calendar()
    assert calendar.fiscal_year is not None
    assert calendar.fiscal_year.year == "FY27"


async def test_a_model_is_closed_and_opened(client: AsyncClient) -> None:
    transactional = client.transactional
    await transactional.open_model()  # it is open: not an error
    await transactional.close_model()
    steps = [(await transactional.get_model_status()).current_step for _ in range(3)]
    assert steps == ["Closing", "Closed", "Closed"]
    await transactional.open_model()
    with pytest.raises(NotFoundError):
        await transactional.open_model()  # too often


async def test_a_model_that_is_open_already_costs_one_request(emulator: Emulator, client: AsyncClient) -> None:
    await client.transactional.open_model()
    assert [exchange.status for exchange in emulator.exchanges if exchange.path.endswith("/open")] == [424]


async def test_a_denial_to_open_is_raised(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="POST", path="/open$", status=403))
    with pytest.raises(PermissionDeniedError):
        await client.transactional.open_model()


@pytest.mark.parametrize("fault", [Fault(kind="reset", after_effect=True), Fault(status=502, after_effect=True)])
async def test_a_model_is_opened_without_a_response_to_the_request(
    fault: Fault, emulator: Emulator, client: AsyncClient
) -> None:
    transactional = client.transactional
    await transactional.close_model()
    while (await transactional.get_model_status()).current_step != "Closed":
        pass
    emulator.inject(evolve(fault, method="POST", path="/open$"))
    await transactional.open_model()  # the retry is rejected with 404, since the model is being opened
    assert [exchange.status for exchange in emulator.exchanges if exchange.path.endswith("/open")][1:] == [404]
    assert (await transactional.get_model_status()).current_step == "Open"


async def test_a_model_that_is_not_found_after_a_failure_counts_as_not_opened(
    emulator: Emulator, client: AsyncClient
) -> None:
    transactional = client.transactional
    await transactional.close_model()
    while (await transactional.get_model_status()).current_step != "Closed":
        pass
    emulator.inject(Fault(method="POST", path="/open$", status=502))
    emulator.inject(Fault(method="POST", path="/open$", status=404, nth=2))
    with pytest.raises(NotFoundError):
        await transactional.open_model()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda transactional: transactional.lookup_dimension_items(1), ValueError, "codes, names"),
        (lambda transactional: transactional.lookup_dimension_items(1, [], []), ValueError, "codes, names"),
        (lambda transactional: transactional.lookup_dimension_items(1, "A"), TypeError, "codes must be a list"),
        (lambda transactional: transactional.list_users(sort_by="lastName"), ValueError, "sort_by"),
        (lambda transactional: transactional.get_list_metadata(" "), ValueError, "list_id"),
        (lambda transactional: transactional.get_view_data("1", max_rows=0), ValueError, "max_rows"),
        (lambda transactional: transactional.set_current_fiscal_year(""), ValueError, "year"),
    ],
)
async def test_invalid_arguments_are_rejected_before_any_request(
    call: Callable[[Any], Any], error: type[Exception], says: str, emulator: Emulator, client: AsyncClient
) -> None:
    with pytest.raises(error, match=says):
        await call(client.transactional)
    assert emulator.count() == 0
