"""The progress of a transfer, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from .painting import is_dumb

if TYPE_CHECKING:
    from ..transfers.progress import OnTransfer, TransferProgress
    from .context import Context

_UNITS = ("bytes", "kB", "MB", "GB")
STEP_PERCENT = 10
"""Without a terminal, a line for each of these."""


@contextmanager
def progress(context: Context, text: str) -> Generator[OnTransfer | None]:
    """Show a transfer: a bar in a terminal where rich is there, otherwise a line for each 10 %."""
    if not context.has_progress:
        yield None
        return
    with several(context) as add:
        yield add(text)


@contextmanager
def several(context: Context) -> Generator[Callable[[str], OnTransfer]]:
    """Yield a function that adds a transfer by its text, and returns what shows it."""
    if sys.stderr.isatty() and not is_dumb(context.environment) and find_spec("rich"):
        from rich.console import Console

        from ..transfers.progress_bar import progress_bars

        with progress_bars(console=Console(stderr=True, no_color=context.has_no_color)) as add:
            yield add
    else:
        yield lambda text: line_by_line(context, text)


def line_by_line(context: Context, text: str) -> OnTransfer:
    """Return a function that prints a line for each 10 %."""
    told = -1

    def show(step: TransferProgress) -> None:
        nonlocal told
        if step.total_bytes is None:
            return
        percent = 100 if not step.total_bytes else int(100 * step.done_bytes / step.total_bytes)
        if percent // STEP_PERCENT > told:
            told = percent // STEP_PERCENT
            context.note(f"{text}  {percent} % of {show_size(step.total_bytes)}")

    return show


def show_size(count: int) -> str:
    """Return a number of bytes for people, in powers of 1,000."""
    unit = min(max(len(str(count)) - 1, 0) // 3, len(_UNITS) - 1)
    return f"{count:,} {_UNITS[0]}" if unit == 0 else f"{count / 1000**unit:,.1f} {_UNITS[unit]}"
