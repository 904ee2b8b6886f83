"""An import defines its columns, whatever the first row of a file contains."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from anaplan_ext.emulator import Column, Emulator, Import, Model

from .conftest import Api

IMPORT, FILE = "112000000000", "113000000000"
FORMATS = (
    *(Column("key"), Column("amount", "NUMBER"), Column("open", "BOOLEAN"), Column("day", "DATE")),
    Column("note", required=False),
)
GOOD = "key,amount,open,day,note\nA,1,true,2026-01-31,x\n"


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return emulator.model(emulator.development_model_id)


@pytest.fixture
def loading(model: Model) -> Import:
    """Return the demo's import with a column of each format."""
    model.imports[0].columns = FORMATS
    return model.imports[0]


def load(api: Api, content: str | bytes) -> tuple[str, dict[str, Any]]:
    api.upload(api.dev, content.encode() if isinstance(content, str) else content)
    path, task = api.run(api.dev, f"imports/{IMPORT}")
    assert task["taskState"] == "COMPLETE"
    return path, task["result"]


WHOLE_FILES = {
    "another separator": ("id;amount\n1;10\n", "columnSeparatorExpected", "`,` expected at line 1: id;amount"),
    "tabs": ("id\tamount\n1\t10\n", "columnSeparatorExpected", "`,` expected"),
    "a missing column": ("id\n1\n", "missingFields", "The file has no column amount."),
    "the other one missing": ("amount,name\n1,x\n", "missingFields", "The file has no column id."),
    "an unknown column": ("id,amount,color\n1,10,red\n", "missingFields", "The import has no column color."),
    "another case": ("ID,amount\n1,10\n", "missingFields", "The file has no column id."),
    "a column twice": ("id,amount,id\n1,10,1\n", "hierarchyImportDuplicateSourceKey", "column id more than once"),
    "no header": ("1,10\n2,20\n", "missingFields", "The file has no column id."),
    "HTML": ("<!DOCTYPE html>\n<html><body>Maintenance</body></html>\n", "missingFields", "no column id"),
    "HTML with commas": ("<html>, <body>\n1,2\n", "missingFields", "no column id"),
    "JSON": ('{"id": 1, "amount": 10}\n', "missingFields", "no column id"),
    "JSON lines": ('[\n{"id": 1}\n]\n', "missingFields", "no column id"),
    "blank": ("\n\n", "importFailedGeneralError", "no header"),
}


@pytest.mark.parametrize(("content", "kind", "text"), WHOLE_FILES.values(), ids=WHOLE_FILES)
def test_a_file_with_other_columns_fails(content: str, kind: str, text: str, api: Api, model: Model) -> None:
    path, result = load(api, content)
    assert (result["successful"], result["failureDumpAvailable"]) == (False, False)
    ((detail),) = result["details"]
    assert (detail["type"], detail["occurrences"]) == (kind, 1)
    assert text in detail["localMessageText"]
    assert api.get(f"{path}/dump").status_code == 204
    assert not model.records


ROWS = {
    "all good": ("A,1,true,2026-01-31,x", None),
    "in other words": ("A,-1.5e3,NO,2024-02-29,", None),
    "empty cells": ("A,,,,", None),
    "a text for a number": ("A,ten,true,2026-01-31,x", "moduleImportNumberFormat"),
    "not a number": ("A,nan,true,2026-01-31,x", "moduleImportNumberFormat"),
    "infinite": ("A,inf,true,2026-01-31,x", "moduleImportNumberFormat"),
    "a text for a Boolean": ("A,1,maybe,2026-01-31,x", "moduleImportBooleanFormat"),
    "a number for a Boolean": ("A,1,1,2026-01-31,x", "moduleImportBooleanFormat"),
    "a day that there is not": ("A,1,true,2026-02-30,x", "moduleImportDateFormat"),
    "another form of date": ("A,1,true,31/01/2026,x", "moduleImportDateFormat"),
    "a cell too few": ("A,1,true,2026-01-31", "columnSeparatorExpected"),
    "a cell too many": ("A,1,true,2026-01-31,x,y", "columnSeparatorExpected"),
}


@pytest.mark.parametrize(("row", "kind"), ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
def test_a_row_with_another_format_is_rejected(
    row: str, kind: str | None, first: bool, api: Api, loading: Import, model: Model
) -> None:
    header, good = GOOD.splitlines()
    path, result = load(api, "\n".join([header, *([row, good] if first else [good, row])]) + "\n")
    assert result["successful"], "the other row is loaded"
    assert result["failureDumpAvailable"] is bool(kind)
    assert [detail["type"] for detail in result["details"][1:]] == ([kind] if kind else [])
    assert model.records["Flights"].count == (1 if kind else 2)
    if kind:
        (rejected,) = csv.DictReader(io.StringIO(api.get(f"{path}/dump").text))
        assert rejected["_Line_"] == ("2" if first else "3")


def test_columns_in_any_order_without_optional_ones(api: Api, loading: Import, model: Model) -> None:
    _, result = load(api, "day,open,amount,key\n2026-01-31,yes,5,A\n")
    assert result["successful"]
    assert model.records["Flights"].columns == ("day", "open", "amount", "key")
    assert model.records["Flights"].formats == ("DATE", "BOOLEAN", "NUMBER", "TEXT")
    detail = api.get(f"{api.dev}/imports/{IMPORT}").json()["importMetadata"]["source"]
    assert detail["headerNames"] == [column.name for column in FORMATS]
    assert detail["columnCount"] == 5


def test_without_columns_the_first_file_defines_them_once(api: Api, model: Model) -> None:
    loading = model.imports[0]
    loading.columns = None
    for content in ("<html>\n<p>Maintenance</p>\n", '{"a": 1}\n', '["a"]\n', "a,b\n"):
        assert not load(api, content)[1]["successful"]
        assert loading.columns is None, "what loads nothing defines nothing"
    assert load(api, "a,b\n1,x\n")[1]["successful"]
    assert loading.columns == (Column("a", "NUMBER"), Column("b"))
    assert load(api, "a,b\nx,2\n3,y\n")[1]["details"][1]["type"] == "moduleImportNumberFormat"
    assert load(api, "a,c\n1,x\n")[1]["details"][0]["type"] == "missingFields"


def test_columns_of_a_list_import(api: Api, model: Model) -> None:
    columns = (Column("Name"), Column("Code"))
    model.imports[0] = Import(id=IMPORT, name="Load airports", file_id=FILE, list="Airports", columns=columns)
    assert load(api, "Name\nBoston\n")[1]["details"][0]["localMessageText"] == "The file has no column Code."
    assert load(api, "Name;Code\nBoston;BOS\n")[1]["details"][0]["type"] == "columnSeparatorExpected"
    assert load(api, "Name,Code\nBoston,BOS\n")[1]["successful"]


def test_a_file_with_another_separator(api: Api, model: Model) -> None:
    model.files[0].separator = ";"
    assert load(api, "id;amount\n1;10\n")[1]["successful"]
    assert load(api, "id,amount\n1,10\n")[1]["details"][0]["type"] == "columnSeparatorExpected"


NAMES = {
    "60 characters": ("x" * 60, True),
    "60 characters beyond ASCII": ("é" * 60, True),
    "61 characters": ("x" * 61, False),
    "a tab": ("a\tb", False),
    "a line end": ("a\nb", False),
    "NUL": ("a\0b", False),
    "DEL": ("a\x7fb", False),
    "a control character of ISO 6429": ("a\x85b", False),
    "a space": ("a b", True),
}


@pytest.mark.parametrize(("name", "taken"), NAMES.values(), ids=NAMES)
def test_names_of_items_are_checked_when_they_are_written(name: str, taken: bool, api: Api, model: Model) -> None:
    items = f"{api.dev}/lists/{model.part('lists', 'Airports').id}/items?action=add"
    response = api.post(items, {"items": [{"name": "Boston"}, {"name": name}]}).json()
    assert (response["added"], response["ignored"]) == ((2, 0) if taken else (1, 1))
    if not taken:
        (failure,) = response["failures"]
        assert (failure["requestIndex"], failure["failureType"]) == (1, "INVALID_NAME")


@pytest.mark.parametrize(("name", "taken"), NAMES.values(), ids=NAMES)
def test_names_of_items_are_checked_when_they_are_imported(name: str, taken: bool, api: Api, model: Model) -> None:
    model.imports[0] = Import(id=IMPORT, name="Load airports", file_id=FILE, list="Airports")
    _, result = load(api, f'Name\nBoston\n"{name}"\n')
    assert [detail["type"] for detail in result["details"][1:]] == ([] if taken else ["hierarchyImportInvalidName"])
    assert len(model.items_of("Airports").by_id) == (5 if taken else 4)
