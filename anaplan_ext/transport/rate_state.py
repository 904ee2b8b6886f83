"""Decide when the next request may go: pure decisions about a small state that clients may share.

The state is one time stamp, as in the generic cell rate algorithm, and two values for the limit that a 429 showed.
`rate_redis.py` has the same rules in Lua.
"""

from typing import NamedTuple

MIN_RATE_FRACTION = 1 / 16
"""The fraction of the full rate below which throttling does not lower the rate."""
BACKOFF_FRACTION = 0.75
"""The fraction of the rate that remains after a 429."""
RECOVERY_SECONDS = 60.0
"""Seconds after which the rate is again the one that led to a 429. It then grows beyond it, slowly at first."""
MAX_DISTANCE = 4.0
"""The part of the curve, in recoveries after the ceiling, after which the rate is full whatever the ceiling was."""
MAX_AHEAD_SECONDS = 7200.0
"""A turn that is further ahead is of another clock, such as that before a restart of the machine."""


class RateState(NamedTuple):
    """What all who share a limit know. All times are readings of one clock."""

    next_turn: float = float("-inf")
    """The time from which on the next request may go. In the past, it stands for requests that may follow."""
    throttled_at: float = float("-inf")
    """The time of the last 429 that lowered the rate."""
    ceiling: float = 1.0
    """The fraction of the full rate at which that 429 came."""


class Turn(NamedTuple):
    """The right to send one request."""

    at: float
    """The time from which on it may be used."""
    throttled_at: float
    """The last 429 that it takes into account. It is void after a later one."""


def rate_fraction(state: RateState, now: float) -> float:
    """Return the fraction of the full rate that applies now.

    It grows along the cubic curve of TCP CUBIC: fast up to the last ceiling, slowly around it, then fast again. So a
    limit that others use up in part is reached and not passed for long.
    """
    distance = (now - state.throttled_at) / RECOVERY_SECONDS - 1
    if distance > MAX_DISTANCE:
        return 1.0
    fraction = state.ceiling * (1 + (1 - BACKOFF_FRACTION) * distance**3)
    return min(1.0, max(MIN_RATE_FRACTION, fraction))


def take_turn(state: RateState, per_second: float, burst: int, now: float) -> tuple[RateState, Turn]:
    """Take the next turn, and return the state after it. The turn may be in the future."""
    state = _without_other_clock(state, now)
    at = max(state.next_turn, now - (burst - 1) / per_second)
    rate = per_second * rate_fraction(state, max(at, now))
    return RateState(at + 1 / rate, state.throttled_at, state.ceiling), Turn(at, state.throttled_at)


def slow_down(state: RateState, sent: float, now: float, pause: float) -> RateState:
    """Return the state after a 429 for a request sent at `sent`: no turn for `pause` seconds, and then a lower rate.

    All requests that were in flight together lower the rate once.
    """
    state = _without_other_clock(state, now)
    next_turn = max(state.next_turn, now + pause)
    if sent <= state.throttled_at:
        return RateState(next_turn, state.throttled_at, state.ceiling)
    return RateState(next_turn, throttled_at=now, ceiling=rate_fraction(state, now))


def _without_other_clock(state: RateState, now: float) -> RateState:
    is_other = state.throttled_at > now + 1 or state.next_turn > now + MAX_AHEAD_SECONDS
    return RateState() if is_other else state
