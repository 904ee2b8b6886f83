"""What a command works with: its options, a client, and the workspace and model that the user named."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from anaplan_client.core import Observer

    from .. import Client

T = TypeVar("T")


class Context:
    """The context of one command. The client is made when it is first used."""

    def __init__(self, options: Namespace, environment: Mapping[str, str]) -> None:
        self.options = options
        self.environment = environment
        self._open = ExitStack()
        self.next_steps: Mapping[str, str] = {}
        """The commands to type after an interrupt, by what they do, such as waiting for the task that was started."""

    @cached_property
    def client(self) -> Client:
        """The client, without a model."""
        return self.make_client()

    def make_client(self, observer: Observer | None = None) -> Client:
        """Return a client that is closed at the end of the command. `observer` gets each response."""
        from . import logs, sign_in

        self.open(logs.configured(self.options))
        if self.options.debug:
            observer = logs.also_log_headers(observer)
        return self.open(sign_in.make_client(self.options, self.environment, observer))

    @cached_property
    def model(self) -> Client:
        """The client of the workspace and model that the user named. A name costs one request."""
        from . import places

        return places.find_model(
            self.client, self.options.workspace or self.client.workspace_id, self.options.model or self.client.model_id
        )

    @cached_property
    def workspace_id(self) -> str:
        """The id of the workspace that the user named. A name costs one request."""
        from . import places

        return places.find_workspace(self.client, self.options.workspace or self.client.workspace_id)

    def open(self, manager: AbstractContextManager[T]) -> T:
        """Enter a context manager that is left at the end of the command, and return what it yields."""
        return self._open.enter_context(manager)

    @property
    def profile(self) -> str:
        """The name of the profile. Raise `ValueError` without one."""
        if not self.options.profile:
            raise ValueError("a profile is required; pass -p, or set ANAPLAN_PROFILE")
        return str(self.options.profile)

    @property
    def timeout(self) -> float | None:
        """Seconds to wait for a task; None for no limit."""
        return _number("--timeout", self.options.task_timeout, float)

    @property
    def has_progress(self) -> bool:
        """Whether progress is printed."""
        return not (self.options.quiet or self.options.no_progress)

    @property
    def has_no_color(self) -> bool:
        """Whether nothing is colored: by the option, or by NO_COLOR of any value."""
        return bool(self.options.no_color or self.environment.get("NO_COLOR"))

    def note(self, message: str) -> None:
        """Print a note for the user, apart from the result."""
        if not self.options.quiet:
            print(message, file=sys.stderr, flush=True)

    def confirm(self, question: str) -> None:
        """Require a confirmation before a change that cannot be undone. Raise `ValueError` without one."""
        if self.options.yes:
            return
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise ValueError(f"{question} Pass --yes to confirm without a terminal")
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise ValueError("not confirmed; nothing was changed")

    def close(self) -> None:
        """Leave what was opened, such as the client."""
        self._open.close()


def terminal_width(stream: TextIO) -> int | None:
    """Return the columns of a terminal; None for anything else."""
    if not stream.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _number(name: str, value: str | None, kind: type[float]) -> float | None:
    if value is None:
        return None
    try:
        number = kind(value)
    except ValueError:
        raise ValueError(f"{name} must be a number (got {value!r})") from None
    if not 0 <= number < float("inf"):
        raise ValueError(f"{name} must not be negative (got {value!r})")
    return number
