"""Where a page went: `docs/redirects.csv` with the columns from,to, both `docname` or `docname#anchor`."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

PATH = Path("docs/redirects.csv")


def read(root: Path) -> dict[str, str]:
    """From → to; an absent file is an empty list."""
    try:
        text = (root / PATH).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    rows = csv.DictReader(io.StringIO(text))
    return {r["from"].strip(): r["to"].strip() for r in rows if (r.get("from") or "").strip() and (r.get("to") or "").strip()}


def follow(address: str, moved: dict[str, str], pages: Collection[str]) -> str | None:
    """The address of *address* where the pages are *pages*: itself, or the first that exists along its moves."""
    seen: set[str] = set()
    here = address
    while here not in seen:
        if here.partition("#")[0] in pages and here not in moved:
            return here
        seen.add(here)
        docname, _, anchor = here.partition("#")
        if here in moved:
            here = moved[here]
        elif docname in moved:
            here = moved[docname] + (f"#{anchor}" if anchor and "#" not in moved[docname] else "")
        else:
            return None
    return None


def counterpart(docname: str, moved: dict[str, str], pages: Collection[str]) -> str | None:
    """The same page in another version: by its name, by its moves, or by the move that brought it here."""
    if docname in pages:
        return docname
    found = follow(docname, moved, pages)
    if found:
        return found
    seen = {docname}
    here = docname
    while True:
        before = next((f for f, t in sorted(moved.items()) if t.partition("#")[0] == here and "#" not in f and f not in seen), None)
        if before is None or before in pages:
            return before
        seen.add(before)
        here = before
