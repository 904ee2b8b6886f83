"""A tenant as a YAML file or a mapping describes it: users, workspaces, models, files, actions and histories."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from typing import Any

from ..state.model import Model, Tenant, Workspace
from ..state.objects import User
from .description import Node, TenantError, read_file
from .model_file import Context, read_model

TenantSource = Tenant | Mapping[str, Any] | str | os.PathLike[str]
"""A tenant, its description, or the path of a YAML file with one."""

_USER: dict[str, Callable[[Node], Any]] = {
    "email": Node.text,
    "password": Node.text,
    "id": Node.text,
    "first_name": Node.any_text,
    "last_name": Node.any_text,
    "active": Node.flag,
    "workspace_administrator": Node.flag,
    "tenant_administrator": Node.flag,
    "user_administrator": Node.flag,
    "visitor": Node.flag,
    "sso_only": Node.flag,
}
_WORKSPACE: dict[str, Callable[[Node], Any]] = {
    "id": Node.text,
    "name": Node.text,
    "active": Node.flag,
    "size_allowance": Node.whole,
    "current_size": Node.whole,
}


def as_tenant(source: TenantSource) -> Tenant:
    """The tenant that the source is, or describes. TenantError if the description is not as it must be."""
    if isinstance(source, Tenant):
        return source
    if isinstance(source, Mapping):
        return _tenant(Node(source))
    return _tenant(read_file(source))


def _tenant(root: Node) -> Tenant:
    fields = root.fields(("id", "users", "workspaces"), ("users", "workspaces"))
    described = fields["users"].each()
    if not described:
        fields["users"].must_be("a list of at least one user, the default administrator first")
    users = [_user(node) for node in described]
    _unique([(node, user.email) for node, user in zip(described, users, strict=True)], "email")
    tenant = Tenant(users=users, workspaces=[])
    if "id" in fields:
        tenant.id = fields["id"].text()
    context = Context(tenant, root.file)
    for node in fields["workspaces"].each():
        _workspace(node, context)
    for node, user in zip(described, users, strict=True):
        _hide(node, user, tenant)
    return tenant


def _user(node: Node) -> User:
    fields = node.fields((*_USER, "hidden_models"), ("email",))
    return User(**{key: _USER[key](value) for key, value in fields.items() if key != "hidden_models"})


def _hide(node: Node, user: User, tenant: Tenant) -> None:
    models = [model for _, model in tenant.models()]
    hidden = node.named().get("hidden_models")
    found = [_named(one, models) for one in hidden.each()] if hidden else []
    user.hidden_models = frozenset(model.id for model in found)


def _named(node: Node, models: list[Model]) -> Model:
    text = node.text()
    for model in models:
        if text in (model.id, model.name):
            return model
    node.must_be("the name or id of a model of this tenant")


def _workspace(node: Node, context: Context) -> None:
    fields = node.fields((*_WORKSPACE, "models"), ("name",))
    given = {key: _WORKSPACE[key](value) for key, value in fields.items() if key != "models"}
    derived = "8a8b8c8d" + hashlib.sha256(given["name"].encode()).hexdigest()[:24]
    given.setdefault("id", derived)
    workspace = Workspace(**given)
    if any(other.id == workspace.id for other in context.tenant.workspaces):
        node.fail(f"has the id of another workspace: {workspace.id}")
    context.tenant.workspaces.append(workspace)
    for place in fields["models"].each() if "models" in fields else []:
        read_model(place, workspace, context)


def _unique(named: list[tuple[Node, str]], what: str) -> None:
    seen = set[str]()
    for node, name in named:
        if name in seen:
            node.fail(f"has the {what} of another: {name}")
        seen.add(name)


__all__ = ["TenantError", "TenantSource", "as_tenant"]
