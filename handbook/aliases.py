"""Search words: what readers type for what the handbook calls otherwise, each tied to the page that answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbook.files import read_text
from handbook.load import Raw, read_yaml_list
from handbook.problems import Problem, nearest
from handbook.project import PACKAGE

ALIASES = PACKAGE / "lists" / "aliases.yaml"
KEYS = frozenset({"page", "words", "means", "weight"})
WEIGHTS = {"strong": 1.5, "usual": 1.0, "weak": 0.45}


@dataclass(frozen=True)
class Alias:
    """Words that readers type, the page they are tied to, and words to look for as well.

    `weight` is how surely the words mean that page: `strong`, `usual`, or `weak` for turns of speech such as “how much”.
    """

    page: str
    words: tuple[str, ...]
    means: str
    weight: float
    line: int


def read(path: Path = ALIASES) -> tuple[list[Alias], list[Problem]]:
    """Read the alias file; entries that are not whole come back as problems."""
    text, problems = read_text(path, PACKAGE.parent)
    where = f"handbook/lists/{path.name}"
    if not text:
        return [], problems
    raws, found = read_yaml_list(text, where)
    problems += found
    aliases = []
    for raw in raws:
        faults = list(_faults(raw, where))
        problems += faults
        if not faults:
            words = tuple(str(w).strip() for w in raw.values["words"])
            weight = WEIGHTS[str(raw.values.get("weight", "usual"))]
            aliases.append(Alias(str(raw.values["page"]), words, str(raw.values.get("means") or ""), weight, raw.line))
    return aliases, problems


def _faults(raw: Raw, where: str) -> Iterator[Problem]:
    for key in raw.values:
        if key not in KEYS:
            yield Problem(where, raw.lines[key], "R001", f"search words: unknown field {key}", nearest(key, KEYS))
    for key in ("page", "words"):
        if not raw.values.get(key):
            yield Problem(where, raw.line, "R002", f"search words: missing field {key}")
    words = raw.values.get("words")
    if words and (not isinstance(words, list) or not all(isinstance(w, str) and w.strip() for w in words)):
        yield Problem(where, raw.lines["words"], "Y003", "search words: `words` is not a list of words")
    weight = raw.values.get("weight", "usual")
    if weight not in WEIGHTS:
        yield Problem(where, raw.lines["weight"], "R003", f"search words: weight {weight!r}", f"One of: {', '.join(WEIGHTS)}.")
