"""Print results: a table for people, or JSON, JSON lines, CSV and ids for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, TextIO, cast

from .command import Column, Row
from .painting import Paint, plain
from .table import Layout, write_table

if TYPE_CHECKING:
    from argparse import Namespace


def select_columns(columns: Sequence[Column], named: str | None) -> Sequence[Column]:
    """Return the columns that the user named, in that order; all without names. Raise `ValueError` for others."""
    if named is None:
        return columns
    known = {column.name: column for column in columns}
    names = [name.strip() for name in named.split(",") if name.strip()]
    if not names or any(name not in known for name in names):
        raise ValueError(f"--columns must be some of {', '.join(known)} (got {named!r})")
    return [known[name] for name in names]


def arrange(rows: Iterable[Row], columns: Sequence[Column], options: Namespace) -> Iterable[Row]:
    """Return the rows that the user wants, in the order that the user wants."""
    names = [column.name for column in columns]
    if options.filter:
        filtered, equals, text = options.filter.partition("=")
        if not equals or filtered not in names:
            raise ValueError(
                f"--filter must be COLUMN=TEXT with a column of {', '.join(names)} (got {options.filter!r})"
            )
        rows = (row for row in rows if text.casefold() in show(row.get(filtered)).casefold())
    if options.sort:
        sorted_by, _, order = options.sort.partition(":")
        if sorted_by not in names or order not in ("", "asc", "desc"):
            raise ValueError(f"--sort must be one of {', '.join(names)}, or with :desc (got {options.sort!r})")
        rows = sorted(rows, key=lambda row: _sort_key(row.get(sorted_by)), reverse=order == "desc")
    if options.limit is not None:
        if not options.limit.isdecimal():
            raise ValueError(f"--limit must be a whole number (got {options.limit!r})")
        rows = islice(rows, int(options.limit))
    return rows


def print_rows(
    rows: Iterable[Row],
    columns: Sequence[Column],
    options: Namespace,
    to: TextIO,
    width: int | None,
    total: Row | None = None,
    paint: Paint = plain,
) -> None:
    """Print rows in the format of the options. Only a table is held in memory, and only it has the total."""
    form = options.output or "table"
    if form == "table":
        lines = [_show_row(row, columns) for row in rows]
        layout = Layout(
            has_header=not options.no_headers,
            width=width,
            keeps_all=options.columns is not None,
            total=None if total is None else _show_row(total, columns),
        )
        write_table(lines, columns, to, layout, paint)
    elif form == "json":
        _print_json_array(rows, columns, to)
    elif form == "jsonl":
        for row in rows:
            to.write(json.dumps(to_json(row, columns), ensure_ascii=False) + "\n")
    elif form == "csv":
        _print_csv(rows, columns, not options.no_headers, to)
    else:
        for row in rows:
            to.write(f"{show(row.get('id', row.get(columns[0].name)))}\n")


def print_one(row: Row, columns: Sequence[Column], options: Namespace, to: TextIO, paint: Paint = plain) -> None:
    """Print one object: a line for each column, or one document."""
    form = options.output or "table"
    if form == "table":
        width = max(len(column.name) for column in columns)
        for column in columns:
            if row.get(column.name) is not None:
                name = paint(column.name, "header") + " " * (width - len(column.name))
                to.write(f"{name}  {show(row[column.name])}\n")
    elif form in ("json", "jsonl"):
        to.write(json.dumps(to_json(row, columns), ensure_ascii=False, indent=2 if form == "json" else None) + "\n")
    else:
        print_rows([row], columns, options, to, None)


def to_json(row: Row, columns: Sequence[Column]) -> dict[str, object]:
    """Return a row as JSON: every column, null where there is no value."""
    return {column.name: _json_value(row.get(column.name)) for column in columns}


def show(value: object) -> str:
    """Return a value as one line of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat(*(" ", "seconds") if hasattr(value, "hour") else ()).replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return ", ".join(map(show, cast("Sequence[object]", value)))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {show(item)}" for key, item in cast("Mapping[str, object]", value).items())
    text = str(value)
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def _show_row(row: Row, columns: Sequence[Column]) -> list[str]:
    return [_show_in(column, row.get(column.name)) for column in columns]


def _show_in(column: Column, value: object) -> str:
    """Return a value of a table. Numbers are grouped by thousands, unless they are ids."""
    is_count = column.kind in ("integer", "number") and not column.name.endswith("id")
    return f"{value:,}" if is_count and isinstance(value, int | float) else show(value)


def _json_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, Mapping):
        return {key: _json_value(item) for key, item in cast("Mapping[str, object]", value).items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _sort_key(value: object) -> tuple[bool, float, str]:
    """Return a key that puts missing values last, and numbers before texts."""
    if isinstance(value, int | float):
        return False, float(value), ""
    return value is None, float("inf"), show(value).casefold()


def _print_json_array(rows: Iterable[Row], columns: Sequence[Column], to: TextIO) -> None:
    separator = "[\n"
    for row in rows:
        to.write(f"{separator}  {json.dumps(to_json(row, columns), ensure_ascii=False)}")
        separator = ",\n"
    to.write("[]\n" if separator == "[\n" else "\n]\n")


def _print_csv(rows: Iterable[Row], columns: Sequence[Column], has_header: bool, to: TextIO) -> None:
    import csv

    writer = csv.writer(to, lineterminator="\n")
    if has_header:
        writer.writerow([column.name for column in columns])
    writer.writerows([_csv_value(row.get(column.name)) for column in columns] for row in rows)


def _csv_value(value: object) -> object:
    converted = _json_value(value)
    if isinstance(converted, bool):
        return "true" if converted else "false"
    return json.dumps(converted, ensure_ascii=False) if isinstance(converted, list | dict) else converted
