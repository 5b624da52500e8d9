"""Which releases there are: the tags vX.Y.Z, completed by the committed list for clones that lack them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from handbook.versions import git

LIST = "releases.csv"
COLUMNS = ("version", "date", "commit")
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RELEASED = re.compile(r'^date-released:\s*["\']?(\d{4}-\d{2}-\d{2})', re.M)


@dataclass(frozen=True)
class Release:
    """One released version; `missing` says why its tree cannot be had here."""

    version: str
    date: str
    commit: str
    missing: str = ""

    @property
    def order(self) -> tuple[int, ...]:
        """For sorting: 0.10.0 comes after 0.9.0."""
        return tuple(int(part) for part in self.version.split("."))


@dataclass(frozen=True)
class Found:
    """Releases, newest first, and remarks on what was found on the way."""

    releases: list[Release] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def number_of(name: str) -> str | None:
    """`1.2.3` for `v1.2.3` or `1.2.3`; nothing for any other name."""
    text = name.removeprefix("v")
    return text if _VERSION.fullmatch(text) else None


def find(root: Path) -> Found:
    """All releases of the handbook in *root*."""
    listed, notes = read_list(root)
    reason = git.repository(root)
    if reason:
        what = f"no git history here ({reason}); clone the repository to build it"
        return Found(_sorted([Release(r.version, r.date, r.commit, what) for r in listed]), notes)
    tagged, more = _tags(root)
    notes += more
    if not tagged and listed:
        notes.append(f"this clone has no release tags; releases are taken from {LIST}")
    found = {r.version: r for r in tagged}
    cut = git.shallow(root)
    for r in listed:
        tag = found.get(r.version)
        if tag is None:
            whole = git.commit_of(root, r.commit)
            hint = "`git fetch --unshallow --tags`" if cut else "`git fetch --tags`"
            what = "" if whole else f"commit {r.commit[:10]} is not in this {'shallow ' if cut else ''}clone; run {hint}"
            found[r.version] = Release(r.version, r.date, whole or r.commit, what)
        elif not tag.missing and not tag.commit.startswith(r.commit):
            what = f"tag v{r.version} is commit {tag.commit[:10]}, but {LIST} says {r.commit[:10]}; a release must not move"
            found[r.version] = Release(r.version, r.date, r.commit, what)
    if not found:
        notes.append("no releases yet: no tag vX.Y.Z" + ("; this clone is shallow, `git fetch --unshallow --tags` may bring some" if cut else ""))
    return Found(_sorted(list(found.values())), notes)


def _tags(root: Path) -> tuple[list[Release], list[str]]:
    found, others = [], []
    for name in git.run(root, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags").splitlines():
        number = number_of(name) if name.startswith("v") else None
        if number is None:
            others.append(name)
            continue
        commit = git.commit_of(root, f"refs/tags/{name}")
        if commit is None:
            found.append(Release(number, "", "", f"tag {name} does not lead to a commit"))
            continue
        found.append(Release(number, released(git.text_of(root, commit, "CITATION.cff")) or git.day_of(root, commit), commit))
    notes = [f"tag {name!r} is not a version (vX.Y.Z) and is left out" for name in others]
    return found, notes


def released(citation: str) -> str:
    """The date of an edition by its CITATION.cff; empty if it has none."""
    match = _RELEASED.search(citation)
    return match[1] if match else ""


def read_list(root: Path) -> tuple[list[Release], list[str]]:
    """The committed list; a row that cannot be used is a remark."""
    path = root / LIST
    if not path.exists():
        return [], []
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [f"{LIST} cannot be read: {error}"]
    found, notes = [], []
    for n, row in enumerate(rows, 2):
        version, day, commit = ((row.get(c) or "").strip() for c in COLUMNS)
        if not _VERSION.fullmatch(version) or not _DATE.fullmatch(day) or not re.fullmatch(r"[0-9a-f]{7,64}", commit):
            notes.append(f"{LIST}:{n}: not version,date,commit as 1.2.3,2026-11-22,HASH: left out")
            continue
        found.append(Release(version, day, commit))
    return found, notes


def list_text(found: list[Release]) -> str:
    """The committed list of *found*, oldest first."""
    rows = [f"{r.version},{r.date},{r.commit}" for r in sorted(found, key=lambda r: r.order) if not r.missing]
    return "\n".join([",".join(COLUMNS), *rows]) + "\n"


def _sorted(found: list[Release]) -> list[Release]:
    return sorted(found, key=lambda r: r.order, reverse=True)
