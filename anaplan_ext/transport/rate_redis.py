"""Share a rate limit among machines, in a hash of Redis. Its clock is that of the Redis server.

The script has the rules of `rate_state.py`. A property test holds the two to each other.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urldefrag, urlsplit

from . import rate_state
from .errors import RateLimitStoreError
from .rate_limit import RateLimit
from .rate_state import Turn

if TYPE_CHECKING:
    from redis import Redis
    from redis.commands.core import Script

TIMEOUT_SECONDS = 5.0
"""Timeout of connecting and of each response."""
EXPIRE_SECONDS = 86_400
"""Seconds after which Redis forgets a limit that nobody uses. A new one starts with its whole burst."""
EXTRA = "a rate limit in Redis needs an extra: pip install 'anaplan-client[redis]'"

SCRIPT = """
local key, action, expire = KEYS[1], ARGV[1], ARGV[2]
local floor, backoff, recovery, max_ahead = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local state = redis.call('HMGET', key, 'next_turn', 'throttled_at', 'ceiling')
local next_turn, throttled_at = tonumber(state[1]) or -math.huge, tonumber(state[2]) or -math.huge
local ceiling = tonumber(state[3]) or 1
if throttled_at > now + 1 or next_turn > now + max_ahead then
  next_turn, throttled_at, ceiling = -math.huge, -math.huge, 1
end
local function fraction(moment)
  local distance = (moment - throttled_at) / recovery - 1
  return math.min(1, math.max(floor, ceiling * (1 + (1 - backoff) * distance * distance * distance)))
end
local at = now
if action == 'take' then
  local per_second, burst = tonumber(ARGV[7]), tonumber(ARGV[8])
  at = math.max(next_turn, now - (burst - 1) / per_second)
  next_turn = at + 1 / (per_second * fraction(math.max(at, now)))
elseif action == 'slow' then
  local age, pause = tonumber(ARGV[7]), tonumber(ARGV[8])
  next_turn = math.max(next_turn, now + pause)
  if now - age > throttled_at then
    throttled_at, ceiling = now, fraction(now)
  end
end
local function text(number)
  return number == -math.huge and '-1e308' or string.format('%.17g', number)
end
if action ~= 'read' then
  redis.call('HSET', key, 'next_turn', text(next_turn), 'throttled_at', text(throttled_at), 'ceiling', text(ceiling))
  redis.call('EXPIRE', key, expire)
end
return {text(at - now), text(throttled_at)}
"""


class RedisRateStore:
    """The state of a limit in Redis. The first turn connects."""

    is_remote = True

    def __init__(self, url: str) -> None:
        if find_spec("redis") is None:
            raise ImportError(EXTRA)
        address, name = urldefrag(url)
        self._url = address
        self._key = f"anaplan:rate-limit:{unquote(name) or 'default'}"
        parts = urlsplit(address)
        self._place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        self._redis: Redis | None = None
        self._script: Script | None = None

    def take_turn(self, limit: RateLimit, now: float) -> Turn:
        """Take the next turn, which may be in the future."""
        delay, throttled_at = self._run("take", limit.per_second, limit.burst)
        return Turn(now + delay, throttled_at)

    def last_throttled(self, now: float) -> float:
        """Return the time of the last 429 that lowered the rate, on the clock of Redis."""
        return self._run("read")[1]

    def slow_down(self, sent: float, now: float, pause: float) -> None:
        """Record a 429 for a request sent at `sent`, and give no turn for `pause` seconds."""
        self._run("slow", now - sent, pause)

    def after_fork(self) -> None:
        """Use new connections."""
        self._redis = self._script = None

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        if self._redis is not None:
            self._redis.close()
        self._redis = self._script = None

    def _run(self, action: str, *values: float) -> tuple[float, float]:
        """Run an action of the script, and return the delay of the turn and the time of the last 429."""
        from redis.exceptions import RedisError

        rates = (rate_state.MIN_RATE_FRACTION, rate_state.BACKOFF_FRACTION, rate_state.RECOVERY_SECONDS)
        arguments: list[str | float] = [action, EXPIRE_SECONDS, *rates, rate_state.MAX_AHEAD_SECONDS, *values]
        try:
            delay, throttled_at = cast("list[bytes]", self._connected()(keys=[self._key], args=arguments))
        except (RedisError, OSError, ValueError) as error:
            kind = type(error).__name__
        else:
            return float(delay), float(throttled_at)
        # Outside of the handler: the error may show the password of the URL.
        raise RateLimitStoreError(f"the rate limit in {self._place} cannot be used: {kind}")

    def _connected(self) -> Script:
        if self._script is None:
            from redis import Redis

            self._redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
                self._url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
            )
            self._script = self._redis.register_script(SCRIPT)
        return self._script
