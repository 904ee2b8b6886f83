"""The texts of a model: its representation, its summary in one line, and its table in a notebook.

No text has a field that is secret, nor an undocumented one, which may be.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from attrs import fields

from .model import JsonModel

MAX_SUMMARY_CHARACTERS = 100
MAX_VALUE_CHARACTERS = 40
MAX_CELL_CHARACTERS = 1000
MAX_CELL_ENTRIES = 10


def represent(model: JsonModel) -> str:
    """Return all fields of a model as text, with timestamps in ISO form."""
    return f"{type(model).__name__}({', '.join(f'{name}={_represent(value)}' for name, value in shown_fields(model))})"


def _represent(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_represent, cast('list[object]', value)))}]"
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value).items()
        return f"{{{', '.join(f'{key!r}: {_represent(entry)}' for key, entry in entries)}}}"
    return _text(value) or repr(value)


def _text(value: object) -> str | None:
    """Return the text of a moment or a time span, whose `repr` is long."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else None


def summarize(model: JsonModel) -> str:
    """Return the first fields of a model, which identify it, in at most 100 characters."""
    present = [f"{name}={_abbreviate(value)}" for name, value in shown_fields(model) if value is not None]
    text, end = f"{type(model).__name__}(", ""
    for index, part in enumerate(present):
        more = ", …" if index + 1 < len(present) else ""
        if len(f"{text}{end}{part}{more})") > MAX_SUMMARY_CHARACTERS:
            return f"{text}{end}…)"
        text, end = f"{text}{end}{part}", ", "
    return f"{text})"


def _abbreviate(value: object) -> str:
    if isinstance(value, JsonModel):
        return f"{type(value).__name__}(…)"
    if isinstance(value, list | tuple | dict):
        return _count(len(cast("list[object]", value)))
    text = _text(value) or repr(value[:MAX_VALUE_CHARACTERS] if isinstance(value, str) else value)
    return text if len(text) <= MAX_VALUE_CHARACTERS else f"{text[: MAX_VALUE_CHARACTERS - 1]}…"


def _count(entries: int) -> str:
    return f"<{entries:,} {'entry' if entries == 1 else 'entries'}>"


def write_html(model: JsonModel) -> str:
    """Return the fields of a model as a table in HTML."""
    from html import escape

    rows = [f"<tr><th>{escape(name)}</th><td>{escape(_cell(value))}</td></tr>" for name, value in shown_fields(model)]
    return f"<table><caption>{type(model).__name__}</caption>{''.join(rows)}</table>"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        entries = cast("list[object]", value)
        more = [_count(len(entries))] if len(entries) > MAX_CELL_ENTRIES else []
        return _cut(", ".join([*map(_cell, entries[:MAX_CELL_ENTRIES]), *more]))
    if isinstance(value, dict):
        pairs = list(cast("dict[object, object]", value).items())
        more = [_count(len(pairs))] if len(pairs) > MAX_CELL_ENTRIES else []
        return _cut(", ".join([*(f"{key}: {_cell(entry)}" for key, entry in pairs[:MAX_CELL_ENTRIES]), *more]))
    return _cut(_text(value) or str(value))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CELL_CHARACTERS else f"{text[: MAX_CELL_CHARACTERS - 1]}…"


def shown_fields(model: JsonModel) -> Iterator[tuple[str, object]]:
    """Yield the names and values of the fields that are neither secret nor undocumented."""
    for item in fields(type(model)):
        if item.repr:
            yield item.name, getattr(model, item.name)
