"""How a task is looked at until it ends: pure decisions."""

from __future__ import annotations

from collections.abc import Iterator

from anaplan_client.core import ApiError, StatusError

from ..transport import clock
from ..transport.retry import RetryPolicy, retry_after


class Default(float):
    """A number that nobody asked for, unlike the same number where somebody did."""

    def __repr__(self) -> str:
        return f"{self:g}"


POLL_DELAY = Default(1)
FIRST_POLL_SECONDS = 0.05
"""Seconds after which a task is first looked at again; the pause doubles from there."""
LONG_TASK_SECONDS = 30.0
"""Seconds of pauses after which a task counts as a long one."""
LONG_TASK_POLL_SECONDS = 5.0
"""Seconds between looks at a long task, as Anaplan wants it."""
MAX_NOT_FOUND_POLLS = 8
"""How often a task may be not found (404) before it was ever seen: one just started may be known a little later."""
MAX_FAILED_POLLS = 10
"""How often in a row a look may fail before the wait ends; each is a request with all its repetitions."""


def poll_intervals(delay: float) -> Iterator[float]:
    """The pauses between looks at a task, in seconds: short at first, doubling up to `delay`.

    A delay that nobody asked for (`Default`) grows on for a task that takes long, since Anaplan wants that looked at no
    more often than every 5 s.
    """
    pause = min(FIRST_POLL_SECONDS, delay)
    waited = 0.0
    while True:
        yield float(pause)
        waited += pause
        longest = (
            max(delay, LONG_TASK_POLL_SECONDS) if isinstance(delay, Default) and waited >= LONG_TASK_SECONDS else delay
        )
        pause = min(pause * 2, longest)


def delay_after_failed_poll(policy: RetryPolicy, error: ApiError, failed: int, seen: bool) -> float | None:
    """Returns the least pause after a look that failed, or None if it was the last.

    `failed` counts those in a row, `seen` says whether the task was ever found. What is no passing fault is final; so
    is a request to come back later than the policy waits for.
    """
    if not seen and error.status == 404 and failed < MAX_NOT_FOUND_POLLS:
        return 0.0
    if not transient(error) or failed >= MAX_FAILED_POLLS:
        return None
    wanted = retry_after(error.context.retry_after, clock.utc_now()) or 0.0
    return min(policy.max_delay, policy.base_delay * 2**failed) if wanted <= policy.retry_after_cap else None


def transient(error: ApiError) -> bool:
    """Says whether a look may succeed later: Anaplan or the way to it is out of order, not the request."""
    if isinstance(error, StatusError):
        return error.status in (408, 429) or (error.status or 0) >= 500
    return True


def may_be_due_to_request(error: ApiError) -> bool:
    """Return whether a poll that asks for less may succeed: the user, the id and the rate are not what is wrong."""
    return error.status not in (401, 403, 404, 408, 429)
