"""A progress bar for transfers."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .progress import OnTransfer, TransferProgress

if TYPE_CHECKING:
    from rich.console import Console


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
    try:
        from rich import progress as bars
    except ImportError:
        raise ImportError("progress_bar needs the extra `progress`: pip install 'anaplan-client[progress]'") from None
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console) as display:
        task = display.add_task(description, total=None)

        def show(step: TransferProgress) -> None:
            total = step.total_bytes
            if total is None and step.done_chunks == step.total_chunks:
                total = step.done_bytes
            display.update(task, completed=step.done_bytes, total=total)

        yield show
