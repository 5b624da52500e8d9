"""Sources: each with its address, how it was read, and everything that leans on it; and their overview."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from handbook import words
from handbook.asked import Answers, listed, notebook
from handbook.model import Source
from handbook.places import letter, printed
from handbook.project import Project
from handbook.render.base import RecordDirective, build_of, doc_link, para
from handbook.render.citing import address_words, parts
from handbook.render.rebuild import answers_of


class References(RecordDirective):
    """`references`: sources in full, by author; `:letters:` chooses some."""

    option_spec: ClassVar[dict[str, Any]] = {"letters": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """One section a letter, one entry a source, sorted by author and year."""
        project = self.project
        listed(project.evidence, "references", self.options)
        notebook.note("leaning", self.options.get("letters", ""))
        with notebook.closed():
            return self.sections(project, answers_of(build_of(self.env)))

    def sections(self, project: Project, answers: Answers) -> list[nodes.Node]:
        """The sections, from what leans on each source."""
        out: list[nodes.Node] = []
        for sign, found in by_letter(printed(project.evidence, "references", self.options)):
            section = nodes.section("", nodes.title("", f"{sign}: {sources(len(found))}"), ids=[f"letter-{sign}"], names=[f"letter-{sign}"])
            self.reach(f"letter-{sign}", sign)
            for source in sorted(found, key=lambda s: (parts(s)[0].lower(), str(s.year or ""), s.id)):
                section += self.entry(source, answers.leaning.get(source.id, {}), answers.shown)
            out.append(section)
        return out

    def entry(self, source: Source, leaning: dict[str, list[str]], shown: dict[str, tuple[str, bool]]) -> nodes.Node:
        """One source; *shown* is of each page its title and whether it holds a list of records."""
        anchor = f"source-{source.id}"
        self.reach(anchor, source.id)
        before, title, after = parts(source)
        link = nodes.reference("", address_words(source), refuri=source.address)
        out = nodes.container("", ids=[anchor], classes=["hb-source"])
        out += para(before, nodes.emphasis("", title), after + " ", link)
        notes = [words.DESIGN_LABEL[source.design], f"{words.READ_LABEL[source.read].capitalize()}, {source.checked.isoformat()}"]
        if source.country:
            notes.append(source.country)
        line: list[str | nodes.Node] = [". ".join(notes) + "."]
        pages = [d for d in leaning.get("page", []) if d in shown]
        # The long lists of records lean on nearly all sources: they are named only where nothing else is.
        if pages := [d for d in pages if not shown[d][1]] or pages:
            line.append(" Used on: ")
            for n, docname in enumerate(pages):
                line += [", " if n else "", doc_link(docname, shown[docname][0] or docname, from_=self.env.docname)]
            line.append(".")
        counted = [f"{len(v)} {k}{'s' * (len(v) != 1)}" for k, v in leaning.items() if k in {"finding", "claim"} and v]
        if counted:
            line.append(f" Under {' and '.join(counted)}.")
        out += para(*line, classes=["hb-small"])
        return out


class ReferencesOverview(RecordDirective):
    """`references-overview`: how many sources there are of each kind, and the letters, which lead to the pages below.

    A letter keeps the ids of its sources, so that an old address of a source arrives at its letter.
    """

    def run(self) -> list[nodes.Node]:
        """The letters, then the kinds."""
        found = [s for _, some in self.pages_below("references") for s in some]
        letters = nodes.bullet_list("", classes=["hb-lines", "hb-numbers"])
        for sign, some in by_letter(found):
            link = doc_link("", f"{sign}: {sources(len(some))}", f"letter-{sign}", self.env.docname)
            letters += nodes.list_item("", para(link), ids=[f"source-{s.id}" for s in some])
        counts = [(label, sum(s.design == design for s in found)) for design, label in words.DESIGN_LABEL.items()]
        kinds = nodes.bullet_list("", *[nodes.list_item("", para(f"{label}: {count}")) for label, count in counts if count])
        return [letters, para(f"There are {sources(len(found))} of these kinds:"), kinds]


def by_letter(found: list[Source]) -> list[tuple[str, list[Source]]]:
    """The sources under each letter, in the order of letters."""
    out: dict[str, list[Source]] = {}
    for source in found:
        out.setdefault(letter(source), []).append(source)
    return sorted(out.items())


def sources(count: int) -> str:
    """`1 source`, `2 sources`."""
    return f"{count} source{'s' * (count != 1)}"


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("references", References)
    app.add_directive("references-overview", ReferencesOverview)
