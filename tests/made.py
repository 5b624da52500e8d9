"""Small handbooks made in memory, for tests of single checks: the good one with records and pages changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from handbook.model import Evidence, Record, Where, key_of
from handbook.pages import scan_text
from handbook.problems import Problem
from handbook.project import Project

GOOD = Project.read(Path(__file__).parent / "good")


def record(kind: str, like: str = "", **changes: Any) -> Any:
    """A good record with some fields changed, each field on a line of its own."""
    known = GOOD.evidence.of(kind)
    base = known[like or next(iter(known))]
    lines = {key_of(f): n for n, f in enumerate(dataclasses.fields(base), 2)}
    return dataclasses.replace(base, where=Where(path=f"{kind}.csv", line=1, fields=lines), **changes)


def with_records(*records: Record, **pages: str) -> Project:
    """The good evidence with *records* in place of all others of their kinds."""
    kinds = {type(r).__name__.lower(): {x.id: x for x in records if type(x) is type(r)} for r in records}
    return dataclasses.replace(GOOD, evidence=dataclasses.replace(GOOD.evidence, **kinds), problems=[])


def with_pages(pages: dict[str, str], evidence: Evidence = GOOD.evidence, root: Path = GOOD.root) -> Project:
    """A handbook of *pages* (name to text) beside the good evidence."""
    return Project(root, evidence, {name: scan_text(text, name, f"{name}.md") for name, text in pages.items()})


def page(body: str, kind: str = "condition") -> str:
    """A page of one kind; its body begins at line 4."""
    return f"---\nkind: {kind}\n---\n{body}"


def said(problems: Iterable[Problem]) -> list[str]:
    """Each problem as `path:line[:column] CODE message`, with its own advice behind a bar."""
    return [
        f"{p.path.removesuffix('.md')}:{p.line}{f':{p.column}' if p.column else ''} {p.code} {p.message}{f' | {p.advice}' if p.advice else ''}"
        for p in problems
    ]


def fields_said(problems: Iterable[Problem]) -> list[str]:
    """Each problem of records made by `record` as `field CODE message`, with its own advice behind a bar; others are left out."""
    lines = []
    for p in problems:
        known = GOOD.evidence.of(p.path.removesuffix(".csv")) if p.path.removesuffix(".csv") in Evidence.__dataclass_fields__ else {}
        for first in list(known.values())[:1]:
            names = {n: key_of(f) for n, f in enumerate(dataclasses.fields(first), 2)} | {1: "record"}
            lines.append(f"{names[p.line]} {p.code} {p.message}{f' | {p.advice}' if p.advice else ''}")
    return lines
