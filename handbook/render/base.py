"""What roles and directives share: the project in memory, and small builders of docutils nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from handbook import cache
from handbook.asked import listed, watched
from handbook.pages import Page
from handbook.places import below
from handbook.project import Project

log = logging.getLogger("handbook")
_PROJECT, _STAMPS = "_handbook_project", "_handbook_stamps"
# Sphinx's own way from an environment to its build, `env.app`, is deprecated, and words a warning each time.
_BUILDS: WeakKeyDictionary[BuildEnvironment, Sphinx] = WeakKeyDictionary()


def stamps_of(app: Sphinx) -> cache.Stamps:
    """The digests of all files of records and pages, taken once a build."""
    if not hasattr(app, _STAMPS):
        setattr(app, _STAMPS, cache.stamps(Path(app.confdir).parent))
    return getattr(app, _STAMPS)  # type: ignore[no-any-return]


def project_of(app: Sphinx) -> Project:
    """The project of a build, read once and only if something asks for it; looks at its records are noted while a page is read."""
    if not hasattr(app, _PROJECT):
        project = cache.read(Path(app.confdir).parent, Path(app.doctreedir) / "handbook.pickle", stamps_of(app))
        setattr(app, _PROJECT, watched(project))
    return getattr(app, _PROJECT)  # type: ignore[no-any-return]


def build_of(env: BuildEnvironment) -> Sphinx:
    """The build that an environment belongs to."""
    return _BUILDS[env]


class RecordDirective(SphinxDirective):
    """A directive that prints records."""

    has_content = False

    @property
    def project(self) -> Project:
        """All records and pages."""
        return project_of(build_of(self.env))

    def pages_below(self, name: str) -> list[tuple[Page, list[Any]]]:
        """The pages in this page's toctree that hold the list *name*, each with the records it prints; noted as dependencies."""
        project = self.project
        out = []
        for page in below(project, self.env.docname):
            self.env.note_dependency(str(project.root / page.path))
            if uses := page.uses(name):
                out.append((page, [r for d in uses for r in listed(project.evidence, name, d.options)]))
        return out

    def reach(self, anchor: str, title: str) -> None:
        """Let `ref` and links from other pages reach the id *anchor* on this page."""
        std = self.env.get_domain("std")
        std.anonlabels[anchor] = (self.env.docname, anchor)  # type: ignore[attr-defined]
        std.labels[anchor] = (self.env.docname, anchor, title)  # type: ignore[attr-defined]

    def line(self, anchor: str, words: str, *more: str | nodes.Node) -> nodes.list_item:
        """One line of an overview: it leads to the record and keeps the record's id, so that old addresses still arrive."""
        return nodes.list_item("", para(doc_link("", words, anchor, self.env.docname), *more), ids=[anchor])

    def warn(self, message: str) -> list[nodes.Node]:
        """Report what is wrong with this directive at its line, and print nothing."""
        log.warning(message, location=self.get_location(), type="handbook")
        return []


def ids(text: str | None) -> list[str]:
    """Split an option that lists ids."""
    return [part for part in (text or "").replace(",", " ").split() if part]


def blocks(node: nodes.Element) -> Iterator[nodes.Element]:
    """Everything below a node but what stands inside running text, in order: most of a page is in there, and no block ever is."""
    for child in node.children:
        if isinstance(child, nodes.Element):
            yield child
            if not isinstance(child, nodes.TextElement):
                yield from blocks(child)


def para(*children: str | nodes.Node, classes: Sequence[str] = ()) -> nodes.paragraph:
    """A paragraph of words and inline nodes."""
    out = nodes.paragraph("", "", *[nodes.Text(c) if isinstance(c, str) else c for c in children])
    if classes:
        out["classes"] = list(classes)
    return out


def span(text: str, *classes: str) -> nodes.inline:
    """Words with a class."""
    return nodes.inline("", text, classes=list(classes))


def doc_link(docname: str, words: str, anchor: str = "", from_: str = "") -> nodes.Node:
    """A link to a page, resolved by Sphinx when the page is written; *anchor* is an id on it."""
    kind, target = ("ref", anchor) if anchor else ("doc", "/" + docname)
    attributes = {"refdomain": "std", "reftype": kind, "reftarget": target, "refexplicit": True, "refwarn": True, "refdoc": from_}
    return pending_xref("", nodes.inline("", words), **attributes)


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    caption: str = "",
    widths: Sequence[int] | None = None,
    classes: Sequence[str] = (),
) -> nodes.table:
    """A table with a header row; each cell is text or a list of block nodes."""
    out = nodes.table("", classes=["hb-table", *classes])
    if caption:
        out += nodes.title("", caption)
    group = nodes.tgroup("", cols=len(head))
    out += group
    for width in widths or [1] * len(head):
        group += nodes.colspec("", colwidth=width)
    thead, tbody = nodes.thead(), nodes.tbody()
    group += [thead, tbody]
    thead += _row(head)
    for row in rows:
        tbody += _row(row)
    return out


def _row(cells: Sequence[Any]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", para(cell)) if isinstance(cell, str) else nodes.entry("", *cell) for cell in cells))


def box(kind: str, title: str, *children: nodes.Node) -> nodes.admonition:
    """One of the handbook's boxes: an admonition with a worded heading."""
    return nodes.admonition("", nodes.title("", title), *children, classes=["hb-box", f"hb-{kind}"])


def began(app: Sphinx) -> None:
    """Remember which build an environment belongs to."""
    _BUILDS[app.env] = app


def setup(app: Sphinx) -> None:
    """Register, before anything asks."""
    app.connect("builder-inited", began, priority=100)
