"""Definition lists and the glossary: terms, their other names, and what they mean."""

from __future__ import annotations

from docutils import nodes

from handbook.typst.rules import Book, anchors, blocks, inlines, mark, rule


@rule("glossary")
def glossary(book: Book, node: nodes.Element) -> str:
    """The list within."""
    return blocks(book, node.children)


@rule("definition_list")
def definition_list(book: Book, node: nodes.Element) -> str:
    """One entry a term; further names of a term follow it in lighter print."""
    out = []
    for item in node.children:
        if not isinstance(item, nodes.Element):
            continue
        names = [c for c in item.children if isinstance(c, nodes.term)]
        meaning = [c for c in item.children if isinstance(c, nodes.definition)]
        first = anchors(book, names[0]) + inlines(book, names[0].children) if names else ""
        others = ", ".join(f"[{anchors(book, n)}{inlines(book, n.children)}]" for n in names[1:])
        body = "\n\n".join(blocks(book, m.children) for m in meaning)
        out.append(f"{mark(book, item)}#definition([{first}], ({others}{',' if others else ''}))[{body}\n]")
    return "\n".join(out)
