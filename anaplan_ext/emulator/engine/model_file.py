"""A model as a description of a tenant has it: its structure, items, files, actions and history."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from ..state.model import Model, Tenant, Workspace
from ..state.objects import DAY, Action, Column, Dashboard, Export, File, Import, Process
from ..state.structure import Kind, derive_id
from . import list_item_rules
from .description import Node
from .dimensions import reference
from .rejection import Rejected

_START = 1_767_225_600.0
"""2026-01-01, when the first revision is made unless it says otherwise."""
_STATES = ("UNLOCKED", "LOCKED", "ARCHIVED", "MAINTENANCE", "PRODUCTION", "PRODUCTION_MAINTENANCE")
_KINDS: tuple[Kind, ...] = ("lists", "modules", "lineItems")
_FORMATS = ("TEXT", "NUMBER", "BOOLEAN", "DATE")
_Readers = Mapping[str, Callable[[Node], Any]]
_Thing = File | Import | Export | Action
_T = TypeVar("_T", File, Import, Export, Action, Process, Dashboard)


def _formats(node: Node) -> dict[str, str]:
    return {name: one.choice(_FORMATS) for name, one in node.named().items()}


_LIST: _Readers = {
    "name": Node.text,
    "numbered": Node.flag,
    "parent": Node.text,
    "top_level": Node.text,
    "production": Node.flag,
    "properties": _formats,
    "subsets": Node.texts,
}
_LINE_ITEM: _Readers = {
    "name": Node.text,
    "format": lambda node: node.choice(_FORMATS),
    "formula": Node.text,
    "applies_to": Node.texts,
    "subsets": Node.texts,
}
_VIEW: _Readers = {
    "name": Node.text,
    "rows": Node.texts,
    "columns": Node.texts,
    "pages": Node.texts,
    "shown": Node.lists_by_name,
}
_ITEM: _Readers = {
    "name": Node.text,
    "code": Node.text,
    "parent": Node.text,
    "properties": Node.texts_by_name,
    "subsets": lambda node: {name: one.flag() for name, one in node.named().items()},
}
_FILE: _Readers = {"name": Node.text, "separator": Node.text, "delimiter": Node.text}
_COLUMN: _Readers = {"name": Node.text, "format": lambda node: node.choice(_FORMATS), "required": Node.flag}
_IMPORT: _Readers = {"name": Node.text, "import_type": Node.text, "prompts": Node.texts_by_name}
_EXPORT: _Readers = {"name": Node.text, "layout": Node.text, "prompts": Node.texts_by_name}
_ACTION: _Readers = {"name": Node.text, "action_type": Node.text}
_NAMED: _Readers = {"name": Node.text}
_MODEL_KEYS = (
    *("id", "name", "active_state", "open", "lists", "modules", "items", "files", "imports", "exports", "actions"),
    *("processes", "dashboards", "history"),
)
_STEP_KEYS = ("lists", "modules", "line_items", "rename", "remove", "revision", "sync")


@frozen
class Context:
    """What models are read with: the tenant so far, and the file that paths are relative to."""

    tenant: Tenant
    file: str


def read_model(node: Node, workspace: Workspace, context: Context) -> None:
    """Add the described model to the workspace."""
    fields = node.fields(_MODEL_KEYS, ("name",))
    name = fields["name"].text()
    derived = hashlib.sha256(f"{workspace.id}/{name}".encode()).hexdigest()[:32].upper()
    model = Model(id=fields["id"].text() if "id" in fields else derived, name=name, modified=_START)
    if any(other.id == model.id for _, other in context.tenant.models()):
        node.fail(f"has the id of another model: {model.id}")
    workspace.models.append(model)
    if "active_state" in fields:
        model.active_state = fields["active_state"].choice(_STATES)
    if "open" in fields:
        model.is_open = fields["open"].flag()
    _structure(fields, model)
    for number, step in enumerate(_each(fields, "history")):
        _step(step, model, context, _START + number * DAY)
    for list_name, items in fields["items"].named().items() if "items" in fields else ():
        _items(items, model, list_name)
    _read_actions(fields, model, context)


def _each(fields: Mapping[str, Node], key: str) -> list[Node]:
    return fields[key].each() if key in fields else []


def _given(fields: Mapping[str, Node], readers: _Readers) -> dict[str, Any]:
    return {key: readers[key](node) for key, node in fields.items() if key in readers}


def _short(node: Node) -> Node:
    """A text alone stands for something of that name."""
    return Node({"name": node.value}, node.place, node.file, node.lines) if isinstance(node.value, str) else node


def _structure(fields: Mapping[str, Node], model: Model) -> None:
    for node in map(_short, _each(fields, "lists")):
        own = node.fields((*_LIST, "items"), ("name",))
        given = _given(own, _LIST)
        with node.blamed():
            model.add_list(**given)
        if "parent" in given:
            with own["parent"].blamed():
                model.part("lists", given["parent"])
        if "items" in own:
            _items(own["items"], model, given["name"])
    for node in map(_short, _each(fields, "modules")):
        _module(node, model)
    for node in _each(fields, "line_items"):
        own = node.fields((*_LINE_ITEM, "module"), ("name", "module"))
        _line_item(node, own, model, own["module"].text())


def _items(node: Node, model: Model, list_name: str) -> None:
    with node.blamed():
        part = model.part("lists", list_name)
    for item in node.each():
        plain = "code" if part.numbered else "name"
        described = {plain: item.value} if isinstance(item.value, (str, int)) else item.value
        fields = Node(described, item.place, item.file, item.lines).fields(_ITEM)
        try:
            list_item_rules.add(model, part, _given(fields, _ITEM))
        except Rejected as error:
            item.fail(f"is rejected: {error}")


def _module(node: Node, model: Model) -> None:
    fields = node.fields(("name", "applies_to", "line_items", "views"), ("name",))
    name = fields["name"].text()
    applies_to = _dimensions(fields, model)
    with node.blamed():
        model.add_module(name, applies_to=applies_to)
    for line in map(_short, _each(fields, "line_items")):
        _line_item(line, line.fields(_LINE_ITEM, ("name",)), model, name)
    for view in _each(fields, "views"):
        given = _given(view.fields(_VIEW, ("name",)), _VIEW)
        with view.blamed():
            model.add_view(name, **given)


def _line_item(node: Node, fields: Mapping[str, Node], model: Model, module: str) -> None:
    _dimensions(fields, model)
    with node.blamed():
        model.add_line_item(module, **_given(fields, _LINE_ITEM))


def _dimensions(fields: Mapping[str, Node], model: Model) -> tuple[str, ...]:
    for node in _each(fields, "applies_to"):
        with node.blamed():
            reference(model, node.text())
    return fields["applies_to"].texts() if "applies_to" in fields else ()


def _step(node: Node, model: Model, context: Context, at: float) -> None:
    """Change the structure as a step of the history says, and record or apply a revision."""
    fields = node.fields(_STEP_KEYS)
    _structure(fields, model)
    for one in _each(fields, "rename"):
        own = one.fields(("kind", "name", "to", "module"), ("kind", "name", "to"))
        with one.blamed():
            model.rename(_kind(own), own["name"].text(), own["to"].text(), module=_module_of(own))
    for one in _each(fields, "remove"):
        own = one.fields(("kind", "name", "module"), ("kind", "name"))
        with one.blamed():
            model.remove(_kind(own), own["name"].text(), module=_module_of(own))
    if "revision" in fields:
        _revision(_short(fields["revision"]), model, context, at)
    if "sync" in fields:
        _sync(fields["sync"], model, context, at)


def _kind(fields: Mapping[str, Node]) -> Kind:
    fields["kind"].choice(_KINDS)
    return next(kind for kind in _KINDS if kind == fields["kind"].value)


def _module_of(fields: Mapping[str, Node]) -> str:
    return fields["module"].text() if "module" in fields else ""


def _revision(node: Node, model: Model, context: Context, at: float) -> None:
    fields = node.fields(("name", "id", "description", "at", "by"), ("name",))
    name = fields["name"].text()
    derived = hashlib.sha256(f"{model.id}/{name}".encode()).hexdigest()[:32].upper()
    model.record_revision(
        fields["id"].text() if "id" in fields else derived,
        name,
        user_id=_user_id(fields, context),
        at=fields["at"].moment() if "at" in fields else at,
        description=fields["description"].text() if "description" in fields else None,
    )


def _sync(node: Node, model: Model, context: Context, at: float) -> None:
    fields = node.fields(("model", "revision", "at", "by", "method"), ("model", "revision"))
    source = next((one for _, one in context.tenant.models() if fields["model"].text() in (one.id, one.name)), None)
    if source is None or source is model:
        fields["model"].must_be("the name or id of a model that is described before this one")
    text = fields["revision"].text()
    revision = next((a.revision for a in source.revisions if text in (a.revision.id, a.revision.name)), None)
    if revision is None:
        fields["revision"].must_be(f"the name or id of a revision of {source.name}")
    model.apply_revision(
        revision,
        user_id=_user_id(fields, context),
        at=fields["at"].moment() if "at" in fields else max(at, revision.created),
        method=fields["method"].text() if "method" in fields else "Revision synchronized",
    )


def _user_id(fields: Mapping[str, Node], context: Context) -> str:
    if "by" not in fields:
        return context.tenant.users[0].id
    email = fields["by"].text()
    for user in context.tenant.users:
        if user.email == email:
            return user.id
    fields["by"].must_be("the email of a user of this tenant")


def _read_actions(fields: Mapping[str, Node], model: Model, context: Context) -> None:
    for node in map(_short, _each(fields, "files")):
        _add(node, _file(node, context), model.files)
    for node in _each(fields, "imports"):
        _add(node, _import(node, model), model.imports)
    for node in _each(fields, "exports"):
        own = node.fields((*_EXPORT, "id", "module"), ("name", "module"))
        module = _existing(own["module"], "module", [part.name for part in model.parts("modules")])
        _add(node, Export(id=_id(own, "116"), module=module, **_given(own, _EXPORT)), model.exports)
    for node in _each(fields, "actions"):
        own = node.fields((*_ACTION, "id", "module"), ("name", "module"))
        module = _existing(own["module"], "module", [part.name for part in model.parts("modules")])
        _add(node, Action(id=_id(own, "117"), module=module, **_given(own, _ACTION)), model.actions)
    steps: list[_Thing] = [*model.imports, *model.exports, *model.actions]
    for node in _each(fields, "processes"):
        own = node.fields((*_NAMED, "id", "actions"), ("name", "actions"))
        ids = [_reference(step, "import, export or action", steps) for step in own["actions"].each()]
        process = Process(id=_id(own, "118"), name=own["name"].text(), action_ids=ids)
        _add(node, process, model.processes)
    for node in map(_short, _each(fields, "dashboards")):
        own = node.fields((*_NAMED, "id"), ("name",))
        _add(node, Dashboard(id=_id(own, "115"), name=own["name"].text()), model.dashboards)


def _id(fields: Mapping[str, Node], prefix: str) -> str:
    return fields["id"].identifier(prefix) if "id" in fields else derive_id(prefix, fields["name"].text())


def _add(node: Node, new: _T, others: list[_T]) -> None:
    for what, same in (("id", "id"), ("name", "name")):
        if any(getattr(other, same) == getattr(new, same) for other in others):
            node.fail(f"has the {what} of another: {getattr(new, same)}")
    others.append(new)


def _file(node: Node, context: Context) -> File:
    fields = node.fields((*_FILE, "id", "content", "path"), ("name",))
    content = fields["content"].any_text().encode() if "content" in fields else None
    if "path" in fields:
        if content is not None:
            node.fail("must have content or path, not both")
        try:
            content = (Path(context.file).parent / fields["path"].text()).read_bytes()
        except OSError as error:
            fields["path"].fail(f"must be a file that can be read: {error.strerror}")
    return File(id=_id(fields, "113"), content=content, **_given(fields, _FILE))


def _import(node: Node, model: Model) -> Import:
    fields = node.fields((*_IMPORT, "id", "file", "module", "list", "columns"), ("name", "file"))
    if ("module" in fields) == ("list" in fields):
        node.fail("must have a module or a list to load into, and not both")
    lists, modules = ([part.name for part in model.parts(kind)] for kind in _KINDS[:2])
    columns = [one.fields(_COLUMN, ("name",)) for one in map(_short, _each(fields, "columns"))]
    return Import(
        id=_id(fields, "112"),
        file_id=_reference(fields["file"], "file", model.files),
        columns=tuple(Column(**_given(own, _COLUMN)) for own in columns) if "columns" in fields else None,
        module=_existing(fields["module"], "module", modules) if "module" in fields else "",
        list=_existing(fields["list"], "list", lists) if "list" in fields else "",
        **_given(fields, _IMPORT),
    )


def _existing(node: Node, what: str, names: Sequence[str]) -> str:
    if node.text() not in names:
        node.must_be(f"the name of a {what} of the model: {', '.join(names) or 'it has none'}")
    return node.text()


def _reference(node: Node, what: str, things: Sequence[_Thing]) -> str:
    text = node.text()
    for thing in things:
        if text in (thing.id, thing.name):
            return thing.id
    known = ", ".join(thing.name for thing in things)
    node.must_be(f"the name or id of a {what} of the model: {known or 'it has none'}")
