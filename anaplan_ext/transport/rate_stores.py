"""Choose where the state of a rate limit is kept."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from .rate_limit import Limiter, MemoryRateStore, RateLimit, RateStore


def make_limiter(limit: RateLimit | None) -> Limiter | None:
    """Return the limiter of a client, or None without a limit. Nothing is opened before the first turn.

    Raises:
        ImportError: The limit is in Redis, and the extra `redis` is not installed.
    """
    return None if limit is None else Limiter(limit, make_store(limit.shared))


def make_store(shared: str | None) -> RateStore:
    """Return the store that `RateLimit.shared` names."""
    if shared is None:
        return MemoryRateStore()
    if shared.startswith("file:"):
        from .rate_file import FileRateStore

        return FileRateStore(_path(shared))
    from .rate_redis import RedisRateStore

    return RedisRateStore(shared)


def _path(url: str) -> Path:
    """Return the path of a file URL: `file:relative`, `file:~/path`, `file:/absolute`, or the latter with `//`."""
    rest = url.removeprefix("file:")
    if rest.startswith("//"):
        rest = unquote(rest.removeprefix("//").removeprefix("localhost"))
    return Path(rest).expanduser().absolute()
