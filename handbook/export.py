"""Write the evidence as data: JSON and CSV with their schemas; sorted, without a clock, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from handbook import words
from handbook.model import KINDS, Evidence, Finding, Record, key_of, record_fields
from handbook.project import Project
from handbook.schema import schema_of

LICENSE = "https://creativecommons.org/licenses/by/4.0/"


_KEYS: dict[type[Any], list[tuple[str, str]]] = {}


def _keys(cls: type[Any]) -> list[tuple[str, str]]:
    """Name and key of each field."""
    if cls not in _KEYS:
        _KEYS[cls] = [(f.name, key_of(f)) for f in record_fields(cls)]
    return _KEYS[cls]


def as_data(record: Any) -> dict[str, Any]:
    """A record as plain values; fields that are not there are left out."""
    values = [(key, getattr(record, name)) for name, key in _keys(type(record))]
    return {key: _plain(value) for key, value in values if value is not None and value != ()}


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int)):  # nearly all
        return value
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    return value.isoformat() if isinstance(value, date) else as_data(value)


def filled(record: Record, evidence: Evidence) -> dict[str, Any]:
    """A record as readers see it: placeholders filled."""
    out = as_data(record)
    if isinstance(record, Finding):
        out["plain"] = words.plain_sentence(record, evidence)
        out["clinical"] = words.clinical_sentence(record, evidence)
        for step, source in zip(out.get("downgrades", []), record.downgrades, strict=True):
            step["why"] = words.fill(source.why, evidence, record)
    return out


def json_text(value: Any) -> str:
    """JSON with stable order and a line feed at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def csv_text(records: list[Record], cls: type[Record]) -> str:
    """CSV with one column a field, rows by id."""
    columns = [key_of(f) for f in record_fields(cls)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for record in sorted(records, key=lambda r: r.id):
        row = as_data(record)
        writer.writerow({k: row.get(k, "") for k in columns})
    return out.getvalue()


def files(project: Project) -> dict[str, str]:
    """Name → text of every data file."""
    e = project.evidence
    about = {"handbook": "Ketamine for Chronic Pain", "license": LICENSE, **project.edition._asdict()}
    kinds = {kind: [filled(r, e) for r in sorted(e.of(kind).values(), key=lambda r: r.id)] for kind in KINDS}
    out = {
        "evidence.json": json_text({**about, **{k: v for k, v in kinds.items() if k != "claim"}}),
        "claims.json": json_text({**about, "claim": kinds["claim"]}),
        "studies.csv": csv_text(list(e.study.values()), KINDS["study"]),
        "harms.csv": csv_text(list(e.harm.values()), KINDS["harm"]),
    }
    for kind in KINDS:
        out[f"schemas/{kind}.schema.json"] = json_text(schema_of(kind))
    return out


def write(project: Project, folder: Path) -> list[Path]:
    """Write all data files below *folder*; return their paths."""
    out = []
    for name, text in files(project).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        out.append(path)
    return out
