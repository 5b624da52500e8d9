"""Problems: where, what, and what to do; and the list of every code with its paragraph of help."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from handbook.codes import CODES


class Edit(NamedTuple):
    """At *line* and *column* (from 1) of the file as `read_text` gives it stands *old*, and *new* belongs there.

    With column 0, *old* must stand exactly once on the line. An edit without any words says that writing the file anew mends it.
    """

    line: int
    column: int
    old: str
    new: str


@dataclass(frozen=True, order=True)
class Problem:
    """One finding of a check: a place, a code of `handbook.codes`, a message, and advice that replaces the default.

    *edits* mend it, and are given only where the result is certain to be what the writer meant.
    """

    path: str
    line: int
    code: str
    message: str
    advice: str = ""
    column: int = 0
    edits: tuple[Edit, ...] = field(default=(), compare=False)

    @property
    def help(self) -> str:
        """What to do, in one line."""
        return self.advice or CODES[self.code].advice


def nearest(word: str, known: Iterable[str], count: int = 3) -> str:
    """Return advice that names the entries of *known* closest to *word*."""
    found = difflib.get_close_matches(word, list(known), count, 0.6)
    return f"Did you mean {' or '.join(repr(f) for f in found)}?" if found else ""


def as_text(problems: Iterable[Problem]) -> str:
    """Two lines a problem: `path:line: CODE message`, then the advice and where to read more."""
    out = []
    for p in problems:
        place = f"{p.path}:{p.line}" + (f":{p.column}" if p.column else "")
        out.append(f"{place}: {p.code} {p.message}\n    {p.help} (More: python -m handbook help {p.code})")
    return "\n".join(out)


def as_github(problems: Iterable[Problem]) -> str:
    """Annotations on a pull request, in the form that GitHub Actions reads."""

    def escape(text: str, more: str = "") -> str:
        for char in "%\r\n" + more:
            text = text.replace(char, f"%{ord(char):02X}")
        return text

    return "\n".join(
        f"::error file={escape(p.path, ':,')},line={p.line}{f',col={p.column}' if p.column else ''},title={p.code}::{escape(p.message + ' ' + p.help)}"
        for p in problems
    )


def as_json(problems: Iterable[Problem]) -> str:
    """One JSON list."""
    rows = [{"path": p.path, "line": p.line, "column": p.column, "code": p.code, "message": p.message, "advice": p.help} for p in problems]
    return json.dumps(rows, indent=1, ensure_ascii=False)


def as_sarif(problems: Iterable[Problem]) -> str:
    """SARIF 2.1.0, for code-scanning services."""
    found = list(problems)
    rules = [{"id": c, "shortDescription": {"text": CODES[c].title}, "help": {"text": CODES[c].help}} for c in sorted({p.code for p in found})]
    results = [
        {
            "ruleId": p.code,
            "level": "error",
            "message": {"text": f"{p.message}. {p.help}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": p.path},
                        "region": {"startLine": p.line, "startColumn": max(p.column, 1)},
                    }
                }
            ],
        }
        for p in found
    ]
    run = {"tool": {"driver": {"name": "handbook", "rules": rules}}, "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"version": "2.1.0", "$schema": schema, "runs": [run]}, indent=1, ensure_ascii=False)


FORMATS = {"text": as_text, "github": as_github, "json": as_json, "sarif": as_sarif}
