# Converted by `python -m generator` from anaplan_ext/tasks/_async/names.py. Edit that file, not this one.
"""Find the names of models and actions for error messages."""

from __future__ import annotations

from anaplan_client import integration

from ...auth._sync.session import Session
from ..actions import kind_of
from ..handle import RUN_KINDS, TaskHandle


def find_names(session: Session, handle: TaskHandle, action_name: str | None = None) -> dict[str, str]:
    """Return the names of a task's model and action by their ids.

    A name that the session does not have yet costs one request. If that fails, the name is left out.
    """
    names = session.names
    if handle.kind in RUN_KINDS:
        return cached_names(session, handle)
    if handle.model_id not in names:
        response = session.send_optional(integration.get_model(handle.model_id))
        if response is not None and response.model.name:
            names[handle.model_id] = response.model.name
    action_id = handle.action_id
    if action_id is not None:
        name = action_name or names.get(action_id) or _find_action_name(session, handle.model_id, action_id)
        if name:
            names[action_id] = name
    return cached_names(session, handle)


def cached_names(session: Session, handle: TaskHandle) -> dict[str, str]:
    """Return the names that the session already has."""
    ids = filter(None, (handle.model_id, handle.action_id))
    return {key: session.names[key] for key in ids if key in session.names}


def _find_action_name(session: Session, model_id: str, action_id: str) -> str | None:
    kind = kind_of(action_id).name
    if kind == "import":
        single_import = session.send_optional(integration.get_import(model_id, action_id))
        return None if single_import is None else single_import.import_metadata.name
    if kind == "process":
        process = session.send_optional(integration.get_process(model_id, action_id))
        return None if process is None else process.process_metadata.name
    if kind == "action":
        action = session.send_optional(integration.get_action(model_id, action_id))
        return None if action is None else action.action.name
    return None
