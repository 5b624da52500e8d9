"""Front matter: a closed list of keys, real dates in order, known people, an honest review status."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from handbook.pages import Page
from handbook.problems import Problem, nearest
from handbook.project import Project

KINDS = (
    "home", "start", "mechanism", "condition", "treatment", "safety", "access", "evidence", "faq", "glossary",
    "reference", "about", "contributing",
)  # fmt: skip
LISTS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "audience": ("patient", "carer", "clinician", "contributor"),
    "status": ("draft", "source-checked", "clinician-reviewed"),
}
DATES = ("edited", "reviewed", "searched", "next_review")
PEOPLE = ("authors", "checked_by")
KEYS = ("kind", "audience", "scope", *DATES, "status", *PEOPLE)
OPTIONAL = ("no-search",)


def check(project: Project, today: date) -> Iterator[Problem]:
    """M001 to M010: the front matter of every page."""
    for page in project.pages.values():
        if not page.docname.startswith("_"):
            yield from check_page(page, project, today)


def check_page(page: Page, project: Project, today: date) -> Iterator[Problem]:
    """All rules of one page's front matter."""

    def at(key: str, code: str, message: str, advice: str = "") -> Problem:
        return Problem(page.path, page.meta_lines.get(key, 1), code, message, advice)

    if not page.has_meta:
        if page.text:
            yield at("", "M001", "page has no front matter")
        return
    if not page.meta and page.problems:
        return
    for key in page.meta:
        if key not in KEYS + OPTIONAL:
            yield at(key, "M002", f"unknown key {key!r}", nearest(key, KEYS))
    for key in KEYS:
        if page.meta.get(key) in (None, "", []):
            yield at(key, "M003", f"missing key {key!r}")
    for key, allowed in LISTS.items():
        for value in _items(page.meta.get(key)):
            if value not in allowed:
                advice = f"One of: {', '.join(allowed)}. {nearest(value, allowed, 1)}".strip()
                yield at(key, "M004", f"{key}: {value!r} is not in the list", advice)
    dates: dict[str, date] = {}
    for key in DATES:
        value = str(page.meta.get(key) or "")
        if not value:
            continue
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                raise ValueError
            dates[key] = date.fromisoformat(value)
        except ValueError:
            yield at(key, "M005", f"{key}: {value!r} is not a day of the calendar")
    if len(dates) == len(DATES):
        if dates["next_review"] <= dates["reviewed"]:
            yield at("next_review", "M006", "next_review is not after reviewed")
        if dates["searched"] > dates["reviewed"]:
            yield at("searched", "M006", "searched is after reviewed")
        for key in ("edited", "reviewed", "searched"):
            if dates[key] > today:
                yield at(key, "M006", f"{key} lies in the future")
        if dates["next_review"] < today:
            yield at("next_review", "M009", f"review was due on {dates['next_review']}")
    known = project.evidence.person
    for key in PEOPLE:
        for value in _items(page.meta.get(key)):
            if known and value not in known:
                yield at(key, "M008", f"{key}: {value!r} is not in evidence/people.yaml", nearest(value, known))
    both = set(_items(page.meta.get("authors"))) & set(_items(page.meta.get("checked_by")))
    if both:
        yield at("checked_by", "M007", f"{', '.join(sorted(both))} wrote and checked the page")
    if page.meta.get("status") == "clinician-reviewed":
        checkers = [known[c] for c in _items(page.meta.get("checked_by")) if c in known]
        if not any(person.professional for person in checkers):
            yield at("status", "M010", "clinician-reviewed, but no checker is a health professional")


def _items(value: object) -> list[str]:
    if value is None or value == "":
        return []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]
