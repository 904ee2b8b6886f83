"""A bar that shows a transfer."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .progress import OnTransfer, TransferProgress

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def progress_bar(description: str, *, console: Console | None = None) -> Generator[OnTransfer]:
    """Show a transfer as a bar with its size, speed and time left; give what this yields as `progress`.

    Args:
        description: What stands in front of the bar.
        console: Where to show it; standard output without it.

    Raises:
        ImportError: without the extra `progress`.
    """
    try:
        from rich import progress as bars
    except ImportError:
        raise ImportError("a progress bar needs an extra: pip install 'anaplan-client[progress]'") from None
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console) as shown:
        task = shown.add_task(description, total=None)

        def show(step: TransferProgress) -> None:
            total = step.total_bytes
            if total is None and step.done_chunks == step.total_chunks:
                total = step.done_bytes
            shown.update(task, completed=step.done_bytes, total=total)

        yield show
