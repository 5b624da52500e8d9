"""`faq-overview`: every question of the pages below this one, each as a line that leads to its answer."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from handbook.pages import slug
from handbook.places import below
from handbook.render.base import RecordDirective


class FaqOverview(RecordDirective):
    """Sections and questions as on the pages below; a line keeps the ids of its question, so that old addresses arrive."""

    def run(self) -> list[nodes.Node]:
        """One section a subject, one line a question."""
        out: list[nodes.Node] = []
        for page in below(self.project, self.env.docname):
            self.env.note_dependency(str(self.project.root / page.path))
            labels = {line: label for label, line in page.labels.items()}
            for head in page.headings:
                name = slug(head.text)
                if head.level == 2:
                    lines = nodes.bullet_list("", classes=["hb-lines", "hb-questions"])
                    out.append(nodes.section("", nodes.title("", head.text), lines, ids=[name], names=[name]))
                elif head.level == 3 and out and (label := labels.get(head.line - 1)):
                    line = self.line(label, head.text)
                    line["ids"].append(name)
                    lines += line
        return out


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("faq-overview", FaqOverview)
