"""Every built page is valid HTML by the Nu checker (vnu), where it can be had: a `vnu` on the path, or its jar named by `HANDBOOK_VNU`."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

EXCEPTIONS = Path(__file__).parent / "data" / "validator_exceptions.csv"


def checker() -> list[str]:
    """The command of the checker; where there is none the test is skipped with the reason."""
    jar, java, program = os.environ.get("HANDBOOK_VNU"), shutil.which("java"), shutil.which("vnu")
    if jar and java:
        return [java, "-jar", jar]
    if program:
        return [program]
    pytest.skip("no HTML checker: vnu is not on the path, and HANDBOOK_VNU names no jar (with Java)")


def messages(pages: list[Path]) -> list[dict[str, Any]]:
    """What the checker has to say of the pages: errors, warnings and remarks."""
    done = subprocess.run([*checker(), "--format", "json", "--stdout", "--exit-zero-always", *map(str, pages)], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return found


def test_every_page_is_valid_html(site_folder: Path) -> None:
    """No message of any kind but those excepted with a reason; each exception is still needed, and none excuses an error."""
    pages = sorted(p for p in site_folder.rglob("*.html") if "_static" not in p.parts)
    assert len(pages) > 40
    with EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        excepted = [re.compile(row["message"]) for row in csv.DictReader(file)]
    found = messages(pages)
    used = {pattern for m in found for pattern in excepted if m["type"] == "info" and pattern.fullmatch(m["message"])}
    faults = [m for m in found if m["type"] != "info" or not any(pattern.fullmatch(m["message"]) for pattern in excepted)]
    assert not faults, "\n".join(f"{m.get('url')}:{m.get('lastLine')}: {m['type']} {m['message']}" for m in faults[:40])
    assert [p.pattern for p in excepted if p not in used] == []


def test_checker_finds_a_planted_fault(tmp_path: Path) -> None:
    """An id that stands twice and an unknown element are errors."""
    page = tmp_path / "page.html"
    page.write_text('<!DOCTYPE html><html lang="en"><title>x</title><p id="a">x<p id="a">y</p><bogus></bogus></html>', encoding="utf-8")
    errors = " ".join(m["message"] for m in messages([page]) if m["type"] == "error")
    assert "Duplicate ID" in errors
    assert "bogus" in errors
