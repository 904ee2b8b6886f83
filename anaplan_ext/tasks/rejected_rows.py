"""Read the rejected rows of an import from its failure dump."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from attrs import field, frozen

from .messages import NO_REASON

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from ..frames.recognition import FrameInput

    Source: TypeAlias = FrameInput | Mapping[str, FrameInput]

MAX_SHOWN_ROWS = 5
"""Number of rejected rows in an error message."""
_MAX_READ_BYTES = 1_000_000
"""Number of bytes of a dump that are read for them; a dump can have hundreds of megabytes."""
_ERROR = re.compile(r"_Error_\d+_")
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


@frozen
class RejectedRow:
    """A row of the source that was not loaded."""

    line: str
    """Its line in the source, as Anaplan counts; empty if the dump does not have it."""
    column: str
    """The column in the error message; empty if there is none."""
    error: str
    """The error messages of the row."""
    values: Mapping[str, str] = field(factory=dict[str, str], repr=False, hash=False)
    """The values of the row by column. They are not in the text of the row."""
    import_id: str = ""
    """Id of the import that rejected the row."""

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.line and f"line {self.line}", self.column and f"column {self.column}")))
        return f"{where}: {self.error}" if where else self.error


@frozen
class RejectedRows:
    """The rejected rows of a load, read from its failure dumps each time that they are iterated over."""

    dumps: Mapping[str, bytes] = field(repr=False)
    """The failure dumps as CSV, by the id of the import."""
    names: Mapping[str, str] = field(factory=dict[str, str])
    """The names of the imports by their ids, as far as they are known."""

    def __iter__(self) -> Iterator[RejectedRow]:
        for import_id, dump in self.dumps.items():
            yield from read_rejected_rows(dump, import_id)

    def to_csv(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write each failure dump to a folder, as Anaplan sent it.

        A file is named by its position and its import, such as `1-Load sales.csv`.

        Args:
            folder: The folder. It is created if it is missing, and existing files are replaced.

        Returns:
            The paths of the files.

        Raises:
            OSError: A file cannot be written.
        """
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        paths: list[Path] = []
        for position, (import_id, dump) in enumerate(self.dumps.items(), start=1):
            name = _NOT_IN_FILE_NAMES.sub("_", self.names.get(import_id) or import_id)
            path = target / f"{position}-{name}.csv"
            path.write_bytes(dump)
            paths.append(path)
        return paths

    def to_arrow(self, *, source: Source | None = None) -> pa.Table:
        """Return the rejected rows as a table of Arrow: action, line, error, and the row itself.

        Args:
            source: The frame that was loaded. Without it, the row has the values of the failure dump, as text. If
                several imports rejected rows, a mapping of frames by the name or id of the import.

        Returns:
            The table. A column of the source that is called `action`, `line` or `error` gets a number.

        Raises:
            ImportError: The extra `frames` is not installed.
            TypeError: `source` is no frame.
            ValueError: `source` is one frame, and several imports rejected rows.
            FrameValueError: `source` is not what was loaded: a rejected line has other values.
        """
        try:
            from ..frames import rejected
        except ImportError:
            from ..frames.recognition import EXTRA

            raise ImportError(EXTRA) from None
        sources = self._sources(source)
        rows = {import_id: list(read_rejected_rows(dump, import_id)) for import_id, dump in self.dumps.items()}
        return rejected.concat_tables(
            [
                rejected.rejected_table(rows[import_id], self.names.get(import_id) or import_id, sources.get(import_id))
                for import_id in self.dumps
                if rows[import_id]
            ]
        )

    def to_polars(self, *, source: Source | None = None) -> pl.DataFrame:
        """Return the rejected rows as a frame of polars: action, line, error, and the row itself.

        Args:
            source: The frame that was loaded. Without it, the row has the values of the failure dump, as text. If
                several imports rejected rows, a mapping of frames by the name or id of the import.

        Returns:
            The frame. A column of the source that is called `action`, `line` or `error` gets a number.

        Raises:
            ImportError: The extra `frames` or polars is not installed.
            TypeError: `source` is no frame.
            ValueError: `source` is one frame, and several imports rejected rows.
            FrameValueError: `source` is not what was loaded: a rejected line has other values.
        """
        table = self.to_arrow(source=source)
        from ..frames.outputs import to_polars

        return to_polars(table)

    def to_pandas(self, *, source: Source | None = None) -> pd.DataFrame:
        """Return the rejected rows as a frame of pandas: action, line, error, and the row itself.

        Args:
            source: The frame that was loaded. Without it, the row has the values of the failure dump, as text. If
                several imports rejected rows, a mapping of frames by the name or id of the import.

        Returns:
            The frame. A column of the source that is called `action`, `line` or `error` gets a number.

        Raises:
            ImportError: The extra `frames` or pandas is not installed.
            TypeError: `source` is no frame.
            ValueError: `source` is one frame, and several imports rejected rows.
            FrameValueError: `source` is not what was loaded: a rejected line has other values.
        """
        table = self.to_arrow(source=source)
        from ..frames.outputs import to_pandas

        return to_pandas(table)

    def _sources(self, source: Source | None) -> Mapping[str, FrameInput]:
        """Return the source of each import by its id."""
        if source is None:
            return {}
        if isinstance(source, Mapping):
            ids = {name: import_id for import_id, name in self.names.items()} | {name: name for name in self.dumps}
            for name in source:
                if name not in ids:
                    raise ValueError(f"source must have names or ids of imports with rejected rows (got {name!r})")
            return {ids[name]: frame for name, frame in source.items()}
        if len(self.dumps) > 1:
            raise ValueError(f"source must be a mapping by import, since {len(self.dumps)} imports rejected rows")
        return dict.fromkeys(self.dumps, source)


def read_rejected_rows(dump: bytes, import_id: str = "") -> Iterator[RejectedRow]:
    """Yield the rows of a failure dump; if it is not CSV, a row with that error."""
    with io.TextIOWrapper(io.BytesIO(dump), encoding="utf-8-sig", errors="replace", newline="") as text:
        yield from _read_rows(text, import_id)


def read_first_rows(dump: bytes) -> Iterator[RejectedRow]:
    """Yield the rows at the beginning of a failure dump, for a message."""
    if len(dump) > _MAX_READ_BYTES:
        dump = dump[:_MAX_READ_BYTES].rpartition(b"\n")[0]
    return read_rejected_rows(dump)


def _read_rows(text: TextIO, import_id: str) -> Iterator[RejectedRow]:
    reader = csv.reader(text)
    try:
        header = next(reader, list[str]())
        columns = [name for name in header if not re.fullmatch(r"_\w+_", name)]
        for cells in reader:
            if any(cells):
                yield _row(header, columns, cells, import_id)
    except csv.Error as error:
        yield RejectedRow(line="", column="", error=f"the failure dump is not valid CSV: {error}", import_id=import_id)


def _row(header: Sequence[str], columns: Sequence[str], cells: Sequence[str], import_id: str) -> RejectedRow:
    named = dict(zip(header, cells, strict=False))
    errors = [text for name, text in named.items() if text and _ERROR.fullmatch(name)]
    error = "; ".join(errors) or NO_REASON
    values = {name: named.get(name, "") for name in columns}
    return RejectedRow(named.get("_Line_", ""), _column(errors, columns), error, values, import_id)


def _column(errors: Sequence[str], columns: Sequence[str]) -> str:
    """Return the column in the first error; the longest name, if one contains another."""
    text = errors[0] if errors else ""
    named = [name for name in columns if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    return max(named, key=len, default="")
