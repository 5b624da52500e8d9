"""List the pages whose review is due, as Markdown for an issue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from handbook.project import Project


class Due(NamedTuple):
    """One page and the day by which it must be compared with its sources again."""

    day: date
    path: str
    title: str


def due(project: Project, until: date) -> Iterator[Due]:
    """Pages whose `next_review` is not after *until*, the oldest first; a page without a readable date is a matter of `check`."""
    found = []
    for page in project.pages.values():
        try:
            day = date.fromisoformat(str(page.meta.get("next_review", "")))
        except ValueError:
            continue
        if day <= until:
            found.append(Due(day, page.path, page.title))
    yield from sorted(found)


def report(project: Project, today: date, days: int) -> tuple[str, int]:
    """The list as Markdown, and how many pages it names."""
    rows = list(due(project, today + timedelta(days=days)))
    if not rows:
        return f"No review is due within {days} days of {today}.\n", 0
    lines = [f"Reviews due within {days} days of {today}. What to do is in MAINTAINING.md.", "", "| Due | Page | |", "| --- | --- | --- |"]
    lines += [f"| {r.day} | `{r.path}` | {r.title.replace('|', ' ')}{' (overdue)' if r.day < today else ''} |" for r in rows]
    return "\n".join(lines) + "\n", len(rows)
