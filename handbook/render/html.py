"""Sphinx's HTML builder and writer without what they do again and again: for every node, for every page.

Both are made to be derived from. What they write stays the same; `tests/test_speed.py` compares.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Set
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.writers.html5 import HTML5Translator

Way = Callable[[nodes.Node], None]
# The sign that every replacement begins with goes first.
SIGNS = sorted(((chr(code), text) for code, text in HTML5Translator.special_characters.items()), key=lambda pair: pair[0] != "&")


class QuickerTranslator(HTML5Translator):
    """The writer of pages, which looks once a page how each kind of node is written."""

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self.visits: dict[type, Way] = {}
        self.departures: dict[type, Way] = {}

    def dispatch_visit(self, node: nodes.Node) -> None:
        """As Sphinx does: by the name of the node's kind, or of the next that it is one of."""
        kind = node.__class__
        if kind not in self.visits:
            self.visits[kind] = self.way("visit_", kind, super().dispatch_visit)
        self.visits[kind](node)

    def dispatch_departure(self, node: nodes.Node) -> None:
        """As `dispatch_visit`."""
        kind = node.__class__
        if kind not in self.departures:
            self.departures[kind] = self.way("depart_", kind, super().dispatch_departure)
        self.departures[kind](node)

    def way(self, verb: str, kind: type, otherwise: Way) -> Way:
        """The method for a kind of node."""
        return next((method for base in kind.__mro__ if (method := getattr(self, verb + base.__name__, None))), otherwise)

    def encode(self, text: Any) -> str:
        """As docutils does: most texts hold none of the five signs."""
        out = str(text)
        for sign, instead in SIGNS:
            if sign in out:
                out = out.replace(sign, instead)
        return out

    def starttag(self, node: Any, tagname: str, suffix: str = "\n", empty: bool = False, **attributes: Any) -> str:
        """As docutils does: most tags have no attribute."""
        if not (attributes or empty or node.get("classes") or node.get("ids")):
            return f"<{tagname.lower()}>{suffix}"
        return str(super().starttag(node, tagname, suffix, empty, **attributes))


class QuickerBuilder(StandaloneHTMLBuilder):
    """The builder `html`, which renders each title once and stems each word once."""

    default_translator_class = QuickerTranslator

    def init(self) -> None:
        """As Sphinx does."""
        super().init()
        self.titles: dict[str, dict[str, str]] = {}

    def prepare_writing(self, docnames: Set[str]) -> None:
        """As Sphinx does; the words of all pages are mostly the same few thousand."""
        super().prepare_writing(docnames)
        if self.indexer is not None:
            lang: Any = self.indexer.lang
            lang.stem, lang.word_filter = functools.cache(lang.stem), functools.cache(lang.word_filter)

    def render_partial(self, node: nodes.Node | None) -> dict[str, str]:
        """As Sphinx does: a title of plain words is asked for by the page, by its neighbors and by all pages below it.

        The list of a page's headings is left out: our own layout draws it (`menu.headings`), and the theme's is not shown.
        """
        if isinstance(node, nodes.bullet_list):
            return {"fragment": "", "title": ""}
        if not isinstance(node, nodes.title) or not all(isinstance(child, nodes.Text) for child in node.children):
            return super().render_partial(node)
        words = node.astext()
        if words not in self.titles:
            self.titles[words] = super().render_partial(node)
        return self.titles[words]


def setup(app: Sphinx) -> None:
    """Register in the place of Sphinx's own."""
    app.add_builder(QuickerBuilder, override=True)
