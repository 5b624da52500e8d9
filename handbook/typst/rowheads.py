"""Tag the first cell of each row as the row's head, as the site does; the wheel of Typst 0.15 comes without `pdf.header-cell`.

Typst lists the heads of each cell in its tag: the column's alone, which would hide the row's head from a screen reader. Where every head
has a scope no list is needed. What is written instead is of the same length, so that every object stays in its place.
"""

from __future__ import annotations

import re

_CELL = re.compile(rb"/S/TD(/P \d+ 0 R/A\[<</O/Table)(/Headers\[(?:\(U\d+x(\d+)y\d+\))+\])")


def marked(pdf: bytes) -> bytes:
    """Return the document as Typst wrote it, with a head for each row of each table."""
    return _CELL.sub(_head_or_cell, pdf)


def _head_or_cell(match: re.Match[bytes]) -> bytes:
    kind, scope = (b"/S/TH", b"/Scope/Row") if match[3] == b"0" else (b"/S/TD", b"")
    return kind + match[1] + scope.ljust(len(match[2]))
