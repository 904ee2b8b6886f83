"""Read a model of a tenant's description: structure, items, files, actions and history."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from ..state.actions import Action, Column, Export, Import, Process
from ..state.files import DAY, File
from ..state.model import Model
from ..state.structure import Kind, derive_id
from ..state.tenant import Tenant, Workspace
from ..state.views import Dashboard
from . import list_item_rules
from .description import Node
from .dimensions import find_dimension
from .rejection import RowRejectedError

_START = 1_767_225_600.0
"""2026-01-01, the default time of the first revision."""
_STATES = ("UNLOCKED", "LOCKED", "ARCHIVED", "MAINTENANCE", "PRODUCTION", "PRODUCTION_MAINTENANCE")
_KINDS: tuple[Kind, ...] = ("lists", "modules", "lineItems")
_FORMATS = ("TEXT", "NUMBER", "BOOLEAN", "DATE")
_Readers = Mapping[str, Callable[[Node], Any]]
_Referable = File | Import | Export | Action
_T = TypeVar("_T", File, Import, Export, Action, Process, Dashboard)


def _parse_formats(node: Node) -> dict[str, str]:
    return {name: child.as_choice(_FORMATS) for name, child in node.as_mapping().items()}


_LIST: _Readers = {
    "name": Node.as_text,
    "numbered": Node.as_flag,
    "parent": Node.as_text,
    "top_level": Node.as_text,
    "production": Node.as_flag,
    "properties": _parse_formats,
    "subsets": Node.as_texts,
}
_LINE_ITEM: _Readers = {
    "name": Node.as_text,
    "format": lambda node: node.as_choice(_FORMATS),
    "formula": Node.as_text,
    "applies_to": Node.as_texts,
    "subsets": Node.as_texts,
}
_VIEW: _Readers = {
    "name": Node.as_text,
    "rows": Node.as_texts,
    "columns": Node.as_texts,
    "pages": Node.as_texts,
    "shown": Node.as_lists_by_name,
}
_ITEM: _Readers = {
    "name": Node.as_text,
    "code": Node.as_text,
    "parent": Node.as_text,
    "properties": Node.as_texts_by_name,
    "subsets": lambda node: {name: child.as_flag() for name, child in node.as_mapping().items()},
}
_FILE: _Readers = {"name": Node.as_text, "separator": Node.as_text, "delimiter": Node.as_text}
_COLUMN: _Readers = {"name": Node.as_text, "format": lambda node: node.as_choice(_FORMATS), "required": Node.as_flag}
_IMPORT: _Readers = {"name": Node.as_text, "import_type": Node.as_text, "prompts": Node.as_texts_by_name}
_EXPORT: _Readers = {"name": Node.as_text, "layout": Node.as_text, "prompts": Node.as_texts_by_name}
_ACTION: _Readers = {"name": Node.as_text, "action_type": Node.as_text}
_NAMED: _Readers = {"name": Node.as_text}
_MODEL_KEYS = (
    *("id", "name", "active_state", "open", "lists", "modules", "items", "files", "imports", "exports", "actions"),
    *("processes", "dashboards", "history"),
)
_STEP_KEYS = ("lists", "modules", "line_items", "rename", "remove", "revision", "sync")


@frozen
class Context:
    """The tenant read so far, and the file to which paths are relative."""

    tenant: Tenant
    file: str


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
    _add_structure(fields, model)
    for number, step in enumerate(_list_field(fields, "history")):
        _apply_step(step, model, context, _START + number * DAY)
    for list_name, items in fields["items"].as_mapping().items() if "items" in fields else ():
        _add_items(items, model, list_name)
    _read_actions(fields, model, context)


def _list_field(fields: Mapping[str, Node], key: str) -> list[Node]:
    return fields[key].as_list() if key in fields else []


def _parse_fields(fields: Mapping[str, Node], readers: _Readers) -> dict[str, Any]:
    return {key: readers[key](node) for key, node in fields.items() if key in readers}


def _expand_name(node: Node) -> Node:
    """Expand a bare text to a mapping with that name."""
    return Node({"name": node.value}, node.path, node.file, node.lines) if isinstance(node.value, str) else node


def _add_structure(structure: Mapping[str, Node], model: Model) -> None:
    for node in map(_expand_name, _list_field(structure, "lists")):
        fields = node.fields((*_LIST, "items"), ("name",))
        values = _parse_fields(fields, _LIST)
        with node.locate_errors():
            model.add_list(**values)
        if "parent" in values:
            with fields["parent"].locate_errors():
                model.part("lists", values["parent"])
        if "items" in fields:
            _add_items(fields["items"], model, values["name"])
    for node in map(_expand_name, _list_field(structure, "modules")):
        _add_module(node, model)
    for node in _list_field(structure, "line_items"):
        fields = node.fields((*_LINE_ITEM, "module"), ("name", "module"))
        _add_line_item(node, fields, model, fields["module"].as_text())


def _add_items(node: Node, model: Model, list_name: str) -> None:
    with node.locate_errors():
        part = model.part("lists", list_name)
    for item in node.as_list():
        key_field = "code" if part.numbered else "name"
        described = {key_field: item.value} if isinstance(item.value, (str, int)) else item.value
        fields = Node(described, item.path, item.file, item.lines).fields(_ITEM)
        try:
            list_item_rules.add(model, part, _parse_fields(fields, _ITEM))
        except RowRejectedError as error:
            item.fail(f"is rejected: {error}")


def _add_module(node: Node, model: Model) -> None:
    fields = node.fields(("name", "applies_to", "line_items", "views"), ("name",))
    name = fields["name"].as_text()
    applies_to = _parse_dimensions(fields, model)
    with node.locate_errors():
        model.add_module(name, applies_to=applies_to)
    for line in map(_expand_name, _list_field(fields, "line_items")):
        _add_line_item(line, line.fields(_LINE_ITEM, ("name",)), model, name)
    for view in _list_field(fields, "views"):
        values = _parse_fields(view.fields(_VIEW, ("name",)), _VIEW)
        with view.locate_errors():
            model.add_view(name, **values)


def _add_line_item(node: Node, fields: Mapping[str, Node], model: Model, module: str) -> None:
    _parse_dimensions(fields, model)
    with node.locate_errors():
        model.add_line_item(module, **_parse_fields(fields, _LINE_ITEM))


def _parse_dimensions(fields: Mapping[str, Node], model: Model) -> tuple[str, ...]:
    for node in _list_field(fields, "applies_to"):
        with node.locate_errors():
            find_dimension(model, node.as_text())
    return fields["applies_to"].as_texts() if "applies_to" in fields else ()


def _apply_step(node: Node, model: Model, context: Context, at: float) -> None:
    """Apply a step of the history: change the structure, then record or sync a revision."""
    step = node.fields(_STEP_KEYS)
    _add_structure(step, model)
    for change in _list_field(step, "rename"):
        fields = change.fields(("kind", "name", "to", "module"), ("kind", "name", "to"))
        name, new_name = fields["name"].as_text(), fields["to"].as_text()
        with change.locate_errors():
            model.rename(_parse_kind(fields), name, new_name, module=_parse_module(fields))
    for change in _list_field(step, "remove"):
        fields = change.fields(("kind", "name", "module"), ("kind", "name"))
        with change.locate_errors():
            model.remove(_parse_kind(fields), fields["name"].as_text(), module=_parse_module(fields))
    if "revision" in step:
        _record_revision(_expand_name(step["revision"]), model, context, at)
    if "sync" in step:
        _apply_sync(step["sync"], model, context, at)


def _parse_kind(fields: Mapping[str, Node]) -> Kind:
    fields["kind"].as_choice(_KINDS)
    return next(kind for kind in _KINDS if kind == fields["kind"].value)


def _parse_module(fields: Mapping[str, Node]) -> str:
    return fields["module"].as_text() if "module" in fields else ""


def _record_revision(node: Node, model: Model, context: Context, at: float) -> None:
    fields = node.fields(("name", "id", "description", "at", "by"), ("name",))
    name = fields["name"].as_text()
    derived = hashlib.sha256(f"{model.id}/{name}".encode()).hexdigest()[:32].upper()
    model.record_revision(
        fields["id"].as_text() if "id" in fields else derived,
        name,
        user_id=_parse_user_id(fields, context),
        at=fields["at"].as_timestamp() if "at" in fields else at,
        description=fields["description"].as_text() if "description" in fields else None,
    )


def _apply_sync(node: Node, model: Model, context: Context, at: float) -> None:
    fields = node.fields(("model", "revision", "at", "by", "method"), ("model", "revision"))
    name = fields["model"].as_text()
    source = next((other for _, other in context.tenant.models() if name in (other.id, other.name)), None)
    if source is None or source is model:
        fields["model"].must_be("the name or id of a model that is described before this one")
    text = fields["revision"].as_text()
    revisions = [applied.revision for applied in source.revisions]
    revision = next((revision for revision in revisions if text in (revision.id, revision.name)), None)
    if revision is None:
        fields["revision"].must_be(f"the name or id of a revision of {source.name}")
    model.apply_revision(
        revision,
        user_id=_parse_user_id(fields, context),
        at=fields["at"].as_timestamp() if "at" in fields else max(at, revision.created),
        method=fields["method"].as_text() if "method" in fields else "Revision synchronized",
    )


def _parse_user_id(fields: Mapping[str, Node], context: Context) -> str:
    if "by" not in fields:
        return context.tenant.users[0].id
    email = fields["by"].as_text()
    for user in context.tenant.users:
        if user.email == email:
            return user.id
    fields["by"].must_be("the email of a user of this tenant")


def _read_actions(model_fields: Mapping[str, Node], model: Model, context: Context) -> None:
    for node in map(_expand_name, _list_field(model_fields, "files")):
        _append(node, _parse_file(node, context), model.files)
    for node in _list_field(model_fields, "imports"):
        _append(node, _parse_import(node, model), model.imports)
    for node in _list_field(model_fields, "exports"):
        _append(node, Export(**_parse_of_module(node, model, "116", _EXPORT)), model.exports)
    for node in _list_field(model_fields, "actions"):
        _append(node, Action(**_parse_of_module(node, model, "117", _ACTION)), model.actions)
    steps: list[_Referable] = [*model.imports, *model.exports, *model.actions]
    for node in _list_field(model_fields, "processes"):
        fields = node.fields((*_NAMED, "id", "actions"), ("name", "actions"))
        ids = [_parse_reference(step, "import, export or action", steps) for step in fields["actions"].as_list()]
        process = Process(id=_parse_id(fields, "118"), name=fields["name"].as_text(), action_ids=ids)
        _append(node, process, model.processes)
    for node in map(_expand_name, _list_field(model_fields, "dashboards")):
        fields = node.fields((*_NAMED, "id"), ("name",))
        _append(node, Dashboard(id=_parse_id(fields, "115"), name=fields["name"].as_text()), model.dashboards)


def _parse_of_module(node: Node, model: Model, prefix: str, readers: _Readers) -> dict[str, Any]:
    """Parse an export or action, which belongs to a module."""
    fields = node.fields((*readers, "id", "module"), ("name", "module"))
    module = _parse_name(fields["module"], "module", [part.name for part in model.parts("modules")])
    return {"id": _parse_id(fields, prefix), "module": module, **_parse_fields(fields, readers)}


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
    return File(id=_parse_id(fields, "113"), content=content, **_parse_fields(fields, _FILE))


def _parse_import(node: Node, model: Model) -> Import:
    fields = node.fields((*_IMPORT, "id", "file", "module", "list", "columns"), ("name", "file"))
    if ("module" in fields) == ("list" in fields):
        node.fail("must have a module or a list to load into, and not both")
    lists, modules = ([part.name for part in model.parts(kind)] for kind in _KINDS[:2])
    columns = [child.fields(_COLUMN, ("name",)) for child in map(_expand_name, _list_field(fields, "columns"))]
    return Import(
        id=_parse_id(fields, "112"),
        file_id=_parse_reference(fields["file"], "file", model.files),
        columns=tuple(Column(**_parse_fields(column, _COLUMN)) for column in columns) if "columns" in fields else None,
        module=_parse_name(fields["module"], "module", modules) if "module" in fields else "",
        list=_parse_name(fields["list"], "list", lists) if "list" in fields else "",
        **_parse_fields(fields, _IMPORT),
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
