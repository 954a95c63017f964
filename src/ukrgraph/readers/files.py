"""The files of annotated documents: which there are in a folder, and each of them read.

Two layouts: a folder with `text.txt`, `text.ann` and `meta.toml`, as the strict profile has it; and loose pairs
`x.txt`, `x.ann`, as brat has them. Here, and nowhere else among the readers, files are read.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ukrgraph.document import Document, Metadata
from ukrgraph.errors import InputError
from ukrgraph.finding import Finding, Severity, shown
from ukrgraph.readers import metadata as meta
from ukrgraph.readers.encoding import not_unicode

TEXT, ANNOTATIONS, METADATA = "text.txt", "text.ann", "meta.toml"

Read = tuple[Document | None, list[Finding]]
Parse = Callable[..., tuple[Document, list[Finding]]]


class Files(NamedTuple):
    """The files of one document; `metadata` is None for a loose pair."""

    text: Path
    annotations: Path
    metadata: Path | None


def documents(path: Path) -> Iterator[Files | Finding]:
    """Find the documents in a folder and the folders below it, sorted by path; or the one that `path` itself names.

    A file without its partner is a finding in the place of the document. Folders whose names begin with "." are not
    entered, and links to folders are not followed.

    Raises InputError if `path` is not there, cannot be listed, or is a file that ends neither in .txt nor in .ann.
    """
    if path.is_dir():
        return _in_folder(path)
    if not path.exists():
        raise InputError(f"{path}: expected a folder or an annotation file, got nothing; check the name")
    if path.suffix not in {".txt", ".ann"}:
        raise InputError(f"{path}: expected a folder, or a file that ends in .ann, got {path.suffix or path.name!r}")
    return _of_stem(path.parent, path.stem, {entry.name for entry in path.parent.iterdir()})


def _in_folder(folder: Path) -> Iterator[Files | Finding]:
    for place, below, names in os.walk(folder, onerror=_cannot_list):
        below[:] = sorted(name for name in below if not name.startswith("."))
        stems = sorted({name.rpartition(".")[0] for name in names if name.endswith((".txt", ".ann"))} - {""})
        if METADATA in names and "text" not in stems:
            stems = sorted([*stems, "text"])
        for stem in stems:
            yield from _of_stem(Path(place), stem, set(names))


def _cannot_list(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot list the folder: {error.strerror}; check its permissions") from error


def _of_stem(folder: Path, stem: str, names: set[str]) -> Iterator[Files | Finding]:
    """Return a finding for each file of `stem` that is missing in `folder`, and the document if it can be read."""
    text, annotations = f"{stem}.txt", f"{stem}.ann"
    expected = (text, annotations, METADATA) if text == TEXT else (text, annotations)
    present = [name for name in expected if name in names]
    for name in expected:
        if name not in names:
            beside = str(folder / present[0]) if present else str(folder)
            message = f"expected {name} beside it, got none"
            advice = f"add {folder / name}, or delete this file if it is no part of a document"
            severity = Severity.WARNING if present == [text] and text != TEXT else Severity.VIOLATION
            yield Finding("missing-file", severity, message, beside, advice=advice)
    if text in names and annotations in names:
        has_metadata = METADATA in present
        yield Files(folder / text, folder / annotations, folder / METADATA if has_metadata else None)


def read(files: Files, parse: Parse) -> Read:
    """Return the document of `files` as `parse` reads it, and what was found; None if it cannot be read at all."""
    texts, findings = [], []
    for file in (files.text, files.annotations, files.metadata):
        found = _unicode(file) if file else ""
        if isinstance(found, Finding):
            findings.append(found)
        else:
            texts.append(found)
    if findings:
        return None, findings
    text, annotations, source = texts
    metadata, findings = meta.parse(source, str(files.metadata)) if files.metadata else _from_name(files.text)
    if metadata is None:
        return None, findings
    names = {"text_file": str(files.text), "annotation_file": str(files.annotations)}
    document, problems = parse(metadata, text, annotations, **names)
    if files.metadata:
        findings += _digest(document, source, str(files.metadata))
    return document, findings + problems


def _unicode(file: Path) -> str | Finding:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return not_unicode(error, str(file))
    except OSError as error:
        message, advice = f"cannot read it: {error.strerror}", "check that it is a file and may be read"
        return Finding("unreadable", Severity.VIOLATION, message, str(file), advice=advice)


def _from_name(text: Path) -> tuple[Metadata, list[Finding]]:
    """Return the metadata of a document without meta.toml: its id is its name, or that of its folder for text.txt."""
    name = text.absolute().parent.name if text.name == TEXT else text.stem
    if meta.is_document_id(name):
        return Metadata(name), []
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    safe = f"{re.sub('[^A-Za-z0-9._-]+', '-', name).strip('.-')}-{digest}".strip("-")
    message = f"expected a name of letters a-z, digits, '.', '_' and '-', got {shown(name)}; the id is {safe!r}"
    return Metadata(safe), [Finding("id-changed", Severity.WARNING, message, str(text), advice="rename the file")]


def _digest(document: Document, source: str, file: str) -> list[Finding]:
    """Return a finding if the text is not the one whose SHA-256 stands in `source`, the text of meta.toml."""
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    stated = document.metadata.sha256
    if stated == digest:
        return []
    if stated:
        message = f"expected a text with the SHA-256 {stated}, got {digest}"
        advice = "restore the text, or move the annotations to the new one with ukrgraph corpus retext"
        return [meta.finding(source, file, "text-changed", "sha256", message, advice)]
    advice = f'add sha256 = "{digest}"'
    message = "expected the SHA-256 of the text, got none"
    return [Finding("no-sha256", Severity.WARNING, message, file, advice=advice)]
