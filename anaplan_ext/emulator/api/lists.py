"""Lists: their metadata and items, and the changes of items, each of which is accepted or refused on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from starlette.responses import Response

from ..engine import list_item_rules
from ..engine.dimensions import list_subsets
from ..engine.grid import Row, Table
from ..engine.rejection import write_each
from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import CSV, Call
from ..http.responses import success
from ..http.validation import check_fields, read_body, require_media_type, require_unlocked
from ..state.items import Item, Items
from ..state.model import Model, top_level
from ..state.objects import Json
from ..state.structure import Part

_TEXTS = ("id", "name", "code", "parent")
_ITEM_FIELDS: dict[str, type] = {**dict.fromkeys(_TEXTS, str), "properties": dict, "subsets": dict}
_MOST = 999_999_999
_Rule = Callable[[Model, Part, Json], object]


def find_list(call: Call) -> Part:
    """The list the path names, or a 404."""
    for part in call.model.parts("lists"):
        if part.id == call.params["object"]:
            return part
    raise Refusal()


def list_lists(call: Call) -> Response:
    """The model's lists."""
    return listing(call, "list", "lists", call.model.parts("lists"), lambda part: {"id": part.id, "name": part.name})


def get_list(call: Call) -> Response:
    """A list in detail; what is not set is left out."""
    part, model = find_list(call), call.model
    items = model.items_in(part)
    total, parent = top_level(items, part), part.parent_list
    count = len(items.by_id) + (total is not None)
    row: Json = {
        "id": part.id,
        "name": part.name,
        "hasSelectiveAccess": False,
        "itemCount": count,
        "managedBy": "",
        "numberedList": part.numbered,
        "permittedItems": _MOST - count,
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
    properties = [{"name": name, "format": format, "notes": "", "referencedBy": ""} for name, format in formats]
    subsets = [{"id": id, "name": name} for id, name in list_subsets(part)]
    row |= {key: rows for key, rows in (("properties", properties), ("subsets", subsets)) if rows}
    return success(call, "list", {"metadata": row})


def list_items(call: Call) -> Response:
    """The items of a list: a page of them as JSON, or all of them as CSV."""
    part, most = find_list(call), call.world.limits.list_items
    items = call.model.items_in(part)
    if len(items.by_id) > most:
        raise Refusal(400, f"The list has more than {most} items")
    if call.wants_csv:
        return Response(table(call.model, part, include_all=call.flag("includeAll")).text(), media_type=CSV)
    show = _shower(call.model, part, call.flag("includeAll"))
    return listing(call, "listItem", "listItems", list(items.by_id.values()), show)


def table(model: Model, part: Part, *, include_all: bool) -> Table:
    """The items of a list as a table, as they are now."""
    items = list(model.items_in(part).by_id.values())
    parents = {
        id: item.name for places in list_item_rules.parent_items(model, part) for id, item in places.by_id.items()
    }
    subsets, properties = part.subsets, tuple(list_item_rules.property_formats(part))
    header = ["Name", "Parent", "Code", *(subsets + properties if include_all else ())]

    def rows(start: int) -> Iterator[Row]:
        for place in range(start, len(items)):
            item = items[place]
            line = [item.name, parents.get(item.parent_id or "", ""), item.code or ""]
            if include_all:
                line += [str(subset in item.subsets).lower() for subset in subsets]
                line += [item.properties.get(name, "") for name in properties]
            yield line

    return Table([header], len(items), len(items), rows)


def change_items(call: Call) -> Response:
    """Adds, deletes or updates items. Each is done or ignored; what was ignored is told by its place in the request."""
    part = find_list(call)
    require_unlocked(call)
    if call.model.deployed and not part.production:
        raise Refusal(425, "The model is in deployed mode")
    word, rule = _asked(call)
    rows = read_body(call, {"items": list})["items"]
    if len(rows) > call.world.limits.list_write:
        raise Refusal(400, f"The request has more than {call.world.limits.list_write} items")
    for row in rows:
        check_fields(row, _ITEM_FIELDS, _ITEM_FIELDS)
    failures = write_each(rows, partial(rule, call.model, part))
    if word == "deleted":
        list_item_rules.forget_parents(call.model, part)
    call.model.modified = call.world.now()
    done = len(rows) - len(failures)
    if word == "deleted" and call.world.deleted_in_result:
        call.scripted = True
        found = {"numberOfItemsDeleted": done, "failures": failures}
        return success(call, "list", {"result": {key: value for key, value in found.items() if value != []}})
    counts = {word: done, "ignored": len(failures), "total": len(rows), "failures": failures}
    return success(call, "item", counts)


def reset_index(call: Call) -> Response:
    """Lets new items begin at the first index again; only of an empty list."""
    part = find_list(call)
    require_media_type(call)
    require_unlocked(call)
    if call.model.items_in(part).by_id:
        raise Refusal(400, "The list is not empty")
    if call.model.deployed and not part.production:
        raise Refusal(400, "The list is not a production list")
    call.model.items[part.id] = Items(call.model.items_in(part).prefix)
    for other in call.model.parts("lineItems"):
        if any(name == part.name or name.startswith(f"{part.name}: ") for name in other.applies_to):
            call.model.cells.pop(other.id, None)
    return Response(status_code=200)


def _asked(call: Call) -> tuple[str, _Rule]:
    if call.method == "PUT":
        return "updated", list_item_rules.update
    action = call.query.get("action")
    if action not in ("add", "delete"):
        raise Refusal(400, "The query parameter `action` must be `add` or `delete`")
    return ("added", list_item_rules.add) if action == "add" else ("deleted", list_item_rules.delete)


def _shower(model: Model, part: Part, include_all: bool) -> Callable[[Item], Json]:
    """What shows an item as JSON; what is not set is left out."""
    places = list_item_rules.parent_items(model, part)
    above = part.parent_list
    parent_list: Json = {"listId": model.part("lists", above).id, "listName": above} if above else {}

    def show(item: Item) -> Json:
        row: Json = {"id": item.id, "name": item.name}
        if item.code is not None:
            row["code"] = item.code
        parent = next((items.by_id[item.parent_id] for items in places if item.parent_id in items.by_id), None)
        if parent:
            row |= {"parent": parent.name, "parentId": parent.id} | parent_list
        if include_all and part.subsets:
            row["subsets"] = {name: name in item.subsets for name in part.subsets}
        if include_all and item.properties:
            row["properties"] = dict(item.properties)
        return row

    return show
