"""The tree of one version in a folder of its own: from a commit, or a copy of the working tree as it stands."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from handbook.versions import git

_NOT_SOURCE = frozenset({".git", "build", ".nox", ".venv", "venv", "__pycache__", "node_modules"})


def source_files(root: Path) -> list[str]:
    """The files of the working tree that belong to the project, sorted."""
    if not git.repository(root):
        return git.files(root)
    found = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in _NOT_SOURCE and not n.endswith("_cache"))
        here = Path(folder).relative_to(root)
        found += [(here / f).as_posix() for f in files if not f.endswith(".pyc")]
    return sorted(found)


def key_of(root: Path, names: list[str]) -> str:
    """A name for the contents of the working tree: equal contents, equal name, in whatever folder."""
    total = hashlib.sha256()
    for name in names:
        total.update(os.fsencode(name) + b"\0" + hashlib.sha256((root / name).read_bytes()).digest())
    return total.hexdigest()[:40]


def copy(root: Path, names: list[str], folder: Path) -> None:
    """Copy the named files, so that editing goes on undisturbed while they are built."""
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target)
