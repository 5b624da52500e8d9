"""The committed American English dictionary: fast look-ups by its own affix rules, suggestions through spylls.

Spylls takes half a second to read the dictionary, and every run would pay that, so look-ups read the two files
directly (some 30 ms) and undo one ending and one prefix by the rules of the .aff file. `tests/test_spelling.py` holds
both readings against each other. Spylls is loaded only when a word is wrong and suggestions are wanted.
"""

from __future__ import annotations

import itertools
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent


class _Affix(NamedTuple):
    """One line of rules: the word ends (or begins) in `add`; put `strip` in its place and the stem must fit."""

    flag: str
    strip: str
    add: str
    condition: re.Pattern[str]
    crosses: bool


class Dictionary:
    """Words of one Hunspell dictionary (`name.aff`, `name.dic`); only the features that en_US uses."""

    def __init__(self, base: Path = HERE / "en_US") -> None:
        self.base = base
        self.stems: dict[str, str] = {}
        for line in base.with_suffix(".dic").read_text(encoding="utf-8").split("\n")[1:]:
            word, _, flags = line.partition("/")
            if word:
                self.stems[word] = self.stems.get(word, "") + flags
        self.suffixes: dict[str, list[_Affix]] = {}
        self.prefixes: list[_Affix] = []
        self._read_rules(base.with_suffix(".aff").read_text(encoding="utf-8"))
        self.longest = max(map(len, self.suffixes))

    def _read_rules(self, text: str) -> None:
        crosses: dict[str, bool] = {}
        for parts in (line.split() for line in text.splitlines() if line.startswith(("SFX ", "PFX "))):
            if len(parts) == 4:  # the head of a group: kind, flag, whether prefix and suffix go together, count
                crosses[parts[1]] = parts[2] == "Y"
                continue
            kind, flag, strip, add, where = parts[:5]
            strip = "" if strip == "0" else strip
            rule = _Affix(flag, strip, add, re.compile(where + "$" if kind == "SFX" else where), crosses[flag])
            if kind == "SFX":
                self.suffixes.setdefault(add, []).append(rule)
            else:
                self.prefixes.append(rule)

    def knows(self, word: str) -> bool:
        """Whether *word* is right as it stands; a capital at the start, or all capitals, are allowed for any word."""
        if self._form(word):
            return True
        if word.isupper():
            return self._form(word.lower()) or self._form(word.capitalize())
        return word[:1].isupper() and word[1:].islower() and self._form(word.lower())

    def _form(self, word: str) -> bool:
        flags = self.stems.get(word)
        if flags is not None and "c" not in flags:  # c: only within compounds
            return True
        if self._ending(word, ""):
            return True
        for rule in self.prefixes:
            if word.startswith(rule.add):
                stem = word[len(rule.add) :]
                if rule.flag in self.stems.get(stem, "") or (rule.crosses and self._ending(stem, rule.flag)):
                    return True
        return False

    def _ending(self, word: str, prefix: str) -> bool:
        """Whether *word* is a stem with a suffix; a *prefix* flag must be allowed by the same stem."""
        for length in range(1, min(self.longest, len(word) - 1) + 1):
            for rule in self.suffixes.get(word[-length:], ()):
                stem = word[:-length] + rule.strip
                flags = self.stems.get(stem, "")
                together = not prefix or (rule.crosses and prefix in flags)
                if together and rule.flag in flags and rule.condition.search(stem):
                    return True
        return False

    @cached_property
    def _spylls(self) -> Any:
        from spylls.hunspell import Dictionary as Spylls

        return Spylls.from_files(str(self.base))

    def suggest(self, word: str, count: int = 3) -> list[str]:
        """The words of the dictionary that *word* was most likely meant to be; 0.1 s a word."""
        return list(itertools.islice(self._spylls.suggest(word), count))


@lru_cache(1)
def american() -> Dictionary:
    """The American English dictionary, read once in a run."""
    return Dictionary()
