"""Run a transform of Sphinx or of an extension only on pages that hold what it looks for.

Each walks the whole page to find, on most pages, nothing: together a seventh of the build. What they do where they run
is not touched. A transform that is not registered is left alone, so a new version of Sphinx is at worst slower.
"""

from __future__ import annotations

import re
import weakref
from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxSmartQuotes

# Transform → the kinds of nodes, or the components of sphinx-design, that it works on.
NEEDS: dict[str, frozenset[type | str]] = {
    "sphinx.transforms.HandleCodeBlocks": frozenset({nodes.block_quote}),
    "sphinx.transforms.DoctestTransform": frozenset({nodes.doctest_block}),
    "sphinx.transforms.AutoIndexUpgrader": frozenset({addnodes.index}),
    "sphinx.domains.citation.CitationDefinitionTransform": frozenset({nodes.citation}),
    "sphinx.domains.citation.CitationReferenceTransform": frozenset({nodes.citation_reference}),
    "sphinx.transforms.post_transforms.PropagateDescDomain": frozenset({addnodes.desc_signature}),
    "sphinx.transforms.post_transforms.code.HighlightLanguageTransform": frozenset({nodes.literal_block, addnodes.highlightlang}),
    "sphinx.transforms.post_transforms.code.TrimDoctestFlagsTransform": frozenset({nodes.literal_block, nodes.doctest_block}),
    "sphinx.transforms.post_transforms.images.ImageDownloader": frozenset({nodes.image}),
    "sphinx.transforms.post_transforms.images.DataURIExtractor": frozenset({nodes.image}),
    "sphinx_design.aside.AsideHtmlTransform": frozenset({"aside"}),
    "sphinx_design.dropdown.DropdownHtmlTransform": frozenset({"dropdown"}),
    "sphinx_design.tabs.TabSetHtmlTransform": frozenset({"tab-set"}),
}
SIGNS = re.compile(r"[\"'`\\]|--|\.\.\.|\. \. \.")  # what `SmartQuotes` changes


class Held:
    """The kinds of nodes on a page, and its components of sphinx-design; looked up once for all transforms of a phase."""

    def __init__(self) -> None:
        self.page: weakref.ref[nodes.document] | None = None
        self.kinds: set[type | str] = set()

    def of(self, document: nodes.document) -> set[type | str]:
        """The kinds on this page, which is most often the page asked for before."""
        if self.page is None or self.page() is not document:
            self.page, self.kinds = weakref.ref(document), set()
            for node in document.findall():
                self.kinds.add(type(node))
                if isinstance(node, nodes.container) and "design_component" in node:
                    self.kinds.add(str(node["design_component"]))
        return self.kinds


def only_where_needed(transform: type[Transform], kinds: frozenset[type | str], held: Held) -> type[Transform]:
    """The same transform, which leaves pages without any of *kinds* alone."""

    class Quicker(transform):  # type: ignore[valid-type,misc]
        def apply(self, **kwargs: Any) -> None:
            if not kinds.isdisjoint(held.of(self.document)):
                super().apply(**kwargs)

    Quicker.__name__, Quicker.__qualname__, Quicker.__module__ = transform.__name__, transform.__qualname__, transform.__module__
    return Quicker


class _Blocks:
    """A document of some blocks, as far as `SmartQuotes.apply` looks at it."""

    def __init__(self, document: nodes.document, blocks: list[nodes.TextElement]) -> None:
        self.settings, self.reporter, self.blocks = document.settings, document.reporter, blocks

    def findall(self, kind: type) -> list[nodes.TextElement]:
        return self.blocks


class Quotes(SphinxSmartQuotes):
    """Typographic quotes as Sphinx makes them, without splitting and joining every block that holds no sign to change."""

    def apply(self, **kwargs: Any) -> None:
        """Leave out blocks without a sign, then do as Sphinx does."""
        whole = self.document
        found = [n for n in whole.findall(nodes.TextElement) if not isinstance(n.parent, nodes.TextElement) and SIGNS.search(n.astext())]
        if found:
            self.document = _Blocks(whole, found)  # type: ignore[assignment]
            super().apply(**kwargs)
            self.document = whole


def replace(transforms: list[type[Transform]]) -> None:
    """Put the quicker ones in the place of those in *transforms*, which are those of one phase."""
    held = Held()
    for n, transform in enumerate(transforms):
        if transform is SphinxSmartQuotes:
            transforms[n] = Quotes
        elif kinds := NEEDS.get(f"{transform.__module__}.{transform.__name__}"):
            transforms[n] = only_where_needed(transform, kinds, held)


def inited(app: Sphinx, *_: object) -> None:
    """When every extension has registered its own."""
    replace(app.registry.transforms)
    replace(app.registry.post_transforms)


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("config-inited", inited, priority=900)
