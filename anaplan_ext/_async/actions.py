"""Running imports, exports, processes and other actions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Literal

from anaplan_client import integration
from anaplan_client.core import AnaplanError

from ..errors import AnaplanActionError, DownloadError, TaskCancelled
from ..handles import TaskHandle
from ..loads import LoadReport, lost, report_of
from ..outcomes import Trace
from ..tasks import dump_requests, failed_objects, kind_of, listed, other_source, start_request, started_id
from .lists import collect
from .once import send_once
from .session import AsyncSession
from .waiting import wait

logger = logging.getLogger("anaplan")


async def start(
    session: AsyncSession,
    model_id: str,
    action_id: str,
    exclusive: bool,
    mapping_parameters: Sequence[integration.models.MappingParameter],
    locale: str,
) -> str:
    """Starts an action of any kind and returns the id of its task; `send_once` says what happens without an answer.

    Anaplan does not tell who started a task. A new one is therefore taken for the one that was to be started only if
    the start is sure to have succeeded, or if nobody else starts the action at the same time (`exclusive`).
    """

    async def tasks() -> list[Trace[str]]:
        request = kind_of(action_id).list(model_id, action_id)
        answer = await session.send(request)
        return [
            Trace(
                found=task.id,
                shown=TaskHandle(kind="action", model_id=model_id, task_id=task.id, action_id=action_id),
                id=task.id,
                created=task.creation_time,
            )
            for task in listed(request.operation, answer)
        ]

    request = start_request(model_id, action_id, mapping_parameters, locale)
    task_id = await send_once(session, request, started_id, tasks, exclusive)
    session.known.append(task_id)
    return task_id


async def check_reads(session: AsyncSession, model_id: str, action_id: str, file_id: str) -> None:
    """Raise `ValueError` if Anaplan tells that an import or process reads files, and not this one. One request.

    A request that fails is logged, and says nothing; neither does a list of imports that goes on beyond its first page.
    """
    try:
        if kind_of(action_id).name == "process":
            process = await session.send(integration.get_process(model_id, action_id))
            sources = [action.import_data_source_id for action in process.process_metadata.actions or []]
        else:
            page = await session.send(integration.list_imports(model_id))
            sources = [item.import_data_source_id for item in page.imports or [] if item.id == action_id]
    except AnaplanError as error:
        logger.info("which file %s reads is not known: %s", action_id, error)
        return
    if reason := other_source(sources, file_id):
        raise ValueError(f"action_id must be an action that reads file {file_id} (got {action_id}, {reason})")


async def look(session: AsyncSession, model_id: str, action_id: str, task_id: str) -> integration.models.Task:
    """Looks at a task once."""
    answer = await session.send(kind_of(action_id).get(model_id, action_id, task_id))
    return answer.task


async def cancel(session: AsyncSession, model_id: str, action_id: str, task_id: str) -> None:
    """Asks for the cancellation of a task."""
    await session.send(kind_of(action_id).cancel(model_id, action_id, task_id))


async def wait_for(
    session: AsyncSession,
    handle: TaskHandle,
    delay: float,
    timeout: float | None,
    progress: Callable[[integration.models.Task], None] | None,
    on_ignored: Literal["allow", "raise"],
) -> LoadReport:
    """Waits for a task; a failure is raised with the failure dumps, which the next run would overwrite.

    So is a success that does not account for every row.
    """
    model_id, action_id = handle.model_id, handle.action_id or ""
    request = kind_of(action_id).get(model_id, action_id, handle.task_id)
    try:
        task = await wait(session, request, lambda answer: answer.task, delay, timeout, progress, handle)
    except TaskCancelled:
        raise
    except AnaplanActionError as error:
        if not isinstance(error.task, integration.models.Task):
            raise
        dumps = await _dumps(session, model_id, action_id, error.task)
        raise AnaplanActionError(error.reason, error.task, report_of(error.task, action_id, dumps)) from None
    report = report_of(task, action_id)
    if reason := lost(report, on_ignored):
        raise AnaplanActionError(reason, task, report)
    return report


async def failure_dump(
    session: AsyncSession, model_id: str, action_id: str, task_id: str, object_id: int | str | None
) -> bytes:
    """Downloads a failure dump whole."""
    chunks, chunk = dump_requests(model_id, action_id, task_id, object_id)
    found = await collect(session, chunks, lambda page: page.chunks)
    if not found:
        raise DownloadError(str(object_id or action_id), f"the failure dump of task {task_id} has no content")
    parts = [await session.send(chunk(index)) for index in range(len(found))]
    return b"".join(parts)


async def _dumps(
    session: AsyncSession, model_id: str, action_id: str, task: integration.models.Task
) -> dict[str, bytes]:
    """The failure dumps that a task has; one that Anaplan has dropped meanwhile is left out."""
    found: dict[str, bytes] = {}
    if task.result is None:
        return found
    # The result of an import may lack its id, which is known; a dump within a process cannot be asked for without one.
    in_process = kind_of(action_id).name == "process"
    for object_id in filter(None, (failed if in_process else action_id for failed in failed_objects(task.result))):
        try:
            found[object_id] = await failure_dump(session, model_id, action_id, task.id, object_id)
        except AnaplanError as error:
            logger.warning("the failure dump of %s could not be read: %s", object_id, error)
    return found
