"""The Typst compiler: PDF/UA-1, our fonts only, a fixed date; its errors led back to the source line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import typst

from handbook.problems import Problem
from handbook.typst.glyphs import FONTS

_WHERE = re.compile(r"book\.typ:(\d+):\d+")
_MARK = re.compile(r"^\s*//@ (.+):(\d+)$")
_CODES = (
    ("alt text", "P010"), ("alternative", "P010"), ("could not be displayed", "P020"), ("heading", "P003"),
    ("label", "L002"), ("file not found", "P011"),
)  # fmt: skip


def timestamp(day: str) -> int:
    """Seconds since 1970 of the edition's day (`2026-11-22`), at noon UTC: never the clock."""
    return int(datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC).timestamp())


def compile_book(path: Path, day: str) -> tuple[bytes, list[Problem]]:
    """Compile `book.typ`; return the PDF (empty where it failed) and what the compiler said, by source line."""
    try:
        pdf, warnings = typst.compile_with_warnings(
            path, root=path.parent, font_paths=[FONTS], ignore_system_fonts=True, format="pdf", pdf_standards=["ua-1"],
            timestamp=timestamp(day),
        )  # fmt: skip
    except typst.TypstError as error:
        return b"", [problem(error.message, error.diagnostic, error.hints, path.read_text(encoding="utf-8"))]
    text = path.read_text(encoding="utf-8") if warnings else ""
    return bytes(pdf), [problem(w.message, w.diagnostic, w.hints, text) for w in warnings]  # type: ignore[arg-type]


def problem(message: str, diagnostic: str, hints: list[str], text: str) -> Problem:
    """The compiler's words with the nearest mark above the place it names."""
    code = next((code for words, code in _CODES if words in message.lower()), "P021")
    said = message.strip() + (f" ({'; '.join(hints)})" if hints else "")
    match = _WHERE.search(diagnostic)
    lines = text.split("\n")
    for line in reversed(lines[: int(match[1])] if match else []):
        if found := _MARK.match(line):
            return Problem(found[1], int(found[2]), code, said)
    return Problem("handbook/typst/template.typ", 1, code, said)
