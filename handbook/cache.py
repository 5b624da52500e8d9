"""Read records and pages, keeping what was read beside Sphinx's own files, so that the next build reads only what changed.

What is kept is tied to the bytes of every file and of the code that reads them, never to a clock.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from handbook.files import relative
from handbook.load import File, files_of, read_file, together
from handbook.model import KINDS
from handbook.pages import scan
from handbook.project import Project

T = TypeVar("T")
READERS = ("bibtex", "cache", "files", "load", "model", "pages", "problems")


class Stamps(NamedTuple):
    """Digests of what lies below a root: of each file of records and of each page by its path, of all records, and of everything."""

    files: dict[str, str]
    pages: dict[str, str]
    records: str
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
    files, pages = (
        {relative(path, root): digest(path.read_bytes()) for path in paths}
        for paths in ([path for kind in KINDS for path in files_of(kind, root)], sorted((root / "docs").rglob("*.md")))
    )
    records = digest(*(f"{name} {mark}".encode() for name, mark in files.items()))
    return Stamps(files, pages, records, digest(records.encode(), *(f"{name} {mark}".encode() for name, mark in pages.items())))


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
    known: dict[str, tuple[str, bytes]] = before.get("files", {})
    packed: dict[str, tuple[str, bytes]] = {}  # each file apart: to keep one that changed, the others are not pickled again

    def unless_known(name: str, mark: str, read: Callable[[], T]) -> T:
        if name in known and known[name][0] == mark:
            packed[name] = known[name]
            return pickle.loads(known[name][1])  # type: ignore[no-any-return]
        fresh = read()
        packed[name] = (mark, pickle.dumps(fresh, pickle.HIGHEST_PROTOCOL))
        return fresh

    def records(file: Path, kind: str) -> File:
        name = relative(file, root)
        return unless_known(name, seen.files.get(name) or digest(file.read_bytes()), partial(read_file, file, root, kind))

    evidence, problems = together(root, records)
    scanned = [unless_known(name, mark, partial(scan, root / name, root)) for name, mark in seen.pages.items()]
    if before.get("whole") != seen.whole:
        keep(path, {"code": code(), "files": packed, "whole": seen.whole})
    return Project(root, evidence, {page.docname: page for page in scanned}, problems + [p for page in scanned for p in page.problems])


def keep(path: Path, data: dict[str, Any]) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(data, pickle.HIGHEST_PROTOCOL))
    fresh.replace(path)
