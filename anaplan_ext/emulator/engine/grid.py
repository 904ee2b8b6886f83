"""What a view shows at one moment, as a table whose rows are made only when they are asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from operator import itemgetter

from ..state import values
from ..state.items import Item
from ..state.model import Cells, Model, Tenant
from ..state.objects import View
from ..state.structure import Part
from .dimensions import LINE_ITEMS, Dimension, load, reference

Ids = tuple[str, ...]
Row = list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text: `rows` makes those from a position on, `count` says how many there are without the header.

    `cells` is the number of cells, or of a list's items, in all of them.
    """

    header: list[Row]
    count: int
    cells: int
    rows: Callable[[int], Iterator[Row]]

    def text(self, start: int = 0, stop: int | None = None) -> bytes:
        """The rows of a section as CSV, behind the header if it begins the table."""
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerows(self.header if start == 0 else ())
        size = (self.count if stop is None else min(stop, self.count)) - start
        writer.writerows(islice(self.rows(start), max(0, size)))
        return output.getvalue().encode()


@dataclass(frozen=True, slots=True)
class Grid:
    """A view's dimensions by axis, and its cells. `value` takes the items of pages, columns and rows, in this order."""

    pages: list[Dimension]
    columns: list[Dimension]
    rows: list[Dimension]
    value: Callable[[Ids], str]

    def page(self, chosen: Mapping[str, Item]) -> tuple[Item, ...] | None:
        """The item of each page dimension: the chosen one by dimension id, or the first. None if one has no items."""
        if not all(dimension.items for dimension in self.pages):
            return None
        return tuple(chosen.get(dimension.id) or dimension.items[0] for dimension in self.pages)

    def column_lines(self) -> list[Row]:
        """A line for each dimension on columns, with blanks above the labels of rows."""
        labels = list(zip(*product(*([item.name for item in one.items] for one in self.columns)), strict=True))
        return [[""] * len(self.rows) + list(line) for line in labels]

    def row_lines(self, page: tuple[Item, ...], start: int) -> Iterator[Row]:
        """The rows of a page from a position on: labels and values."""
        before = _ids(page)
        columns = [before + _ids(items) for items in product(*(one.items for one in self.columns))]
        for items in _combinations(self.rows, start):
            ids = _ids(items)
            yield [item.name for item in items] + [self.value(column + ids) for column in columns]

    def current_page(self, chosen: Mapping[str, Item]) -> Table:
        """One page as a grid."""
        page = self.page(chosen)
        if page is None:
            return Table(self.column_lines(), 0, 0, lambda start: iter(()))
        header = ([[item.name for item in page]] if page else []) + self.column_lines()
        cells = _size(self.columns) * _size(self.rows)
        return Table(header, _size(self.rows), cells, lambda start: self.row_lines(page, start))

    def all_pages(self) -> Table:
        """Every page as a grid, one below the other."""
        lines, height = self.column_lines(), _size(self.rows)
        block = bool(self.pages) + len(lines) + height

        def rows(start: int) -> Iterator[Row]:
            first, skipped = divmod(start, block or 1)
            for page in _combinations(self.pages, first):
                header = ([[item.name for item in page]] if page else []) + lines
                yield from header[skipped:]
                yield from self.row_lines(page, max(0, skipped - len(header)))
                skipped = 0

        return Table([], block * _size(self.pages), _size([*self.pages, *self.columns, *self.rows]), rows)

    def single_column(self) -> Table:
        """A row for each cell: an item of every dimension, and the value."""
        axes = [*self.pages, *self.columns, *self.rows]

        def rows(start: int) -> Iterator[Row]:
            for items in _combinations(axes, start):
                yield [*(item.name for item in items), self.value(_ids(items))]

        return Table([[*(one.name for one in axes), "Value"]], _size(axes), _size(axes), rows)

    def multi_column(self, chosen: Mapping[str, Item] | None = None) -> Table:
        """A row for each combination of items, with the line items in columns; only the chosen item of a dimension."""
        axes = [*self.pages, *self.columns, *self.rows]
        place = next(number for number, one in enumerate(axes) if one.name == LINE_ITEMS)
        line_items = axes.pop(place).items
        for number, one in enumerate(axes):
            if chosen and one.id in chosen:
                axes[number] = Dimension(one.id, one.name, [chosen[one.id]])

        def rows(start: int) -> Iterator[Row]:
            for items in _combinations(axes, start):
                ids = _ids(items)
                cells = [self.value((*ids[:place], item.id, *ids[place:])) for item in line_items]
                yield [item.name for item in items] + cells

        header = [one.name for one in axes] + [item.name for item in line_items]
        return Table([header], _size(axes), _size(axes) * len(line_items), rows)

    def layout(self, export_type: str, chosen: Mapping[str, Item]) -> Table:
        """The table of an export type. KeyError for an unknown one."""
        layouts: dict[str, Callable[[], Table]] = {
            "GRID_CURRENT_PAGE": lambda: self.current_page(chosen),
            "GRID_ALL_PAGES": self.all_pages,
            "TABULAR_SINGLE_COLUMN": self.single_column,
            "TABULAR_SINGLE_ITEMS": self.single_column,
            "TABULAR_MULTI_COLUMN": self.multi_column,
        }
        return layouts[export_type]()


def find_view(model: Model, id: str) -> View | None:
    """The view with this id: saved, a module's default view, or the view of one line item."""
    for view in model.views:
        if view.id == id:
            return view
    for part in model.structure:
        if part.id == id and part.kind == "modules":
            return _default_view(part, part.name, part.applies_to, {})
        if part.id == id and part.kind == "lineItems":
            return _default_view(part, part.module, part.applies_to, {LINE_ITEMS: [part.name]})
    return None


def is_subsidiary(model: Model, part: Part) -> bool:
    """Whether a line item has other dimensions than its module."""
    return part.applies_to != model.part("modules", part.module).applies_to


def build(tenant: Tenant, model: Model, view: View) -> Grid:
    """The view's dimensions and a copy of its cells, which later changes do not touch."""
    parts = shown_parts(model, view)
    names = [*view.pages, *view.columns, *view.rows]
    whole = {name: load(tenant, model, reference(model, name), parts) for name in names}
    shown = {name: _filtered(dimension, view.shown.get(name)) for name, dimension in whole.items()}
    at = names.index(LINE_ITEMS)
    order = parts[0].applies_to if parts else ()
    key = _getter([names.index(name) for name in order])
    dimensions = [whole[name] for name in order]
    cells = {part.id: _with_totals(model.cells.get(part.id, {}), part, dimensions) for part in parts}
    empty = {part.id: values.empty(part.format) for part in parts}

    def value(ids: Ids) -> str:
        found = cells[ids[at]].get(key(ids))
        return empty[ids[at]] if found is None else values.show(found)

    pages, columns, rows = ([shown[name] for name in axis] for axis in (view.pages, view.columns, view.rows))
    return Grid(pages, columns, rows, value)


def _default_view(part: Part, module: str, dimensions: Sequence[str], shown: Mapping[str, Sequence[str]]) -> View:
    rows, pages = tuple(dimensions[:1]), tuple(dimensions[1:])
    name = part.name if part.kind == "modules" else f"{module}.{part.name}"
    return View(id=part.id, name=name, module=module, rows=rows, columns=(LINE_ITEMS,), pages=pages, shown=shown)


def shown_parts(model: Model, view: View) -> list[Part]:
    """The line items that have the view's dimensions, and are not left out."""
    dimensions = {*view.pages, *view.columns, *view.rows} - {LINE_ITEMS}
    chosen = view.shown.get(LINE_ITEMS)
    parts = [part for part in model.line_items(view.module) if set(part.applies_to) == dimensions]
    return [part for part in parts if chosen is None or part.name in chosen]


def _filtered(dimension: Dimension, names: Sequence[str] | None) -> Dimension:
    if names is None:
        return dimension
    return Dimension(dimension.id, dimension.name, [item for item in dimension.items if item.name in names])


def _with_totals(cells: Cells, part: Part, dimensions: Sequence[Dimension]) -> Cells:
    """A copy of a line item's cells; with numbers, the totals are in it as well."""
    found = dict(cells)
    if part.format != "NUMBER" or not any(one.ancestors for one in dimensions):
        return found
    for key, value in cells.items():
        pairs = list(zip(key, dimensions, strict=False))
        if all(id in one.by_id for id, one in pairs):
            paths = [(id, *one.ancestors.get(id, ())) for id, one in pairs]
            for total in islice(product(*paths), 1, None):
                found[total] = float(found.get(total, 0.0)) + float(value)
    return found


def _getter(places: list[int]) -> Callable[[Ids], Ids]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda ids: tuple(ids[place] for place in places)


def _ids(items: tuple[Item, ...]) -> Ids:
    return tuple([item[0] for item in items])


def _size(dimensions: Sequence[Dimension]) -> int:
    return prod(len(dimension.items) for dimension in dimensions)


def _combinations(dimensions: Sequence[Dimension], start: int) -> Iterator[tuple[Item, ...]]:
    """Every combination of items from a position on, the last dimension turning fastest."""
    if not dimensions:
        yield from [()][start:]
        return
    items = dimensions[-1].items
    first, skipped = divmod(start, len(items) or 1)
    for outer in _combinations(dimensions[:-1], first):
        for item in islice(items, skipped, None):
            yield (*outer, item)
        skipped = 0
