"""A validation report in Turtle, as SHACL describes it (section 3.6), the same bytes in every run."""

from collections.abc import Iterable

from ukrgraph.finding import Finding
from ukrgraph.validate.results import Result
from ukrgraph.validate.validation import Outcome
from ukrgraph.validate.vocabulary import SHACL

_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_PREFIXES = f"@prefix sh: <{SHACL}> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n"


def turtle(outcome: Outcome, findings: Iterable[Finding]) -> str:
    """Return the report of the results that `findings` show; findings that are no results of SHACL are left out."""
    shown = {_key(outcome, finding) for finding in findings if finding in outcome.context.facts}
    results = [result for result in outcome.results if (result.focus, result.path, result.value, result.shape) in shown]
    conforms = "true" if not results else "false"
    blocks = "".join(f" ;\n    sh:result [\n{_result(result, 2)}\n    ]" for result in results)
    return f"{_PREFIXES}[]\n    a sh:ValidationReport ;\n    sh:conforms {conforms}{blocks} .\n"


def _key(outcome: Outcome, finding: Finding) -> tuple[str, str, str, str]:
    about = outcome.context.facts[finding]
    return (about["focusNode"], about.get("resultPath", ""), about.get("value", ""), about["sourceShape"])


def _result(result: Result, depth: int) -> str:
    rows = [
        "a sh:ValidationResult",
        f"sh:focusNode {result.focus}",
        f"sh:sourceShape {result.shape}",
        f"sh:sourceConstraintComponent {result.component}",
        f"sh:resultSeverity {result.severity}",
    ]
    if result.path:
        rows.append(f"sh:resultPath {_path(result.path)}")
    if result.value:
        rows.append(f"sh:value {result.value}")
    if result.constraint:
        rows.append(f"sh:sourceConstraint {result.constraint}")
    rows += [f"sh:resultMessage {_text(text, language)}" for text, language in result.messages]
    end = "    " * depth
    rows += [f"sh:detail [\n{_result(detail, depth + 1)}\n{end}]" for detail in result.details]
    return " ;\n".join("    " * depth + row for row in rows)


def _text(text: str, language: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"' + (f"@{language}" if language else "")


def _path(text: str) -> str:
    """Return a path, written as SPARQL does, as SHACL writes it in Turtle (section 2.3.1)."""
    written, rest = _step(text)
    if rest:
        raise ValueError(f"expected a path, got {text!r}")
    return written


def _step(text: str) -> tuple[str, str]:
    """Return the first step of a path in Turtle, and the text after it."""
    if text.startswith("^("):
        inner, rest = _step(text[1:])
        return f"[ sh:inversePath {inner} ]", rest
    if not text.startswith("("):
        end = text.index(">") + 1
        return text[:end], text[end:]
    steps, operator, rest = [], "", text[1:]
    while True:
        step, rest = _step(rest)
        steps.append(step)
        if rest.startswith(")"):
            break
        operator, rest = rest[0], rest[1:]
    rest = rest[1:]
    whole = steps[0]
    if operator == "/":
        whole = f"( {' '.join(steps)} )"
    elif operator == "|":
        whole = f"[ sh:alternativePath ( {' '.join(steps)} ) ]"
    return (f"[ sh:{_REPEATS[rest[0]]} {whole} ]", rest[1:]) if rest[:1] in _REPEATS else (whole, rest)
