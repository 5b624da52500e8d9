"""Read records and pages, keeping what was read beside Sphinx's own files, so that the next build reads only what changed.

What is kept is tied to the bytes of every file and of the code that reads them, never to a clock.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from pathlib import Path
from typing import Any, NamedTuple

from handbook.files import relative
from handbook.load import files_of, load
from handbook.model import KINDS, Evidence
from handbook.pages import Page, scan
from handbook.problems import Problem
from handbook.project import Project

READERS = ("bibtex", "cache", "files", "load", "model", "pages", "problems")


class Stamps(NamedTuple):
    """Digests of what lies below a root: of all files of records, of each page by its path, and of everything."""

    records: str
    pages: dict[str, str]
    whole: str


def digest(*parts: bytes) -> str:
    """One digest of all parts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def code() -> str:
    """The digest of the code that reads."""
    here = Path(__file__).parent
    return digest(sys.version.encode(), *((here / f"{name}.py").read_bytes() for name in READERS))


def stamps(root: Path) -> Stamps:
    """The digests of all files below *root*; enough to tell that nothing changed."""
    files = [file for kind in KINDS for file in files_of(kind, root)]
    records = digest(*(part for file in files for part in (relative(file, root).encode(), file.read_bytes())))
    pages = {relative(file, root): digest(file.read_bytes()) for file in sorted((root / "docs").rglob("*.md"))}
    return Stamps(records, pages, digest(records.encode(), *(f"{name} {mark}".encode() for name, mark in pages.items())))


def kept(path: Path) -> dict[str, Any]:
    """What was kept; nothing where it is missing, broken or of other code."""
    try:
        found: dict[str, Any] = pickle.loads(path.read_bytes())
    except Exception:  # a broken pickle can raise anything; reading everything anew is always right
        return {}
    return found if isinstance(found, dict) and found.get("code") == code() else {}


def read(root: Path, path: Path, seen: Stamps | None = None) -> Project:
    """The project below *root*, whose digests are *seen*; *path* is where to keep what was read."""
    seen = seen or stamps(root)
    before = kept(path)
    records: tuple[Evidence, list[Problem]] = before["records"] if before.get("stamp") == seen.records else load(root)
    # Each page is pickled apart: to keep one that changed, the others are not pickled again.
    packed: dict[str, tuple[str, bytes]] = {}
    pages: dict[str, Page] = {}
    for name, mark in seen.pages.items():
        known = before.get("pages", {}).get(name)
        page = pickle.loads(known[1]) if known and known[0] == mark else scan(root / name, root)
        packed[name] = known if known and known[0] == mark else (mark, pickle.dumps(page, pickle.HIGHEST_PROTOCOL))
        pages[page.docname] = page
    evidence, problems = records
    if before.get("whole") != seen.whole:
        keep(path, {"code": code(), "stamp": seen.records, "records": records, "pages": packed, "whole": seen.whole})
    return Project(root, evidence, pages, problems + [p for page in pages.values() for p in page.problems])


def keep(path: Path, data: dict[str, Any]) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(data, pickle.HIGHEST_PROTOCOL))
    fresh.replace(path)
