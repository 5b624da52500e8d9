"""Pages, headings, paragraphs and lists."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from handbook.typst.markup import label, string, verbatim
from handbook.typst.rules import Book, anchors, blocks, fault, has, inlines, mark, point, rule, write

DEEPEST = 6  # PDF/UA-1 knows H1 to H6
SMALL = ("hb-small",)
ONE_LINE = 100  # characters; a longer paragraph fills two lines
SHORT_LIST = 700  # characters: about ten lines


def page(book: Book, tree: nodes.document, docname: str, level: int, part: bool) -> str:
    """A page as a chapter (or the opening of a part) whose title is a heading of *level*."""
    book.docname, book.level, book.part, book.first = docname, level - 1, part, level
    gather(tree)
    first = next((n for n in tree.children if isinstance(n, nodes.section)), None)
    if first is not None:
        book.same[label(docname)] = main_label(book, first)
    return blocks(book, tree.children)


def gather(tree: nodes.document) -> None:
    """Put the notes, which MyST moves to the end of the page, back under “Sources on this page”."""
    notes = [n for n in tree.children if isinstance(n, (nodes.footnote, nodes.citation))]
    home = next((s for s in tree.findall(nodes.section) if "sources" in s.get("ids", ())), None)
    if notes and home is not None:
        for note in notes:
            tree.remove(note)
        home.extend(notes)


def main_label(book: Book, section: nodes.section) -> str:
    """The label of a section's heading: that of its first id."""
    return label(book.docname, section["ids"][0] if section.get("ids") else f"section-{id(section)}")


@rule("document")
def document(book: Book, node: nodes.document) -> str:
    """Everything below."""
    return blocks(book, node.children)


@rule("section")
def section(book: Book, node: nodes.section) -> str:
    """One level deeper; all ids of a section are the place of its heading."""
    book.level += 1
    sources = "sources" in node.get("ids", ())
    small = has(node, "hb-dates") or sources
    book.small += small
    main = main_label(book, node)
    names: list[str] = node.get("ids", [])
    for name in names[1:]:
        book.same.setdefault(label(book.docname, name), main)
    out = blocks(book, node.children)
    book.small -= small
    book.level -= 1
    # sources stay with the dates that follow, so that these never fill a page alone
    return f"#aside(keep: {'true' if sources else 'false'})[\n{out}\n]" if small else out


@rule("title")
def title(book: Book, node: nodes.title) -> str:
    """A heading; the titles of tables and boxes are written by their own rules."""
    if not isinstance(node.parent, nodes.section):
        return f"#boxtitle[{inlines(book, node.children)}]"
    depth = min(book.level, DEEPEST)
    opening = isinstance(node.parent.parent, nodes.document)
    kind = "small" if book.small else "part" if opening and book.part else "chapter" if opening else "plain" if book.part else "section"
    if not node.astext().strip():
        fault(book, node, "P001", "heading without words")
    name = label(book.docname, node.parent["ids"][0]) if node.parent.get("ids") else ""
    place = ""
    if name and name not in book.named:
        book.named.add(name)
        place = f"\ue004{name}\ue005"
    return f"{mark(book, node)}#head({depth}, {string(kind)}, first: {book.first}{place})[{inlines(book, node.children)}]"


@rule("subtitle", "rubric")
def rubric(book: Book, node: nodes.Element) -> str:
    """A line in bold that is no heading."""
    return f"{mark(book, node)}#boxtitle[{anchors(book, node)}{inlines(book, node.children)}]"


@rule("paragraph", "PassthroughTextElement", "compact_paragraph", "attribution", "centered")
def paragraph(book: Book, node: nodes.Element) -> str:
    """A paragraph; small print where its class says so."""
    text = mark(book, node) + anchors(book, node) + inlines(book, node.children)
    if has(node, "hb-scope"):
        return f"#scope[{text}]"
    if has(node, "sd-card-title", "sd-card-header"):
        return f"#boxtitle[{text}]"
    if has(node, *SMALL) and not book.small:
        text = f"#smallprint[{text}]"
    return f"#lead[{text}]" if leads(node) else text


def under_heading(node: nodes.Element) -> bool:
    """Whether a heading stands right above, which must not be parted from what it announces."""
    siblings = node.parent.children if node.parent is not None else [node]
    at = siblings.index(node)
    return at > 0 and isinstance(siblings[at - 1], nodes.title)


def leads(node: nodes.Element) -> bool:
    """Whether this is a short line under a heading with more to come: it stays with what follows."""
    return under_heading(node) and node.parent.children[-1] is not node and len(node.astext()) < ONE_LINE


def whole(node: nodes.Element, text: str) -> str:
    """A short list under a heading in one piece."""
    return f"#block(breakable: false)[{text}]" if under_heading(node) and len(node.astext()) < SHORT_LIST else text


@rule("block_quote")
def block_quote(book: Book, node: nodes.Element) -> str:
    """A quotation, set in."""
    return f"#quote(block: true)[{anchors(book, node)}{blocks(book, node.children)}]"


@rule("transition")
def transition(book: Book, node: nodes.Element) -> str:
    """A short line; none before notes, which have a heading."""
    return "" if has(node, "footnotes") else "#divider"


@rule("compound", "hlist", "hlistcol", "only", "topic", "sidebar", "decoration", "start_of_file")
def through(book: Book, node: nodes.Element) -> str:
    """What stands within."""
    return blocks(book, node.children)


@rule("toctree")
def toctree(book: Book, node: nodes.Element) -> str:
    """The pages themselves follow, so a hidden list prints nothing; a visible one names them with page numbers."""
    if node.get("hidden"):
        return ""
    rows = []
    entries: list[tuple[str | None, str]] = node.get("entries", [])
    for text, docname in entries:
        if docname in book.env.titles:
            name = string(text or book.env.titles[docname].astext())
            rows.append(f"[#xref({point(book, node, label(docname))})[#{name};]]")
    caption = f"#boxtitle[#{string(node['caption'])};]\n\n" if node.get("caption") else ""
    return f"{caption}#list({', '.join(rows)})" if rows else ""


def items(book: Book, node: nodes.Element) -> list[str]:
    """The items of a list, each as content."""
    return [f"[{anchors(book, c)}{blocks(book, c.children)}]" for c in node.children if isinstance(c, nodes.Element)]


@rule("bullet_list")
def bullet_list(book: Book, node: nodes.Element) -> str:
    """A list with dots; the short reasons of a finding run on, since there are hundreds of them."""
    if has(node, *SMALL) and has(node.parent, "hb-finding"):
        lines = "\n".join(anchors(book, c) + blocks(book, c.children).strip() for c in node.children if isinstance(c, nodes.Element))
        return f"#smallprint[\n{lines}\n]"
    text = whole(node, f"#list({', '.join(items(book, node))})")
    if has(node, "sd-card-title", "sd-card-header"):
        return f"#boxtitle[{text}]"
    return f"#smallprint[{text}]" if has(node, *SMALL) and not book.small else text


_NUMBERING = {"arabic": "1.", "loweralpha": "a.", "upperalpha": "A.", "lowerroman": "i.", "upperroman": "I."}


@rule("enumerated_list")
def enumerated_list(book: Book, node: nodes.Element) -> str:
    """A numbered list."""
    form = _NUMBERING.get(str(node.get("enumtype", "arabic")), "1.")
    return whole(node, f"#enum(start: {int(node.get('start', 1))}, numbering: {string(form)}, {', '.join(items(book, node))})")


@rule("field_list")
def field_list(book: Book, node: nodes.Element) -> str:
    """Names and values; run together at the end of a page (“Dates and version”)."""
    pairs: list[tuple[str, str]] = []
    for field in node.children:
        name, body = (field.children[0], field.children[1]) if isinstance(field, nodes.field) else (None, None)
        if isinstance(name, nodes.Element) and isinstance(body, nodes.Element):
            pairs.append((inlines(book, name.children), blocks(book, body.children).strip()))
    rows = ", ".join(f"([{name}], [\n{value}\n])" for name, value in pairs)
    return f"#fields({string('run-in' if has(node.parent, 'hb-dates') else 'list')}, ({rows},))"


@rule("line_block")
def line_block(book: Book, node: nodes.Element) -> str:
    """Lines that keep their ends."""
    return " #linebreak() ".join(write(book, child) for child in node.children)


@rule("line")
def line(book: Book, node: nodes.Element) -> str:
    """One line."""
    return inlines(book, node.children)


@rule("literal_block", "doctest_block")
def literal_block(book: Book, node: nodes.Element) -> str:
    """Code, as typed."""
    return f"{mark(book, node)}#raw(block: true, {verbatim(node.astext())})"


@rule("target")
def target_(book: Book, node: nodes.Element) -> str:
    """A named place; the id that a target only refers to stands on the node after it."""
    return anchors(book, node) + inlines(book, node.children)


@rule(
    "comment", "substitution_definition", "colspec", "tabular_col_spec", "system_message", "meta", "pending", "label", "index", "highlightlang",
    "raw", "sd_tab_input", "footbibliography", "BibliographyNode", "bibliography", "header", "footer",
)  # fmt: skip
def nothing(book: Book, node: Any) -> str:
    """What no reader of paper sees; an index entry keeps its place through the target beside it."""
    return ""
