# Converted by `python -m generator` from anaplan_ext/_async/waiting.py. Edit that file, not this one.
"""Waiting for tasks."""

import time
from collections.abc import Callable
from typing import TypeVar

from anaplan_client.core import ExchangeError, Request

from ..errors import AnaplanActionError, TaskTimeout
from ..handles import TaskHandle
from ..io import _sync as io
from ..polling import after_failure, poll_pauses, transient
from ..tasks import AnyTaskT, check, ended
from .session import Session

AnswerT = TypeVar("AnswerT")


def wait(
    session: Session,
    look: Request[AnswerT],
    task_of: Callable[[AnswerT], AnyTaskT],
    delay: float,
    timeout: float | None,
    progress: Callable[[AnyTaskT], None] | None,
    handle: TaskHandle,
) -> AnyTaskT:
    """Looks at a task until it ended, and returns it if it did so with complete success.

    The pauses are those of `poll_pauses`. `progress` gets the task after each look. A look that fails for a passing
    reason is made again; so is one that does not find a task which was perhaps just started. Raises `TaskCancelled`,
    `AnaplanActionError`, or, after `timeout` seconds or too many failed looks in a row, `TaskTimeout`. A note on
    anything else names the task.
    """
    try:
        return _ended(session, look, task_of, delay, timeout, progress, handle)
    except (AnaplanActionError, TaskTimeout):
        raise
    except BaseException as error:
        # Whatever else ends the wait, an interruption included, the task can be found again.
        error.add_note(f"{handle} goes on in Anaplan: {handle!r}")
        raise


def _ended(
    session: Session,
    look: Request[AnswerT],
    task_of: Callable[[AnswerT], AnyTaskT],
    delay: float,
    timeout: float | None,
    progress: Callable[[AnyTaskT], None] | None,
    handle: TaskHandle,
) -> AnyTaskT:
    deadline = float("inf") if timeout is None else time.monotonic() + timeout
    failed, seen = 0, False
    for pause in poll_pauses(delay):
        try:
            answer = session.send(look)
        except ExchangeError as error:
            failed, reason = failed + 1, str(error)
            least = after_failure(session.policy, error, failed, seen)
            if least is None and not transient(error):
                raise
            if least is None:
                raise TaskTimeout(None, handle, reason) from error
            pause = max(pause, least)
        else:
            failed, seen, reason = 0, True, ""
            task = task_of(answer)
            if progress is not None:
                progress(task)
            if ended(task):
                check(task)
                return task
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TaskTimeout(timeout, handle, reason)
        io.sleep(min(pause, remaining))
    raise AssertionError("the pauses have no end")
