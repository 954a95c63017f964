"""The input of the peers: JSON from which a mapping language can make the graph of a corpus.

    python benchmarks/peers/resolved.py CORPUS FOLDER     write FOLDER/*.json, and FOLDER/expected.nq

One file a kind of thing, an array of objects in each. A mapping language reads no stand-off annotation, cuts no
quotation out of a text and computes no digest; all that is done here, beforehand and outside the measured time: IRIs
are minted, offsets cut, concepts looked up. The peers do the last step alone, from resolved values to terms and
triples. What is measured of them is therefore less work than what is measured of `ukrgraph convert`.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import pyoxigraph

from ukrgraph.convert import convert
from ukrgraph.corpus import load

UKG = "https://w3id.org/ukrgraph/ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
UNTYPED = "Sanction"
"""What a document says of a sanction has no class in the document's graph: that stands in the authority file."""

Row = dict[str, str | list[str]]


def rows(lines: str) -> list[tuple[str, Row]]:
    """Return an object for each subject in each graph of a document, with the kind of thing that it is."""
    found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    kinds: dict[str, str] = {}
    for quad in pyoxigraph.parse(lines.encode(), format=pyoxigraph.RdfFormat.N_QUADS):
        subject, name, value = quad.subject.value, _local(quad.predicate.value), quad.object.value
        if quad.predicate.value == TYPE:
            kinds[subject] = _local(value)
        else:
            found[subject, quad.graph_name.value][name].append(value)
    made = []
    for (subject, graph), values in found.items():
        row: Row = {"iri": subject, "named_graph": graph}
        row |= {name: many[0] if len(many) == 1 else list(dict.fromkeys(many)) for name, many in values.items()}
        made.append((kinds.get(subject, UNTYPED), row))
    return made


def _local(name: str) -> str:
    return name.rpartition("#" if "#" in name else "/")[2]


def write(corpus: Path, folder: Path) -> int:
    """Write the JSON files of `corpus` to `folder`, and the quads they stand for; return the number of quads."""
    files: dict[str, list[Row]] = defaultdict(list)
    expected: set[str] = set()
    for document, _ in load(corpus):
        if document is not None:
            lines = convert(document).quads
            expected.update(lines.splitlines())
            for kind, row in rows(lines):
                files[kind].append(row)
    for kind, objects in files.items():
        (folder / f"{kind}.json").write_text(json.dumps(objects, ensure_ascii=False))
    (folder / "expected.nq").write_text("\n".join(sorted(expected)) + "\n")
    return len(expected)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
