"""Readers' questions: each is answered on a page, under a label that exists."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from handbook.checks.links import anchors
from handbook.files import read_text
from handbook.problems import Problem, nearest
from handbook.project import Project

PATH = "evidence/questions.csv"


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the line it begins on; a fault of the file in place of the cells ends them."""
    reader, line = csv.reader(io.StringIO(text), strict=True), 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        yield line, str(error)


def answered(project: Project) -> Iterator[Problem]:
    """P018, Y006: the page and label that `evidence/questions.csv` names for each question exist."""
    path = project.root / PATH
    if not path.exists():
        return
    text, problems = read_text(path, project.root)
    yield from problems
    columns: list[str] = []
    for line, cells in _rows(text):
        if isinstance(cells, str):
            yield Problem(PATH, line, "Y006", f"row cannot be read: {cells}")
        elif not columns:
            columns = cells
        elif len(cells) != len(columns):
            yield Problem(PATH, line, "Y006", f"row has {len(cells)} cells, the first line has {len(columns)}")
        else:
            yield from _answer(project, line, dict(zip(columns, cells, strict=True)))


def _answer(project: Project, line: int, row: dict[str, str]) -> Iterator[Problem]:
    name, label = row.get("page", ""), row.get("label", "")
    page = project.pages.get(name)
    if page is None:
        yield Problem(PATH, line, "P018", f"no page {name!r}", nearest(name, project.pages))
    elif label not in anchors(page):
        yield Problem(PATH, line, "P018", f"no label {label!r} on {page.docname}", nearest(label, anchors(page)))
