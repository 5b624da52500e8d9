"""Write the JSON Schemas of all kinds of records, so that editors complete fields and mark wrong values while one types."""

from __future__ import annotations

from pathlib import Path

from handbook.export import json_text
from handbook.model import KINDS
from handbook.schema import schema_of

FOLDER = "evidence/schemas"


def write(folder: Path) -> list[Path]:
    """Write one schema a kind into *folder*; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for kind in KINDS:
        path = folder / f"{kind}.json"
        path.write_text(json_text(schema_of(kind)), encoding="utf-8", newline="\n")
        out.append(path)
    return out
