"""The names of Wikidata's RDF (https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format)."""

import re
from typing import Final

from ukrgraph.terms import BASE

WD: Final = "http://www.wikidata.org/entity/"
DATA: Final = "https://www.wikidata.org/wiki/Special:EntityData/"
STATEMENT: Final = "http://www.wikidata.org/entity/statement/"
REFERENCE: Final = "http://www.wikidata.org/reference/"
VALUE: Final = "http://www.wikidata.org/value/"
PROP: Final = "http://www.wikidata.org/prop/"
WIKIBASE: Final = "http://wikiba.se/ontology#"
GEO: Final = "http://www.opengis.net/ont/geosparql#"
CC: Final = "http://creativecommons.org/ns#"
CC0: Final = "http://creativecommons.org/publicdomain/zero/1.0/"

DIRECT: Final = PROP + "direct/"
NORMALIZED: Final = PROP + "direct-normalized/"
PS: Final = PROP + "statement/"
PQ: Final = PROP + "qualifier/"
PR: Final = PROP + "reference/"
NO_VALUE: Final = PROP + "novalue/"

OWN_VALUE: Final = BASE + "wikidata-value/"
"""Value nodes made from JSON, which does not carry the digests that name them in Wikidata's own RDF."""

OWN_UNKNOWN: Final = BASE + ".well-known/genid/"
"""Unknown values made from JSON: Skolem IRIs (RDF 1.1 Concepts, section 3.5)."""

UNKNOWN: Final = "/.well-known/genid/"

_QID = re.compile(r"Q[1-9]\d*")


def is_qid(text: str) -> bool:
    """Tell whether `text` is the id of an item: Q and a number without leading zero, nothing else.

    >>> is_qid("Q212"), is_qid("Q0"), is_qid("http://www.wikidata.org/entity/Q212")
    (True, False, False)
    """
    return _QID.fullmatch(text) is not None


def number(qid: str) -> int:
    """Return the number of an item's id, by which ids are sorted."""
    return int(qid[1:])
