"""When a request is sent again, and after which pause: pure functions over the error of the last try."""

import random
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from attrs import frozen

from anaplan_client.core import ConnectError, Content, Effect, ExchangeError, TransportError

# Anaplan did nothing: these may be repeated whatever the effect.
_NOTHING_DONE = (408, 429)
# Something between here and the model failed, before or after the effect.
_MAYBE_DONE = (502, 503, 504)


@frozen(kw_only=True)
class RetryPolicy:
    """How often and how fast requests are repeated.

    `count` is the number of tries after the first. The pause is drawn between 0 and `base * 2 ** (tries - 1)` seconds,
    at most `cap` ("full jitter"). A `Retry-After` is waited for up to `retry_after_cap` seconds; a longer one ends the
    tries, and the error carries it.
    """

    count: int = 2
    base: float = 0.5
    cap: float = 30.0
    retry_after_cap: float = 120.0

    def __attrs_post_init__(self) -> None:
        for name in ("count", "base", "cap", "retry_after_cap"):
            if getattr(self, name) < 0:
                raise ValueError(f"{'retry_count' if name == 'count' else name}: {getattr(self, name)} is below 0")


def pause(policy: RetryPolicy, effect: Effect, error: ExchangeError, tries: int) -> float | None:
    """Returns the seconds to wait before the next try, or None when there should be none.

    `tries` counts those made so far. Refusals (4xx other than 408 and 429) and undecodable answers are final.
    """
    if tries > policy.count or not _repeatable(effect, error):
        return None
    wanted = retry_after(error.exchange.retry_after, datetime.now(UTC))
    if wanted is not None:
        return wanted if wanted <= policy.retry_after_cap else None
    return random.uniform(0, min(policy.cap, policy.base * 2 ** min(tries - 1, 60)))


def rewindable(content: Content | None) -> bool:
    """Says whether a body can be sent again; an iterator can be read only once."""
    return content is None or isinstance(content, bytes | memoryview | list | tuple)


def outcome_unknown(effect: Effect, error: ExchangeError) -> bool:
    """Says whether a request with an effect each time may have had it although no answer says so."""
    if effect != "once" or isinstance(error, ConnectError):
        return False
    return isinstance(error, TransportError) or error.status in _MAYBE_DONE


def _repeatable(effect: Effect, error: ExchangeError) -> bool:
    if isinstance(error, ConnectError) or error.status in _NOTHING_DONE:
        return True
    if effect == "once":
        return False
    return isinstance(error, TransportError) or (error.status or 0) >= 500


def retry_after(header: str | None, now: datetime) -> float | None:
    """Reads a `Retry-After` header, seconds or a date, as seconds from now; None for none or one that is neither."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]+", header.strip()):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
