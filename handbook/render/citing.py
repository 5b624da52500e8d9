"""Numbered source notes: the role `source`, the directive `sources`, and how an entry is printed."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.states import Inliner
from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinxcontrib.bibtex.foot_directives import FootBibliographyDirective
from sphinxcontrib.bibtex.foot_roles import FootCiteRole

from handbook import bibtex
from handbook.model import Source
from handbook.render import pybtex_cache
from handbook.render.base import doc_link, para, project_of

# A source is printed on every page that cites it: its fields are read once.
_plain = cache(bibtex.plain)


@cache
def _names(author: str) -> tuple[str, ...]:
    return tuple(bibtex.names(author))


def authors(source: Source, limit: int = 6) -> str:
    """Up to *limit* authors, then “and others”."""
    found = list(_names(source.author))
    others = "others" in found
    found = [f for f in found if f != "others"]
    if len(found) > limit:
        found, others = found[:3], True
    return ", ".join(found) + (" and others" if others else "")


def short(source: Source) -> str:
    """The first author and the year: `Ferraro MC and others 2025`."""
    found = _names(source.author)
    return f"{found[0]}{' and others' if len(found) > 1 else ''} {year(source)}"


def year(source: Source) -> str:
    """The year, or that the page has no date and when it was read."""
    return str(source.year) if source.year else f"undated, {source.undated}"


def parts(source: Source) -> tuple[str, str, str]:
    """The words of a reference before the title, the title, and the words after it."""
    where = _plain(source.venue)
    detail = "".join(
        [f" {source.volume}" if source.volume else "", f"({source.number})" if source.number and source.volume else "",
         f":{_plain(source.pages)}" if source.pages else ""]
    )  # fmt: skip
    after = f" {where}{detail}. {year(source)}."
    if source.status != "current":
        after += f" [{source.status.capitalize()}.]"
    return authors(source) + ". ", _plain(source.title).rstrip(".") + ".", after


def address_words(source: Source) -> str:
    """The visible words of a reference's link."""
    return f"doi:{source.doi}" if source.doi else f"PMID {source.pmid}" if source.pmid else str(source.url)


class HandbookStyle(BaseStyle):
    """Print an entry from our own record, so that notes and the list of references say the same."""

    app: ClassVar[Sphinx | None] = None  # of the build that prints
    texts: ClassVar[dict[str, Text]] = {}  # of entries printed before: a source is the same on every page

    def __init__(self) -> None:
        """The names, labels and order of pybtex are not used here, so nothing is looked up."""

    @classmethod
    def sources(cls) -> dict[str, Source]:
        """The records; read when the first entry is printed, so that a build that prints none reads none."""
        return project_of(cls.app).evidence.source if cls.app else {}

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        """Authors. Title. Where. Year. Address."""
        source = self.sources().get(entry.key)
        if source is None:
            return FormattedEntry(entry.key, Text(entry.key), label)
        text = self.texts.get(entry.key)
        if text is None:
            before, title, after = parts(source)
            text = self.texts[entry.key] = Text(before, Tag("em", title), after, " ", HRef(source.address, address_words(source)))
        return FormattedEntry(entry.key, text, label)


register_plugin("pybtex.style.formatting", "handbook", HandbookStyle)


def cite(inliner: Inliner | None, lineno: int, keys: tuple[str, ...]) -> list[nodes.Node]:
    """The note marks for *keys*, joined without space to the word before."""
    if not keys or inliner is None:
        return []
    text = ",".join(keys)
    found, _ = FootCiteRole()("footcite:p", f"{{footcite:p}}`{text}`", text, lineno, inliner)
    return found


class SourceRole(SphinxRole):
    """`{source}`key1,key2``: numbered notes."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Print the marks; unknown keys warn with their line."""
        keys = tuple(k.strip() for k in self.text.split(",") if k.strip())
        return cite(self.inliner, self.lineno, keys), []


class SourcesDirective(SphinxDirective):
    """`sources`: the heading and the numbered notes of this page; `:short:` leaves the rest of each note to References."""

    option_spec: ClassVar[dict[str, Any]] = {"short": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Print the notes; a page that cites nothing shows nothing."""
        directive = FootBibliographyDirective(
            "footbibliography", [], {}, self.content, self.lineno, self.content_offset, self.block_text, self.state,
            self.state_machine,
        )  # fmt: skip
        found = list(directive.run())
        if not found:
            return []
        count = sum(1 for n in found for _ in n.findall(nodes.footnote))
        section = nodes.section("", nodes.title("", "Sources on this page"), ids=["sources"], names=["sources"])
        words = f"{count} source{'s' * (count != 1)}. What leans on each, and how deeply it was read: "
        link = nodes.inline("", "")
        link += doc_link("references", "References", from_=self.env.docname)
        section += para(words, link, ".", classes=["hb-small"])
        section += found
        if "short" in self.options:
            for note in section.findall(nodes.footnote):
                self.shorten(note)
        return [section]

    def shorten(self, note: nodes.footnote) -> None:
        """First author and year of a note, as a link to the entry of the source."""
        sources = HandbookStyle.sources()
        for key in {name.rpartition("-")[2] for name in note["ids"]} & sources.keys():
            source = sources[key]
            first, *more = _names(source.author)
            link = doc_link("", f"{first}{' and others' * bool(more)}, {year(source)}", f"source-{key}", self.env.docname)
            for paragraph in note.findall(nodes.paragraph):
                paragraph.children = []
                paragraph += link


def _inited(app: Sphinx, *_: object) -> None:
    HandbookStyle.app, HandbookStyle.texts = app, {}


def setup(app: Sphinx) -> None:
    """Register role and directive; our style reads the records before pages are read."""
    pybtex_cache.apply()
    app.add_role("source", SourceRole())
    app.add_directive("sources", SourcesDirective)
    app.connect("builder-inited", _inited)
