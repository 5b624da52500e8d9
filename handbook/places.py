"""Where each record stands in full: the page whose list prints it, told by the options of that list."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from handbook.bibtex import names
from handbook.model import Evidence, Source
from handbook.pages import Directive, Page, entries
from handbook.project import Project

# Directive: the kind of record it prints in full, and the option that chooses some of them; without the option it prints all.
LISTS = {
    "ledger": ("claim", "topic"),
    "findings-list": ("finding", "condition"),
    "studies-table": ("study", "condition"),
    "references": ("source", "letters"),
}


def letter(source: Source) -> str:
    """The letter a source stands under: that of its first author as printed, without accents."""
    first = next(iter(names(source.author)), "") or source.id
    return unicodedata.normalize("NFD", first)[0].upper()


def letters(text: str) -> frozenset[str]:
    """`A-C` or `A, M-N` → the letters; what is neither a letter nor a range gives none."""
    found = re.findall(r"(?<![^\s,])([A-Z])(?:-([A-Z]))?(?![^\s,])", text)
    return frozenset(chr(n) for first, last in found for n in range(ord(first), ord(last or first) + 1))


def values(text: str) -> frozenset[str]:
    """The parts of an option, divided by commas or blanks."""
    return frozenset(re.split(r"[,\s]+", text)) - {""}


def printed(evidence: Evidence, name: str, options: dict[str, str]) -> list[Any]:
    """The records that the list *name* prints in full with these options, in file order."""
    kind, option = LISTS[name]
    records = list(evidence.of(kind).values())
    if option not in options:
        return records
    if option == "letters":
        wanted = letters(options[option])
        return [r for r in records if letter(r) in wanted]
    wanted = values(options[option])
    return [r for r in records if getattr(r, option) in wanted]


def lists(project: Project) -> Iterator[tuple[Page, Directive]]:
    """Every list that prints records in full, with its page."""
    for page in project.pages.values():
        for directive in page.directives:
            if directive.name in LISTS:
                yield page, directive


def places(project: Project, kind: str) -> dict[str, list[str]]:
    """Id of each record of one kind → the pages that print it in full."""
    out: dict[str, list[str]] = defaultdict(list)
    for page, directive in lists(project):
        if LISTS[directive.name][0] == kind:
            for record in printed(project.evidence, directive.name, directive.options):
                out[record.id].append(page.docname)
    return dict(out)


def below(project: Project, docname: str) -> list[Page]:
    """The pages that the toctrees of a page name, in their order."""
    page = project.pages.get(docname)
    return [project.pages[name] for _, name in (entries(page) if page else ()) if name in project.pages]
