"""Poll intervals for long-running tasks."""

from __future__ import annotations

from collections.abc import Iterator

from anaplan_client.core import ApiError, StatusError

from ..transport import clock
from ..transport.retry import RetryPolicy, retry_after


class Default(float):
    """A number that is the default of an argument, unlike the same number from a caller."""

    def __repr__(self) -> str:
        return f"{self:g}"


POLL_DELAY = Default(1)
"""Maximum interval between polls in seconds; longer for a long task."""
FIRST_POLL_SECONDS = 0.05
"""Interval before the second poll; each further interval is twice as long."""
LONG_TASK_SECONDS = 30.0
"""Sum of the intervals after which a task counts as a long one."""
LONG_TASK_POLL_SECONDS = 5.0
"""Interval between polls of a long task, as Anaplan recommends."""
MAX_NOT_FOUND_POLLS = 8
"""Maximum number of polls that do not find a task (404) before any did: a new task may appear with a delay."""
MAX_FAILED_POLLS = 10
"""Maximum number of failed polls in a row; each is a request with all its retries."""


def poll_intervals(delay: float) -> Iterator[float]:
    """Yield the intervals between polls in seconds: short at first, doubling up to `delay`.

    The default delay grows further for a long task, since Anaplan recommends to poll it every 5 s.
    """
    interval = min(FIRST_POLL_SECONDS, delay)
    waited = 0.0
    while True:
        yield float(interval)
        waited += interval
        is_long = isinstance(delay, Default) and waited >= LONG_TASK_SECONDS
        interval = min(interval * 2, max(delay, LONG_TASK_POLL_SECONDS) if is_long else delay)


def delay_after_failed_poll(policy: RetryPolicy, error: ApiError, failed: int, seen: bool) -> float | None:
    """Return the minimum delay after a failed poll in seconds, or None if it was the last.

    `failed` counts the failures in a row; `seen` tells whether any poll has found the task. A permanent error is final,
    and so is a `Retry-After` above the policy's limit.
    """
    if not seen and error.status == 404 and failed < MAX_NOT_FOUND_POLLS:
        return 0.0
    if not is_transient(error) or failed >= MAX_FAILED_POLLS:
        return None
    requested = retry_after(error.context.retry_after, clock.utc_now()) or 0.0
    return min(policy.max_delay, policy.base_delay * 2**failed) if requested <= policy.retry_after_cap else None


def is_transient(error: ApiError) -> bool:
    """Return whether a later poll may succeed: the server or the network failed, not the request."""
    if isinstance(error, StatusError):
        return error.status in (408, 429) or (error.status or 0) >= 500
    return True


def may_be_due_to_request(error: ApiError) -> bool:
    """Return whether a poll for fewer details may succeed: the error is not about the user, the id or the rate."""
    return error.status not in (401, 403, 404, 408, 429)
