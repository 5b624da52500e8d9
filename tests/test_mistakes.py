"""What a person who edits one page is told, word for word: the place, what is wrong, what to write, and nothing else."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from handbook import spelling
from handbook.cascade import sift
from handbook.checks import run
from handbook.problems import as_text
from handbook.project import Project

GOOD = Path(__file__).parent / "good"
PAGE = "docs/conditions/sore-toe.md"
HERE = "Two trials looked at drops.{source}`alpha2020drops`"
TODAY = date(2026, 11, 22)
LISTS = spelling.Words.read()
# Mistake: (the right words, the wrong ones, what is said).
MISTAKES = {
    "a misspelled word": ("Two trials looked", "Two trials lookd", """\
:24:12: T017 “lookd” is not in the dictionary
    Did you mean 'looks' or 'look' or 'looked'? If it is right, add it to a list in handbook/lists. (More: python -m handbook help T017)"""),
    "a British spelling": (HERE, f"{HERE}\nThe colour of the toe changed.", """\
:25:5: T012 “colour” is British
    Write 'color'. (More: python -m handbook help T012)"""),
    "a record that does not exist": ("{fact}`toe-common`", "{fact}`toe-comon`", """\
:17:3: P006 no fact 'toe-comon'
    Did you mean 'toe-common'? (More: python -m handbook help P006)"""),
    "a dead link to a page": ("</safety/itch>", "</safety/ich>", """\
:37:50: L001 no page 'safety/ich'
    Did you mean 'safety/itch'? (More: python -m handbook help L001)"""),
    "a box that is not closed": ("itch`\n:::\n", "itch`\n", """\
:16: P012 'keypoints' is not closed
    Write ::: on a line of its own where it ends. 1 further problem that may only follow from this one is not shown; mend this first. \
(More: python -m handbook help P012)"""),
    "code that is not closed": ("## What the", "```\n## What the", """\
:22: P012 'code' is not closed
    Write ``` on a line of its own where it ends. 6 further problems that may only follow from this one are not shown; mend this first. \
(More: python -m handbook help P012)"""),
    "a colon in front matter": ("scope: Drops for", "scope: Drops: for", """\
:4: Y001 front matter: mapping values are not allowed in this context
    Mend this first, as other problems can come from it: look here and one line above for a colon, a quote or the indent. \
(More: python -m handbook help Y001)"""),
    "front matter that is not closed": ("checked_by: [readers]\n---\n", "checked_by: [readers]\n", """\
:1: M001 front matter is not closed
    Write --- on a line of its own below the last key. 5 further problems that may only follow from this one are not shown; mend this first. \
(More: python -m handbook help M001)"""),
    "a number typed by hand": (HERE, HERE + "\nPain fell by 30 percent.{source}`alpha2020drops`", """\
:25:14: T003 “30 percent” in “Pain fell by 30 percent.{source}`alpha2020drops`”
    Name the record that prints it, such as {finding}`its-id`; also {harm}, {fact}, {regimen}. Without a record, leave the number out. \
(More: python -m handbook help T003)"""),
    "a word of hype": (HERE, HERE + "\nDrops are a miracle.{source}`alpha2020drops`", """\
:25:13: T001 “miracle”
    Instead: the plain facts. (More: python -m handbook help T001)"""),
    "a wrong level of a heading": ("## What the", "### What the", """\
:22: P003 heading “What the studies found” is of level 3 after level 1
    Begin the line with ##, or add the heading that is missing above it. (More: python -m handbook help P003)"""),
    "two sentences on a line": ("looked at drops.", "looked at drops. One was small.", """\
:24: T009 2 sentences on one line
    Put each sentence on a line of its own. (More: python -m handbook help T009)"""),
    "an unknown key in front matter": ("status: ", "mood: good\nstatus: ", """\
:9: M002 unknown key 'mood'
    Delete it or correct its name. (More: python -m handbook help M002)"""),
    "a date that is no date": ("edited: 2026-01-10", "edited: 10.1.2026", """\
:5: M005 edited: '10.1.2026' is not a day of the calendar
    Write a real day as YYYY-MM-DD. (More: python -m handbook help M005)"""),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_gives_one_clear_message(mistake: str, tmp_path: Path) -> None:
    right, wrong, said = MISTAKES[mistake]
    root = Path(shutil.copytree(GOOD, tmp_path / "handbook"))
    text = (root / PAGE).read_text(encoding="utf-8")
    assert text.count(right) == 1
    (root / PAGE).write_text(text.replace(right, wrong), encoding="utf-8")
    project = Project.read(root)
    problems = run(project, TODAY) + [p for p in spelling.check(project, LISTS) if p.code != "T018"]  # whose lists are of the whole handbook
    assert as_text(sift(problems, project)) == PAGE + said


def test_a_real_fault_below_an_open_box_is_still_told(tmp_path: Path) -> None:
    root = Path(shutil.copytree(GOOD, tmp_path / "handbook"))
    text = (root / PAGE).read_text(encoding="utf-8").replace("itch`\n:::\n", "itch`\n").replace(HERE, "{fact}`toe-comon`")
    (root / PAGE).write_text(text, encoding="utf-8")
    project = Project.read(root)
    assert [(p.line, p.code) for p in sift(run(project, TODAY), project)] == [(16, "P012"), (23, "P006")]
