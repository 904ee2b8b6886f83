"""Run an export, and write it in the format that the user wants."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..transport import clock
from . import loads, transfers
from .command import Done, Raw, Result

if TYPE_CHECKING:
    from anaplan_client.integration.models import MappingParameter

    from ..frames.schema import TableFormat
    from .context import Context


def export(context: Context) -> Result:
    """Run an export, and print or download what it wrote."""
    options = context.options
    if options.dry_run:
        return Done(f"would run export {options.name}")
    path = None if options.to in (None, "-") else Path(options.to)
    mapping = loads.read_mapping(options.map)
    form = _format(options.format, path)
    started = clock.now()
    if form == "jsonl":
        result = _export_lines(context, path, mapping)
        return result if path is None else Done(_describe(context, path, form, started))
    if path is None:
        table = context.model.export(options.name, mapping_parameters=mapping, timeout=context.timeout)
        return Raw(table.iter_bytes())
    if form == "parquet":
        table = context.model.export(options.name, mapping_parameters=mapping, timeout=context.timeout)
        return Done(_describe(context, path, form, started, table.to_parquet(path)))
    _download(context, path, mapping)
    return Done(_describe(context, path, form, started))


def _describe(context: Context, path: Path, form: str, started: float, rows: int | None = None) -> str:
    """Return what was written: rows and columns where the export is delimited text, size, and seconds."""
    if context.options.quiet:
        return ""
    from ..frames.errors import TableError
    from ..frames.schema import export_format
    from .groups.actions import find_export_id

    seconds = clock.now() - started
    export_id = find_export_id(context.model, context.options.name)
    try:
        table = export_format(f"export {export_id}", context.model.get_export(export_id))
        rows = _count(path, form, table) if rows is None else rows
    except (TableError, LookupError, UnicodeDecodeError):
        parts = list[str]()
    else:
        parts = [f"{rows:,} {'row' if rows == 1 else 'rows'}{_columns(table)}"]
    return "  ".join([str(path), *parts, transfers.show_size(path.stat().st_size), f"{seconds:.1f} s"])


def _columns(table: TableFormat) -> str:
    named = [f"{name} {kind}" for name, kind in zip(table.names, table.types, strict=True)]
    return f", {len(named)} {'column' if len(named) == 1 else 'columns'} ({', '.join(named)})" if named else ""


def _count(path: Path, form: str, table: TableFormat) -> int:
    """Return the rows of a file, without its header."""
    if form == "jsonl":
        with path.open("rb") as lines:
            return sum(1 for _ in lines)
    with path.open(encoding=_codec(table)) as file:
        pieces = iter(lambda: file.read(1 << 20), "")
        return max(0, count_lines(pieces, table.dialect.delimiter) - 1)


def count_lines(pieces: Iterable[str], quote: str) -> int:
    """Return the rows of delimited text. Line ends between quotes are part of a value."""
    count, is_quoted, last = 0, False, "\n"
    for piece in pieces:
        for place, part in enumerate(piece.split(quote) if quote else [piece]):
            if place:
                is_quoted = not is_quoted
            if not is_quoted:
                count += part.count("\n")
        last = piece[-1:]
    return count + (last != "\n")


def _format(named: str | None, path: Path | None) -> str:
    """Return the format that the user named, or that the name of the target has."""
    form: str = named or {".jsonl": "jsonl", ".parquet": "parquet"}.get("" if path is None else path.suffix, "csv")
    if form == "parquet" and find_spec("pyarrow") is None:
        raise ImportError("--format parquet needs an extra: pip install 'anaplan-client[frames]'")
    if form == "parquet" and path is None:
        raise ValueError("--format parquet needs a path; pass -O PATH")
    return form


def _export_lines(context: Context, path: Path | None, mapping: list[MappingParameter]) -> Result:
    """Export to a temporary file, and turn that into JSON lines."""
    from ..frames.schema import export_format
    from .groups.actions import find_export_id

    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise ValueError(f"-O must be a file in an existing folder (got {str(path)!r})")
    export_id = find_export_id(context.model, context.options.name)
    form = export_format(f"export {export_id}", context.model.get_export(export_id))
    content = Path(context.open(tempfile.TemporaryDirectory(prefix="anaplan-"))) / "export"
    _download(context, content, mapping)
    if path is None:
        return Raw(_convert(content, form))
    replace(path, _convert(content, form))
    return Done(f"{context.options.name}: written to {path}")


def _download(context: Context, path: Path, mapping: list[MappingParameter]) -> None:
    name = context.options.name
    with transfers.progress(context, f"downloading {name}") as report:
        context.model.export(name, path, mapping_parameters=mapping, timeout=context.timeout, on_download=report)


def _convert(path: Path, form: TableFormat) -> Iterator[bytes]:
    from .typed_rows import write_lines

    try:
        codec = _codec(form)
    except LookupError:
        raise ValueError(f"the encoding of the export is not known (got {form.dialect.encoding!r})") from None
    with path.open(encoding=codec, newline="") as file:
        for line in write_lines(file, form):
            yield line.encode()


def _codec(form: TableFormat) -> str:
    """Return the codec of an export. Raise `LookupError` for an unknown encoding."""
    from ..arguments.csv_names import codec_name

    codec = codec_name(form.dialect.encoding)
    return "utf-8-sig" if codec == "utf-8" else codec


def replace(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that has either its new or its old content."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
