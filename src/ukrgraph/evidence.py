"""Evidence: the passages of documents that a node of the graph rests on, and their words in the corpus.

A record (statement, claim, sanction, ...) carries its spans; a triple's evidence is its subject's. The graph holds
offsets and a quotation; the sentence around it is read from the corpus if its text is at hand and unchanged.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ukrgraph.engine import Engine, Literal, NamedNode, Term, rows
from ukrgraph.iri import is_id
from ukrgraph.resources import folder
from ukrgraph.terms import DCTERMS, OA, UKG

CACHE = Path(".ukrgraph/places.tsv")

_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*\s+")
_ORDER = {"evidence": 0, "quotation": 1, "cue": 2}

_PASSAGES = f"""SELECT ?node ?role ?span ?document ?id ?title ?earliest ?latest ?sha ?start ?end ?quote {{
    VALUES ?node {{ %s }}
    VALUES (?property ?role) {{
        (<{UKG}evidence> "evidence") (<{UKG}quotation> "quotation") (<{UKG}cue> "cue")
    }}
    ?node ?property ?span .
    ?span <{OA}hasSource> ?document ; <{OA}hasSelector> ?position , ?words .
    ?position <{OA}start> ?start ; <{OA}end> ?end .
    ?words <{OA}exact> ?quote .
    OPTIONAL {{ ?document <{DCTERMS}identifier> ?id }}
    OPTIONAL {{ ?document <{DCTERMS}title> ?title }}
    OPTIONAL {{ ?document <{UKG}earliest> ?earliest }}
    OPTIONAL {{ ?document <{UKG}latest> ?latest }}
    OPTIONAL {{ ?document <{UKG}textSha256> ?sha }}
}}"""


class Passage(NamedTuple):
    """A piece of a document: the code points `start` (included) to `end` (excluded) of its text.

    `role` is evidence, quotation or cue; `quote` is what the graph quotes, which may be cut; the days are those between
    which the document was published, as far as it is known; `sha` is the digest of the text that the offsets count in.
    """

    node: str
    role: str
    span: str
    document: str
    id: str
    title: str
    earliest: str
    latest: str
    sha: str
    start: int
    end: int
    quote: str


class Sentence(NamedTuple):
    """The sentences around a passage, and where it lies in them; `line` and `column` are its place in `file`."""

    text: str
    start: int
    end: int
    file: str
    line: int
    column: int


class Annotation(NamedTuple):
    """The line of an annotation file that a triple comes from; line and column count from 1."""

    file: str
    line: int
    column: int


def passages(engine: Engine, nodes: Iterable[str]) -> dict[str, list[Passage]]:
    """Return the passages of nodes, by node; evidence before quotations before cues, then in the order of the text."""
    wanted = " ".join(str(NamedNode(node)) for node in nodes)
    found: dict[str, list[Passage]] = {}
    for row in rows(engine.answer(_PASSAGES % wanted)) if wanted else ():
        node, role, span, document, name, title, earliest, latest, sha, start, end, quote = map(_plain, row)
        passage = Passage(node, role, span, document, name, title, earliest, latest, sha, int(start), int(end), quote)
        found.setdefault(passage.node, []).append(passage)
    return {node: sorted(set(items), key=_key) for node, items in found.items()}


def _key(passage: Passage) -> tuple[int, str, int, int]:
    return (_ORDER[passage.role], passage.document, passage.start, passage.end)


def _plain(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


class Corpus:
    """The texts of a project's corpus, as far as they are at hand, and the table of places that the build keeps."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = folder(project, "data/corpus")
        self._text = lru_cache(maxsize=64)(self._read)

    def _read(self, id: str, sha: str) -> tuple[str, str]:
        """Return the text of a document, and the file; both empty if it is not the text that was annotated."""
        file = self.folder / id / "text.txt"
        if not is_id(id) or not file.is_file():
            return "", ""
        data = file.read_bytes()
        if sha and sha256(data).hexdigest() != sha:
            return "", ""
        try:
            shown = file.relative_to(self.project)
        except ValueError:
            shown = file.relative_to(self.folder.parents[1])
        return data.decode(), shown.as_posix()

    def sentence(self, passage: Passage) -> Sentence | None:
        """Return the sentences around a passage, or None if the text is not at hand."""
        text, file = self._text(passage.id, passage.sha)
        if not text or passage.end > len(text):
            return None
        first, last = sentence_bounds(text, passage.start, passage.end)
        line = text.count("\n", 0, passage.start) + 1
        column = passage.start - text.rfind("\n", 0, passage.start)
        return Sentence(text[first:last], passage.start - first, passage.end - first, file, line, column)

    def words(self, passage: Passage) -> str:
        """Return the words of a passage in full if the text is at hand, else as the graph quotes them."""
        sentence = self.sentence(passage)
        return sentence.text[sentence.start : sentence.end] if sentence else passage.quote

    def annotations(self, nodes: Iterable[str]) -> dict[tuple[str, str], Annotation]:
        """Return the annotations of nodes by node and predicate-object pair ("" for the node as a whole).

        Empty if the graph has not been built here.
        """
        file = self.project / CACHE
        if not file.is_file():
            return {}
        wanted = {f"<{node}>" for node in nodes}
        found: dict[tuple[str, str], Annotation] = {}
        with file.open(encoding="utf-8", newline="\n") as lines:
            names = {name: at for at, name in enumerate(next(lines, "").rstrip("\n").split("\t"))}
            for line in lines:
                if line.partition("\t")[0] in wanted:
                    cells = line.rstrip("\n").split("\t")
                    place = Annotation(
                        cells[names["annotation_file"]],
                        int(cells[names["annotation_line"]]),
                        int(cells[names.get("annotation_column", names["annotation_line"])]),
                    )
                    found.setdefault((cells[0][1:-1], cells[names["pair"]]), place)
        return found


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the sentences that the code points `start` to `end` of `text` lie in.

    A sentence ends at . ! ? or … with its closing quotes and a space, or at the end of the line.

    >>> sentence_bounds("One. Two words. Three.", 9, 14)
    (5, 15)
    """
    paragraph = text.rfind("\n", 0, start) + 1
    paragraph_end = text.find("\n", end)
    paragraph_end = len(text) if paragraph_end < 0 else paragraph_end
    first, last = paragraph, paragraph_end
    for found in _ENDS.finditer(text, paragraph, paragraph_end):
        if found.end() <= start:
            first = found.end()
        if found.end() > end or found.start() >= end - 1:
            last = found.start() + len(found.group().rstrip())
            break
    return first, max(last, end)
