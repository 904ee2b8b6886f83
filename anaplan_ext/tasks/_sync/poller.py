# Converted by `python -m generator` from anaplan_ext/tasks/_async/poller.py. Edit that file, not this one.
"""Polling tasks until they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen

from anaplan_client.core import AnaplanError, ApiError, Request

from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...transport import clock
from ..actions import AnyTaskT, is_finished
from ..errors import TaskTimeout
from ..handle import TaskHandle
from ..polling import delay_after_failed_poll, may_be_due_to_request, poll_intervals, transient
from .names import known_names, names_of

ResponseT = TypeVar("ResponseT")


@frozen
class Poll(Generic[ResponseT, AnyTaskT]):
    """The request that polls a task, and how its response is read.

    `plain` is the same request without what is only nice to know: it takes over when the other one fails.
    """

    request: Request[ResponseT]
    task_of: Callable[[ResponseT], AnyTaskT]
    plain: Request[ResponseT] | None = None


def wait(
    session: Session,
    poll: Poll[ResponseT, AnyTaskT],
    delay: float,
    timeout: float | None,
    progress: Callable[[AnyTaskT], None] | None,
    handle: TaskHandle,
) -> AnyTaskT:
    """Poll a task until it ends, and return it, however it ended.

    The pauses are those of `poll_intervals`. `progress` gets the task after each poll. A poll that fails for a passing
    reason is made again; so is one that does not find a task which was perhaps just started. Raises `TaskTimeout` after
    `timeout` seconds or too many failed polls in a row. Every `AnaplanError` carries the handle, and a note on anything
    else names it.
    """
    try:
        return _poll_until_finished(session, poll, delay, timeout, progress, handle)
    except AnaplanError as error:
        error.set_handle(handle)
        raise
    except BaseException as error:
        # Whatever else ends the wait, an interruption included, the task can be found again.
        error.add_note(f"{handle} goes on in Anaplan: {handle!r}")
        raise


def _poll_until_finished(
    session: Session,
    poll: Poll[ResponseT, AnyTaskT],
    delay: float,
    timeout: float | None,
    progress: Callable[[AnyTaskT], None] | None,
    handle: TaskHandle,
) -> AnyTaskT:
    deadline = float("inf") if timeout is None else clock.now() + timeout
    request, plain = poll.request, poll.plain
    failed, seen = 0, False
    for pause in poll_intervals(delay):
        try:
            response = session.send(request, throttle_timeout=max(0.0, deadline - clock.now()))
        except ApiError as error:
            failed, reason = failed + 1, str(error)
            least = delay_after_failed_poll(session.policy.retry, error, failed, seen)
            if plain is not None and request is not plain and may_be_due_to_request(error):
                # Perhaps only what is nice to know cannot be had.
                request, least = plain, least or 0.0
            if least is None and not transient(error):
                raise
            if least is None:
                raise TaskTimeout(None, handle, reason, known_names(session, handle)) from error
            pause = max(pause, least)
        else:
            failed, seen, reason = 0, True, ""
            task = poll.task_of(response)
            if progress is not None:
                progress(task)
            if is_finished(task):
                return _with_details(session, poll, task) if request is plain else task
        remaining = deadline - clock.now()
        if remaining <= 0:
            names = known_names(session, handle) if reason else names_of(session, handle)
            raise TaskTimeout(timeout, handle, reason, names)
        concurrency.sleep(min(pause, remaining))
    raise AssertionError("the pauses have no end")


def _with_details(session: Session, poll: Poll[ResponseT, AnyTaskT], task: AnyTaskT) -> AnyTaskT:
    """Ask once more for what is nice to know of a finished task, which is returned as it is if that fails."""
    response = session.send_optional(poll.request)
    detailed = None if response is None else poll.task_of(response)
    return detailed if detailed is not None and is_finished(detailed) else task
