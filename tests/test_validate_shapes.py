"""Nothing passes by accident: faults of shapes, shapes and data that nobody looked at, counts; and explanations."""

from pathlib import Path

import pytest
import shape_mutants

from ukrgraph.errors import InputError, UsageError
from ukrgraph.validate import counts, data, engines, explain, job, lint, shapes
from ukrgraph.validate.quiet import quiet

ROOT = Path(__file__).parents[1]
MUTANTS = 24
"""Mutants judged in the test run; `python tests/shape_mutants.py` judges all of them."""

HEAD = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ukg: <https://w3id.org/ukrgraph/ontology#> .
@prefix ukc: <https://w3id.org/ukrgraph/concepts#> .
@prefix e: <http://example.org/> .

"""


def loaded(text):
    return shapes.from_sources((data.source("s.ttl", (HEAD + text).encode()),))


def faults(text):
    with quiet():
        return [(one.rule, one.line, one.message, one.advice) for one in lint.check(loaded(text))]


def test_our_own_shapes_have_no_fault():
    with quiet():
        assert lint.check(shapes.load([ROOT / "shapes"])) == []


def test_mutants_of_the_shapes_are_noticed():
    found = shape_mutants.judged(MUTANTS, seed=1)
    assert len(found) == MUTANTS
    assert {kind for kind, *_ in found} == set(shape_mutants.KINDS)
    missed = [(kind, before, after) for kind, before, after, noticed in found if not noticed]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "e:S a sh:NodeShape ; sh:targetClass ukg:Statement ;\n"
            "  sh:property [ sh:path ukg:speaker ; sh:minCuont 1 ; sh:maxCount 1 ] .",
            ("unknown-term", 7, "S: there is no term sh:minCuont", "did you mean sh:minCount?"),
            id="a misspelt keyword",
        ),
        pytest.param(
            "e:S a sh:NodeShape ;\n  sh:targetClass ukg:Statment ;\n"
            "  sh:property [ sh:path ukg:speaker ; sh:minCount 1 ] .",
            ("unknown-term", 7, "S: there is no term ukg:Statment", "did you mean ukg:Statement?"),
            id="a misspelt class",
        ),
        pytest.param(
            "e:S a sh:PropertyShape ; sh:targetClass ukg:Statement ;\n  sh:minCount 1 ;\n  sh:path ukg:speeker .",
            ("unknown-term", 8, "S: there is no term ukg:speeker", "did you mean ukg:speaker?"),
            id="a misspelt property",
        ),
        pytest.param(
            "e:S a sh:PropertyShape ; sh:targetClass ukg:Statement ; sh:path ukg:speechAct ;\n"
            "  sh:in ( ukc:act-warns ukc:act-wanrs ) .",
            ("unknown-term", 7, "S: there is no term ukc:act-wanrs", "did you mean ukc:act-warns?"),
            id="a misspelt concept",
        ),
        pytest.param(
            "e:S a sh:PropertyShape ; sh:targetClass ukg:Statement ;\n  sh:minCount 1 ;\n  sh:path ukg:Statement .",
            ("misplaced-term", 8, "S: expected a property, got ukg:Statement", "name a property"),
            id="a class as path",
        ),
        pytest.param(
            "e:S a sh:NodeShape ;\n  sh:targetClass ukg:place ; sh:nodeKind sh:IRI .",
            ("misplaced-term", 7, "S: expected a class, got ukg:place", "did you mean ukg:Place?"),
            id="a property as class",
        ),
        pytest.param(
            "e:S a sh:NodeShape ; sh:nodeKind sh:IRI .",
            ("unused-shape", 6, "S: no target, and no shape refers to it", "give it a target, or take it away"),
            id="a shape that nobody uses",
        ),
        pytest.param(
            "e:S a sh:NodeShape ; sh:targetClass e:C .",
            ("empty-shape", 6, "S: no constraint", "give it a constraint, or take it away"),
            id="a shape that asks nothing",
        ),
        pytest.param(
            'e:S a sh:PropertyShape ; sh:targetClass e:C ; sh:path e:p ; sh:minCount "1" .',
            (
                "malformed-shape",
                6,
                "S: MinCountConstraintComponent sh:minCount must be a literal with datatype xsd:integer.",
                "correct the shape",
            ),
            id="a count that is a string",
        ),
        pytest.param(
            'e:S a sh:PropertyShape ; sh:targetClass e:C ; sh:path e:p ; sh:pattern "(" .',
            ("malformed-shape", 6, "S: missing ), unterminated subpattern at position 0", "correct the shape"),
            id="a pattern that is none",
        ),
    ],
)
def test_faults_of_shapes_are_found_at_their_line(text, expected):
    assert faults(text) == [expected]


def test_a_sparql_constraint_that_does_not_parse_is_a_fault():
    text = "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:select 'SELECT $this WHERE { $this a }' ] ."
    [(rule, line, message, advice)] = faults(text)
    assert (rule, line, advice) == ("malformed-shape", 6, "correct the shape")
    assert message.startswith("S: SPARQL constraint: Expected")


def test_misspelt_terms_inside_sparql_are_found():
    select = "SELECT $this WHERE { $this ukg:speeker ?a FILTER (?a != ukc:act-wanrs) }"
    text = f'e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:message "m" ; sh:select "{select}" ] .'
    assert [one[2] for one in faults(text)] == ["S: there is no term ukg:speeker", "S: there is no term ukc:act-wanrs"]


def test_the_shapes_for_shapes_can_be_asked_too():
    text = 'e:S a sh:NodeShape ; sh:targetClass e:C ; sh:nodeKind sh:IRI ; sh:severity "high" .'
    with quiet():
        found = lint.check(loaded(text), meta=True)
    assert [(one.rule, one.line) for one in found] == [("malformed-shape", 6)]


DATA = """
e:a a ukg:Statement ; ukg:speaker e:x ; ukg:speakre e:x .
e:b a ukg:Claim .
e:c a e:Thing ; e:other 1 .
"""
SOME = """\
e:S a sh:NodeShape ; sh:targetClass ukg:Statement , ukg:Person ; sh:property e:S-speaker .
e:S-speaker a sh:PropertyShape ; sh:path ukg:speaker ; sh:minCount 1 .
e:None a sh:NodeShape ; sh:targetClass e:Nothing ; sh:nodeKind sh:IRI .
e:T a sh:NodeShape ; sh:targetClass e:Thing ; sh:nodeKind sh:IRI .
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "d.ttl").write_text(HEAD + DATA, "utf-8")
    (tmp_path / "s.ttl").write_text(HEAD + SOME, "utf-8")
    return tmp_path


def outcome(project, **options):
    return job.run(job.Job(project, (str(project / "d.ttl"),), (project / "s.ttl",), **options))


def test_what_nobody_looks_at_is_reported_with_its_place(project):
    found = outcome(project)
    assert [(one.rule, Path(one.file).name, one.line, one.message, one.advice) for one in found.findings] == [
        (
            "uncovered-property",
            "d.ttl",
            7,
            "no shape looks at ukg:speakre, used 1 time",
            "add it to a shape, or correct it",
        ),
        ("unknown-term", "d.ttl", 7, "there is no property ukg:speakre", "did you mean ukg:speaker?"),
        (
            "uncovered-node",
            "d.ttl",
            8,
            "no shape looks at 1 instance of ukg:Claim",
            "add a shape for the class, or correct the class",
        ),
        (
            "uncovered-property",
            "d.ttl",
            9,
            "no shape looks at <http://example.org/other>, used 1 time",
            "add it to a shape, or correct it",
        ),
        (
            "vacuous-shape",
            "s.ttl",
            8,
            "None: no node of the data is its target (sh:targetClass <http://example.org/Nothing>)",
            "correct the target; if nothing is expected, give the rule a minimum of 0 in the counts file",
        ),
    ]
    assert found.context.summary == "3 shapes, 2 nodes checked, 1 not covered"


def test_counts_are_kept(project):
    file = project / "counts.toml"
    file.write_text(
        '[classes."ukg:Statement"]\nminimum = 2\n\n[classes."ukg:Claim"]\nmaximum = 0\n\n'
        "[rules.S]\nminimum = 1\nmaximum = 1\n\n[rules.None]\nminimum = 0\n\n[rules.SS]\nminimum = 1\n",
        "utf-8",
    )
    found = [(one.rule, one.line, one.message) for one in outcome(project, counts=file).findings]
    assert [one for one in found if one[0] in ("count", "unknown-rule", "vacuous-shape")] == [
        ("count", 1, "ukg:Statement: expected at least 2, got 1"),
        ("count", 4, "ukg:Claim: expected at most 0, got 1"),
        ("unknown-rule", 14, "no shape with targets is called 'SS'"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[classes", "expected TOML"),
        ("[other.S]\nminimum = 1", "expected tables classes and rules, got 'other'"),
        ("[rules.S]\nleast = 1", "rules.S: expected minimum and maximum, whole numbers"),
        ('[rules.S]\nminimum = "1"', "rules.S: expected minimum and maximum, whole numbers"),
    ],
)
def test_a_counts_file_that_is_none_is_refused(tmp_path, text, message):
    file = tmp_path / "counts.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        counts.load(file)


def test_an_explanation_has_the_need_the_reason_and_a_bad_and_a_good_example():
    known = shapes.load([ROOT / "shapes"])
    text = explain.render(explain.explain("speech-speaker", known, ROOT))
    assert text.startswith(
        "speech-speaker (violation)\n  a speaker is an actor or a work, never a place or a document\n"
    )
    assert "\n  looks at: sh:targetClass ukg:SpeechRecord\n  path: ukg:speaker\n" in text
    assert text.index("\n  bad: a city\n") < text.index("\n  good: given\n")
    assert "ukg:speaker <id/green-city> ;" in text


def test_every_rule_can_be_explained_with_a_bad_and_a_good_example():
    known = shapes.load([ROOT / "shapes"])
    cases = {folder.name for folder in (ROOT / explain.EXAMPLES).iterdir() if folder.is_dir()}
    assert len(cases) >= 40
    for name in sorted(cases):
        found = explain.explain(name, known, ROOT)
        assert (name, {one.good for one in found.examples}) == (name, {True, False})
        assert (name, bool(found.need), bool(found.need_uk), bool(found.why)) == (name, True, True, True)


def test_a_misspelt_rule_gets_the_nearest_names():
    with pytest.raises(UsageError, match="no rule 'speech-speker'; did you mean 'speech-speaker'"):
        explain.explain("speech-speker", shapes.load([ROOT / "shapes"]), ROOT)


def test_all_our_shapes_are_translated():
    store = data.load([data.source(str(ROOT / "data" / "graph" / "ukrgraph.trig"))]).store
    plans = engines.plans(store, shapes.load([ROOT / "shapes"]).graph)
    assert [(plan.shape, plan.reason) for plan in plans if plan.reason] == []
    assert len(plans) >= 100


def test_cases_of_the_shapes_have_the_results_of_pyshacl_alone():
    store = shape_mutants.world(every=8)
    graph = shapes.load([ROOT / "shapes"]).graph
    run = engines.validate(store, graph)
    assert run.missed == ()
    assert len(run.results) > 40
    assert run.results == engines.plainly(store, graph)
