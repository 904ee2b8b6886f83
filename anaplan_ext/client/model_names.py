"""Find a model by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..listing.names import find

if TYPE_CHECKING:
    from ._sync.client import Client

_MODEL_ID = re.compile(r"[0-9A-F]{32}")


def find_model_id(client: Client, model: str, workspace: str | None = None) -> str:
    """Return the id of a model. A name costs the list of models, and `workspace` that of workspaces.

    Raises:
        NameNotFoundError: No model or workspace has this name.
        AmbiguousNameError: Several have it.
    """
    if _MODEL_ID.fullmatch(model):
        return model
    listed = client.list_models()
    if workspace is not None:
        workspace_id = find("workspace", workspace, client.list_workspaces()).id
        listed = [other for other in listed if other.current_workspace_id == workspace_id]
    return find("model", model, listed).id
