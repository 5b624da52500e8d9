"""Tables: heads that repeat on each page, columns that fit, rows that stay whole where they are short."""

from __future__ import annotations

from math import sqrt

from docutils import nodes

from handbook.render.nodes import disclosure
from handbook.typst.rules import Book, anchors, blocks, fault, inlines, inside, mark, rule

WHOLE_ROW = 900  # characters; a longer row may break over pages
WIDTH, PADDING, LETTER = 156.0, 3.0, 1.75  # millimeters: a table inside a box, both sides of a cell, and a wide letter of the small print


def widths(group: nodes.tgroup, fixed: bool) -> list[float]:
    """Shares of the width: by the square root of what each column holds, halfway to what is written, if it is."""
    given = [float(c.get("colwidth", 1)) for c in group.children if isinstance(c, nodes.colspec)]
    held = [1.0] * len(given)
    for row in group.findall(nodes.row):
        cells = [c for c in row.children if isinstance(c, nodes.entry)]
        if len(cells) == len(given):
            held = [max(h, min(len(c.astext()), 700)) for h, c in zip(held, cells, strict=True)]
    needed = [max(sqrt(h), longest(group, n) * 0.9, 4.0) for n, h in enumerate(held)]
    if fixed and len(set(given)) > 1:
        return [100 * sqrt(g / sum(given) * n / sum(needed)) for g, n in zip(given, needed, strict=True)]
    return needed


def tight(group: nodes.tgroup, shares: list[float]) -> bool:
    """Whether a word is wider than its column, so that words must be split; looking for places to split them costs much time."""
    return any(longest(group, n) * LETTER + PADDING > WIDTH * share / sum(shares) for n, share in enumerate(shares))


def longest(group: nodes.tgroup, n: int) -> int:
    """Letters of the longest word in the column *n*; the small marks of notes are no part of it."""
    cells = [r.children[n] for r in group.findall(nodes.row) if n < len(r.children)]
    texts = ("".join(t for t in cell.findall(nodes.Text) if not isinstance(t.parent, nodes.footnote_reference)) for cell in cells)
    return max((len(word) for text in texts for word in text.split()), default=1)


@rule("table")
def table(book: Book, node: nodes.table) -> str:
    """A table with its number and title above; one without a header row cannot be read aloud."""
    title = next((c for c in node.children if isinstance(c, nodes.title)), None)
    group = next((c for c in node.children if isinstance(c, nodes.tgroup)), None)
    if group is None:
        return ""
    head = [r for h in group.children if isinstance(h, nodes.thead) for r in h.children if isinstance(r, nodes.row)]
    body = [r for h in group.children if isinstance(h, nodes.tbody) for r in h.children if isinstance(r, nodes.row)]
    if not head or not any(r.astext().strip() for r in head):
        first = next(iter(group.findall(nodes.paragraph)), node)  # a simple table of docutils has no line of its own
        fault(book, first, "P019", f"table {'“' + title.astext() + '” ' if title else ''}has no header row")
    shares = widths(group, "colwidths-auto" not in node.get("classes", ()))
    columns = "(" + "".join(f"{w:.3g}fr, " for w in shares) + ")"
    heads = "".join(row(book, r, head=True) for r in head)
    rows = "".join(row(book, r) + "\n" for r in body)
    caption = f"[{inlines(book, title.children)}]" if title else "none"
    place = anchors(book, node)
    wide = "false" if inside(node, nodes.Admonition, nodes.table, nodes.list_item, disclosure) else "true"
    split = "true" if tight(group, shares) else "false"
    call = f"#hbtable({caption}, {columns}, wide: {wide}, split: {split}, table.header({heads}),\n{rows})"
    return f"{mark(book, node)}{place}{call}"


def row(book: Book, node: nodes.row, head: bool = False) -> str:
    """The cells of one row."""
    whole = len(node.astext()) <= WHOLE_ROW
    cells = []
    for cell in node.children:
        if not isinstance(cell, nodes.entry):
            continue
        options = [f"{name}: {cell[key] + 1}" for name, key in (("colspan", "morecols"), ("rowspan", "morerows")) if cell.get(key)]
        if not whole:
            options.append("breakable: true")
        inner = blocks(book, cell.children).strip()
        cells.append(f"table.cell({', '.join(options)})[\n{inner}\n], " if options else f"[\n{inner}\n], ")
    return "".join(cells)
