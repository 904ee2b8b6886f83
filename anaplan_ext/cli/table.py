"""Lay out a table for people, whole in a pipe and fitted into a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO
from unicodedata import combining, east_asian_width

from .command import Column
from .painting import Paint

ELLIPSIS = "…"
MIN_TEXT_WIDTH = 12
"""A text is cut to this before an id or a number is cut."""
MIN_WIDTH = 3
"""A column is never cut to less than this."""


class Layout(NamedTuple):
    """How a table is laid out."""

    has_header: bool
    width: int | None
    """Columns of the terminal, or None for whole values."""
    keeps_all: bool
    """Whether no column is left out."""
    total: Sequence[str] | None = None
    """The last line."""


def write_table(
    lines: Sequence[Sequence[str]], columns: Sequence[Column], to: TextIO, layout: Layout, paint: Paint
) -> None:
    """Write a table.

    Where it does not fit, columns are left out: those without a value, the ids of other objects, and the last ones, in
    this order. Then texts are cut. The id of the row and numbers are cut last, since a part of them would be wrong.
    """
    header = [column.name.upper() for column in columns]
    width = layout.width
    totals = [] if layout.total is None else [layout.total]
    cells = [*([header] if layout.has_header else []), *lines, *totals]
    if not cells:
        return
    widths = [max(map(measure, parts)) for parts in zip(*cells, strict=True)]
    places = list(range(len(columns)))
    if width is not None and _total(widths) > width and not layout.keeps_all:
        places = _choose(columns, lines, widths, width)
    is_whole = [_is_whole(columns[place], place == places[0]) for place in places]
    is_number = [columns[place].kind in ("integer", "number") for place in places]
    fitted = _fit([widths[place] for place in places], is_whole, width)
    for line in cells:
        part = "header" if line is header else "total" if line is layout.total else "id"
        padded = "  ".join(_pad([line[place] for place in places], fitted, is_number)).rstrip()
        to.write((_paint_id(padded, line[places[0]], paint) if part == "id" else paint(padded, part)) + "\n")


def _paint_id(line: str, first: str, paint: Paint) -> str:
    """Color the first value of a line, unless it is cut or has blanks in front."""
    return paint(first, "id") + line[len(first) :] if first and line.startswith(first) else line


def measure(text: str) -> int:
    """Return the columns of a terminal that a text takes: two for a wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_measure_character, text))


def _measure_character(character: str) -> int:
    return 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _is_whole(column: Column, is_first: bool) -> bool:
    """Return whether a part of a value is worth nothing."""
    return is_first or column.kind in ("integer", "number")


def _least(column: Column, is_first: bool, width: int) -> int:
    """Return what a column is cut to before columns are left out."""
    return width if _is_whole(column, is_first) else min(width, MIN_TEXT_WIDTH)


def _choose(columns: Sequence[Column], lines: Sequence[Sequence[str]], widths: Sequence[int], width: int) -> list[int]:
    """Return the places of the columns that are written."""
    places = [place for place in range(len(columns)) if not lines or any(line[place] for line in lines)] or [0]
    for place in reversed(places[1:]):
        if _total([widths[kept] for kept in places]) <= width:
            break
        if columns[place].name.endswith("_id"):
            places.remove(place)
    least = [_least(columns[place], place == places[0], widths[place]) for place in range(len(columns))]
    while len(places) > 2 and _total([least[place] for place in places]) > width:
        places.pop()
    return places


def _fit(widths: Sequence[int], is_whole: Sequence[bool], width: int | None) -> list[int]:
    """Return the widths of columns in a terminal: the widest are cut until the line fits, texts before the others."""
    fitted = list(widths)
    texts = [place for place, whole in enumerate(is_whole) if not whole]
    for choice, least in ((texts, MIN_TEXT_WIDTH), (texts, MIN_WIDTH), (range(len(fitted)), MIN_WIDTH)):
        while width is not None and _total(fitted) > width:
            places = [place for place in choice if fitted[place] > least]
            if not places:
                break
            fitted[max(places, key=fitted.__getitem__)] -= 1
    return fitted


def _pad(line: Sequence[str], widths: Sequence[int], is_number: Sequence[bool]) -> Iterator[str]:
    for text, size, right in zip(line, widths, is_number, strict=True):
        short = text if len(text) <= size // 2 or measure(text) <= size else _shorten(text, size)
        blanks = " " * (size - measure(short))
        yield blanks + short if right else short + blanks


def _shorten(text: str, size: int) -> str:
    """Return the beginning of a text, with an ellipsis, that takes at most `size` columns."""
    kept, left = "", size - 1
    for character in text:
        left -= _measure_character(character)
        if left < 0:
            break
        kept += character
    return kept + ELLIPSIS
