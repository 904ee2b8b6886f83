"""Colors of tables in a terminal, by rich where it is installed. A pipe gets none, and rich is not imported for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, TextIO, TypeAlias

if TYPE_CHECKING:
    from .context import Context

Paint: TypeAlias = Callable[[str, str], str]
"""Colors a text for its part in a table: header, id or total."""
STYLES = {"header": "bold", "id": "cyan", "total": "bold"}
"""The style of each part, in the words of rich."""


def plain(text: str, part: str) -> str:
    """Return a text as it is."""
    return text


def is_dumb(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal can neither color nor redraw."""
    return environment.get("TERM", "").lower() in ("dumb", "unknown")


def choose_paint(context: Context, stream: TextIO) -> Paint:
    """Return what colors tables on a stream. The layout is never that of rich, which would cut ids."""
    is_table = context.options.output in (None, "table")
    has_colors = is_table and stream.isatty() and not context.has_no_color and not is_dumb(context.environment)
    if not has_colors or find_spec("rich") is None:
        return plain
    from rich.color import ColorSystem
    from rich.console import Console
    from rich.style import Style

    console = Console(file=stream)
    if console.color_system is None or console.legacy_windows:
        return plain
    colors = ColorSystem[console.color_system.upper()] if console.color_system != "256" else ColorSystem.EIGHT_BIT
    styles = {part: Style.parse(words) for part, words in STYLES.items()}

    def paint(text: str, part: str) -> str:
        style = styles.get(part)
        return text if style is None else style.render(text, color_system=colors)

    return paint
