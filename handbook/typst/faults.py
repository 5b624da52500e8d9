"""What is looked for before the compiler runs, each with file and line: signs without glyph, levels skipped, dead places."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from docutils import nodes

from handbook.pages import Page
from handbook.problems import Problem
from handbook.typst.glyphs import covered
from handbook.typst.rules import Book, fault

_SVG_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.S)


def signs(book: Book, tree: nodes.document) -> None:
    """P020: a character that no committed font can show would be an empty box on paper."""
    known = covered()
    for node in tree.findall(nodes.Text):
        if not known.issuperset(node):
            _missing(book, node, set(node) - known)
    for drawing in tree.findall(lambda n: type(n).__name__ == "drawing"):
        assert isinstance(drawing, nodes.Element)
        letters = {c for t in _SVG_TEXT.findall(str(drawing.get("svg", ""))) for c in unescape(re.sub(r"<[^>]+>", "", t))}
        _missing(book, drawing, letters - known)


def _missing(book: Book, node: nodes.Node, missing: set[str]) -> None:
    for char in sorted(missing):
        name = unicodedata.name(char, "no name")
        fault(book, node, "P020", f"no font of the book can show “{char}” (U+{ord(char):04X}, {name})")


def levels(page: Page) -> list[Problem]:
    """P003: a heading more than one level below the one before it."""
    out, last = [], 0
    for heading in page.headings:
        if heading.level > last + 1:
            message = f"heading “{heading.text}” is of level {heading.level} after level {last}"
            out.append(Problem(page.path, heading.line, "P003", message))
        last = heading.level
    return out
