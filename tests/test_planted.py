"""Mistakes planted into the real handbook: at least 98 of 100 are named at their exact line, and nothing else is."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import planting
import pytest

from handbook import spelling
from handbook.checks import run
from handbook.project import Project

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.read(ROOT)


@pytest.fixture(scope="module")
def plants(project: Project) -> list[planting.Plant]:
    return planting.plan(project)


def group_of(kind: str) -> str:
    """The kind of mistake without the place or value in brackets."""
    return re.sub(r" \(.*", "", kind)


def test_the_plan_is_large_enough_and_always_the_same(project: Project, plants: list[planting.Plant]) -> None:
    wanted = {name: count for name, count, _ in planting.MAKERS}
    short = {name: count for name, count in wanted.items() if sum(p.kind == name for p in plants) < count}
    assert short == {}
    assert len(plants) >= 200
    assert len({group_of(p.kind) for p in plants}) >= 25
    assert planting.plan(Project.read(ROOT)) == plants
    for p in plants:  # each changes its file, and says where it is to be seen
        lines = (ROOT / p.path).read_text(encoding="utf-8").split("\n")
        assert (p.count, tuple(lines[p.line - 1 : p.line - 1 + p.count])) != (len(p.new), p.new), p.name
        assert p.codes, p.name


def test_the_handbook_as_it_stands_gives_no_alarm(project: Project) -> None:
    assert [f"{p.path}:{p.line}: {p.code} {p.message}" for p in [*run(project, TODAY), *spelling.check(project)]] == []


def test_planted_mistakes_are_named_at_their_line(plants: list[planting.Plant], tmp_path: Path) -> None:
    for part in ("docs", "evidence"):
        shutil.copytree(ROOT / part, tmp_path / part)
    missed, words = [], spelling.Words.read()  # one memory of words for all runs: each is looked up once
    for group in planting.rounds(plants):
        planting.write(tmp_path, ROOT, group)
        project = Project.read(tmp_path)
        problems = run(project, TODAY)
        if any(p.codes & planting.SPELL for p in group):
            problems += spelling.check(project, words)
        named = {(p.path, p.line, p.code) for p in problems}
        for plant in group:
            if not any((plant.seen_in, plant.expect, code) in named for code in plant.codes):
                near = sorted(f"{n}:{c}" for path, n, c in named if path == plant.seen_in)
                missed.append(f"{plant.name}  [said: {', '.join(near[:6])}]")
        planting.restore(tmp_path, ROOT, group)
    caught = len(plants) - len(missed)
    print(f"{caught} of {len(plants)} planted mistakes named at their line; missed:", *missed, sep="\n  ")
    assert caught >= 0.98 * len(plants), "\n".join(missed)


def test_options_known_to_the_checks_are_those_of_the_directives() -> None:
    from handbook.checks.structure import DIRECTIVES, OPTIONS
    from handbook.render import audit, glance, plots, tables

    own = {
        "summary-of-findings": tables.SummaryOfFindings, "frequencies": tables.Frequencies, "positions": tables.Positions, "forest": plots.Forest,
        "regimens": tables.Regimens, "pk-plot": plots.PkPlot, "icons": plots.Icons, "certainty-map": glance.CertaintyMap, "self-audit": audit.SelfAudit,
    }  # fmt: skip
    for name, directive in own.items():
        assert OPTIONS[name] == frozenset(directive.option_spec or ()), name
    assert set(OPTIONS) <= set(DIRECTIVES)
