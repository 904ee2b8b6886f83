"""Lists: their metadata and items, and writes in which each item is accepted or rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from starlette.responses import Response

from ..engine import list_item_rules
from ..engine.dimensions import list_subsets
from ..engine.grid import Row, Table
from ..engine.rejection import write_rows
from ..http.request import CSV, HTTPError, Request, find_by_id
from ..http.responses import list_response, success_response
from ..http.validation import check_fields, read_body, require_unlocked
from ..state.items import Item, Items
from ..state.model import Model
from ..state.structure import Part, find_total
from ..state.values import Json

_TEXTS = ("id", "name", "code", "parent")
_ITEM_FIELDS: dict[str, type] = {**dict.fromkeys(_TEXTS, str), "properties": dict, "subsets": dict}
MAX_LIST_ITEMS = 999_999_999
_Rule = Callable[[Model, Part, Json], object]


def find_list(request: Request) -> Part:
    """Find the list named in the path, or reject the request with 404."""
    return find_by_id(request.model.parts("lists"), request.params["object"])


def list_lists(request: Request) -> Response:
    """List the model's lists."""
    lists = request.model.parts("lists")
    return list_response(request, "list", "lists", lists, lambda part: {"id": part.id, "name": part.name})


def get_list(request: Request) -> Response:
    """Describe a list; unset fields are omitted."""
    part, model = find_list(request), request.model
    items = model.items_in(part)
    total, parent = find_total(items, part), part.parent_list
    count = len(items.by_id) + (total is not None)
    row: Json = {
        "id": part.id,
        "name": part.name,
        "hasSelectiveAccess": False,
        "itemCount": count,
        "managedBy": "",
        "numberedList": part.numbered,
        "permittedItems": MAX_LIST_ITEMS - count,
        "productionData": part.production,
        "useTopLevelAsPageDefault": False,
        "workflowEnabled": False,
    }
    if part.numbered:
        row["nextItemIndex"] = items.next_index
    if parent:
        row["parent"] = {"id": model.part("lists", parent).id, "name": parent}
    if total:
        row["topLevelItem"] = {"id": total.id, "name": total.name}
    formats = list_item_rules.property_formats(part).items()
    properties = [{"name": name, "format": text, "notes": "", "referencedBy": ""} for name, text in formats]
    subsets = [{"id": subset_id, "name": name} for subset_id, name in list_subsets(part)]
    row |= {key: rows for key, rows in (("properties", properties), ("subsets", subsets)) if rows}
    return success_response(request, "list", {"metadata": row})


def list_items(request: Request) -> Response:
    """Return the items of a list: one page as JSON, or all as CSV."""
    part, max_items = find_list(request), request.server.limits.list_items
    items = request.model.items_in(part)
    if len(items.by_id) > max_items:
        raise HTTPError(400, f"The list has more than {max_items} items")
    if request.wants_csv:
        return Response(build_table(request.model, part, include_all=request.flag("includeAll")).text(), media_type=CSV)
    serialize = _item_serializer(request.model, part, include_all=request.flag("includeAll"))
    return list_response(request, "listItem", "listItems", list(items.by_id.values()), serialize)


def build_table(model: Model, part: Part, *, include_all: bool) -> Table:
    """Build a table of the current items of a list."""
    items = list(model.items_in(part).by_id.values())
    stores = list_item_rules.parent_stores(model, part)
    parents = {item.id: item.name for store in stores for item in store.by_id.values()}
    subsets, properties = part.subsets, tuple(list_item_rules.property_formats(part))
    header = ["Name", "Parent", "Code", *(subsets + properties if include_all else ())]

    def rows(start: int) -> Iterator[Row]:
        for position in range(start, len(items)):
            item = items[position]
            line = [item.name, parents.get(item.parent_id or "", ""), item.code or ""]
            if include_all:
                line += [str(subset in item.subsets).lower() for subset in subsets]
                line += [item.properties.get(name, "") for name in properties]
            yield line

    return Table([header], len(items), len(items), rows)


def write_items(request: Request) -> Response:
    """Add, delete or update items, and report each rejected item by its index in the request."""
    part = find_list(request)
    require_unlocked(request)
    if request.model.is_deployed and not part.production:
        raise HTTPError(425, "The model is in deployed mode")
    outcome, rule = _parse_action(request)
    rows = read_body(request, {"items": list})["items"]
    if len(rows) > request.server.limits.list_write:
        raise HTTPError(400, f"The request has more than {request.server.limits.list_write} items")
    for row in rows:
        check_fields(row, _ITEM_FIELDS, _ITEM_FIELDS)
    failures = write_rows(rows, partial(rule, request.model, part))
    if outcome == "deleted":
        list_item_rules.clear_deleted_parents(request.model, part)
    request.model.modified = request.server.now()
    done = len(rows) - len(failures)
    if outcome == "deleted" and request.server.deleted_in_result:
        request.scripted = True
        result = {"numberOfItemsDeleted": done} | ({"failures": failures} if failures else {})
        return success_response(request, "list", {"result": result})
    counts = {outcome: done, "ignored": len(failures), "total": len(rows), "failures": failures}
    return success_response(request, "item", counts)


def reset_index(request: Request) -> Response:
    """Reset the index of new items to 1; the list must be empty."""
    part = find_list(request)
    require_unlocked(request)
    if request.model.items_in(part).by_id:
        raise HTTPError(400, "The list is not empty")
    if request.model.is_deployed and not part.production:
        raise HTTPError(400, "The list is not a production list")
    request.model.items[part.id] = Items(request.model.items_in(part).prefix)
    for other in request.model.parts("lineItems"):
        if any(name == part.name or name.startswith(f"{part.name}: ") for name in other.applies_to):
            request.model.cells.pop(other.id, None)
    return Response(status_code=200)


def _parse_action(request: Request) -> tuple[str, _Rule]:
    if request.method == "PUT":
        return "updated", list_item_rules.update
    action = request.query.get("action")
    if action not in ("add", "delete"):
        raise HTTPError(400, "The query parameter `action` must be `add` or `delete`")
    return ("added", list_item_rules.add) if action == "add" else ("deleted", list_item_rules.delete)


def _item_serializer(model: Model, part: Part, *, include_all: bool) -> Callable[[Item], Json]:
    """Return a function that serializes an item; unset fields are omitted."""
    stores = list_item_rules.parent_stores(model, part)
    name = part.parent_list
    parent_list: Json = {"listId": model.part("lists", name).id, "listName": name} if name else {}

    def serialize(item: Item) -> Json:
        row: Json = {"id": item.id, "name": item.name}
        if item.code is not None:
            row["code"] = item.code
        parent = next((items.by_id[item.parent_id] for items in stores if item.parent_id in items.by_id), None)
        if parent:
            row |= {"parent": parent.name, "parentId": parent.id} | parent_list
        if include_all and part.subsets:
            row["subsets"] = {name: name in item.subsets for name in part.subsets}
        if include_all and item.properties:
            row["properties"] = dict(item.properties)
        return row

    return serialize
