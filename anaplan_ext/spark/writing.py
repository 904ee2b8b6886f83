"""Write rows into a file of Anaplan in steps that several processes share, and run what reads the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from attrs import field, frozen

from anaplan_client import integration

from ..client._sync.client import Client
from ..client.model_names import find_model_id
from ..concurrency import _sync as concurrency
from ..frames.batches import null_row
from ..frames.csv_writer import iter_csv
from ..frames.errors import FrameValueError
from ..loads.frames import FileStyle, find_style
from ..tasks.load_report import LoadReport
from ..transfers.chunking import MAX_CONCURRENCY, Chunker, Piece
from ..transfers.compression import DEFAULT_LEVEL, compress
from .options import WriteOptions, write_options
from .reading import open_client

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_BYTES = 25_000_000
COMPLETE_TIMEOUT_SECONDS = 3600.0
"""Anaplan has taken forty minutes to join the chunks of a stream."""


@frozen
class LoadTarget:
    """The file that is written, and what reads it. It can be pickled, and has no secret."""

    options: WriteOptions
    model_id: str
    file_id: str
    action_id: str
    style: FileStyle = field(repr=False)

    @property
    def label(self) -> str:
        """Return the name of the frame in messages."""
        return f"the frame for {self.options.file!r}"


def open_target(options: Mapping[str, str], schema: pa.Schema) -> LoadTarget:
    """Find the file and what reads it, and check the columns. Nothing is written.

    Args:
        options: `file` and `model` by name or id, exactly one of `process` and `import`, and optionally `workspace` and
            `run`. `profile`, `region`, `base_url`, `timeout`, `rate_limit` and `rate_limit_shared` are those of a
            profile. The profile or the environment has the secrets.
        schema: The schema of the frame.

    Raises:
        ValueError: An option is unknown, missing, secret or has a wrong value, or no import reads the file.
        FrameValueError: A type cannot be written, or a column is missing that an import expects.
        NameNotFoundError: No model, file, process or import has this name. It has similar names.
        AnaplanError: Any other failure.

    Cost:
        The lists for names, and two requests for each import that reads the file.
    """
    wanted = write_options(options)
    with open_client(wanted.sign_in) as client:
        bound = client.with_model(find_model_id(client, wanted.model, wanted.workspace))
        model_id = bound.model_id or ""
        plan = bound.plan_load({wanted.file: null_row(schema)}, process=wanted.process, import_=wanted.import_)
        [file] = plan.files
        if file.missing_columns:
            names = ", ".join(map(repr, file.missing_columns))
            raise FrameValueError(
                f"it lacks columns that the import expects: {names}", label=f"the frame for {file.key!r}"
            )
        metadata = [bound.send(integration.get_import(model_id, source.id)).import_metadata for source in file.imports]
    style = find_style(file.key, [entry.source for entry in metadata if entry.source is not None])
    return LoadTarget(wanted, model_id, file.id, plan.action_id, style)


def upload_rows(target: LoadTarget, rows: pa.RecordBatchReader) -> int:
    """Upload rows in chunks. The file keeps its content until `complete_upload`.

    Returns:
        The number of chunks.

    Raises:
        FrameValueError: A value cannot be written without loss.
        AnaplanError: A chunk is rejected, or still fails after the retries.

    Cost:
        One sign-in, one request, and one per chunk of 25 MB, eight concurrently. Holds at most ten compressed chunks.
    """
    with open_client(target.options.sign_in) as client:
        body = integration.models.SetChunkCountRequest(chunk_count=-1)
        client.send(integration.set_file_chunk_count(target.model_id, target.file_id, body=body))
        send = partial(_send_chunk, client, target)
        chunks = enumerate(_cut(_write(target, rows)))
        with concurrency.closing(concurrency.map_concurrently(send, chunks, MAX_CONCURRENCY, ordered=False)) as sent:
            return sum(1 for _ in sent)


def complete_upload(target: LoadTarget) -> LoadReport | None:
    """Replace the content of the file, and run the process or import that reads it, unless `run` is false.

    Returns:
        A report with the rows loaded and ignored; None if nothing ran.

    Raises:
        AnaplanActionError: The load failed, rejected rows, or does not account for all of them.
        AnaplanError: Any other failure.

    Cost:
        One sign-in, one request, and the requests to run the process or import.
    """
    with open_client(target.options.sign_in) as client:
        body = integration.models.CompleteFileRequest(id=target.file_id)
        request = integration.complete_file(target.model_id, target.file_id, body=body)
        client.send(request, timeout=COMPLETE_TIMEOUT_SECONDS)
        return client.with_model(target.model_id).run_action(target.action_id) if target.options.run else None


def _write(target: LoadTarget, rows: pa.RecordBatchReader) -> Iterator[bytes]:
    try:
        yield from iter_csv(rows, target.style.dialect, target.style.decimal_separator)
    except FrameValueError as error:
        reason, column, row = error.reason, error.column, error.row
    else:
        return
    raise FrameValueError(reason, column, row, target.label)


def _cut(pieces: Iterable[bytes]) -> Iterator[list[Piece]]:
    chunker = Chunker(CHUNK_BYTES)
    for piece in pieces:
        yield from chunker.add(piece)
    if last := chunker.flush():
        yield last


def _send_chunk(client: Client, target: LoadTarget, chunk: tuple[int, list[Piece]]) -> int:
    index, pieces = chunk
    body = compress(pieces, DEFAULT_LEVEL).body
    request = integration.upload_file_chunk(
        target.model_id, target.file_id, index, body=body, content_type="application/x-gzip"
    )
    client.send(request)
    return index
