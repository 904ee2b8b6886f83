"""Read an export in parts, each by a client of its own, in any process of any machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from anaplan_client import integration

from ..arguments.csv_names import codec_name
from ..client._sync.client import Client
from ..client.model_names import find_model_id
from ..client.options import make_environment
from ..files._sync.resource import ModelFile
from ..frames.arrow_reader import ArrowReader
from ..frames.errors import TableError
from ..frames.schema import Column, ColumnType, TableFormat, export_format
from ..listing.names import find, is_id
from ..transfers.errors import DownloadError
from .borders import RangeCutter, RowRules
from .options import ReadOptions, read_options
from .ranges import ChunkRange, HeaderFinder, in_utf8, plan_ranges

if TYPE_CHECKING:
    import pyarrow as pa


@frozen
class ExportOutput:
    """What an export wrote. It can be pickled, and has no secret."""

    options: ReadOptions
    model_id: str
    export_id: str
    table: TableFormat
    header: bytes
    """The header in UTF-8, with the line of the page of a grid."""
    header_chunks: int
    """Number of chunks in which the header is."""

    @property
    def label(self) -> str:
        """Return the name of the export in messages."""
        return f"export {self.export_id}"

    @property
    def types(self) -> Mapping[str, ColumnType]:
        """Return the types of columns that replace those of Anaplan."""
        return self.options.types or {}

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return names and types of the columns."""
        return self._read_header().columns

    @property
    def schema(self) -> pa.Schema:
        """Return the schema of the batches."""
        return self._read_header().schema

    def _read_header(self) -> ArrowReader:
        reader = ArrowReader(self.label, in_utf8(self.table), self.types)
        reader.add(self.header)
        reader.finish()
        return reader


def open_export(options: Mapping[str, str]) -> ExportOutput:
    """Run an export, unless the option `run` is false, and return what it wrote.

    Args:
        options: `export` and `model` by name or id, and optionally `workspace`, `run`, `types` as JSON, `chunks` per
            part, and `max_row_bytes`. `profile`, `region`, `base_url`, `timeout`, `rate_limit` and `rate_limit_shared`
            are those of a profile. The profile or the environment has the secrets.

    Returns:
        The output, which can be sent to other processes.

    Raises:
        ValueError: An option is unknown, missing, secret or has a wrong value; nothing is sent.
        ConfigurationError: The environment or the profile has no sign-in.
        NameNotFoundError: No model or export has this name. It has similar names.
        AmbiguousNameError: Several have it. It has their ids.
        AnaplanActionError: The export failed.
        TableError: The output is no table.
        AnaplanError: Any other failure.

    Cost:
        The requests to run the export, two for its format and its chunks, and the lists for names. Reads the first
        chunk.
    """
    wanted = read_options(options)
    with open_client(wanted.sign_in) as client:
        bound = client.with_model(find_model_id(client, wanted.model, wanted.workspace))
        export_id = wanted.export
        if not is_id(export_id, "116"):
            export_id = find("export", export_id, bound.list_exports()).id
        if wanted.run:
            bound.run_action(export_id)
        model_id = bound.model_id or ""
        response = bound.send(integration.get_export(model_id, export_id))
        table = export_format(f"export {export_id}", response.export_metadata)
        file = bound.files[export_id]
        header, header_chunks = _find_header(file, table, _count(file))
    return ExportOutput(wanted, model_id, export_id, table, header, header_chunks)


def list_ranges(output: ExportOutput) -> list[ChunkRange]:
    """Return the ranges of chunks that together have all rows of an export.

    Raises:
        DownloadError: The export has no content, or another header than before.
        AnaplanError: Any other failure.

    Cost:
        One sign-in, and one request for 5,000 chunks. Reads the first chunk.
    """
    with open_client(output.options.sign_in) as client:
        file = _file(client, output)
        count = _count(file)
        if _find_header(file, output.table, count) != (output.header, output.header_chunks):
            raise DownloadError(output.export_id, "the file has another header than before")
    return plan_ranges(count, output.header_chunks, output.options.chunks, output.table.dialect.encoding)


def read_range(output: ExportOutput, part: ChunkRange) -> Iterator[pa.RecordBatch]:
    """Read the rows of a range of chunks, of which each row is in one range.

    Args:
        output: What the export wrote.
        part: One of its ranges.

    Returns:
        An iterator of batches of up to 4 MiB of CSV each. Its iteration raises the errors.

    Raises:
        TableError: The content is no table, or a value has another type. Its row is counted from the first of the
            range. It is raised as well where a row is longer than the option `max_row_bytes`.
        DownloadError: The file was changed while it was read.
        AnaplanError: Any other failure.

    Cost:
        One sign-in, one request per chunk, and mostly one for the chunk behind the range. One for the number of chunks.
        Holds at most five chunks, about 50 MB.
    """
    label = f"{output.label}, {part}"
    dialect = output.table.dialect
    rules = RowRules(dialect, len(output.columns), output.options.max_row_bytes)
    reader = ArrowReader(label, output.table, output.types)
    cutter = RangeCutter(label, rules, is_first=not part.first)
    if part.first:
        reader.add(output.header.decode().encode(codec_name(dialect.encoding)))
    with open_client(output.options.sign_in) as client:
        file = _file(client, output)
        for index in range(part.first, part.end):
            yield from reader.add(cutter.add(_read_chunk(file, index, part.count)))
        for index in range(part.end, part.count):
            if cutter.is_complete:
                break
            yield from reader.add(cutter.add_next(_read_chunk(file, index, part.count)))
        if not cutter.is_complete:
            yield from reader.add(cutter.finish())
        elif not reader.is_at_row_end:
            # The next range has taken the rest of the row for other rows.
            raise TableError(label, rules.reason)
        if file.count_chunks() != part.count:
            raise DownloadError(output.export_id, "the file was changed while it was read")
    yield from reader.finish()


def open_client(sign_in: Mapping[str, str]) -> Client:
    """Return a client that signs in by options and the environment of this process."""
    return Client.from_env(environ=make_environment(sign_in, os.environ))


def _file(client: Client, output: ExportOutput) -> ModelFile:
    return client.with_model(output.model_id).files[output.export_id]


def _count(file: ModelFile) -> int:
    count = file.count_chunks()
    if not count:
        raise DownloadError(file.name, "the file has no content")
    return count


def _read_chunk(file: ModelFile, index: int, count: int) -> bytes:
    chunk = file.read_chunk(index)
    if not chunk and count > 1:
        raise DownloadError(file.name, f"chunk {index} of {count} is empty")
    return chunk


def _find_header(file: ModelFile, table: TableFormat, count: int) -> tuple[bytes, int]:
    """Return the header in UTF-8, and the number of chunks in which it is."""
    finder = HeaderFinder(f"export {file.name}", table)
    for index in range(count):
        if (header := finder.add(_read_chunk(file, index, count))) is not None:
            return header, index + 1
    return finder.finish(), count
