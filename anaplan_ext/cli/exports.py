"""Run an export, and write it in the format that the user wants."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..frames.recognition import EXTRA
from . import loads, transfers
from .command import Done, Raw, Result

if TYPE_CHECKING:
    from anaplan_client.integration.models import MappingParameter

    from .context import Context
    from .typed_rows import TableFormat


def export(context: Context) -> Result:
    """Run an export, and print or download what it wrote."""
    options = context.options
    if options.dry_run:
        return Done(f"would run export {options.name}")
    path = None if options.to in (None, "-") else Path(options.to)
    mapping = loads.read_mapping(options.map)
    form = _format(options.format, path)
    if form == "jsonl":
        return _export_lines(context, path, mapping)
    if form == "parquet":
        return _export_parquet(context, path, mapping)
    if path is None:
        table = context.model.export(options.name, mapping_parameters=mapping, timeout=context.timeout)
        return Raw([table.read()])
    _download(context, path, mapping)
    return Done(f"{options.name}: written to {path}")


def _format(named: str | None, path: Path | None) -> str:
    """Return the format that the user named, or that the name of the target has."""
    suffix = "" if path is None else path.suffix
    return named or {".jsonl": "jsonl", ".parquet": "parquet"}.get(suffix, "csv")


def _export_parquet(context: Context, path: Path | None, mapping: list[MappingParameter]) -> Result:
    name = context.options.name
    if path is None:
        raise ValueError("-O must be a file for --format parquet (got standard output)")
    # Before the export runs.
    if find_spec("pyarrow") is None:
        raise ImportError(EXTRA)
    rows = context.model.export(name, mapping_parameters=mapping, timeout=context.timeout).to_parquet(path)
    return Done(f"{name}: {rows:,} rows written to {path}")


def _export_lines(context: Context, path: Path | None, mapping: list[MappingParameter]) -> Result:
    """Export to a temporary file, and turn that into JSON lines."""
    from .groups.actions import find_export_id
    from .typed_rows import read_format

    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise ValueError(f"-O must be a file in an existing folder (got {str(path)!r})")
    form = read_format(context.model.get_export(find_export_id(context.model, context.options.name)))
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

    encoding = "utf-8-sig" if form.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else form.encoding
    with path.open(encoding=encoding, newline="") as file:
        for line in write_lines(file, form):
            yield line.encode()


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
