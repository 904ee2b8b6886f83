"""Start imports, exports, processes and other actions, and wait for their tasks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Literal

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import AnaplanError, StatusError

from ...auth._async.session import AsyncSession
from ...listing._async.pager import collect
from ...reconcile._async.send_once import send_once
from ...reconcile.verdict import EffectCandidate
from ...transfers.errors import DownloadError
from ..actions import (
    dump_requests,
    failure_reason,
    is_cancelled,
    is_finished,
    kind_of,
    other_source,
    start_request,
    task_id_of,
    tasks_in,
)
from ..errors import AnaplanActionError, TaskCancelled
from ..handle import TaskHandle
from ..load_report import LoadReport, build_report, rejection_reason, unaccounted_reason
from ..task_status import TaskStatus, status_request
from .names import find_names
from .poller import Poll, wait

logger = logging.getLogger("anaplan")


async def start_action(
    session: AsyncSession,
    model_id: str,
    action_id: str,
    assume_exclusive: bool,
    mapping_parameters: Sequence[integration.models.MappingParameter],
    locale: str,
) -> str:
    """Start an action exactly once, and return the id of its task.

    Without a response, `send_once` looks for a new task. Anaplan does not tell who started a task. A new task therefore
    counts as this one only if the start has surely succeeded, or if nobody else starts the action at the same time
    (`assume_exclusive`). For that, one more request lists the tasks before the start.
    """

    async def find(with_marks: bool) -> list[EffectCandidate[str]]:
        request = kind_of(action_id).list(model_id, action_id)
        response = await session.send(request)
        return [
            EffectCandidate(
                result=task.id,
                public=TaskHandle(kind="action", model_id=model_id, task_id=task.id, action_id=action_id),
                id=task.id,
                created=task.creation_time,
            )
            for task in tasks_in(request.operation, response)
        ]

    request = start_request(model_id, action_id, mapping_parameters, locale)
    task_id = await send_once(
        session, request, task_id_of, find, assume_exclusive=assume_exclusive, list_before=assume_exclusive
    )
    session.known_ids.add_own(task_id)
    handle = TaskHandle(kind="action", model_id=model_id, task_id=task_id, action_id=action_id)
    logger.info("%s started", handle.describe(session.names), extra=handle.to_dict())
    return task_id


async def check_reads_file(session: AsyncSession, model_id: str, action_id: str, file_id: str) -> None:
    """Raise `ValueError` if an import or process surely reads other files than this one. One request.

    A failed request is logged, and then nothing is checked. The same holds for an import after the first page.
    """
    try:
        if kind_of(action_id).name == "process":
            process = await session.send(integration.get_process(model_id, action_id))
            sources = [action.import_data_source_id for action in process.process_metadata.actions or []]
        else:
            page = await session.send(integration.list_imports(model_id))
            sources = [item.import_data_source_id for item in page.imports or [] if item.id == action_id]
    except AnaplanError as error:
        logger.info("the files that action %s reads are unknown: %s", action_id, error)
        return
    if reason := other_source(sources, file_id):
        raise ValueError(f"action_id must be an action that reads file {file_id} (got {action_id}, {reason})")


async def get_task(session: AsyncSession, model_id: str, action_id: str, task_id: str) -> TaskStatus:
    """Return the current state of a task."""
    return await session.send(status_request(kind_of(action_id).get(model_id, action_id, task_id)))


async def cancel_task(session: AsyncSession, model_id: str, action_id: str, task_id: str) -> None:
    """Request the cancellation of a task."""
    await session.send(kind_of(action_id).cancel(model_id, action_id, task_id))


async def wait_for_action(
    session: AsyncSession,
    handle: TaskHandle,
    delay: float,
    timeout: float | None,
    progress: Callable[[integration.models.Task], None] | None,
    on_ignored: Literal["allow", "raise"],
) -> LoadReport:
    """Wait for the task of an action, and return its report.

    Raise for a failure, and for a success that rejected rows or does not account for every row. The error carries the
    failure dumps, which the next run overwrites.
    """
    kind, ids = kind_of(handle.action_id or ""), (handle.model_id, handle.action_id or "", handle.task_id)
    plain = None if kind.get_plain is None else kind.get_plain(*ids)
    poll = Poll(kind.get(*ids), lambda response: response.task, is_finished, plain)
    task = await wait(session, poll, delay, timeout, progress, handle)
    report = await _build_report(session, handle, task)
    logger.info(
        "%s finished as %s: %s",
        *(handle.describe(session.names), task.task_state, report),
        extra=handle.to_dict() | {"loaded": report.loaded, "ignored": report.ignored, "failed": report.failed},
    )
    reasons = [failure_reason(task)]
    if not is_cancelled(task):
        rejections = [(action, rejection_reason(action, report)) for action in report.actions]
        reasons += [f"{action.label}: {reason}" for action, reason in rejections if reason]
        reasons.append(unaccounted_reason(report, on_ignored if not any(reasons) else "allow"))
    if not any(reasons):
        return report
    names = await find_names(session, handle, None if task.result is None else task.result.object_name)
    error = TaskCancelled if is_cancelled(task) else AnaplanActionError
    raise error("; ".join(filter(None, reasons)), task, report, handle, names)


async def download_failure_dump(
    session: AsyncSession, model_id: str, action_id: str, task_id: str, object_id: int | str | None
) -> bytes:
    """Download a complete failure dump."""
    list_chunks, get_chunk = dump_requests(model_id, action_id, task_id, object_id)
    chunks = await collect(session, list_chunks, lambda page: page.chunks)
    if not chunks:
        raise DownloadError(str(object_id or action_id), f"the failure dump of task {task_id} is empty")
    parts = [await session.send(get_chunk(index)) for index in range(len(chunks))]
    return b"".join(parts)


async def _build_report(session: AsyncSession, handle: TaskHandle, task: integration.models.Task) -> LoadReport:
    """Build the report of a finished task, with the failure dumps of actions that may have rejected rows."""
    action_id = handle.action_id or ""
    report = build_report(task, action_id)
    if is_cancelled(task):
        return report
    dumps: dict[str, bytes] = {}
    missing: dict[str, str] = {}
    for action in report.actions:
        # Anaplan also announces a dump if no row was rejected.
        if not action.id or not action.dump_available or action.failed == 0:
            continue
        try:
            dumps[action.id] = await download_failure_dump(session, handle.model_id, action_id, task.id, action.id)
        except StatusError as error:
            is_gone = error.status in (404, 410)
            missing[action.id] = f"it no longer exists ({error.status})" if is_gone else str(error)
        except (AnaplanError, ValueError) as error:
            missing[action.id] = str(error)
    for object_id, reason in missing.items():
        logger.warning("the failure dump of %s could not be read: %s", object_id, reason)
    return evolve(report, dumps=dumps, missing_dumps=missing)
