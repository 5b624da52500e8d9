"""American English spelling of everything a reader reads: pages, records, tables, drawings.

A word is right when a list of ours or the dictionary has it. Our lists lie in `handbook/lists/`, a word a line:
`medicines.txt` and `terms.txt` (in small letters unless a capital belongs to the word), `names.txt` (exactly as
written); `british.csv` names American forms. `docs/**/*.md`, `docs/**/*.svg` and `evidence/**` are read.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from handbook import masking
from handbook.dictionary import american
from handbook.files import read_text, relative
from handbook.load import files_of
from handbook.model import KINDS, Record
from handbook.problems import Edit, Problem
from handbook.project import Project, read_list, read_rows

LISTS = ("medicines.txt", "terms.txt", "names.txt")
WORD = re.compile(r"[^\W_](?:[\w'’]*[^\W_])?")
COMPOUND = re.compile(r"(?<![\w'’-])[^\W_]+(?:-[\w'’]+)+")
SHORT_CAPITALS = re.compile(r"[A-Z]{1,6}(?:'?s)?")
# Parts that stand before a hyphen only.
PREFIXES = frozenset({
    "anti", "bi", "co", "cryo", "de", "extra", "inter", "intra", "micro", "mid", "multi", "neuro", "non", "para", "peri",
    "post", "pre", "pro", "pseudo", "re", "semi", "sub", "tele", "tri", "un",
})  # fmt: skip
LONGEST = 40  # letters; for a longer run nothing is guessed, since the work grows with the square
MAX_SUGGESTED = 40  # words that the dictionary is asked to guess (0.1 s each); a page with more is wrong altogether


class Fault(NamedTuple):
    """What is wrong with a word: code, message, advice, and the right form where there can be no other."""

    code: str
    message: str
    advice: str
    form: str = ""


@dataclass
class Words:
    """Our lists, and which of their entries the text has used so far."""

    lists: dict[str, list[str]]
    british: dict[str, str]
    used: set[tuple[str, str]] = field(default_factory=set)
    seen: dict[str, Fault | None] = field(default_factory=dict)
    entries: dict[str, tuple[str, str]] = field(init=False)
    guesses: int = 0

    def __post_init__(self) -> None:
        self.entries = {}
        for name in LISTS:
            for word in self.lists.get(name, ()):
                self.entries.setdefault(word, (name, word))

    @classmethod
    def read(cls) -> Words:
        """Read the lists of the repository."""
        return cls({n: read_list(n) for n in LISTS}, {r["british"]: r["american"] for r in read_rows("british.csv")})

    def listed(self, word: str) -> bool:
        """Whether a list has *word*, with a capital, as a plural, or with 's; its entry counts as used."""
        base = word.removesuffix("'s")
        forms = [word, base, base[:-1] if base.endswith("s") else base, base[:-2] if base.endswith("es") else base]
        for form in forms:
            small = form.lower() if form[:1].isupper() and (form[1:].islower() or form.isupper()) else form
            for entry in (form, small):
                found = self.entries.get(entry)
                if found and (found[0] != "names.txt" or form in (base, word)):
                    self.used.add(found)
                    return True
        return False

    def known(self, word: str) -> bool:
        """Whether *word* is on a list or in the dictionary (accents may stand or not)."""
        base = _plain(word.removesuffix("'s"))
        return word in self.entries or american().knows(_plain(word)) or american().knows(base)

    def fault(self, word: str) -> Fault | None:
        """What is wrong with *word*; nothing for a right one. Each word is looked up once a run."""
        if word not in self.seen:
            self.seen[word] = self._fault(word)
        return self.seen[word]

    def _fault(self, word: str) -> Fault | None:
        if self.listed(word):
            return None
        in_dictionary = self.known(word)
        form = self.american_form(word, exact=in_dictionary)
        if form:
            certain = form if word[:1].islower() and self.known(form) else ""  # with a capital it can be part of a name
            return Fault("T012", f"“{word}” is British", f"Write {form!r}.", certain)
        if in_dictionary or SHORT_CAPITALS.fullmatch(word):
            return None
        if len(word) > LONGEST:
            return Fault("T017", f"“{word[:LONGEST]}…” is not in the dictionary", "Look for a missing space.")
        meant = sorted(edits(word.lower().removesuffix("'s")) & set(self.lists.get("medicines.txt", ())))
        if meant:
            return Fault("T010", f"“{word}”", f"Did you mean {' or '.join(map(repr, meant))}?")
        found = self.suggestions(word)
        advice = f"Did you mean {' or '.join(map(repr, found))}? " if found else ""
        advice += "If it is right, add it to a list in handbook/lists."
        return Fault("T017", f"“{word}” is not in the dictionary", advice)

    def american_form(self, word: str, exact: bool) -> str:
        """The American form by the table; unless *exact*, also of a word that begins with a British form."""
        low = word.lower()
        whole = len(low.removesuffix("'s"))
        starts = [low[:n] for n in ((whole,) if exact else range(whole, 2, -1)) if low[:n] in self.british]
        forms = [self.british[start] + low[len(start) :] for start in starts]
        best = next((form for form in forms if self.known(form)), forms[0] if forms else "")
        return _like(word, best)

    def suggestions(self, word: str) -> list[str]:
        """What *word* was most likely meant to be: our own words first, then the dictionary's."""
        own = difflib.get_close_matches(word.lower(), [e for e in self.entries if e.islower()], 2, 0.85)
        own += difflib.get_close_matches(word, [e for e in self.entries if not e.islower()], 1, 0.85)
        if self.guesses < MAX_SUGGESTED:
            self.guesses += 1
            own += american().suggest(word)
        return list(dict.fromkeys(own))[:4]


def check(project: Project, words: Words | None = None) -> list[Problem]:
    """T010, T012, T017 for each wrong word where it stands; T018 for each entry of a list that nothing uses."""
    words = words or Words.read()
    also_called = aliases(project)
    problems = [p for path, text in prose(project) for p in misspelled(path, text, words) if p.code != "T012" or (p.path, p.line) not in also_called]
    return sorted(problems + unused(words))


def aliases(project: Project) -> set[tuple[str, int]]:
    """Places of the glossary's other names of a term: a British one may stand there, for it is what some look up."""
    found, page = set(), project.pages.get("glossary")
    for directive in page.uses("glossary") if page else ():
        before = ""
        for line, text in directive.body:
            if page and text[:1].strip() and before[:1].strip() and not before.startswith(":"):
                found.add((page.path, line))
            before = text
    return found


def prose(project: Project) -> Iterator[tuple[str, str]]:
    """Every file with words of ours: its path, and its text with all but the words blanked."""
    root = project.root
    for page in project.pages.values():
        yield page.path, masking.page(page.text)
    for path in sorted((root / "docs").rglob("*.svg")):
        yield relative(path, root), masking.svg(read_text(path, root)[0])
    kinds = _kinds(root)
    for path in sorted(p for p in (root / "evidence").rglob("*") if p.suffix in {".yaml", ".csv"}):
        text, cls = read_text(path, root)[0], kinds.get(path)
        if path.suffix == ".yaml":
            yield relative(path, root), masking.yaml_records(text, cls)
        else:
            columns = masking.prose_fields(cls)[0] if cls else masking.OTHER_PROSE
            yield relative(path, root), masking.csv_columns(text, columns)


def _kinds(root: Path) -> dict[Path, type[Record]]:
    return {path: cls for kind, cls in KINDS.items() for path in files_of(kind, root)}


def misspelled(path: str, text: str, words: Words) -> Iterator[Problem]:
    """The wrong words of one masked text."""
    for number, line in enumerate(text.split("\n"), 1):
        whole = [m.span() for m in COMPOUND.finditer(line) if words.listed(m[0].replace("’", "'"))]
        for match in WORD.finditer(line):
            if any(start <= match.start() < end for start, end in whole):
                continue
            word = match[0].replace("’", "'").replace("''", "'")
            if len(word) < 2 or re.search(r"[\d_]", word) or not re.search(r"[A-Za-z]", word):
                continue
            if line[match.end() : match.end() + 1] == "-" and word.lower() in PREFIXES:
                continue
            fault = words.fault(word)
            if fault:
                edits = (Edit(number, match.start() + 1, word, fault.form),) if fault.form and word == match[0] else ()
                yield Problem(path, number, fault.code, fault.message, fault.advice, match.start() + 1, edits)


def unused(words: Words) -> list[Problem]:
    """T018: entries of our lists that no text has used."""
    problems = []
    for name, entries in words.lists.items():
        lines = {word: n for n, word in enumerate(_lines(name), 1)}
        for word in entries:
            if (name, word) not in words.used:
                message = f"“{word}” stands in no text"
                problems.append(Problem(f"handbook/lists/{name}", lines.get(word, 1), "T018", message))
    return problems


def _lines(name: str) -> Iterable[str]:
    package = Path(__file__).parent
    return [line.strip() for line in read_text(package / "lists" / name, package)[0].split("\n")]


def edits(word: str) -> set[str]:
    """All words one slip away: a letter left out, put in, changed, or swapped with the next."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    out = {a + b[1:] for a, b in splits if b} | {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    out |= {a + c + b[1:] for a, b in splits if b for c in letters} | {a + c + b for a, b in splits for c in letters}
    return out - {word}


def _plain(word: str) -> str:
    """*word* without its accents, as the dictionary has it."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _like(model: str, word: str) -> str:
    """*word* with the capitals of *model*."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
