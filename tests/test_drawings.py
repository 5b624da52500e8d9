"""The handbook's own drawings: a text twin each, and the certainty they draw is that of their records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from handbook import reading
from handbook.load import load

ROOT = Path(__file__).parents[1]
DRAWINGS = sorted((ROOT / "docs" / "_static" / "drawings").glob("*.svg"))


def test_there_are_drawings() -> None:
    assert len(DRAWINGS) >= 5


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda p: p.stem)
def test_a_drawing_says_what_it_shows_and_loads_nothing(path: Path) -> None:
    tree = etree.fromstring(path.read_bytes())
    words = {tag: " ".join(tree.findtext(f"{{*}}{tag}", "").split()) for tag in ("title", "desc")}
    assert words["title"]
    assert 10 <= len(words["desc"].split()) <= 100
    assert reading.grade(reading.sentences(words["desc"])) <= 8
    assert tree.get("viewBox")
    assert float(tree.get("viewBox", "").split()[2]) <= 360
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script|href=|url\(|@import|font-family=\"(?!inherit)", text)
    sizes = [float(n) for n in re.findall(r'font-size="([\d.]+)"', text)]
    assert min(sizes) >= 12


def test_relief_times_are_drawn_with_the_certainty_of_their_records() -> None:
    evidence, _ = load(ROOT)
    text = (ROOT / "docs" / "_static" / "drawings" / "relief-duration.svg").read_text(encoding="utf-8")
    named = {level: re.split(r",\s*", ids) for level, ids in re.findall(r"^\s*(low|very-low|none): (.+)$", text, re.M)}
    assert set(named) == {"low", "very-low", "none"}
    for level, ids in named.items():
        for one in ids:
            assert evidence.finding[one].certainty == level, one


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda p: p.stem)
def test_records_named_by_a_drawing_exist(path: Path) -> None:
    evidence, _ = load(ROOT)
    known = {r.id for r in evidence.records()}
    comment = " ".join(re.findall(r"<!--(.*?)-->", path.read_text(encoding="utf-8"), re.S))
    named = [w for w in re.findall(r"[a-z][a-z0-9]*(?:-[a-z0-9]+){1,}", comment) if w != "very-low"]
    assert named
    assert [n for n in named if n not in known] == []
