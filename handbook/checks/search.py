"""Search words: what readers type for what the handbook calls otherwise, each tied to the page that answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handbook.aliases import ALIASES, read
from handbook.problems import Problem, nearest
from handbook.project import PACKAGE, Project


def aliases(project: Project, path: Path = ALIASES) -> Iterator[Problem]:
    """L013, L014: every search word is tied to a page that exists, and to one page only.

    Only for the handbook that this code stands beside: the words are about its pages.
    """
    if path == ALIASES and project.root.resolve() != PACKAGE.parent.resolve():
        return
    found, problems = read(path)
    yield from problems
    where = f"handbook/lists/{path.name}"
    seen: dict[str, int] = {}
    for alias in found:
        if alias.page not in project.pages:
            yield Problem(where, alias.line, "L013", f"no page {alias.page!r}", nearest(alias.page, project.pages))
        for word in alias.words:
            key = " ".join(re.findall(r"\w+", word.lower()))
            if key in seen:
                yield Problem(where, alias.line, "L014", f"{word!r} stands already at line {seen[key]}")
            seen.setdefault(key, alias.line)
