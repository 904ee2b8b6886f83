"""The data source of Spark: `spark.dataSource.register(AnaplanDataSource)`."""

# Spark is not installed where types are checked: it has 400 MB.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

import logging
from collections.abc import Iterator, MutableMapping, Sequence
from typing import TYPE_CHECKING, NoReturn

try:
    from pyspark import TaskContext
    from pyspark.sql.datasource import (
        DataSource,
        DataSourceArrowWriter,
        DataSourceReader,
        InputPartition,
        WriterCommitMessage,
    )
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import (
        BooleanType,
        DataType,
        DateType,
        DoubleType,
        StringType,
        StructField,
        StructType,
        TimestampType,
    )
except ImportError:
    raise ImportError("the data source needs Spark: pip install 'anaplan-client[spark]'") from None

from ..frames.batches import open_batches
from ..frames.errors import FrameValueError
from ..frames.schema import ColumnType
from .options import read_options
from .ranges import ChunkRange
from .reading import ExportOutput, list_ranges, open_export, read_range
from .writing import LoadTarget, complete_upload, open_target, upload_rows

if TYPE_CHECKING:
    import pyarrow as pa

logger: logging.Logger = logging.getLogger("anaplan")

_TYPES: dict[ColumnType, type[DataType]] = {
    "text": StringType,
    "number": DoubleType,
    "boolean": BooleanType,
    "date": DateType,
}


class AnaplanDataSource(DataSource):  # type: ignore[misc]
    """Exports of Anaplan as data frames of Spark, and data frames as files that a process or import reads.

    `spark.read.format("anaplan").option("model", …).option("export", …).load()` runs the export once. Each partition
    reads a range of its chunks. Driver and executors sign in by the option `profile` or by their environment. An option
    with a secret is an error, since Spark shows options in plans and logs.

    `frame.coalesce(1).write.format("anaplan").mode("overwrite").option("file", …).option("process", …).save()` uploads
    the frame, then runs the process. The file keeps its content if a task fails.
    """

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        self._output: ExportOutput | None = None

    @classmethod
    def name(cls) -> str:
        """Return the name of the format."""
        return "anaplan"

    def schema(self) -> StructType:
        """Run the export, and return the schema of what it wrote."""
        self._output = open_export(self.options)
        fields = [StructField(column.name, _TYPES[column.type]()) for column in self._output.columns]
        return StructType(fields)

    def reader(self, schema: StructType) -> DataSourceReader:
        """Return a reader of what the export wrote.

        Raises:
            ValueError: Spark was given a schema, so that the export has not run.
        """
        if self._output is None:
            read_options(self.options)
            raise ValueError("schema() must be omitted: Anaplan has the schema; use the option types to change it")
        return ExportReader(self._output)

    def writer(self, schema: StructType, overwrite: bool) -> DataSourceArrowWriter:
        """Return a writer into a file of the model.

        Raises:
            ValueError: The mode is not overwrite.
        """
        if not overwrite:
            raise ValueError("mode must be overwrite, since a file of Anaplan is replaced as a whole (got append)")
        for column in schema.fields:
            if isinstance(column.dataType, TimestampType):
                reason = "its time zone is that of the session, and Anaplan has none; convert it to a date or to text"
                raise FrameValueError(reason, column.name)
        arrow_schema = to_arrow_schema(schema)
        return LoadWriter(open_target(self.options, arrow_schema), arrow_schema)

    def streamWriter(self, schema: StructType, overwrite: bool) -> NoReturn:  # noqa: N802 - Spark's name
        """Raise `ValueError`: a stream is written batch by batch."""
        raise ValueError("a stream must be written with foreachBatch, which writes each batch as a frame")


class ChunkPartition(InputPartition):  # type: ignore[misc]
    """A range of chunks of an export."""

    def __init__(self, chunks: ChunkRange) -> None:
        super().__init__(str(chunks))
        self.chunks: ChunkRange = chunks


class ExportReader(DataSourceReader):  # type: ignore[misc]
    """Reads what an export wrote, in ranges of chunks."""

    def __init__(self, output: ExportOutput) -> None:
        self._output = output

    def partitions(self) -> Sequence[InputPartition]:
        """Return a partition for each range of chunks."""
        return [ChunkPartition(part) for part in list_ranges(self._output)]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """Return the rows that start in the chunks of a partition."""
        assert isinstance(partition, ChunkPartition)
        return read_range(self._output, partition.chunks)


class UploadMessage(WriterCommitMessage):  # type: ignore[misc]
    """Tells that a task has uploaded all chunks."""

    def __init__(self, chunks: int) -> None:
        self.chunks: int = chunks


class LoadWriter(DataSourceArrowWriter):  # type: ignore[misc]
    """Uploads a frame of one partition, and then runs the process or import that reads it."""

    def __init__(self, target: LoadTarget, schema: pa.Schema) -> None:
        self._target = target
        self._schema = schema

    def write(self, iterator: Iterator[pa.RecordBatch]) -> UploadMessage:
        """Upload a partition.

        Raises:
            ValueError: The frame has rows in several partitions. Anaplan numbers the chunks of a file from 0 on, and a
                task does not know how many the others need.
        """
        context = TaskContext.get()
        if context is not None and context.partitionId():
            if any(batch.num_rows for batch in iterator):
                raise ValueError("the frame must have one partition: write frame.coalesce(1)")
            return UploadMessage(0)
        return UploadMessage(upload_rows(self._target, open_batches(self._schema, iterator)))

    def commit(self, messages: list[WriterCommitMessage | None]) -> None:
        """Replace the content of the file, and run the process or import.

        Raises:
            ValueError: The frame has no partition, so that nothing was uploaded.
        """
        if not any(isinstance(message, UploadMessage) and message.chunks for message in messages):
            raise ValueError("the frame must have a partition: nothing was uploaded, and nothing runs")
        logger.info("%s: %s", self._target.label, complete_upload(self._target))

    def abort(self, messages: list[WriterCommitMessage | None]) -> None:
        """Do nothing: the file has its previous content."""
        logger.warning("%s was not written; the file keeps its content", self._target.label)
