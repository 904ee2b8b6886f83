"""Read a model of a tenant's description: its files and actions; other modules read structure and history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ..state.actions import Action, Column, Export, Import, Process
from ..state.files import DAY, File
from ..state.model import Model
from ..state.structure import derive_id
from ..state.tenant import Workspace
from ..state.views import Dashboard
from .description import Node
from .history_file import Context, apply_step
from .structure_file import FORMATS, Readers, add_items, add_structure, expand_name, list_field, parse_fields

_START = 1_767_225_600.0
"""2026-01-01, the default time of the first revision."""
_STATES = ("UNLOCKED", "LOCKED", "ARCHIVED", "MAINTENANCE", "PRODUCTION", "PRODUCTION_MAINTENANCE")
_Referable = File | Import | Export | Action
_T = TypeVar("_T", File, Import, Export, Action, Process, Dashboard)


_FILE: Readers = {"name": Node.as_text, "separator": Node.as_text, "delimiter": Node.as_text}
_COLUMN: Readers = {"name": Node.as_text, "format": lambda node: node.as_choice(FORMATS), "required": Node.as_flag}
_IMPORT: Readers = {"name": Node.as_text, "import_type": Node.as_text, "prompts": Node.as_texts_by_name}
_EXPORT: Readers = {"name": Node.as_text, "layout": Node.as_text, "prompts": Node.as_texts_by_name}
_ACTION: Readers = {"name": Node.as_text, "action_type": Node.as_text}
_NAMED: Readers = {"name": Node.as_text}
_MODEL_KEYS = (
    *("id", "name", "active_state", "open", "lists", "modules", "items", "files", "imports", "exports", "actions"),
    *("processes", "dashboards", "parts", "history", "size", "sync_conflicts"),
)


def read_model(node: Node, workspace: Workspace, context: Context) -> None:
    """Add the described model to the workspace."""
    fields = node.fields(_MODEL_KEYS, ("name",))
    name = fields["name"].as_text()
    derived = hashlib.sha256(f"{workspace.id}/{name}".encode()).hexdigest()[:32].upper()
    model = Model(id=fields["id"].as_text() if "id" in fields else derived, name=name, modified=_START)
    if any(other.id == model.id for _, other in context.tenant.models()):
        node.fail(f"has the id of another model: {model.id}")
    workspace.models.append(model)
    if "active_state" in fields:
        model.active_state = fields["active_state"].as_choice(_STATES)
    if "open" in fields:
        model.is_open = fields["open"].as_flag()
    if "size" in fields:
        model.size = fields["size"].as_number()
    model.sync_conflicts = [frozenset(child.as_texts()) for child in list_field(fields, "sync_conflicts")]
    add_structure(fields, model)
    for number, step in enumerate(list_field(fields, "history")):
        apply_step(step, model, context, _START + number * DAY)
    for list_name, items in fields["items"].as_mapping().items() if "items" in fields else ():
        add_items(items, model, list_name)
    _read_actions(fields, model, context)


def _read_actions(model_fields: Mapping[str, Node], model: Model, context: Context) -> None:
    for node in map(expand_name, list_field(model_fields, "files")):
        _append(node, _parse_file(node, context), model.files)
    for node in list_field(model_fields, "imports"):
        _append(node, _parse_import(node, model), model.imports)
    for node in list_field(model_fields, "exports"):
        _append(node, Export(**_parse_of_module(node, model, "116", _EXPORT)), model.exports)
    for node in list_field(model_fields, "actions"):
        _append(node, Action(**_parse_of_module(node, model, "117", _ACTION)), model.actions)
    steps: list[_Referable] = [*model.imports, *model.exports, *model.actions]
    for node in list_field(model_fields, "processes"):
        fields = node.fields((*_NAMED, "id", "actions"), ("name", "actions"))
        ids = [_parse_reference(step, "import, export or action", steps) for step in fields["actions"].as_list()]
        process = Process(id=_parse_id(fields, "118"), name=fields["name"].as_text(), action_ids=ids)
        _append(node, process, model.processes)
    for node in map(expand_name, list_field(model_fields, "dashboards")):
        fields = node.fields((*_NAMED, "id"), ("name",))
        _append(node, Dashboard(id=_parse_id(fields, "115"), name=fields["name"].as_text()), model.dashboards)


def _parse_of_module(node: Node, model: Model, prefix: str, readers: Readers) -> dict[str, Any]:
    """Parse an export or action, which belongs to a module."""
    fields = node.fields((*readers, "id", "module"), ("name", "module"))
    module = _parse_name(fields["module"], "module", [part.name for part in model.parts("modules")])
    return {"id": _parse_id(fields, prefix), "module": module, **parse_fields(fields, readers)}


def _parse_id(fields: Mapping[str, Node], prefix: str) -> str:
    return fields["id"].as_id(prefix) if "id" in fields else derive_id(prefix, fields["name"].as_text())


def _append(node: Node, new: _T, others: list[_T]) -> None:
    for key in ("id", "name"):
        if any(getattr(other, key) == getattr(new, key) for other in others):
            node.fail(f"has the {key} of another: {getattr(new, key)}")
    others.append(new)


def _parse_file(node: Node, context: Context) -> File:
    fields = node.fields((*_FILE, "id", "content", "path"), ("name",))
    content = fields["content"].as_any_text().encode() if "content" in fields else None
    if "path" in fields:
        if content is not None:
            node.fail("must have content or path, not both")
        try:
            content = (Path(context.file).parent / fields["path"].as_text()).read_bytes()
        except OSError as error:
            fields["path"].fail(f"must be a file that can be read: {error.strerror}")
    return File(id=_parse_id(fields, "113"), content=content, **parse_fields(fields, _FILE))


def _parse_import(node: Node, model: Model) -> Import:
    fields = node.fields((*_IMPORT, "id", "file", "module", "list", "columns"), ("name", "file"))
    if ("module" in fields) == ("list" in fields):
        node.fail("must have a module or a list to load into, and not both")
    lists, modules = ([part.name for part in model.parts(kind)] for kind in ("lists", "modules"))
    columns = [child.fields(_COLUMN, ("name",)) for child in map(expand_name, list_field(fields, "columns"))]
    return Import(
        id=_parse_id(fields, "112"),
        file_id=_parse_reference(fields["file"], "file", model.files),
        columns=tuple(Column(**parse_fields(column, _COLUMN)) for column in columns) if "columns" in fields else None,
        module=_parse_name(fields["module"], "module", modules) if "module" in fields else "",
        list=_parse_name(fields["list"], "list", lists) if "list" in fields else "",
        **parse_fields(fields, _IMPORT),
    )


def _parse_name(node: Node, kind: str, names: Sequence[str]) -> str:
    if node.as_text() not in names:
        node.must_be(f"the name of a {kind} of the model: {', '.join(names) or 'it has none'}")
    return node.as_text()


def _parse_reference(node: Node, kind: str, candidates: Sequence[_Referable]) -> str:
    text = node.as_text()
    for candidate in candidates:
        if text in (candidate.id, candidate.name):
            return candidate.id
    names = ", ".join(candidate.name for candidate in candidates)
    node.must_be(f"the name or id of a {kind} of the model: {names or 'it has none'}")
