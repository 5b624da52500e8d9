"""`references`: every source with its address, how it was read, and everything that leans on it."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from handbook import words
from handbook.model import Source
from handbook.render.base import RecordDirective, doc_link, para
from handbook.render.citing import address_words, parts
from handbook.trace import uses


class References(RecordDirective):
    """The global list, grouped by kind of source."""

    kinds = ("source", "finding", "fact", "claim", "harm", "regimen", "position", "study", "caution", "interaction")

    def run(self) -> list[nodes.Node]:
        """One section a kind, one entry a source, sorted by author and year."""
        project = self.project
        for page in project.pages.values():
            self.env.note_dependency(str(project.root / page.path))
        leaning = uses(project)
        out: list[nodes.Node] = []
        for design, label in words.DESIGN_LABEL.items():
            found = [s for s in project.evidence.source.values() if s.design == design]
            if not found:
                continue
            section = nodes.section("", nodes.title("", label), ids=[f"sources-{design}"], names=[f"sources-{design}"])
            for source in sorted(found, key=lambda s: (parts(s)[0].lower(), str(s.year or ""), s.id)):
                section += self.entry(source, leaning.get(source.id, {}))
            out.append(section)
        return out

    def entry(self, source: Source, leaning: dict[str, list[str]]) -> nodes.Node:
        """One source."""
        std = self.env.get_domain("std")
        anchor = f"source-{source.id}"
        std.anonlabels[anchor] = (self.env.docname, anchor)  # type: ignore[attr-defined]
        std.labels[anchor] = (self.env.docname, anchor, source.id)  # type: ignore[attr-defined]
        before, title, after = parts(source)
        link = nodes.reference("", address_words(source), refuri=source.address)
        out = nodes.container("", ids=[anchor], classes=["hb-source"])
        out += para(before, nodes.emphasis("", title), after + " ", link)
        notes = [f"{words.READ_LABEL[source.read].capitalize()}, {source.checked.isoformat()}"]
        if source.country:
            notes.append(source.country)
        line: list[str | nodes.Node] = [". ".join(notes) + "."]
        pages = [d for d in leaning.get("page", []) if d in self.project.pages]
        if pages:
            line.append(" Used on: ")
            for n, docname in enumerate(pages):
                line += [", " if n else "", doc_link(self.env.app, docname, self.project.pages[docname].title or docname, from_=self.env.docname)]
            line.append(".")
        counted = [f"{len(v)} {k}{'s' * (len(v) != 1)}" for k, v in leaning.items() if k in {"finding", "claim"} and v]
        if counted:
            line.append(f" Under {' and '.join(counted)}.")
        out += para(*line, classes=["hb-small"])
        return out


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("references", References)
