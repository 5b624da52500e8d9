"""One run of `site`: find the versions, build what is new, compose, check that it is whole, and put it in place."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from handbook.versions import build, compose, releases, swap
from handbook.versions.build import Outcome

SITE, CACHE = "build/site", "build/versions-cache"


def make(
    root: Path,
    say: Callable[[str], None],
    base: str = "",
    python: Path | None = None,
    workers: int = 0,
    new: releases.Release | None = None,
    site: Path | None = None,
) -> int:
    """Build the whole site of *root*; return 0, or 1 where a version is missing or is an older state of itself.

    Whatever goes wrong, `build/site` is either the site it was or the whole new one.
    """
    cache, site = root / CACHE, site or root / SITE
    with swap.locked(cache, say):
        site.parent.mkdir(parents=True, exist_ok=True)
        swap.recover(site)
        found = releases.find(root)
        for note in found.notes:
            say(f"note: {note}")
        outcomes = build.build_all(root, build.versions_of(root, found, new), cache, site, say, workers, python)
        _tell(outcomes, say)
        if not any(o.folder for o in outcomes):
            say(f"no version could be built; {site} is left as it was")
            return 1
        stamp = compose.stamp(root, outcomes, base)
        if _unchanged(cache, site, stamp):
            say(f"{site}: nothing to do, all versions are as they were")
        else:
            _compose(root, outcomes, cache, site, base, stamp)
            say(f"{site}: {sum(bool(o.folder) for o in outcomes)} versions; open {site / 'index.html'}")
        build.prune(cache, outcomes)
        return 1 if any(o.how in {"failed", "kept"} for o in outcomes) else 0


def _compose(root: Path, outcomes: list[Outcome], cache: Path, site: Path, base: str, stamp: str) -> None:
    new = site.parent / f"{swap.NEW}{os.getpid()}"
    try:
        new.mkdir()
        compose.compose(root, outcomes, new, base)
        manifest = compose.manifest(new)
        swap.replace(new, site)
        swap.write(cache / "site.json", json.dumps({"manifest": manifest, "site": str(site), "stamp": stamp}) + "\n")
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _unchanged(cache: Path, site: Path, stamp: str) -> bool:
    try:
        last = json.loads((cache / "site.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(last.get("stamp") == stamp and last.get("site") == str(site) and site.is_dir() and last.get("manifest") == compose.manifest(site))


def _tell(outcomes: list[Outcome], say: Callable[[str], None]) -> None:
    for o in outcomes:
        if o.how == "cached":
            say(f"{o.version.name}: finished earlier, not built again")
        elif o.how == "failed":
            say(f"{o.version.name}: FAILED and is not in the site: {o.message}")
        elif o.how == "kept":
            say(f"{o.version.name}: FAILED, its last good pages are kept: {o.message}")
