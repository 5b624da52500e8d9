"""Conditions at a glance, and the map of certainty."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

from handbook import words
from handbook.model import Condition, Evidence, Finding
from handbook.plots.svg import picture, text
from handbook.render.base import doc_link, para, table
from handbook.render.nodes import drawing
from handbook.render.plots import PlotDirective, figure
from handbook.render.records import badge_of, keys_of


def main_finding(condition: Condition, evidence: Evidence) -> Finding | None:
    """The finding that answers “does it ease this?”, named in `evidence/conditions.yaml`."""
    return evidence.finding.get(condition.main or "")


class AtAGlance(PlotDirective):
    """`conditions-at-a-glance`: condition, what was found, certainty, how long, guideline positions."""

    def run(self) -> list[nodes.Node]:
        """Print the table in the order of `evidence/conditions.yaml`."""
        e = self.project.evidence
        rows = []
        for condition in e.condition.values():
            f = main_finding(condition, e)
            if f is None or condition.page is None:
                continue
            stances = [p for p in e.position.values() if p.condition == condition.id]
            positions = "; ".join(dict.fromkeys(f"{_short(p.body)}: {words.STANCE_LABEL[p.stance].lower()}" for p in stances)) or "none found"
            name = para(doc_link(condition.page, condition.name, from_=self.env.docname))
            rows.append([[name], self.cell(words.plain_sentence(f, e), *keys_of(f, e)), [para(badge_of(f, e))], f.time, positions])
        return [table(["Condition", "What was found", "Certainty", "Time", "Guidelines"], rows, "Conditions at a glance", [18, 37, 13, 12, 20], ["hb-glance"])]


def _short(body: str) -> str:
    inner = re.search(r"\(([^()]+)\)", body)
    return inner[1] if inner else body


class CertaintyMap(PlotDirective):
    """`certainty-map`: conditions by the certainty of their main finding."""

    def run(self) -> list[nodes.Node]:
        """One row a condition, a filled mark in the column of its certainty."""
        e = self.project.evidence
        rows = []
        for condition in e.condition.values():
            f = main_finding(condition, e)
            if f:
                rows.append((condition.name, f.certainty))
        if not rows:
            return self.warn("certainty-map: no findings")
        columns = ["none", "very-low", "low", "moderate", "high"]
        heads = ["No studies", "Very low", "Low", "Moderate", "High"]
        x0, step, top, gap = 30.0, 96.0, 34.0, 34.0
        parts = [text(x0 + n * step, 16, h, "middle", 11.5) for n, h in enumerate(heads)]
        empty: list[str] = []
        for r, (name, level) in enumerate(rows):
            y = top + r * gap
            parts.append(text(10, y + 8, name, size=12))
            for n, column in enumerate(columns):
                on = column == level
                (parts if on else empty).append(f'<circle cx="{x0 + n * step:.0f}" cy="{y + 19:.0f}" r="{6 if on else 4}"/>')
        parts += ['<g fill="none" stroke="currentColor" stroke-opacity=".45">', *empty, "</g>"]
        said = " ".join(f"{name}: {words.CERTAINTY_LABEL[level].lower()}." for name, level in rows)
        name = self.name_of("map")
        title = "How sure we are, by condition"
        svg = picture(name, 480, top + len(rows) * gap, title, said, parts)
        return [
            figure(
                drawing("", svg=svg, alt=f"{title}. {said}", name=name),
                [nodes.strong("", title), nodes.Text(". The filled circle is the certainty of the main finding.")],
            )
        ]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("conditions-at-a-glance", AtAGlance)
    app.add_directive("certainty-map", CertaintyMap)
