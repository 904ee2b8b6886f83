"""Keep tokens in memory."""

import threading

from .token import StoredToken


class MemoryTokenStore:
    """Keep the tokens in this object. Clients with the same store share one sign-in.

    The tokens end with the process. A rotating refresh token is then lost, and the user must sign in again.

    Args:
        token: The tokens to begin with.
    """

    def __init__(self, token: StoredToken | None = None) -> None:
        self._token = token
        self.lock: threading.Lock = threading.Lock()
        """Held by the client that refreshes the tokens."""

    def load(self) -> StoredToken | None:
        """Return what was saved last.

        Returns:
            The tokens, or None if there are none.
        """
        return self._token

    def save(self, token: StoredToken) -> None:
        """Replace the tokens.

        Args:
            token: The tokens.
        """
        self._token = token

    def delete(self) -> None:
        """Forget the tokens, if there are any."""
        self._token = None
