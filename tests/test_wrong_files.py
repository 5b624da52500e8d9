"""Every problem code has a wrong file: laid over the small good handbook, it gives exactly the expected messages.

`expect.txt` beside a wrong file holds all that is said: `path:line: CODE message`, or `path:line:column:` where a check
knows the column, and below it, indented, the advice where it is not the code's own. What one fault brings with it
elsewhere stands there too.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import tempfile
from collections.abc import Iterable
from datetime import date
from functools import cache, partial
from pathlib import Path

import pytest

from handbook.cascade import sift
from handbook.checks import CHECKS, Check, frontmatter, run
from handbook.codes import CODES
from handbook.problems import Problem
from handbook.project import Project

HERE = Path(__file__).parent
GOOD = HERE / "good"
BAD = sorted(p for p in (HERE / "bad").iterdir() if p.is_dir())
TODAY = date(2026, 11, 22)
# Codes whose wrong files stand in other tests, because they need more than `check`.
ELSEWHERE = {
    "F001": "test_load.py",
}
# Every check by its name, taking a project alone.
ALONE: dict[str, Check] = {f"{c.__module__.rpartition('.')[2]}.{c.__name__}": c for c in CHECKS} | {
    "frontmatter.check": partial(frontmatter.check, today=TODAY)
}
FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def project(*names: str) -> Project:
    """The good handbook with wrong files laid over it; read once, since no check changes it."""
    FOLDERS.append(tempfile.TemporaryDirectory(prefix="handbook-"))
    root = Path(FOLDERS[-1].name)
    for folder in (GOOD, *(HERE / "bad" / name for name in names)):
        shutil.copytree(folder, root, dirs_exist_ok=True)
    return Project.read(root)


def said(problems: Iterable[Problem]) -> list[str]:
    """Each problem as it stands in `expect.txt`."""
    lines = []
    for p in sorted(set(problems)):
        place = f"{p.path}:{p.line}" + (f":{p.column}" if p.column else "")
        lines.append(f"{place}: {p.code} {p.message}" + (f"\n    {p.advice}" if p.advice else ""))
    return lines


def expected(case: Path) -> list[str]:
    return re.split(r"\n(?! )", (case / "expect.txt").read_text(encoding="utf-8").rstrip("\n"))


def code_of(line: str) -> str:
    found = re.match(r"[^:]+:\d+(?::\d+)?: (\w\d{3}) ", line)
    assert found, line
    return found[1]


def test_the_good_handbook_has_no_problem() -> None:
    assert run(Project.read(GOOD), TODAY) == []
    assert len(Project.read(GOOD).pages) == 6


@pytest.mark.parametrize("case", BAD, ids=lambda p: p.name)
def test_wrong_file(case: Path) -> None:
    found = said(run(project(case.name), TODAY))
    assert case.name.partition("-")[0] in {code_of(line) for line in found}
    assert "\n".join(found) == "\n".join(expected(case))


@pytest.mark.parametrize("case", BAD, ids=lambda p: p.name)
def test_causes_come_first_and_nothing_independent_is_held_back(case: Path) -> None:
    here = project(case.name)
    found = set(run(here, TODAY))
    shown = sift(found, here)
    held = sum(int(m[1]) for p in shown if (m := re.search(r" (\d+) further problems? that may only follow from this one (?:is|are) not shown", p.advice)))
    assert len(shown) + held == len(found)
    assert case.name.partition("-")[0] in {p.code for p in shown}
    if case.name.startswith(("Y", "F002", "F005", "F006", "F007")):
        assert shown[0].code == case.name.partition("-")[0]
    if (case / "shown.txt").is_file():
        assert [f"{p.path}:{p.line}: {p.code}" for p in shown] == (case / "shown.txt").read_text(encoding="utf-8").splitlines()
        assert held >= 3


def codes_of(check: Check) -> set[str]:
    """The codes that the docstring of a check begins with."""
    text = str((check.func if isinstance(check, partial) else check).__doc__).partition(":")[0]
    spans = re.findall(r"(\w)(\d{3})(?: to \w(\d{3}))?", text)
    return {f"{letter}{n:03}" for letter, first, last in spans for n in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize("name", ALONE)
def test_a_check_alone_gives_the_codes_it_names(name: str) -> None:
    own = codes_of(ALONE[name])
    assert own
    family = [check for check in ALONE.values() if codes_of(check) & own]
    for case in BAD:
        here = project(case.name)
        found = [*here.problems, *(p for check in family for p in check(here))]
        want = [line for line in expected(case) if code_of(line) in own]
        assert "\n".join(said(p for p in found if p.code in own)) == "\n".join(want), case.name
        assert {p.code for p in ALONE[name](here)} <= own, case.name


def test_every_code_has_a_wrong_file() -> None:
    have = {p.name.partition("-")[0] for p in BAD} | set(ELSEWHERE)
    tests = "".join(p.read_text(encoding="utf-8") for p in HERE.glob("test_*.py") if p.name != "test_wrong_files.py")
    missing = {code for code in CODES if code not in have and f'"{code}"' not in tests}
    assert not missing
    for code, name in ELSEWHERE.items():
        assert code in (HERE / name).read_text(encoding="utf-8"), name
    assert len(CODES) >= 40


def test_every_code_has_advice_and_a_paragraph_of_help() -> None:
    for name, code in CODES.items():
        assert code.title and code.advice.endswith((".", ":::")), name
        assert len(code.help.split()) >= 7, name


def test_all_problems_come_in_one_run() -> None:
    # Later overlays replace the page of earlier ones; the last page and both records must all be heard.
    assert {"T010", "E001", "R014"} <= {p.code for p in run(project("M002", "P010", "T010", "E001", "R014"), TODAY)}


def test_problems_come_sorted_and_each_once() -> None:
    doubled = dataclasses.replace(project(), problems=[Problem("z.md", 2, "T001", "b"), Problem("z.md", 1, "T001", "a"), Problem("z.md", 2, "T001", "b")])
    assert run(doubled, TODAY) == [Problem("z.md", 1, "T001", "a"), Problem("z.md", 2, "T001", "b")]
    late = run(doubled, date(2127, 1, 11))
    assert [p.code for p in late if p.path.startswith("docs/")] == ["M009"] * 6
    assert late == sorted(late)
