"""Reset what a process has inherited from the one that it was forked from."""

import os
from typing import Protocol
from weakref import WeakSet


class Inherited(Protocol):
    """What a child process must not share with its parent: connections, locks, threads."""

    def after_fork(self) -> None:
        """Begin anew; called in the child before anything else runs there."""


_inherited: WeakSet[Inherited] = WeakSet()


def reset_in_child(owner: Inherited) -> None:
    """Have `after_fork` called in each child process, as long as the owner exists."""
    _inherited.add(owner)


def _after_fork() -> None:
    for owner in list(_inherited):
        owner.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
