"""The kinds of clinical change, their words, and what counts as a change of meaning in a sentence."""

from __future__ import annotations

import re
from collections import Counter

# Kind → (heading, words for one, words for several); in the order in which readers should see them.
KINDS: dict[str, tuple[str, str, str]] = {
    "source-retracted": ("Sources retracted", "source retracted", "sources retracted"),
    "certainty-lowered": ("Certainty lowered", "certainty lowered", "certainties lowered"),
    "certainty-raised": ("Certainty raised", "certainty raised", "certainties raised"),
    "conclusion-changed": ("Conclusions changed", "conclusion changed", "conclusions changed"),
    "finding-withdrawn": ("Findings withdrawn", "finding withdrawn", "findings withdrawn"),
    "finding-added": ("Findings added", "finding added", "findings added"),
    "advice-changed": ("Advice changed", "piece of advice changed", "pieces of advice changed"),
    "record-added": ("Statements added", "statement added", "statements added"),
    "record-withdrawn": ("Statements withdrawn", "statement withdrawn", "statements withdrawn"),
    "number-moved": ("Numbers moved", "number moved", "numbers moved"),
    "verdict-changed": ("Verdicts changed", "verdict changed", "verdicts changed"),
    "claim-added": ("Claims added", "claim added", "claims added"),
    "claim-withdrawn": ("Claims withdrawn", "claim withdrawn", "claims withdrawn"),
    "position-changed": ("Guideline positions changed", "guideline position changed", "guideline positions changed"),
    "source-superseded": ("Sources superseded", "source superseded", "sources superseded"),
    "source-added": ("Sources added", "source added", "sources added"),
    "source-withdrawn": ("Sources withdrawn", "source withdrawn", "sources withdrawn"),
    "page-added": ("Pages added", "page added", "pages added"),
    "page-moved": ("Pages moved", "page moved", "pages moved"),
    "page-withdrawn": ("Pages withdrawn", "page withdrawn", "pages withdrawn"),
}
_NUMBER = re.compile(r"\{[^{}]*\}|\d+(?:[.,]\d+)*")
_NO = re.compile(r"\b(?:no|not|never|none|nor|neither|without|avoid|cannot|stop)\b|n['’]t\b", re.I)


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a sentence, and the places of its records' numbers, sorted."""
    return tuple(sorted(_NUMBER.findall(text.replace("\N{MINUS SIGN}", "-"))))


def says_no(text: str) -> bool:
    """Whether a sentence denies or forbids: a sentence that begins or ceases to do so has changed its meaning."""
    return bool(_NO.search(text))


def count_words(found: list[str]) -> str:
    """`2 findings added, 1 verdict changed`; in words, where there is nothing."""
    counts = Counter(found)
    parts = [f"{counts[k]} {KINDS[k][1 if counts[k] == 1 else 2]}" for k in KINDS if counts[k]]
    return ", ".join(parts).capitalize() + "." if parts else "No change of meaning."
