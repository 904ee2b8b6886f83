"""Finding the names that errors tell beside the ids."""

from __future__ import annotations

from anaplan_client import integration

from ...auth._async.session import AsyncSession
from ..actions import kind_of
from ..handle import TaskHandle


async def names_of(session: AsyncSession, handle: TaskHandle, action_name: str | None = None) -> dict[str, str]:
    """Return the names of a task's model and action by their ids, as far as they can be had.

    What is not known costs a request each, made once: one that fails leaves the name out.
    """
    names = session.names
    if handle.model_id not in names:
        answer = await session.send_optional(integration.get_model(handle.model_id))
        if answer is not None and answer.model.name:
            names[handle.model_id] = answer.model.name
    action_id = handle.action_id
    if action_id is not None:
        name = action_name or names.get(action_id) or await _action_name(session, handle.model_id, action_id)
        if name:
            names[action_id] = name
    return known_names(session, handle)


def known_names(session: AsyncSession, handle: TaskHandle) -> dict[str, str]:
    """Return those of the names that are known already."""
    ids = filter(None, (handle.model_id, handle.action_id))
    return {id: session.names[id] for id in ids if id in session.names}


async def _action_name(session: AsyncSession, model_id: str, action_id: str) -> str | None:
    kind = kind_of(action_id).name
    if kind == "import":
        known = await session.send_optional(integration.get_import(model_id, action_id))
        return None if known is None else known.import_metadata.name
    if kind == "process":
        process = await session.send_optional(integration.get_process(model_id, action_id))
        return None if process is None else process.process_metadata.name
    if kind == "action":
        action = await session.send_optional(integration.get_action(model_id, action_id))
        return None if action is None else action.action.name
    return None
