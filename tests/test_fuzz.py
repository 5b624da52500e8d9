"""Any text, however broken, gives problems with a line of that text, never a traceback: pages, records, tables, sources, prose."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made import GOOD

from handbook import bibtex, masking, reading, spelling
from handbook.checks import run
from handbook.load import _csv, build, read_records, read_yaml_list
from handbook.model import KINDS, key_of, record_fields
from handbook.pages import scan_text
from handbook.problems import FORMATS, Problem
from handbook.project import Project

FUZZ = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
FEW = settings(FUZZ, max_examples=10)
# Pieces of which pages are made, so that random texts come close to real ones.
MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "---\n", "kind: condition\n", "authors: [a]\n", "```{toctree}\n", ":::{keypoints}\n", ":::{forest}\n", ":ids: t001\n", ":::\n", "::::\n", "```\n", "~~~\n",
                "# Title\n", "## ", "### Three?\n", "- ", "1. ", "| a | b |\n", "| --- | --- |\n", "(label)=\n", "{fact}`toe-common`", "{source}`", "{doc}`x </y>`", "{term}", "`",
                "``", "![", "](", ")", "[x](y#z)", "<!--", "-->", "%", "+++\n", "\n", "\n\n", "<b", ">", "Ketamine works.", " may ", " 5 mg ", "??", "Do not\n", "\t",
                ":::{glossary}\n", "term\n  Words.\n", "`<" , "[a]: b\n", "> quote\n", "“", "”",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=40,
).map("".join)  # fmt: skip


def last_line(text: str) -> int:
    return text.count("\n") + 1


def within(problems: list[Problem], text: str, path: str) -> None:
    for p in problems:
        assert p.path == path
        assert 1 <= p.line <= last_line(text), p
        assert p.message and p.help and p.column >= 0


@FUZZ
@given(text=MARKDOWN)
@example(text="---\n")
@example(text="---\n---")
def test_any_page_is_scanned(text: str) -> None:
    page = scan_text(text, "a/b", "docs/a/b.md")
    within(page.problems, text, "docs/a/b.md")
    lines = text.split("\n")
    for block in page.blocks:
        numbers = [n for n, _ in block.lines]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[-1] <= len(lines)
        assert all(words in lines[n - 1] for n, words in block.lines)
    for role in page.roles:
        assert 1 <= role.line <= len(lines) and role.column >= 1
    for directive in page.directives:
        assert all(1 <= n <= len(lines) for n in (directive.line, *directive.option_lines.values(), *(n for n, _ in directive.body)))
    assert all(1 <= n <= len(lines) for n in (*page.labels.values(), *page.meta_lines.values()))


@FUZZ
@given(text=MARKDOWN)
def test_any_page_is_checked(text: str) -> None:
    page = scan_text(text, "a/b", "docs/a/b.md")
    project = Project(GOOD.root, GOOD.evidence, GOOD.pages | {"a/b": page}, list(page.problems))
    found = [p for p in run(project, date(2026, 11, 22)) if p.path == "docs/a/b.md"]
    within(found, text, "docs/a/b.md")
    for form in FORMATS.values():
        assert form(found) is not None


@FUZZ
@given(text=MARKDOWN)
@pytest.mark.parametrize("mask", [masking.page, masking.svg, masking.record_text, lambda t: masking.csv_columns(t, ["a", "b"])])
def test_any_mask_keeps_every_place(mask: object, text: str) -> None:
    made = mask(text)  # type: ignore[operator]
    assert len(made) == len(text)
    assert all(m in (c, " ") for m, c in zip(made, text, strict=True))
    assert [n for n, c in enumerate(made) if c == "\n"] == [n for n, c in enumerate(text) if c == "\n"]


@FUZZ
@given(text=st.one_of(MARKDOWN, st.text(alphabet='ab .!?"”’)([A1é\n', max_size=80)))
def test_sentences_keep_every_word(text: str) -> None:
    parts = reading.sentences(text)
    assert " ".join(parts).split() == text.split()
    assert all(part == part.strip() and part for part in parts)
    assert reading.grade(parts) == reading.grade(tuple(parts))
    assert all(reading.syllables(word) >= 1 for word in reading.words(text))


@pytest.fixture(scope="module")
def words() -> spelling.Words:
    return spelling.Words.read()


@FEW
@given(text=st.text(alphabet="abcdefgh '’-\n", max_size=60))
def test_any_word_is_spelled(words: spelling.Words, text: str) -> None:
    for p in spelling.misspelled("a.md", text, words):
        line = text.split("\n")[p.line - 1]
        assert 1 <= p.column <= len(line) and line[p.column - 1] not in " \n"


# YAML counts three more signs as ends of a line than editors do; `files.read_text` has taken them out before YAML is read.
TEXT = st.text(alphabet=st.characters(exclude_characters="\x85\u2028\u2029"), max_size=5)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 3000),
        st.floats(allow_nan=True),
        st.sampled_from(["", "low", "crps", "pain", "2026-02-30", "2026-01-01", "t001"]),
        TEXT,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["domain", "steps", "why", "with", "per", "x"]), inner, max_size=4)),
    max_leaves=6,
)


@FEW
@given(data=st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_any_values_of_a_record_are_judged(kind: str, data: st.DataObject) -> None:
    cls = KINDS[kind]
    keys = st.sampled_from([*(key_of(f) for f in record_fields(cls)), "other"])
    text = yaml.safe_dump(data.draw(st.lists(st.dictionaries(keys, VALUES, max_size=12), max_size=3)), allow_unicode=True)
    raws, problems = read_yaml_list(text, "a.yaml")
    for raw in raws:
        record, found = build(cls, raw, "a.yaml")
        problems += found
        assert record is not None or found
        if record is not None:
            assert isinstance(record, cls) and 1 <= record.where.line <= last_line(text)
    within(problems, text, "a.yaml")


@FUZZ
@given(text=st.one_of(st.text(alphabet="-: ax\n[]{}&*!'\"#|>?%\t", max_size=80), MARKDOWN))
def test_any_yaml_is_read(text: str) -> None:
    raws, problems = read_yaml_list(text, "a.yaml")
    within(problems, text, "a.yaml")
    assert all(1 <= n <= last_line(text) for raw in raws for n in (raw.line, *raw.lines.values()))


@FUZZ
@given(text=st.text(alphabet='ab,"\n é', max_size=80), whole=st.booleans())
def test_any_table_is_read(text: str, whole: bool) -> None:
    text = ("a,b\n" if whole else "") + text
    raws, problems = _csv(text, "a.csv", ["a", "b"])
    within(problems, text, "a.csv")
    assert all(1 <= raw.line <= last_line(text) and raw.values.keys() <= {"a", "b"} for raw in raws)
    assert all(value == value.strip() and value for raw in raws for value in raw.values.values())


@FUZZ
@given(
    text=st.one_of(
        st.text(alphabet='@{}=,"a1\n\\ %', max_size=200),
        st.lists(st.sampled_from(["@article{k,\n", "a = {b},\n", "}\n", '"', "{", "\\", "%", "=", "\n"])).map("".join),
    )
)
def test_any_sources_are_read(text: str) -> None:
    entries, faults = bibtex.parse(text)
    assert all(1 <= line <= last_line(text) and message for line, message in faults)
    assert all(1 <= n <= last_line(text) for entry in entries for n in (entry.line, *entry.lines.values()))
    for entry in entries:
        assert all(isinstance(bibtex.plain(value), str) and isinstance(bibtex.names(value), list) for value in entry.fields.values())


@FEW
@given(data=st.binary(max_size=300))
@pytest.mark.parametrize("name", ["a.yaml", "a.csv", "a.bib"])
def test_any_bytes_are_read(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    raws, problems = read_records(tmp_path / name, tmp_path, KINDS["study"])
    assert raws or problems or not data.strip(b" \n%abcdefghijklmnopqrstuvwxyz") or name == "a.bib"
    assert all(p.line >= 1 and p.line <= data.count(b"\n") + data.count(b"\r") + 1 for p in problems)
