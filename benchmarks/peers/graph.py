"""The graph of a corpus from the JSON files that resolved.py writes, with rdflib: what a plain script does.

    python benchmarks/peers/graph.py FOLDER OUTPUT

Needs rdflib only. Prints the seconds from before the first file is read until the N-Quads are written.
"""

import json
import sys
import time
from pathlib import Path

from rdflib import Dataset, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, XSD
from rdflib.term import Node

UKG = Namespace("https://w3id.org/ukrgraph/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")

WEB_ANNOTATION = {"SpecificResource", "TextPositionSelector", "TextQuoteSelector"}
OF_DCTERMS = {"identifier", "title", "language", "source", "license", "publisher"}
OF_OA = {"hasSource", "hasSelector", "start", "end", "exact", "prefix", "suffix"}
IN_ENGLISH = {"title", "paraphrase", "quantityOf"}
DATATYPES = {
    "earliest": XSD.date, "latest": XSD.date, "amount": XSD.decimal, "start": XSD.integer, "end": XSD.integer,
    "characterCount": XSD.integer,
}  # fmt: skip
TEXTS = {
    "identifier", "language", "source", "publisherBasis", "dateBasis", "dateText", "note", "claimBasis", "unit",
    "speakerText", "attribution", "channel", "textSha256", "spanSha256", "exact", "prefix", "suffix",
}  # fmt: skip


def predicate(name: str) -> URIRef:
    """Return the property that a key of the JSON stands for."""
    return (DCTERMS if name in OF_DCTERMS else OA if name in OF_OA else UKG)[name]


def term(name: str, value: str) -> Node:
    """Return the object of the property `name` that `value` stands for."""
    if name in IN_ENGLISH:
        return Literal(value, lang="en")
    if name in DATATYPES:
        return Literal(value, datatype=DATATYPES[name])
    return Literal(value) if name in TEXTS else URIRef(value)


def read(folder: Path) -> Dataset:
    """Return the dataset of the JSON files in `folder`."""
    dataset = Dataset()
    for file in sorted(folder.glob("*.json")):
        kind = file.stem
        for row in json.loads(file.read_text()):
            graph, subject = dataset.graph(URIRef(row.pop("named_graph"))), URIRef(row.pop("iri"))
            if kind != "Sanction":
                graph.add((subject, RDF.type, (OA if kind in WEB_ANNOTATION else UKG)[kind]))
            for name, values in row.items():
                for value in values if isinstance(values, list) else [values]:
                    graph.add((subject, predicate(name), term(name, value)))
    return dataset


def main() -> None:
    """Write the N-Quads."""
    started = time.perf_counter()
    read(Path(sys.argv[1])).serialize(sys.argv[2], format="nquads")
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
