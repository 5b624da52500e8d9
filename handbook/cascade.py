"""One fault can bring a hundred others with it: put the cause first, and hold back what may only follow from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from handbook.problems import Problem
from handbook.project import Project

UNREAD = frozenset({"F001", "F002", "F005", "F006", "F007", "Y001", "Y002", "Y003", "Y004", "Y005", "Y006", "Y007"})
UNCLOSED = frozenset({"M001", "P012"})  # where something begins on a page and never ends
LEFT_OUT = frozenset({"R002", "R003", "R004", "R005"})
# What says that something is not there, or that nothing uses it.
MISSING = frozenset({"E012", "L001", "L002", "L004", "L006", "M008", "P006", "P018", "R008", "R010", "R011"})
MEASURED = frozenset({"P007", "T006", "T007", "T008"})  # of a page with the sentences of its records
SWALLOWED = frozenset({"M001", "P001", "P007", "P008", "P015", "T008"})  # what a page seems to lack, or a box to have too much of
GLOSSARY = "docs/glossary.md"  # its terms count as short words
NAMED = re.compile(r"'([^']+)'|\{([\w-]+)|“([^”]+)”")


@dataclass(frozen=True)
class Cause:
    """A problem that keeps a file or a record from being read, and the text that was not read because of it."""

    problem: Problem
    lost: str

    def names(self, words: str) -> bool:
        """Whether *words*, such as an id, stand in the lost text."""
        return bool(re.search(rf"(?<![\w-]){re.escape(words)}(?![\w-])", self.lost))

    def explains(self, problem: Problem, project: Project) -> bool:
        """Whether *problem* may only be there because of this cause."""
        page = next((page for page in project.pages.values() if page.path == problem.path), None)
        names = [next(filter(None, m.groups())) for m in NAMED.finditer(problem.message)]
        if problem.code == "L007":
            return self.problem.path == f"docs/{names[0].partition('#')[0]}.md"
        if self.problem.code in UNCLOSED:
            if problem.code == "L006":  # the anchor of a heading
                return names[0] in re.sub(r"\W+", "-", self.lost.lower())
            if problem.code == "P009":  # stands in a menu that was not read
                return self.names(Path(problem.path).stem)
            if problem.path == self.problem.path and problem.code in SWALLOWED:
                return bool(self.lost) or problem.line >= self.problem.line
        if problem.code == "T018":  # also in another form, such as a plural
            return names[0].lower() in self.lost.lower()
        if problem.code == "R013":
            return self.problem.path == problem.path
        if page and problem.code in MEASURED:
            shown = (key.strip() for role in page.roles for key in role.target.split(","))
            return self.problem.path == GLOSSARY or (self.problem.path.startswith("evidence/") and any(map(self.names, shown)))
        return problem.code in MISSING and any(self.names(name) for name in names)


def sift(problems: Iterable[Problem], project: Project, wanted: Iterable[str] | None = None) -> list[Problem]:
    """The causes, each with the number of problems held back for it in its advice, then all other problems, by place.

    With *wanted*, only problems of these files and folders count; a cause elsewhere is told when it holds one of them back.
    """
    problems = sorted(problems)
    here = [p for p in problems if wanted is None or within(p.path, wanted)]
    causes = [cause for p in problems if (cause := _cause(p, project))]
    of = {p: next((c.problem for c in causes if c.problem != p and c.explains(p, project)), None) for p in here}
    held = Counter(cause for cause in of.values() if cause)
    first = [_with_note(c.problem, held[c.problem]) for c in causes if c.problem in of or held[c.problem]]
    kept = {c.problem for c in causes}
    return [*first, *(p for p in here if p not in kept and not of[p])]


def within(path: str, wanted: Iterable[str]) -> bool:
    """Whether *path* is one of the files, or lies in one of the folders."""
    return any(path == one or path.startswith(f"{one}/") for one in wanted)


def _with_note(problem: Problem, count: int) -> Problem:
    if not count:
        return problem
    many = "1 further problem that may only follow from this one is" if count == 1 else f"{count} further problems that may only follow from this one are"
    return replace(problem, advice=f"{problem.help} {many} not shown; mend this first.")


def _cause(problem: Problem, project: Project) -> Cause | None:
    if problem.code in UNCLOSED:
        return _unclosed(problem, project)
    if problem.code not in UNREAD | LEFT_OUT:
        return None
    path = project.root / problem.path
    text = _raw(path) if path.is_file() else ""
    if problem.code in UNREAD:
        return Cause(problem, text)
    name = problem.message.partition(":")[0]
    whole = any(record.id == name and record.where.path == problem.path for record in project.evidence.records())
    return None if whole else Cause(problem, _record(text, name))


def _unclosed(problem: Problem, project: Project) -> Cause | None:
    """A box that is never closed holds all words after it; code and front matter hold them unread."""
    page = next(page for page in project.pages.values() if page.path == problem.path)
    if not problem.message.endswith(" is not closed"):
        return None
    unread = problem.code == "M001" or problem.line + 1 in page.verbatim
    return Cause(problem, "\n".join(page.lines[problem.line :]) if unread else "")


def _raw(path: Path) -> str:
    """What a file holds, however broken: only names are looked for in it."""
    return path.read_bytes()[:10_000_000].decode("utf-8", errors="replace")


def _record(text: str, name: str) -> str:
    """The part of a file that holds one record: a block of YAML, or every line that names it."""
    blocks = re.split(r"^(?=- )", text, flags=re.M)
    if len(blocks) > 1:
        return next((b for b in blocks if re.search(rf"^[- ] id: {re.escape(name)}\s*$", b, re.M)), name)
    return "\n".join(line for line in text.split("\n") if name in line)
