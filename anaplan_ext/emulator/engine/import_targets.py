"""Targets of an import: a list, the cells of a module, or a module without dimensions.

A simplification: an import into a module without dimensions replaces its records by the rows that fit the header and
the columns' formats. Records keep their text, so that an export returns it byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..state.actions import Column, Records
from ..state.items import Item
from ..state.model import Model
from ..state.structure import Part
from ..state.tenant import Tenant
from ..state.values import Json, Value, parse_value
from . import list_item_rules
from .cells import CellWriter, build_writer
from .csv_import import IGNORED, WARNED, ActionFailedError, RowProblem
from .dimensions import Dimension
from .rejection import RowRejectedError

_ITEM_PROBLEMS = {
    "DUPLICATE": "hierarchyImportNameOrCodeExists",
    "INVALID_PARENT": "hierarchyImportInvalidParent",
    "INCOMPLETE_DATA": "hierarchyImportEmptyKey",
}
_NO_KEY = RowProblem("hierarchyImportEmptyKey", "Error parsing key for this row; no values")
_FORMATS = {
    "NUMBER": "moduleImportNumberFormat",
    "BOOLEAN": "moduleImportBooleanFormat",
    "DATE": "moduleImportDateFormat",
}


class RecordImport:
    """Imports rows into a module without dimensions. Without `columns` the header and the first row define them."""

    def __init__(self, header: list[str], columns: Sequence[Column] | None) -> None:
        if columns is None and header[0].lstrip()[:1] in ("<", "{", "["):
            raise ActionFailedError(f"The file is not delimited text: {header[0][:80]}")
        self.header: list[str] = header
        self.columns: tuple[Column, ...] | None = None
        self.accepted: list[str] = []
        self.number_columns: tuple[int, ...] = ()
        self.typed_columns: list[tuple[int, str]] = []
        if columns is not None:
            self._define({column.name: column for column in columns})

    def _define(self, columns_by_name: Mapping[str, Column]) -> None:
        self.columns = tuple(columns_by_name[name] for name in self.header)
        formats = [column.format for column in self.columns]
        self.number_columns = tuple(position for position, kind in enumerate(formats) if kind == "NUMBER")
        typed = ("BOOLEAN", "DATE")
        self.typed_columns = [(position, kind) for position, kind in enumerate(formats) if kind in typed]

    def import_row(self, text: str, cells: list[str]) -> RowProblem | None:
        """Store the row, or return its problem."""
        if self.columns is None:
            padded = zip(self.header, [*cells, *[""] * len(self.header)], strict=False)
            formats = {name: "NUMBER" if _has_format("NUMBER", cell) else "TEXT" for name, cell in padded}
            self._define({name: Column(name, data_type) for name, data_type in formats.items()})
        if len(cells) != len(self.header):
            return _width_problem(self.header, cells)
        if not self._all_numbers(text, cells):
            for position in self.number_columns:
                if cells[position] and not _has_format("NUMBER", cells[position]):
                    return self._format_problem(position, "NUMBER")
        for position, data_type in self.typed_columns:
            if cells[position] and not _has_format(data_type, cells[position]):
                return self._format_problem(position, data_type)
        self.accepted.append(text)
        return None

    def _format_problem(self, position: int, data_type: str) -> RowProblem:
        return RowProblem(_FORMATS[data_type], f"Invalid {data_type.lower()} in column {self.header[position]}")

    def _all_numbers(self, text: str, cells: list[str]) -> bool:
        """Tell quickly whether all numbers are valid; if not, single cells must be checked."""
        try:
            total = sum(map(float, filter(None, [cells[position] for position in self.number_columns])))
        except ValueError:
            return False
        return total - total == 0 and "_" not in text

    def build_records(self, header: str, separator: str, delimiter: str) -> Records | None:
        """Return the stored rows as the module's records; None without any."""
        if not self.accepted:
            return None
        formats = tuple(column.format for column in self.columns or ())
        text = "".join(self.accepted)
        return Records(header, text, len(self.accepted), tuple(self.header), formats, separator, delimiter)


class ListImport:
    """Imports rows into a list: creates items with a new name (numbered list: code) and updates others."""

    def __init__(self, model: Model, part: Part, columns: list[str]) -> None:
        allowed = {"Name", "Code", "Parent", *list_item_rules.property_formats(part), *part.subsets}
        unknown = [name for name in columns if name not in allowed]
        self.key: str = "Code" if part.numbered else "Name"
        if unknown or self.key not in columns:
            text = f"The list has no property {unknown[0]}." if unknown else f"The file has no column {self.key}."
            raise ActionFailedError(text, "missingFields")
        self.model: Model = model
        self.part: Part = part
        self.columns: list[str] = columns
        self.created: int = 0
        self.seen: set[str] = set()

    def import_row(self, text: str, cells: list[str]) -> RowProblem | None:
        """Create or update the row's item, or return its problem."""
        if len(cells) != len(self.columns):
            return _width_problem(self.columns, cells)
        values = dict(zip(self.columns, cells, strict=True))
        key = values[self.key]
        if not key:
            return _NO_KEY
        if key.casefold() in self.seen:
            return RowProblem("hierarchyImportNameOrCodeExists", f"{self.key} already exists: {key}")
        try:
            self._write_item(key, values)
        except RowRejectedError as error:
            return RowProblem(_ITEM_PROBLEMS.get(error.kind, "hierarchyImportInvalidName"), str(error))
        self.seen.add(key.casefold())
        return None

    def _write_item(self, key: str, values: Mapping[str, str]) -> None:
        formats = list_item_rules.property_formats(self.part)
        fields: Json = {
            "parent": values.get("Parent", ""),
            "properties": {name: values[name] for name in self.columns if name in formats},
            "subsets": {name: values[name].lower() == "true" for name in self.columns if name in self.part.subsets},
        }
        if self.model.items_in(self.part).find(self.key.lower(), key):
            if "Parent" not in self.columns:
                del fields["parent"]
            list_item_rules.update(self.model, self.part, {self.key.lower(): key} | fields)
            return
        names = {"code": values["Code"]} if values.get("Code") else {}
        list_item_rules.add(self.model, self.part, names | ({} if self.part.numbered else {"name": key}) | fields)
        self.created += 1


class CellImport:
    """Imports rows into a module with dimensions: a column per dimension (name or code) and line item."""

    def __init__(
        self, tenant: Tenant, model: Model, module: Part, columns: list[str], selected: Mapping[str, str]
    ) -> None:
        self.columns: list[str] = columns
        self.name: str = module.name
        self.writer: CellWriter = build_writer(tenant, model, module)
        parts = {part.name: part for part in model.line_items(module.name)}
        named_parts = ((position, parts.get(name)) for position, name in enumerate(columns))
        self.line_items: list[tuple[int, Part]] = [(position, part) for position, part in named_parts if part]
        if not self.line_items:
            raise ActionFailedError(f"The file has no column of a line item of {module.name}.", "missingFields")
        self.selected_items: dict[str, Item] = {}
        self.dimension_columns: list[tuple[int, Dimension]] = []
        for dimension in self.writer.dimensions(self.line_items[0][1]):
            self._bind_dimension(dimension, selected)
        used = {position for position, _ in (*self.line_items, *self.dimension_columns)}
        for name in (name for position, name in enumerate(columns) if position not in used and name not in selected):
            raise ActionFailedError(f"Invalid line item identifier: {name}", "moduleImportInvalidLineItemIdentifier")

    def _bind_dimension(self, dimension: Dimension, selected: Mapping[str, str]) -> None:
        if dimension.name in selected:
            item = _find_item(dimension, selected[dimension.name])
            if item is None:
                message = f"{selected[dimension.name]} was not found in {dimension.name}."
                raise ActionFailedError(message, "failedToLocateEntity")
            self.selected_items[dimension.id] = item
        elif dimension.name in self.columns:
            self.dimension_columns.append((self.columns.index(dimension.name), dimension))
        else:
            raise ActionFailedError(f"The file has no column {dimension.name}.", "missingFields")

    def import_row(self, text: str, cells: list[str]) -> RowProblem | None:
        """Write the row's cells, or return its problem. Calculated cells are skipped with a warning."""
        if len(cells) != len(self.columns):
            return _width_problem(self.columns, cells)
        items = dict(self.selected_items)
        for position, dimension in self.dimension_columns:
            item = _find_item(dimension, cells[position])
            if item is None:
                kind = "TimeEntity" if dimension.name == "Time" else "List"
                problem = f"Item not located in {dimension.name} list: {cells[position]}"
                return RowProblem(f"moduleImportInvalid{kind}Identifier", problem)
            items[dimension.id] = item
        return self._write(items, cells)

    def _write(self, items: Mapping[str, Item], cells: list[str]) -> RowProblem | None:
        checked, has_calculated = list[tuple[Part, tuple[str, ...], Value]](), False
        for position, part in self.line_items:
            if not cells[position]:
                continue
            try:
                checked.append((part, *self.writer.check(part, items, cells[position])))
            except RowRejectedError as error:
                if error.kind != "cellIsCalculated":
                    kind = _FORMATS.get(part.format, "moduleImportFailed")
                    return RowProblem(kind, f"Invalid {part.format.lower()} in column {part.name}")
                has_calculated = True
        for cell in checked:
            self.writer.write(*cell)
        if has_calculated:
            return WARNED if checked else IGNORED
        return None


def _find_item(dimension: Dimension, text: str) -> Item | None:
    return dimension.by_name.get(text.casefold()) or dimension.by_code.get(text.casefold())


def _width_problem(columns: Sequence[str], cells: Sequence[str]) -> RowProblem:
    return RowProblem("columnSeparatorExpected", f"Expected {len(columns)} columns but found {len(cells)}")


def _has_format(data_type: str, cell: str) -> bool:
    try:
        parse_value(data_type, cell)
    except ValueError:
        return False
    return True
