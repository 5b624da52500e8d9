"""Whether the book is read in the order of its pages: the words of each page's tree, one after the other, sought in the PDF's reading order."""

from __future__ import annotations

from collections.abc import Iterator

import pdftext
import pikepdf
from docutils import nodes
from pdftext import plain
from sphinx.application import Sphinx

from handbook.render.base import project_of
from handbook.render.citing import short
from handbook.render.nodes import disclosure
from handbook.typst import boxes, structure
from handbook.typst.builder import PdfBuilder
from handbook.typst.pages import Chapter, chapters, says_something
from handbook.typst.rules import has

BETWEEN = 120  # letters that the book may print between two pieces of a page's words: a page number, an address, marks of notes
SILENT = (nodes.raw, nodes.comment, nodes.footnote_reference, nodes.label, nodes.system_message)


def order(app: Sphinx) -> list[Chapter]:
    """The chapters of the book; the home page is one where it says something."""
    root = str(app.config.root_doc)
    home = [Chapter(root, 1, False)] if says_something(tree(app, root)) else []
    return home + chapters(app.env, root, tuple(app.config.handbook_book_without))


def tree(app: Sphinx, docname: str) -> nodes.document:
    """A page as the builder sees it."""
    assert isinstance(app.builder, PdfBuilder)
    return app.builder.tree(docname)


def titles(app: Sphinx) -> Iterator[tuple[int, str, bool]]:
    """Depth and words of each heading that leads somewhere, and whether it opens a chapter; of a part's own page only its title."""
    for chapter in order(app):
        for node in tree(app, chapter.docname).findall(nodes.title):
            above = [n for n in ancestors(node) if isinstance(n, nodes.section)]
            aside = any(has(n, "hb-dates") or "sources" in n["ids"] for n in above)
            if isinstance(node.parent, nodes.section) and not aside and (len(above) == 1 or not chapter.part):
                yield chapter.level + len(above) - 2, node.astext(), len(above) == 1


def ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    """What the node lies in, from within."""
    here = node.parent
    while here is not None:
        yield here
        here = here.parent


def contents(document: pikepdf.Pdf, runs: list[pdftext.Run], first: int) -> str:
    """The words between the title page and the page *first*, without spaces."""
    return plain("".join(run.text for run in pdftext.in_reading_order(document, runs) if 1 < run.page < first))


def out_of_order(app: Sphinx, document: pikepdf.Pdf, runs: list[pdftext.Run]) -> list[tuple[str, str]]:
    """Words of the pages' trees that do not come next in their chapter: page and words."""
    marks = iter(pdftext.bookmarks(document))
    first = [next(page for _, title, page in marks if plain(title) == plain(app.env.titles[c.docname].astext())) for c in order(app)]
    last = [page for _, title, page in marks if title == "Index"] or [len(document.pages) + 1]
    spoken = pdftext.in_reading_order(document, runs)
    missed = []
    for chapter, begin, end in zip(order(app), first, [*first[1:], *last], strict=True):
        text = plain("".join(run.text for run in spoken if begin <= run.page < end))
        at = 0
        for words in printed(app, tree(app, chapter.docname)):
            found = text.find(plain(words), at, at + len(plain(words)) + BETWEEN)
            if found < 0:
                missed.append((chapter.docname, words))
            else:
                at = found + len(plain(words))
    return missed


def printed(app: Sphinx, page: nodes.document) -> Iterator[str]:
    """The words of a page that the book prints there, in the order of its tree.

    The book has an order of its own in three places: notes stand under “Sources on this page”, and name author and year where the
    list of references says the rest; claims in a box are named with their page in the ledger; lists that find records are for screens.
    """
    structure.gather(page)
    for box in list(page.findall(lambda n: isinstance(n, disclosure) and has(n, "hb-claims-here"))):
        box[1:] = boxes.in_ledger(box)
    for entry in list(page.findall(lambda n: isinstance(n, nodes.container) and has(n, "hb-source"))):
        entry[:] = [boxes.reference_only(child) for child in entry.children]
    for note in list(page.findall(nodes.footnote)):
        key = next((name.removeprefix("footcite-") for name in note["ids"] if name.startswith("footcite-")), "")
        if f"source-{key}" in app.env.domains.standard_domain.labels:
            note[:] = [nodes.paragraph("", short(project_of(app).evidence.source[key]))]
    for node in page.findall(nodes.Text):
        if plain(node.astext()) and not silent(node):
            yield node.astext()


def silent(node: nodes.Node) -> bool:
    """What is not printed where it stands: comments, raw HTML, marks and numbers of notes, lists of links for screens."""
    return any(isinstance(n, SILENT) or has(n, "hb-filter") for n in ancestors(node))
