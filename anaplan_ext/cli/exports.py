"""Run an export, and write it in the format that the user wants."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

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
    if form == "jsonl":
        return _export_lines(context, path, mapping)
    if path is None:
        table = context.model.export(options.name, mapping_parameters=mapping, timeout=context.timeout)
        return Raw(table.iter_bytes())
    if form == "parquet":
        table = context.model.export(options.name, mapping_parameters=mapping, timeout=context.timeout)
        table.to_parquet(path)
    else:
        _download(context, path, mapping)
    return Done(f"{options.name}: written to {path}")


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
    from ..arguments.csv_names import codec_name
    from .typed_rows import write_lines

    try:
        codec = codec_name(form.dialect.encoding)
    except LookupError:
        raise ValueError(f"the encoding of the export is not known (got {form.dialect.encoding!r})") from None
    with path.open(encoding="utf-8-sig" if codec == "utf-8" else codec, newline="") as file:
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
