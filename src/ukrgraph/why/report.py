"""An explanation as text for people and as JSON for programs."""

from collections.abc import Callable, Mapping
from json import dumps

from ukrgraph.engine import NamedNode, Term
from ukrgraph.evidence import Annotation
from ukrgraph.results.plain import curie, shown
from ukrgraph.why.explain import Quote, Reason, Why
from ukrgraph.why.inference import Proof, Stated

Mark = Callable[[str], str]
"""How the words of a passage are set off from the sentence around them."""


def angles(words: str) -> str:
    """Return words between angle quotation marks, for output that has no colours."""
    return f"»{words}«"


def text(why: Why, prefixes: Mapping[str, str], mark: Mark = angles) -> str:
    """Return an explanation for people."""
    kinds = ", ".join(_name(kind, prefixes) for kind in why.kinds)
    name = shown(why.subject, prefixes)
    lines = [f"{name}  {why.label}  ({kinds})" if why.label not in name else f"{name}  ({kinds})"]
    if why.speakers:
        lines.append(f"  said by {', '.join(why.speakers)}{_when(why.days)}")
    elif any(why.days):
        lines.append(f"  dated{_when(why.days).removeprefix(',')}")
    if not why.reasons:
        lines += [line for quote in why.quotes for line in _quote(quote, mark)]
        lines += _annotation(why.annotation)
    for reason in why.reasons:
        lines += _reason(reason, prefixes, mark)
    for voice in why.voices:
        speaker = f" ({voice.speaker})" if voice.speaker else ""
        lines.append(f"  {voice.relation}: {shown(voice.record, prefixes)}{speaker}")
        lines += [line for quote in voice.quotes for line in _quote(quote, mark, "      ")]
    return "\n".join(lines) + "\n"


def _name(iri: str, prefixes: Mapping[str, str]) -> str:
    return curie(iri, prefixes)


def _when(days: tuple[str, str]) -> str:
    first, last = days
    if first and last and first != last:
        return f", between {first} and {last}"
    if first == last:
        return f", {first}" if first else ""
    return f", from {first}" if first else f", until {last}"


def _quote(quote: Quote, mark: Mark, indent: str = "    ") -> list[str]:
    passage = quote.passage
    if quote.sentence is None:
        said, place = mark(quote.words), f"characters {passage.start} to {passage.end}"
    else:
        sentence = quote.sentence
        before, after = sentence.text[: sentence.start], sentence.text[sentence.end :]
        said = before + mark(quote.words) + after
        place = f"{sentence.file}:{sentence.line}:{sentence.column}"
    title = f" {passage.title!r}" if passage.title else ""
    role = "" if passage.role == "evidence" else f"{passage.role}: "
    published = _when((passage.earliest, passage.latest)).removeprefix(", ")
    published = f", published {published}" if published else ""
    return [f"{indent}{role}{' '.join(said.split())}", f"{indent}  {passage.id}{title}{published}; {place}"]


def _annotation(annotation: Annotation | None, indent: str = "    ") -> list[str]:
    if annotation is None:
        return []
    return [f"{indent}annotated in {annotation.file}:{annotation.line}:{annotation.column}"]


def _reason(reason: Reason, prefixes: Mapping[str, str], mark: Mark) -> list[str]:
    lines = [f"  {_fact(reason.fact, prefixes)}"]
    if reason.proof is not None and not isinstance(reason.proof, Stated):
        lines += _proof(reason.proof, prefixes, "    ")
    elif isinstance(reason.proof, Stated) and not reason.quotes:
        lines.append(f"    stated in {curie(reason.proof.graph, prefixes)}")
    lines += [line for quote in reason.quotes for line in _quote(quote, mark)]
    return lines + _annotation(reason.annotation)


def _fact(fact: tuple[NamedNode, NamedNode, Term], prefixes: Mapping[str, str]) -> str:
    subject, predicate, object_ = fact
    value = shown(object_, prefixes) if isinstance(object_, NamedNode) else str(object_)
    return f"{shown(subject, prefixes)} {shown(predicate, prefixes)} {value}"


def _proof(proof: Proof, prefixes: Mapping[str, str], indent: str) -> list[str]:
    if isinstance(proof, Stated):
        return [f"{indent}{_fact(proof.fact, prefixes)}   stated in {curie(proof.graph, prefixes)}"]
    lines = [f"{indent}{_fact(proof.fact, prefixes)}   follows by {proof.rule} from"]
    for premise in proof.premises:
        lines += _proof(premise, prefixes, indent + "  ")
    return lines


def json(why: Why) -> str:
    """Return an explanation as a JSON document."""
    found = {
        "subject": why.subject.value,
        "label": why.label,
        "types": list(why.kinds),
        "speakers": list(why.speakers),
        "earliest": why.days[0] or None,
        "latest": why.days[1] or None,
        "quotes": [_quote_object(quote) for quote in why.quotes],
        "annotation": why.annotation and why.annotation._asdict(),
        "reasons": [
            {
                "triple": _fact_object(reason.fact),
                "proof": _proof_object(reason.proof),
                "quotes": [_quote_object(quote) for quote in reason.quotes],
                "annotation": reason.annotation and reason.annotation._asdict(),
            }
            for reason in why.reasons
        ],
        "voices": [
            {
                "relation": voice.relation,
                "record": voice.record.value,
                "speaker": voice.speaker,
                "quotes": [_quote_object(quote) for quote in voice.quotes],
            }
            for voice in why.voices
        ],
    }
    return dumps(found, ensure_ascii=False, indent=2) + "\n"


def _quote_object(quote: Quote) -> dict[str, object]:
    passage = quote.passage
    found: dict[str, object] = {
        "role": passage.role,
        "document": passage.document,
        "title": passage.title or None,
        "start": passage.start,
        "end": passage.end,
        "words": quote.words,
    }
    if quote.sentence:
        found["sentence"] = quote.sentence._asdict()
    return found


def _fact_object(fact: tuple[NamedNode, NamedNode, Term]) -> list[str]:
    return [str(term) for term in fact]


def _proof_object(proof: Proof | None) -> dict[str, object] | None:
    if proof is None:
        return None
    if isinstance(proof, Stated):
        return {"triple": _fact_object(proof.fact), "graph": proof.graph}
    premises = [_proof_object(premise) for premise in proof.premises]
    return {"triple": _fact_object(proof.fact), "rule": proof.rule, "premises": premises}
