"""The converter for use from Python: documents in, N-Quads out; what the command line reports as findings is raised."""

from collections.abc import Iterator
from pathlib import Path

from ukrgraph.convert import convert
from ukrgraph.document import Document
from ukrgraph.errors import InputError
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import DEFAULT_BASE, namespace
from ukrgraph.readers import read
from ukrgraph.reports import text


def read_documents(path: str | Path, format: str = "brat") -> Iterator[Document]:
    """Yield the annotated documents below `path`, sorted by path; `format` is a name of `ukrgraph.readers.READERS`.

    Raises InputError with the place of each fault if a document cannot be read whole, UsageError if there is no such
    format.
    """
    for document, findings in read(Path(path), format):
        _refuse(findings)
        if document is not None:
            yield document


def to_nquads(document: Document, base: str = DEFAULT_BASE) -> str:
    """Return the graph of `document` as N-Quads, in the order of its annotations.

    Raises InputError with the place of each annotation that cannot be converted, UsageError if `base` is no IRI.
    """
    converted = convert(document, namespace(base))
    _refuse(converted.findings)
    return converted.quads


def _refuse(findings: list[Finding]) -> None:
    faults = [finding for finding in findings if finding.severity is Severity.VIOLATION]
    if faults:
        raise InputError(text(faults).rstrip())
