"""The same conversion on Apache Spark: a folder or object store of documents to parts of N-Quads and their findings.

    python -m ukrgraph.spark IN OUT --master "local[2]"         on this machine
    spark-submit run.py s3a://bucket/in s3a://bucket/out        on a cluster

where run.py is `from ukrgraph.spark import main; main()`. It writes

    OUT/quads/part-00000 ...    N-Quads, whole documents, in Spark's text files
    OUT/findings/*.parquet      what was found: the fields of `ukrgraph.finding.Finding`, one row each

Documents are folders with the files that `ukrgraph convert` reads. Spark reads the files wherever they are (its source
"binaryFile") and brings those of one folder together, which is the one shuffle. Each group then goes through the
function that `ukrgraph convert` calls, by way of a temporary folder of the executor, so that the lines and the findings
are the same. Executors need ukrgraph: `pip install 'ukrgraph[spark]'`, or --py-files.

Spark leaves out files and folders whose names begin with "_" or "."; ukrgraph itself only folders with ".".
"""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from zlib import crc32

import click

from ukrgraph import conversion
from ukrgraph.conversion.one import NO_DOCUMENTS, Task, convert_one, sparing_collector
from ukrgraph.errors import InputError, OutsideError, UkrgraphError, UsageError
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import DEFAULT_BASE, namespace
from ukrgraph.readers import READERS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FORMATS = ("parquet", "json")
"""Formats of the table of findings."""

COLUMNS = (
    "rule string, severity string, message string, file string, line int, column int, source string, width int, "
    "advice string"
)
"""The columns of the table of findings, in the syntax of Spark."""

_FILES = "*.{txt,ann,toml}"
_GZIP = "org.apache.hadoop.io.compress.GzipCodec"
_SMALL = 10
"""Partitions of Spark's reader, about ten documents each, that become one part: about as many as in ours."""

Held = tuple[str, bytes]
"""The name of a file and its bytes."""


class One(NamedTuple):
    """The N-Quads of one document without the last line end, what was found, and 1; 0 if it is no document."""

    quads: str
    findings: list[Finding]
    documents: int


class Done(NamedTuple):
    """Numbers of documents and of findings that are violations."""

    documents: int
    violations: int


def convert_folder(  # noqa: PLR0913  # what can be chosen
    spark: "SparkSession",
    source: str,
    output: str,
    *,
    task: Task | None = None,
    parts: int = 0,
    findings: str = "parquet",
    gzip: bool = False,
) -> Done:
    """Convert the documents below `source` to `output`, both any address that Spark reads and writes.

    `parts` is the number of parts; 0 lets it follow from the number of files. The same input and number of parts give
    the same parts. Converted documents are kept on the executors' disks until both tables are written.

    Raises InputError if `source` is not there or has no document, UsageError if there is something at `output`.
    """
    from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]  # noqa: PLC0415  # comes with pyspark
    from pyspark import StorageLevel  # noqa: PLC0415  # an extra
    from pyspark.errors import AnalysisException  # noqa: PLC0415

    task = task or Task("nquads", "brat", namespace(DEFAULT_BASE))
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", _FILES)
    try:
        files = reader.load(source).select("path", "content").rdd
    except AnalysisException as error:
        raise InputError(f"{source}: expected a folder of documents, got nothing; check the name") from error
    number = parts or max(spark.sparkContext.defaultParallelism, files.getNumPartitions() // _SMALL)
    folders = files.map(_keyed).groupByKey(number, _place)
    converted = folders.mapPartitions(lambda groups: _converted(groups, task)).persist(StorageLevel.DISK_ONLY)
    try:
        counts = converted.map(_counted).fold((0, 0), _sum)
        if not counts[0]:
            raise InputError(NO_DOCUMENTS)
        lines = converted.map(lambda one: one.quads).filter(bool)
        lines.saveAsTextFile(f"{output}/quads", compressionCodecClass=_GZIP if gzip else None)
        rows = converted.flatMap(lambda one: one.findings)
        table = spark.createDataFrame(rows.map(_row), COLUMNS).write
        table.format(findings).save(f"{output}/findings")
        return Done(*counts)
    except (AnalysisException, Py4JJavaError) as error:
        if "already exists" in str(error):
            raise UsageError(f"{output}: expected nothing there, got the output of another run") from error
        raise
    finally:
        converted.unpersist()


def _keyed(row: tuple[str, bytes]) -> tuple[str, Held]:
    """Return the folder of a file, and its name and bytes."""
    folder, _, name = row[0].rpartition("/")
    return folder, (name, bytes(row[1]))


def _place(folder: str) -> int:
    """Return a number that says which part a folder belongs to; the same on all machines."""
    return crc32(folder.encode())


def _converted(groups: Iterable[tuple[str, Iterable[Held]]], task: Task) -> Iterator[One]:
    """Yield what comes of each document, sorted by folder."""
    with sparing_collector(), tempfile.TemporaryDirectory(prefix="ukrgraph-") as place:
        for number, (address, files) in enumerate(sorted(groups, key=lambda group: group[0])):
            origin = address.removeprefix("file:")
            local = Path(place) / str(number) / origin.rpartition("/")[2]
            local.mkdir(parents=True)
            for name, data in files:
                (local / name).write_bytes(data)
            for source in conversion.sources([str(local)]):
                quads, findings = convert_one(source, task)
                found = [_renamed(one, str(local), origin) for one in findings]
                yield One(quads.decode().removesuffix("\n"), found, int(not isinstance(source, Finding)))
            for file in local.iterdir():
                file.unlink()


def _renamed(finding: Finding, local: str, origin: str) -> Finding:
    """Return a finding that names the files by where they came from."""
    file, message, advice = (text.replace(local, origin) for text in (finding.file, finding.message, finding.advice))
    return finding._replace(file=file, message=message, advice=advice)


def _counted(one: One) -> tuple[int, int]:
    return one.documents, sum(finding.severity is Severity.VIOLATION for finding in one.findings)


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _row(finding: Finding) -> tuple[str | int, ...]:
    """Return the row of a finding: its severity by name, the rest as it is."""
    return tuple(value.name.lower() if isinstance(value, Severity) else value for value in finding)


@contextmanager
def session(master: str) -> Iterator["SparkSession"]:
    """Have a Spark session during the block: that of spark-submit, or one on `master`.

    Raises UsageError if pyspark is not installed, OutsideError if Spark cannot be started.
    """
    try:
        from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415  # an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("Spark is not installed; run pip install 'ukrgraph[spark]'") from error
    builder = SparkSession.builder.appName("ukrgraph")
    if master:
        builder = builder.master(master)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.ui.enabled", "false")
    try:
        spark = builder.getOrCreate()
    except (PySparkRuntimeError, OSError) as error:
        raise OutsideError("Spark cannot be started; it needs Java 17 or later (JAVA_HOME)") from error
    try:
        yield spark
    finally:
        spark.stop()


@click.command()
@click.argument("source", metavar="IN")
@click.argument("output", metavar="OUT")
@click.option("--master", default="", help="Where Spark runs, such as local[2]; by default what spark-submit says.")
@click.option("--parts", type=click.IntRange(0), default=0, help="Parts to write; by default about 100 documents each.")
@click.option("--findings", type=click.Choice(FORMATS), default="parquet", help="Format of the table of findings.")
@click.option("--gzip", is_flag=True, help="Compress the N-Quads.")
@click.option("--from", "reader", type=click.Choice(sorted(READERS)), default="brat", help="How to read the input.")
@click.option("--base", default=DEFAULT_BASE, help=f"IRI that all names are put under; default {DEFAULT_BASE}.")
def command(  # noqa: PLR0913  # one parameter an option
    source: str, output: str, *, master: str, parts: int, findings: str, gzip: bool, reader: str, base: str
) -> None:
    """Convert the documents below IN to parts of N-Quads and a table of findings in OUT, on Apache Spark.

    For example: python -m ukrgraph.spark corpus out --master "local[2]"
    """
    task = Task("nquads", reader, namespace(base))
    with session(master) as spark:
        done = convert_folder(spark, source, output, task=task, parts=parts, findings=findings, gzip=gzip)
    click.echo(f"{output}: {done.documents} documents, {done.violations} violations", err=True)
    if done.violations:
        raise SystemExit(1)


def main() -> NoReturn:
    """Run the job; print a user's mistake as one message and exit with its code, as `ukrgraph` does."""
    try:
        command(prog_name="ukrgraph.spark", standalone_mode=False)
    except UkrgraphError as error:
        click.echo(f"ukrgraph.spark: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    sys.exit(0)


if __name__ == "__main__":
    from ukrgraph.spark import main as entry  # executors find its functions under their own name, not as __main__

    entry()
