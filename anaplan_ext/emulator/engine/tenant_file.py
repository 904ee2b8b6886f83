"""Read a tenant from a YAML file or a mapping: users, workspaces with their models, and CloudWorks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from typing import Any

from ..state.model import Model
from ..state.tenant import Tenant, User, Workspace
from .cloudworks_file import read_cloudworks
from .description import Node, read_file
from .history_file import Context
from .model_file import read_model

TenantSource = Tenant | Mapping[str, Any] | str | os.PathLike[str]
"""A tenant, its description, or the path of a YAML file with one."""

_USER: dict[str, Callable[[Node], Any]] = {
    "email": Node.as_text,
    "password": Node.as_text,
    "id": Node.as_text,
    "first_name": Node.as_any_text,
    "last_name": Node.as_any_text,
    "active": Node.as_flag,
    "workspace_administrator": Node.as_flag,
    "tenant_administrator": Node.as_flag,
    "user_administrator": Node.as_flag,
    "visitor": Node.as_flag,
    "integration_user": Node.as_flag,
    "sso_only": Node.as_flag,
    "tenant_auditor": Node.as_flag,
    "tenant_security_administrator": Node.as_flag,
    "external_id": Node.as_text,
    "work_email": Node.as_text,
}
_WORKSPACE: dict[str, Callable[[Node], Any]] = {
    "id": Node.as_text,
    "name": Node.as_text,
    "active": Node.as_flag,
    "size_allowance": Node.as_number,
    "current_size": Node.as_number,
    "single_sign_on": Node.as_flag,
}


def read_tenant(source: TenantSource) -> Tenant:
    """Return the tenant, or read its description. TenantError if that is invalid."""
    if isinstance(source, Tenant):
        return source
    if isinstance(source, Mapping):
        return _read_tenant(Node(source))
    return _read_tenant(read_file(source))


def _read_tenant(root: Node) -> Tenant:
    fields = root.fields(("id", "alm", "users", "workspaces", "cloudworks"), ("users", "workspaces"))
    user_nodes = fields["users"].as_list()
    if not user_nodes:
        fields["users"].must_be("a list of at least one user, the default administrator first")
    users = [_read_user(node) for node in user_nodes]
    _require_unique([(node, user.email) for node, user in zip(user_nodes, users, strict=True)], "email")
    tenant = Tenant(users=users, workspaces=[])
    if "id" in fields:
        tenant.id = fields["id"].as_text()
    if "alm" in fields:
        tenant.alm = fields["alm"].as_flag()
    context = Context(tenant, root.file)
    for node in fields["workspaces"].as_list():
        _read_workspace(node, context)
    for node, user in zip(user_nodes, users, strict=True):
        _set_hidden_models(node, user, tenant)
    if "cloudworks" in fields:
        tenant.cloudworks = read_cloudworks(fields["cloudworks"], tenant)
    return tenant


def _read_user(node: Node) -> User:
    fields = node.fields((*_USER, "hidden_models"), ("email",))
    return User(**{key: _USER[key](value) for key, value in fields.items() if key != "hidden_models"})


def _set_hidden_models(node: Node, user: User, tenant: Tenant) -> None:
    models = [model for _, model in tenant.models()]
    hidden = node.as_mapping().get("hidden_models")
    hidden_models = [_find_model(model_node, models) for model_node in hidden.as_list()] if hidden else []
    user.hidden_models = frozenset(model.id for model in hidden_models)


def _find_model(node: Node, models: list[Model]) -> Model:
    text = node.as_text()
    for model in models:
        if text in (model.id, model.name):
            return model
    node.must_be("the name or id of a model of this tenant")


def _read_workspace(node: Node, context: Context) -> None:
    fields = node.fields((*_WORKSPACE, "models"), ("name",))
    values = {key: _WORKSPACE[key](value) for key, value in fields.items() if key != "models"}
    derived = "8a8b8c8d" + hashlib.sha256(values["name"].encode()).hexdigest()[:24]
    values.setdefault("id", derived)
    workspace = Workspace(**values)
    if any(other.id == workspace.id for other in context.tenant.workspaces):
        node.fail(f"has the id of another workspace: {workspace.id}")
    context.tenant.workspaces.append(workspace)
    for model_node in fields["models"].as_list() if "models" in fields else []:
        read_model(model_node, workspace, context)


def _require_unique(entries: list[tuple[Node, str]], attribute: str) -> None:
    names = set[str]()
    for node, name in entries:
        if name in names:
            node.fail(f"has the {attribute} of another: {name}")
        names.add(name)
