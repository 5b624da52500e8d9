"""What nobody sees: tabs, blanks at the end of a line, the end of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbook.checks.prose import masked
from handbook.files import read_text, relative
from handbook.pages import Page
from handbook.problems import Edit, Problem
from handbook.project import Project

KINDS = frozenset({".yaml", ".csv", ".bib", ".txt"})


def pages(project: Project) -> Iterator[Problem]:
    """F008, T016, T020 on every page."""
    for page in project.pages.values():
        words = {n for block in page.blocks for n, _ in block.lines}
        for n, line in enumerate(page.lines, 1):
            if "\t" in line:
                yield Problem(page.path, n, "T016", "tab character", column=line.index("\t") + 1, edits=_tabs(n, line) if n in words else ())
        yield from _ends(page.path, page.text, page)


def evidence(project: Project) -> Iterator[Problem]:
    """F008, T020 in every file of records and lists."""
    for path in sorted(p for p in (project.root / "evidence").rglob("*") if p.suffix in KINDS):
        yield from _ends(relative(path, project.root), read_text(path, project.root)[0])


def _tabs(n: int, line: str) -> tuple[Edit, ...]:
    """Blanks for the tabs between words; code may need its tabs, and at the start of a line nobody knows how many blanks were meant."""
    if masked(line).count("\t") < line.count("\t") or not line[: line.index("\t")].strip(" "):
        return ()
    return tuple(Edit(n, m.start() + 1, "\t", " ") for m in re.finditer("\t", line))


def _ends(path: str, text: str, page: Page | None = None) -> Iterator[Problem]:
    lines = text.split("\n")
    for n, line in enumerate(lines, 1):
        kept = line.rstrip(" ")
        if kept != line:
            blanks = line[len(kept) :]
            # On a page two blanks before more text are a line break, which somebody may have meant.
            meant = page is not None and kept and len(blanks) > 1 and n < len(lines) and lines[n].strip()
            certain = not meant and not (page and n in page.verbatim)
            edits = (Edit(n, len(kept) + 1, blanks, ""),) if certain else ()
            message = f"{len(blanks)} blank{'s' * (len(blanks) > 1)} at the end of the line"
            yield Problem(path, n, "T020", message, column=len(kept) + 1, edits=edits)
    full = text.rstrip("\n")
    if text and text[len(full) :] != "\n":
        n, column = full.count("\n") + 1, len(full) - full.rfind("\n")
        message = "empty lines at the end" if text != full else "last line has no end"
        yield Problem(path, n, "F008", message, column=column, edits=(Edit(n, column, text[len(full) :], "\n"),))
