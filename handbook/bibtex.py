"""A small BibTeX reader that keeps line numbers and names every fault; pybtex keeps neither."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field

_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s{}]*)\s*,")
_FIELD = re.compile(r"\s*,?\s*([A-Za-z_][\w-]*)\s*=\s*")
_SIMPLE = re.compile(r"\{([^{}\\]*)\}")
_SIGN = re.compile(r"\\.?|[{}\"]", re.S)  # what a value can end with, and what is not meant as such
_ACCENT = re.compile(r"\{?(\\[`'^~\"=.]|\\[cvruH](?=[\s{]))\s*\{?\\?([A-Za-z])\}?\}?")
_WORD = re.compile(r"[^\s.\-]+")
_BARE = re.compile(r"[\w.-]+")
_ACCENTS = {
    r"\`": "\u0300", r"\'": "\u0301", r"\^": "\u0302", r"\~": "\u0303", r"\"": "\u0308", r"\c": "\u0327",
    r"\v": "\u030c", r"\r": "\u030a", r"\=": "\u0304", r"\u": "\u0306", r"\.": "\u0307", r"\H": "\u030b",
}  # fmt: skip


@dataclass
class Entry:
    """One entry as written, its line, and the line of each field."""

    type: str
    key: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)


def parse(text: str) -> tuple[list[Entry], list[tuple[int, str]]]:
    """Return the entries of *text* and its faults as (line, message); a broken entry does not hide the next."""
    entries: list[Entry] = []
    faults: list[tuple[int, str]] = []
    starts = [m.start() for m in re.finditer(r"^[ \t]*@", text, re.M)]
    stray = re.sub(r"^[ \t]*%.*$", "", text[: starts[0] if starts else len(text)], flags=re.M).strip()
    if stray:
        faults.append((text.count("\n", 0, text.index(stray[0])) + 1, f"text before the first entry: {stray[:40]!r}"))
    line, counted = 1, 0
    for start, end in itertools.pairwise([*starts, len(text)]):
        line, counted = line + text.count("\n", counted, start), start
        chunk = text[start:end]
        match = _ENTRY.match(chunk.lstrip())
        if not match:
            faults.append((line, "entry does not begin like @article{key,"))
            continue
        if not match[2]:
            faults.append((line, "entry has no key"))
            continue
        entry = Entry(match[1].lower(), match[2], line)
        fault = _fields(chunk, len(chunk) - len(chunk.lstrip()) + match.end(), entry, line)
        if fault:
            faults.append(fault)
        else:
            entries.append(entry)
    return entries, faults


def _fields(chunk: str, pos: int, entry: Entry, first: int) -> tuple[int, str] | None:
    def line(at: int) -> int:
        return first + chunk.count("\n", 0, at)

    while True:
        match = _FIELD.match(chunk, pos)
        if not match:
            rest = re.sub(r"^[ \t]*%.*$", "", chunk[pos:], flags=re.M).strip()
            if re.fullmatch(r",?\s*\}", rest):
                return None
            if not rest and entry.lines:
                name, last = list(entry.lines.items())[-1]
                return last, f"entry {entry.key!r} has no end: a brace is missing, perhaps in {name!r}"
            return line(pos), f"entry {entry.key!r}: field or closing brace expected"
        name = match[1].lower()
        if entry.lines and "," not in match[0]:
            return line(pos), f"entry {entry.key!r}: comma missing behind {list(entry.lines)[-1]!r}"
        value, end = _value(chunk, match.end())
        if value is None:
            return line(pos), f"entry {entry.key!r}: value of {name!r} has no end"
        if name in entry.fields:
            entry.doubled.append(name)
        entry.fields[name] = value
        entry.lines[name] = line(match.start(1))
        pos = end


def _value(chunk: str, pos: int) -> tuple[str | None, int]:
    if match := _SIMPLE.match(chunk, pos):  # nearly all
        return " ".join(match[1].split()), match.end()
    if pos < len(chunk) and chunk[pos] in '{"':
        close, depth = ("}" if chunk[pos] == "{" else '"'), 0
        for sign in _SIGN.finditer(chunk, pos + 1):
            if sign[0] == close and depth == 0:
                return " ".join(chunk[pos + 1 : sign.start()].split()), sign.end()
            depth += (sign[0] == "{") - (sign[0] == "}")
        return None, pos
    match = _BARE.match(chunk, pos)
    return (match[0], match.end()) if match else (None, pos)


def plain(value: str) -> str:
    """Return a field value as readers see it: accents composed, braces gone."""
    if "\\" in value:
        value = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[2] + _ACCENTS[m[1]]), value)
    value = value.replace("---", "\u2014").replace("--", "\u2013").replace(r"\&", "&").replace(r"\%", "%")
    return value.replace("{", "").replace("}", "").replace("~", "\u00a0")


def names(author: str) -> list[str]:
    """Split an author field into readable names: `Surname AB`, an organization, or `others`."""
    out = []
    for name in re.split(r"\s+and\s+", author):
        if name.startswith("{") or "," not in name:
            out.append(plain(name))
            continue
        last, first = (plain(part.strip()) for part in name.split(",", 1))
        initials = "".join(word[0] for word in _WORD.findall(first))
        out.append(f"{last} {initials}".strip())
    return out
