"""What leans on a source: findings, claims, tables, plots and pages, directly or through other records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from handbook.model import Evidence, Source, named
from handbook.pages import Directive
from handbook.places import LISTS, printed
from handbook.project import RECORD_ROLES, Project

CHOSEN_BY_OPTION = {
    "summary-of-findings": ("finding", ("condition", "route", "outcome")),
    "frequencies": ("harm", ("setting", "outcome", "route")),
    "regimens": ("regimen", ("route", "condition")),
    "positions": ("position", ("condition",)),
    "cautions": ("caution", ("category",)),
}
WHOLE_TABLES = {
    "interactions": "interaction", "pk-table": "pharmacokinetic", "pk-plot": "pharmacokinetic", "thresholds": "threshold",
    "conditions-at-a-glance": "finding",
}  # fmt: skip


def find(evidence: Evidence, key: str) -> Source | None:
    """The source with this key, DOI or PMID."""
    low = key.lower().removeprefix("https://doi.org/").removeprefix("doi:").removeprefix("pmid:").strip()
    return next((s for s in evidence.source.values() if low in (s.id.lower(), (s.doi or "").lower(), s.pmid)), None)


def shown(project: Project, directive: Directive) -> Iterator[tuple[str, str]]:
    """(kind, id) of every record that a directive prints."""
    e = project.evidence
    listed = [i for i in directive.options.get("ids", "").replace(",", " ").split() if i]
    match directive.name:
        case "forest":
            yield from (("study", i) for i in listed)
        case "icons":
            yield ("finding" if directive.argument in e.finding else "harm"), directive.argument
        case "claimcheck":
            yield "claim", directive.argument
        case name if name in CHOSEN_BY_OPTION:
            kind, options = CHOSEN_BY_OPTION[name]
            if listed:
                yield from ((kind, i) for i in listed)
                return
            for record in e.of(kind).values():
                wanted = {o: directive.options[o].replace(",", " ").split() for o in options if directive.options.get(o)}
                if all(getattr(record, o) in values for o, values in wanted.items()):
                    yield kind, record.id
        case name if name in LISTS and name != "references":
            yield from ((LISTS[name][0], record.id) for record in printed(e, name, directive.options))
        case name if name in WHOLE_TABLES:
            yield from ((WHOLE_TABLES[name], i) for i in e.of(WHOLE_TABLES[name]))


def parents(project: Project) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Who names whom: (kind, id) → the records and pages (“page”, docname) that name or print it."""
    out: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    e = project.evidence
    for kind in e.__dataclass_fields__:
        for record in e.of(kind).values():
            for _, target, one in named(record):
                if target != "page":
                    out[target, one].append((kind, record.id))
    for page in project.pages.values():
        for role in page.roles:
            for one in role.target.split(",") if role.name in RECORD_ROLES else ():
                out[RECORD_ROLES[role.name], one.strip()].append(("page", page.docname))
        for directive in page.directives:
            for kind, one in shown(project, directive):
                out[kind, one].append(("page", page.docname))
        if page.uses("claims-here"):
            for claim in e.claim.values():
                if claim.page == page.docname:
                    out["claim", claim.id].append(("page", page.docname))
    return out


def uses(project: Project) -> dict[str, dict[str, list[str]]]:
    """For every source: kind → sorted ids of all that leans on it, however many steps away."""
    up = parents(project)
    out: dict[str, dict[str, list[str]]] = {}
    for key in project.evidence.source:
        seen: set[tuple[str, str]] = set()
        queue = [("source", key)]
        while queue:
            for parent in up.get(queue.pop(), ()):
                if parent not in seen:
                    seen.add(parent)
                    queue.append(parent)
        found: dict[str, list[str]] = defaultdict(list)
        for kind, one in sorted(seen):
            found[kind].append(one)
        out[key] = dict(found)
    return out


def impact(project: Project, key: str) -> list[str] | None:
    """Lines that list everything leaning on a source, with file and line; nothing if there is no such source."""
    source = find(project.evidence, key)
    if source is None:
        return None
    e = project.evidence
    found = uses(project)[source.id]
    lines = [f"{source.id}: {source.title} ({source.status})", f"  {source.where.path}:{source.where.line}"]
    for kind, ids in sorted(found.items()):
        lines.append(f"{kind}: {len(ids)}")
        for one in ids:
            if kind == "page":
                page = project.pages[one]
                lines.append(f"  {page.path}")
                leaning = {(k, i) for k, v in found.items() for i in v} | {("source", source.id)}
                for role in page.roles:
                    names = {(RECORD_ROLES.get(role.name, ""), t.strip()) for t in role.target.split(",")}
                    if names & leaning:
                        lines.append(f"    line {role.line}: {role.name} {role.target}")
                for d in page.directives:
                    if set(shown(project, d)) & leaning:
                        lines.append(f"    line {d.line}: {d.name} {d.argument or d.options.get('ids', '')}".rstrip())
            else:
                record = e.of(kind)[one]
                lines.append(f"  {one} ({record.where.path}:{record.where.line})")
    return lines
