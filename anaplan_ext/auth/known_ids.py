"""Remember what a session has made or seen."""

import threading
from collections.abc import Iterable

MAX_KNOWN_IDS = 20_000
"""How many ids are remembered; one that is forgotten only makes an outcome unknown that was known otherwise."""


class KnownIds:
    """The ids of tasks and revisions that a client has made or seen. Safe to share between threads.

    What was seen before a request was sent is not its effect, and what is the effect of another request is not either.
    "Before" is by the client's own order of events: `mark` is taken right before a request is sent.
    """

    def __init__(self) -> None:
        self._mark = 0
        self._since: dict[str, int] = {}
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def add_own(self, id: str) -> None:
        """Remember what another request has made."""
        with self._lock:
            self._since.pop(id, None)
            self._remember(id, -1)

    def add_seen(self, ids: Iterable[str]) -> None:
        """Remember what a response lists."""
        with self._lock:
            for id in ids:
                self._remember(id, self._mark)

    def mark(self) -> int:
        """Return the present moment, which everything that is seen from now on is after."""
        with self._lock:
            self._mark += 1
            return self._mark

    def before(self, mark: int) -> frozenset[str]:
        """Return the ids that are not the effect of a request sent at a moment."""
        with self._lock:
            return frozenset(id for id, since in self._since.items() if since < mark)

    def _remember(self, id: str, since: int) -> None:
        self._since.setdefault(id, since)
        if len(self._since) > MAX_KNOWN_IDS:
            del self._since[next(iter(self._since))]
