"""What the records of a generated document say: values that the profile allows, drawn at random, without meaning."""

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from annotations import Mark, Record

from ukrgraph.concepts import SCHEMES


class Scene(NamedTuple):
    """A sentence as its records see it.

    `document` is the number of the document in six digits, `key` its id. `cast` has a mention of each class that is
    named in the sentence; `counts` the records so far by the letter of their ids.
    """

    random: Random
    document: str
    key: str
    cast: Mapping[str, Mark]
    passage: Mark
    verb: Mark | None
    quote: Mark | None
    time: Mark | None
    words: Callable[[int, int], str]
    counts: Counter[str]

    def id(self, letter: str) -> tuple[str, str]:
        """Return the attribute with the next id: the letter of the kind, the document, a number."""
        self.counts[letter] += 1
        return ("Id", f"{letter}{self.document}-{self.counts[letter]:02d}")

    def pick(self, name: str, scheme: str) -> tuple[str, str]:
        """Return the attribute `name` with a notation of `scheme`."""
        return (name, self.random.choice(SCHEMES[scheme].notations))

    def latest(self) -> tuple[str, str]:
        """Return a last day."""
        return ("Latest", f"2022-09-{self.random.randint(15, 30)}")

    def statement(self) -> str:
        """Return a statement of the document, the last one so far."""
        return f"statement:s{self.document}-{max(1, self.counts['s']):02d}"

    def only(self, **roles: str) -> list[tuple[str, Mark]]:
        """Return the roles whose classes are named in the sentence."""
        return [(role, self.cast[label]) for role, label in roles.items() if label in self.cast]


def _statement(scene: Scene) -> Record:
    cast, chance = scene.cast, scene.random.random
    roles = [("Passage", scene.passage)]
    roles += [("Quote", scene.quote)] if scene.quote else []
    roles += [("Time", scene.time)] if scene.time and chance() < 0.6 else []
    roles += scene.only(Speaker="Person", OnBehalfOf="Organization", State="Country", About="Event", Against="Event")
    roles += [("About", cast["Country"])] if chance() < 0.7 else []
    roles += scene.only(Addressee="Group") if chance() < 0.3 else []
    attributes = [
        scene.id("s"), scene.pick("Act", "speech-acts"), scene.pick("Modality", "modalities"),
        scene.pick("Mode", "quotation-modes"), scene.pick("Confidence", "confidence-levels"), scene.latest(),
        ("Affirms", "pos-nonrecognition-annexation-2022"), ("OnBehalfOf", "us-government"),
        ("UtteredAt", "biden-remarks-2022-09"), ("Earliest", "2022-09-10"),
    ]  # fmt: skip
    notes = [
        ("Attribution", scene.words(3, 8)), ("DateBasis", scene.words(5, 12)), ("Paraphrase", scene.words(8, 16)),
        ("Channel", scene.words(3, 6)),
    ]  # fmt: skip
    return Record(roles, attributes, notes)


def _claim(scene: Scene, letter: str, own: list[tuple[str, str]], roles: list[tuple[str, Mark]]) -> Record:
    said = scene.verb is not None and scene.random.random() < 0.5
    by = ("ClaimedIn", scene.statement()) if said else ("AssertedBy", f"document:{scene.key}")
    return Record(roles, [scene.id(letter), by, *own], [("Basis", scene.words(2, 5))])


def _relation(scene: Scene) -> Record:
    roles = scene.only(Subject="Person") or scene.only(Subject="Organization")
    roles += scene.only(Object="Country")
    return _claim(scene, "r", [scene.pick("Relation", "relations")], roles)


def _territorial(scene: Scene) -> Record:
    own = [scene.pick("Status", "territorial-statuses"), scene.pick("Epistemic", "epistemic-statuses")]
    roles = scene.only(Region="Region", Object="Country")
    own += [] if "Region" in scene.cast else [("Region", "kherson-region")]
    return _claim(scene, "st", own, roles)


def _narrator(scene: Scene) -> Record:
    return _claim(scene, "nc", [scene.pick("Narration", "narration-kinds")], scene.only(About="Event"))


def _quantity(scene: Scene) -> Record:
    own = [("Amount", str(scene.random.randint(2, 90_000))), scene.pick("Quantifier", "quantifiers")]
    record = _claim(scene, "q", own, scene.only(About="Country"))
    record.notes += [("Unit", scene.words(1, 1)), ("QuantityOf", scene.words(3, 7))]
    return record


def _violation(scene: Scene) -> Record:
    own = [scene.pick("Modality", "modalities"), ("Norm", "international-law")]
    record = _claim(scene, "v", own, scene.only(ViolatingAct="Event"))
    others = [pair for pair in record.attributes if pair[0] != "ClaimedIn"]
    record.attributes = [*others, ("ClaimedIn", scene.statement())]
    return record


def _report(scene: Scene) -> Record:
    roles = scene.only(Event="Event")
    roles += [("Passage", scene.passage)] if scene.random.random() < 0.4 else []
    return Record(roles, [scene.pick("Phase", "event-phases"), scene.latest()], [("Note", scene.words(6, 14))])


def _sanction(scene: Scene) -> Record:
    attributes = [
        ("Id", "sanction-eu-additional-2022-09"), ("Imposer", "european-union"), scene.pick("Phase", "sanction-phases"),
        scene.pick("Measure", "measures"),
    ]  # fmt: skip
    return Record([("Passage", scene.passage), *scene.only(Target="Country")], attributes)


def _status(scene: Scene) -> Record:
    attributes = [
        ("Of", "sanction-eu-additional-2022-09"), ("ClaimedIn", scene.statement()),
        scene.pick("Phase", "sanction-phases"), scene.latest(),
    ]  # fmt: skip
    return Record([], attributes, [("DateBasis", scene.words(3, 8))])


RECORDS: Mapping[str, Callable[[Scene], Record]] = {
    "Statement": _statement,
    "RelationClaim": _relation,
    "TerritorialClaim": _territorial,
    "NarratorClaim": _narrator,
    "QuantityClaim": _quantity,
    "ViolationClaim": _violation,
    "EventReport": _report,
    "Sanction": _sanction,
    "SanctionStatus": _status,
}
"""What each kind of record says, by label."""
