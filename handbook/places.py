"""Where each record stands in full: the page whose list prints it, told by the options of that list."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from handbook.bibtex import names
from handbook.model import Evidence, Source
from handbook.pages import Directive, Page, entries
from handbook.project import Project

# Directive: the kind of record it prints in full, and the options that choose some of them; without options it prints all.
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ledger": ("claim", ("topic",)),
    "findings-list": ("finding", ("condition", "kind")),
    "studies-table": ("study", ("condition",)),
    "references": ("source", ("letters",)),
}


def letter(source: Source) -> str:
    """The letter a source stands under: that of its first author as printed, without accents."""
    return _initial(source.author) or source.id[0].upper()


@cache
def _initial(author: str) -> str:
    first = next(iter(names(author.partition(" and ")[0])), "")
    return unicodedata.normalize("NFD", first)[:1].upper()


def letters(text: str) -> frozenset[str]:
    """`A-C` or `A, M-N` → the letters; what is neither a letter nor a range gives none."""
    found = re.findall(r"(?<![^\s,])([A-Z])(?:-([A-Z]))?(?![^\s,])", text)
    return frozenset(chr(n) for first, last in found for n in range(ord(first), ord(last or first) + 1))


def values(text: str) -> frozenset[str]:
    """The parts of an option, divided by commas or blanks."""
    return frozenset(re.split(r"[,\s]+", text)) - {""}


def printed(evidence: Evidence, name: str, options: dict[str, str]) -> list[Any]:
    """The records that the list *name* prints in full with these options, in file order."""
    kind, known = LISTS[name]
    records = list(evidence.of(kind).values())
    for option in (o for o in known if o in options):
        wanted = letters(options[option]) if option == "letters" else values(options[option])
        records = [r for r in records if (letter(r) if option == "letters" else getattr(r, option)) in wanted]
    return records


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
