"""Keeping a corpus: checking documents, writing them in canonical form, moving annotations along with a text."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ukrgraph import corpus
from ukrgraph.build import knowledge
from ukrgraph.check import check, record_classes
from ukrgraph.document import Document
from ukrgraph.errors import InputError
from ukrgraph.files import replacing
from ukrgraph.finding import Finding, Severity
from ukrgraph.iri import Namespace
from ukrgraph.readers.encoding import decode
from ukrgraph.resources import folder
from ukrgraph.retext import retext
from ukrgraph.standoff.canonical import render


class Checked(NamedTuple):
    """How many documents and annotations were read, what was found, and which files are not in canonical form."""

    documents: int
    annotations: int
    findings: list[Finding]
    changed: list[Path]


class Moved(NamedTuple):
    """How many annotations a document had, how many were lost by its new text, and whether it was written."""

    annotations: int
    lost: int
    findings: list[Finding]
    written: bool


def _documents(
    project: Path, folders: Iterable[Path], *, lenient: bool
) -> Iterator[tuple[Document | None, list[Finding]]]:
    """Yield the documents of `folders`, or those of the project's corpus if none are named.

    Raises InputError if there are no documents.
    """
    found = False
    for source in list(folders) or [folder(project, "data/corpus")]:
        for document, findings in corpus.load(source, lenient=lenient):
            found = True
            yield document, findings
    if not found:
        raise InputError("expected annotated documents, found none; see docs/annotation.md for the layout")


def check_folders(project: Path, folders: Iterable[Path], *, lenient: bool = False) -> Checked:
    """Return what is to be said about the documents in `folders`, by the profile and the authority file.

    They are read twice, one at a time: records may name those of other documents, also of the project's corpus.
    """
    _, classes = knowledge(project, Namespace())
    own = folder(project, "data/corpus")
    for source in {own, *folders}:
        for document, _ in corpus.load(source, lenient=lenient):
            classes |= record_classes(document) if document is not None else {}
    documents = annotations = 0
    findings: list[Finding] = []
    for document, problems in _documents(project, folders, lenient=lenient):
        findings += problems
        if document is not None:
            documents += 1
            annotations += len(document)
            findings += check(document, classes)
    return Checked(documents, annotations, findings, [])


def format_folders(project: Path, folders: Iterable[Path], *, write: bool) -> Checked:
    """Bring annotation files into canonical form; a document that cannot be read whole is left alone and reported."""
    documents = annotations = 0
    findings: list[Finding] = []
    changed = []
    for document, problems in _documents(project, folders, lenient=True):
        findings += problems
        if document is None or any(problem.severity is Severity.VIOLATION for problem in problems):
            continue
        documents += 1
        annotations += len(document)
        file, data = Path(document.annotation_file), render(document).encode()
        if file.read_bytes() != data:
            changed.append(file)
            if write:
                _replace(file, data)
    return Checked(documents, annotations, findings, changed)


def retext_folder(document_folder: Path, new_text: Path, *, force: bool) -> Moved:
    """Give a document a new text; write nothing if an annotation is lost, unless `force` says so.

    Raises InputError if the folder does not hold exactly one document, or the text is not UTF-8.
    """
    read = list(corpus.load(document_folder))
    document, problems = read[0] if len(read) == 1 else (None, [])
    if document is None:
        problems = [finding for _, findings in read for finding in findings]
        if not problems:
            raise InputError(f"{document_folder}: expected one annotated document, found {len(read)}")
        return Moved(0, 0, problems, written=False)
    text, noted = decode(new_text.read_bytes(), str(new_text))
    problems = [problem for problem in problems if problem.rule != "text-changed"]
    moved, findings = retext(document, text)
    lost = len(document) - len(moved)
    written = force or not lost
    if written:
        _replace(Path(document.text_file), text.encode())
        _replace(Path(document.annotation_file), render(moved).encode())
        _update_digest(document_folder / "meta.toml", text)
    return Moved(len(document), lost, [*problems, *noted, *findings], written)


def _update_digest(metadata: Path, text: str) -> None:
    """Write the digest of `text` into a metadata file that has one."""
    if metadata.is_file():
        digest = hashlib.sha256(text.encode()).hexdigest()
        old = metadata.read_text(encoding="utf-8")
        _replace(metadata, re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', old).encode())


def _replace(file: Path, data: bytes) -> None:
    with replacing(file) as stream:
        stream.write(data)
