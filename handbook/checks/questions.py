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


def answered(project: Project) -> Iterator[Problem]:
    """P018: the page and label that `evidence/questions.csv` names for each question exist."""
    path = project.root / PATH
    if not path.exists():
        return
    text, problems = read_text(path, project.root)
    yield from problems
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        page = project.pages.get(row.get("page") or "")
        label = row.get("label") or ""
        if page is None:
            yield Problem(PATH, line, "P018", f"no page {row.get('page')!r}", nearest(row.get("page") or "", project.pages))
        elif label not in anchors(page):
            yield Problem(PATH, line, "P018", f"no label {label!r} on {page.docname}", nearest(label, anchors(page)))
