"""Typst text from Python values: strings, labels, calls. Words never become markup, so nothing needs escaping twice."""

from __future__ import annotations

import re

# signs that the text fonts lack or draw in another size; printed in the symbol font, so that all marks match
_SIGNS = re.compile(r"[⊕○●◐△✓✕✗►◄□■★]+")
_BREAK_AFTER = re.compile(r"(?<=[/.\-_=?&#:+%,;])(?=[^/.\s])")


def string(text: str) -> str:
    """A Typst string; line ends become spaces."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", " ") + '"'


def verbatim(text: str) -> str:
    """A Typst string that keeps its line ends."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n") + '"'


def words(text: str) -> str:
    """Words as content; signs in the symbol font."""
    out, last = [], 0
    for match in _SIGNS.finditer(text):
        if match.start() > last:
            out.append(f"#{string(text[last : match.start()])};")
        out.append(f"#sign({string(match[0])});")
        last = match.end()
    if last < len(text):
        out.append(f"#{string(text[last:])};")
    return "".join(out)


def address(text: str) -> str:
    """An address that may break after its separators, without a hyphen."""
    return f"#{string(_BREAK_AFTER.sub(chr(0x200B), text))};"


def label(docname: str, anchor: str = "") -> str:
    """The name of a place in the book: ids of two pages never meet."""
    return f"{docname}#{anchor}"


def array(items: list[str]) -> str:
    """A Typst array of ready expressions."""
    return "(" + "".join(f"{item}, " for item in items) + ")"
