"""The terms of SHACL (https://www.w3.org/TR/shacl/), and which of them name what."""

from rdflib import Namespace, URIRef

SHACL = "http://www.w3.org/ns/shacl#"
SH = Namespace(SHACL)

PATH_OPERATORS = {
    SH.inversePath: ("^", ""),
    SH.zeroOrMorePath: ("", "*"),
    SH.oneOrMorePath: ("", "+"),
    SH.zeroOrOnePath: ("", "?"),
}
"""Path operators with what SPARQL writes before and after."""

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
"""The target declarations of SHACL Core (section 2.1.3)."""


def _terms(names: str) -> frozenset[URIRef]:
    return frozenset(SH[name] for name in names.split())


VALUE_PARAMETERS = _terms(
    "class datatype nodeKind minInclusive maxInclusive minExclusive maxExclusive minLength maxLength pattern flags "
    "languageIn in node not and or xone"
)
"""Parameters of constraints that look at one value at a time."""

SHAPE_PARAMETERS = _terms("property node not qualifiedValueShape")
"""Parameters whose value is a shape."""

SHAPE_LIST_PARAMETERS = _terms("and or xone")
"""Parameters whose value is a list of shapes."""

PARAMETERS = (
    VALUE_PARAMETERS
    | SHAPE_PARAMETERS
    | SHAPE_LIST_PARAMETERS
    | _terms(
        "minCount maxCount uniqueLang equals disjoint lessThan lessThanOrEquals hasValue closed ignoredProperties "
        "qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint sparql"
    )
)
"""Parameters of the constraint components of SHACL Core and SHACL-SPARQL."""

NEUTRAL = _terms("path deactivated severity message name description order group defaultValue") | frozenset(TARGETS)
"""Properties of shapes that constrain nothing by themselves."""
