"""A progress bar for transfers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .progress import OnTransfer, TransferProgress

if TYPE_CHECKING:
    from rich.console import Console

MIN_MEASURED_SECONDS = 0.5
"""A speed is shown only of a longer time."""


@contextmanager
def progress_bar(description: str, *, console: Console | None = None) -> Generator[OnTransfer]:
    """Show a transfer as a bar with its size, speed and remaining time.

    The context yields a callback: pass it as `progress` to an upload or a download.

    Args:
        description: The text in front of the bar.
        console: The console of rich to draw on; standard output by default.

    Returns:
        A context manager of the callback. The bar ends with the context.

    Raises:
        ImportError: The extra `progress` is not installed.
    """
    with progress_bars(console=console) as add:
        yield add(description)


@contextmanager
def progress_bars(*, console: Console | None = None) -> Generator[Callable[[str], OnTransfer]]:
    """Show any number of transfers, each as a bar of its own.

    The context yields a function that adds a bar with a text in front, and returns the callback of its transfer.

    Args:
        console: The console of rich to draw on; standard output by default.

    Returns:
        A context manager of the function. The bars end with the context.

    Raises:
        ImportError: The extra `progress` is not installed.
    """
    try:
        from rich import progress as bars
        from rich.filesize import decimal
        from rich.text import Text
    except ImportError:
        raise ImportError("progress_bar needs the extra `progress`: pip install 'anaplan-client[progress]'") from None

    class AverageSpeedColumn(bars.TransferSpeedColumn):
        """Shows the bytes per second since the start. Pieces arrive in bursts, whose speed says nothing."""

        def render(self, task: bars.Task) -> Text:
            elapsed = task.finished_time if task.finished else task.elapsed
            speed = task.completed / elapsed if elapsed and elapsed > MIN_MEASURED_SECONDS else None
            return Text("?" if speed is None else f"{decimal(int(speed))}/s", style="progress.data.speed")

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        AverageSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console) as display:

        def add(description: str) -> OnTransfer:
            task = display.add_task(description, total=None)

            def show(step: TransferProgress) -> None:
                total = step.total_bytes
                if total is None and step.done_chunks == step.total_chunks:
                    total = step.done_bytes
                display.update(task, completed=step.done_bytes, total=total)

            return show

        yield add
