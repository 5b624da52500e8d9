"""What readers see: numbers, placeholders, sentences, the wording lock, reading grade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from handbook import reading, words
from handbook.checks.effects import lock, size_of
from handbook.load import load
from handbook.project import Project

GOOD = Path(__file__).parent / "good"


def test_numbers_keep_their_digits_and_get_a_true_minus() -> None:
    assert words.number(Decimal("-1.50")) == "−1.50"
    assert words.share(Decimal("16.0")) == "16"
    assert words.share(Decimal("16.5")) == "16.5"


def test_sentences_take_their_numbers_from_the_rows() -> None:
    evidence, _ = load(GOOD)
    finding = evidence.finding["toe-drops-pain"]
    assert words.plain_sentence(finding, evidence) == "Drops may slightly lower toe pain after 1 week."
    assert words.clinical_sentence(finding, evidence) == "Drops may slightly reduce pain (MD −1.5 (95% CI −2.4 to −0.6))."
    assert words.plain_sentence(evidence.finding["toe-drops-itch"], evidence) == "Drops probably make itch slightly more common: 16 against 8 people."
    assert words.harm_sentence(evidence.harm["itch-drops"], evidence) == "Itch came in 16 out of 100 people."
    for text, filled in {"{t001.size}": "1.5", "{t001.ci}": "−2.4 to −0.6", "{t001.n}": "40", "{itch-drops.with}": "16"}.items():
        assert words.fill(text, evidence) == filled


@pytest.mark.parametrize("text", ["{t009}", "{t001.colour}", "{t001.comparator}", "{with}"])
def test_placeholders_that_cannot_be_filled_are_refused(text: str) -> None:
    evidence, _ = load(GOOD)
    with pytest.raises(words.Unfilled):
        words.fill(text, evidence, evidence.finding["toe-drops-pain"])


def test_facts_say_where_and_when() -> None:
    evidence, _ = load(GOOD)
    fact = evidence.fact["toe-common"]
    assert words.fact_text(fact) == "Many people have a sore toe. (US, as of 2021.)"
    assert words.fact_text(replace(fact, country=None)) == "Many people have a sore toe."


@pytest.mark.parametrize(
    ("certainty", "good", "bad"),
    [
        ("high", "X lowers pain.", "X may lower pain."),
        ("moderate", "X probably lowers pain.", "X lowers pain."),
        ("moderate", "X probably lowers pain.", "X may probably lower pain."),
        ("low", "X may lower pain.", "X probably lowers pain."),
        ("low", "X may lower pain.", "X may lower pain and probably sleep."),
        ("very-low", "We do not know if X lowers pain.", "X may lower pain."),
        ("none", "We found no studies of X.", "We do not know if X lowers pain."),
    ],
)
def test_wording_lock(certainty: str, good: str, bad: str) -> None:
    assert lock(good, certainty, clinical=False) is None
    assert lock(bad, certainty, clinical=False)


def test_wording_lock_of_clinical_sentences() -> None:
    assert lock("The evidence is very uncertain.", "very-low", clinical=True) is None
    assert lock("We do not know.", "very-low", clinical=True)


@pytest.mark.parametrize(("value", "size"), [("0.99", "little"), ("1", "small"), ("1.99", "small"), ("2", "moderate"), ("3.9", "moderate"), ("4", "large")])
def test_size_words_follow_the_thresholds(value: str, size: str) -> None:
    assert size_of(Decimal(value), "0-10", Project.read(GOOD)) == size


def test_sentences_end_where_they_end() -> None:
    text = "Dr. Alpha saw 3.5 points. It fell. (It rose later.) Why? J. B. knew, e.g. at once."
    assert reading.sentences(text) == ["Dr. Alpha saw 3.5 points.", "It fell.", "(It rose later.)", "Why?", "J. B. knew, e.g. at once."]


@pytest.mark.parametrize(
    ("word", "count"), [("pain", 1), ("ketamine", 3), ("medicine", 3), ("relieved", 2), ("wanted", 2), ("the", 1), ("idea", 2), ("sore", 1)]
)
def test_syllables(word: str, count: int) -> None:
    assert reading.syllables(word) == count


def test_grade_is_the_published_formula() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 × 6 + 11.8 × 1 − 15.59.
    assert reading.grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert reading.grade([]) == 0.0
    hard = ["Ketamine ketamine ketamine."]
    assert reading.grade(hard, {"ketamine"}) < reading.grade(hard)
