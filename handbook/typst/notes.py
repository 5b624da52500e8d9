"""Notes: the marks in the text, joined with commas, and the numbered sources at the end of each chapter.

A source that the list of references holds is named there by author and year: the book prints it in full once, by author.
"""

from __future__ import annotations

from docutils import nodes

from handbook.render.citing import HandbookStyle, short
from handbook.typst.markup import label, string
from handbook.typst.rules import Book, anchors, blocks, inside, mark, point, rule


@rule("footnote_reference", "citation_reference")
def note_mark(book: Book, node: nodes.Element) -> str:
    """A mark; the first of adjacent marks prints them all in one link to the first note, the others nothing."""
    siblings = node.parent.children
    at = siblings.index(node)
    if at and isinstance(siblings[at - 1], (nodes.footnote_reference, nodes.citation_reference)):
        return ""
    if inside(node, nodes.thead):  # no links there, see `inline.reference`
        return f"#super(typographic: false, size: 0.66em, {string(node.astext())});"
    numbers = []
    for other in siblings[at:]:
        if not isinstance(other, (nodes.footnote_reference, nodes.citation_reference)):
            break
        numbers.append(other.astext())
    return f"#marks({point(book, node, label(book.docname, str(node.get('refid', ''))))}, {string(','.join(numbers))});"


@rule("footnote", "citation")
def note(book: Book, node: nodes.Element) -> str:
    """All notes in a row make one numbered list, written with the first of them."""
    siblings = node.parent.children
    at = siblings.index(node)
    if at and isinstance(siblings[at - 1], (nodes.footnote, nodes.citation)):
        return ""
    rows = []
    for other in siblings[at:]:
        if not isinstance(other, (nodes.footnote, nodes.citation)):
            break
        name: str = next((c.astext() for c in other.children if isinstance(c, nodes.label)), "")
        body = in_references(book, other) or blocks(book, [c for c in other.children if not isinstance(c, nodes.label)])
        rows.append(f"({string(name)}, [{anchors(book, other)}{body.strip()}])")
    return f"{mark(book, node)}#notes({', '.join(rows)})"


def in_references(book: Book, node: nodes.Element) -> str:
    """Author and year, under which the list of references has the source in full; empty where the book has no such entry."""
    names: list[str] = node.get("ids", [])
    key = next((name.removeprefix("footcite-") for name in names if name.startswith("footcite-")), "")
    docname, anchor, _ = book.env.domains.standard_domain.labels.get(f"source-{key}", ("", "", ""))
    source = HandbookStyle.sources().get(key)
    if source is None or not docname or docname.startswith(book.without):
        return ""
    return f"#to({point(book, node, label(docname, anchor))})[#{string(short(source))};]"
