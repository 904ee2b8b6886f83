"""Keep to the request limit of a tenant: pure decisions, which get the time as an argument."""

from __future__ import annotations

import threading
from math import isfinite
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from attrs import field, frozen

from .rate_state import RateState, Turn, slow_down, take_turn
from .turn_queue import TurnQueue

MAX_THROTTLE_STEPS = 3
"""The longest pause after a 429, in multiples of the first."""
FORGET_THROTTLE_SECONDS = 120.0
"""Seconds after a pause from which on the next 429 starts a first pause again."""
MAX_TURN_DELAY_SECONDS = 5.0
"""Seconds after which a turn that the first request in the queue has not used is given to the next."""
SHARED_SCHEMES = ("file", "redis", "rediss")


def _hide_credentials(shared: str | None) -> str:
    """Return the place without the user and password of a URL."""
    if shared is None:
        return "None"
    scheme, _, rest = shared.partition("://")
    return repr(f"{scheme}://{rest.rpartition('@')[2]}" if rest else shared)


@frozen(kw_only=True)
class RateLimit:
    """The number of requests that the client may send.

    The defaults are the limits that Anaplan publishes for a tenant. Other programs in the same tenant share its limits:
    give each program its part, or let the programs share one limit.

    Attributes:
        per_second: Requests per second in the long run.
        burst: Requests that may follow each other without a delay after a pause.
        shared: The place where clients share the limit. `file:PATH` is for the processes of one machine; `~` is
            expanded, and a missing file is created. `redis://HOST:PORT/DB` is for several machines and needs the extra
            `redis`; `#NAME` at its end tells several limits apart. All of them must have the same other values. Without
            it, the client has a limit of its own.
    """

    per_second: float = 10.0
    burst: int = 600
    shared: str | None = field(default=None, repr=_hide_credentials)

    def __attrs_post_init__(self) -> None:
        if not (self.per_second > 0 and isfinite(self.per_second)):
            raise ValueError(f"per_second must be a finite number greater than 0 (got {self.per_second})")
        if self.burst < 1:
            raise ValueError(f"burst must be at least 1 (got {self.burst})")
        if self.shared is not None:
            _check_shared(self.shared)


def _check_shared(shared: object) -> None:
    if not isinstance(shared, str):
        raise TypeError(f"shared must be text, such as file:~/anaplan.limit (got {type(shared).__name__})")
    scheme, _, rest = shared.partition(":")
    if scheme not in SHARED_SCHEMES or not rest.strip("/"):
        raise ValueError(f"shared must be file:PATH or redis://HOST (got {_hide_credentials(shared)})")
    if scheme == "file" and rest.startswith("//") and urlsplit(shared).netloc not in ("", "localhost", "~"):
        raise ValueError(f"shared must be file:PATH without a host (got {shared!r})")


class RateStore(Protocol):
    """Where the state of a limit is kept. Each method is atomic for all who share it."""

    @property
    def is_remote(self) -> bool:
        """Whether its methods wait for a network."""
        ...

    def take_turn(self, limit: RateLimit, now: float) -> Turn:
        """Take the next turn, which may be in the future."""
        ...

    def last_throttled(self, now: float) -> float:
        """Return the time of the last 429 that lowered the rate, in the time of its turns."""
        ...

    def slow_down(self, sent: float, now: float, pause: float) -> None:
        """Record a 429 for a request sent at `sent`, and give no turn for `pause` seconds."""
        ...

    def after_fork(self) -> None:
        """Replace what another thread of the parent process may have held."""
        ...

    def close(self) -> None:
        """Release files and connections. A later call opens them again."""
        ...


class MemoryRateStore:
    """The state of a limit that one client has alone."""

    is_remote = False

    def __init__(self) -> None:
        self._state = RateState()

    def take_turn(self, limit: RateLimit, now: float) -> Turn:
        """Take the next turn, which may be in the future."""
        self._state, turn = take_turn(self._state, limit.per_second, limit.burst, now)
        return turn

    def last_throttled(self, now: float) -> float:
        """Return the time of the last 429 that lowered the rate."""
        return self._state.throttled_at

    def slow_down(self, sent: float, now: float, pause: float) -> None:
        """Record a 429 for a request sent at `sent`, and give no turn for `pause` seconds."""
        self._state = slow_down(self._state, sent, now, pause)

    def after_fork(self) -> None:
        """Do nothing: the limiter has the lock."""

    def close(self) -> None:
        """Do nothing."""


class Limiter:
    """Give the requests of a client their turns: polls first, then first in, first out. Safe to share between threads.

    Each attempt acquires a ticket and waits until it may go. The client takes one turn at a time from the store, and
    the first ticket in its queue uses it. So all clients that share a store have the same part of it while they need
    it, and a poll waits for one turn of each at most. All times are readings of one monotonic clock.
    """

    def __init__(self, limit: RateLimit, store: RateStore) -> None:
        self.is_remote: bool = store.is_remote
        """Whether `delay` and `flush` wait for a network."""
        self._limit = limit
        self._store = store
        self._queue = TurnQueue()
        self._turn: Turn | None = None
        """The turn that the first ticket waits for or may use."""
        self._usable_since: float | None = None
        """The time from which on nobody has used a turn that is due."""
        self._is_orphan = False
        """Whether the turn was taken for a request that has been cancelled, and then nobody waited."""
        self._has_replaced = False
        """Whether the turn replaces one that was due too long ago."""
        self._throttled: list[tuple[float, float, float]] = []
        """What `flush` is to record."""
        self._queue_lock = threading.Lock()
        self._turn_lock = threading.Lock()

    @property
    def has_news(self) -> bool:
        """Whether `flush` has something to send."""
        return bool(self._throttled)

    def after_fork(self) -> None:
        """Replace the locks, which other threads of the parent process may have held, and forget their tickets."""
        self._queue_lock, self._turn_lock = threading.Lock(), threading.Lock()
        self._queue, self._turn, self._usable_since, self._throttled = TurnQueue(), None, None, []
        self._store.after_fork()

    def close(self) -> None:
        """Release the files and connections of the store."""
        self._store.close()

    def acquire_ticket(self, is_poll: bool = False) -> int:
        """Return the next ticket."""
        with self._queue_lock:
            self._is_orphan |= not self._queue
            return self._queue.add(is_poll)

    def delay(self, ticket: int, now: float) -> float:
        """Return the seconds until a ticket may go, or 0 if it may go now. Then it is used up.

        Call it again after that time: other clients may have taken turns, or a 429 may have lowered the rate.

        Raises:
            RateLimitStoreError: The place where the limit is shared cannot be used.
        """
        with self._turn_lock:
            wait = self._wait(ticket, now)
            # A rounding error is no reason to wait.
            if wait > 1e-6:
                return wait
            with self._queue_lock:
                self._queue.take(ticket)
            self._turn = self._usable_since = None
            self._has_replaced = False
            return 0.0

    def release(self, ticket: int) -> None:
        """Return an unused ticket, so that exactly the tickets behind it move up."""
        with self._queue_lock:
            self._queue.remove(ticket)

    def on_throttled(self, sent: float, now: float, pause: float) -> None:
        """Record a 429 for an attempt sent at `sent`, and let nobody go for `pause` seconds.

        All attempts that were in flight together lower the rate once. Call `flush` next if the store is remote.
        """
        self._throttled.append((sent, now, pause))
        if not self.is_remote:
            self.flush()

    def flush(self) -> None:
        """Send to the store what `on_throttled` has recorded.

        Raises:
            RateLimitStoreError: The place where the limit is shared cannot be used.
        """
        with self._turn_lock:
            while self._throttled:
                self._store.slow_down(*self._throttled[0])
                del self._throttled[0]

    def _wait(self, ticket: int, now: float) -> float:
        interval = 1 / self._limit.per_second
        turn, is_fresh = self._turn, False
        if turn is None or self._is_too_old(turn, now):
            self._has_replaced = turn is not None
            turn, is_fresh = self._take_turn(now), True
        self._is_orphan = False
        position = self._position(ticket, turn, now)
        if position:
            # Each of those before needs a turn of its own, and no two turns are closer.
            return max(0.0, turn.at - now) + position * interval
        is_due = turn.at - now <= 1e-6
        if is_due and not is_fresh and self._store.last_throttled(now) != turn.throttled_at:
            # A 429 has made it void.
            turn = self._take_turn(now)
        return turn.at - now

    def _is_too_old(self, turn: Turn, now: float) -> bool:
        """Return whether a turn counts no more, since the whole burst may follow now as well."""
        if self._is_orphan:
            return turn.at < now
        # Replaced each time, a turn would never be used by a program that is always late.
        return not self._has_replaced and turn.at < now - self._limit.burst / self._limit.per_second

    def _take_turn(self, now: float) -> Turn:
        self._turn = self._store.take_turn(self._limit, now)
        return self._turn

    def _position(self, ticket: int, turn: Turn, now: float) -> int:
        """Return how many tickets go before this one. Those whose owners let their turn pass lose their place."""
        if turn.at > now:
            self._usable_since = None
        elif self._usable_since is None:
            self._usable_since = now
        with self._queue_lock:
            if self._usable_since is not None and now - self._usable_since > MAX_TURN_DELAY_SECONDS:
                self._queue.skip_to(ticket)
            return self._queue.position(ticket)


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
