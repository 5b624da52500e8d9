"""Pictures: images with their words, figures with numbers, and the handbook's drawings as vectors in ink."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from docutils import nodes

from handbook.typst.markup import string
from handbook.typst.rules import Book, anchors, blocks, fault, inlines, mark, rule

INK = "#1a1a1a"
FULL = 480.0  # units of a drawing that fills the wide measure
WIDE, HIGH = 132.0, 200.0  # millimeters
UNDER_OPENING, LEAST = 160.0, 0.22  # millimeters below a chapter's title and key points; a scale at which letters of 13 units have 8 points


@rule("image")
def image(book: Book, node: nodes.Element) -> str:
    """An image with its alternative text."""
    uri = str(node["uri"])
    if not str(node.get("alt", "")).strip():
        fault(book, node, "P010", f"image {uri!r} has no alternative text")
    path = Path(book.env.srcdir) / uri
    if "://" in uri or not path.is_file():
        fault(book, node, "P011", f"image {uri!r} is not there")
        return ""
    data = path.read_bytes()
    if path.suffix == ".svg":
        data = ink(data.decode("utf-8")).encode("utf-8")
    width = str(node.get("width", ""))
    size = f", width: {width}" if width.endswith("%") else ""
    return f"#image({string(keep(book, data, path.suffix))}, alt: {string(node.get('alt', ''))}{size});"


@rule("figure")
def figure(book: Book, node: nodes.Element) -> str:
    """An image with its number and caption."""
    caption = next((c for c in node.children if isinstance(c, nodes.caption)), None)
    legend = next((c for c in node.children if isinstance(c, nodes.legend)), None)
    inner = "".join(inlines(book, [c]) for c in node.children if not isinstance(c, (nodes.caption, nodes.legend)))
    words = f"[{inlines(book, caption.children)}]" if caption is not None else "none"
    after = "\n\n" + blocks(book, legend.children) if legend is not None else ""
    return f"{mark(book, node)}{anchors(book, node)}#picture({words}, below: true)[{inner}]{after}"


@rule("caption")
def caption_(book: Book, node: nodes.Element) -> str:
    """A caption outside a figure (of a code block)."""
    return f"#boxtitle[{inlines(book, node.children)}]"


def drawn(book: Book, node: nodes.Element) -> str:
    """A drawing with its caption above, then whatever follows it (its numbers in a table)."""
    caption = next((c for c in node.children if isinstance(c, nodes.paragraph) and "hb-caption" in c.get("classes", ())), None)
    picture = next((c for c in node.children if type(c).__name__ == "drawing"), None)
    rest = [c for c in node.children if c is not caption and c is not picture]
    if picture is None:
        return blocks(book, node.children)
    words = f"[{inlines(book, caption.children)}]" if caption is not None else "none"
    call = f"{mark(book, node)}{anchors(book, node)}#picture({words})[{inlines(book, [picture])}]"
    return "\n\n".join(part for part in (call, blocks(book, rest)) if part)


@rule("drawing")
def drawing(book: Book, node: nodes.Element) -> str:
    """An inline SVG, in ink instead of the page's color."""
    if not str(node.get("alt", "")).strip():
        fault(book, node, "P010", f"drawing {node.get('name', '')!r} has no words")
    svg = ink(str(node["svg"]))
    match = re.search(r'viewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)', svg)
    wide, high = (float(match[1]), float(match[2])) if match else (FULL, FULL)
    scale = min(WIDE / FULL, HIGH / high, 170 / wide)
    if UNDER_OPENING / high >= LEAST:  # rather smaller than alone on a page, with the page before half empty
        scale = min(scale, UNDER_OPENING / high)
    name = keep(book, svg.encode("utf-8"), ".svg")
    return f"#image({string(name)}, width: {wide * scale:.1f}mm, alt: {string(str(node.get('alt', '')))});"


def ink(svg: str) -> str:
    """The same picture for paper: dark ink for `currentColor`, the book's sans for its letters."""
    svg = svg.replace("currentColor", INK).replace("currentcolor", INK)
    return re.sub(r'font-family="[^"]*"', 'font-family="Handbook Sans"', svg)


def keep(book: Book, data: bytes, suffix: str) -> str:
    """Put a picture beside the book under a name made from its bytes."""
    name = f"pictures/{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
    book.files[name] = data
    return name
