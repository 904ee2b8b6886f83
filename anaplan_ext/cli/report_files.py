"""Write rows to a file in the format of its name: CSV, JSON, JSON lines or Markdown."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from .command import Column, Row
from .output import print_rows, show

FORMATS = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".md": "markdown"}
"""The formats by the end of the name."""


def check_path(option: str, name: str) -> tuple[Path, str]:
    """Return the path and the format of a file that is to be written.

    Raises:
        ValueError: The name has another end, or the file is in no folder.
    """
    path = Path(name)
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise ValueError(f"{option} must end in {', '.join(FORMATS)} (got {name!r})")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ValueError(f"{option} must be a file in an existing folder (got {name!r})")
    return path, form


def write_rows(path: Path, form: str, rows: Iterable[Row], columns: Sequence[Column]) -> int:
    """Write rows to a file, which has either its new or its old content, and return how many they are."""
    from .exports import replace

    found = list(rows)
    text = _write_markdown(found, columns) if form == "markdown" else _print(form, found, columns)
    replace(path, [text.encode()])
    return len(found)


def _print(form: str, rows: Sequence[Row], columns: Sequence[Column]) -> str:
    to = io.StringIO()
    print_rows(rows, columns, Namespace(output=form, no_headers=False, columns=None), to, None)
    return to.getvalue()


def _write_markdown(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    lines = [_line([column.name for column in columns]), "|" + "---|" * len(columns)]
    lines += [_line([show(row.get(column.name)) for column in columns]) for row in rows]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for cell in cells)
    return f"| {' | '.join(escaped)} |"
