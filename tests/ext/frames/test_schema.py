"""Columns by metadata: types, names, dialects."""

from typing import Any

import pytest

from anaplan_client.integration.models import (
    ExportDataType,
    ExportMetadata,
    ImportMetadataSource,
    LineItem,
    ListMetadata,
)
from anaplan_ext.frames.errors import TableError
from anaplan_ext.frames.schema import (
    Column,
    Dialect,
    TableFormat,
    check_types,
    export_format,
    import_dialect,
    list_format,
    match_columns,
    read_record,
    unique_names,
    view_format,
)

TYPED = {"NUMBER": "number", "BOOLEAN": "boolean", "DATE": "date"}


def metadata(**fields: Any) -> ExportMetadata:
    return ExportMetadata.from_dict({"headerNames": ["A"], "dataTypes": ["TEXT"], **fields})


@pytest.mark.parametrize("data_type", [*map(str, ExportDataType), "number", "SOMETHING_NEW"])
def test_only_numbers_booleans_and_dates_are_not_text(data_type: str) -> None:
    table = export_format("export 1", metadata(dataTypes=[data_type]))
    assert table.types == (TYPED.get(data_type.upper(), "text"),)


@pytest.mark.parametrize(
    ("fields", "dialect"),
    [
        ({}, Dialect(",", '"', "UTF-8")),
        ({"separator": ";", "delimiter": "'", "encoding": "UTF-16LE"}, Dialect(";", "'", "UTF-16LE")),
        ({"separator": "TAB", "delimiter": ""}, Dialect("\t", "", "UTF-8")),
        ({"separator": "\t"}, Dialect("\t", '"', "UTF-8")),
        ({"exportFormat": "text/tab-separated-values"}, Dialect("\t", '"', "UTF-8")),
        ({"exportFormat": "text/csv; charset=UTF-8"}, Dialect()),
    ],
)
def test_the_dialect_is_as_the_metadata_say(fields: dict[str, object], dialect: Dialect) -> None:
    assert export_format("export 1", metadata(**fields)).dialect == dialect


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"separator": "||"}, "column separator must be one ASCII character (got '||')"),
        ({"separator": ""}, "column separator must be one ASCII character (got '')"),
        ({"separator": "§"}, "column separator must be one ASCII character (got '§')"),
        ({"delimiter": "\n"}, "text delimiter must be one ASCII character (got '\\n')"),
        ({"separator": '"'}, "must differ"),
        ({"exportFormat": "application/vnd.ms-excel"}, "its format is application/vnd.ms-excel, not delimited text"),
        ({"layout": "GRID_ALL_PAGES"}, "use a tabular layout"),
    ],
)
def test_what_is_no_table_is_an_error(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(TableError) as raised:
        export_format("export 1", metadata(**fields))
    assert reason in str(raised.value)
    assert raised.value.label == "export 1"


def test_types_that_do_not_fit_the_names_are_not_used() -> None:
    assert export_format("export 1", metadata(headerNames=["A", "B"])).names == ()


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "a_2", "a"], ["a", "a_2", "a_3"]),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
        (["", "b", " "], ["column_1", "b", "column_3"]),
        (["", "column_1"], ["column_1_2", "column_1"]),
        ([], []),
    ],
)
def test_names_are_unique(header: list[str], names: list[str]) -> None:
    assert unique_names(header) == names


TABLE = TableFormat(names=("id", "amount", "amount"), types=("text", "number", "boolean"))


@pytest.mark.parametrize(
    ("header", "wanted", "columns"),
    [
        (["id", "amount", "amount"], {}, [("id", "text"), ("amount", "number"), ("amount_2", "boolean")]),
        ([" id", "amount", "amount "], {}, [(" id", "text"), ("amount", "number"), ("amount ", "boolean")]),
        # Another order: a name that is announced twice says nothing.
        (["amount", "amount", "id"], {}, [("amount", "text"), ("amount_2", "text"), ("id", "text")]),
        (["amount", "id"], {"amount": "date"}, [("amount", "date"), ("id", "text")]),
        (["unknown"], {}, [("unknown", "text")]),
    ],
)
def test_types_are_found_by_position_or_by_name(header: list[str], wanted: Any, columns: list[tuple[Any, Any]]) -> None:
    assert match_columns("export 1", header, TABLE, wanted) == tuple(Column(*column) for column in columns)


def test_a_name_that_occurs_twice_in_the_header_has_no_type() -> None:
    columns = match_columns("view 1", ["Units", "Price", "Units"], TableFormat(names=("Units",), types=("number",)), {})
    assert [column.type for column in columns] == ["text"] * 3


def test_a_type_of_no_column_is_an_error() -> None:
    with pytest.raises(TableError, match="types must name its columns"):
        match_columns("export 1", ["id"], TABLE, {"amount": "text"})
    with pytest.raises(ValueError, match="types must be among text, number, boolean, date"):
        check_types({"id": "integer"})


def test_a_view_has_the_formats_of_its_line_items() -> None:
    items = [LineItem(id="1", name=name, format=kind) for name, kind in (("Units", "NUMBER"), ("Open", "BOOLEAN"))]
    assert view_format(items) == TableFormat(names=("Units", "Open"), types=("number", "boolean"))
    assert view_format(items, single_column=True) == TableFormat(names=("Value",), types=("text",))
    assert view_format(items[:1], single_column=True) == TableFormat(names=("Value",), types=("number",))


def test_a_list_has_the_formats_of_its_properties() -> None:
    fields = {
        "id": "101",
        "properties": [{"name": "Price", "format": "NUMBER"}, {"name": "Color"}],
        "subsets": [{"id": "109", "name": "Fresh"}],
    }
    table = list_format(ListMetadata.from_dict(fields))
    assert table == TableFormat(names=("Price", "Color", "Fresh"), types=("number", "text", "boolean"))


def test_a_source_of_an_import_has_its_dialect() -> None:
    source = ImportMetadataSource.from_dict(
        {"columnSeparator": "SEMICOLON", "textDelimiter": "'", "textEncoding": None}
    )
    assert import_dialect("import 1", source) == Dialect(";", "'")


@pytest.mark.parametrize(
    ("record", "dialect", "values"),
    [
        (b'a,"b,""c"""', Dialect(), ["a", 'b,"c"']),
        (b'"a\nb",c', Dialect(), ["a\nb", "c"]),
        ("a\u2028b,c".encode(), Dialect(), ["a\u2028b", "c"]),
        (b'"a;b"', Dialect(";", ""), ['"a', 'b"']),
        (b"", Dialect(), [""]),
    ],
)
def test_a_record_is_read_in_its_dialect(record: bytes, dialect: Dialect, values: list[str]) -> None:
    assert read_record(record, dialect) == values
