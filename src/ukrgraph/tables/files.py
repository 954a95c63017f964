"""The files of tables: CSV by the standard library, Parquet and Arrow by pyarrow, row by row in flat memory."""

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Protocol

from ukrgraph.conversion import batched
from ukrgraph.conversion.one import NO_DOCUMENTS, Source, Task
from ukrgraph.conversion.pool import each
from ukrgraph.errors import InputError, UsageError
from ukrgraph.files import replacing
from ukrgraph.tables import DAY, NUMBER, TABLES, TEXT, TEXTS, Column, Row, rows_of

FORMATS = ("parquet", "csv", "arrow")
"""Formats, which are also the suffixes."""

BATCH, GROUP = 16, 10_000
"""Documents read at a time, and the least number of rows that are written at a time."""


def write(documents: Iterable[Source], folder: Path, format: str, task: Task) -> dict[str, int]:
    """Write the tables of `documents` to `folder`, each file as a whole or not at all; return the numbers of rows.

    Raises UsageError if the format needs pyarrow and that is not installed, InputError if there is no document, and
    OutsideError if a file cannot be written.
    """
    if format != "csv" and find_spec("pyarrow") is None:
        raise UsageError(f"--format: {format} needs pyarrow; run pip install 'ukrgraph[tables]', or use --format csv")
    counts = dict.fromkeys(TABLES, 0)
    waiting: dict[str, list[Row]] = {name: [] for name in TABLES}
    empty = True
    with ExitStack() as files:
        writers = {}
        for name, columns in TABLES.items():
            stream = files.enter_context(replacing(folder / f"{name}.{format}"))
            writers[name] = _writer(stream, columns, format)
        for found in each(rows_of, batched(documents, BATCH), task):
            empty = False
            for name, rows in found.items():
                counts[name] += len(rows)
                waiting[name] += rows
                if len(waiting[name]) >= GROUP:
                    writers[name].write(waiting[name])
                    waiting[name].clear()
        if empty:
            raise InputError(NO_DOCUMENTS)
        for name, writer in writers.items():
            writer.write(waiting[name])
            writer.close()
    return counts


def _writer(stream: IO[bytes], columns: Sequence[Column], format: str) -> "Writer":
    return _Csv(stream, columns) if format == "csv" else _Arrow(stream, columns, format)


class Writer(Protocol):
    """What writes one table: rows as they come, and the end."""

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""

    def close(self) -> None:
        """Write what is left."""


class _Csv:
    """CSV as in RFC 4180 but with line ends LF; the values of a list are separated by "|"."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        self.stream = stream
        self.lists = [column.kind == TEXTS for column in columns]
        self.write([tuple([column.name] if column.kind == TEXTS else column.name for column in columns)])

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        for row in rows:
            writer.writerow(["|".join(v) if many else v for v, many in zip(row, self.lists, strict=True)])
        self.stream.write(text.getvalue().encode())

    def close(self) -> None:
        """Do nothing: all is written."""


class _Arrow:
    """A file of Parquet or of Arrow's IPC format, with a row group or record batch for each call."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column], format: str) -> None:
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  # an extra
        from pyarrow import parquet  # noqa: PLC0415

        kinds = {TEXT: pa.string(), TEXTS: pa.list_(pa.string()), DAY: pa.date32(), NUMBER: pa.int32()}
        self.pa = pa
        self.schema = pa.schema([pa.field(c.name, kinds[c.kind], nullable=c.kind != TEXTS) for c in columns])
        new = parquet.ParquetWriter if format == "parquet" else pa.ipc.new_file
        self.file = new(stream, self.schema)

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows as one group."""
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(self.schema)
        arrays = [self.pa.array(values, field.type) for values, field in zip(columns, self.schema, strict=True)]
        self.file.write_batch(self.pa.record_batch(arrays, schema=self.schema))

    def close(self) -> None:
        """Write the end of the file."""
        self.file.close()
