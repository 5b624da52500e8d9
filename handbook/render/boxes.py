"""Boxes of a page: key points, for clinicians, what we do not know, what this means, questions, urgent help."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from handbook.render.base import box, log
from handbook.render.nodes import disclosure, disclosure_title

TITLES = {
    "keypoints": "Key points",
    "unknowns": "What we do not know",
    "foryou": "What this means for you",
    "ask": "Questions to ask",
}


class BoxDirective(SphinxDirective):
    """A box with a fixed heading around Markdown content."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Parse the content into the box."""
        out = box(self.name, TITLES[self.name])
        self.state.nested_parse(self.content, self.content_offset, out)
        return [out]


class CliniciansDirective(SphinxDirective):
    """`clinicians`: closed in HTML, open in print and in every other form."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Parse the content into the disclosure."""
        out = disclosure("", disclosure_title("", "For clinicians"), classes=["hb-clinicians"])
        self.state.nested_parse(self.content, self.content_offset, out)
        return [out]


class UrgentDirective(SphinxDirective):
    """`urgent`: the one text on urgent help, from `docs/_includes/urgent-help.md`."""

    def run(self) -> list[nodes.Node]:
        """Parse the shared text into a box."""
        path = Path(self.env.srcdir) / "_includes" / "urgent-help.md"
        self.env.note_dependency(str(path))
        out = box("urgent", "When to get urgent help")
        if not path.is_file():
            log.warning("docs/_includes/urgent-help.md is missing", location=self.get_location(), type="handbook")
            return []
        lines = StringList(path.read_text(encoding="utf-8").splitlines(), source=str(path))
        self.state.nested_parse(lines, 0, out)
        return [out]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    for name in TITLES:
        app.add_directive(name, BoxDirective)
    app.add_directive("clinicians", CliniciansDirective)
    app.add_directive("urgent", UrgentDirective)
