"""Poll tasks until they finish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen

from anaplan_client.core import AnaplanError, ApiError, Request

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...transport import clock
from ..errors import TaskTimeout
from ..handle import TaskHandle
from ..polling import delay_after_failed_poll, is_transient, may_be_due_to_request, poll_intervals
from .names import cached_names, find_names

ResponseT = TypeVar("ResponseT")
TaskT = TypeVar("TaskT")


@frozen
class Poll(Generic[ResponseT, TaskT]):
    """The request that polls a task, the task in its response, and whether that has finished.

    `plain` is the same request without optional details. It takes over when the other one fails.
    """

    request: Request[ResponseT]
    task_of: Callable[[ResponseT], TaskT]
    is_finished: Callable[[TaskT], bool]
    plain: Request[ResponseT] | None = None


async def wait(
    session: AsyncSession,
    poll: Poll[ResponseT, TaskT],
    delay: float,
    timeout: float | None,
    progress: Callable[[TaskT], None] | None,
    handle: TaskHandle,
) -> TaskT:
    """Poll a task at `poll_intervals` until it finishes, and return it whatever its outcome.

    `progress` gets the task after each poll. A poll that fails for a transient reason is repeated; so is a poll that
    does not find a task which may be new. Raise `TaskTimeout` after `timeout` seconds or too many failed polls in a
    row. Every `AnaplanError` carries the handle, and every other exception has a note with it.
    """
    try:
        return await _poll_until_finished(session, poll, delay, timeout, progress, handle)
    except AnaplanError as error:
        error.set_handle(handle)
        raise
    except BaseException as error:
        # Also for an interruption: the task can be found again.
        error.add_note(f"{handle} continues in Anaplan: {handle!r}")
        raise


async def _poll_until_finished(
    session: AsyncSession,
    poll: Poll[ResponseT, TaskT],
    delay: float,
    timeout: float | None,
    progress: Callable[[TaskT], None] | None,
    handle: TaskHandle,
) -> TaskT:
    deadline = float("inf") if timeout is None else clock.now() + timeout
    request, plain = poll.request, poll.plain
    failed, seen = 0, False
    for interval in poll_intervals(delay):
        try:
            response = await session.send(request, throttle_timeout=max(0.0, deadline - clock.now()))
        except ApiError as error:
            failed, reason = failed + 1, str(error)
            min_delay = delay_after_failed_poll(session.policy.retry, error, failed, seen)
            if plain is not None and request is not plain and may_be_due_to_request(error):
                # Perhaps only the details are not available.
                request, min_delay = plain, min_delay or 0.0
            if min_delay is None and not is_transient(error):
                raise
            if min_delay is None:
                raise TaskTimeout(None, handle, reason, cached_names(session, handle)) from error
            interval = max(interval, min_delay)
        else:
            failed, seen, reason = 0, True, ""
            task = poll.task_of(response)
            if progress is not None:
                progress(task)
            if poll.is_finished(task):
                return await _add_details(session, poll, task) if request is plain else task
        remaining = deadline - clock.now()
        if remaining <= 0:
            names = cached_names(session, handle) if reason else await find_names(session, handle)
            raise TaskTimeout(timeout, handle, reason, names)
        await concurrency.sleep(min(interval, remaining))
    raise AssertionError("poll_intervals is endless")


async def _add_details(session: AsyncSession, poll: Poll[ResponseT, TaskT], task: TaskT) -> TaskT:
    """Request the optional details of a finished task once more. Return the task without them if that fails."""
    response = await session.send_optional(poll.request)
    detailed = None if response is None else poll.task_of(response)
    return detailed if detailed is not None and poll.is_finished(detailed) else task
