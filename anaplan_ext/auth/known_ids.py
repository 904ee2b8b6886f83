"""Remember the tasks and revisions that a session has created or seen."""

import threading
from collections.abc import Iterable

MAX_KNOWN_IDS = 20_000
"""Maximum number of ids that are remembered. A forgotten id can only make an outcome unknown."""


class KnownIds:
    """The ids of tasks and revisions that a client has created or seen. Safe to share between threads.

    What was seen before a request was sent is not its effect. Neither is the effect of another request. The order is
    that of the events in the client: `mark` is called right before a request is sent.
    """

    def __init__(self) -> None:
        self._mark = 0
        self._since: dict[str, int] = {}
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def add_own(self, object_id: str) -> None:
        """Remember the effect of a request."""
        with self._lock:
            self._since.pop(object_id, None)
            self._remember(object_id, -1)

    def add_seen(self, ids: Iterable[str]) -> None:
        """Remember what a response lists."""
        with self._lock:
            for object_id in ids:
                self._remember(object_id, self._mark)

    def mark(self) -> int:
        """Return a mark that precedes everything that is seen from now on."""
        with self._lock:
            self._mark += 1
            return self._mark

    def before(self, mark: int) -> frozenset[str]:
        """Return the ids that are not the effect of a request sent at a mark."""
        with self._lock:
            return frozenset(object_id for object_id, since in self._since.items() if since < mark)

    def _remember(self, object_id: str, since: int) -> None:
        self._since.setdefault(object_id, since)
        if len(self._since) > MAX_KNOWN_IDS:
            del self._since[next(iter(self._since))]
