"""Words within a line: emphasis, links with page numbers, badges, verdicts."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from handbook.typst import markup
from handbook.typst.markup import label, string
from handbook.typst.rules import Book, address, anchor, anchors, has, inlines, inside, point, rule, target


@rule("Text")
def text(book: Book, node: Any) -> str:
    """Words."""
    return markup.words(node.astext())


@rule("emphasis", "title_reference", "literal_emphasis", "cite")
def emphasis(book: Book, node: nodes.Element) -> str:
    """Italic."""
    return f"#emph[{anchors(book, node)}{inlines(book, node.children)}];"


@rule("strong", "literal_strong")
def strong(book: Book, node: nodes.Element) -> str:
    """Bold."""
    return f"#strong[{anchors(book, node)}{inlines(book, node.children)}];"


@rule("literal", "desc_name", "kbd")
def literal(book: Book, node: nodes.Element) -> str:
    """Code within a line."""
    return f"#raw({string(node.astext())});"


@rule("subscript")
def subscript(book: Book, node: nodes.Element) -> str:
    """Below the line."""
    return f"#sub[{inlines(book, node.children)}];"


@rule("superscript")
def superscript(book: Book, node: nodes.Element) -> str:
    """Above the line."""
    return f"#super[{inlines(book, node.children)}];"


@rule("abbreviation", "acronym")
def abbreviation(book: Book, node: nodes.Element) -> str:
    """A short form, with its meaning in parentheses, since paper has no tooltip."""
    meaning = node.get("explanation")
    return inlines(book, node.children) + (markup.words(f" ({meaning})") if meaning else "")


@rule("inline", "generated", "problematic", "download_reference", "manpage")
def inline(book: Book, node: nodes.Element) -> str:
    """Words with a class of the handbook, or plain."""
    body = anchors(book, node) + inlines(book, node.children)
    if has(node, "hb-verdict"):
        return f"#verdict[{body}];"
    return f"#support[{body}];" if has(node, "hb-support") else body


@rule("badge")
def badge(book: Book, node: nodes.Element) -> str:
    """A certainty badge: words and signs in a frame; without frame in tables, where columns are narrow."""
    cell = inside(node, nodes.entry)
    return f"#badge({string(str(node.get('level', '')))}, framed: {'false' if cell else 'true'})[{inlines(book, node.children)}];"


@rule("reference", "number_reference")
def reference(book: Book, node: nodes.Element) -> str:
    """A link: to a page of the book with its page number, to another site with its address; a term only keeps its place."""
    if inside(node, nodes.thead):  # repeated on each page of its table, where PDF/UA allows neither links nor places
        return inlines(book, node.children)
    body = anchors(book, node)
    full = target(book, node)
    if full is not None:
        body += inlines(book, node.children)
        if any(has(c, "std-term") for c in node.children):
            return use_of_term(book, full) + body
        return f"#xref({point(book, node, full)})[{body}];"
    uri = address(book, node)
    if not uri:
        return body + inlines(book, node.children)
    shown = node.astext().strip()
    if shown == uri or shown.startswith(("doi:", "PMID")) or uri.removeprefix("mailto:").removeprefix("tel:") == shown:
        return f"#link({string(uri)})[{body}{markup.address(shown)}];"
    printed = markup.address(uri.removeprefix("https://").removeprefix("mailto:").rstrip("/"))
    if all(isinstance(c, nodes.image) for c in node.children):
        return inlines(book, node.children)
    return f"#link({string(uri)})[{body}{inlines(book, node.children)}#web[{printed}]];"


def use_of_term(book: Book, full: str) -> str:
    """The place of a term for the index. No link: on paper every word can be looked up, and thousands of links that nobody
    sees are read aloud one by one, cost a seventh of the typesetting, and a tenth of the file.
    """
    places = book.uses.setdefault(full, [])
    here = f"use-{len(places) + 1}-{full}"
    places.append(label(book.docname, here))
    return anchor(book, here)
