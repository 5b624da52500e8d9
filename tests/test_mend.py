"""Mending: what is certain is mended at once and whole, a second run changes nothing, and what is marked up stays as it is."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbook import __main__ as cli
from handbook import mend, spelling
from handbook.checks import run
from handbook.problems import Edit, Problem
from handbook.project import Project

GOOD = Path(__file__).parent / "good"
PAGE = "docs/conditions/sore-toe.md"
FACTS = "evidence/facts/toe.yaml"
BIB = "evidence/references.bib"
HERE = "Two trials looked at drops."
TODAY = date(2026, 11, 22)
LISTS = spelling.Words.read()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "handbook"))


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def change(root: Path, name: str, old: str, new: str) -> str:
    """Put *new* for *old* into a file; return what the file held before."""
    before = read(root / name)
    assert before.count(old) == 1
    (root / name).write_bytes(before.replace(old, new).encode("utf-8"))
    return before


def look(root: Path) -> list[Problem]:
    project = Project.read(root)
    return run(project, TODAY) + [p for p in spelling.check(project, LISTS) if p.code != "T018"]


def mended(root: Path) -> tuple[list[Problem], list[Problem]]:
    return mend.until_done(root, lambda: look(root))


@pytest.mark.parametrize(
    ("wrong", "right", "codes"),
    [
        ("The colour of the toe changed.", "The color of the toe changed.", "T012"),
        ("We saw the the toe.", "We saw the toe.", "T019"),
        ("We saw the\nthe toe.", "We saw the\ntoe.", "T019"),
        ("We saw the toe. \nYou can rest.", "We saw the toe.\nYou can rest.", "T020"),
        ("We saw\tthe toe.", "We saw the toe.", "T016"),
        ("We looked at it. You can rest.", "We looked at it.\nYou can rest.", "T009"),
        ("We looked at it.{source}`alpha2020drops` You can rest.", "We looked at it.{source}`alpha2020drops`\nYou can rest.", "T009"),
        ("- We looked at it. You can rest.", "- We looked at it.\n  You can rest.", "T009"),
        ("1. We looked at it. You can rest. Now go on.", "1. We looked at it.\n   You can rest.\n   Now go on.", "T009"),
        ("We utilize drops in order to look. Prior to it, you can rest.", "We use drops to look.\nBefore it, you can rest.", "T001 T001 T001 T009"),
        ("We took painkillers.", "We took pain medicines.", "T001"),
        ("We saw the the colour. You can rest. \nWe stay.", "We saw the color.\nYou can rest.\nWe stay.", "T009 T012 T019 T020"),
    ],
)
def test_words_of_a_page_are_mended(root: Path, wrong: str, right: str, codes: str) -> None:
    before = change(root, PAGE, HERE, wrong)
    done, _ = mended(root)
    assert read(root / PAGE) == before.replace(HERE, right)
    assert sorted(p.code for p in done) == codes.split()


@pytest.mark.parametrize(
    ("name", "old", "wrong", "right", "code"),
    [
        (FACTS, "have a sore", "have the the sore", "have the sore", "T019"),
        (FACTS, "Many people", "The colour of many people", "The color of many people", "T012"),
        (FACTS, "Many people", "In order to see, many people", "To see, many people", "T001"),
        (FACTS, "toe.\n", "toe. \n", "toe.\n", "T020"),
        (BIB, "10.1000/toe.1", "https://doi.org/10.1000/toe.1", "10.1000/toe.1", "S002"),
        ("evidence/harms.csv", "16", "16", "16", "F004"),
        (PAGE, "Two trials looked", "See {term}`receptors`.\nTwo trials looked", "See {term}`receptors <receptor>`.\nTwo trials looked", "L005"),
    ],
)
def test_records_and_marks_are_mended(root: Path, name: str, old: str, wrong: str, right: str, code: str) -> None:
    path = root / name
    if code == "F004":
        before = read(path)
        path.write_bytes(b"\xef\xbb\xbf" + before.replace("\n", "\r\n").encode())
    else:
        before = change(root, name, old, wrong)
    done, _ = mended(root)
    assert read(path) == before.replace(old, right, 1)
    assert code in {p.code for p in done}


@pytest.mark.parametrize("end", ["", "\n\n", "\n\n\n"])
def test_the_end_of_a_file_is_mended(root: Path, end: str) -> None:
    for name in (PAGE, FACTS):
        before = read(root / name)
        (root / name).write_bytes((before.rstrip("\n") + end).encode())
        done, rest = mended(root)
        assert (read(root / name), [p.code for p in done], rest) == (before, ["F008"], [])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("We asked the Fibre Centre.", "T012"),  # part of a name
        ("We looked at it.  \nYou can rest.", "T020"),  # perhaps a line break
        ("We looked at it. {finding}`toe-drops-pain` You can rest.", "T009"),  # whose line is the finding?
        ("We looked at it. 2. You can rest.", "T009"),  # would begin a list
        ("We asked whether not not to rest.", "T019"),  # a word too many, or one that is missing?
        ("We gave ketamin.", "T010"),
        ("We saw recieve.", "T017"),
        ("We saw a miracle.", "T001"),
        ("\tWe looked at it.", "T016"),
    ],
)
def test_what_a_person_must_decide_is_reported_and_left(root: Path, wrong: str, code: str) -> None:
    change(root, PAGE, HERE, wrong)
    before = read(root / PAGE)
    done, rest = mended(root)
    assert (done, read(root / PAGE)) == ([], before)
    assert code in {p.code for p in rest}


CODE = "`the the colour. Prior to `"
SAFE = (
    CODE, "{term}`words <receptor>`", "{doc}`drops </treatment/drops>`", "[colours](https://colour.example/in-order-to)",
    "{source}`alpha2020drops`", "{finding}`toe-drops-itch`",
)  # fmt: skip
PARTS = st.sampled_from(
    (
        *SAFE, "colour", "the the", "The the", "prior to", "In order to", "utilize", "anaemia", "Colour", "had had", "not not", "We rest", "you can go",
        ". ", ".  ", ".\n", "? ", " \n", "  \n", "\n", "\t", ": ", "\n\n", "\n- ", "\n1. ", "\n  ", "\n```\nthe the colour \n```\n", "“the the”", "2. ", "(", ")",
        "\n:::{ask}\n- ", "\n:::\n", "\n\n> ", "| a | the the |", "\n% the the colour\n", "<!-- the the -->", "\r\n",
    )
)  # fmt: skip


def kept(text: str) -> list[str]:
    """Everything of a page that no mending may touch, in order."""
    return re.findall(r"`[^`\n]+`|\]\([^()]*\)|^% .*$|<!--.*?-->", text, re.M)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path_factory.mktemp("mend") / "handbook"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.tuples(PARTS, st.sampled_from((" ", "", " "))), min_size=1, max_size=14))
def test_a_second_run_changes_nothing_and_markup_stays(shared: Path, parts: list[tuple[str, str]]) -> None:
    path = shared / PAGE
    text = (GOOD / PAGE).read_text(encoding="utf-8").replace(HERE, "".join(a + b for a, b in parts))
    path.write_bytes(text.encode("utf-8"))
    _, rest = mended(shared)
    once = read(path)
    assert kept(once) == kept(text.replace("\r\n", "\n"))
    assert "".join(once.split()).count("```") == "".join(text.split()).count("```")
    again, _ = mended(shared)
    assert (again, read(path)) == ([], once)
    assert [p for p in rest if p.code in {"F003", "F004", "F008"}] == []


@settings(max_examples=200)
@given(
    text=st.text(alphabet="ab \n", max_size=30),
    edits=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.text(alphabet="ab \n", max_size=3), st.text(alphabet="cd", max_size=2)), max_size=6),
)
def test_edits_are_applied_whole_or_not_at_all(text: str, edits: list[tuple[int, int, str, str]]) -> None:
    problems = [Problem("x", 1, "T019", str(n), edits=(Edit(*e),)) for n, e in enumerate(edits)]
    new, done = mend.applied(text, problems)
    expected, shift = text, 0
    lines = text.split("\n")

    def start(edit: Edit) -> int:
        line = edit.line - 1
        before = sum(len(x) + 1 for x in lines[:line])
        return before + (lines[line].index(edit.old) if edit.column == 0 else edit.column - 1)

    for edit in sorted((p.edits[0] for p in done if any(p.edits[0][2:])), key=start):
        at = start(edit) + shift
        assert expected[at : at + len(edit.old)] == edit.old
        expected = expected[:at] + edit.new + expected[at + len(edit.old) :]
        shift += len(edit.new) - len(edit.old)
    assert new == expected


def test_edits_that_touch_are_not_applied_together() -> None:
    one = Problem("x", 1, "T019", "a", edits=(Edit(1, 1, "ab", "x"),))
    two = Problem("x", 1, "T019", "b", edits=(Edit(1, 5, "e", "y"), Edit(1, 2, "bc", "z")))
    assert mend.applied("abcde\n", [one, two]) == ("xcde\n", [one])
    gone = Problem("x", 1, "T019", "c", edits=(Edit(1, 1, "b", "z"), Edit(1, 5, "e", "y")))
    assert mend.applied("abcde\n", [gone]) == ("abcde\n", [])
    twice = Problem("x", 1, "T019", "d", edits=(Edit(1, 0, "a", "z"),))
    assert mend.applied("aa\n", [twice]) == ("aa\n", [])


def test_a_file_is_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.md"
    path.write_text("old\n", encoding="utf-8")
    path.chmod(0o640)
    mend.write(path, "new é\n")
    assert (read(path), path.stat().st_mode & 0o777, len(list(tmp_path.iterdir()))) == ("new é\n", 0o640, 1)

    def fail(*_: object) -> None:
        raise OSError("disk is full")

    monkeypatch.setattr(mend.shutil, "copymode", fail)
    with pytest.raises(OSError, match="disk is full"):
        mend.write(path, "half")
    assert (read(path), len(list(tmp_path.iterdir()))) == ("new é\n", 1)


def test_the_command_says_what_it_changed_and_what_is_left(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / BIB).write_bytes((root / BIB).read_bytes() + b"\n")
    change(root, PAGE, HERE, "We saw the the toe.\nA miracle.")
    assert cli.main(["--root", str(root), "check", "--fix", "docs"]) == 1
    out = capsys.readouterr().out.split("\n")
    assert out[0] == f"{PAGE}:24: mended T019 “the the”"
    assert out[1].startswith(f"{PAGE}:25:3: T001 “miracle”")
    assert out[-2].startswith("6 pages") and ", 1 mended, 1 problem, " in out[-2]
    assert read(root / BIB).endswith("\n\n")  # not among the named files
    assert cli.main(["--root", str(root), "check", "--fix", "--format", "json", "evidence"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err.count("mended")) == ("[]\n", 1)
    assert read(root / BIB) == read(GOOD / BIB)


def test_the_place_of_a_word_is_its_place_in_the_file(root: Path) -> None:
    change(root, PAGE, HERE, "- We saw a miracle and {fact}`nothing`.\n\n  1. Then a miracle.")
    found = {(p.line, p.column, p.code) for p in look(root)}
    assert {(24, 12, "T001"), (24, 24, "P006"), (26, 13, "T001")} <= found
