"""Which edition this is: version and date from `CITATION.cff`, so that neither git nor a clock is needed."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple


class Edition(NamedTuple):
    """Version (`1.0.0`, or with `+dev` after the last release) and the date of the edition."""

    version: str
    date: str


def read(root: Path) -> Edition:
    """Read `version` and `date-released` from `root/CITATION.cff`; raise `ValueError` where one is missing."""
    path = root / "CITATION.cff"
    return _read(path, path.stat().st_mtime_ns)


@lru_cache
def _read(path: Path, _changed: int) -> Edition:
    text = path.read_text(encoding="utf-8")
    found = {}
    for key in ("version", "date-released"):
        match = re.search(rf'^{key}:\s*["\']?([^"\'\n]+?)["\']?\s*$', text, re.M)
        if not match:
            raise ValueError(f"CITATION.cff: no line {key!r}")
        found[key] = match[1]
    return Edition(found["version"], found["date-released"])
