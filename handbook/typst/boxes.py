"""Boxes: the handbook's own, those of Sphinx and of sphinx-design; “For clinicians” is open on paper."""

from __future__ import annotations

from docutils import nodes

from handbook.typst.figures import drawn
from handbook.typst.markup import string
from handbook.typst.rules import Book, anchors, blocks, fault, has, inlines, mark, rule

KEEP_WHOLE = 1300  # characters: a box up to about a third of a page is not split
KINDS = ("keypoints", "unknowns", "foryou", "ask", "urgent", "claimcheck", "clinicians", "claims-here", "filter")


def kind_of(node: nodes.Element) -> str:
    """The handbook's kind of a box, or that of docutils."""
    classes: list[str] = node.get("classes", [])
    for name in classes:
        if name.removeprefix("hb-") in KINDS:
            return name.removeprefix("hb-")
    return node.tagname


def boxed(book: Book, node: nodes.Element, title: str, children: list[nodes.Node]) -> str:
    """A box with its title; short ones stay whole."""
    whole = "true" if len(node.astext()) <= KEEP_WHOLE and not any(node.findall(nodes.table)) else "false"
    head = f"{mark(book, node)}#hbox({string(kind_of(node))}, whole: {whole}, [{title}])["
    return f"{head}{anchors(book, node)}{blocks(book, children)}\n]"


@rule("admonition", "note", "tip", "hint", "important", "warning", "caution", "danger", "attention", "error", "seealso", "versionmodified")
def admonition(book: Book, node: nodes.Element) -> str:
    """An admonition; without a title of its own it is called by its kind."""
    if node.children and isinstance(node.children[0], nodes.title):
        return boxed(book, node, inlines(book, node.children[0].children), node.children[1:])
    return boxed(book, node, f"#{string(node.tagname.capitalize())};", node.children)


@rule("disclosure")
def disclosure(book: Book, node: nodes.Element) -> str:
    """Closed on the screen, open here."""
    if not node.children or type(node.children[0]).__name__ != "disclosure_title":
        fault(book, node, "P001", "disclosure without a title")
        return ""
    first = node.children[0]
    assert isinstance(first, nodes.Element)
    children = in_ledger(node) if has(node, "hb-claims-here") else node.children[1:]
    return boxed(book, node, inlines(book, first.children), children)


def in_ledger(node: nodes.Element) -> list[nodes.Node]:
    """Claims with verdict and the page of the ledger: facts and reasons are printed once, there."""
    out = nodes.bullet_list("")
    for claim in node.findall(lambda n: isinstance(n, nodes.container) and "hb-claim" in n["classes"]):
        said, link = claim.children[1], next(iter(claim.children[-1].findall(nodes.reference)), None)
        line = said.deepcopy()
        assert isinstance(line, nodes.paragraph)
        if link is not None:
            line += [
                nodes.Text(" "),
                nodes.reference("", "", nodes.Text("Ledger"), **{k: v for k, v in link.attributes.items() if k in {"refuri", "refid", "internal"}}),
            ]
        out += nodes.list_item("", line)
    return [out]


@rule("container")
def container(book: Book, node: nodes.Element) -> str:
    """A container of the handbook or of sphinx-design by its class; any other is what it holds."""
    if has(node, "hb-filter"):  # lists of links that find a record on the screen; the book prints the records a few pages on
        return ""
    if has(node, "hb-figure"):
        return drawn(book, node)
    children = node.children if not has(node, "hb-source") else [reference_only(child) for child in node.children]
    inner = anchors(book, node) + "\n" + blocks(book, children)
    component = node.get("design_component", "")
    if component in {"card", "dropdown", "tab-item"}:
        return f"#card[{inner}]"
    if has(node, "hb-notice"):
        return f"#notice[{inner}]"
    if has(node, "hb-claim", "hb-finding", "hb-source"):
        whole = "true" if len(node.astext()) <= KEEP_WHOLE else "false"
        return f"#entry({string('source' if has(node, 'hb-source') else 'record')}, whole: {whole})[{inner}]"
    return inner


def reference_only(node: nodes.Node) -> nodes.Node:
    """A source's line without the pages that use it: thousands of links, which the site shows better."""
    if not isinstance(node, nodes.paragraph):
        return node
    end = next((n for n, child in enumerate(node.children) if isinstance(child, nodes.Text) and child.startswith(" Used on")), None)
    if end is None:
        return node
    kept = node.deepcopy()
    del kept[end:]
    return kept


@rule("sd_tab_label")
def tab_label(book: Book, node: nodes.Element) -> str:
    """All tabs are shown one below the other, each under its name."""
    return f"#boxtitle[{inlines(book, node.children)}]"
