"""Waiting for tasks."""

import time
from collections.abc import Callable
from typing import TypeVar

from anaplan_client.core import Request

from ..errors import TaskTimeout
from ..io import _async as io
from ..tasks import AnyTaskT, check, ended, poll_pauses
from .session import AsyncSession

AnswerT = TypeVar("AnswerT")


async def wait(
    session: AsyncSession,
    look: Request[AnswerT],
    task_of: Callable[[AnswerT], AnyTaskT],
    longest_pause: float,
    timeout: float | None,
    progress: Callable[[AnyTaskT], None] | None,
    on_timeout: TaskTimeout,
) -> AnyTaskT:
    """Looks at a task until it ended, and returns it if it did so with complete success.

    The pauses grow from a twentieth of a second to `longest_pause`. `progress` gets the task after each look. Raises
    `TaskCancelled`, `AnaplanActionError`, or `on_timeout` after `timeout` seconds; the task then goes on in Anaplan.
    """
    deadline = float("inf") if timeout is None else time.monotonic() + timeout
    for pause in poll_pauses(longest_pause):
        answer = await session.send(look)
        task = task_of(answer)
        if progress is not None:
            progress(task)
        if ended(task):
            check(task)
            return task
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise on_timeout
        await io.sleep(min(pause, remaining))
    raise AssertionError("the pauses have no end")
