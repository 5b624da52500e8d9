"""Directives that draw: forest plots, icon arrays, uptake by route, and the handbook's own drawings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from handbook import words
from handbook.model import Finding, Harm, Pharmacokinetic, Study
from handbook.plots import curve, forest, icons, uptake
from handbook.render.base import RecordDirective, ids, para, table
from handbook.render.citing import authors, cite, year
from handbook.render.nodes import drawing
from handbook.render.tables import TableDirective


def figure(node: nodes.Node, caption: list[nodes.Node]) -> nodes.container:
    """A picture with its caption above and, after it, whatever the caller adds."""
    out = nodes.container("", classes=["hb-figure"])
    out += nodes.paragraph("", "", *caption, classes=["hb-caption"])
    out += node
    return out


class PlotDirective(TableDirective):
    """Shared: a picture needs a name that is unique on its page."""

    def name_of(self, kind: str) -> str:
        """`forest-1`, `forest-2` … on this page."""
        count = self.env.new_serialno(f"handbook-{kind}") + 1
        return f"{kind}-{count}"


class Forest(PlotDirective):
    """`forest`: study rows of one measure and scale, with the same numbers in a table beneath."""

    option_spec: ClassVar[dict[str, Any]] = {"ids": directives.unchanged_required, "title": directives.unchanged, "caption": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Draw; rows that cannot share an axis are refused."""
        known = self.project.evidence.study
        missing = [i for i in ids(self.options.get("ids")) if i not in known]
        if missing:
            return self.warn(f"forest: no study {', '.join(missing)}")
        rows = [known[i] for i in ids(self.options.get("ids"))]
        bare = [s.id for s in rows if None in (s.effect, s.low, s.high, s.measure, s.scale)]
        if not rows or bare:
            return self.warn(f"forest: no effect with interval, measure and scale in {', '.join(bare) or 'nothing'}")
        if len({(s.measure, s.scale, s.favors_negative) for s in rows}) > 1:
            return self.warn("forest: rows differ in measure, scale or sign; one axis would mislead")
        title = self.options.get("title") or self.options.get("caption") or "What the studies found"
        return [self.plot(rows, title)]

    def plot(self, rows: list[Study], title: str) -> nodes.Node:
        """Picture, then table."""
        e = self.project.evidence
        first = rows[0]
        assert first.measure
        sides = ("favors ketamine", "favors comparison")
        left, right = sides if first.favors_negative != "comparator" else sides[::-1]
        plotted = [forest.Row(self.label(s), words.effect_text(s), float(s.effect or 0), float(s.low or 0), float(s.high or 0)) for s in rows]
        name = self.name_of("forest")
        svg = forest.forest(name, title, first.measure, plotted, left, right)
        node = drawing("", svg=svg, alt=f"{title}. {forest.describe(plotted, first.measure)}", name=name)
        scale = f", scale {first.scale.replace('-', ' to ')}" if first.scale in {"0-10", "0-100"} else ""
        out = figure(
            node, [nodes.strong("", title), nodes.Text(f". {words.MEASURE_LABEL[first.measure]}{scale}. Squares are results, lines are 95% intervals.")]
        )
        cells = [
            [self.cell(self.label(s), s.source), f"{s.measured}{', ' + s.time if s.time else ''}", s.people or "not given", words.effect_text(s)]
            for s in rows
            if s.source in e.source
        ]
        out += table(["Study", "Outcome and time", "People", "Effect"], cells, "", [30, 26, 22, 22], ["hb-plot-data"])
        return out

    def label(self, s: Study) -> str:
        """First author, year, and treatment."""
        source = self.project.evidence.source.get(s.source)
        who = f"{authors(source, 1).split(',')[0].removesuffix(' and others')} {year(source)}" if source else s.source
        detail = "; ".join(x for x in (s.time,) if x)
        return f"{who}{', ' + detail if detail else ''}"


class Icons(PlotDirective):
    """`icons`: 100 figures with and 100 without; refused where certainty is very low."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Draw the arrays with a text twin."""
        e = self.project.evidence
        key = self.arguments[0].strip()
        if key in e.finding:
            return self.finding(e.finding[key])
        if key in e.harm:
            return self.harm(e.harm[key])
        return self.warn(f"icons: no finding or harm {key!r}")

    def finding(self, f: Finding) -> list[nodes.Node]:
        """Arrays from a finding's numbers."""
        if f.certainty in {"very-low", "none"}:
            return self.warn(f"icons: {f.id} has {f.certainty} certainty; a picture would promise too much")
        if f.numbers is None:
            return self.warn(f"icons: {f.id} has no numbers")
        factor = 100 / f.numbers.per
        without = float(f.numbers.without) * factor if f.numbers.without is not None else None
        title = f"{words.OUTCOME_LABEL[f.outcome]}: {f.treatment}"
        return [self.draw(title, float(f.numbers.with_) * factor, without, f.comparator, f.numbers.time or f.time, f.sources)]

    def harm(self, h: Harm) -> list[nodes.Node]:
        """Arrays from a frequency row."""
        if h.with_ is None or h.per is None:
            return self.warn(f"icons: {h.id} has no share")
        factor = 100 / h.per
        without = float(h.without) * factor if h.without is not None else None
        title = f"{h.effect}: {words.SETTING_LABEL[h.setting].lower()}"
        return [self.draw(title, float(h.with_) * factor, without, "comparison", "; ".join(x for x in (h.population, h.time) if x), (h.source,))]

    def draw(self, title: str, with_: float, without: float | None, comparator: str, when: str, sources: tuple[str, ...]) -> nodes.Node:
        """Both groups side by side, same size, same base."""
        groups = [("With ketamine", with_)] + ([(f"With {comparator}", without)] if without is not None else [])
        said = " ".join(f"{label}: {round(share)} out of 100 people; {100 - round(share)} did not." for label, share in groups)
        name = self.name_of("icons")
        node = drawing("", svg=icons.icons(name, title, groups, said), alt=f"{title}. {said}", name=name)
        return figure(
            node,
            [
                nodes.strong("", title),
                nodes.Text(f" ({when}). {said}"),
                *cite(self.state.memo.inliner, self.lineno, tuple(s for s in sources if s in self.project.evidence.source)),
            ],
        )


ROUTES = ("by mouth", "under the tongue", "nasal", "nose", "muscle", "under the skin", "vein", "rectal", "breathed")


class PkPlot(PlotDirective):
    """`pk-plot`: what reaches the blood by route, and the level over time."""

    option_spec: ClassVar[dict[str, Any]] = {"ids": directives.unchanged, "half-life": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Two pictures, each with its caption; the table of all rows is `pk-table`."""
        rows = [k for k in self.project.evidence.pharmacokinetic.values() if k.bioavailability_low is not None or k.bioavailability_high is not None]
        if not rows:
            return self.warn("pk-plot: no row has a share that reaches the blood")
        return [self.bars(rows), *self.curves(rows)]

    def bars(self, rows: list[Pharmacokinetic]) -> nodes.Node:
        """One bar a row."""
        bars = [
            uptake.Bar(f"{k.route}: {(k.form or k.population or '')}"[:58].rstrip(" :"), float(k.bioavailability_low or k.bioavailability_high or 0),
                       float(k.bioavailability_high or k.bioavailability_low or 0), "")
            for k in rows
        ]  # fmt: skip
        said = " ".join(f"{b.label}: {b.low:g}{'' if b.low == b.high else f' to {b.high:g}'} out of 100 parts." for b in bars)
        name = self.name_of("uptake")
        node = drawing("", svg=uptake.uptake(name, "What reaches the blood, by route", bars, said), alt=f"What reaches the blood, by route. {said}", name=name)
        marks = cite(self.state.memo.inliner, self.lineno, tuple(dict.fromkeys(k.source for k in rows)))
        return figure(
            node,
            [nodes.strong("", "What reaches the blood, by route"), nodes.Text(". Each bar runs from the lowest to the highest published average."), *marks],
        )

    def curves(self, rows: list[Pharmacokinetic]) -> list[nodes.Node]:
        """Curves of the rows that `ids` names, all with the half-life of the row that `half-life` names."""
        known = self.project.evidence.pharmacokinetic
        ground = known.get(self.options.get("half-life", ""))
        half = _first(ground.half_life_h) if ground else None
        wanted = [known[i] for i in ids(self.options.get("ids")) if i in known]
        if not wanted or ground is None or half is None:
            return []
        routes: list[curve.Route] = []
        for k in wanted:
            peak = _first(k.peak_min)
            shares = [float(v) for v in (k.bioavailability_low, k.bioavailability_high) if v is not None]
            if peak is None or not shares:
                return self.warn(f"pk-plot: {k.id} has no share or no time of the highest level")
            routes.append(curve.Route(f"{k.route}: {k.form}", sum(shares) / len(shares) / 100, peak, half * 60))
        said = " ".join(f"{r.label}: highest after {r.peak:g} minutes, {r.uptake:.0%} reaches the blood.".replace("%", " out of 100 parts") for r in routes)
        name = self.name_of("curve")
        title = "Level in the blood over time, by route"
        node = drawing("", svg=curve.curves(name, title, routes, said), alt=f"{title}. {said}", name=name)
        caption = f". Calculated from published uptake and peak times, all with a half-life of {half:g} hours; nobody measured these curves. "
        used = tuple(dict.fromkeys([*(k.source for k in wanted), ground.source]))
        marks = cite(self.state.memo.inliner, self.lineno, used)
        cells = [
            [r.label, f"{r.uptake * 100:.0f} out of 100 parts", f"{r.peak:g} minutes", f"{curve.level(r, 120) / curve.level(r, r.peak) * 100:.0f} out of 100"]
            for r in routes
        ]
        out = figure(node, [nodes.strong("", title), nodes.Text(caption), *marks])
        out += table(["Route", "Reaches the blood", "Highest after", "Left of it after 2 hours"], cells, "", [34, 24, 20, 22], ["hb-plot-data"])
        return [out]


def _first(text: str | None) -> float | None:
    """The first number of a published value; the middle of a range."""
    found = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text or "")]
    if not found:
        return None
    return sum(found[:2]) / 2 if len(found) > 1 and re.match(r"\s*\d+(?:\.\d+)?\s*(?:to|-|–)\s*\d", text or "") else found[0]


class Drawing(RecordDirective):
    """`drawing`: one of the handbook's own pictures from `docs/_static/drawings`, inline, with its text twin."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Read the SVG; its `<title>` and `<desc>` are the text twin."""
        path = Path(self.env.srcdir) / "_static" / "drawings" / f"{self.arguments[0]}.svg"
        if not path.is_file():
            return self.warn(f"drawing: {self.arguments[0]!r} is not in docs/_static/drawings")
        self.env.note_dependency(str(path))
        svg = re.sub(r"<\?xml.*?\?>\s*", "", path.read_text(encoding="utf-8")).strip()
        said = {tag: " ".join(m[1].split()) if (m := re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", svg, re.S)) else "" for tag in ("title", "desc")}
        if not all(said.values()):
            return self.warn(f"drawing: {self.arguments[0]!r} needs <title> and <desc>")
        name = self.arguments[0]
        svg = re.sub(r"<(title|desc)(?:\s[^>]*)?>", lambda m: f'<{m[1]} id="{name}-{m[1][0]}">', svg)
        node = drawing("", svg=svg, alt=f"{said['title']}. {said['desc']}", name=name)
        return [figure(node, [nodes.strong("", said["title"])]), para(said["desc"], classes=["hb-small"])]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    for name, directive in {"forest": Forest, "icons": Icons, "pk-plot": PkPlot, "drawing": Drawing}.items():
        app.add_directive(name, directive)
