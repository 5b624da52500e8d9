"""The model: which fields name records, how long prose may be, where records lie, what is derived."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest
from made import GOOD, record

from handbook import model
from handbook.model import KINDS, PLACES, Evidence, Where, key_of, record_fields


def test_a_field_without_a_line_stands_at_its_record() -> None:
    where = Where(path="a.yaml", line=3, fields={"plain": 7})
    assert (where.of("plain"), where.of("clinical")) == (7, 3)
    assert where == Where(path="a.yaml", line=3)


def test_fields_that_name_records() -> None:
    found = {f"{kind}.{f.name}": f.metadata["names"] for kind, cls in KINDS.items() for f in record_fields(cls) if "names" in f.metadata}
    assert found == {
        "source.superseded_by": "source", "study.source": "source", "finding.graded_by": "source", "finding.studies": "study", "finding.harms": "harm",
        "finding.sources": "source", "fact.sources": "source", "harm.source": "source", "regimen.source": "source", "caution.source": "source",
        "interaction.source": "source", "pharmacokinetic.source": "source", "position.source": "source", "claim.findings": "finding", "claim.facts": "fact",
        "claim.sources": "source", "claim.page": "page", "condition.page": "page", "condition.main": "finding", "threshold.sources": "source",
        "rating.page": "page", "rating.rater": "person",
    }  # fmt: skip


def test_prose_has_limits() -> None:
    found = {f"{kind}.{f.name}": f.metadata["words"] for kind, cls in KINDS.items() for f in record_fields(cls) if "words" in f.metadata}
    assert found == {
        "finding.plain": 30, "finding.clinical": 60, "finding.note": 60, "fact.text": 45, "fact.clinical": 60, "harm.text": 40, "position.position": 45,
        "claim.claim": 35, "claim.fact": 35, "claim.why": 40,
    }  # fmt: skip
    assert {f.name: dict(f.metadata) for f in dataclasses.fields(model.Downgrade)} == {"domain": {}, "steps": {}, "why": {"words": 30}}


def test_fields_that_may_be_left_out() -> None:
    made = {f.name: f.default for f in dataclasses.fields(model.Claim) if f.default is not dataclasses.MISSING}
    assert made == {"fault": None, "findings": (), "facts": (), "sources": ()}
    assert all(f.default is dataclasses.MISSING for f in dataclasses.fields(model.Fact) if f.name in {"text", "sources", "topic"})
    assert next(f for f in dataclasses.fields(model.Finding) if f.name == "note").default is None


def test_keys_are_those_written_in_files() -> None:
    assert [key_of(f) for f in record_fields(model.Harm)][7:9] == ["with", "without"]
    assert [f.name for f in record_fields(model.Person)] == ["id", "name", "role", "professional", "interests"]


def test_every_kind_has_a_place_and_is_kept() -> None:
    assert list(KINDS) == list(PLACES) == [f.name for f in dataclasses.fields(Evidence)]
    assert len(set(PLACES.values())) == len(PLACES)
    for kind in KINDS:
        assert GOOD.evidence.of(kind) is getattr(GOOD.evidence, kind)
    found = GOOD.evidence.records()
    assert [r.id for r in found][:3] == ["alpha2020drops", "beta2021toes", "t001"]
    assert len(found) == sum(len(GOOD.evidence.of(kind)) for kind in KINDS) == 16


@pytest.mark.parametrize(
    ("names", "venue"),
    [
        ({"journal": "J", "booktitle": "B", "publisher": "P", "institution": "I"}, "J"),
        ({"booktitle": "B", "publisher": "P", "institution": "I"}, "B"),
        ({"publisher": "P", "institution": "I"}, "P"),
        ({"institution": "I"}, "I"),
        ({}, ""),
    ],
)
def test_where_a_source_was_published(names: dict[str, str], venue: str) -> None:
    assert record("source", **({"journal": None} | names)).venue == venue


@pytest.mark.parametrize(
    ("doi", "pmid", "url", "address"),
    [
        ("10.1000/a<b>#c", "1", "https://toes.example", "https://doi.org/10.1000/a%3Cb%3E%23c"),
        (None, "1", "https://toes.example", "https://pubmed.ncbi.nlm.nih.gov/1/"),
        (None, None, "https://toes.example", "https://toes.example"),
        (None, None, None, ""),
    ],
)
def test_the_one_address_of_a_source(doi: str | None, pmid: str | None, url: str | None, address: str) -> None:
    assert record("source", doi=doi, pmid=pmid, url=url).address == address


def test_scores_of_a_rater_are_in_order() -> None:
    scores = {f"d{n}": n % 5 + 1 for n in range(1, 17)}
    rating = model.Rating(id="a", where=Where(path="", line=1), page="p", rater="r", **scores)  # type: ignore[arg-type]
    assert rating.scores == tuple(scores.values())


def test_lists_that_follow_from_others() -> None:
    assert set(get_args(model.Outcome)) - model.HARM_OUTCOMES == {
        "pain", "response", "function", "quality-of-life", "mood", "sleep", "opioid-use", "duration", "persistent-pain", "attacks", "acceptability",
    }  # fmt: skip
    assert set(get_args(model.Topic)) > model.PLACED_TOPICS | model.REASONED_TOPICS
    assert not model.PLACED_TOPICS & model.REASONED_TOPICS


def test_a_field_carries_its_rule_and_its_default() -> None:
    for make, name, value in ((model.names, "names", "study"), (model.words, "words", 30)):
        made = make(value, default="x", kw_only=True)
        assert (dict(made.metadata), made.default, made.kw_only) == ({name: value}, "x", True)
        assert make(value).default is dataclasses.MISSING
