"""Checks of records, one by one: both sides of every limit, and the whole message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from made import GOOD, fields_said, page, record, said, with_pages, with_records

from handbook.checks import effects, records, sources
from handbook.model import Downgrade, Numbers, Threshold, named
from handbook.project import Project

STUDY, HARM, FINDING, PK = "study", "harm", "finding", "pharmacokinetic"


def one(check: Callable[[Project], Any], kind: str, **changes: Any) -> list[str]:
    """What *check* says of one changed record."""
    return fields_said(check(with_records(record(kind, **changes))))


# ------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"effect": D(1), "low": D(1), "high": D(1)}, []),
        ({"effect": D(9), "low": D(2), "high": D(1)}, ["low E001 t001: interval 2 to 1"]),
        ({"effect": D("0.9"), "low": D(1), "high": None}, ["effect E002 t001: effect 0.9 outside 1 to None"]),
        ({"effect": D("1.1"), "low": None, "high": D(1)}, ["effect E002 t001: effect 1.1 outside None to 1"]),
        ({"effect": D(3), "low": D(1), "high": D(2)}, ["effect E002 t001: effect 3 outside 1 to 2"]),
        ({"effect": D(1), "low": D(1), "high": None}, []),
        ({"effect": D(1), "low": None, "high": D(1)}, []),
        ({"effect": None, "low": D(1), "high": D(2)}, []),
        ({"effect": D(1), "low": None, "high": None}, []),
        ({"measure": None}, ["effect E014 t001: effect -1.5 without measure or scale"]),
        ({"scale": None}, ["effect E014 t001: effect -1.5 without measure or scale"]),
        ({"effect": None, "measure": None, "scale": None}, []),
        ({"measure": "RR", "effect": D(1), "low": D("0.1"), "high": D(2), "scale": "ratio"}, []),
        ({"measure": "RR", "effect": D(0), "low": None, "high": None, "scale": "ratio"}, ["effect E004 t001: RR of zero or less"]),
        ({"measure": "OR", "effect": D(1), "low": D(0), "high": None, "scale": "ratio"}, ["effect E004 t001: OR of zero or less"]),
        ({"measure": "IRR", "effect": None, "low": None, "high": D(-1), "scale": "ratio"}, ["effect E004 t001: IRR of zero or less"]),
        ({"measure": "MD", "effect": D(0), "low": None, "high": None}, []),
        ({"measure": "SHARE", "effect": D(0), "low": None, "high": None, "scale": "share"}, []),
        ({"measure": "SHARE", "effect": D(100), "low": None, "high": None, "scale": "share"}, []),
        ({"measure": "SHARE", "effect": D(101), "low": None, "high": None, "scale": "share"}, ["effect E003 t001: share of 101"]),
        ({"measure": "SHARE", "effect": D(-1), "low": None, "high": None, "scale": "share"}, ["effect E003 t001: share of -1"]),
        ({"measure": "SHARE", "effect": None, "low": None, "high": None, "scale": "share"}, []),
        ({"measure": "MD", "effect": D(101), "low": None, "high": None}, []),
    ],
)
def test_numbers_of_a_study(changes: dict[str, Any], expected: list[str]) -> None:
    assert one(effects.numbers, STUDY, **changes) == expected


def test_every_scale_is_known_and_no_other() -> None:
    for scale in effects.SCALES:
        assert one(effects.numbers, STUDY, scale=scale) == []
    known = ", ".join(sorted(effects.SCALES))
    assert one(effects.numbers, STUDY, scale="0-7") == [f"scale E005 t001: scale '0-7'; one of {known}"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"with_": None, "without": None, "per": None}, []),
        ({"with_": D(5), "without": None, "per": None}, ["per E003 itch-drops: with 5 without its base (per)"]),
        ({"with_": None, "without": D(5), "per": None}, ["per E003 itch-drops: without 5 without its base (per)"]),
        ({"with_": D(0), "without": D(100), "per": 100}, []),
        ({"with_": D(100), "without": D(0), "per": 100}, []),
        ({"with_": D(101), "without": D(-1), "per": 100}, ["with E003 itch-drops: 101 out of 100", "without E003 itch-drops: -1 out of 100"]),
        ({"with_": D(101), "without": D(1000), "per": 1000}, []),
    ],
)
def test_numbers_of_a_harm(changes: dict[str, Any], expected: list[str]) -> None:
    assert one(effects.numbers, HARM, **changes) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (None, []),
        (Numbers(with_=D(0), without=D(100), low=D(50), high=D(50)), []),
        (Numbers(with_=D(100), without=D(0), low=D(0), high=D(100)), []),
        (Numbers(with_=D(101), per=1000), []),
        (Numbers(with_=D(101)), ["numbers E003 toe-drops-itch: 101 out of 100"]),
        (Numbers(with_=D(-1)), ["numbers E003 toe-drops-itch: -1 out of 100"]),
        (Numbers(with_=D(1), without=D(102)), ["numbers E003 toe-drops-itch: 102 out of 100"]),
        (Numbers(with_=D(1), low=D(-2)), ["numbers E003 toe-drops-itch: -2 out of 100"]),
        (Numbers(with_=D(1), high=D(103)), ["numbers E003 toe-drops-itch: 103 out of 100"]),
        (Numbers(with_=D(1), low=D(3), high=D(2)), ["numbers E001 toe-drops-itch: interval 3 to 2"]),
        (Numbers(with_=D(1), low=D(3)), []),
        (Numbers(with_=D(1), high=D(3)), []),
    ],
)
def test_numbers_of_a_finding(numbers: Numbers | None, expected: list[str]) -> None:
    assert one(effects.numbers, FINDING, numbers=numbers) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, None, []),
        (D(0), D(100), []),
        (D(50), D(50), []),
        (D(51), D(50), ["bioavailability_low E001 pk-drops: uptake 51 to 50"]),
        (D(51), None, []),
        (None, D(50), []),
        (D(-1), None, ["bioavailability_low E003 pk-drops: bioavailability_low of -1 percent"]),
        (None, D(101), ["bioavailability_high E003 pk-drops: bioavailability_high of 101 percent"]),
    ],
)
def test_numbers_of_uptake(low: D | None, high: D | None, expected: list[str]) -> None:
    assert one(effects.numbers, PK, bioavailability_low=low, bioavailability_high=high) == expected


@pytest.mark.parametrize("missing", ["effect", "low", "high", "measure", "scale"])
def test_a_row_is_plotted_only_if_it_is_whole(missing: str) -> None:
    assert effects.plotted(record(STUDY))
    assert not effects.plotted(record(STUDY, **{missing: None}))


# ------------------------------------------------------------------------------------------- grades

STEP, TWO = Downgrade(domain="imprecision", steps=1, why="Few people."), Downgrade(domain="indirectness", steps=2, why="Mice.")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"certainty": "none", "direction": "not-studied", "downgrades": ()}, []),
        ({"certainty": "none", "direction": "better", "downgrades": ()}, ["certainty E006 “none” goes with direction not-studied and without steps"]),
        ({"certainty": "none", "direction": "not-studied"}, ["certainty E006 “none” goes with direction not-studied and without steps"]),
        ({"direction": "not-studied"}, ["direction E006 not-studied goes with certainty none"]),
        ({"sources": (), "studies": (), "harms": ()}, ["sources E013 rests on nothing"]),
        ({"sources": (), "studies": ("t001",), "harms": ()}, []),
        ({"sources": (), "studies": (), "harms": ("itch-drops",)}, []),
        ({"basis": "published", "graded_by": None, "certainty": "high"}, ["basis E007 published grade without graded_by"]),
        ({"basis": "published", "graded_by": "alpha2020drops", "certainty": "high"}, []),
        ({"start": None}, ["basis E007 our grade without start"]),
        ({"start": "high", "downgrades": (), "certainty": "high"}, []),
        ({"start": "high", "downgrades": (STEP,), "certainty": "moderate"}, []),
        ({"start": "high", "downgrades": (STEP, STEP), "certainty": "low"}, []),
        ({"start": "high", "downgrades": (TWO,), "certainty": "low"}, []),
        ({"start": "high", "downgrades": (TWO, STEP), "certainty": "very-low"}, []),
        ({"start": "high", "downgrades": (TWO, TWO), "certainty": "very-low"}, []),
        ({"start": "low", "downgrades": (), "certainty": "low"}, []),
        ({"start": "low", "downgrades": (TWO,), "certainty": "very-low"}, []),
        ({"start": "low", "downgrades": (TWO,), "certainty": "low"}, ["certainty E006 low less 2 is very-low, not low"]),
        ({"start": "high", "downgrades": (TWO, STEP), "certainty": "low"}, ["certainty E006 high less 3 is very-low, not low"]),
    ],
)
def test_the_grade_follows_from_its_steps(changes: dict[str, Any], expected: list[str]) -> None:
    changes = {"size": "unclear", **changes}
    assert [line.replace("toe-drops-pain: ", "") for line in one(effects.grading, FINDING, like="toe-drops-pain", **changes)] == expected


def test_a_finding_without_studies_does_not_hide_the_next() -> None:
    first = record(FINDING, certainty="none", direction="not-studied", downgrades=())
    second = record(FINDING, "toe-drops-pain", start=None)
    assert fields_said(effects.grading(with_records(first, second))) == ["basis E007 toe-drops-pain: our grade without start"]


def limits(scale: str) -> Threshold:
    return record("threshold", id=scale, scale=scale, small=D(1), moderate=D(2), large=D(3))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("value", "size"),
    [("0", "little"), ("0.9", "little"), ("1", "small"), ("1.9", "small"), ("2", "moderate"), ("2.9", "moderate"), ("3", "large"), ("9", "large")],
)
def test_the_size_word_follows_from_the_difference(value: str, size: str) -> None:
    project = with_records(limits("mg"), limits("0-100"))
    assert effects.size_of(D(value), "0-100", project) == size
    assert effects.size_of(D(value), "0-10", project) is None


@pytest.mark.parametrize(
    ("study", "finding", "found"),
    [
        ({"effect": D(3)}, {}, "large"),
        ({"effect": D(-3)}, {}, "large"),
        ({"effect": D("0.5")}, {}, "little"),
        ({"effect": D(3), "scale": "0-100"}, {}, "large"),
        ({"effect": D(3), "measure": "SMD", "scale": "sd"}, {}, "large"),
        ({"effect": D(3), "scale": "mg"}, {}, None),
        ({"effect": D(3), "measure": "RR", "scale": "0-10"}, {}, None),
        ({"effect": None}, {}, None),
        ({"effect": D(3)}, {"certainty": "very-low"}, None),
        ({"effect": D(3)}, {"size": "unclear"}, None),
        ({"effect": D(3)}, {"studies": ("t001", "t001")}, None),
        ({"effect": D(3)}, {"studies": ("t009",)}, None),
        ({"effect": D(3)}, {"studies": ()}, None),
        ({"effect": D(3)}, {"numbers": Numbers(with_=D(20))}, "large"),
        ({"effect": D(3)}, {"numbers": Numbers(with_=D(20), without=D(20))}, "little"),
        ({}, {"numbers": Numbers(with_=D(10), without=D(13))}, "large"),
        ({}, {"numbers": Numbers(with_=D(13), without=D(10))}, "large"),
        ({}, {"numbers": Numbers(with_=D("12.98"), without=D(10))}, None),
        ({}, {"numbers": Numbers(with_=D(13), without=D(10), per=1000)}, "little"),
        ({}, {"numbers": Numbers(with_=D(40), without=D(10), per=1000)}, "large"),
    ],
)
def test_the_size_of_a_finding_is_that_of_its_number(study: dict[str, Any], finding: dict[str, Any], found: str | None) -> None:
    known = [limits(scale) for scale in ("per-100", "0-10", "0-100", "smd", "mg")]
    base: dict[str, Any] = {"size": "moderate", "start": "high", "downgrades": (TWO,), "certainty": "low"} | finding
    base["basis"], base["graded_by"] = "published", "alpha2020drops"
    project = with_records(record(STUDY, **study), record(FINDING, "toe-drops-pain", **base), *known)
    expected = [f"size E010 toe-drops-pain: size 'moderate', but the number makes it {found!r}"] if found else []
    assert fields_said(effects.grading(project)) == expected


# ------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("certainty", "clinical", "sentence", "wrong"),
    [
        ("none", False, "There are NO studies.", None),
        ("none", True, "We know nothing.", "must say “no studies”"),
        ("very-low", False, "We do not know.", None),
        ("very-low", False, "This is very uncertain.", "must say “we do not know”"),
        ("very-low", True, "This is Very uncertain.", None),
        ("very-low", True, "We do not know.", "must say “very uncertain”"),
        ("low", False, "Drops May help.", None),
        ("low", False, "Drops may possibly help.", None),
        ("low", False, "Drops might help.", "must say “may”"),
        ("low", False, "Drops probably help.", "must say “may”"),
        ("low", False, "Drops may help, and probably do.", "says “probably” or “likely” beside “may”"),
        ("low", False, "Drops may help, which is likely.", "says “probably” or “likely” beside “may”"),
        ("moderate", False, "Drops Probably help.", None),
        ("moderate", False, "Drops probably help, perhaps.", None),
        ("moderate", False, "Drops likely help.", "must say “probably”"),
        ("moderate", False, "Drops probably help and may harm.", "says “may” beside “probably”"),
        ("moderate", False, "Drops probably help and might harm.", "says “may” beside “probably”"),
        ("moderate", False, "Drops probably help and could harm.", "says “may” beside “probably”"),
        ("high", False, "Drops help.", None),
        ("high", False, "Drops possibly help; perhaps they Could.", "must not say could, perhaps, possibly"),
        ("high", True, "Mayhem and mighty people.", None),
    ],
)
def test_certainty_words(certainty: str, clinical: bool, sentence: str, wrong: str | None) -> None:
    assert effects.lock(sentence, certainty, clinical=clinical) == wrong


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"size": "large", "plain": "Drops may lower pain A LOT."}, []),
        (
            {"size": "large"},
            [
                "plain E009 size large: the sentence must say “a lot”: “Drops may slightly lower toe pain.”",
                "plain E009 size large, but the sentence says “slightly”: “Drops may slightly lower toe pain.”",
            ],
        ),
        ({"plain": "Drops may lower pain."}, ["plain E009 size small: the sentence must say “slightly”: “Drops may lower pain.”"]),
        ({"size": "moderate", "plain": "Drops may lower pain."}, []),
        (
            {"size": "unclear", "plain": "Drops may lower pain a lot."},
            ["plain E009 size unclear, but the sentence says “a lot”: “Drops may lower pain a lot.”"],
        ),
        ({"size": "little", "plain": "Drops may make little or no difference."}, []),
        (
            {"size": "little", "plain": "Drops may make little or no change."},
            ["plain E009 size little: the sentence must say “little or no difference”: “Drops may make little or no change.”"],
        ),
        (
            {"size": "moderate", "plain": "Drops may make little or no change."},
            ["plain E009 size moderate, but the sentence says “little or no”: “Drops may make little or no change.”"],
        ),
        ({"size": "moderate", "direction": "no-clear-difference", "plain": "Drops may make little or no change."}, []),
        ({"plain": "Drops may slightly allot pain."}, []),
        ({"certainty": "very-low", "size": "large", "plain": "We do not know.", "clinical": "Very uncertain."}, []),
        ({"certainty": "none", "size": "large", "plain": "No studies.", "clinical": "No studies."}, []),
        (
            {"clinical": "Drops may be proven safe."},
            ["clinical T001 “proven” in “Drops may be proven safe.”", "clinical T001 “safe” in “Drops may be proven safe.”"],
        ),
        ({"clinical": "Drops cut pain."}, ["clinical E008 certainty low: the sentence must say “may”: “Drops cut pain.”"]),
        ({"clinical": "Drops may cut pain by {t001} and 5 mg."}, ["clinical E011 “5 mg” is typed in “Drops may cut pain by {t001} and 5 mg.”"]),
        ({"plain": "Drops may slightly ease pain in 1 of 5 people."}, ["plain E011 “1 of 5” is typed in “Drops may slightly ease pain in 1 of 5 people.”"]),
        ({"plain": "Drops may slightly ease pain by {with} %."}, []),
    ],
)
def test_the_sentences_of_a_finding(changes: dict[str, Any], expected: list[str]) -> None:
    base = {"plain": "Drops may slightly lower toe pain.", "clinical": "Drops may reduce pain."} | changes
    found = one(effects.wording, FINDING, like="toe-drops-pain", **base)
    assert [line.replace("toe-drops-pain: ", "") for line in found] == expected


def test_a_finding_that_says_no_size_does_not_hide_the_next() -> None:
    first = record(FINDING, certainty="none", plain="No studies.", clinical="No studies.")
    second = record(FINDING, "toe-drops-pain", plain="Drops may lower pain.", clinical="Drops may reduce pain.")
    assert fields_said(effects.wording(with_records(first, second))) == [
        "plain E009 toe-drops-pain: size small: the sentence must say “slightly”: “Drops may lower pain.”"
    ]


@pytest.mark.parametrize(
    "sentence",
    ["can help", "has been shown", "have been shown", "proven", "promising", "effective", "works", "significant", "significantly", "a trend", "no effect",
     "safe", "well tolerated", "a miracle", "a breakthrough", "cure", "Cures"],
)  # fmt: skip
def test_words_that_no_finding_uses(sentence: str) -> None:
    assert effects.BANNED.search(f"Drops may {sentence} toes.")
    assert not effects.BANNED.search(f"Drops may x{sentence}x toes.")


@pytest.mark.parametrize(
    "typed",
    ["5%", "5 percent", "1.5 points", "5 mg", "5 mL", "5 µg", "5 mcg", "1 out of 5", "MD 5", "SMD -0", "RR = 2", "OR = 2", "RD −5", "NNT 4", "1 in 20", "−1.5"],
)
def test_numbers_that_no_finding_types(typed: str) -> None:
    assert effects.TYPED.search(f"Drops: {typed} more.")
    assert not effects.TYPED.search("Drops for 2 weeks, in 2020 too.")


def test_placeholders_that_cannot_be_filled_are_named_with_their_field() -> None:
    finding = record(
        FINDING, "toe-drops-pain", plain="{t001} and {x1}", clinical="{x2} {without}", downgrades=(STEP, Downgrade(domain="imprecision", steps=1, why="{x3}"))
    )
    harm = record(HARM, text="{with} of {x4}")
    assert fields_said(effects.placeholders(with_records(finding, harm))) == [
        "plain E012 toe-drops-pain: {x1} cannot be filled",
        "clinical E012 toe-drops-pain: {x2} cannot be filled",
        "clinical E012 toe-drops-pain: {without} cannot be filled",
        "downgrades E012 toe-drops-pain: {x3} cannot be filled",
        "text E012 itch-drops: {x4} cannot be filled",
    ]


# ------------------------------------------------------------------------------------------- records as a whole


def test_names_of_records_are_found_in_single_fields_and_lists() -> None:
    finding = record(FINDING, "toe-drops-pain", graded_by="alpha2020drops", studies=("t001", "t002"), harms=(), sources=("alpha2020drops",))
    assert list(named(finding)) == [
        ("graded_by", "source", "alpha2020drops"), ("studies", "study", "t001"), ("studies", "study", "t002"), ("sources", "source", "alpha2020drops"),
    ]  # fmt: skip
    assert list(named(record("condition", page=None, main=""))) == []


def test_ids_that_lead_nowhere() -> None:
    condition = record("condition", page="conditions/sore-to", main="toe-drops-pai")
    claim = record("claim", facts=("toe-comon", "toe-common"), findings=())
    found = fields_said(records.references(with_records(condition, claim)))
    assert found == [
        "facts R008 drops-cure: facts: no fact 'toe-comon' | Did you mean 'toe-common'?",
        "page R008 crps: page: no page 'conditions/sore-to' | Did you mean 'conditions/sore-toe'?",
        "main R008 crps: main: no finding 'toe-drops-pai' | Did you mean 'toe-drops-pain' or 'toe-drops-itch'?",
    ]


@pytest.mark.parametrize(
    ("links", "circles"),
    [
        ({"a": "b", "b": "c", "c": None}, []),
        ({"a": "b", "b": "a", "c": None}, ["a", "b"]),
        ({"a": "a", "b": None, "c": None}, ["a"]),
        ({"a": "b", "b": "c", "c": "a"}, ["a", "b", "c"]),
        ({"a": "b", "b": "c", "c": "b"}, ["a", "b", "c"]),
        ({"a": None, "b": "b", "c": None}, ["b"]),
    ],
)
def test_what_supersedes_what_ends_somewhere(links: dict[str, str | None], circles: list[str]) -> None:
    made = [record("source", id=name, superseded_by=to) for name, to in links.items()]
    found = [line for line in fields_said(records.references(with_records(*made))) if "R016" in line]
    assert found == [f"superseded_by R016 {name}: superseded_by runs in a circle" for name in circles]


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({}, True),
        ({"findings": (), "facts": ("toe-common",)}, True),
        ({"findings": (), "sources": ("alpha2020drops",)}, True),
        ({"findings": ()}, False),
        ({"findings": (), "verdict": "not-checkable"}, True),
    ],
)
def test_a_verdict_has_proof(changes: dict[str, Any], proof: bool) -> None:
    assert one(records.claims, "claim", **changes) == ([] if proof else ["record R012 drops-cure: verdict 'wrong' without proof"])


@pytest.mark.parametrize(
    ("body", "answered"),
    [(":::{claims-here}\n:::", True), (":::{claimcheck} drops-cure\n:::", True), (":::{claimcheck} other\n:::", False), ("Nothing.", False)],
)
def test_a_claim_is_answered_on_its_page(body: str, answered: bool) -> None:
    project = with_pages({"conditions/sore-toe": body})
    expected = [] if answered else ["conditions/sore-toe:1 R013 claim 'drops-cure' names this page, but the page does not answer it"]
    assert said(records.claims(project)) == expected
    assert said(records.claims(with_pages({"other": body}))) == []


def test_claims_once_heard_of_are_not_lost(tmp_path: Any) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    project = with_pages({}, root=tmp_path)
    assert said(records.claims(project)) == []
    (folder / "seed-claims.txt").write_text("# Claims\n\ndrops-cure\n lost-one \nlost-two\n", encoding="utf-8")
    assert said(records.claims(project)) == [
        "evidence/seed-claims.txt:4 R011 claim 'lost-one' has no record", "evidence/seed-claims.txt:5 R011 claim 'lost-two' has no record",
    ]  # fmt: skip
    (folder / "seed-claims.txt").write_bytes(b"drops-cure\r\n")
    assert [line.partition(" has")[0] for line in said(records.claims(project))] == ["evidence/seed-claims.txt:1 F004"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"topic": "law", "country": "US", "as_of": "2021"}, []),
        ({"topic": "law", "country": None, "as_of": "2021"}, ["record R014 toe-common: topic 'law' without country or as_of"]),
        ({"topic": "cost", "country": "US", "as_of": None}, ["record R014 toe-common: topic 'cost' without country or as_of"]),
        ({"topic": "mechanism", "support": "likely", "studied_in": "cells"}, []),
        ({"topic": "placebo", "support": None, "studied_in": "cells"}, ["record R015 toe-common: topic 'placebo' without support or studied_in"]),
        ({"topic": "pharmacology", "support": "likely", "studied_in": None}, ["record R015 toe-common: topic 'pharmacology' without support or studied_in"]),
        ({"topic": "history", "country": None, "as_of": None}, []),
    ],
)
def test_facts_say_where_when_and_in_whom(changes: dict[str, Any], expected: list[str]) -> None:
    assert one(records.facts, "fact", **changes) == expected


def test_records_are_used_by_roles_boxes_options_sentences_and_records() -> None:
    finding = record(
        FINDING, "toe-drops-pain", plain="{plain-1}", clinical="{clinical-1.n}", downgrades=(Downgrade(domain="imprecision", steps=1, why="{why-1}"),)
    )
    body = "{fact}`f1, f2`{source}`s1`{doc}`d1`\n\n:::{icons} i1\n:ids: i2, i3\n:::\n\n:::{forest}\n:ids: i4 i5\n:::\n"
    project = with_pages({"a": body}, with_records(finding).evidence)
    used = records.used_ids(project)
    assert {"f1", "f2"} <= used["fact"] and "s1" in used["source"] and "d1" not in set().union(*used.values())
    for name in ("i1", "i2", "i3", "i4", "i5"):
        assert all(name in used[kind] for kind in ("source", "study", "finding", "fact", "harm", "regimen"))
    for name in ("plain-1", "clinical-1", "why-1"):
        assert name in used["study"] and name in used["harm"] and name not in used["fact"]
    assert "t001" in used["study"] and "alpha2020drops" in used["source"] and "toe-drops-pain" in used["finding"] and "" not in used["fact"]


def test_what_nothing_leans_on_is_named() -> None:
    spare = record("source", id="spare2020")
    fact = record("fact", id="spare-fact", sources=())
    project = with_pages({"a": "{source}`alpha2020drops`"}, with_records(spare, record("source"), fact).evidence)
    assert fields_said(records.unused(project)) == ["record R010 source 'spare2020' is used nowhere", "record R010 fact 'spare-fact' is used nowhere"]


# ------------------------------------------------------------------------------------------- sources


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"journal": None}, ["title S001 no journal, book or publisher"]),
        ({"journal": None, "institution": "Toe House"}, []),
        ({"year": None}, ["title S001 no year, and not marked as undated"]),
        ({"year": None, "undated": "yes"}, []),
        ({"year": 1800}, []),
        ({"year": 1799}, ["year S001 year 1799, though it was read in 2026"]),
        ({"year": 2027}, []),
        ({"year": 2028}, ["year S001 year 2028, though it was read in 2026"]),
        ({"doi": None}, ["title S001 no DOI, PMID or official address"]),
        ({"doi": None, "pmid": "1"}, []),
        ({"doi": None, "url": "https://toes.example"}, []),
        ({"author": "Author not displayed"}, ["author S001 author is a placeholder"]),
        ({"title": "Unknown"}, ["title S001 title is a placeholder"]),
        ({"title": "Toes (descriptive title)"}, ["title S001 title is a placeholder"]),
        ({"title": "Toes?"}, []),
        ({"title": "Toes??"}, ["title S001 title is a placeholder"]),
    ],
)
def test_a_source_is_complete(changes: dict[str, Any], expected: list[str]) -> None:
    base = {"checked": date(2026, 1, 9)} | changes
    assert [line.replace("alpha2020drops: ", "") for line in one(sources.complete, "source", **base)] == expected


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("doi", "10.1000/toe.1", ""), ("doi", "10.1000/TOE(1)<2>[3]:4;5_6-7+8/9", ""), ("doi", "10.100/toe", "S002 DOI"), ("doi", "10.1234567890/toe", "S002 DOI"),
        ("doi", "doi:10.1000/toe", "S002 DOI"), ("doi", "10.1000/toe 1", "S002 DOI"), ("pmid", "1", ""), ("pmid", "12345678", ""),
        ("pmid", "123456789", "S003 PMID"), ("pmid", "PMC12", "S003 PMID"),
    ],
)  # fmt: skip
def test_identifiers_have_their_form(field: str, value: str, code: str) -> None:
    found = one(sources.identifiers, "source", **{field: value})
    assert found == ([f"{field} {code.replace(' ', ' alpha2020drops: ')} {value!r}"] if code else [])


def test_identifiers_stand_once() -> None:
    a = record("source", id="a", doi="10.1000/x", pmid="1", url="https://toes.example/A")
    b = record("source", id="b", doi="10.1000/X", pmid="1", url="https://toes.example/a")
    old = record("source", id="c", doi=None, pmid=None, url="https://toes.example/a", status="superseded")
    none = [record("source", id=n, doi=None, pmid=None, url=None) for n in ("d", "e")]
    crossed = record("source", id="f", doi=None, pmid=None, url="1")
    assert fields_said(sources.identifiers(with_records(a, b, old, *none, crossed))) == [
        "doi S004 b: DOI 10.1000/X stands already in 'a'", "pmid S004 b: PMID 1 stands already in 'a'", "url S004 b: URL https://toes.example/a stands already in 'a'",
    ]  # fmt: skip
    outdated = record("source", id="g", doi="10.1000/x", pmid=None, url=None, status="superseded")
    assert fields_said(sources.identifiers(with_records(a, outdated))) == ["doi S004 g: DOI 10.1000/x stands already in 'a'"]
    third = record("source", id="h", doi="10.1000/x", pmid=None, url=None)
    assert fields_said(sources.identifiers(with_records(a, outdated, third)))[1] == "doi S004 h: DOI 10.1000/x stands already in 'a'"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://toes.example/x", []),
        ("http://toes.example/x", []),
        (None, []),
        ("https://academia.edu/x", ["url S005 alpha2020drops: academia.edu is a copy, not the original"]),
        ("https://www.academia.edu/x", ["url S005 alpha2020drops: www.academia.edu is a copy, not the original"]),
        ("https://notacademia.edu/x", []),
        ("https://10.1.2.3/x", ["url S005 alpha2020drops: 10.1.2.3 is a copy, not the original"]),
        ("ftp://toes.example/x", ["url S001 alpha2020drops: address 'ftp://toes.example/x' does not begin with https://"]),
        ("toes.example/x", ["url S001 alpha2020drops: address 'toes.example/x' does not begin with https://"]),
    ],
)
def test_addresses_are_of_originals(url: str | None, expected: list[str]) -> None:
    assert one(sources.addresses, "source", url=url) == expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ({}, "Toes.", []),
        ({"status": "retracted"}, "Toes.", ["sources S006 toe-common: beta2021toes is retracted"]),
        ({"status": "retracted"}, "Toes (retracted).", []),
        ({"status": "superseded"}, "Toes.", ["sources S007 toe-common: beta2021toes is superseded"]),
        ({"status": "superseded"}, "OLDER toes.", []),
        ({"status": "superseded"}, "Superseded.", []),
        ({"status": "superseded"}, "An earlier guide.", []),
        ({"status": "superseded"}, "Since updated.", []),
        ({"status": "superseded"}, "Since replaced.", []),
        ({"read": "title"}, "Toes.", ["sources S008 toe-common: of beta2021toes only the title was seen"]),
    ],
)
def test_what_is_withdrawn_or_unread_carries_nothing(source: dict[str, Any], text: str, expected: list[str]) -> None:
    made = record("source", "beta2021toes", **source)
    project = with_records(made, record("fact", text=text))
    found = [line for line in fields_said(sources.status(project)) if "toe-common" in line]
    assert found == expected


@pytest.mark.parametrize(
    ("kind", "field"), [(STUDY, "result"), (FINDING, "plain"), ("position", "position"), ("claim", "why"), ("regimen", "result"), (FINDING, "note")]
)
def test_a_record_says_in_its_own_words_that_a_source_is_withdrawn(kind: str, field: str) -> None:
    names = {"sources": ("x2020",)} if kind in {FINDING, "claim"} else {"source": "x2020"}
    source = record("source", id="x2020", status="retracted")
    silent = with_records(source, record(kind, **names))
    spoken = with_records(source, record(kind, **names, **{field: "This was retracted."}))
    assert len([line for line in fields_said(sources.status(silent)) if "x2020 is retracted" in line]) == 1
    assert [line for line in fields_said(sources.status(spoken)) if "x2020 is retracted" in line] == []


def test_a_page_that_cites_what_is_withdrawn_is_named() -> None:
    gone, fine = record("source", status="retracted"), record("source", "beta2021toes")
    evidence = with_records(gone, fine).evidence
    body = "A {doc}`alpha2020drops` and {source}`nobody, beta2021toes , alpha2020drops`\n\nand {source}`alpha2020drops`"
    found = [line for line in said(sources.status(with_pages({"a": page(body)}, evidence))) if line.startswith("a:")]
    assert found == ["a:4:29 S006 alpha2020drops is retracted", "a:6:5 S006 alpha2020drops is retracted"]
    assert GOOD.evidence.source["alpha2020drops"].status == "current"
