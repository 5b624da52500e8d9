"""Checks: each a small generator of problems over one project. `run` puts them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from handbook.checks import effects, frontmatter, links, prose, questions, records, search, sources, structure, whitespace
from handbook.problems import Problem
from handbook.project import Project

Check = Callable[[Project], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (
    records.references,
    records.claims,
    records.facts,
    records.unused,
    records.placed,
    sources.complete,
    sources.identifiers,
    sources.addresses,
    sources.status,
    effects.numbers,
    effects.grading,
    effects.wording,
    effects.placeholders,
    structure.files,
    structure.titles,
    structure.directives,
    structure.roles,
    structure.tables,
    structure.images,
    structure.boxes,
    structure.toctree,
    structure.sections,
    links.targets,
    links.terms,
    links.promises,
    prose.banned,
    prose.records,
    prose.numbers,
    prose.effects,
    prose.unsourced,
    prose.lines,
    prose.doubled,
    prose.reading_level,
    prose.reading_sentences,
    prose.medicines,
    prose.glossary,
    whitespace.pages,
    whitespace.evidence,
    questions.answered,
    search.aliases,
)


def run(project: Project, today: date) -> list[Problem]:
    """Run every check; return all problems, sorted by place, each once."""
    problems = list(project.problems)
    for check in CHECKS:
        problems += check(project)
    problems += frontmatter.check(project, today)
    return sorted(set(problems))
