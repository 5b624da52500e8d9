"""Check links to other sites over the network and report: what is broken, what could not be checked, and why.

Sphinx's own `linkcheck` asks each address. Here its answers are sorted, because most of them are not a broken link: a
publisher that refuses programs, a server that is slow, a machine without a network. DOIs and PubMed numbers lead to
publishers that refuse programs, so these are checked by their form and not fetched.
"""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from handbook.checks.sources import DOI, PMID
from handbook.files import read_text, relative
from handbook.problems import FORMATS, Problem

EXCEPTIONS = "handbook/lists/link_exceptions.csv"
COLUMNS = ["pattern", "reason", "issue", "until"]
PROBES = (("doi.org", 443), ("pubmed.ncbi.nlm.nih.gov", 443), ("www.fda.gov", 443))
PROBE_SECONDS = 5
BUILD_SECONDS = 3 * 3600  # far above what a full run takes; a run that hangs is ended and reported
REFUSED = frozenset({401, 402, 403, 405, 406, 418, 421, 429, 451, 503, 999})
BY_FORM = re.compile(r"https?://(?:(?:dx\.)?doi\.org|pubmed\.ncbi\.nlm\.nih\.gov)/")
# Sphinx splits lists on commas, so this one has none.
IGNORED = r"https?://(dx\.)?doi\.org/.*,https?://pubmed\.ncbi\.nlm\.nih\.gov/.*"

STATES = {
    "broken": "Broken",
    "moved": "Moved for good",
    "refused": "Not checked: the site refuses programs",
    "no-answer": "Not checked: no answer",
    "excepted": "Not checked: listed as an exception",
    "by-form": "Checked by form only (DOI, PubMed)",
    "not-checked": "Not checked: no network here",
    "ok": "Answers",
}
ADVICE = {
    "broken": "Find the page's new address, or lean on another source.",
    "moved": "Write the new address.",
    "refused": "Open the link by hand once a year.",
    "no-answer": "Look again at the next run; mend the link if it stays so.",
}


class Answer(NamedTuple):
    """One address: where it stands, what became of it, and what the site said."""

    path: str
    line: int
    address: str
    state: str
    said: str = ""


@dataclass(frozen=True)
class Excepted:
    """Addresses that are known not to answer programs: a pattern, why, where it is discussed, and until when."""

    pattern: re.Pattern[str]
    reason: str
    issue: str
    until: date
    line: int


def reachable(probes: Iterable[tuple[str, int]] = PROBES) -> bool:
    """Whether any of some well-known sites takes a connection."""
    for host, port in probes:
        try:
            with socket.create_connection((host, port), timeout=PROBE_SECONDS):
                return True
        except OSError:
            continue
    return False


def exceptions(root: Path, today: date) -> tuple[list[Excepted], list[Problem]]:
    """Read the exceptions; each must say why, where and until when, and one whose day has passed is a problem."""
    path = root / EXCEPTIONS
    if not path.exists():
        return [], []
    text, problems = read_text(path, root)
    reader = csv.DictReader(io.StringIO(text))
    if text and reader.fieldnames != COLUMNS:
        return [], [Problem(EXCEPTIONS, 1, "L015", f"the first line must be {','.join(COLUMNS)}")]
    found = []
    for row in reader:
        line = reader.line_num
        missing = [name for name in COLUMNS if not (row.get(name) or "").strip()]
        if missing:
            problems.append(Problem(EXCEPTIONS, line, "L015", f"{', '.join(missing)} missing"))
            continue
        try:
            until, pattern = date.fromisoformat(row["until"].strip()), re.compile(row["pattern"].strip())
        except (ValueError, re.error) as error:
            problems.append(Problem(EXCEPTIONS, line, "L015", f"cannot be read: {error}"))
            continue
        if until < today:
            problems.append(Problem(EXCEPTIONS, line, "L015", f"{pattern.pattern} was excepted until {until}"))
            continue
        found.append(Excepted(pattern, row["reason"].strip(), row["issue"].strip(), until, line))
    return found, problems


def by_form(address: str) -> str:
    """What is wrong with the form of a DOI or PubMed address; nothing where it is right."""
    rest = unquote(BY_FORM.sub("", address))
    if "doi.org/" in address:
        return "" if DOI.fullmatch(rest) else f"{rest!r} is not a DOI"
    number = rest.rstrip("/")
    return "" if PMID.fullmatch(number) else f"{number!r} is not a PubMed number"


def state_of(status: str, code: int, info: str) -> str:
    """Our word for one answer of Sphinx."""
    if status == "rate-limited" or code in REFUSED or re.search(r"\b(?:40[1356]|429|451|999) (?:Client )?Error", info):
        return "refused"
    if status == "timeout" or code >= 500 or re.search(r"\b5\d\d Server Error|timed out|Read timed|RemoteDisconnected|Connection (?:aborted|reset)", info):
        return "no-answer"
    if status == "redirected":
        return "moved" if code in {301, 308} else "ok"
    return {"working": "ok", "unchecked": "ok"}.get(status, "broken")


def answers(output: str, known: Iterable[Excepted], docs: str = "docs") -> list[Answer]:
    """Sort the lines of Sphinx's `output.json`; each address once, at the first place that has it."""
    found: dict[str, Answer] = {}
    listed = list(known)
    for text in output.splitlines():
        row = json.loads(text)
        address = row["uri"]
        if not re.match(r"https?://", address) or address in found:
            continue
        place = f"{docs}/{row['filename']}", int(row["lineno"] or 1), address
        excepted = next((e for e in listed if e.pattern.search(address)), None)
        if BY_FORM.match(address):
            wrong = by_form(address)
            found[address] = Answer(*place, "broken" if wrong else "by-form", wrong)
            continue
        state = state_of(row["status"], int(row.get("code") or 0), row.get("info") or "")
        if state != "ok" and excepted:
            found[address] = Answer(*place, "excepted", f"{excepted.reason} ({excepted.issue}, until {excepted.until})")
        else:
            found[address] = Answer(*place, state, " ".join(str(row.get("info") or "").split())[:200])
    return sorted(found.values())


def ask(root: Path, folder: Path) -> tuple[str, str]:
    """Let Sphinx ask every address; return its `output.json` and, where it wrote none, what it said."""
    out = folder / "sphinx"
    command = [sys.executable, "-m", "handbook.patience", "-b", "linkcheck", "-q", "-d", str(folder / "doctrees"), "-D", f"linkcheck_ignore={IGNORED}"]
    result = out / "output.json"
    result.unlink(missing_ok=True)
    try:
        done = subprocess.run([*command, str(root / "docs"), str(out)], capture_output=True, text=True, encoding="utf-8", errors="replace",
                              cwd=Path(__file__).parents[1], check=False, timeout=BUILD_SECONDS)  # fmt: skip
    except subprocess.TimeoutExpired:
        return "", f"Sphinx was ended after {BUILD_SECONDS} seconds"
    if not result.exists():
        return "", "\n".join(done.stderr.strip().splitlines()[-10:])
    return result.read_text(encoding="utf-8"), ""


def report(found: list[Answer], day: date, network: bool) -> str:
    """The report for people: what needs a hand first, then what could not be checked, then counts."""
    count = {state: sum(a.state == state for a in found) for state in STATES}
    lines = ["# Links to other sites", "", f"Run on {day}."]
    if not network:
        lines += ["", "**Not checked: there is no network here.** Nothing is known to be broken, and nothing is known to be right."]
        return "\n".join(lines) + "\n"
    lines += ["", "| Result | Links |", "| --- | --- |", *(f"| {words} | {count[state]} |" for state, words in STATES.items() if count[state])]
    for state, words in STATES.items():
        rows = [a for a in found if a.state == state]
        if not rows or state in {"ok", "by-form", "not-checked"}:
            continue
        lines += ["", f"## {words}", "", *([ADVICE[state], ""] if state in ADVICE else [])]
        lines += [f"- `{a.path}:{a.line}` <{a.address}>" + (f": {_plain(a.said)}" if a.said else "") for a in rows]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """What a site said, harmless in Markdown: it is text from outside."""
    return re.sub(r"[`<>\[\]@|]", " ", text)


def as_data(found: list[Answer], day: date, network: bool) -> str:
    """The report for programs."""
    count = {state: sum(a.state == state for a in found) for state in STATES}
    data = {"date": day.isoformat(), "network": network, "count": count, "links": [a._asdict() for a in found]}
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def problems_of(found: Iterable[Answer]) -> list[Problem]:
    """What somebody must mend: broken links only."""
    return [Problem(a.path, a.line, "L016", f"{a.address}: {a.said or 'no page there'}") for a in found if a.state == "broken"]


def run(root: Path, folder: Path, today: date, network: Callable[[], bool] = reachable) -> tuple[list[Answer], list[Problem], bool]:
    """Ask, sort and write `report.md` and `report.json` into *folder*; return answers, problems, and whether there was a network."""
    root, folder = root.resolve(), folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    known, problems = exceptions(root, today)
    online = network()
    found: list[Answer] = []
    if online:
        output, fault = ask(root, folder)
        if fault:
            raise RuntimeError(fault)
        found = answers(output, known, relative(root / "docs", root))
    (folder / "report.md").write_text(report(found, today, online), encoding="utf-8", newline="\n")
    (folder / "report.json").write_text(as_data(found, today, online), encoding="utf-8", newline="\n")
    return found, sorted(problems + problems_of(found)), online


def command(root: Path, folder: Path, form: str) -> int:
    """Run from the command line: 0 nothing broken (or not checked, and said so), 1 problems, 2 it could not run."""
    try:
        found, problems, online = run(root, folder, date.today())
    except (OSError, RuntimeError) as error:
        print(f"links to other sites could not be checked: {error}", file=sys.stderr)
        return 2
    if problems:
        print(FORMATS[form](problems))
    if form == "text":
        if online:
            count = {state: sum(a.state == state for a in found) for state in STATES}
            print("; ".join(f"{words}: {count[state]}" for state, words in STATES.items() if count[state]) or "no links to other sites")
        else:
            print("not checked: no network here. Nothing is known to be broken.")
        print(f"report: {folder / 'report.md'}")
    return 1 if problems else 0
