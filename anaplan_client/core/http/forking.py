"""Reset what a forked process inherited from its parent."""

import os
from typing import Protocol
from weakref import WeakSet


class Inherited(Protocol):
    """An owner of connections, locks or threads, which a child process must not share with its parent."""

    def after_fork(self) -> None:
        """Replace what was inherited. Called in the child before anything else runs there."""


_inherited: WeakSet[Inherited] = WeakSet()


def reset_in_child(owner: Inherited) -> None:
    """Call the owner's `after_fork` in each child process."""
    _inherited.add(owner)


def _after_fork() -> None:
    for owner in list(_inherited):
        owner.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
