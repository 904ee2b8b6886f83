"""Where the rows of an import go: into a list, into the cells of a module, or into a module without dimensions.

A documented simplification: an import into a module without dimensions replaces the module's records by those rows that
have as many columns as the header, and values of the columns' formats. They keep their text, so that an export gives it
back byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..state.items import Item
from ..state.model import Model, Tenant
from ..state.objects import Column, Json, Records
from ..state.structure import Part
from ..state.values import Value, read
from . import list_item_rules
from .cells import Writer, writer
from .csv_import import IGNORED, WARNED, Problem, Unreadable
from .dimensions import Dimension
from .rejection import Rejected

_ITEM_PROBLEMS = {
    "DUPLICATE": "hierarchyImportNameOrCodeExists",
    "INVALID_PARENT": "hierarchyImportInvalidParent",
    "INCOMPLETE_DATA": "hierarchyImportEmptyKey",
}
_NO_KEY = Problem("hierarchyImportEmptyKey", "Error parsing key for this row; no values")
_FORMATS = {
    "NUMBER": "moduleImportNumberFormat",
    "BOOLEAN": "moduleImportBooleanFormat",
    "DATE": "moduleImportDateFormat",
}


class IntoRecords:
    """Rows for a module without dimensions. Without `columns` the header and the first row define them."""

    def __init__(self, header: list[str], columns: Sequence[Column] | None) -> None:
        if columns is None and header[0].lstrip()[:1] in ("<", "{", "["):
            raise Unreadable(f"The file is no delimited text: {header[0][:80]}")
        self.header: list[str] = header
        self.columns: tuple[Column, ...] | None = None
        self.accepted: list[str] = []
        self.numbers: tuple[int, ...] = ()
        self.others: list[tuple[int, str]] = []
        if columns is not None:
            self._define({column.name: column for column in columns})

    def _define(self, known: Mapping[str, Column]) -> None:
        self.columns = tuple(known[name] for name in self.header)
        formats = [column.format for column in self.columns]
        self.numbers = tuple(place for place, format in enumerate(formats) if format == "NUMBER")
        self.others = [(place, format) for place, format in enumerate(formats) if format in ("BOOLEAN", "DATE")]

    def take(self, text: str, cells: list[str]) -> Problem | None:
        """Keeps the row unless something is wrong."""
        if self.columns is None:
            padded = zip(self.header, [*cells, *[""] * len(self.header)], strict=False)
            self._define({name: Column(name, "NUMBER" if _fits("NUMBER", cell) else "TEXT") for name, cell in padded})
        if len(cells) != len(self.header):
            return _wrong_width(self.header, cells)
        if not self._has_numbers(text, cells):
            for place in self.numbers:
                if cells[place] and not _fits("NUMBER", cells[place]):
                    return self._wrong(place, "NUMBER")
        for place, format in self.others:
            if cells[place] and not _fits(format, cells[place]):
                return self._wrong(place, format)
        self.accepted.append(text)
        return None

    def _wrong(self, place: int, format: str) -> Problem:
        return Problem(_FORMATS[format], f"Invalid {format.lower()} in column {self.header[place]}")

    def _has_numbers(self, text: str, cells: list[str]) -> bool:
        """Whether all numbers are such; if not, one may still be good, as a closer look tells."""
        try:
            total = sum(map(float, filter(None, [cells[place] for place in self.numbers])))
        except ValueError:
            return False
        return total - total == 0 and "_" not in text

    def records(self, header: str) -> Records | None:
        """What was taken, as the records of a module; None if it is nothing."""
        if not self.accepted:
            return None
        return Records(header, "".join(self.accepted), len(self.accepted), tuple(self.header), self.numbers)


class IntoList:
    """Rows for a list: an item of an unknown name (in a numbered list: code) is created, a known one updated."""

    def __init__(self, model: Model, part: Part, columns: list[str]) -> None:
        known = {"Name", "Code", "Parent", *list_item_rules.property_formats(part), *part.subsets}
        unknown = [name for name in columns if name not in known]
        self.key: str = "Code" if part.numbered else "Name"
        if unknown or self.key not in columns:
            text = f"The list has no property {unknown[0]}." if unknown else f"The file has no column {self.key}."
            raise Unreadable(text, "missingFields")
        self.model: Model = model
        self.part: Part = part
        self.columns: list[str] = columns
        self.created: int = 0
        self.seen: set[str] = set()

    def take(self, text: str, cells: list[str]) -> Problem | None:
        """Creates or updates the row's item unless something is wrong."""
        if len(cells) != len(self.columns):
            return _wrong_width(self.columns, cells)
        given = dict(zip(self.columns, cells, strict=True))
        key = given[self.key]
        if not key:
            return _NO_KEY
        if key.casefold() in self.seen:
            return Problem("hierarchyImportNameOrCodeExists", f"{self.key} already exists: {key}")
        try:
            self._put(key, given)
        except Rejected as error:
            return Problem(_ITEM_PROBLEMS.get(error.kind, "hierarchyImportInvalidName"), str(error))
        self.seen.add(key.casefold())
        return None

    def _put(self, key: str, given: Mapping[str, str]) -> None:
        formats = list_item_rules.property_formats(self.part)
        fields: Json = {
            "parent": given.get("Parent", ""),
            "properties": {name: given[name] for name in self.columns if name in formats},
            "subsets": {name: given[name].lower() == "true" for name in self.columns if name in self.part.subsets},
        }
        if self.model.items_in(self.part).find(self.key.lower(), key):
            if "Parent" not in self.columns:
                del fields["parent"]
            list_item_rules.update(self.model, self.part, {self.key.lower(): key} | fields)
            return
        names = {"code": given["Code"]} if given.get("Code") else {}
        list_item_rules.add(self.model, self.part, names | ({} if self.part.numbered else {"name": key}) | fields)
        self.created += 1


class IntoCells:
    """Rows for a module with dimensions: an item of each dimension by name or code, and a column for each line item."""

    def __init__(
        self, tenant: Tenant, model: Model, module: Part, columns: list[str], chosen: Mapping[str, str]
    ) -> None:
        self.columns: list[str] = columns
        self.name: str = module.name
        self.writer: Writer = writer(tenant, model, module)
        parts = {part.name: part for part in model.line_items(module.name)}
        self.line_items: list[tuple[int, Part]] = [
            (place, parts[name]) for place, name in enumerate(columns) if name in parts
        ]
        if not self.line_items:
            raise Unreadable(f"The file has no column of a line item of {module.name}.", "missingFields")
        self.fixed: dict[str, Item] = {}
        self.places: list[tuple[int, Dimension]] = []
        for dimension in self.writer.dimensions(self.line_items[0][1]):
            self._place(dimension, chosen)
        used = {place for place, _ in (*self.line_items, *self.places)}
        for name in (name for place, name in enumerate(columns) if place not in used and name not in chosen):
            raise Unreadable(f"Invalid line item identifier: {name}", "moduleImportInvalidLineItemIdentifier")

    def _place(self, dimension: Dimension, chosen: Mapping[str, str]) -> None:
        if dimension.name in chosen:
            item = _located(dimension, chosen[dimension.name])
            if item is None:
                raise Unreadable(f"{chosen[dimension.name]} was not found in {dimension.name}.", "failedToLocateEntity")
            self.fixed[dimension.id] = item
        elif dimension.name in self.columns:
            self.places.append((self.columns.index(dimension.name), dimension))
        else:
            raise Unreadable(f"The file has no column {dimension.name}.", "missingFields")

    def take(self, text: str, cells: list[str]) -> Problem | None:
        """Writes the row's cells unless something is wrong. Calculated cells are left out, with a warning."""
        if len(cells) != len(self.columns):
            return _wrong_width(self.columns, cells)
        items = dict(self.fixed)
        for place, dimension in self.places:
            item = _located(dimension, cells[place])
            if item is None:
                kind = "TimeEntity" if dimension.name == "Time" else "List"
                problem = f"Item not located in {dimension.name} list: {cells[place]}"
                return Problem(f"moduleImportInvalid{kind}Identifier", problem)
            items[dimension.id] = item
        return self._write(items, cells)

    def _write(self, items: Mapping[str, Item], cells: list[str]) -> Problem | None:
        checked, calculated = list[tuple[Part, tuple[str, ...], Value]](), False
        for place, part in self.line_items:
            if not cells[place]:
                continue
            try:
                checked.append((part, *self.writer.check(part, items, cells[place])))
            except Rejected as error:
                if error.kind != "cellIsCalculated":
                    kind = _FORMATS.get(part.format, "moduleImportFailed")
                    return Problem(kind, f"Invalid {part.format.lower()} in column {part.name}")
                calculated = True
        for cell in checked:
            self.writer.write(*cell)
        if calculated:
            return WARNED if checked else IGNORED
        return None


def _located(dimension: Dimension, text: str) -> Item | None:
    return dimension.by_name.get(text.casefold()) or dimension.by_code.get(text.casefold())


def _wrong_width(columns: Sequence[str], cells: Sequence[str]) -> Problem:
    return Problem("columnSeparatorExpected", f"Expected {len(columns)} columns but found {len(cells)}")


def _fits(format: str, cell: str) -> bool:
    try:
        read(format, cell)
    except ValueError:
        return False
    return True
