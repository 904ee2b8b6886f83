"""Exports, views and lists as frames, in the emulator."""

from pathlib import Path
from typing import Any

import pytest

from anaplan_ext import AnaplanActionError, AsyncClient, NameNotFoundError, UploadError
from anaplan_ext.emulator import Emulator
from anaplan_ext.errors import FrameValueError, TableError

pa = pytest.importorskip("pyarrow", reason="the extra frames is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
pd = pytest.importorskip("pandas", reason="pandas is not installed")

from .. import support  # noqa: E402

KINDS = {"id": "text", "amount": "number", "open": "boolean", "day": "date"}
CSV = b'id,amount,open,day\n007,1.5,true,2026-01-31\n"a\nb",,,\n'
NAME, FILE = "Table 900", "Table 900.csv"


@pytest.fixture
async def loaded(client: AsyncClient, emulator: Emulator) -> None:
    """Load two rows that an export writes."""
    support.add_table(emulator, KINDS)
    await client.load({FILE: CSV}, process=NAME)


def frame() -> Any:
    rows = {"id": ["007", "a\nb"], "amount": [1.5, None], "open": [True, None], "day": ["2026-01-31", None]}
    return pl.DataFrame(rows, schema_overrides={"amount": pl.Float64}).with_columns(pl.col("day").str.to_date())


async def test_an_export_is_read_as_every_frame(client: AsyncClient, loaded: None, tmp_path: Path) -> None:
    table = await client.export(NAME)
    assert repr(table).endswith("Table of export 116000000900>")
    assert (await table.to_polars()).equals(frame())
    assert (await table.to_arrow()).equals(frame().to_arrow().cast((await table.to_arrow()).schema))
    pandas = await table.to_pandas()
    assert [kind.kind for kind in pandas.dtypes] == ["O", "f", "b", "M"]
    assert pandas.isna().to_numpy().tolist() == [[False] * 4, [False, True, True, True]]
    path = tmp_path / "table.parquet"
    assert await table.to_parquet(path) == 2
    assert pl.read_parquet(path).equals(frame())
    assert await table.read() == CSV
    assert b"".join([piece async for piece in table.iter_bytes()]) == CSV
    assert [batch.num_rows async for batch in table.iter_batches()] == [2]


async def test_types_may_be_decided_by_the_caller(client: AsyncClient, loaded: None) -> None:
    table = await client.export(NAME)
    polars = await table.to_polars(types={"amount": "text", "day": "text"})
    assert polars.schema == {"id": pl.String, "amount": pl.String, "open": pl.Boolean, "day": pl.String}
    with pytest.raises(TableError, match="types must name its columns"):
        await table.to_polars(types={"no": "text"})


@pytest.mark.parametrize("options", [{"types": {"id": "integer"}}, {"compression": "rar"}])
async def test_options_are_checked_before_any_request(
    client: AsyncClient, emulator: Emulator, loaded: None, options: Any, tmp_path: Path
) -> None:
    table = await client.export(NAME)
    sent = len(emulator.exchanges)
    with pytest.raises(ValueError, match="must be"):
        await table.to_parquet(tmp_path / "table.parquet", **options)
    assert len(emulator.exchanges) == sent
    assert list(tmp_path.iterdir()) == []


async def test_a_failed_read_leaves_the_old_file(client: AsyncClient, loaded: None, tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(b"old")
    table = await client.export(NAME)
    with pytest.raises(TableError) as raised:
        await table.to_parquet(path, types={"id": "number"})
    assert (raised.value.column, raised.value.row) == ("id", 2)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]
    with pytest.raises(IsADirectoryError):
        await table.to_parquet(tmp_path)


async def test_a_frame_is_loaded_as_its_import_reads_it(client: AsyncClient, emulator: Emulator) -> None:
    support.add_table(emulator, KINDS, ";", "'")
    report = await client.load({FILE: frame()}, process=NAME)
    assert (report.loaded, report.failed) == (2, 0)
    records = emulator.model(emulator.development_model_id).records[NAME]
    assert records.header + records.text == "id;amount;open;day\n007;1.5;true;2026-01-31\n'a\nb';;;\n"
    assert (await (await client.export(NAME)).to_polars()).equals(frame())


async def test_a_plan_tells_the_columns_that_a_frame_lacks(client: AsyncClient, emulator: Emulator) -> None:
    support.add_table(emulator, KINDS)
    plan = await client.plan_load({FILE: frame().drop("day", "open")}, import_=NAME)
    assert plan.missing_columns == {FILE: ("open", "day")}


async def test_a_value_that_would_be_lost_is_an_error_before_any_request(
    client: AsyncClient, emulator: Emulator
) -> None:
    support.add_table(emulator, KINDS)
    sent = len(emulator.exchanges)
    with pytest.raises(FrameValueError) as raised:
        await client.load({FILE: frame().with_columns(amount=pl.lit(float("nan")))}, process=NAME)
    assert str(raised.value).startswith(f"files['{FILE}'] cannot be written without loss: column 'amount', row 1: ")
    assert len(emulator.exchanges) == sent


async def test_a_stream_is_checked_as_it_is_read(client: AsyncClient, emulator: Emulator) -> None:
    support.add_table(emulator, KINDS)
    bad = frame().with_columns(amount=pl.lit(float("nan"))).to_arrow().to_reader()
    with pytest.raises((UploadError, FrameValueError)) as raised:
        await client.load({FILE: bad}, process=NAME)
    assert isinstance(raised.value.__cause__ or raised.value, FrameValueError)
    assert NAME not in emulator.model(emulator.development_model_id).records


async def test_a_lazy_frame_and_a_query_are_computed_once(client: AsyncClient, emulator: Emulator) -> None:
    support.add_table(emulator, KINDS)
    computed: list[int] = []

    def note(rows: Any) -> Any:
        computed.append(rows.height)
        return rows

    await client.load({FILE: frame().lazy().map_batches(note)}, process=NAME)
    assert computed == [2]

    class Query:
        """Yields other rows each time, as a query may."""

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            computed.append(0)
            return frame().__arrow_c_stream__(requested_schema)

    await client.load({FILE: Query()}, process=NAME)
    assert computed == [2, 0]


async def test_rejected_rows_are_put_beside_their_source(client: AsyncClient, emulator: Emulator) -> None:
    support.add_table(emulator, {"id": "text", "amount": "number", "line": "text"})
    amounts = ["1", "x", "3", "y", None]
    source = pl.DataFrame(
        {"id": ["a\nb", "c", "d\r\ne\rf", "g", "h"], "amount": amounts, "line": ["1", "2", "3", "4", "5"]}
    )
    with pytest.raises(AnaplanActionError) as raised:
        await client.load({FILE: source}, process=NAME)
    rejected = raised.value.rejected
    joined = rejected.to_polars(source=source)
    assert joined.columns == ["action", "line", "error", "id", "amount", "line_2"]
    assert joined["line"].to_list() == [4, 8]
    assert joined.drop("action", "line", "error").rows() == [source.row(1), source.row(3)]
    assert set(joined["action"]) == {NAME}
    assert rejected.to_polars()["id"].to_list() == ["c", "g"]
    assert list(rejected.to_pandas(source=source.to_pandas())["id"]) == ["c", "g"]
    with pytest.raises(FrameValueError, match="it is not what was loaded"):
        rejected.to_polars(source=source.reverse())


async def test_a_view_is_read_by_its_names(client: AsyncClient) -> None:
    for name in ("Flights", "flights", "Flights.Flights"):
        assert (await client.view(name).to_polars()).schema == dict.fromkeys(
            ["Departure delay", "Arrival delay", "Distance", "Air time"], pl.Float64
        )
    with pytest.raises(NameNotFoundError):
        await client.view("Sales.By month").to_polars()
    single = await client.view("Delays", layout="TABULAR_SINGLE_COLUMN").to_polars()
    assert single.schema["Value"] == pl.Float64
    with pytest.raises(ValueError, match="layout must be"):
        client.view("Flights", layout="GRID_ALL_PAGES")  # type: ignore[arg-type]


async def test_the_items_of_a_list_are_a_table(client: AsyncClient) -> None:
    items = await client.items("airports").to_polars()
    assert items.columns[:3] == ["Name", "Parent", "Code"]
    assert items["Code"].to_list() == ["EWR", "JFK", "LGA"]
