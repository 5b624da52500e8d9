"""Read records and pages, keeping what was read beside Sphinx's own files, so that the next build reads only what changed.

What is kept is tied to the bytes of every file and of the code that reads them, never to a clock.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from pathlib import Path
from typing import Any

from handbook.files import relative
from handbook.load import files_of, load
from handbook.model import KINDS, Evidence
from handbook.pages import Page, scan
from handbook.problems import Problem
from handbook.project import Project

READERS = ("bibtex", "cache", "files", "load", "model", "pages", "problems")


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


def kept(path: Path) -> dict[str, Any]:
    """What was kept; nothing where it is missing, broken or of other code."""
    try:
        found: dict[str, Any] = pickle.loads(path.read_bytes())
    except Exception:  # a broken pickle can raise anything; reading everything anew is always right
        return {}
    return found if isinstance(found, dict) and found.get("code") == code() else {}


def read(root: Path, path: Path) -> tuple[Project, str]:
    """The project below *root* and the digest of its files; *path* is where to keep what was read."""
    before = kept(path)
    files = [file for kind in KINDS for file in files_of(kind, root)]
    stamp = digest(*(part for file in files for part in (relative(file, root).encode(), file.read_bytes())))
    if before.get("stamp") == stamp:
        records: tuple[Evidence, list[Problem]] = before["records"]
    else:
        records = load(root)
    pages: dict[str, tuple[str, Page]] = {}
    for file in sorted((root / "docs").rglob("*.md")):
        name, mark = relative(file, root), digest(file.read_bytes())
        known = before.get("pages", {}).get(name)
        pages[name] = known if known and known[0] == mark else (mark, scan(file, root))
    evidence, problems = records
    found = {page.docname: page for _, page in pages.values()}
    whole = digest(stamp.encode(), *(f"{name} {mark}".encode() for name, (mark, _) in pages.items()))
    if before.get("whole") != whole:
        keep(path, {"code": code(), "stamp": stamp, "records": records, "pages": pages, "whole": whole})
    return Project(root, evidence, found, problems + [p for page in found.values() for p in page.problems]), whole


def keep(path: Path, data: dict[str, Any]) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(data, pickle.HIGHEST_PROTOCOL))
    fresh.replace(path)
