"""Write single cells and read the cells of a view."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any

from starlette.responses import Response

from ..engine.cells import build_writer, write_row
from ..engine.grid import Grid, build_grid
from ..engine.rejection import write_rows
from ..http.request import CSV, HTTPError, Request, find_by_id
from ..http.responses import json_response, success_response
from ..http.validation import check_fields, parse_json, parse_whole_number, require_json, require_unlocked
from ..state.items import Item
from ..state.values import Json
from ..state.views import View
from .modules import require_view

_FIELDS: dict[str, type] = {"lineItemId": str, "lineItemName": str, "dimensions": list, "value": str}
_DIMENSION_KEYS = ("dimensionId", "dimensionName", "itemId", "itemName", "itemCode")
_DIMENSION_FIELDS: dict[str, type] = dict.fromkeys(_DIMENSION_KEYS, str)


def write_cells(request: Request) -> Response:
    """Write an array of cells and report those that are rejected."""
    require_unlocked(request)
    require_json(request)
    limits = request.server.limits
    module = find_by_id(request.model.parts("modules"), request.params["module"])
    if len(request.body) > limits.cell_write_bytes:
        raise HTTPError(400, f"The request is larger than {limits.cell_write_bytes} bytes")
    rows = parse_json(request.body)
    if not isinstance(rows, list):
        raise HTTPError(400, "The data provided is not in the expected format.")
    cells: list[Json] = rows  # pyright: ignore[reportUnknownVariableType]
    if len(cells) > limits.cell_write:
        raise HTTPError(400, f"The request has more than {limits.cell_write} cells")
    for row in cells:
        _check_row(row)
    failures = write_rows(cells, partial(write_row, build_writer(request.server.tenant, request.model, module)))
    request.model.modified = request.server.now()
    counts = {"numberOfCellsChanged": len(cells) - len(failures), "failures": failures}
    return success_response(request, "writeCellDataResponse", counts)


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
    """Tell whether a row has valid fields; faster than finding what is wrong with it."""
    if not isinstance(row, dict) or not row.keys() <= _FIELDS.keys() or "value" not in row:
        return False
    cell: Json = row  # pyright: ignore[reportUnknownVariableType]
    dimensions: Any = cell.get("dimensions", [])
    texts = [cell.get("lineItemId", ""), cell.get("lineItemName", "")]
    if not isinstance(dimensions, list) or not isinstance(cell["value"], (str, int, float)):
        return False
    for dimension in dimensions:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(dimension, dict) or not dimension.keys() <= _DIMENSION_FIELDS.keys():
            return False
        texts += dimension.values()  # pyright: ignore[reportUnknownArgumentType]
    return all(isinstance(text, str) for text in texts)


def get_view_data(request: Request) -> Response:
    """Return the cells of a view: JSON if both `Accept` and `format=v1` request it, else CSV."""
    view = require_view(request, request.params["view"])
    grid = build_grid(request.server.tenant, request.model, view)
    selected = _parse_page_selectors(request, grid)
    table = grid.to_table(_parse_export_type(request, view), selected)
    if table.cells > request.server.limits.view_cells:
        raise HTTPError(400, f"The view has more than {request.server.limits.view_cells} cells")
    max_rows = parse_whole_number(request, "maxRows", table.count, 1) if "maxRows" in request.query else table.count
    if "application/json" in request.headers.get("accept", "") and request.query.get("format") == "v1":
        return json_response(_grid_json(grid, selected, max_rows))
    return Response(table.text(0, max_rows), media_type=CSV)


def _parse_export_type(request: Request, view: View) -> str:
    """Parse the layout; a tabular one requires the module's id as well."""
    export_type = request.query.get("exportType")
    if export_type is None:
        return "GRID_CURRENT_PAGE"
    if export_type not in ("TABULAR_SINGLE_COLUMN", "TABULAR_MULTI_COLUMN", "GRID_CURRENT_PAGE"):
        raise HTTPError(400, "Invalid exportType")
    if request.query.get("moduleId") != request.model.part("modules", view.module).id:
        raise HTTPError(400, "The query parameter `moduleId` must be the id of the view's module")
    return export_type


def _parse_page_selectors(request: Request, grid: Grid) -> dict[str, Item]:
    """Parse the page selectors into items by dimension id."""
    selected: dict[str, Item] = {}
    pages = {dimension.id: dimension for dimension in grid.pages}
    selectors = [part for name, value in request.query_pairs() if name == "pages" for part in value.split(",")]
    for selector in selectors:
        dimension, _, item = selector.partition(":")
        if dimension not in pages or item not in pages[dimension].by_id:
            raise HTTPError(400, "Invalid page selector")
        selected[dimension] = pages[dimension].by_id[item]
    return selected


def _grid_json(grid: Grid, selected: Mapping[str, Item], max_rows: int) -> Json:
    page, labels = grid.page(selected), len(grid.rows)
    lines = iter(()) if page is None else islice(grid.row_lines(page, 0), max_rows)
    columns = [line[labels:] for line in grid.column_lines()]
    rows = [{"rowCoordinates": line[:labels], "cells": line[labels:]} for line in lines]
    coordinates = [*zip(*columns, strict=True)]
    return {"pages": [item.name for item in page or ()], "columnCoordinates": coordinates, "rows": rows}
