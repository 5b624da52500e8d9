"""Records as a whole: every name leads to a record, every record is used, every claim is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbook.files import read_text
from handbook.model import PLACED_TOPICS, REASONED_TOPICS, named
from handbook.places import LISTS, lists, places
from handbook.problems import Problem, nearest
from handbook.project import RECORD_ROLES, Project


def references(project: Project) -> Iterator[Problem]:
    """R008, R016: every id that a record names exists, and supersession ends somewhere."""
    e = project.evidence
    for record in e.records():
        for name, kind, one in named(record):
            known = project.pages if kind == "page" else e.of(kind)
            if one not in known:
                message = f"{record.id}: {name}: no {kind} {one!r}"
                yield Problem(record.where.path, record.where.of(name), "R008", message, nearest(one, known))
    for source in e.source.values():
        seen, here = {source.id}, source.superseded_by
        while here in e.source and here is not None:
            if here in seen:
                message = f"{source.id}: superseded_by runs in a circle"
                yield Problem(source.where.path, source.where.of("superseded_by"), "R016", message)
                break
            seen.add(here)
            here = e.source[here].superseded_by


def claims(project: Project) -> Iterator[Problem]:
    """R011, R012, R013: no claim is lost, each has proof, each is answered on its page."""
    e = project.evidence
    path = project.root / "evidence" / "seed-claims.txt"
    if path.exists():
        text, problems = read_text(path, project.root)
        yield from problems
        for n, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.startswith("#") and line.strip() not in e.claim:
                yield Problem("evidence/seed-claims.txt", n, "R011", f"claim {line.strip()!r} has no record")
    for claim in e.claim.values():
        if claim.verdict != "not-checkable" and not (claim.findings or claim.facts or claim.sources):
            yield Problem(claim.where.path, claim.where.line, "R012", f"{claim.id}: verdict {claim.verdict!r} without proof")
        page = project.pages.get(claim.page)
        if page and not page.uses("claims-here") and claim.id not in {d.argument for d in page.uses("claimcheck")}:
            yield Problem(page.path, 1, "R013", f"claim {claim.id!r} names this page, but the page does not answer it")


def facts(project: Project) -> Iterator[Problem]:
    """R014, R015: facts on law, cost and numbers of people say where and when; facts on biology say in whom."""
    for fact in project.evidence.fact.values():
        if fact.topic in PLACED_TOPICS and not (fact.country and fact.as_of):
            yield Problem(fact.where.path, fact.where.line, "R014", f"{fact.id}: topic {fact.topic!r} without country or as_of")
        if fact.topic in REASONED_TOPICS and not (fact.support and fact.studied_in):
            message = f"{fact.id}: topic {fact.topic!r} without support or studied_in"
            yield Problem(fact.where.path, fact.where.line, "R015", message)


def used_ids(project: Project) -> dict[str, set[str]]:
    """The ids of each kind that a page or another record names."""
    e = project.evidence
    used: dict[str, set[str]] = {kind: set() for kind in ("source", "study", "finding", "fact", "harm", "regimen")}
    for record in e.records():
        for _, kind, one in named(record):
            used.setdefault(kind, set()).add(one)
    for finding in e.finding.values():
        for text in (finding.plain, finding.clinical, *(d.why for d in finding.downgrades)):
            for name in re.findall(r"\{([a-z0-9-]+)", text):
                used["study"].add(name)
                used["harm"].add(name)
    for page in project.pages.values():
        for role in page.roles:
            if printed := RECORD_ROLES.get(role.name):
                used.setdefault(printed, set()).update(k.strip() for k in role.target.split(","))
        for directive in page.directives:
            ids = re.split(r"[,\s]+", f"{directive.argument} {directive.options.get('ids', '')}")
            for one in filter(None, ids):
                for kind in used:
                    used[kind].add(one)
    return used


def unused(project: Project) -> Iterator[Problem]:
    """R010: sources and facts that nothing leans on."""
    used = used_ids(project)
    for kind in ("source", "fact"):
        for record in project.evidence.of(kind).values():
            if record.id not in used[kind]:
                yield Problem(record.where.path, record.where.line, "R010", f"{kind} {record.id!r} is used nowhere")


def placed(project: Project) -> Iterator[Problem]:
    """R017: where the handbook has a list of a kind of record, each record stands in exactly one such list."""
    used = {directive.name for _, directive in lists(project)}
    for name, (kind, options) in LISTS.items():
        found = places(project, kind) if name in used else {}
        for record in project.evidence.of(kind).values() if name in used else ():
            if len(pages := found.get(record.id, [])) != 1:
                where = "twice: " + ", ".join(pages) if pages else "nowhere"
                message = f"{kind} {record.id!r} is printed in full {where}"
                advice = f"Mend the option `{'` or `'.join(options)}` of `{name}` on the pages that list every {kind}."
                yield Problem(record.where.path, record.where.line, "R017", message, advice)
