"""The few questions put to git; each fault is a `GitError` with git's own words, and no git at all is a plain no."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path


class GitError(Exception):
    """Git is missing, or said no."""


def run(root: Path, *args: str) -> str:
    """Standard output of one git command in *root*."""
    return _run(root, *args).decode("utf-8", "surrogateescape")


def _run(root: Path, *args: str) -> bytes:
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"}}
    try:
        done = subprocess.run(["git", "-C", str(root), *args], capture_output=True, check=False, env=env)
    except OSError as error:
        raise GitError(f"git cannot be started: {error.strerror}") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(words[0] if words else f"git {args[0]} ended with {done.returncode}")
    return done.stdout


def repository(root: Path) -> str:
    """Why *root* is not the top of a git repository that can be read; empty if it is.

    A ZIP unpacked inside somebody else's repository is not one: its history is not ours.
    """
    try:
        top = run(root, "rev-parse", "--show-toplevel").strip()
    except GitError as error:
        return str(error)
    return "" if Path(top).resolve() == root.resolve() else "this folder lies inside another repository"


def shallow(root: Path) -> bool:
    """Whether the clone was cut off at some depth."""
    return run(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def commit_of(root: Path, name: str) -> str | None:
    """The full hash of the commit that *name* means, if this clone has it."""
    try:
        return run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}").strip()
    except GitError:
        return None


def text_of(root: Path, commit: str, path: str) -> str:
    """One file of one commit; empty if it is not there."""
    try:
        return run(root, "show", f"{commit}:{path}")
    except GitError:
        return ""


def day_of(root: Path, commit: str) -> str:
    """The day of a commit, YYYY-MM-DD, in the committer's own time zone."""
    return run(root, "show", "-s", "--format=%cs", commit).strip()


def files(root: Path) -> list[str]:
    """Tracked and new files that git does not ignore, sorted."""
    listed = run(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted({name for name in listed if name and (root / name).is_file()})


def unpack(root: Path, commit: str, folder: Path) -> None:
    """Write the tree of *commit* into *folder*."""
    data = _run(root, "archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder)
