"""Read the history of a model from its description: structural changes, revisions and syncs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from attrs import frozen

from ..state.model import Model
from ..state.tenant import Tenant
from .description import Node
from .structure_file import PART, add_items, add_structure, expand_name, list_field, parse_fields, parse_kind

_STEP_KEYS = (
    *("lists", "modules", "line_items", "parts", "change", "move", "rename", "remove", "items", "remove_items"),
    *("revision", "sync"),
)


@frozen
class Context:
    """The tenant read so far, and the file to which paths are relative."""

    tenant: Tenant
    file: str


def apply_step(node: Node, model: Model, context: Context, at: float) -> None:
    """Apply a step of the history: change the structure and items, then record or sync a revision."""
    step = node.fields(_STEP_KEYS)
    add_structure(step, model)
    _change_structure(step, model)
    for list_name, items in step["items"].as_mapping().items() if "items" in step else ():
        add_items(items, model, list_name)
    for list_name, items in step["remove_items"].as_mapping().items() if "remove_items" in step else ():
        _remove_items(items, model, list_name)
    if "revision" in step:
        _record_revision(expand_name(step["revision"]), model, context, at)
    if "sync" in step:
        _apply_sync(step["sync"], model, context, at)


def _change_structure(step: Mapping[str, Node], model: Model) -> None:
    for node in list_field(step, "change"):
        fields = node.fields((*PART, "kind"), ("kind", "name"))
        kind = parse_kind(fields["kind"])
        with node.locate_errors():
            model.change(kind, **parse_fields(fields, PART))
    for node in list_field(step, "move"):
        fields = node.fields(("kind", "name", "module", "after"), ("kind", "name"))
        after = fields["after"].as_text() if "after" in fields else None
        name, kind = fields["name"].as_text(), parse_kind(fields["kind"])
        with node.locate_errors():
            model.move(kind, name, after=after, module=_parse_module(fields))
    for change in list_field(step, "rename"):
        fields = change.fields(("kind", "name", "to", "module"), ("kind", "name", "to"))
        name, new_name = fields["name"].as_text(), fields["to"].as_text()
        with change.locate_errors():
            model.rename(parse_kind(fields["kind"]), name, new_name, module=_parse_module(fields))
    for change in list_field(step, "remove"):
        fields = change.fields(("kind", "name", "module"), ("kind", "name"))
        with change.locate_errors():
            model.remove(parse_kind(fields["kind"]), fields["name"].as_text(), module=_parse_module(fields))


def _remove_items(node: Node, model: Model, list_name: str) -> None:
    with node.locate_errors():
        store = model.items_of(list_name)
    for child in node.as_list():
        item = store.find_any(child.as_text())
        if item is None:
            child.must_be(f"the name, code or id of an item of {list_name}")
        store.remove(item)


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
