"""Checks of prose, one by one: what each sign, word, box and kind of page changes, with the exact place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import GOOD, fields_said, page, record, said, with_pages, with_records

from handbook.checks import prose, whitespace
from handbook.pages import scan_text
from handbook.patients import patient_sentences
from handbook.project import read_list

FUZZ = settings(max_examples=200, deadline=None)


def body_said(check: Any, body: str, kind: str = "condition", docname: str = "a") -> list[str]:
    """What *check* says of a page; its body begins at line 4. A part that starts with _ stands before it and is passed over."""
    return said(check(with_pages({"_part": page(body, kind), docname: page(body, kind)})))


CLINICAL = ("home", "start", "mechanism", "condition", "treatment", "safety", "access", "evidence", "faq")
OTHER = ("glossary", "about", "reference", "contributing")

# ------------------------------------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A {doc}`b` c", "A          c"),
        ("A {doc}`b\nc` d", "A        \n   d"),
        ("A `b` c", "A     c"),
        ("A ![b](c) d", "A         d"),
        ("A [b c](d) e", "A  b c     e"),
        ("A [](d) e", "A       e"),
    ],
)
def test_masked_text_keeps_its_places(text: str, left: str) -> None:
    assert prose.masked(text) == left
    assert len(left) == len(text)


@FUZZ
@given(st.text(alphabet="ab {}`[]()!<>\n~*\\é𝐀", max_size=60))
def test_masking_keeps_length_and_line_ends(text: str) -> None:
    made = prose.masked(text)
    assert len(made) == len(text)
    assert [n for n, c in enumerate(made) if c == "\n"] == [n for n, c in enumerate(text) if c == "\n"]
    assert all(m in (c, " ") for m, c in zip(made, text, strict=True))


def test_place_of_a_character() -> None:
    made = scan_text("One\n\n- two\n  three\n", "a", "docs/a.md")
    block = next(b for b in made.blocks if b.kind == "item")
    assert [made.place(block, n) for n in (0, 2, 3, 4, 6)] == [(3, 3), (3, 5), (3, 6), (4, 3), (4, 5)]


def test_lists_of_pages_and_code_are_no_prose() -> None:
    made = with_pages({"a": page("One promising.\n\n```{toctree}\npromising\n```\n\n```{code-block}\npromising\n```\n\n:::{note}\npromising\n:::\n")})
    assert [p.line for p in prose.banned(made)] == [4, 15]


# ------------------------------------------------------------------------------------------- house words

NEW = "Instead: what studies found."


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("condition", "A promising way.", [f"a:4:3 T001 “promising” | {NEW}"]),
        ("condition", "One\ntwo PROMISING and\nproven.", [f"a:6:1 T001 “proven” | {NEW}", f"a:5:5 T001 “PROMISING” | {NEW}"]),
        ("condition", "A “promising” and \"proven\" way, compromising.", []),
        ("condition", "A “long\npromising” way and `promising` {doc}`promising`.", []),
        ("condition", "“So” promising", [f"a:4:6 T001 “promising” | {NEW}"]),
        ("condition", "It can help.", ["a:4:4 T001 “can help” | Instead: a {finding} role."]),
        ("condition", "# promising", [f"a:4:3 T001 “promising” | {NEW}"]),
        ("faq", "# promising", []),
        ("faq", "promising", [f"a:4:1 T001 “promising” | {NEW}"]),
        ("faq", "# todo", ["a:4:3 T014 “todo”"]),
        ("about", "TODO, “tbd”, x?? and ???\nxxx", ["a:4:1 T014 “TODO”", "a:4:8 T014 “tbd”", "a:4:15 T014 “??”", "a:4:22 T014 “???”", "a:5:1 T014 “xxx”"]),
        ("about", "FIXME: lorem ipsum goes here, tba, citation needed, insert words here", [
            "a:4:1 T014 “FIXME”", "a:4:8 T014 “lorem ipsum”", "a:4:20 T014 “goes here”", "a:4:31 T014 “tba”", "a:4:36 T014 “citation needed”",
            "a:4:53 T014 “insert words here”"]),
        ("about", "What? A todolist, xx.", []),
    ],
)  # fmt: skip
def test_house_words(kind: str, body: str, expected: list[str]) -> None:
    assert body_said(prose.banned, body, kind) == expected


def test_a_page_that_is_free_does_not_hide_the_next() -> None:
    texts = {"a": page("A promising way.", "contributing"), "b": page("A promising way.")}
    assert said(prose.banned(with_pages(texts))) == [f"b:4:3 T001 “promising” | {NEW}"]


PROSE_FIELDS = [(name.lower(), field) for name, fields in prose.RECORD_PROSE.items() for field in fields]


@pytest.mark.parametrize(("kind", "field"), [pair for pair in PROSE_FIELDS if GOOD.evidence.of(pair[0])])
def test_house_words_hold_in_records(kind: str, field: str) -> None:
    made = record(kind, **{field: 'A todo, promising, “proven”, "proven" way that can help.'})
    name = f"{made.id}: "
    assert fields_said(prose.records(with_records(made))) == [f"{field} T014 {name}“todo”", f"{field} T001 {name}“promising” | {NEW}"]


def test_words_of_others_in_records_stay() -> None:
    study = record("study", result="A promising todo.", measured="promising")
    source = record("source", title="A promising todo.")
    assert fields_said(prose.records(with_records(study, source, record("fact", clinical=None)))) == []
    assert {"Finding", "Fact", "Claim", "Harm", "Regimen", "Caution", "Interaction", "Pharmacokinetic", "Position", "Condition", "Threshold"} == set(
        prose.RECORD_PROSE
    )


# ------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    "typed",
    ["5%", "5 percent", "0.5 mg", "5 mL", "5 µg", "5 mcg", "5 micrograms", "5 milligram", "1 out of 5", "1 in 20", "1 of every 3", "one in five",
     "half out of ten", "three in 10", "1.5 points", "RR 0", "OR=1", "MD: −2", "SMD -1", "NNT 5", "NNH 5", "CI 9", "p < 0.0", "p=.0", "2-fold", "1.5 fold", "ten percent",
     "twenty-five percent", "a third of people", "two thirds of the", "one quarter of all", "three fifths of them", "half of the people", "half all patients"],
)  # fmt: skip
def test_typed_numbers_are_found(typed: str) -> None:
    assert [line.partition(" ")[2] for line in body_said(prose.numbers, f"So {typed} here.")] == [f"T003 “{typed}” in “So {typed} here.”"]


@pytest.mark.parametrize(
    "free", ["5 weeks", "in 2020", "5 people", "one of us", "half a day", "`5%`", "{doc}`5%`", "Grade 5", "a third of May", "five in a row"]
)
def test_other_numbers_are_not(free: str) -> None:
    assert body_said(prose.numbers, f"So {free} here.") == []


def test_numbers_are_named_at_their_place() -> None:
    long = "x" * 100
    body = f"One\ntwo 5% and 6 mg\n\n{long} 7% is\n\n{long} 7% is so."
    assert body_said(prose.numbers, body) == [
        "a:5:5 T003 “5%” in “two 5% and 6 mg”", "a:5:12 T003 “6 mg” in “two 5% and 6 mg”", f"a:7:102 T003 “7%” in “{long} 7% is”",
        f"a:9:102 T003 “7%” in “{long} 7% is so.”",
    ]  # fmt: skip
    assert body_said(prose.numbers, "5% of it\nand so on.") == ["a:4:1 T003 “5%” in “5% of it”"]
    assert body_said(prose.numbers, "5% " + "y" * 107) == [f"a:4:1 T003 “5%” in “5% {'y' * 107}”"]
    assert body_said(prose.numbers, "5% " + "y" * 108) == [f"a:4:1 T003 “5%” in “5% {'y' * 104}…”"]


@pytest.mark.parametrize("kind", [*CLINICAL, *OTHER])
def test_kinds_of_pages_without_typed_numbers_and_effects(kind: str) -> None:
    assert body_said(prose.numbers, "So 5% here.", kind) == ([] if kind in {"reference", "contributing"} else ["a:4:4 T003 “5%” in “So 5% here.”"])
    effects = ["a:4:1 T002 “Ketamine cures pain.”", "a:6:1 T004 “Perhaps” in “Perhaps not.”"] if kind in CLINICAL else []
    assert body_said(prose.effects, "Ketamine cures pain.\n\nPerhaps not.", kind) == effects
    assert body_said(prose.unsourced, "Most pain lasts many years.", kind) == (["a:4 T005 “Most pain lasts many years.”"] if kind in CLINICAL else [])


@pytest.mark.parametrize("check", [prose.numbers, prose.effects, prose.unsourced, prose.reading_sentences])
def test_pages_that_are_not_judged_do_not_hide_the_next(check: Any) -> None:
    body = "Ketamine cures 5% of pain in people " + "and people " * 12 + "today."
    texts = {"a": page(body, "contributing"), "b": page(body)}
    assert {line.partition(":")[0] for line in said(check(with_pages(texts)))} == {"b"}
    texts = {"evidence/how-we-grade": page("Perhaps 5% of it."), "b": page(body + " Perhaps.")}
    assert {line.partition(":")[0] for line in said(check(with_pages(texts)))} == {"b"}


# ------------------------------------------------------------------------------------------- effects and certainty words


@pytest.mark.parametrize(
    "sentence",
    ["Ketamine reduces pain.", "So esketamine often relieved it.", "It can also help.", "This medicine did not work.", "This treatment prevents it.",
     "The drip might stop pain.", "Lozenges lower it.", "A spray has cut pain.", "Infusions give quick relief.", "The cream makes the pain better.", "The infusion raised it.",
     "Ketamine damages it.", "Treatment made it worse."],
)  # fmt: skip
def test_effects_in_prose_are_found(sentence: str) -> None:
    lines = [line for line in body_said(prose.effects, sentence) if "T002" in line]
    assert [line.partition("T002 ")[2] for line in lines] == [f"“{sentence}”"]


@pytest.mark.parametrize(
    "body",
    ["Ask if ketamine works.", "Ask whether it helps.", "See how well ketamine works.", "Wait until it helps.", "Once it works, stop.", "When the drip helps, rest.",
     "Does it help?", "Say what ketamine does, as it helps.", "Other treatment helps.", "The nurse helps.", ":::{ask}\nKetamine works.\n:::", ":::{foryou}\nIt helps.\n:::"],
)  # fmt: skip
def test_questions_and_conditions_state_no_effect(body: str) -> None:
    assert [line for line in body_said(prose.effects, body) if "T002" in line] == []


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("condition", "So ketamine works\nand more.", ["a:4:4 T002 “So ketamine works”"]),
        ("condition", "Ask if.\nSo ketamine works.", ["a:5:4 T002 “So ketamine works.”"]),
        ("condition", "Ask if it rains. Ketamine works.", ["a:4:18 T002 “Ask if it rains. Ketamine works.”"]),
        ("condition", "Ask if it rains: ketamine works.", ["a:4:18 T002 “Ask if it rains: ketamine works.”"]),
        ("condition", ":::{unknowns}\nKetamine works.\n:::", ["a:5:1 T002 “Ketamine works.”"]),
        ("condition", "# Ketamine works", ["a:4:3 T002 “Ketamine works”"]),
        ("faq", "# Ketamine works, perhaps\n\nKetamine works.", ["a:6:1 T002 “Ketamine works.”"]),
        ("condition", "If it works, good. It may be.\nIt works.", ["a:5:1 T002 “It works.”", "a:4:23 T004 “may” in “If it works, good. It may be.”"]),
        ("condition", "{doc}`Ketamine works </x>`, `it works`.", []),
        ("condition", "So it may, MIGHT, probably,\nlikely, perhaps, possibly, presumably.", [
            "a:4:7 T004 “may” in “So it may, MIGHT, probably,”", "a:4:12 T004 “MIGHT” in “So it may, MIGHT, probably,”",
            "a:4:19 T004 “probably” in “So it may, MIGHT, probably,”", "a:5:1 T004 “likely” in “likely, perhaps, possibly, presumably.”",
            "a:5:9 T004 “perhaps” in “likely, perhaps, possibly, presumably.”", "a:5:18 T004 “possibly” in “likely, perhaps, possibly, presumably.”",
            "a:5:28 T004 “presumably” in “likely, perhaps, possibly, presumably.”"]),
        ("condition", "In May 2020, on 3 May, in May, of May, since May and “may” or \"may.", []),
        ("condition", "So May then.", ["a:4:4 T004 “May” in “So May then.”"]),
        ("condition", "In may then.", ["a:4:4 T004 “may” in “In may then.”"]),
        ("condition", "“may” and may.", ["a:4:11 T004 “may” in ““may” and may.”"]),
        ("condition", "In May, it may.", ["a:4:12 T004 “may” in “In May, it may.”"]),
        ("condition", ":::{ask}\nIt works, if it works. It may.\n:::", ["a:5:27 T004 “may” in “It works, if it works. It may.”"]),
    ],
)  # fmt: skip
def test_effects_and_certainty_words(kind: str, body: str, expected: list[str]) -> None:
    assert body_said(prose.effects, body, kind) == expected


def test_certainty_words_are_free_where_they_are_explained() -> None:
    assert body_said(prose.effects, "It may, and\nit works.", "evidence", "evidence/how-we-grade") == ["evidence/how-we-grade:5:1 T002 “it works.”"]
    assert body_said(prose.numbers, "So 5%.", "evidence", "evidence/how-we-grade") == []


# ------------------------------------------------------------------------------------------- sources

STATED = "Most pain lasts many years."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (STATED, [4]),
        (f"{STATED}{{source}}`alpha2020drops`", []),
        (f"{STATED}{{finding}}`x`", []),
        (f"{STATED}{{term}}`x`", [4]),
        (f"{STATED} See {{doc}}`x`.", []),
        (f"{STATED} See {{ref}}`x`.", []),
        (f"{STATED} See [there](/x).", []),
        ("Most pain lasts many years:", []),
        ("Most pain lasts many years: ", []),
        ("Most pain lasts years.", []),
        ("Most pain lasts years too.", [4]),
        ("Does most pain last many years?", []),
        ("Ask about pain and ketamine first.", []),
        ("So most words are long ones.", []),
        ("Pain {doc}`x` lasts", []),
        ("Words first and no more. Most pain lasts many years.", [4]),
        ("Todo: most pain lasts many years.", []),
        (f"# {STATED}", []),
        (f":::{{ask}}\n{STATED}\n:::\n\n{STATED}", [8]),
        (f":::{{unknowns}}\n{STATED}\n:::", []),
        (f":::{{clinicians}}\n{STATED}\n:::", [5]),
        (f"- {STATED}\n- {STATED}", [4, 5]),
        ("| Pain | Long |\n| --- | --- |\n| pain lasts | for many years |\n| most pain | lasts for many long years |", [7]),
        ("| Pain | Long |\n| --- | --- |\n| pain lasts | for many years. |", [6]),
        ("| Pain | Long |\n| --- | --- |\n| pain lasts | for many years! | ", [6]),
        ("Words.{source}`a`\n\n| Pain | Long |\n| --- | --- |\n| most pain | lasts for many long years |\n\nMore.\n\n"
         "| most pain | lasts for many long years |", []),
        ("- Words.{source}`a`\n\n| most pain | lasts for many long years |", [6]),
        ("Words.{source}`a`\n\n## Next\n\n| most pain | lasts for many long years |", [8]),
        (f"Words.{{source}}`a`\n\n{STATED}", [6]),
    ],
)  # fmt: skip
def test_statements_have_sources(body: str, expected: list[int]) -> None:
    assert [int(line.split()[0].split(":")[1]) for line in body_said(prose.unsourced, body)] == expected


def test_a_statement_is_quoted_by_its_first_line() -> None:
    assert body_said(prose.unsourced, "Most pain\nlasts many years.") == ["a:4 T005 “Most pain”"]


def test_words_that_state_and_words_that_direct() -> None:
    for word in (
        "ketamine",
        "doses",
        "studies",
        "DEPRESSION",
        "depressive",
        "licensed",
        "drowsy",
        "regulators",
        "most people",
        "older adults",
        "in 2020",
        "by 1999",
    ):
        assert prose._states(f"So x {word} x x."), word
    for word in ("painting", "many toes", "in 1800", "some words"):
        assert not prose._states(f"So x {word} x x."), word
    for word in ("Do not", "Ask", "We", "This page", "Stop", "Mark"):
        assert not prose._states(f"{word} pain x x x."), word
        assert prose._states(f"So {word} pain x x x."), word


# ------------------------------------------------------------------------------------------- lines


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("One is here. Two are here.", ["a:4 T009 2 sentences on one line"]),
        ("One is here.\nTwo are here. Three too. Four too.", ["a:5 T009 3 sentences on one line"]),
        ("One is here. Two", []),
        ("One is here. Two are. Three", ["a:4 T009 3 sentences on one line"]),
        ("One. Two are here.", []),
        ("- One is here. Two are here.", ["a:4 T009 2 sentences on one line"]),
        ("# One is here. Two are here.", []),
        ("| One is here. Two are here. |", []),
        (":::{glossary}\nOne is here. Two are here.\n:::\n\nOne is here. Two are here.", ["a:8 T009 2 sentences on one line"]),
        ("One is here. {doc}`Two are here. Three too`", []),
        ("**Do not**\n\n- Do not run\n- swallow\n- **Do not** x\n\nWords.\n\n- run", ["a:7 T013 “swallow”"]),
        ("do not:\n\n- run\n- Do notice", ["a:6 T013 “run”", "a:7 T013 “Do notice”"]),
        ("DO NOT\n\n- run", ["a:6 T013 “run”"]),
        ("We do not\n\n- run", []),
        ("- run\n- walk", []),
        ("Do not\n\nWords.\n\n- run", []),
    ],
)
def test_lines(body: str, expected: list[str]) -> None:
    assert body_said(prose.lines, body) == expected


# ------------------------------------------------------------------------------------------- reading


def test_sentences_of_patients_as_rendered() -> None:
    body = (
        "# Not this heading here\n\nOne two three four. {fact}`toe-common`\n\n| Not this row here |\n\n:::{clinicians}\nNot this one here.\n:::\n\n"
        ":::{glossary}\nNot this one here.\n:::\n\n:::{list-table}\nNot this one here.\n:::\n\n- Two words\n- Just three words\n\n"
        "This runs\nover two lines.\nThis one ends.{source}`a`\nThat one {fact}`b`\nLast of them.\n\nHe said: “No.”\nThen we left.\n"
    )
    made = with_pages({"a": page(body)})
    assert patient_sentences(made, made.pages["a"]) == [
        (6, "One two three four."), (6, "Many people have a sore toe."), (23, "Just three words"), (25, "This runs over two lines."), (27, "This one ends."),
        (29, "Last of them."), (31, "He said: “No.”"), (32, "Then we left."),
    ]  # fmt: skip


SIMPLE, HARD = "The cat sat on the mat today.", "Unquestionably individualized psychopharmacological considerations predominate."


def test_grades_of_text_and_key_points() -> None:
    body = f":::{{keypoints}}\n- {SIMPLE}\n:::\n\n{HARD}\n"
    made = with_pages({"_part": page(body), "b": page(body, "about"), "a": page(body)})
    ((found, raw, text, points),) = prose.grades(made)
    assert found.docname == "a"
    assert raw == pytest.approx(prose.reading.grade([SIMPLE, HARD])) == pytest.approx(text)
    assert points == pytest.approx(prose.reading.grade([SIMPLE]))
    glossary = "```{glossary}\nunquestionably individualized\n  Words.\n```\n"
    easy = next(row for row in prose.grades(with_pages({"a": page(body), "glossary": glossary})))
    assert easy[1] == pytest.approx(raw) and easy[2] < text and easy[3] == points


def test_reading_grade_has_limits() -> None:
    hard = f":::{{keypoints}}\n- {HARD}\n:::\n"
    found = body_said(prose.reading_level, "Words.\n\n" + hard)
    level = prose.reading.grade([HARD])
    assert found == [f"a:1 T008 patient text has grade {level:.1f}; the limit is 8", f"a:6 T008 key points have grade {level:.1f}; the limit is 7"]
    assert body_said(prose.reading_level, f":::{{keypoints}}\n- {SIMPLE}\n:::\n") == []


@pytest.mark.parametrize(
    ("text", "points", "expected"),
    [(8.0, 7.0, []), (8.1, 7.0, ["T008 patient text has grade 8.1; the limit is 8"]), (8.0, 7.1, ["T008 key points have grade 7.1; the limit is 7"])],
)
def test_reading_grade_at_its_limits(monkeypatch: pytest.MonkeyPatch, text: float, points: float, expected: list[str]) -> None:
    made = with_pages({"a": page("Words.")})
    monkeypatch.setattr(prose, "grades", lambda project: iter([(made.pages["a"], 20.0, text, points)]))
    assert said(prose.reading_level(made)) == [f"a:1 {line}" for line in expected]


def of(count: int, start: str = "Word") -> str:
    return " ".join([start] + ["word"] * (count - 1)) + "."


def test_length_of_sentences() -> None:
    assert body_said(prose.reading_sentences, of(30)) == []
    assert body_said(prose.reading_sentences, f"# T\n\n{of(31)}") == [f"a:6 T006 31 words: “{of(31)[:90]}…”"]
    assert body_said(prose.reading_sentences, of(31), "about") == []
    short = "\n".join([of(20)] * 38)
    assert body_said(prose.reading_sentences, f"{short}\n{of(21)}\n{of(22)}") == []
    assert body_said(prose.reading_sentences, f"{of(22, 'Longest')}\n{short[: len(of(20)) * 37 + 36]}\n{of(21)}") == [
        f"a:4 T007 2 of 39 sentences have over 20 words; longest (22): “{of(22, 'Longest')[:80]}…” | Lines with long sentences: 4, 42."
    ]
    assert body_said(prose.reading_sentences, of(21)) == []
    assert body_said(prose.reading_sentences, f"{of(23)}\n{of(21)}\n{of(22)}") == [
        f"a:4 T007 3 of 3 sentences have over 20 words; longest (23): “{of(23)[:80]}…” | Lines with long sentences: 4, 5, 6."
    ]


# ------------------------------------------------------------------------------------------- medicines


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("ketamine", "ketamine", False), ("ketamin", "ketamine", True), ("ketamine", "ketamin", True), ("etamine", "ketamine", True), ("ketmaine", "ketamine", True),
        ("kitamine", "ketamine", True), ("kitomine", "ketamine", False), ("ketamien", "ketamine", True), ("ketanime", "ketamine", False), ("ketami", "ketamine", False),
        ("ketaminees", "ketamine", False), ("akemtine", "ketamine", False), ("xetaminy", "ketamine", False), ("kteaimne", "ketamine", False), ("ketxminy", "ketamine", False),
        ("tekamine", "ketamine", False), ("ktamixe", "ketamine", False),
    ],
)  # fmt: skip
def test_one_letter_off(one: str, other: str, found: bool) -> None:
    assert prose._one_off(one, other) is found


def test_shorter_forms_of_a_word() -> None:
    assert prose._shorter("toe") == {"toe", "oe", "te", "to"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Ketamine, ketamines and KETAMINE.", []),
        ("One\ntwo Ketamin.", ["a:5:5 T010 “Ketamin” | Did you mean 'ketamine'?"]),
        ("So ketamnie and propanolol.", ["a:4:4 T010 “ketamnie” | Did you mean 'ketamine'?", "a:4:17 T010 “propanolol” | Did you mean 'propranolol'?"]),
        ("So `ketamin` and {doc}`ketamin`.", []),
        ("| ketamin |", ["a:4:3 T010 “ketamin” | Did you mean 'ketamine'?"]),
        ("# Kketamine", ["a:4:3 T010 “Kketamine” | Did you mean 'ketamine'?"]),
        ("Toes and feet, etami.", []),
    ],
)
def test_names_of_medicines(body: str, expected: list[str]) -> None:
    assert body_said(prose.medicines, body, "contributing") == expected


def test_names_of_medicines_and_words_like_them_are_no_mistakes() -> None:
    known = [w for name in ("medicines.txt", "not_medicines.txt") for w in read_list(name)]
    assert known
    assert body_said(prose.medicines, "\n".join(w.title() for w in known) + "\n" + "\n".join(f"{w}s" for w in known)) == []


# ------------------------------------------------------------------------------------------- glossary

WORDS = """```{glossary}
first
also first
  One two.
  *Also called* x.
  Also called y.

  Explained in {doc}`x`.
  Not the same as z.
  Three `code` four.

second
  Five.
```

```{glossary}
third
  Six.
```
"""


def test_entries_of_the_glossary() -> None:
    made = scan_text(WORDS, "glossary", "glossary.md")
    assert prose.entries(made) == [("first", 2, "One two. Three        four."), ("second", 12, "Five."), ("third", 17, "Six.")]
    assert prose.entries(scan_text("```{glossary}\n  Lost.\n\nx\n  Y.\n```", "glossary", "glossary.md")) == [("x", 4, "Y.")]


def test_entries_are_short_and_plain() -> None:
    def found(text: str) -> list[str]:
        return said(prose.glossary(with_pages({"a": "", "glossary": f"```{{glossary}}\nfirst\n  {text}\n```"})))

    forty = "The cat sat on it. " * 8
    assert len(forty.split()) == 40
    assert found(forty) == []
    assert found(forty + "Yes.") == ["glossary:2 T015 “first” has 41 words; the limit is 40"]
    level = prose.reading.grade([HARD])
    assert found(HARD) == [f"glossary:2 T015 “first” has grade {level:.1f}; the limit is 8 (9 for one short entry)"]
    assert said(prose.glossary(with_pages({"a": ""}))) == []


@pytest.mark.parametrize(("level", "found"), [(9.0, 0), (9.1, 1)])
def test_grade_of_entries_at_its_limit(monkeypatch: pytest.MonkeyPatch, level: float, found: int) -> None:
    monkeypatch.setattr(prose.reading, "grade", lambda *_: level)
    assert len(list(prose.glossary(with_pages({"glossary": "```{glossary}\nfirst\n  Words.\n```"})))) == found


# ------------------------------------------------------------------------------------------- what nobody sees


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A\tb\tc.\n\n\tc\n", ["a:4:2 T016 tab character", "a:6:1 T016 tab character"]),
        ("A b. \n\nC  \n", ["a:4:5 T020 1 blank at the end of the line", "a:6:2 T020 2 blanks at the end of the line"]),
        ("A", ["a:4:2 F008 last line has no end"]),
        ("A\n\n", ["a:4:2 F008 empty lines at the end"]),
        ("A\n", []),
    ],
)
def test_blanks_tabs_and_ends(body: str, expected: list[str]) -> None:
    assert [line for line in body_said(whitespace.pages, body) if line.startswith("a:")] == expected
