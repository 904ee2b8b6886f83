"""Connections of the synchronous client. `async_connections.py` has the same names; keep the two alike."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import httpx

from ..errors import AnaplanError
from .forking import reset_in_child
from .network import NetworkSettings, install_backend, translate_errors
from .stopping import CLOSED_MESSAGE, StoppedError, check_stopped

if TYPE_CHECKING:
    from .sync_backend import Backend

P = ParamSpec("P")
R = TypeVar("R")


def run_isolated(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function, unless this work was cancelled. A thread cannot be cancelled within a call."""
    check_stopped()
    return function(*args, **kwargs)


def run_to_completion(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function. A thread cannot be cancelled within a call."""
    return function(*args, **kwargs)


def check_runtime() -> None:
    """Do nothing: a thread can always send requests."""


class Connections:
    """The connections of a client, opened at first use.

    A child process opens its own. So does a client after an interrupt, which may leave the old ones inconsistent.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        hooks: Mapping[str, Sequence[Callable[..., object]]],
        timeout: float,
        secure: bool,
        http_client: httpx.Client | None = None,
    ) -> None:
        self._settings = settings
        self._hooks = {name: list(functions) for name, functions in hooks.items()}
        self._timeout = timeout
        self._secure = secure
        self._given = http_client
        self._given_pid = os.getpid()
        self._http: httpx.Client | None = None
        self._backend: Backend | None = None
        self._discarded: list[tuple[httpx.Client, Backend]] = []
        """Connections that other threads may still use."""
        self._is_closed = False
        self._lock = threading.Lock()
        reset_in_child(self)

    def current(self) -> httpx.Client:
        """Return the HTTP client to send with.

        Raises `NetworkSettingsError` if TLS or a proxy cannot be set up, and `RuntimeError` after `close`.
        """
        if self._is_closed:
            raise RuntimeError(CLOSED_MESSAGE)
        if self._given is not None:
            if self._given_pid != os.getpid():
                raise RuntimeError("http_client belongs to the parent process; make a client in this process")
            return self._given
        return self._http or self._connect()

    @contextmanager
    def repair_on_error(self) -> Generator[None]:
        """Open new connections after an error, such as an interrupt, that may leave the old ones inconsistent.

        Requests in flight in other threads keep the old ones.
        """
        try:
            yield
        except (AnaplanError, StoppedError):
            raise
        except BaseException:
            self._discard()
            raise

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            self._is_closed = True
            http, self._http = self._http, None
        if http is not None:
            http.close()
        for backend in [self._backend, *(backend for _, backend in self._discarded)]:
            if backend is not None:  # not through the library, whose lock may never be released
                backend.close()
        self._discarded.clear()

    def after_fork(self) -> None:
        """Abandon the connections of the parent process."""
        self._lock = threading.Lock()
        self._settings.after_fork()
        for backend in [self._backend, *(backend for _, backend in self._discarded)]:
            if backend is not None:
                backend.close()  # only in this process; the server does not notice
        self._http = self._backend = None
        self._discarded.clear()

    def _discard(self) -> None:
        http, self._http = self._http, None
        if http is None or self._backend is None:
            return
        # No new request takes an idle connection of the earlier ones.
        for _, backend in self._discarded:
            backend.close_idle()
        self._discarded = [*(pair for pair in self._discarded if pair[1].has_streams()), (http, self._backend)]
        self._backend.close_own()

    def _connect(self) -> httpx.Client:
        with self._lock:
            if self._http is None:
                from .sync_backend import Backend  # late, because httpx imports httpcore at first use

                options = self._settings.options(self._secure)
                with translate_errors():
                    http = httpx.Client(**options, event_hooks=self._hooks, timeout=self._timeout)
                self._backend = Backend()
                install_backend(http, self._backend, options["verify"])
                self._http = http
            return self._http
