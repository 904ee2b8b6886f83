"""Decide when a device code is polled, by RFC 8628: pure decisions."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import evolve, frozen

DEFAULT_INTERVAL_SECONDS = 5.0
"""Interval between polls if the server names none."""
SLOW_DOWN_SECONDS = 5.0
"""What the server's `slow_down` adds to the interval."""
MAX_INTERVAL_SECONDS = 60.0
"""Maximum interval between polls, also after failures of the network."""

PollResult: TypeAlias = Literal["pending", "slow_down", "unavailable"]


@frozen
class DevicePoll:
    """When the next poll of a device code is due, and when the code expires, in seconds of the monotonic clock."""

    interval: float
    expires_at: float

    def delay(self, now: float) -> float | None:
        """Return the seconds until the next poll, or None if the code has expired by then."""
        return self.interval if now + self.interval < self.expires_at else None

    def after(self, result: PollResult) -> DevicePoll:
        """Return the plan after a poll. A server that is slow or unavailable is polled less often."""
        if result == "slow_down":
            return evolve(self, interval=self.interval + SLOW_DOWN_SECONDS)
        if result == "unavailable":
            doubled = min(max(2 * self.interval, 1.0), MAX_INTERVAL_SECONDS)
            return evolve(self, interval=max(doubled, self.interval))
        return self


def start_polling(interval: float | None, expires_in: float, now: float) -> DevicePoll:
    """Return the plan for a new code. `expires_in` and `interval` are seconds."""
    return DevicePoll(DEFAULT_INTERVAL_SECONDS if interval is None else max(0.0, interval), now + expires_in)


def classify_poll(code: str | None, status: int | None) -> PollResult | None:
    """Return what a failed poll means, or None if it ends the sign-in. The code decides, not the status."""
    if code == "authorization_pending":
        return "pending"
    if code == "slow_down":
        return "slow_down"
    # No response, too many requests, or a failure of the server: the user may still approve.
    return "unavailable" if status is None or status in (408, 429) or status >= 500 else None
