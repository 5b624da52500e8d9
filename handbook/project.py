"""The whole handbook in memory: evidence, pages, lists; loaded once and handed to every check."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from handbook import edition, words
from handbook.edition import Edition
from handbook.files import read_text
from handbook.load import load
from handbook.model import Evidence
from handbook.pages import CODE, IMAGE, LINK, ROLE, Block, Page, scan_all, target_of
from handbook.problems import Problem
from handbook.versions import redirects

PACKAGE = Path(__file__).parent
_MARKS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")


@dataclass
class Project:
    """Evidence and pages below one root, with the problems met while reading them."""

    root: Path
    evidence: Evidence
    pages: dict[str, Page]
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path) -> Project:
        """Read everything below *root*."""
        evidence, problems = load(root)
        pages = scan_all(root)
        return cls(root, evidence, pages, problems + [p for page in pages.values() for p in page.problems])

    @cached_property
    def edition(self) -> Edition:
        """Version and date."""
        return edition.read(self.root)

    @cached_property
    def moved(self) -> dict[str, str]:
        """Where pages went: from → to."""
        return redirects.read(self.root)

    @cached_property
    def terms(self) -> dict[str, int]:
        """Glossary terms as written, with the line of each."""
        page = self.pages.get("glossary")
        found: dict[str, int] = {}
        for directive in page.uses("glossary") if page else []:
            for n, text in directive.body:
                if text.strip() and not text.startswith((" ", ":", "%")):
                    found.setdefault(text.strip(), n)
        return found

    @cached_property
    def easy_words(self) -> frozenset[str]:
        """Words that the glossary explains and names of medicines: neutral in the reading grade."""
        found: set[str] = set()
        for term in [*self.terms, *read_list("medicines.txt"), *read_list("explained.txt")]:
            for word in re.split(r"[\s-]+", term.lower()):
                found |= {word, word + "s", word + "es"}
            found |= {term.lower(), term.lower() + "s"}
        return frozenset(found)

    def rendered(self, block: Block) -> str:
        """The text of a block as a reader sees it."""
        return self.as_read(block.text)

    def as_read(self, text: str) -> str:
        """Text as a reader sees it: roles replaced by their records, markup gone."""

        def role(match: re.Match[str]) -> str:
            return self.role_text(match[1], match[3])

        # Most blocks are plain words: a look for a sign costs far less than a search for what begins with it.
        if "{" in text:
            text = ROLE.sub(role, text)
        if "](" in text:
            text = LINK.sub(lambda m: m[1], IMAGE.sub("", text))
        if "`" in text:
            text = CODE.sub(lambda m: m[2], text)
        return _MARKS.sub("", text) if "*" in text or "_" in text else text

    def role_text(self, name: str, body: str) -> str:
        """What a role prints; empty for roles that print marks only, and for records that do not exist."""
        e = self.evidence
        key = target_of(body)
        try:
            match name:
                case "finding" if key in e.finding:
                    return words.plain_sentence(e.finding[key], e) + " "
                case "clinical" if key in e.finding:
                    return words.clinical_sentence(e.finding[key], e) + " "
                case "fact" if key in e.fact:
                    return e.fact[key].text + " "
                case "fact-clinical" if key in e.fact:
                    return (e.fact[key].clinical or e.fact[key].text) + " "
                case "harm" if key in e.harm:
                    return words.harm_sentence(e.harm[key], e) + " "
                case "regimen" if key in e.regimen:
                    return words.regimen_text(e.regimen[key]) + " "
                case "position" if key in e.position:
                    return words.position_text(e.position[key]) + " "
                case "claim" if key in e.claim:
                    return e.claim[key].fact + " "
                case "doc" | "ref" | "term" | "numref" | "download" | "abbr":
                    if "<" in body and (title := re.match(r"(.*?)\s*<[^<>]*>\s*$", body, re.S)):
                        return title[1]
                    page = self.pages.get(key.lstrip("/"))
                    return page.title if page else key
                case "source" | "cite" | "footcite:p" | "footcite:t":
                    return ""
        except words.Unfilled:
            return ""
        return body if name not in RECORD_ROLES else ""


RECORD_ROLES: dict[str, str] = {
    "finding": "finding",
    "clinical": "finding",
    "fact": "fact",
    "fact-clinical": "fact",
    "harm": "harm",
    "regimen": "regimen",
    "position": "position",
    "claim": "claim",
    "source": "source",
}
LINK_ROLES = frozenset({"doc", "ref", "term", "numref", "download", "abbr", "sub", "sup", "kbd", "math", "eq"})


def read_list(name: str) -> list[str]:
    """One of our word lists: a word a line; lines that begin with # are comments."""
    text, _ = read_text(PACKAGE / "lists" / name, PACKAGE)
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def read_rows(name: str) -> list[dict[str, str]]:
    """One of our tables in `handbook/lists/`."""
    text, _ = read_text(PACKAGE / "lists" / name, PACKAGE)
    return list(csv.DictReader(io.StringIO(text)))
