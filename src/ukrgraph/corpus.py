"""A corpus: annotated documents in folders, read one after the other, so that a large one does not fill the memory."""

from collections.abc import Iterator
from pathlib import Path

from ukrgraph.document import Document
from ukrgraph.finding import Finding, Severity
from ukrgraph.readers import files, read
from ukrgraph.readers.files import Files


def documents(path: Path) -> tuple[list[Files], list[Finding]]:
    """Return the files of the documents below `path`, sorted by path, and a finding for each file without partner.

    Raises InputError if `path` is not there or is no annotation file.
    """
    found = list(files.documents(path))
    return [one for one in found if isinstance(one, Files)], [one for one in found if isinstance(one, Finding)]


def load(path: Path, *, lenient: bool = False) -> Iterator[tuple[Document | None, list[Finding]]]:
    """Read the documents below `path` one at a time, sorted by path, each with what was found while reading it.

    A document that cannot be read is None. Of two documents with one id, the second has a finding: their statements
    would become one. `lenient` reads dialects of brat instead of the strict profile only.

    Raises InputError if `path` is not there or is no annotation file.
    """
    first: dict[str, str] = {}
    for document, findings in read(path, "brat-lenient" if lenient else "brat"):
        if document is not None:
            key, file = document.metadata.id, document.annotation_file
            if key in first:
                message = f"expected an id of its own, got {key!r}, which is that of {first[key]}"
                advice = "give each document another id in meta.toml, or another file name"
                findings.append(Finding("duplicate-document", Severity.VIOLATION, message, file, advice=advice))
            first.setdefault(key, file)
        yield document, findings
