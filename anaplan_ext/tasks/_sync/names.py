# Converted by `python -m generator` from anaplan_ext/tasks/_async/names.py. Edit that file, not this one.
"""Finding the names that errors tell beside the ids."""

from __future__ import annotations

from anaplan_client import integration

from ...auth._sync.session import Session
from ..actions import kind_of
from ..handle import TaskHandle


def names_of(session: Session, handle: TaskHandle, action_name: str | None = None) -> dict[str, str]:
    """Return the names of a task's model and action by their ids, as far as they can be had.

    What is not known costs a request each, made once: one that fails leaves the name out.
    """
    names = session.names
    if handle.model_id not in names:
        answer = session.send_optional(integration.get_model(handle.model_id))
        if answer is not None and answer.model.name:
            names[handle.model_id] = answer.model.name
    action_id = handle.action_id
    if action_id is not None:
        name = action_name or names.get(action_id) or _action_name(session, handle.model_id, action_id)
        if name:
            names[action_id] = name
    return known_names(session, handle)


def known_names(session: Session, handle: TaskHandle) -> dict[str, str]:
    """Return those of the names that are known already."""
    ids = filter(None, (handle.model_id, handle.action_id))
    return {id: session.names[id] for id in ids if id in session.names}


def _action_name(session: Session, model_id: str, action_id: str) -> str | None:
    kind = kind_of(action_id).name
    if kind == "import":
        known = session.send_optional(integration.get_import(model_id, action_id))
        return None if known is None else known.import_metadata.name
    if kind == "process":
        process = session.send_optional(integration.get_process(model_id, action_id))
        return None if process is None else process.process_metadata.name
    if kind == "action":
        action = session.send_optional(integration.get_action(model_id, action_id))
        return None if action is None else action.action.name
    return None
