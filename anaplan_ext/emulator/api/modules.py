"""Modules, views and line items, and the dimensions and items behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import prod
from typing import Protocol, TypeVar

from starlette.responses import Response

from ..engine.dimensions import Dimension, Reference, load, own_items, reference, references
from ..engine.grid import find_view, is_subsidiary, shown_parts
from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call
from ..http.responses import success
from ..http.validation import read_body
from ..state.items import Item
from ..state.objects import Json, View
from ..state.structure import Part

_LISTED = ("list", "listSubset", "lineItemSubset", "users")
_LOOKED_UP = ("list", "time", "versions", "users")


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


_Thing = TypeVar("_Thing", bound=_Identified)


def list_modules(call: Call) -> Response:
    """The model's modules."""
    return listing(call, "module", "modules", call.model.parts("modules"), lambda one: {"id": one.id, "name": one.name})


def list_views(call: Call) -> Response:
    """The views of the model or of one module: default, saved, and on demand those of single line items."""
    modules = call.model.parts("modules")
    if "module" in call.params:
        modules = [_find(modules, call.params["module"])]
    rows: list[Json] = []
    for module in modules:
        rows.append(_view_row(module.id, module.name, module))
        saved = [view for view in call.model.views if view.module == module.name]
        rows += [_view_row(view.id, view.name, module) for view in saved]
        if call.flag("includesubsidiaryviews"):
            parts = [part for part in call.model.line_items(module.name) if is_subsidiary(call.model, part)]
            rows += [_view_row(one.id, f"{module.name}.{one.name}", module) for one in parts]
    return listing(call, "view", "views", rows, lambda row: row)


def _view_row(id: str, name: str, module: Part) -> Json:
    return {"id": id, "name": name, "code": "", "moduleId": module.id}


def get_view(call: Call) -> Response:
    """The dimensions of a view by axis; an axis without any is left out."""
    view = _view(call)
    axes = {"rows": view.rows, "columns": view.columns, "pages": view.pages}
    shown = {axis: [_dimension(reference(call.model, name)) for name in names] for axis, names in axes.items()}
    return success(call, "view", {"viewId": view.id, "viewName": view.name, **shown})


def list_line_items(call: Call) -> Response:
    """The line items of the model or of one module."""
    parts = call.model.parts("lineItems")
    if "module" in call.params:
        parts = call.model.line_items(_find(call.model.parts("modules"), call.params["module"]).name)
    ids = {part.name: part.id for part in call.model.parts("modules")}

    @cache
    def found(name: str) -> Reference:
        return reference(call.model, name)

    @cache
    def size(name: str) -> int:
        return len(load(call.world.tenant, call.model, found(name)).items)

    def show(part: Part) -> Json:
        row: Json = {"moduleId": ids[part.module], "moduleName": part.module, "id": part.id, "name": part.name}
        if call.flag("includeAll"):
            row["appliesTo"] = [_dimension(found(name)) for name in part.applies_to]
            row["cellCount"] = prod(size(name) for name in part.applies_to)
            row |= _details(part)
        return row

    return listing(call, "lineItem", "items", parts, show)


def list_line_item_dimensions(call: Call) -> Response:
    """The dimensions of a line item."""
    part = _find(call.model.parts("lineItems"), call.params["lineItem"])
    found = [reference(call.model, name) for name in part.applies_to]
    return listing(call, "dimension", "dimensions", found, _dimension)


def list_line_item_dimension_items(call: Call) -> Response:
    """The items of one dimension of a line item, of any kind."""
    part = _find(call.model.parts("lineItems"), call.params["lineItem"])
    return _items(call, _loaded(call, part.applies_to, [part]).items)


def list_view_dimension_items(call: Call) -> Response:
    """The items of one dimension of a view, of any kind, as far as the view shows them."""
    view = _view(call)
    dimension = _loaded(call, (*view.rows, *view.columns, *view.pages), shown_parts(call.model, view))
    shown = view.shown.get(dimension.name)
    return _items(call, [item for item in dimension.items if shown is None or item.name in shown])


def list_dimension_items(call: Call) -> Response:
    """The items of a list, a subset or the users."""
    found = _find(references(call.model), call.params["dimension"])
    if found.kind not in _LISTED:
        raise Refusal(400, f"The items of {found.name} can only be read by view or line item")
    return _items(call, own_items(call.world.tenant, call.model, found))


def look_up_dimension_items(call: Call) -> Response:
    """The items that have one of some names or codes, in any case; what is not found is not told."""
    found = _find(references(call.model), call.params["dimension"])
    if found.kind not in _LOOKED_UP:
        raise Refusal(400, f"The items of {found.name} cannot be looked up")
    body = read_body(call, {"names": list, "codes": list}, optional=("names", "codes"))
    given = [(by, value) for by in ("names", "codes") for value in body.get(by, ())]
    if not given or not all(isinstance(value, str) for _, value in given):
        raise Refusal(400, "At least one of `names` and `codes` must have a value, and all must be strings")
    if found.kind == "list" or found.kind == "users":
        dimension = Dimension(found.id, found.name, own_items(call.world.tenant, call.model, found))
    else:
        dimension = load(call.world.tenant, call.model, found)
    tables = {"names": dimension.by_name, "codes": dimension.by_code}
    hits = (tables[by].get(value.casefold()) for by, value in given)
    return _items(call, list({item.id: item for item in hits if item}.values()))


def _find(things: Iterable[_Thing], id: str) -> _Thing:
    for thing in things:
        if thing.id == id:
            return thing
    raise Refusal()


def _view(call: Call) -> View:
    view = find_view(call.model, call.params["view"])
    if view is None:
        raise Refusal()
    return view


def _loaded(call: Call, names: Iterable[str], parts: list[Part]) -> Dimension:
    found = _find((reference(call.model, name) for name in names), call.params["dimension"])
    return load(call.world.tenant, call.model, found, parts)


def _items(call: Call, items: Sequence[Item]) -> Response:
    most = call.world.limits.dimension_items
    if len(items) > most:
        raise Refusal(400, f"The dimension has more than {most} items")
    rows = [{"id": item.id, "name": item.name} | ({"code": item.code} if item.code else {}) for item in items]
    return success(call, "dimension", {"items": rows})


def _dimension(found: Reference) -> Json:
    return {"id": found.id, "name": found.name}


def _details(part: Part) -> Json:
    timed = "Time" in part.applies_to
    row: Json = {
        "breakback": False,
        "broughtForward": False,
        "code": "",
        "format": part.format,
        "formatMetadata": {"dataType": part.format},
        "formula": part.properties.get("Formula", ""),
        "formulaScope": "All Versions",
        "isSummary": False,
        "notes": "",
        "startOfSection": False,
        "style": "Normal",
        "summary": "Sum" if part.format == "NUMBER" else "None",
        "timeRange": "Model Calendar" if timed else "Not Applicable",
        "timeScale": "Month" if timed else "Not Applicable",
        "useSwitchover": False,
    }
    return row | ({"version": {"id": "20000000020", "name": "All"}} if "Versions" in part.applies_to else {})
