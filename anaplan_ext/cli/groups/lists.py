"""`anaplan lists`: lists and their items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Result, Row, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.integration.models import ListItem

    from ... import ListWriteResult
    from ..context import Context

COLUMNS = (Column("id", "Id of the list."), Column("name", "Name."), Column("code", "Code."))
METADATA_COLUMNS = (
    Column("id", "Id of the list."),
    Column("name", "Name."),
    Column("item_count", "Number of items.", "integer"),
    Column("numbered_list", "Whether items are numbered.", "boolean"),
    Column("production_data", "Whether items can change in deployed mode.", "boolean"),
    Column("has_selective_access", "Whether users see only some items.", "boolean"),
    Column("managed_by", "What manages the list."),
)
ITEM_COLUMNS = (
    Column("id", "Id of the item."),
    Column("name", "Name."),
    Column("code", "Code."),
    Column("parent", "Name of the parent."),
    Column("properties", "Properties, with `--all`.", "object"),
    Column("subsets", "Subsets, with `--all`.", "array"),
)
WRITE_COLUMNS = (
    Column("added", "Items that were added.", "integer"),
    Column("updated", "Items that were changed.", "integer"),
    Column("deleted", "Items that were deleted.", "integer"),
    Column("ignored", "Items for which there was nothing to do.", "integer"),
    Column("total", "Items in the file.", "integer"),
)
LIST = Argument(("name",), "Name or id of the list.", "LIST")
FILE = Argument(("-f", "--file"), "CSV or JSON lines with the items; `-` is standard input.", "FILE", is_required=True)


def _list(context: Context) -> Result:
    return Rows(pick(entry, COLUMNS) for entry in context.model.transactional.iter_lists())


def _get(context: Context) -> Result:
    return One(pick(context.model.transactional.get_list_metadata(_list_id(context)), METADATA_COLUMNS))


def _items(context: Context) -> Result:
    items = context.model.transactional.iter_list_items(_list_id(context), include_all=context.options.all)
    return Rows(map(_item, items))


def _add(context: Context) -> Result:
    from .. import entries

    items = map(entries.to_item, entries.read(context.options.file))
    list_id = _list_id(context)
    if context.options.dry_run:
        return Done(f"would add items to list {list_id}")
    return _tell(context.model.transactional.insert_list_items(list_id, items, raise_on_failure=True))


def _update(context: Context) -> Result:
    from .. import entries

    items = map(entries.to_item, entries.read(context.options.file))
    list_id = _list_id(context)
    if context.options.dry_run:
        return Done(f"would update items of list {list_id}")
    return _tell(context.model.transactional.update_list_items(list_id, items, raise_on_failure=True))


def _delete(context: Context) -> Result:
    from .. import entries

    items = list(map(entries.to_item, entries.read(context.options.file)))
    list_id = _list_id(context)
    if context.options.dry_run:
        return Done(f"would delete {len(items)} items of list {list_id}")
    context.confirm(f"Delete {len(items)} items of {context.options.name}?")
    return _tell(context.model.transactional.delete_list_items(list_id, items, raise_on_failure=True))


def _reset_index(context: Context) -> Result:
    list_id = _list_id(context)
    if context.options.dry_run:
        return Done(f"would reset the index of list {list_id}")
    context.model.transactional.reset_list_index(list_id)
    return Done(f"the index of {context.options.name} is reset")


def _tell(result: ListWriteResult) -> Result:
    return One(pick(result, WRITE_COLUMNS))


def _list_id(context: Context) -> str:
    from ...listing.names import find

    name = context.options.name
    if len(name) == 12 and name.isdecimal():
        return str(name)
    return find("list", name, context.model.transactional.list_lists()).id


def _item(item: ListItem) -> Row:
    return pick(item, ITEM_COLUMNS)


GROUP = Group(
    "lists",
    (
        Command("lists list", "List the lists.", _list, (), COLUMNS, ("anaplan lists list -m 'Planning Dev'",)),
        Command(
            "lists get", "Show a list.", _get, (LIST,), METADATA_COLUMNS, ("anaplan lists get Airports",), is_one=True
        ),
        Command(
            "lists items",
            "Print the items of a list.",
            _items,
            (LIST, Argument(("--all",), "Include properties and subsets.", is_flag=True)),
            ITEM_COLUMNS,
            ("anaplan lists items Airports -o csv", "anaplan lists items Airports --all -o jsonl"),
        ),
        Command(
            "lists add",
            "Add items from a file.",
            _add,
            (LIST, FILE),
            WRITE_COLUMNS,
            examples=("anaplan lists add Airports -f airports.csv",),
            is_write=True,
            is_one=True,
        ),
        Command(
            "lists update",
            "Update items from a file.",
            _update,
            (LIST, FILE),
            WRITE_COLUMNS,
            examples=("anaplan lists update Airports -f airports.csv",),
            is_write=True,
            is_one=True,
        ),
        Command(
            "lists delete",
            "Delete the items in a file, by id or code.",
            _delete,
            (LIST, FILE),
            WRITE_COLUMNS,
            examples=("anaplan lists delete Airports -f closed.csv --yes",),
            is_write=True,
            is_one=True,
        ),
        Command(
            "lists reset-index",
            "Reset the index of an empty numbered list.",
            _reset_index,
            (LIST,),
            examples=("anaplan lists reset-index Carriers",),
            is_write=True,
        ),
    ),
)
