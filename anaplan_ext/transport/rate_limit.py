"""Keeping to the request limit of a tenant: who may send when. Pure decisions; the clock's reading is an argument."""

import threading
from bisect import bisect_left, insort
from math import isfinite, sqrt
from typing import NamedTuple

from attrs import frozen

MIN_RATE_FRACTION = 1 / 16
"""The part of the rate that refusals cannot take."""
MAX_THROTTLE_STEPS = 3
"""How many times its first length a pause after refusals becomes at most."""
FORGET_THROTTLE_SECONDS = 120.0
"""Seconds after the end of a pause from which on a refusal begins a first one again."""
RECOVERY_SECONDS = 60.0
"""Seconds in which the rate grows from nothing to the whole again."""


@frozen(kw_only=True)
class RateLimit:
    """What a tenant may send: `per_second` requests, and up to `burst` at once after a time without.

    The defaults are what Anaplan publishes. Other programs that work in the same tenant use up the same allowance; give
    each its part.
    """

    per_second: float = 10.0
    burst: int = 600

    def __attrs_post_init__(self) -> None:
        if not (self.per_second > 0 and isfinite(self.per_second)):
            raise ValueError(f"per_second: {self.per_second} is not above 0")
        if self.burst < 1:
            raise ValueError(f"burst: {self.burst} is below 1")


class Limiter:
    """A token bucket whose tokens are given out in the order in which they are asked for, first come, first served.

    Each try draws a ticket and waits until it is called, so a transfer with a few requests under way leaves its turn to
    a poll after each of them. A refusal for the rate (429) empties the bucket, keeps it closed as long as Anaplan asks,
    and halves the rate, which then grows again. Safe to share between threads.

    Tickets are numbered from 1 on; those up to `_called` may go. All times are readings of one monotonic clock.
    """

    def __init__(self, limit: RateLimit, now: float) -> None:
        self._full_rate = limit.per_second
        self._burst = limit.burst
        self._rate = limit.per_second
        self._drawn = 0
        self._called = float(limit.burst)
        self._counted = now
        """Up to when `_called` and `_rate` are right; in the future while the bucket is closed."""
        self._returned: list[int] = []
        """Tickets that are not called yet and not used, in their order."""
        self._slowed = float("-inf")
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def acquire_ticket(self, now: float) -> int:
        """Draws the next ticket."""
        with self._lock:
            self._count(now)
            self._drawn += 1
            return self._drawn

    def delay(self, ticket: int, now: float) -> float:
        """Returns the seconds until a ticket is called, at the present rate; 0 if it may go.

        Look again when they are over: a refusal may have slowed things down meanwhile.
        """
        with self._lock:
            self._count(now)
            missing = ticket - self._called - bisect_left(self._returned, ticket)
            # What is left of a token after so many sums is no reason to wait.
            if missing <= 1e-6:
                return 0.0
            return max(0.0, self._counted - now) + self._seconds_until(missing)

    def release(self, ticket: int, now: float) -> None:
        """Returns a ticket that is not used, so that those behind it, and only those, move up."""
        with self._lock:
            self._count(now)
            insort(self._returned, ticket)
            self._skip_returned()

    def on_throttled(self, sent: float, now: float, pause: float) -> None:
        """Takes note of a refusal for the rate, of a try sent at `sent`; nothing is called for `pause` seconds.

        The many refusals of tries that were under way together halve the rate once.
        """
        with self._lock:
            self._count(now)
            self._called = min(self._called, float(self._drawn))
            self._counted = max(self._counted, now + pause)
            if sent > self._slowed:
                self._slowed = now
                self._rate = max(self._rate / 2, self._full_rate * MIN_RATE_FRACTION)

    def _count(self, now: float) -> None:
        """Calls the tickets that are due by now, but keeps no more than a burst for later."""
        seconds = now - self._counted
        if seconds <= 0:
            return
        growing = min(seconds, self._seconds_to_full())
        rate = self._rate + self._growth() * growing
        due = (self._rate + rate) / 2 * growing + self._full_rate * (seconds - growing)
        self._called = min(self._called + due, float(self._drawn + self._burst))
        self._skip_returned()
        self._rate = self._full_rate if growing < seconds else rate
        self._counted = now

    def _skip_returned(self) -> None:
        while self._returned and self._returned[0] <= self._called:
            del self._returned[0]
            self._called += 1

    def _seconds_until(self, tickets: float) -> float:
        """How long it takes to call so many tickets, with the rate growing on the way."""
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
    """What a refusal for the rate leads to."""

    seconds: float | None
    """How long the client pauses from now on; None if it has paused long enough without any answer."""
    is_new: bool


class Throttle:
    """The pause that all requests of a client make together after one was turned away for the rate (429).

    The limit is the tenant's, so whoever is refused is not the only one who has to wait. The many refusals of requests
    that were in flight together make one pause. One refusal after the other makes it longer, until a request is
    answered. All times are readings of one monotonic clock. Safe to share between threads.
    """

    def __init__(self) -> None:
        self.until: float = float("-inf")
        """When the pause ends."""
        self._began = float("-inf")
        self._level = 0
        self._spent = 0.0
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def delay(self, now: float) -> float:
        """Return the seconds that are left of the pause; 0 without one."""
        return max(0.0, self.until - now)

    def on_throttled(self, sent: float, now: float, step: float, total: float) -> Pause:
        """Begin a pause for a refusal of an attempt sent at `sent`, or join the one that others have begun since.

        It lasts one, two, and then three times `step`, and `total` in all while nothing is answered.
        """
        with self._lock:
            if sent <= self._began:
                return Pause(self.delay(now), is_new=False)
            if now > self.until + FORGET_THROTTLE_SECONDS:
                self._level, self._spent = 0, 0.0
            seconds = min((self._level + 1) * step, MAX_THROTTLE_STEPS * step, total - self._spent)
            # What is left of a sum is no reason to pause.
            if seconds <= 1e-6:
                return Pause(None, is_new=False)
            self._level += 1
            self._spent += seconds
            self._began, self.until = now, max(self.until, now + seconds)
            return Pause(self.delay(now), is_new=True)

    def hold(self, now: float, seconds: float) -> None:
        """Pause for as long as Anaplan wants."""
        with self._lock:
            self.until = max(self.until, now + seconds)

    def on_response(self, sent: float) -> None:
        """Take note that an attempt sent at `sent` was not refused: the next pause is a first one again."""
        if self._spent and sent > self._began:
            with self._lock:
                self._level, self._spent = 0, 0.0
