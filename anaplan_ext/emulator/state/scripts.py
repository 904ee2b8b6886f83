"""How tests script the ends of tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from attrs import frozen

from .values import Json


@frozen(kw_only=True)
class Script:
    """How the next matching task ends; see `ServerState.fail_next_task` and `ServerState.end_next_task`."""

    target: str
    outcome: Literal["done", "fail", "cancel", "vanish"]
    message: str | None = None
    cancelling_polls: int = 1
    state: str = "COMPLETE"
    successful: bool | None = None
    failure_dump_available: bool | None = None
    dump_gone: bool = False
    change: Callable[[Json], Json] | None = None
