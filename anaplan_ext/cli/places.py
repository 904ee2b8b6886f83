"""Find the workspace and the model that a user named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..listing.names import find

if TYPE_CHECKING:
    from .. import Client

_ID = re.compile(r"(?=.*[0-9])[0-9A-Fa-f]{32}")


def find_workspace(client: Client, named: str | None) -> str:
    """Return the id of a workspace by its id or name."""
    if not named:
        raise ValueError("a workspace is required; pass -w, or set ANAPLAN_WORKSPACE")
    return named if _ID.fullmatch(named) else find("workspace", named, client.list_workspaces()).id


def find_model(client: Client, workspace: str | None, model: str | None) -> Client:
    """Return the client of a model by its id, its name, or `WORKSPACE/MODEL`."""
    if not model:
        raise ValueError("a model is required; pass -m, or set ANAPLAN_MODEL")
    if _ID.fullmatch(model):
        return client.with_model(model, find_workspace(client, workspace) if workspace else None)
    prefix, slash, name = model.partition("/")
    models = client.list_models()
    if slash and not any(entry.name == model for entry in models):
        workspace, model = prefix, name
    if workspace:
        workspace_id = find_workspace(client, workspace)
        models = [entry for entry in models if entry.current_workspace_id == workspace_id]
    found = find("model", model, models)
    return client.with_model(found.id, found.current_workspace_id)
