"""Plots: every plotted number is that of its row; curves have their peak where the record says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from lxml import html

from handbook import words
from handbook.plots import curve, forest, icons
from handbook.plots.svg import ticks, wrap
from handbook.project import Project
from handbook.render import glance

ROOT = Path(__file__).parents[1]


def test_every_plotted_number_is_that_of_its_row(site_folder: Path) -> None:
    project = Project.read(ROOT)
    seen = 0
    for docname, page in project.pages.items():
        wanted = [re.split(r"[,\s]+", d.options["ids"]) for d in page.uses("forest")]
        if not wanted:
            continue
        tree = html.parse(str(site_folder / f"{docname}.html")).getroot()
        plots = [" ".join(el.text_content().split()) for el in tree.xpath("//*[local-name()='svg']/*[local-name()='desc']")]
        tables = " ".join(" ".join(el.text_content().split()) for el in tree.iter("table"))
        for listed in wanted:
            effects = [words.effect_text(project.evidence.study[i]) for i in listed if i]
            assert any(all(effect in plot for effect in effects) for plot in plots), (docname, listed)
            assert all(effect in tables for effect in effects), (docname, listed)
            seen += len(effects)
    assert seen >= 12


def places(svg: str) -> list[float]:
    """The middle of every square, left to right as drawn."""
    return [float(x) + 4.5 for x in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="9"', svg)]


def test_forest_squares_lie_in_the_order_and_proportion_of_their_effects() -> None:
    rows = [forest.Row(str(e), f"MD {e}", e, e - 1, e + 1) for e in (-2.0, 0.0, 1.0)]
    low, middle, high = places(forest.forest("f", "Toes", "MD", rows, "left", "right"))
    assert low < middle < high
    assert (middle - low) / (high - middle) == pytest.approx(2, abs=0.02)


def test_forest_of_ratios_is_on_a_log_axis() -> None:
    rows = [forest.Row(str(e), f"RR {e}", e, e / 2, e * 2) for e in (0.5, 1.0, 2.0)]
    low, middle, high = places(forest.forest("f", "Toes", "RR", rows, "left", "right"))
    assert high - middle == pytest.approx(middle - low, abs=0.2)


@pytest.mark.parametrize(("share", "filled"), [(0, 0), (7.4, 7), (7.6, 8), (100, 100)])
def test_icon_arrays_fill_as_many_as_the_share(share: float, filled: int) -> None:
    svg = icons.icons("i", "Toes", [("With", share)], "words")
    assert svg.count("<circle") == 100
    full, _, rest = svg.partition('<g fill="none"')
    assert full.count("<circle") == filled
    assert rest.partition("</g>")[0].count("<circle") == 100 - filled


def test_labels_of_icon_arrays_are_whole_and_stand_above_their_circles() -> None:
    long = "With a placebo drip and the usual medicines for toes"
    svg = icons.icons("i", "Toes", [("With drops", 7), (long, 3)], "words")
    rows = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>', svg)
    assert " ".join(said for x, _, said in rows if float(x) > 200 and "out of" not in said) == long
    first = min(float(y) for y in re.findall(r'cy="([\d.]+)"', svg))
    assert all(float(y) < first - 7 for _, y, said in rows if "out of" not in said)


def test_a_body_is_named_by_what_stands_in_parentheses() -> None:
    names = ["Toe Group (TOG) of the World Body", "Two societies (TO and ES)", "A body"]
    assert [glance._short(name) for name in names] == ["TOG", "TO and ES", "A body"]


def test_a_curve_is_highest_when_its_record_says() -> None:
    route = curve.Route("nose", 0.5, 30, 150)
    levels = [curve.level(route, t) for t in range(0, 300)]
    assert levels.index(max(levels)) == 30
    ke = math.log(2) / 150
    # Late, the level halves in one half-life.
    assert curve.level(route, 900) / curve.level(route, 750) == pytest.approx(0.5, rel=1e-3)
    # The area under the curve is uptake / ke (here by rectangles of a minute).
    assert sum(curve.level(route, t) for t in range(0, 4000)) == pytest.approx(0.5 / ke, rel=0.01)


@pytest.mark.parametrize("peak", [0, -1, 500])
def test_a_peak_that_no_curve_can_have_is_refused(peak: float) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        curve.absorption_rate(peak, math.log(2) / 150)


def test_ticks_are_round_and_inside() -> None:
    assert ticks(-2.4, 0.4, 6) == [-2.0, -1.5, -1.0, -0.5, 0.0]
    assert wrap("one two three", 7) == ["one two", "three"]
