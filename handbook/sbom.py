"""List the parts that a release is built with, in CycloneDX 1.6 (a software bill of materials).

Made from `requirements/docs.txt` (exact versions, hashes) and `requirements/licenses.csv` alone: no clock, no network,
no look at what happens to be installed, so the same commit gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any, NamedTuple

from handbook import edition
from handbook.export import json_text

LOCK = "requirements/docs.txt"
LICENSES = "requirements/licenses.csv"
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,.-]+\])?==([^\s;\\]+)", re.M)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Part(NamedTuple):
    """One pinned package: its name, version, and the hashes of the files that may be installed."""

    name: str
    version: str
    hashes: tuple[str, ...]


def parts(lock: str) -> list[Part]:
    """The pinned packages of a lock, by name."""
    starts = list(_PIN.finditer(lock))
    ends = [m.start() for m in starts[1:]] + [len(lock)]
    found = [Part(m[1].lower(), m[2], tuple(sorted(_HASH.findall(lock[m.start() : end])))) for m, end in zip(starts, ends, strict=True)]
    return sorted(found)


def licenses(text: str) -> dict[str, str]:
    """The license of each package, as an SPDX expression, by name."""
    return {row["name"]: row["license"] for row in csv.DictReader(io.StringIO(text))}


def document(root: Path) -> dict[str, Any]:
    """The list of parts as CycloneDX; a package whose license is not listed raises `KeyError`."""
    known = licenses((root / LICENSES).read_text(encoding="utf-8"))
    version, _ = edition.read(root)
    components = []
    for part in parts((root / LOCK).read_text(encoding="utf-8")):
        purl = f"pkg:pypi/{part.name}@{part.version}"
        components.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": part.name,
                "version": part.version,
                "purl": purl,
                "scope": "excluded",  # used to build; nothing of it runs at the reader's
                "licenses": [{"expression": known[part.name]}],
                "properties": [{"name": "handbook:allowed-sha256", "value": h} for h in part.hashes],
            }
        )
    about = {"type": "application", "name": "ketamine-handbook", "version": version, "bom-ref": "handbook"}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": about}, "components": components}


def write(root: Path, file: Path) -> Path:
    """Write the list of parts to *file*."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json_text(document(root)), encoding="utf-8", newline="\n")
    return file
