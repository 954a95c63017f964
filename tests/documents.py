"""Random annotated documents for properties: any label, any order of lines, ids as brat gives them."""

from hypothesis import strategies as st

from ukrgraph.document import Attribute, Document, Event, Link, Metadata, Note, Role, Span, TextBound

CHARACTERS = "abcXYZабвіїЇ’ .,-\n\u0301\u0308\ufe0f\u200d\U0001f1fa\U0001f1e6\U0001f600"
"""Letters of two scripts, marks and joiners, flags and other characters outside the basic plane."""

texts = st.text(CHARACTERS, min_size=1, max_size=40).map(lambda text: text + "\n")
names = st.text("abcXYZ_-абвіїЇ\U0001f600", min_size=1, max_size=6)
values = st.text("abc019.-абв:\U0001f600", min_size=1, max_size=8)
free = st.text("ab c.аїй\u0301\U0001f600:;", max_size=12)


@st.composite
def spans(draw, text):
    """Draw the spans of one text-bound: one or two pieces in text order, none of them empty."""
    count = draw(st.integers(1, 2)) if len(text) > 3 else 1
    edges = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2 * count, max_size=2 * count)))
    return tuple(Span(edges[i], edges[i + 1]) for i in range(0, 2 * count, 2))


@st.composite
def documents(draw):
    """Draw a document in which every reference is to an annotation, and no two events share a trigger."""
    text = draw(texts)
    textbounds = []
    for number in range(draw(st.integers(0, 6))):
        pieces = draw(spans(text))
        surface = " ".join(text[start:end] for start, end in pieces).replace("\n", " ")
        textbounds.append(TextBound(f"T{number + 1}", draw(names), pieces, surface, 0))
    triggers = [one for one in textbounds if draw(st.booleans())]
    keys = [f"E{number + 1}" for number in range(len(triggers))]
    targets = st.sampled_from([*(one.id for one in textbounds), *keys]) if textbounds else st.nothing()
    roles = st.lists(st.builds(Role, names, targets), max_size=4).map(tuple)
    events = [Event(key, one.label, one.id, draw(roles), 0) for key, one in zip(keys, triggers, strict=True)]
    many = 5 if textbounds else 0
    attributes = [
        Attribute(f"A{n}", draw(names), draw(targets), draw(values | st.just("")), 0)
        for n in range(draw(st.integers(0, many)))
    ]
    bounds = st.sampled_from([one.id for one in textbounds]) if textbounds else st.nothing()
    links = [
        Link(f"N{n}", draw(bounds), draw(st.text("abW", min_size=1)), draw(values), draw(free), 0)
        for n in range(draw(st.integers(0, many)))
    ]
    notes = [Note(f"#{n}", draw(names), draw(targets), draw(free), 0) for n in range(draw(st.integers(0, many)))]
    kinds = [tuple(draw(st.permutations(kind))) for kind in (textbounds, events, attributes, links, notes)]
    return Document(Metadata("doc"), text, "text.txt", "text.ann", kinds[0], kinds[1], (), *kinds[2:])
