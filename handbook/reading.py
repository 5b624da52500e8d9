"""Sentences, syllables and the Flesch–Kincaid grade of English text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|No|Fig|approx|[A-Z])\.$|\b(?:e\.g|i\.e|et al|a\.m|p\.m)\.$")
_END = re.compile(r"[.!?][\"”’)\]]?(\s+)(?=[\"“‘(\[]?[A-Z0-9])")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^tdaeiouy]ed|[^laeiouy]e)$")
_VOWELS = re.compile(r"[aeiouyà-ÿ]+")


def gaps(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the blanks between each two sentences; abbreviations and decimals do not end one."""
    for match in _END.finditer(text):
        start, end = match.span(1)
        if not _ABBREVIATION.search(text, max(0, start - 12), start):
            yield start, end


def sentences(text: str) -> list[str]:
    """Split running text into sentences."""
    text, at, out = " ".join(text.split()), 0, []
    for start, end in gaps(text):
        out.append(text[at:start])
        at = end
    return [*out, text[at:]] if text[at:] else out


def words(text: str) -> list[str]:
    """The words of *text*; numbers and signs are not words."""
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Count the syllables of an English word by its vowel groups, less a silent ending."""
    total = 0
    for part in re.split(r"[-'’]", word.lower()):
        if not part:
            continue
        count = len(_VOWELS.findall(part))
        if count > 1 and _SILENT.search(part):
            count -= 1
        total += max(count, 1)
    return max(total, 1)


def grade(parts: Collection[str], easy: Collection[str] = ()) -> float:
    """Flesch–Kincaid grade level of sentences: 0.39 words/sentence + 11.8 syllables/word − 15.59.

    Source: Kincaid and others 1975, US Navy Research Branch Report 8-75. Words in *easy* (lower case; glossary terms
    and medicine names, which the handbook explains) count as two syllables at most.
    """
    total_words = total_syllables = total_sentences = 0
    for sentence in parts:
        found = words(sentence)
        if not found:
            continue
        total_sentences += 1
        total_words += len(found)
        for word in found:
            count = syllables(word)
            total_syllables += min(count, 2) if count > 2 and word.lower() in easy else count
    if not total_words:
        return 0.0
    return 0.39 * total_words / total_sentences + 11.8 * total_syllables / total_words - 15.59
