"""Every problem code has a wrong file: laid over the small good handbook, it gives exactly the expected problems."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from handbook.cascade import sift
from handbook.checks import run
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


def held(shown: list[Problem]) -> int:
    """How many problems the notes of the causes say are not shown."""
    return sum(int(m[1]) for p in shown if (m := re.search(r" (\d+) further problems? that may only follow from this one (?:is|are) not shown", p.advice)))


def problems_of(root: Path) -> list[Problem]:
    return run(Project.read(root), TODAY)


def test_the_good_handbook_has_no_problem() -> None:
    assert problems_of(GOOD) == []
    assert len(Project.read(GOOD).pages) == 6


@pytest.mark.parametrize("case", BAD, ids=lambda p: p.name)
def test_wrong_file(case: Path, tmp_path: Path) -> None:
    root = tmp_path / "handbook"
    shutil.copytree(GOOD, root)
    shutil.copytree(case, root, dirs_exist_ok=True)
    expected = sorted((root / "expect.txt").read_text(encoding="utf-8").split("\n")[:-1])
    found = sorted(f"{p.path}:{p.line}: {p.code}" for p in problems_of(root))
    assert [f for f in found if f.endswith(case.name.partition("-")[0])], f"{case.name} was not found among {found}"
    assert set(expected) <= set(found)
    # What the command shows: nothing of what is expected is held back, and what keeps a file from being read comes first.
    project = Project.read(root)
    shown = sift(run(project, TODAY), project)
    assert set(expected) <= {f"{p.path}:{p.line}: {p.code}" for p in shown}
    assert len(shown) + held(shown) == len(found)
    if case.name.endswith("-cascade"):
        assert len(shown) == len(expected) and held(shown) >= 3, shown
    if case.name.startswith(("Y", "F002", "F005", "F006", "F007")):
        assert shown[0].code == case.name.partition("-")[0]
    stray = [f for f in found if f not in expected and f.rpartition(" ")[2] not in FOLLOWERS.get(case.name, ())]
    assert not stray


# What one fault brings with it: a record that cannot be read is missing wherever it is named.
MISSING = (
    "P006", "P007", "R008", "R010", "R012", "E012", "E013", "T005", "P008", "E006", "T008", "P015", "M003", "P001", "P009", "L001", "L002",
    "L006", "R013", "R002", "L004", "L005", "M001",
)  # fmt: skip
FOLLOWERS: dict[str, tuple[str, ...]] = dict.fromkeys(
    (
        "F002", "F004", "F005", "F005-size", "F006-page", "F007", "R003-cascade", "Y001", "Y001-cascade", "Y001-page", "Y001-tab", "Y002", "Y003", "Y004", "Y005", "Y006",
        "Y006-quote", "Y006-comma", "Y007", "Y007-brace", "Y007-comma", "R002", "R003", "R004-block", "R007", "R008", "R012", "P001", "P004",
        "P004-braces", "P004-option", "P006", "P006-filter", "P006-source", "P006-ids", "M001", "P012", "S005", "R004", "R005", "P016",
    ), MISSING,
) | {"P001": ("P003",), "R009": ("T006", "T008", "T019")}  # fmt: skip


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


def test_all_problems_come_in_one_run(tmp_path: Path) -> None:
    root = tmp_path / "handbook"
    shutil.copytree(GOOD, root)
    for name in ("M002", "P010", "T010", "E001", "R014"):
        shutil.copytree(HERE / "bad" / name, root, dirs_exist_ok=True)
    # Later overlays replace the page of earlier ones; the last page and both records must all be heard.
    assert {"T010", "E001", "R014"} <= {p.code for p in problems_of(root)}
