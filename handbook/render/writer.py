"""How our pages are written in HTML: tables that stack on phones, light notes and links, safe outside links, reasons once a page.

What no style or script asks for is left out on every row, link, note and glossary term: a phone loads it with each page,
and a browser's work grows with the elements.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.application import Sphinx

from handbook.render.base import blocks

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator as Writer
else:
    Writer = object

BUILDERS = frozenset({"html", "dirhtml", "epub"})
NOTE = re.compile(r"footcite-[\w:.-]+")
DAY = re.compile(r"(\d{4}-\d\d-\d\d)")
# An address made of a count (`#id7`) leads elsewhere after the next edit, so it is none to copy; letters are in “On this page”.
COUNTED = re.compile(r"term-.*|id\d+|[a-z]", re.S)
# Spans that no style asks for; a link to a term says itself that it is one.
TERM = ["std", "std-term", "hb-term"]
PLAIN = (["doc"], ["std", "std-ref"], ["std", "std-doc"], TERM, ["hb-sentence"])
# Where a paragraph that stands alone says nothing by itself.
ROOMS = (nodes.list_item, nodes.entry, nodes.definition, nodes.field_body)
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')  # docutils writes it, and so does the theme
RARE = frozenset({"target", "rel", "secnumber"})  # attributes of links that are left to Sphinx


class PageWriter(Writer):
    """What is different on our pages; mixed into the writer of builder and theme, as the theme mixes in its own."""

    def visit_document(self, node: nodes.document) -> None:
        """A page begins."""
        super().visit_document(node)
        self.whys: dict[str, str] = {}  # reasons behind badges in HTML → id
        self.short: dict[str, str] = {}  # long id of a note → short one
        self.ways_back: set[str] | None = None  # ids of the first mark of each note
        self.notes_left = 0  # in the list of notes
        self.heads: list[list[str]] = []  # of each table that is open: its columns; none when they cannot name cells
        self.in_head = False
        self.status_at = 0  # where the words of a page's status begin

    def depart_document(self, node: nodes.document) -> None:
        """Reasons stand at the end, equal ones once: smaller, and out of the running text."""
        if self.whys:
            reasons = "".join(f'<div popover id="{name}" class="hb-why" role="note">{lines}</div>' for lines, name in self.whys.items())
            self.body.append(f'<div class="hb-whys">{reasons}</div>\n')
        super().depart_document(node)

    def short_id(self, name: str) -> str:
        """Keys of sources as ids are long, and stand three times for each source; nothing else points at them."""
        return self.short.setdefault(name, f"note-{len(self.short) + 1}") if NOTE.fullmatch(name) else name

    def visit_footnote_reference(self, node: nodes.Element) -> None:
        """A mark has an id only where a note leads back to it."""
        if self.in_head:
            self.body.append("[")
            return
        if self.ways_back is None:
            self.ways_back = {note["backrefs"][0] for note in blocks(self.document) if isinstance(note, nodes.footnote) and note["backrefs"]}
        own = next((f' id="{name}"' for name in node["ids"] if name in self.ways_back), "")
        self.body.append(f'<a href="#{self.short_id(node["refid"])}"{own} role="doc-noteref">[')

    def depart_footnote_reference(self, node: nodes.Element) -> None:
        self.body.append("]" if self.in_head else "]</a>")

    def visit_footnote(self, node: nodes.footnote) -> None:
        """The list of notes is part of the article, not a landmark beside it."""
        if not self.notes_left:
            beside = node.parent.children
            following = beside[beside.index(node) :]
            self.notes_left = next((n for n, other in enumerate(following) if not isinstance(other, nodes.footnote)), len(following))
            self.body.append('<div class="footnote-list brackets">\n')
        self.body.append(f'<aside id="{self.short_id(node["ids"][0])}" role="doc-footnote">\n')

    def depart_footnote(self, node: nodes.footnote) -> None:
        self.notes_left -= 1
        self.body.append("</aside>\n" if self.notes_left else "</aside></div>\n")

    def visit_label(self, node: nodes.label) -> None:
        """The number of a note is the way back, to its first mark."""
        backs = node.parent["backrefs"]
        self.body.append(f'<span class="label">[<a role="doc-backlink" href="#{backs[0]}">' if backs else '<span class="label">[')

    def depart_label(self, node: nodes.label) -> None:
        self.body.append("</a>]</span>\n" if node.parent["backrefs"] else "]</span>\n")

    def visit_reference(self, node: nodes.Element) -> None:
        """On a phone the heads of a table are read aloud but not seen, so nothing in them may take the focus."""
        if self.in_head:
            return
        attributes = node.attributes
        address: Any = attributes.get("refuri")
        outside = address is not None and not attributes.get("internal")
        rel = outside and address.startswith(("http:", "https:"))  # no other site learns what a reader was reading
        if attributes["classes"] or attributes["ids"] or not RARE.isdisjoint(attributes) or not isinstance(node.parent, nodes.TextElement):
            if rel:
                node["rel"] = "noopener noreferrer"
            super().visit_reference(node)
            return
        start = '<a rel="noopener noreferrer"' if rel else "<a"
        if not outside and len(node.children) == 1 and isinstance(node[0], nodes.inline) and node[0]["classes"] == TERM:
            start = '<a class="hb-term"'
        title = f' title="{self.attval(attributes["reftitle"])}"' if "reftitle" in attributes else ""
        self.body.append(f'{start} href="{self.attval("#" + attributes["refid"] if address is None else address or "#")}"{title}>')

    def depart_reference(self, node: nodes.reference) -> None:
        if not self.in_head:
            super().depart_reference(node)

    def visit_inline(self, node: nodes.inline) -> None:
        if node["classes"] not in PLAIN or node["ids"]:
            super().visit_inline(node)

    def depart_inline(self, node: nodes.inline) -> None:
        if node["classes"] not in PLAIN or node["ids"]:
            super().depart_inline(node)

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        if node["ids"] and not COUNTED.fullmatch(node["ids"][0]):
            super().add_permalink_ref(node, title)

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        if node["classes"] or node["ids"]:
            super().visit_paragraph(node)
            self.status_at = len(self.body)
        elif not alone(node):
            self.body.append("<p>")

    def depart_paragraph(self, node: nodes.paragraph) -> None:
        if node["classes"] or node["ids"]:
            if "hb-status" in node["classes"]:  # a date that breaks at its hyphens is hard to read
                self.body[self.status_at] = DAY.sub(r"<time>\1</time>", self.body[self.status_at], count=1)
            super().depart_paragraph(node)
        elif not alone(node):
            self.body.append("</p>\n")

    def visit_field(self, node: nodes.Element) -> None:
        """Without Sphinx's classes of odd and even."""

    def visit_table(self, node: nodes.table) -> None:
        """Each cell is named by its column and each row by its first cell, so that a row can stand as a card and be read aloud."""
        rows: list[tuple[Any, Any]] = [
            (part, row) for group in node.children if isinstance(group, nodes.tgroup) for part in group.children for row in part.children
        ]
        heads = [escape(entry.astext().strip()) for part, row in rows if isinstance(part, nodes.thead) for entry in row.children]
        if any(not {"morecols", "morerows"}.isdisjoint(entry.attributes) for _, row in rows for entry in row.children):
            heads = []
        self.heads.append(heads)
        if heads:
            node["classes"].insert(0, "hb-table")
        super().visit_table(node)

    def depart_table(self, node: nodes.table) -> None:
        self.heads.pop()
        super().depart_table(node)

    def visit_thead(self, node: nodes.thead) -> None:
        self.in_head = bool(self.heads[-1])
        super().visit_thead(node)

    def depart_thead(self, node: nodes.thead) -> None:
        self.in_head = False
        super().depart_thead(node)

    def visit_row(self, node: nodes.Element) -> None:
        """Without Sphinx's classes of odd and even."""
        self.body.append(self.starttag(node, "tr", ""))
        node.column = 0  # type: ignore[attr-defined]

    def visit_entry(self, node: nodes.entry) -> None:
        row: Any = node.parent
        if not self.heads[-1] or node["ids"]:
            super().visit_entry(node)
            return
        if self.in_head:
            start, end = f'<th class="{" ".join([*node["classes"], "head"])}" scope="col"', "</th>\n"
        elif row.column == 0:
            start, end = '<th scope="row"', "</th>\n"
        else:
            name = self.heads[-1][row.column] if row.column < len(self.heads[-1]) else ""
            start, end = f'<td data-label="{name}"', "</td>\n"
            if only_marks(node):
                node["classes"].append("hb-marks")
        if node["classes"] and not self.in_head:
            start += f' class="{" ".join(node["classes"])}"'
        row.column += 1
        self.body.append(start + ">")
        self.context.append(end)


def alone(node: nodes.paragraph) -> bool:
    """Whether a paragraph is all that an item, a cell or a meaning holds."""
    return isinstance(node.parent, ROOMS) and len(node.parent.children) == 1


def only_marks(node: nodes.Element) -> bool:
    """Whether a cell holds note marks and no words: they are targets of their own then, and need room for a finger."""
    parts = [part for paragraph in node.children for part in paragraph.children if not (isinstance(part, nodes.Text) and part.isspace())]
    return bool(parts) and all(isinstance(part, nodes.footnote_reference) for part in parts)


def mix(app: Sphinx) -> None:
    """After the theme has chosen a writer: add ours."""
    name = app.builder.name
    if name in BUILDERS:
        app.set_translator(name, type("HandbookWriter", (PageWriter, app.registry.get_translator_class(app.builder)), {}), override=True)


def context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """What other hands wrote without need: sphinx-design the class of each container, docutils a second viewport."""
    if context.get("body"):
        context["body"] = context["body"].replace(' docutils container"', '"')
    context["metatags"] = VIEWPORT.sub("", str(context.get("metatags", "")))


def setup(app: Sphinx) -> None:
    """Register, before what looks at the finished body."""
    app.connect("html-page-context", context, priority=900)
    app.connect("builder-inited", mix, priority=900)
