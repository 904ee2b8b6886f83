"""Modules, views and line items, with their dimensions and items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import prod

from starlette.responses import Response

from ..engine.dimensions import Dimension, DimensionRef, find_dimension, iter_dimensions, list_own_items, load_dimension
from ..engine.grid import find_view, is_subsidiary, visible_line_items
from ..http.request import HTTPError, Request, find_by_id
from ..http.responses import list_response, success_response
from ..http.validation import read_body
from ..state.items import Item
from ..state.structure import Part
from ..state.values import Json
from ..state.views import View

_LISTABLE = ("list", "listSubset", "lineItemSubset", "users")
_SEARCHABLE = ("list", "time", "versions", "users")


def list_modules(request: Request) -> Response:
    """List the model's modules."""
    modules = request.model.parts("modules")
    return list_response(request, "module", "modules", modules, lambda module: {"id": module.id, "name": module.name})


def list_views(request: Request) -> Response:
    """List default and saved views of the model or a module; on request also those of single line items."""
    modules = request.model.parts("modules")
    if "module" in request.params:
        modules = [find_by_id(modules, request.params["module"])]
    rows: list[Json] = []
    for module in modules:
        rows.append(_view_row(module.id, module.name, module))
        saved = [view for view in request.model.views if view.module == module.name]
        rows += [_view_row(view.id, view.name, module) for view in saved]
        if request.flag("includesubsidiaryviews"):
            parts = [part for part in request.model.line_items(module.name) if is_subsidiary(request.model, part)]
            rows += [_view_row(part.id, f"{module.name}.{part.name}", module) for part in parts]
    return list_response(request, "view", "views", rows, lambda row: row)


def _view_row(view_id: str, name: str, module: Part) -> Json:
    return {"id": view_id, "name": name, "code": "", "moduleId": module.id}


def get_view(request: Request) -> Response:
    """List the dimensions of a view by axis; empty axes are omitted."""
    view = require_view(request, request.params["view"])
    axes = {"rows": view.rows, "columns": view.columns, "pages": view.pages}
    rows: Json = {"viewId": view.id, "viewName": view.name}
    for axis, names in axes.items():
        rows[axis] = [_dimension_row(find_dimension(request.model, name)) for name in names]
    return success_response(request, "view", rows)


def list_line_items(request: Request) -> Response:
    """List the line items of the model or of one module."""
    parts = request.model.parts("lineItems")
    if "module" in request.params:
        parts = request.model.line_items(find_by_id(request.model.parts("modules"), request.params["module"]).name)
    ids = {part.name: part.id for part in request.model.parts("modules")}

    @cache
    def resolve(name: str) -> DimensionRef:
        return find_dimension(request.model, name)

    @cache
    def size(name: str) -> int:
        return len(load_dimension(request.server.tenant, request.model, resolve(name)).items)

    def serialize(part: Part) -> Json:
        row: Json = {"moduleId": ids[part.module], "moduleName": part.module, "id": part.id, "name": part.name}
        if request.flag("includeAll"):
            row["appliesTo"] = [_dimension_row(resolve(name)) for name in part.applies_to]
            row["cellCount"] = prod(size(name) for name in part.applies_to)
            row |= _line_item_details(part)
        return row

    return list_response(request, "lineItem", "items", parts, serialize)


def list_line_item_dimensions(request: Request) -> Response:
    """List the dimensions of a line item."""
    part = find_by_id(request.model.parts("lineItems"), request.params["lineItem"])
    refs = [find_dimension(request.model, name) for name in part.applies_to]
    return list_response(request, "dimension", "dimensions", refs, _dimension_row)


def list_line_item_dimension_items(request: Request) -> Response:
    """List the items of one dimension of a line item, of any kind."""
    part = find_by_id(request.model.parts("lineItems"), request.params["lineItem"])
    return _items_response(request, _load_dimension(request, part.applies_to, [part]).items)


def list_view_dimension_items(request: Request) -> Response:
    """List the visible items of one dimension of a view, of any kind."""
    view = require_view(request, request.params["view"])
    parts = visible_line_items(request.model, view)
    dimension = _load_dimension(request, (*view.rows, *view.columns, *view.pages), parts)
    names = view.shown.get(dimension.name)
    return _items_response(request, [item for item in dimension.items if names is None or item.name in names])


def list_dimension_items(request: Request) -> Response:
    """List the items of a list, a subset or the users."""
    ref = find_by_id(iter_dimensions(request.model), request.params["dimension"])
    if ref.kind not in _LISTABLE:
        raise HTTPError(400, f"The items of {ref.name} can only be read by view or line item")
    return _items_response(request, list_own_items(request.server.tenant, request.model, ref))


def look_up_dimension_items(request: Request) -> Response:
    """Look up items by name or code, ignoring case; what is not found is omitted."""
    ref = find_by_id(iter_dimensions(request.model), request.params["dimension"])
    if ref.kind not in _SEARCHABLE:
        raise HTTPError(400, f"The items of {ref.name} cannot be looked up")
    body = read_body(request, {"names": list, "codes": list}, optional=("names", "codes"))
    terms = [(kind, value) for kind in ("names", "codes") for value in body.get(kind, ())]
    if not terms or not all(isinstance(value, str) for _, value in terms):
        raise HTTPError(400, "At least one of `names` and `codes` must have a value, and all must be strings")
    if ref.kind == "list" or ref.kind == "users":
        dimension = Dimension(ref.id, ref.name, list_own_items(request.server.tenant, request.model, ref))
    else:
        dimension = load_dimension(request.server.tenant, request.model, ref)
    tables = {"names": dimension.by_name, "codes": dimension.by_code}
    hits = (tables[kind].get(value.casefold()) for kind, value in terms)
    return _items_response(request, list({item.id: item for item in hits if item}.values()))


def require_view(request: Request, view_id: str) -> View:
    """Find a view by id, or reject the request with 404."""
    view = find_view(request.model, view_id)
    if view is None:
        raise HTTPError()
    return view


def _load_dimension(request: Request, names: Iterable[str], parts: list[Part]) -> Dimension:
    ref = find_by_id((find_dimension(request.model, name) for name in names), request.params["dimension"])
    return load_dimension(request.server.tenant, request.model, ref, parts)


def _items_response(request: Request, items: Sequence[Item]) -> Response:
    max_items = request.server.limits.dimension_items
    if len(items) > max_items:
        raise HTTPError(400, f"The dimension has more than {max_items} items")
    rows = [{"id": item.id, "name": item.name} | ({"code": item.code} if item.code else {}) for item in items]
    return success_response(request, "dimension", {"items": rows})


def _dimension_row(ref: DimensionRef) -> Json:
    return {"id": ref.id, "name": ref.name}


_FORMATS: dict[str, Json] = {
    "NUMBER": {
        "comparisonIncrease": "GOOD",
        "decimalPlaces": -1,
        "decimalSeparator": "FULL_STOP",
        "groupingSeparator": "COMMA",
        "minimumSignificantDigits": 4,
        "negativeNumberNotation": "MINUS_SIGN",
        "unitsDisplayType": "NONE",
        "unitsType": "NONE",
        "zeroFormat": "ZERO",
    },
    "TEXT": {"textType": "GENERAL"},
}
"""The fields of a format, other than its data type."""


def _line_item_details(part: Part) -> Json:
    has_time = "Time" in part.applies_to
    row: Json = {
        "breakback": False,
        "broughtForward": False,
        "code": "",
        "format": part.format,
        "formatMetadata": {"dataType": part.format} | _FORMATS.get(part.format, {}),
        "formula": part.properties.get("Formula", ""),
        "formulaScope": "All Versions",
        "isSummary": False,
        "notes": "",
        "startOfSection": False,
        "style": "Normal",
        "summary": "Sum" if part.format == "NUMBER" else "None",
        "timeRange": "Model Calendar" if has_time else "Not Applicable",
        "timeScale": "Month" if has_time else "Not Applicable",
        "useSwitchover": False,
        "version": {"id": "20000000020", "name": "All" if "Versions" in part.applies_to else "Not Applicable"},
    }
    return row
