"""A snapshot of a view as a table; rows are built lazily."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from operator import itemgetter

from attrs import frozen

from ..state import values
from ..state.items import Item
from ..state.model import Cells, Model
from ..state.structure import Part
from ..state.tenant import Tenant
from ..state.views import View
from .dimensions import LINE_ITEMS, Dimension, find_dimension, load_dimension

Ids = tuple[str, ...]
Row = list[str]


@frozen
class Table:
    """Rows of text: `rows` iterates from a position, `count` is their number without the header.

    `cells` is the total number of cells, or of a list's items.
    """

    header: list[Row]
    count: int
    cells: int
    rows: Callable[[int], Iterator[Row]]

    def text(self, start: int = 0, stop: int | None = None) -> bytes:
        """Render some rows as CSV, with the header if they start the table."""
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerows(self.header if start == 0 else ())
        size = (self.count if stop is None else min(stop, self.count)) - start
        writer.writerows(islice(self.rows(start), max(0, size)))
        return output.getvalue().encode()


@frozen
class Grid:
    """Dimensions of a view by axis, and its cells. `value` takes item ids of pages, columns and rows, in this order."""

    pages: list[Dimension]
    columns: list[Dimension]
    rows: list[Dimension]
    value: Callable[[Ids], str]

    def page(self, selected: Mapping[str, Item]) -> tuple[Item, ...] | None:
        """Return the item of each page dimension: the selected or the first. None if one has no items."""
        if not all(dimension.items for dimension in self.pages):
            return None
        return tuple(selected.get(dimension.id) or dimension.items[0] for dimension in self.pages)

    def column_lines(self) -> list[Row]:
        """Build a header row per column dimension, with blanks above the row labels."""
        names = [[item.name for item in dimension.items] for dimension in self.columns]
        return [[""] * len(self.rows) + list(line) for line in zip(*product(*names), strict=True)]

    def row_lines(self, page: tuple[Item, ...], start: int) -> Iterator[Row]:
        """Iterate over the rows of a page from a position: labels and values."""
        before = _ids(page)
        columns = [before + _ids(items) for items in product(*(dimension.items for dimension in self.columns))]
        for items in _iter_combinations(self.rows, start):
            ids = _ids(items)
            yield [item.name for item in items] + [self.value(column + ids) for column in columns]

    def current_page(self, selected: Mapping[str, Item]) -> Table:
        """Lay out one page as a grid."""
        page = self.page(selected)
        if page is None:
            return Table(self.column_lines(), 0, 0, lambda start: iter(()))
        header = ([[item.name for item in page]] if page else []) + self.column_lines()
        cells = _count_cells(self.columns) * _count_cells(self.rows)
        return Table(header, _count_cells(self.rows), cells, lambda start: self.row_lines(page, start))

    def all_pages(self) -> Table:
        """Lay out every page as a grid, one below the other."""
        lines, height = self.column_lines(), _count_cells(self.rows)
        block = bool(self.pages) + len(lines) + height

        def rows(start: int) -> Iterator[Row]:
            first, skipped = divmod(start, block or 1)
            for page in _iter_combinations(self.pages, first):
                header = ([[item.name for item in page]] if page else []) + lines
                yield from header[skipped:]
                yield from self.row_lines(page, max(0, skipped - len(header)))
                skipped = 0

        return Table([], block * _count_cells(self.pages), _count_cells([*self.pages, *self.columns, *self.rows]), rows)

    def single_column(self) -> Table:
        """Lay out a row per cell: an item of each dimension, and the value."""
        axes = [*self.pages, *self.columns, *self.rows]

        def rows(start: int) -> Iterator[Row]:
            for items in _iter_combinations(axes, start):
                yield [*(item.name for item in items), self.value(_ids(items))]

        return Table([[*(dimension.name for dimension in axes), "Value"]], _count_cells(axes), _count_cells(axes), rows)

    def multi_column(self, selected: Mapping[str, Item] | None = None) -> Table:
        """Lay out a row per combination of items, with a column per line item; `selected` filters dimensions."""
        axes = [*self.pages, *self.columns, *self.rows]
        position = next(number for number, dimension in enumerate(axes) if dimension.name == LINE_ITEMS)
        line_items = axes.pop(position).items
        for number, dimension in enumerate(axes):
            if selected and dimension.id in selected:
                axes[number] = Dimension(dimension.id, dimension.name, [selected[dimension.id]])

        def rows(start: int) -> Iterator[Row]:
            for items in _iter_combinations(axes, start):
                ids = _ids(items)
                cells = [self.value((*ids[:position], item.id, *ids[position:])) for item in line_items]
                yield [item.name for item in items] + cells

        header = [dimension.name for dimension in axes] + [item.name for item in line_items]
        return Table([header], _count_cells(axes), _count_cells(axes) * len(line_items), rows)

    def to_table(self, export_type: str, selected: Mapping[str, Item]) -> Table:
        """Lay out the table of an export type. KeyError for an unknown one."""
        layouts: dict[str, Callable[[], Table]] = {
            "GRID_CURRENT_PAGE": lambda: self.current_page(selected),
            "GRID_ALL_PAGES": self.all_pages,
            "TABULAR_SINGLE_COLUMN": self.single_column,
            "TABULAR_SINGLE_ITEMS": self.single_column,
            "TABULAR_MULTI_COLUMN": self.multi_column,
        }
        return layouts[export_type]()


def find_view(model: Model, view_id: str) -> View | None:
    """Find a view by id: saved, a module's default view, or the view of one line item."""
    for view in model.views:
        if view.id == view_id:
            return view
    for part in model.structure:
        if part.id == view_id and part.kind == "modules":
            return _default_view(part, part.name, part.applies_to, {})
        if part.id == view_id and part.kind == "lineItems":
            return _default_view(part, part.module, part.applies_to, {LINE_ITEMS: [part.name]})
    return None


def is_subsidiary(model: Model, part: Part) -> bool:
    """Tell whether a line item has other dimensions than its module."""
    return part.applies_to != model.part("modules", part.module).applies_to


def build_grid(tenant: Tenant, model: Model, view: View) -> Grid:
    """Load the view's dimensions and copy its cells."""
    parts = visible_line_items(model, view)
    names = [*view.pages, *view.columns, *view.rows]
    dimensions_by_name = {name: load_dimension(tenant, model, find_dimension(model, name), parts) for name in names}
    visible = {name: _filter_items(dimension, view.shown.get(name)) for name, dimension in dimensions_by_name.items()}
    line_item_position = names.index(LINE_ITEMS)
    order = parts[0].applies_to if parts else ()
    key = _pick([names.index(name) for name in order])
    dimensions = [dimensions_by_name[name] for name in order]
    cells = {part.id: _add_totals(model.cells.get(part.id, {}), part, dimensions) for part in parts}
    empty_values = {part.id: values.format_empty(part.format) for part in parts}

    def value(ids: Ids) -> str:
        cell = cells[ids[line_item_position]].get(key(ids))
        return empty_values[ids[line_item_position]] if cell is None else values.format_value(cell)

    pages, columns, rows = ([visible[name] for name in axis] for axis in (view.pages, view.columns, view.rows))
    return Grid(pages, columns, rows, value)


def _default_view(part: Part, module: str, dimensions: Sequence[str], shown: Mapping[str, Sequence[str]]) -> View:
    rows, pages = tuple(dimensions[:1]), tuple(dimensions[1:])
    name = part.name if part.kind == "modules" else f"{module}.{part.name}"
    return View(id=part.id, name=name, module=module, rows=rows, columns=(LINE_ITEMS,), pages=pages, shown=shown)


def visible_line_items(model: Model, view: View) -> list[Part]:
    """List the line items that have the view's dimensions and are not hidden."""
    dimensions = {*view.pages, *view.columns, *view.rows} - {LINE_ITEMS}
    selected = view.shown.get(LINE_ITEMS)
    parts = [part for part in model.line_items(view.module) if set(part.applies_to) == dimensions]
    return [part for part in parts if selected is None or part.name in selected]


def _filter_items(dimension: Dimension, names: Sequence[str] | None) -> Dimension:
    if names is None:
        return dimension
    return Dimension(dimension.id, dimension.name, [item for item in dimension.items if item.name in names])


def _add_totals(cells: Cells, part: Part, dimensions: Sequence[Dimension]) -> Cells:
    """Copy a line item's cells; numbers get their totals."""
    totals = dict(cells)
    if part.format != "NUMBER" or not any(dimension.ancestors for dimension in dimensions):
        return totals
    for key, value in cells.items():
        pairs = list(zip(key, dimensions, strict=False))
        if all(item_id in dimension.by_id for item_id, dimension in pairs):
            paths = [(item_id, *dimension.ancestors.get(item_id, ())) for item_id, dimension in pairs]
            for total in islice(product(*paths), 1, None):
                totals[total] = float(totals.get(total, 0.0)) + float(value)
    return totals


def _pick(positions: list[int]) -> Callable[[Ids], Ids]:
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda ids: tuple(ids[position] for position in positions)


def _ids(items: tuple[Item, ...]) -> Ids:
    return tuple([item[0] for item in items])


def _count_cells(dimensions: Sequence[Dimension]) -> int:
    return prod(len(dimension.items) for dimension in dimensions)


def _iter_combinations(dimensions: Sequence[Dimension], start: int) -> Iterator[tuple[Item, ...]]:
    """Iterate over combinations of items from a position; the last dimension varies fastest."""
    if not dimensions:
        yield from [()][start:]
        return
    items = dimensions[-1].items
    first, skipped = divmod(start, len(items) or 1)
    for outer in _iter_combinations(dimensions[:-1], first):
        for item in islice(items, skipped, None):
            yield (*outer, item)
        skipped = 0
