"""The environment of one version: its own locked requirements, shared by versions whose lock is the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

LOCK = "requirements/docs.txt"
DONE = ".complete"
_guard = threading.Lock()
_locks: dict[str, threading.Lock] = {}


class BuildError(Exception):
    """This version cannot be built; the message says why and what to do."""


def python_for(tree: Path, cache: Path, given: Path | None = None) -> Path:
    """The Python that builds *tree*: the *given* one, or of an environment made from the tree's lock file."""
    lock = tree / LOCK
    if not lock.is_file():
        raise BuildError(f"it has no {LOCK}, so the versions of its tools are not known")
    if given is not None:
        return given
    name = hashlib.sha256(lock.read_bytes() + f"{sys.version_info[:2]}".encode()).hexdigest()[:16]
    folder = cache / "env" / name
    with _guard:
        mine = _locks.setdefault(str(folder), threading.Lock())
    with mine:
        if not (folder / DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, lock)
            (folder / DONE).touch()
    return python_of(folder)


def python_of(folder: Path) -> Path:
    """The Python inside an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _make(folder: Path, lock: Path) -> None:
    hashes = ["--require-hashes"] if "--hash=" in lock.read_text(encoding="utf-8") else []
    uv = shutil.which(os.environ.get("UV", "uv")) or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        _run(uv, "pip", "install", "--quiet", "--python", str(python_of(folder)), *hashes, "-r", str(lock))
    else:
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(python_of(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *hashes, "-r", str(lock))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace", env=clean())
    except OSError as error:
        raise BuildError(f"{command[0]} cannot be started: {error.strerror}") from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()
        raise BuildError("its requirements cannot be installed: " + (last[-1] if last else f"exit code {done.returncode}"))


def clean() -> dict[str, str]:
    """This process's environment without what would lead to its own packages."""
    away = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT"}
    return {k: v for k, v in os.environ.items() if k not in away}
