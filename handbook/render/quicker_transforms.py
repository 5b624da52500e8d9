"""Run a transform of Sphinx or of an extension only on pages that hold what it looks for.

Each walks the whole page to find, on most pages, nothing: together a fifth of the build. What they do where they run
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
from sphinx.builders.latex.transforms import FootnoteDocnameUpdater
from sphinx.transforms import SphinxSmartQuotes
from sphinx.transforms.i18n import TranslationProgressTotaliser
from sphinx.transforms.references import SphinxDanglingReferences
from sphinx.util import docutils as sphinx_docutils
from sphinxcontrib.bibtex.nodes import bibliography

from handbook.render.quicker_nodes import of_kind

# Transform → the kinds of nodes, or the attributes, components of sphinx-design, classes and sorts of links, that it works on.
NEEDS: dict[str, frozenset[type | str]] = {
    "docutils.transforms.misc.Transitions": frozenset({nodes.transition}),
    "docutils.transforms.references.AnonymousHyperlinks": frozenset({"anonymous"}),
    "docutils.transforms.references.Substitutions": frozenset({nodes.substitution_reference}),
    "sphinx.transforms.HandleCodeBlocks": frozenset({nodes.block_quote}),
    "sphinx.transforms.DoctestTransform": frozenset({nodes.doctest_block}),
    "sphinx.transforms.AutoIndexUpgrader": frozenset({addnodes.index}),
    "sphinx.transforms.DefaultSubstitutions": frozenset({nodes.substitution_reference}),
    "sphinx.transforms.GlossarySorter": frozenset({addnodes.glossary}),
    "sphinx.transforms.MoveModuleTargets": frozenset({"ismod"}),
    "sphinx.transforms.ReorderConsecutiveTargetAndIndexNodes": frozenset({addnodes.index}),
    "sphinx.transforms.i18n.RemoveTranslatableInline": frozenset({"translatable"}),
    "sphinx.domains.citation.CitationDefinitionTransform": frozenset({nodes.citation}),
    "sphinx.domains.citation.CitationReferenceTransform": frozenset({nodes.citation_reference}),
    "sphinx.transforms.post_transforms.OnlyNodeTransform": frozenset({addnodes.only}),
    "sphinx.transforms.post_transforms.PropagateDescDomain": frozenset({addnodes.desc_signature}),
    "sphinx.transforms.post_transforms.code.HighlightLanguageTransform": frozenset({nodes.literal_block, addnodes.highlightlang}),
    "sphinx.transforms.post_transforms.code.TrimDoctestFlagsTransform": frozenset({nodes.literal_block, nodes.doctest_block}),
    "sphinx.transforms.post_transforms.images.ImageDownloader": frozenset({nodes.image}),
    "sphinx.transforms.post_transforms.images.DataURIExtractor": frozenset({nodes.image}),
    "sphinxcontrib.bibtex.transforms.BibliographyTransform": frozenset({bibliography}),
    "myst_parser.sphinx_ext.myst_refs.MystReferenceResolver": frozenset({"myst"}),
    "sphinx_design.badges_buttons.BadgeRefTooltipStash": frozenset({"sd_tooltip"}),
    "sphinx_design.badges_buttons.ButtonRefContentStash": frozenset({"sd-btn"}),
    "sphinx_design.aside.AsideHtmlTransform": frozenset({"aside"}),
    "sphinx_design.dropdown.DropdownHtmlTransform": frozenset({"dropdown"}),
    "sphinx_design.tabs.TabSetHtmlTransform": frozenset({"tab-set"}),
}
OF_READER = tuple(sphinx_docutils._READER_TRANSFORMS)
REFERENCES = (nodes.reference, nodes.footnote_reference, nodes.citation_reference, nodes.target)
SIGNS = re.compile(r"[\"'`\\]|--|\.\.\.|\. \. \.")  # what `SmartQuotes` changes


LEAST = len(nodes.inline().attributes)  # what every node has


class Held:
    """The kinds of nodes on a page and what its nodes say of themselves; looked up once for all transforms of a phase."""

    def __init__(self) -> None:
        self.page: weakref.ref[nodes.document] | None = None
        self.kinds: set[type | str] = set()

    def of(self, document: nodes.document) -> set[type | str]:
        """The kinds on this page, which is most often the page asked for before."""
        if self.page is None or self.page() is not document:
            self.page, self.kinds = weakref.ref(document), kinds_of(document)
        return self.kinds


def kinds_of(document: nodes.document) -> set[type | str]:
    """Every kind of node with the kinds it is one of, every attribute and class, and what links and components are."""
    types, said = set[type](), set[str]()
    for node in document.findall(nodes.Element):
        types.add(node.__class__)
        attributes = node.attributes
        said.update(attributes["classes"])
        if len(attributes) > LEAST:
            said.update(attributes)
            said.update(str(attributes[name]) for name in ("reftype", "design_component") if name in attributes)
    return said.union(*(kind.__mro__ for kind in types))


def only_where_needed(transform: type[Transform], kinds: frozenset[type | str], held: Held) -> type[Transform]:
    """The same transform, which leaves pages without any of *kinds* alone."""

    class Quicker(transform):  # type: ignore[valid-type,misc]
        def apply(self, **kwargs: Any) -> None:
            if not kinds.isdisjoint(held.of(self.document)):
                super().apply(**kwargs)

    Quicker.__name__, Quicker.__qualname__, Quicker.__module__ = transform.__name__, transform.__qualname__, transform.__module__
    return Quicker


class _Blocks:
    """A document of some nodes, as far as a transform looks at it."""

    def __init__(self, document: nodes.document, found: list[Any]) -> None:
        self.document, self.found = document, found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.document, name)

    def findall(self, kind: type) -> list[Any]:
        return [node for node in self.found if isinstance(node, kind)]

    def walk(self, visitor: nodes.NodeVisitor) -> None:
        for node in self.found:
            visitor.dispatch_visit(node)


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


class References(SphinxDanglingReferences):
    """References without a target, as Sphinx finds them, without a visit to every node that is neither reference nor target."""

    def apply(self, **kwargs: Any) -> None:
        """Leave out all other nodes, then do as Sphinx does."""
        whole = self.document
        self.document = _Blocks(whole, list(of_kind(whole, REFERENCES)))  # type: ignore[assignment]
        super().apply(**kwargs)
        self.document = whole


class Footnotes(FootnoteDocnameUpdater):
    """The page of every note and mark, without a question to every other node."""

    def apply(self, **kwargs: Any) -> None:
        """As Sphinx does."""
        for node in of_kind(self.document, self.TARGET_NODES):
            node["docname"] = self.env.current_document.docname


def progress(held: Held) -> type[TranslationProgressTotaliser]:
    """How much of a page is translated, without a walk where nothing is."""

    class Progress(TranslationProgressTotaliser):
        def apply(self, **kwargs: Any) -> None:
            if "translated" in held.of(self.document):
                super().apply(**kwargs)
            else:
                self.document["translation_progress"] = {"total": 0, "translated": 0}

    return Progress


def replace(*groups: list[type[Transform]]) -> None:
    """Put the quicker ones in the place of those in *groups*, which are those of one phase."""
    held = Held()
    ours = {
        SphinxSmartQuotes: Quotes, SphinxDanglingReferences: References, FootnoteDocnameUpdater: Footnotes,
        TranslationProgressTotaliser: progress(held),
    }  # fmt: skip
    for transforms in groups:
        for n, transform in enumerate(transforms):
            if transform in ours:
                transforms[n] = ours[transform]
            elif kinds := NEEDS.get(f"{transform.__module__}.{transform.__name__}"):
                transforms[n] = only_where_needed(transform, kinds, held)


def inited(app: Sphinx, *_: object) -> None:
    """When every extension has registered its own. The list of docutils' transforms outlives a build."""
    sphinx_docutils._READER_TRANSFORMS[:] = OF_READER
    replace(app.registry.transforms, sphinx_docutils._READER_TRANSFORMS)
    replace(app.registry.post_transforms)


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("config-inited", inited, priority=900)
