"""Read the structure of a model from its description: lists with items, modules, line items and other parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from ..state.model import Model
from ..state.structure import Kind
from . import list_item_rules
from .description import Node
from .dimensions import find_dimension
from .rejection import RowRejectedError

KINDS: tuple[Kind, ...] = get_args(Kind)
FORMATS = ("TEXT", "NUMBER", "BOOLEAN", "DATE")
Readers = Mapping[str, Callable[[Node], Any]]
Arguments = dict[str, Any]
"""Keyword arguments, whose types the readers have checked."""


def _parse_formats(node: Node) -> dict[str, str]:
    return {name: child.as_choice(FORMATS) for name, child in node.as_mapping().items()}


_LIST: Readers = {
    "name": Node.as_text,
    "numbered": Node.as_flag,
    "parent": Node.as_text,
    "top_level": Node.as_text,
    "production": Node.as_flag,
    "properties": _parse_formats,
    "subsets": Node.as_texts,
}
_LINE_ITEM: Readers = {
    "name": Node.as_text,
    "format": lambda node: node.as_choice(FORMATS),
    "formula": Node.as_text,
    "applies_to": Node.as_texts,
    "subsets": Node.as_texts,
}
_VIEW: Readers = {
    "name": Node.as_text,
    "rows": Node.as_texts,
    "columns": Node.as_texts,
    "pages": Node.as_texts,
    "shown": Node.as_lists_by_name,
}
_ITEM: Readers = {
    "name": Node.as_text,
    "code": Node.as_text,
    "parent": Node.as_text,
    "properties": Node.as_texts_by_name,
    "subsets": lambda node: {name: child.as_flag() for name, child in node.as_mapping().items()},
}
PART: Readers = {
    "name": Node.as_text,
    "module": Node.as_text,
    "properties": lambda node: {name: child.as_any_text() for name, child in node.as_mapping().items()},
    "names": Node.as_lists_by_name,
}


def list_field(fields: Mapping[str, Node], key: str) -> list[Node]:
    """Return the values of a list that may be absent."""
    return fields[key].as_list() if key in fields else []


def parse_fields(fields: Mapping[str, Node], readers: Readers) -> Arguments:
    """Return the values of the fields that have a reader."""
    return {key: readers[key](node) for key, node in fields.items() if key in readers}


def expand_name(node: Node) -> Node:
    """Expand a bare text to a mapping with that name."""
    return Node({"name": node.value}, node.path, node.file, node.lines) if isinstance(node.value, str) else node


def parse_kind(node: Node) -> Kind:
    """Return a kind of part, in the words of the summary report."""
    node.as_choice(KINDS)
    return next(kind for kind in KINDS if kind == node.value)


def add_structure(structure: Mapping[str, Node], model: Model) -> None:
    """Add the described lists, modules, line items and other parts to the model."""
    for node in map(expand_name, list_field(structure, "lists")):
        fields = node.fields((*_LIST, "items"), ("name",))
        values = parse_fields(fields, _LIST)
        with node.locate_errors():
            model.add_list(**values)
        if "parent" in values:
            with fields["parent"].locate_errors():
                model.part("lists", values["parent"])
        if "items" in fields:
            add_items(fields["items"], model, values["name"])
    for node in map(expand_name, list_field(structure, "modules")):
        _add_module(node, model)
    for node in list_field(structure, "line_items"):
        fields = node.fields((*_LINE_ITEM, "module"), ("name", "module"))
        _add_line_item(node, fields, model, fields["module"].as_text())
    for node in list_field(structure, "parts"):
        fields = node.fields((*PART, "kind"), ("kind", "name"))
        kind = parse_kind(fields["kind"])
        with node.locate_errors():
            model.add_part(kind, **parse_fields(fields, PART))


def add_items(node: Node, model: Model, list_name: str) -> None:
    """Add the described items to a list."""
    with node.locate_errors():
        part = model.part("lists", list_name)
    for item in node.as_list():
        key_field = "code" if part.numbered else "name"
        described = {key_field: item.value} if isinstance(item.value, (str, int)) else item.value
        fields = Node(described, item.path, item.file, item.lines).fields(_ITEM)
        try:
            list_item_rules.add(model, part, parse_fields(fields, _ITEM))
        except RowRejectedError as error:
            item.fail(f"is rejected: {error}")


def _add_module(node: Node, model: Model) -> None:
    fields = node.fields(("name", "applies_to", "line_items", "views"), ("name",))
    name = fields["name"].as_text()
    applies_to = _parse_dimensions(fields, model)
    with node.locate_errors():
        model.add_module(name, applies_to=applies_to)
    for line in map(expand_name, list_field(fields, "line_items")):
        _add_line_item(line, line.fields(_LINE_ITEM, ("name",)), model, name)
    for view in list_field(fields, "views"):
        values = parse_fields(view.fields(_VIEW, ("name",)), _VIEW)
        with view.locate_errors():
            model.add_view(name, **values)


def _add_line_item(node: Node, fields: Mapping[str, Node], model: Model, module: str) -> None:
    _parse_dimensions(fields, model)
    with node.locate_errors():
        model.add_line_item(module, **parse_fields(fields, _LINE_ITEM))


def _parse_dimensions(fields: Mapping[str, Node], model: Model) -> tuple[str, ...]:
    for node in list_field(fields, "applies_to"):
        with node.locate_errors():
            find_dimension(model, node.as_text())
    return fields["applies_to"].as_texts() if "applies_to" in fields else ()
