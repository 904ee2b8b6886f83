"""Keep to the request limit of a tenant: pure decisions, which get the time as an argument."""

import threading
from bisect import bisect_left, insort
from math import isfinite, sqrt
from typing import NamedTuple

from attrs import frozen

MIN_RATE_FRACTION = 1 / 16
"""The fraction of the full rate below which throttling does not lower the rate."""
MAX_THROTTLE_STEPS = 3
"""The longest pause after a 429, in multiples of the first."""
FORGET_THROTTLE_SECONDS = 120.0
"""Seconds after a pause from which on the next 429 starts a first pause again."""
RECOVERY_SECONDS = 60.0
"""Seconds in which the rate would grow from zero to the full rate."""


@frozen(kw_only=True)
class RateLimit:
    """The number of requests that the client may send.

    The defaults are the limits that Anaplan publishes for a tenant. Other programs in the same tenant share its limits;
    give each program its part.

    Attributes:
        per_second: Requests per second in the long run.
        burst: Requests that may follow each other without a delay after a pause.
    """

    per_second: float = 10.0
    burst: int = 600

    def __attrs_post_init__(self) -> None:
        if not (self.per_second > 0 and isfinite(self.per_second)):
            raise ValueError(f"per_second must be a finite number greater than 0 (got {self.per_second})")
        if self.burst < 1:
            raise ValueError(f"burst must be at least 1 (got {self.burst})")


class Limiter:
    """A token bucket that serves its callers first in, first out. Safe to share between threads.

    Each attempt acquires a ticket and waits until it is called. A transfer with several requests in flight thus leaves
    a turn to a poll after each of them. A 429 empties the bucket, closes it for as long as Anaplan requests, and halves
    the rate, which then recovers. Tickets have numbers from 1 on, and those up to `_called` may go. All times are
    readings of one monotonic clock.
    """

    def __init__(self, limit: RateLimit, now: float) -> None:
        self._full_rate = limit.per_second
        self._burst = limit.burst
        self._rate = limit.per_second
        self._acquired = 0
        self._called = float(limit.burst)
        self._counted = now
        """The time for which `_called` and `_rate` are right; in the future while the bucket is closed."""
        self._returned: list[int] = []
        """Released tickets that are not called yet, sorted."""
        self._slowed = float("-inf")
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def acquire_ticket(self, now: float) -> int:
        """Return the next ticket."""
        with self._lock:
            self._count(now)
            self._acquired += 1
            return self._acquired

    def delay(self, ticket: int, now: float) -> float:
        """Return the seconds until a ticket is called at the current rate; 0 if it may go.

        Call it again after that time: a 429 may have lowered the rate.
        """
        with self._lock:
            self._count(now)
            missing = ticket - self._called - bisect_left(self._returned, ticket)
            # A rounding error is no reason to wait.
            if missing <= 1e-6:
                return 0.0
            return max(0.0, self._counted - now) + self._seconds_until(missing)

    def release(self, ticket: int, now: float) -> None:
        """Return an unused ticket, so that exactly the tickets behind it move up."""
        with self._lock:
            self._count(now)
            insort(self._returned, ticket)
            self._skip_returned()

    def on_throttled(self, sent: float, now: float, pause: float) -> None:
        """Record a 429 for an attempt sent at `sent`, and call no ticket for `pause` seconds.

        All attempts that were in flight together halve the rate once.
        """
        with self._lock:
            self._count(now)
            self._called = min(self._called, float(self._acquired))
            self._counted = max(self._counted, now + pause)
            if sent > self._slowed:
                self._slowed = now
                self._rate = max(self._rate / 2, self._full_rate * MIN_RATE_FRACTION)

    def _count(self, now: float) -> None:
        """Call the tickets that are due, and keep at most a burst for later."""
        seconds = now - self._counted
        if seconds <= 0:
            return
        growing = min(seconds, self._seconds_to_full())
        rate = self._rate + self._growth() * growing
        due = (self._rate + rate) / 2 * growing + self._full_rate * (seconds - growing)
        self._called = min(self._called + due, float(self._acquired + self._burst))
        self._skip_returned()
        self._rate = self._full_rate if growing < seconds else rate
        self._counted = now

    def _skip_returned(self) -> None:
        while self._returned and self._returned[0] <= self._called:
            del self._returned[0]
            self._called += 1

    def _seconds_until(self, tickets: float) -> float:
        """Return the seconds in which the growing rate calls a number of tickets."""
        growing = self._seconds_to_full()
        called = (self._rate + self._full_rate) / 2 * growing
        if tickets > called:
            return growing + (tickets - called) / self._full_rate
        return (sqrt(self._rate**2 + 2 * self._growth() * tickets) - self._rate) / self._growth()

    def _seconds_to_full(self) -> float:
        return (self._full_rate - self._rate) / self._growth()

    def _growth(self) -> float:
        return self._full_rate / RECOVERY_SECONDS


class Pause(NamedTuple):
    """The pause that follows a 429."""

    seconds: float | None
    """Seconds from now; None if the client has paused long enough without a response."""
    is_new: bool


class Throttle:
    """The pause of all requests of a client after a 429. Safe to share between threads.

    The limit is the tenant's, so it concerns every request. All requests that were in flight together cause one pause.
    Each further pause is longer, until a request gets a response. All times are readings of one monotonic clock.
    """

    def __init__(self) -> None:
        self.until: float = float("-inf")
        """The end of the pause."""
        self._started = float("-inf")
        self._level = 0
        self._spent = 0.0
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def delay(self, now: float) -> float:
        """Return the seconds until the end of the pause; 0 without one."""
        return max(0.0, self.until - now)

    def on_throttled(self, sent: float, now: float, step: float, total: float) -> Pause:
        """Start a pause for a 429 of an attempt sent at `sent`, or join one that has started since.

        It lasts one, two and then three times `step`, and `total` in all until there is a response.
        """
        with self._lock:
            if sent <= self._started:
                return Pause(self.delay(now), is_new=False)
            if now > self.until + FORGET_THROTTLE_SECONDS:
                self._level, self._spent = 0, 0.0
            seconds = min((self._level + 1) * step, MAX_THROTTLE_STEPS * step, total - self._spent)
            # A rounding error is no reason to pause.
            if seconds <= 1e-6:
                return Pause(None, is_new=False)
            self._level += 1
            self._spent += seconds
            self._started, self.until = now, max(self.until, now + seconds)
            return Pause(self.delay(now), is_new=True)

    def hold(self, now: float, seconds: float) -> None:
        """Pause for as long as Anaplan requests."""
        with self._lock:
            self.until = max(self.until, now + seconds)

    def on_response(self, sent: float) -> None:
        """Record a response to an attempt sent at `sent`: the next pause is a first one again."""
        if self._spent and sent > self._started:
            with self._lock:
                self._level, self._spent = 0, 0.0
