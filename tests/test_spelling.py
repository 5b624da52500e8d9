"""Spelling: a planted slip is found at its exact place wherever text can stand, and nothing else is reported."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spylls.hunspell import Dictionary as Spylls

from handbook import masking, spelling
from handbook.dictionary import HERE, american
from handbook.model import KINDS, Fact, Finding, Harm
from handbook.problems import Problem
from handbook.project import Project, read_list, read_rows
from handbook.spelling import LISTS, Words

SLIP = "tretment"
FRONT = "---\nkind: start\nscope: What it is\n---\n"


def words() -> Words:
    lists = {
        "medicines.txt": ["ketamine", "propranolol"],
        "terms.txt": ["gepant", "light-headedness", "mmHg"],
        "names.txt": ["Cochrane"],
    }
    return Words(lists, {r["british"]: r["american"] for r in read_rows("british.csv")})


def project(root: Path, files: dict[str, str]) -> Project:
    (root / "docs").mkdir(exist_ok=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return Project.read(root)


def found(root: Path, files: dict[str, str]) -> list[Problem]:
    return [p for p in spelling.check(project(root, files), words()) if p.code != "T018"]


def place(text: str, word: str = SLIP) -> tuple[int, int]:
    """Line and column of the one *word* in *text*."""
    assert text.count(word) == 1
    before = text[: text.index(word)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


PLACES = {
    "paragraph": "# Title\n\nOne µ of tretment here.\n",
    "wrapped paragraph": "# Title\n\nOne line\nand the tretment.\n",
    "title": "# The tretment of pain\n",
    "heading": "# Title\n\n## The tretment of pain\n",
    "item": "# Title\n\n- One.\n  - The tretment of pain.\n",
    "numbered item": "# Title\n\n12. The tretment of pain.\n",
    "quote": "# Title\n\n> The tretment of pain.\n",
    "table head": "# Title\n\n| Pain | The tretment |\n| --- | --- |\n| yes | no |\n",
    "table cell": "# Title\n\n| Pain | Help |\n| --- | --- |\n| yes | the tretment |\n",
    "link text": "# Title\n\nSee [the tretment page](treatment.md).\n",
    "link title": '# Title\n\nSee [the page](treatment.md "the tretment page").\n',
    "reference link": "# Title\n\nSee [the tretment page][one].\n",
    "alt text": "# Title\n\n![The tretment of pain](/_static/x.svg)\n",
    "role title": "# Title\n\nSee {doc}`the tretment page </treatment/index>`.\n",
    "term title": "# Title\n\nSee {term}`tretment <treatment>`.\n",
    "unknown role": "# Title\n\nSee {abbr}`CRPS (regional tretment)`.\n",
    "emphasis": "# Title\n\nThe **tretment** and _that_.\n",
    "footnote": "# Title\n\nText.[^a]\n\n[^a]: The tretment.\n",
    "front matter": "---\nkind: start\nscope: The tretment of pain\n---\n# Title\n",
    "front matter, folded": "---\nscope: >\n  The tretment of pain\nkind: start\n---\n# Title\n",
    "box": "# Title\n\n:::{keypoints}\n- The tretment.\n:::\n",
    "nested box": "# Title\n\n::::{tab-set}\n:::{tab-item} One\nThe tretment.\n:::\n::::\n",
    "box title": "# Title\n\n:::{admonition} The tretment of pain\nText.\n:::\n",
    "tab title": "# Title\n\n::::{tab-set}\n:::{tab-item} The tretment\nText.\n:::\n::::\n",
    "dropdown title": "# Title\n\n```{dropdown} The tretment\nText.\n```\n",
    "table caption": "# Title\n\n:::{list-table} The tretment\n* - A\n  - B\n:::\n",
    "list-table cell": "# Title\n\n:::{list-table}\n:header-rows: 1\n\n* - Pain\n  - The tretment\n:::\n",
    "figure caption": "# Title\n\n:::{figure} /_static/x.svg\n:alt: A picture\n\nThe tretment.\n:::\n",
    "figure alt": "# Title\n\n:::{figure} /_static/x.svg\n:alt: The tretment\n:::\n",
    "toctree caption": "# Title\n\n```{toctree}\n:caption: The tretment\n\nindex\n```\n",
    "toctree title": "# Title\n\n```{toctree}\nThe tretment <treatment/index>\n```\n",
    "glossary term": "# Title\n\n:::{glossary}\ntretment\n  What is done.\n:::\n",
    "glossary text": "# Title\n\n:::{glossary}\npain\n  The tretment.\n:::\n",
    "hyphened": "# Title\n\nA self-tretment here.\n",
    "after a price": "# Title\n\nIt costs $400 for tretment, or $800.\n",
    "after code": "# Title\n\nThe `code` of tretment and `more`.\n",
    "after a lone backtick": "# Title\n\nA ` here.\n\nThe tretment has a ` too.\n",
    "after a comment": "# Title\n\n<!-- no\nno -->\nThe tretment.\n",
    "after a code block": "# Title\n\n```python\nx = 1\n```\n\nThe tretment.\n",
    "after an address": "# Title\n\nSee https://example.org/abc and tretment.\n",
    "end of a sentence before a file": "# Title\n\nThe tretment. Now `x.md` and\n",
}


@pytest.mark.parametrize("name", PLACES)
def test_slip_on_a_page(name: str, tmp_path: Path) -> None:
    text = PLACES[name]
    problems = found(tmp_path, {"docs/start/a.md": text})
    assert [(p.path, p.line, p.column, p.code) for p in problems] == [("docs/start/a.md", *place(text), "T017")]
    assert problems[0].message == f"“{SLIP}” is not in the dictionary"
    assert "'treatment'" in problems[0].advice


SILENT = {
    "code span": "Run `tretment` now.",
    "long code span": "Run ``a ` tretment`` now.",
    "code block": "```python\ntretment = 1\n```",
    "code block of colons": ":::{code-block} python\ntretment = 1\n:::",
    "code block in a box": "::::{note}\n```\ntretment\n```\n::::",
    "comment": "<!-- tretment -->",
    "comment on lines": "Text.\n\n<!-- one\n\ntretment\n-->",
    "percent comment": "% tretment",
    "finding role": "{finding}`tretment-pain`",
    "fact role": "{fact}`tretment-pain`",
    "source role": "Text {source}`tretment2020pain, other`.",
    "doc role": "See {doc}`/tretment/index`.",
    "ref target": "See {ref}`the words <tretment>`.",
    "term role": "A {term}`tretment` here.",
    "maths role": "An {math}`tretment` here.",
    "maths block": "```{math}\ntretment\n```",
    "maths": "So $tretment = x_1$ here.",
    "maths on lines": "$$\ntretment\n$$",
    "link target": "See [this page](/tretment/tretment.md#tretment).",
    "link target with brackets": "See [this page](https://example.org/a_(tretment)).",
    "link definition": "See [this][tretment].\n\n[tretment]: https://example.org/tretment",
    "address": "See https://example.org/tretment?x=tretment now.",
    "autolink": "See <https://example.org/tretment>.",
    "bare host": "See tretment.example.org/tretment for it.",
    "mail": "Write to tretment@example.org today.",
    "DOI": "The doi:10.1000/tretment.tretment is it.",
    "file name": "In docs/tretment.md and evidence/tretment/x.yaml it is.",
    "label": "(tretment)=\n\n## Heading",
    "footnote label": "Text.[^tretment]\n\n[^tretment]: Words.",
    "directive name": ":::{tretment}\nText.\n:::",
    "id as argument": ":::{claimcheck} tretment\n:::",
    "path as argument": ":::{figure} /_static/tretment.svg\n:alt: A picture\n:::",
    "option": ":::{figure} /_static/x.svg\n:alt: A picture\n:name: tretment\n:class: tretment\n:::",
    "toctree entry": "```{toctree}\n:name: tretment\n\ntretment/index\nWords <tretment/index>\n```",
    "attributes": "![A picture](x.svg){.tretment #tretment}",
    "entity": "One&nbsp;word.",
    "HTML tag": 'A <span class="tretment">word</span>.',
    "digits": "The tretment2b and s001 and GluN2B and 20mg.",
    "short capitals": "CRPS, RCTs, the FDA's, NMDA and TRTMNT.",
    "units": "100 mmHg.",
    "medicine": "Ketamine, KETAMINE, ketamine's and ketamine’s.",
    "plural of a term": "Gepants and gepants.",
    "name": "Cochrane’s review.",
    "accents": "A naïve café.",
    "prefix": "A non-random, pre-planned, re-used one.",
    "apostrophe": "It isn't, it isn’t, don't, someone else’s.",
    "compound on a list": "Light-headedness, light-headedness.",
    "single letters": "A b c.",
    "other script": "The µ and β and αβγ.",
}


@pytest.mark.parametrize("name", SILENT)
def test_no_words_of_ours(name: str, tmp_path: Path) -> None:
    text = f"{FRONT}# Title\n\n{SILENT[name]}\n\nThe end.\n"
    assert found(tmp_path, {"docs/a.md": text}) == []


def same_places(masked: str, text: str) -> bool:
    return len(masked) == len(text) and all(m == t or (m == " " and t != "\n") for m, t in zip(masked, text, strict=True))


@pytest.mark.parametrize("text", [*PLACES.values(), *SILENT.values()])
def test_mask_of_a_page_keeps_every_position(text: str) -> None:
    assert same_places(masking.page(text), text)


MARKUP = ["`", "``", "```", ":::", "{", "}", "[", "]", "](", ")", "<", ">", "<!--", "-->", "$", "$$", "---", "\n", "\n\n", "%",
          "- ", "# ", "| ", ":alt: ", "{toctree}", "{doc}", "word", "é", "'", '"', ",", "\\", "<text>", "</text>", ": "]  # fmt: skip


@given(st.lists(st.sampled_from(MARKUP) | st.text(max_size=3), max_size=40).map("".join))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_masks_keep_every_position_of_any_text(text: str) -> None:
    assert same_places(masking.page(text), text)
    assert same_places(masking.svg(text), text)
    assert same_places(masking.csv_columns("text\n" + text, {"text"}), "text\n" + text)
    masked = masking.yaml_records(f"- text: {text}", Fact)
    assert masked == "" or same_places(masked, f"- text: {text}")


@pytest.mark.parametrize("char", ["a", "-", "a-", "'", "a.", "$", "`", "<", "[", "{", "/", "@", "é"])
def test_long_line_is_read_at_once(char: str) -> None:
    text = char * 20_000
    assert same_places(masking.page(text), text)
    assert len([*spelling.misspelled("x", masking.record_text(text), words())]) == (1 if char == "a" else 0)


YAML = """- id: tretments-key
  topic: tretments-topic
  text: "Plain é words, \\"quoted\\", {s001.tretments} and tretment."
  country: UK
  as_of: "2026"
  sources: [tretments2020pain]
"""
FINDING = """- id: a
  kind: benefit
  condition: crps
  population: Adults
  treatment: Ketamine
  downgrades:
    - domain: imprecision
      steps: 1
      why: Few people had
        the tretment.
  studies: [tretments]
  plain: It isn''t known.
  note: 'It isn''t known.'
"""


def test_slip_in_a_record(tmp_path: Path) -> None:
    problems = found(tmp_path, {"evidence/facts/a.yaml": YAML})
    assert [(p.line, p.column, p.code) for p in problems] == [(3, YAML.split("\n")[2].index("tretment.") + 1, "T017")]


def test_slip_in_a_part_of_a_record(tmp_path: Path) -> None:
    problems = found(tmp_path, {"evidence/findings/a.yaml": FINDING})
    assert [(p.path, p.line, p.column) for p in problems] == [("evidence/findings/a.yaml", 10, 13)]


def test_records_that_cannot_be_read_are_left_to_others(tmp_path: Path) -> None:
    assert (
        found(
            tmp_path,
            {
                "evidence/facts/a.yaml": "- id: 'open tretment\n",
                "evidence/facts/b.yaml": "tretment\n",
                "evidence/harms.csv": "",
            },
        )
        == []
    )


def test_fields_of_prose() -> None:
    assert masking.prose_fields(Fact) == ({"text", "clinical", "country", "as_of"}, {})
    prose, nested = masking.prose_fields(Finding)
    assert prose == {"population", "treatment", "comparator", "time", "plain", "clinical", "note"}
    assert sorted(nested) == ["downgrades", "numbers"]
    assert "source" not in masking.prose_fields(Harm)[0]
    assert "name" not in masking.prose_fields(KINDS["person"])[0]


def test_slip_in_a_table_of_records(tmp_path: Path) -> None:
    text = 'id,effect,setting,text,source\ntretments,"Pain, ""bad""\n'
    text += 'of two lines",tretments,"The tretment, here",tretments\n'
    problems = found(tmp_path, {"evidence/harms.csv": text})
    assert [(p.path, p.line, p.column) for p in problems] == [("evidence/harms.csv", 3, 30)]


def test_slip_in_other_tables(tmp_path: Path) -> None:
    files = {
        "evidence/questions.csv": "number,question,page\n1,Is tretment good?,tretments\n",
        "evidence/more/list.yaml": "one:\n  - key: tretments\n    note: [Yes, the tretment]\n",
    }
    problems = found(tmp_path, files)
    assert [(p.path, p.line, p.column) for p in problems] == [
        ("evidence/more/list.yaml", 3, 21),
        ("evidence/questions.csv", 2, 6),
    ]


SVG = """<svg xmlns="http://www.w3.org/2000/svg" aria-label="The tretment">
<!-- tretments --><style>.tretments { fill: red }</style>
<title>The tretment</title><desc>One
 tretment &amp; more</desc>
<g id="tretments"><text x="1" class="tretments">Words <tspan dy="2">and tretment</tspan></text></g></svg>
"""


def test_slips_in_a_drawing(tmp_path: Path) -> None:
    problems = found(tmp_path, {"docs/_static/a.svg": SVG})
    places = [(p.path, p.line, p.column) for p in problems]
    assert places == [("docs/_static/a.svg", line, column) for line, column in ((1, 57), (3, 12), (4, 2), (5, 73))]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("Anaesthesia", "Anesthesia"), ("tumours", "tumors"), ("randomised", "randomized"), ("grey", "gray"),
     ("hypoxaemia", "hypoxemia"), ("programmes", "programs"), ("CENTRES", "CENTERS"), ("whilst", "while"),
     ("paediatrician", "pediatrician"), ("manoeuvres", "maneuvers"), ("anaesthetist", "anesthetist"),
     ("haemorrhage's", "hemorrhage's"), ("anaesthetised", "anesthetized"), ("unrecognised", "unrecognized")],
)  # fmt: skip
def test_british_form(wrong: str, right: str, tmp_path: Path) -> None:
    (problem,) = found(tmp_path, {"docs/a.md": f"# Title\n\nThe {wrong} here.\n"})
    assert (problem.line, problem.column, problem.code) == (3, 5, "T012")
    assert problem.message == f"“{wrong}” is British"
    assert problem.advice == f"Write {right!r}."


def test_american_words_that_begin_like_british_ones(tmp_path: Path) -> None:
    text = "The organism, analyses, fulfilled, enrolled, distilled, emphasis, hypothesis, specialist, digitalis, fetish."
    assert found(tmp_path, {"docs/a.md": f"# Title\n\n{text}\n"}) == []


def test_british_name_in_the_glossary(tmp_path: Path) -> None:
    text = "# Glossary\n\n:::{glossary}\n:sorted:\n\nanaesthetic\nanaesthetist\n  An anaesthetist.\n\ntumour\ntretment\n  Words.\n:::\n"
    problems = found(tmp_path, {"docs/glossary.md": text})
    assert [(p.line, p.code) for p in problems] == [(6, "T012"), (8, "T012"), (10, "T012"), (11, "T017")]


def test_british_name_of_a_body_on_the_list(tmp_path: Path) -> None:
    own = Words({"names.txt": ["Anaesthetists"]}, {"anaesth": "anesth"})
    place = project(tmp_path, {"docs/a.md": "# College of Anaesthetists\n\nThe anaesthetists.\n"})
    assert [(p.line, p.code) for p in spelling.check(place, own)] == [(3, "T012")]


@pytest.mark.parametrize("slip", ["propanolol", "Propranalol", "proprnaolol", "propranololl", "ketmaine", "Ketamin"])
def test_misspelled_medicine(slip: str, tmp_path: Path) -> None:
    (problem,) = found(tmp_path, {"docs/a.md": f"# Title\n\nSome {slip} here.\n"})
    right = "ketamine" if slip.lower().startswith("k") else "propranolol"
    assert (problem.line, problem.column, problem.code) == (3, 6, "T010")
    assert problem.advice == f"Did you mean {right!r}?"


def test_two_slips_off_is_no_medicine(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, {"docs/a.md": "# Title\n\nSome propanalol here.\n"})
    assert problem.code == "T017"
    assert problem.advice.startswith("Did you mean 'propranolol'")


def test_listed_word_beside_a_medicine(tmp_path: Path) -> None:
    own = Words({"medicines.txt": ["ketamine"], "terms.txt": ["ketamines"]}, {})
    place = project(tmp_path, {"docs/a.md": "# Title\n\nketamine and ketamines.\n"})
    assert [p.code for p in spelling.check(place, own)] == []


def test_capital_of_a_name_counts(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, {"docs/a.md": "# Cochrane\n\nThe cochrane review.\n"})
    assert (problem.line, problem.code) == (3, "T017")
    assert "'Cochrane'" in problem.advice


def test_each_place_is_reported(tmp_path: Path) -> None:
    problems = found(tmp_path, {"docs/a.md": "# Title\n\ntretment tretment\n", "docs/b.md": "# tretment\n"})
    assert [(p.path, p.line, p.column) for p in problems] == [
        ("docs/a.md", 3, 1),
        ("docs/a.md", 3, 10),
        ("docs/b.md", 1, 3),
    ]


def test_entry_that_nothing_uses(tmp_path: Path) -> None:
    own = Words({"medicines.txt": ["ketamine"], "terms.txt": ["gepant", "scotoma"], "names.txt": ["Cochrane"]}, {})
    place = project(tmp_path, {"docs/a.md": "# Gepants\n\nKetamine `scotoma`.\n"})
    problems = spelling.check(place, own)
    assert [(p.path, p.code, p.message) for p in problems] == [
        ("handbook/lists/names.txt", "T018", "“Cochrane” stands in no text"),
        ("handbook/lists/terms.txt", "T018", "“scotoma” stands in no text"),
    ]


def test_line_of_an_unused_entry(tmp_path: Path) -> None:
    unused = spelling.check(project(tmp_path, {"docs/a.md": "# Title\n"}))
    assert {p.code for p in unused} == {"T018"}
    lines = (HERE.parent / "lists" / "terms.txt").read_text(encoding="utf-8").split("\n")
    for p in unused:
        if p.path == "handbook/lists/terms.txt":
            assert f"“{lines[p.line - 1]}” stands in no text" == p.message
    assert len(unused) == sum(len(read_list(name)) for name in LISTS)


def test_guessing_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "MAX_SUGGESTED", 1)
    problems = found(tmp_path, {"docs/a.md": "# Title\n\ntretment\n\nquikly\n"})
    assert problems[0].advice.startswith("Did you mean 'treatment'")
    assert problems[1].advice == "If it is right, add it to a list in handbook/lists."


def test_run_of_letters_is_not_guessed_at(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, {"docs/a.md": "# Title\n\n" + "tretment" * 6 + "\n"})
    assert problem.message == f"“{'tretment' * 5}…” is not in the dictionary"
    assert problem.advice == "Look for a missing space."


def test_one_slip_away() -> None:
    assert {"at", "act", "cta", "ca", "caat", "bat", "cats"} <= spelling.edits("cat")
    assert not {"cat", "dog", "tac", "cast2"} & spelling.edits("cat")


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_sorted_words(name: str) -> None:
    entries = read_list(name)
    assert entries == sorted(set(entries), key=lambda w: (w.lower(), w))
    assert [e for e in entries if not (spelling.WORD.fullmatch(e) or spelling.COMPOUND.fullmatch(e))] == []


def test_small_letters_in_lists() -> None:
    assert [e for e in read_list("medicines.txt") if not e.islower()] == []
    assert [e for e in read_list("names.txt") if e.islower()] == []


@pytest.mark.parametrize("name", ["terms.txt", "names.txt"])
def test_lists_hold_no_word_of_the_dictionary(name: str) -> None:
    assert [e for e in read_list(name) if american().knows(e)] == []


def test_table_of_british_forms() -> None:
    rows = [(r["british"], r["american"]) for r in read_rows("british.csv")]
    assert rows == sorted(set(rows))
    assert [b for b, a in rows if b == a or not a.isalpha()] == []
    british = {b for b, _ in rows}
    assert [a for _, a in rows if a in british] == []
    assert sorted(b for b in british if american().knows(b)) == ["disorientated", "mum", "orientated", "whilst"]


def test_own_reading_of_the_dictionary_is_that_of_spylls() -> None:
    other = Spylls.from_files(str(HERE / "en_US"))
    chance = random.Random(1)
    endings = ["s", "ed", "ing", "ly", "'s", "ness", "er", "ment", "able", "es", "ion", "ive", "est"]
    forms: list[str] = []
    for word in chance.sample(sorted(w for w in american().stems if w.islower()), 700):
        start, end = chance.choice(["re", "un", "in", "dis", "de", "con"]), chance.choice(endings)
        forms += [word, word.capitalize(), word.upper(), word + end, start + word, start + word + end, word[:-1] + end]
    assert [w for w in forms if american().knows(w) != bool(other.lookup(w))] == []
    assert 1500 < sum(map(american().knows, forms)) < len(forms) - 1000


def test_license_of_the_dictionary_is_beside_it() -> None:
    text = (HERE / "LICENSE").read_text(encoding="utf-8")
    assert "SCOWL" in text
    assert "Permission to use, copy, modify, distribute and sell these word" in " ".join(text.split())
