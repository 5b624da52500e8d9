"""Build versions side by side, each from its own tree by its own tools; a failure stops nothing but itself.

Finished pages lie in `CACHE/html/KEY`, where KEY is the commit, or a name for the contents of the working tree. They
are put there by one rename, so what lies there is whole.
"""

from __future__ import annotations

import calendar
import json
import os
import re
import shlex
import shutil
import subprocess
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handbook.versions import environment, git, releases, swap, tree
from handbook.versions.environment import BuildError

DEV = "dev"
STEPS = ("{python} -m sphinx -q -W --keep-going -n -j {jobs} -b html -d {work}/doctrees docs {out}",)
TIMEOUT = 3600  # seconds for one step
Say = Callable[[str], None]


@dataclass(frozen=True)
class Version:
    """One version of the site: a release, or the tree as it stands (`dev`, without a commit)."""

    name: str
    date: str
    key: str
    commit: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one version; `folder` holds its pages, if there are any."""

    version: Version
    folder: Path | None
    how: Literal["built", "cached", "kept", "failed"]
    message: str = ""


def versions_of(root: Path, found: releases.Found, new: releases.Release | None = None) -> list[Version]:
    """What the site consists of: every release, newest first, then the tree as it stands.

    A tree without changes is its commit, so that a release just made and `dev` are built once. With *new*, the tree as
    it stands is that release, about to be made, and there is no `dev`.
    """
    out = [Version(r.version, r.date, r.commit, r.commit, r.missing) for r in found.releases]
    if new:
        return [Version(new.version, new.date, tree.key_of(root, tree.source_files(root))), *out]
    citation = root / "CITATION.cff"
    day = releases.released(citation.read_text(encoding="utf-8")) if citation.exists() else ""
    head = None if git.repository(root) else git.commit_of(root, "HEAD")
    if head:
        day = git.day_of(root, head)
        if not git.run(root, "status", "--porcelain").strip():
            return [*out, Version(DEV, day, head, head)]
    return [*out, Version(DEV, day, tree.key_of(root, tree.source_files(root)))]


def build_all(root: Path, versions: list[Version], cache: Path, site: Path, say: Say, workers: int = 0, python: Path | None = None) -> list[Outcome]:
    """Build what is not built; keep the last good pages of what fails. In the order of *versions*."""
    clear_work(cache)
    good = read_good(cache)
    cores = os.cpu_count() or 1
    todo: dict[str, Version] = {}
    for version in versions:
        if not version.missing and not (cache / "html" / version.key).is_dir():
            todo.setdefault(version.key, version)
    workers = max(1, min(workers or cores, len(todo)))
    jobs = max(1, cores // workers + (workers == 1))  # Sphinx writes with one worker fewer than asked

    def one(numbered: tuple[int, Version]) -> str:
        n, version = numbered
        say(f"{version.name}: building ({n} of {len(todo)})")
        begin = time.monotonic()
        try:
            _build(root, version, cache, jobs, python)
        except OSError as error:
            return f"{error.strerror}: {error.filename}"
        except (BuildError, git.GitError) as error:
            return str(error)
        say(f"{version.name}: built in {time.monotonic() - begin:.0f} s")
        return ""

    with ThreadPoolExecutor(workers) as pool:
        failed = dict(zip(todo, pool.map(one, enumerate(todo.values(), 1)), strict=True))
    out = []
    for version in versions:
        folder = cache / "html" / version.key
        message = version.missing or failed.get(version.key, "")
        if message:
            kept = next((f for f in (cache / "html" / good.get(version.name, "-"), site / version.name) if f.is_dir()), None)
            out.append(Outcome(version, kept, "kept" if kept else "failed", message))
        else:
            out.append(Outcome(version, folder, "built" if version.key in todo else "cached"))
            good[version.name] = version.key
    swap.write(cache / "good.json", json.dumps(good, indent=1, sort_keys=True) + "\n")
    return out


def read_good(cache: Path) -> dict[str, str]:
    """Version → key of the last pages that were built well."""
    try:
        found = json.loads((cache / "good.json").read_text(encoding="utf-8"))
        return {str(k): str(v) for k, v in found.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def prune(cache: Path, outcomes: list[Outcome]) -> None:
    """Drop finished pages that neither the site nor a later fall-back needs."""
    keep = {o.version.key for o in outcomes} | {v for k, v in read_good(cache).items() if k in {o.version.name for o in outcomes}}
    for folder in (cache / "html").glob("*"):
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def clear_work(cache: Path) -> None:
    """Drop what killed runs left half done. Only under the lock."""
    for folder in cache.glob("work-*"):
        shutil.rmtree(folder, ignore_errors=True)
    (cache / "html").mkdir(parents=True, exist_ok=True)
    (cache / "log").mkdir(exist_ok=True)


def _build(root: Path, version: Version, cache: Path, jobs: int, python: Path | None) -> None:
    work = cache / f"work-{os.getpid()}-{version.name}"
    source, out = work / "tree", work / "out"
    source.mkdir(parents=True)
    try:
        if version.commit:
            git.unpack(root, version.commit, source)
        else:
            tree.copy(root, tree.source_files(root), source)
        values = {"python": str(environment.python_for(source, cache, python)), "out": str(out), "work": str(work), "jobs": str(jobs)}
        day = git.day_of(root, version.commit) if version.commit else version.date
        log = cache / "log" / f"{version.name}.txt"
        log.write_bytes(b"")
        for step in steps_of(source):
            _step([part.format(**values) for part in shlex.split(step)], source, day, log)
        if not (out / "index.html").is_file():
            raise BuildError("its build made no index.html")
        tidy(out)
        out.rename(cache / "html" / version.key)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def steps_of(source: Path) -> list[str]:
    """The commands that build a tree: of its own pyproject.toml (`[tool.handbook] site`), else Sphinx."""
    path = source / "pyproject.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BuildError(f"its pyproject.toml cannot be read: {error}") from None
    return [str(s) for s in table.get("tool", {}).get("handbook", {}).get("site", STEPS)]


def _step(command: list[str], source: Path, day: str, log: Path) -> None:
    epoch = calendar.timegm(time.strptime(day, "%Y-%m-%d")) if day else 0
    env = environment.clean() | {
        "SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    try:
        with log.open("ab") as file:
            done = subprocess.run(command, cwd=source, env=env, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                  timeout=TIMEOUT, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BuildError(f"{command[0]} did not end within {TIMEOUT} s") from None
    except OSError as error:
        raise BuildError(f"{command[0]} cannot be started: {error.strerror}") from None
    if done.returncode:
        first = fault_of(log.read_text(encoding="utf-8", errors="replace")).replace(str(source) + os.sep, "") or f"exit code {done.returncode}"
        raise BuildError(f"{first} (all messages: {log.name} in the folder log of the cache)")


def fault_of(log: str) -> str:
    """The line of a build's messages that says best what is wrong: its first warning, else its last error, else its end."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    warnings = [line for line in lines if re.search(r"\b(?:WARNING|ERROR|CRITICAL)\b", line)]
    errors = [line for line in lines if re.search(r"\w(?:Error|Exception)\b:", line)]
    return (warnings[:1] or errors[-1:] or lines[-1:] or [""])[0]


def tidy(out: Path) -> None:
    """Take out what is of no use to readers: source maps, and Sphinx's notes to itself."""
    for path in sorted(out.rglob("*.map")):
        path.unlink()
    (out / ".buildinfo").unlink(missing_ok=True)
    shutil.rmtree(out / ".doctrees", ignore_errors=True)
