"""Compare two versions by meaning: from their records and pages, never from the wording alone.

A change is listed when a graded field, a number, a verdict, a status or the sense of a sentence (its numbers, and
whether it denies or forbids) differs, or a record or page came, moved or went. All other differences are counted as edits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from handbook import trace
from handbook.export import as_data
from handbook.load import files_of, load
from handbook.model import KINDS as RECORD_KINDS
from handbook.model import Certainty, Evidence, Finding, Record
from handbook.pages import Page, scan_all
from handbook.project import Project
from handbook.versions import redirects
from handbook.versions.kinds import KINDS, count_words, numbers, says_no

RANK = {level: n for n, level in enumerate(reversed(get_args(Certainty)))}
# Fields whose words are a grade, a status or a place in a list: any difference changes the meaning.
GRADED: dict[str, dict[str, str]] = {
    "finding": {"kind": "conclusion-changed", "condition": "conclusion-changed", "route": "conclusion-changed",
                "outcome": "conclusion-changed", "direction": "conclusion-changed", "size": "conclusion-changed"},
    "claim": {"verdict": "verdict-changed"},
    "position": {"stance": "position-changed", "condition": "position-changed", "date": "position-changed"},
    "caution": {"category": "advice-changed"},
    "interaction": {"certainty": "advice-changed"},
    "harm": {"setting": "conclusion-changed", "outcome": "conclusion-changed", "route": "conclusion-changed"},
    "study": {"condition": "conclusion-changed", "outcome": "conclusion-changed", "route": "conclusion-changed",
              "measure": "conclusion-changed", "favors_negative": "conclusion-changed"},
    "fact": {"country": "conclusion-changed", "support": "conclusion-changed", "studied_in": "conclusion-changed"},
}  # fmt: skip
# Fields of words that are judged by their sense; the kind of change where the sense turns.
SENSED: dict[str, dict[str, str]] = {
    "finding": {"plain": "conclusion-changed", "clinical": "conclusion-changed", "population": "", "treatment": "", "comparator": "", "time": ""},
    "fact": {"text": "conclusion-changed", "clinical": "conclusion-changed", "as_of": ""},
    "claim": {"fact": "conclusion-changed", "claim": "conclusion-changed"},
    "position": {"position": "position-changed"},
    "caution": {"advice": "advice-changed", "condition": ""},
    "interaction": {"advice": "advice-changed", "effect": "conclusion-changed", "size": ""},
    "regimen": {"dose": "advice-changed", "course": "", "monitoring": "advice-changed", "result": "conclusion-changed"},
    "harm": {"text": "conclusion-changed", "what_helps": "advice-changed", "time": "", "people": "", "dose": ""},
    "study": {"dose": "", "duration": "", "time": "", "people": "", "ketamine": "", "comparator_value": "", "result": "",
              "ketamine_spread": "", "comparator_spread": ""},
    "pharmacokinetic": {"onset_min": "", "peak_min": "", "half_life_h": ""},
    "condition": {}, "person": {}, "threshold": {},
}  # fmt: skip
NUMBERS: dict[str, tuple[str, ...]] = {
    "finding": ("numbers",),
    "study": ("effect", "low", "high", "n"),
    "harm": ("with", "without", "per"),
    "pharmacokinetic": ("bioavailability_low", "bioavailability_high"),
    "threshold": ("small", "moderate", "large"),
}
NOT_CLINICAL = frozenset({"person", "condition"})
_DROPS = ("Y", "F", "R002", "R003", "R004", "R005")


@dataclass(frozen=True)
class Change:
    """One change of meaning; `pages` are docnames of the newer version that show it (of the older, where it went)."""

    kind: str
    record: str
    id: str
    text: str
    before: str = ""
    after: str = ""
    pages: tuple[str, ...] = ()


@dataclass
class Report:
    """All changes between two versions, and how much was only edited."""

    older: str
    newer: str
    date: str
    changes: list[Change] = field(default_factory=list)
    edited_pages: int = 0
    edited_records: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass
class Edition:
    """The records and pages of one version, and what of them today's model could not read."""

    evidence: Evidence
    pages: dict[str, Page]
    root: Path
    unread: dict[str, set[str]]
    whole: set[str]

    def showing(self) -> dict[tuple[str, str], set[str]]:
        """(kind, id) → pages that print it, however many steps away."""
        up = trace.parents(Project(self.root, self.evidence, self.pages))
        out: dict[tuple[str, str], set[str]] = {}
        for start in up:
            seen, queue, found = {start}, [start], set()
            while queue:
                for parent in up.get(queue.pop(), ()):
                    if parent[0] == "page":
                        found.add(parent[1])
                    elif parent not in seen:
                        seen.add(parent)
                        queue.append(parent)
            out[start] = found
        return out


def read(root: Path) -> Edition:
    """Read one version's tree. Kinds that it lacks are empty; kinds in a form of its own time are named, not guessed."""
    evidence, problems = load(root)
    unread: dict[str, set[str]] = {}
    whole: set[str] = set()
    for kind in RECORD_KINDS:
        paths = {path.relative_to(root).as_posix() for path in files_of(kind, root)}
        for p in problems:
            if p.path in paths and p.code.startswith(_DROPS):
                name = p.message.partition(":")[0]
                if p.code.startswith("R") and name != "record":
                    unread.setdefault(kind, set()).add(name)
                elif not p.code.startswith("F003") and not p.code.startswith("F004"):
                    whole.add(kind)
    unread = {kind: ids - set(evidence.of(kind)) for kind, ids in unread.items()}
    pages = {name: page for name, page in scan_all(root).items() if not name.startswith(("_", "changes/"))} if (root / "docs").is_dir() else {}
    return Edition(evidence, pages, root, unread, whole)


def compare(old: Edition, new: Edition, moved: dict[str, str] | None = None) -> Report:
    """Everything that changed its meaning from *old* to *new*; *moved* as in `docs/redirects.csv`."""
    report = Report("", "", "")
    shown_new, shown_old = new.showing(), old.showing()
    for kind in RECORD_KINDS:
        if kind in NOT_CLINICAL:
            continue
        away = old.whole | new.whole
        lost = old.unread.get(kind, set()) | new.unread.get(kind, set())
        if kind in away:
            report.notes.append(f"{kind}: a file of one version has another form; not compared")
            continue
        if lost:
            report.notes.append(f"{kind}: {len(lost)} records of one version have another form; not compared")
        before, after = old.evidence.of(kind), new.evidence.of(kind)
        for one in sorted((set(before) | set(after)) - lost):
            a, b = before.get(one), after.get(one)
            if a is None and b is not None:
                found: list[Change] = [_came(kind, b)]
            elif b is None and a is not None:
                found = [_went(kind, a)]
            elif a is not None and b is not None:
                found = list(_differs(kind, a, b))
                report.edited_records += not found and as_data(a) != as_data(b)
            where = tuple(sorted((shown_new if b is not None else shown_old).get((kind, one), ())))
            report.changes += [Change(c.kind, c.record, c.id, c.text, c.before, c.after, where) for c in found]
    _pages(old, new, moved or {}, report)
    order = list(KINDS)
    report.changes.sort(key=lambda c: (order.index(c.kind), c.record, c.id, c.before, c.after))
    return report


def _came(kind: str, record: Record) -> Change:
    name = f"{kind}-added" if f"{kind}-added" in KINDS else "record-added"
    return Change(name, kind, record.id, headline(record))


def _went(kind: str, record: Record) -> Change:
    name = f"{kind}-withdrawn" if f"{kind}-withdrawn" in KINDS else "record-withdrawn"
    return Change(name, kind, record.id, headline(record))


def _differs(kind: str, a: Record, b: Record) -> Iterator[Change]:
    was, now = as_data(a), as_data(b)
    text = headline(b)
    regraded = any(was.get(name) != now.get(name) for name in ("certainty", *GRADED.get(kind, {})))
    if isinstance(a, Finding) and isinstance(b, Finding) and a.certainty != b.certainty:
        way = "certainty-raised" if RANK[b.certainty] > RANK[a.certainty] else "certainty-lowered"
        yield Change(way, kind, b.id, text, a.certainty, b.certainty)
    if kind == "source" and was.get("status") != now.get("status") and now.get("status") in {"retracted", "superseded"}:
        yield Change(f"source-{now['status']}", kind, b.id, text, str(was.get("status")), str(now["status"]))
    for name, change in GRADED.get(kind, {}).items():
        if was.get(name) != now.get(name):
            yield Change(change, kind, b.id, text, _words(name, was.get(name)), _words(name, now.get(name)))
    for name in NUMBERS.get(kind, ()):
        if _amount(was.get(name)) != _amount(now.get(name)):
            yield Change("number-moved", kind, b.id, text, _words(name, was.get(name)), _words(name, now.get(name)))
    for name, change in SENSED.get(kind, {}).items():
        x, y = str(was.get(name, "")), str(now.get(name, ""))
        if regraded and change:  # its words follow the grade, which is listed already
            continue
        if numbers(x) != numbers(y):
            yield Change("number-moved", kind, b.id, text, _words(name, x), _words(name, y))
        elif change and says_no(x) != says_no(y):
            yield Change(change, kind, b.id, text, x, y)


def _amount(value: Any) -> Any:
    """Numbers by their amount: 60 and 60.0 are one; the note when and in how many people is not part of it."""
    if isinstance(value, dict):
        return {k: _amount(v) for k, v in value.items() if k != "time"}
    return Decimal(str(value)).normalize() if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return f"{name}: none"
    if isinstance(value, dict):
        return f"{name}: " + ", ".join(f"{k} {v}" for k, v in value.items())
    return f"{name}: {value}"


def headline(record: Record) -> str:
    """A record in one line of its own words, with places of numbers left as they are."""
    data = as_data(record)
    for name in ("claim", "plain", "text", "title", "position", "effect", "condition", "medicine", "measured", "scale", "name"):
        if data.get(name):
            words = str(data[name])
            break
    else:
        words = record.id
    if type(record) is RECORD_KINDS["claim"]:  # the fact comes first, as everywhere
        words = f"{data['fact']} Claim: “{data['claim']}”"
    elif type(record) is RECORD_KINDS["interaction"]:
        words = str(data["medicine"])
    elif type(record) is RECORD_KINDS["study"]:
        words = str(data["result"])
    elif type(record) is RECORD_KINDS["regimen"]:
        words = f"{data['population']}: {data['dose']}"
    elif type(record) is RECORD_KINDS["pharmacokinetic"]:
        words = f"Uptake: {data['route']}"
    return " ".join(re.sub(r"\{[^{}]*\}", "…", words).split())


def _pages(old: Edition, new: Edition, moved: dict[str, str], report: Report) -> None:
    came = set(new.pages) - set(old.pages)
    for name in sorted(set(old.pages) - set(new.pages)):
        there = redirects.follow(name, moved, new.pages)
        target = there.partition("#")[0] if there else ""
        if target and target in came:
            came.discard(target)
            report.changes.append(Change("page-moved", "page", name, new.pages[target].title, name, target, (target,)))
            report.edited_pages += _body(old.pages[name]) != _body(new.pages[target])
        elif there:
            report.changes.append(Change("page-moved", "page", name, old.pages[name].title, name, there, (target,)))
        else:
            report.changes.append(Change("page-withdrawn", "page", name, old.pages[name].title))
    report.changes += [Change("page-added", "page", name, new.pages[name].title, pages=(name,)) for name in sorted(came)]
    report.edited_pages += sum(_body(old.pages[n]) != _body(new.pages[n]) for n in set(old.pages) & set(new.pages))


def _body(page: Page) -> str:
    """The words of a page without front matter and without the way its lines are broken."""
    text = re.sub(r"\A---\n.*?\n---\n", "", page.text, flags=re.S)
    return " ".join(text.split())


def as_json(report: Report) -> str:
    """The report as data."""
    rows = [
        {k: v for k, v in {"kind": c.kind, "record": c.record, "id": c.id, "text": c.text, "before": c.before, "after": c.after,
                           "pages": list(c.pages)}.items() if v}
        for c in report.changes
    ]  # fmt: skip
    data = {
        "from": report.older or None, "to": report.newer, "date": report.date, "changes": rows,
        "edited": {"pages": report.edited_pages, "records": report.edited_records}, "notes": report.notes,
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def as_text(report: Report) -> str:
    """The report for a terminal."""
    lines = [f"From {report.older or 'nothing'} to {report.newer}: {count_words([c.kind for c in report.changes])}"]
    last = ""
    for c in report.changes:
        if c.kind != last:
            lines += ["", KINDS[c.kind][0]]
            last = c.kind
        lines.append(f"  {c.record} {c.id}: {c.text}")
        if c.before or c.after:
            lines.append(f"      {c.before} → {c.after}")
    lines += ["", f"Edited without a change of meaning: {report.edited_pages} pages, {report.edited_records} records."]
    return "\n".join([*lines, *(f"Note: {n}" for n in report.notes)])
