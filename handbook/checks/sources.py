"""Sources: complete, each once, linked at the original, current, and read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from handbook.model import Source, named
from handbook.problems import Edit, Problem
from handbook.project import Project, read_list

DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-z0-9<>\[\]+]+", re.I)
PMID = re.compile(r"\d{1,8}")


def _at(source: Source, field: str, code: str, message: str, old: str = "", new: str = "") -> Problem:
    line = source.where.of(field)
    return Problem(source.where.path, line, code, f"{source.id}: {message}", edits=(Edit(line, 0, old, new),) if new else ())


def complete(project: Project) -> Iterator[Problem]:
    """S001: author, title, place of publication, year or `undated`, and an address."""
    for s in project.evidence.source.values():
        if not s.venue:
            yield _at(s, "title", "S001", "no journal, book or publisher")
        if s.year is None and not s.undated:
            yield _at(s, "title", "S001", "no year, and not marked as undated")
        if s.year is not None and not 1800 <= s.year <= s.checked.year + 1:
            yield _at(s, "year", "S001", f"year {s.year}, though it was read in {s.checked.year}")
        if not s.address:
            yield _at(s, "title", "S001", "no DOI, PMID or official address")
        for name in ("author", "title"):
            if re.search(r"not displayed|descriptive title|unknown|\?\?", getattr(s, name), re.I):
                yield _at(s, name, "S001", f"{name} is a placeholder")


def identifiers(project: Project) -> Iterator[Problem]:
    """S002, S003, S004: identifiers have the right form and stand once."""
    seen: dict[str, str] = {}
    for s in project.evidence.source.values():
        if s.doi and not DOI.fullmatch(s.doi):
            bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", s.doi, flags=re.I)
            yield _at(s, "doi", "S002", f"DOI {s.doi!r}", s.doi, bare if DOI.fullmatch(bare) else "")
        if s.pmid and not PMID.fullmatch(s.pmid):
            yield _at(s, "pmid", "S003", f"PMID {s.pmid!r}")
        for name, value in (("doi", s.doi), ("pmid", s.pmid), ("url", s.url)):
            if value and not (name == "url" and s.status == "superseded"):
                mark = f"{name} {value.lower()}"
                if mark in seen:
                    yield _at(s, name, "S004", f"{name.upper()} {value} stands already in {seen[mark]!r}")
                seen.setdefault(mark, s.id)


def addresses(project: Project) -> Iterator[Problem]:
    """S001, S005: an address is one of the web, and not of a copy on another site."""
    mirrors = read_list("mirrors.txt")
    for s in project.evidence.source.values():
        host = urlsplit(s.url or "").hostname or ""
        if host and (re.fullmatch(r"[\d.]+", host) or any(host == m or host.endswith("." + m) for m in mirrors)):
            yield _at(s, "url", "S005", f"{host} is a copy, not the original")
        if s.url and not re.match(r"https?://", s.url):
            yield _at(s, "url", "S001", f"address {s.url!r} does not begin with https://")


def status(project: Project) -> Iterator[Problem]:
    """S006, S007, S008: what is retracted, superseded or unread carries no statement unless the text says so."""
    sources = project.evidence.source
    for record in project.evidence.records():
        if isinstance(record, Source):
            continue
        said = " ".join(str(getattr(record, n, "") or "") for n in ("note", "text", "why", "plain", "position", "result"))
        for name, kind, one in named(record):
            if kind != "source" or one not in sources:
                continue
            source, place = sources[one], (record.where.path, record.where.of(name))
            if source.status == "retracted" and "retracted" not in said:
                yield Problem(*place, "S006", f"{record.id}: {one} is retracted")
            if source.status == "superseded" and not re.search(r"supersed|older|earlier|updated|replaced", said, re.I):
                yield Problem(*place, "S007", f"{record.id}: {one} is superseded")
            if source.read == "title":
                yield Problem(*place, "S008", f"{record.id}: of {one} only the title was seen")
    for page in project.pages.values():
        for role in page.roles:
            if role.name != "source":
                continue
            for key in (k.strip() for k in role.target.split(",")):
                if key in sources and sources[key].status == "retracted":
                    yield Problem(page.path, role.line, "S006", f"{key} is retracted", column=role.column)
