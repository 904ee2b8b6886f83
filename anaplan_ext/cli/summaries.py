"""Summaries of a load for other programs: JSON, Markdown, JUnit, and annotations of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from xml.sax.saxutils import quoteattr

from .exit_codes import exit_code_of

if TYPE_CHECKING:
    from .. import AnaplanActionError
    from .command import Row

FORMATS = ("json", "markdown", "junit")
MAX_ANNOTATIONS = 10
"""GitHub shows at most this many of a step."""


def parse_targets(
    texts: Sequence[str], option: str = "--summary", formats: Sequence[str] = FORMATS
) -> list[tuple[str, Path]]:
    """Return format and path of each summary.

    Raises:
        ValueError: A text is not `FORMAT:FILE`, or its file is in no folder.
    """
    targets: list[tuple[str, Path]] = []
    for text in texts:
        form, colon, name = text.partition(":")
        if form not in formats or not colon or not name:
            raise ValueError(f"{option} must be FORMAT:FILE with a format of {', '.join(formats)} (got {text!r})")
        path = Path(name)
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise ValueError(f"{option} must be a file in an existing folder (got {name!r})")
        targets.append((form, path))
    return targets


def write(form: str, rows: Sequence[Row], error: BaseException | None) -> str:
    """Return a summary in a format. `error` is what made the load fail."""
    writers = {"json": _write_json, "markdown": _write_markdown, "junit": _write_junit}
    return writers[form](rows, error)


def print_annotations(error: AnaplanActionError, to: TextIO) -> None:
    """Print the first rejected rows as annotations, without their values."""
    for count, row in enumerate(error.rejected):
        if count == MAX_ANNOTATIONS:
            break
        text = str(row).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        print(f"::error title=rejected row::{text}", file=to)


def _write_json(rows: Sequence[Row], error: BaseException | None) -> str:
    failure = None if error is None else {"message": str(error), "exit_code": exit_code_of(error)}
    return json.dumps({"actions": list(rows), "error": failure}, indent=2, ensure_ascii=False) + "\n"


def _write_markdown(rows: Sequence[Row], error: BaseException | None) -> str:
    lines = ["| Action | Rows | Loaded | Ignored | Rejected |", "|---|---:|---:|---:|---:|"]
    for row in rows:
        name = str(row["name"] or row["id"]).replace("|", "\\|").replace("\n", " ")
        counts = (_count(row[key]) for key in ("rows", "loaded", "ignored", "rejected"))
        lines.append(f"| {name} | {' | '.join(counts)} |")
    if error is not None:
        lines += ["", f"**Failed:** {str(error).replace(chr(10), ' ')}"]
    return "\n".join(lines) + "\n"


def _count(value: object) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _write_junit(rows: Sequence[Row], error: BaseException | None) -> str:
    failed = [row for row in rows if row["rejected"] or not row["successful"]]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    extra = 1 if error is not None and not failed else 0
    lines.append(f'<testsuite name="anaplan load" tests="{len(rows) + extra}" failures="{len(failed) + extra}">')
    for row in rows:
        name = quoteattr(str(row["name"] or row["id"]))
        if row in failed and error is not None:
            text = f"{_count(row['rejected']) or 'an unknown number of'} rows were rejected"
            lines.append(f"  <testcase name={name}><failure message={quoteattr(text)}/></testcase>")
        else:
            lines.append(f"  <testcase name={name}/>")
    if extra:
        lines.append(f'  <testcase name="load"><failure message={quoteattr(str(error))}/></testcase>')
    return "\n".join([*lines, "</testsuite>"]) + "\n"
