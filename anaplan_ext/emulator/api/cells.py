"""Cells: written one by one through the API or by rows of an import, and read back as a view shows them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any

from starlette.responses import Response

from ..engine.cells import write_row, writer
from ..engine.grid import Grid, build, find_view
from ..engine.rejection import write_each
from ..http.errors import Refusal
from ..http.request import CSV, Call
from ..http.responses import json_response, success
from ..http.validation import check_fields, parse, require_json, require_unlocked, whole_number
from ..state.items import Item
from ..state.objects import Json, View

_FIELDS: dict[str, type] = {"lineItemId": str, "lineItemName": str, "dimensions": list, "value": str}
_DIMENSION_FIELDS: dict[str, type] = dict.fromkeys(
    ("dimensionId", "dimensionName", "itemId", "itemName", "itemCode"), str
)


def write_cells(call: Call) -> Response:
    """Writes an array of cells; those that cannot be written are told, the others are written."""
    require_unlocked(call)
    require_json(call)
    limits = call.world.limits
    module = next((part for part in call.model.parts("modules") if part.id == call.params["module"]), None)
    if module is None:
        raise Refusal()
    if len(call.body) > limits.cell_write_bytes:
        raise Refusal(400, f"The request is larger than {limits.cell_write_bytes} bytes")
    rows = parse(call.body)
    if not isinstance(rows, list):
        raise Refusal(400, "The data provided is not in the expected format.")
    found: list[Json] = rows  # pyright: ignore[reportUnknownVariableType]
    if len(found) > limits.cell_write:
        raise Refusal(400, f"The request has more than {limits.cell_write} cells")
    for row in found:
        _check_row(row)
    failures = write_each(found, partial(write_row, writer(call.world.tenant, call.model, module)))
    call.model.modified = call.world.now()
    counts = {"numberOfCellsChanged": len(found) - len(failures), "failures": failures}
    return success(call, "writeCellDataResponse", counts)


def _check_row(row: Any) -> None:
    if _is_well_formed(row):
        return
    body: Any = row
    if isinstance(row, dict) and isinstance(body.get("value"), (str, int, float)):
        body = {**body, "value": ""}
    check_fields(body, _FIELDS, ("lineItemId", "lineItemName", "dimensions"))
    for dimension in body["dimensions"]:
        check_fields(dimension, _DIMENSION_FIELDS, _DIMENSION_FIELDS)


def _is_well_formed(row: Any) -> bool:
    """Whether a row can be written as it is; which is quicker to tell than what is wrong with it."""
    if not isinstance(row, dict) or not row.keys() <= _FIELDS.keys() or "value" not in row:
        return False
    given: Json = row  # pyright: ignore[reportUnknownVariableType]
    dimensions: Any = given.get("dimensions", [])
    texts = [given.get("lineItemId", ""), given.get("lineItemName", "")]
    if not isinstance(dimensions, list) or not isinstance(given["value"], (str, int, float)):
        return False
    for dimension in dimensions:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(dimension, dict) or not dimension.keys() <= _DIMENSION_FIELDS.keys():
            return False
        texts += dimension.values()  # pyright: ignore[reportUnknownArgumentType]
    return all(isinstance(text, str) for text in texts)


def get_view_data(call: Call) -> Response:
    """The cells of a view, as CSV, or as JSON if `Accept` and `format=v1` both ask for it."""
    if "workspace" in call.params:
        raise Refusal(500, "Internal Server Error")
    view = find_view(call.model, call.params["view"])
    if view is None:
        raise Refusal()
    grid = build(call.world.tenant, call.model, view)
    chosen = _chosen(call, grid)
    table = grid.layout(_export_type(call, view), chosen)
    if table.cells > call.world.limits.view_cells:
        raise Refusal(400, f"The view has more than {call.world.limits.view_cells} cells")
    most = whole_number(call, "maxRows", table.count, 1) if "maxRows" in call.query else table.count
    if "application/json" in call.headers.get("accept", "") and call.query.get("format") == "v1":
        return json_response(_as_json(grid, chosen, most))
    return Response(table.text(0, most), media_type=CSV)


def _export_type(call: Call, view: View) -> str:
    """The layout that the query asks for; the tabular ones need the module as well."""
    wanted = call.query.get("exportType")
    if wanted is None:
        return "GRID_CURRENT_PAGE"
    if wanted not in ("TABULAR_SINGLE_COLUMN", "TABULAR_MULTI_COLUMN", "GRID_CURRENT_PAGE"):
        raise Refusal(400, "Invalid exportType")
    if call.query.get("moduleId") != call.model.part("modules", view.module).id:
        raise Refusal(400, "The query parameter `moduleId` must be the id of the view's module")
    return wanted


def _chosen(call: Call, grid: Grid) -> dict[str, Item]:
    """The items that the page selectors of the query name, by dimension id."""
    chosen: dict[str, Item] = {}
    pages = {dimension.id: dimension for dimension in grid.pages}
    selectors = [part for name, value in call.query_pairs() if name == "pages" for part in value.split(",")]
    for selector in selectors:
        dimension, _, item = selector.partition(":")
        if dimension not in pages or item not in pages[dimension].by_id:
            raise Refusal(400, "Invalid page selector")
        chosen[dimension] = pages[dimension].by_id[item]
    return chosen


def _as_json(grid: Grid, chosen: Mapping[str, Item], most: int) -> Json:
    page, labels = grid.page(chosen), len(grid.rows)
    lines = iter(()) if page is None else islice(grid.row_lines(page, 0), most)
    columns = [line[labels:] for line in grid.column_lines()]
    rows = [{"rowCoordinates": line[:labels], "cells": line[labels:]} for line in lines]
    shown = {"pages": [item.name for item in page or ()], "columnCoordinates": [*zip(*columns, strict=True)]}
    return shown | {"rows": rows}
