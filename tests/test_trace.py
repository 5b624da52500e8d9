"""From a source to everything that leans on it, and the data that is exported."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from handbook.__main__ import main
from handbook.export import as_data, files
from handbook.model import KINDS
from handbook.project import Project
from handbook.schema import schema_of
from handbook.trace import find, impact, uses

GOOD = Path(__file__).parent / "good"
ROOT = Path(__file__).parents[1]


def test_uses_go_up_through_records_to_pages() -> None:
    found = uses(Project.read(GOOD))["alpha2020drops"]
    assert found["study"] == ["t001"]
    assert found["finding"] == ["toe-drops-itch", "toe-drops-pain"]
    assert found["claim"] == ["drops-cure"]
    assert found["page"] == ["conditions/sore-toe", "evidence/index", "safety/itch", "treatment/drops"]


@pytest.mark.parametrize("key", ["alpha2020drops", "10.1000/toe.1", "https://doi.org/10.1000/TOE.1", "DOI:10.1000/toe.1"])
def test_a_source_is_found_by_key_or_identifier(key: str) -> None:
    source = find(Project.read(GOOD).evidence, key)
    assert source is not None
    assert source.id == "alpha2020drops"


def test_impact_names_lines() -> None:
    lines = impact(Project.read(GOOD), "beta2021toes")
    assert lines is not None
    assert "fact: 1" in lines
    assert "  toe-common (evidence/facts/toe.yaml:1)" in lines
    assert "    line 17: fact toe-common" in lines
    assert impact(Project.read(GOOD), "nobody2020") is None


def test_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--root", str(GOOD), "check"]) == 0
    assert "6 pages, 16 records, 0 problems" in capsys.readouterr().out
    assert main(["--root", str(GOOD), "impact", "alpha2020drops"]) == 0
    assert main(["--root", str(GOOD), "impact", "nobody"]) == 2
    assert main(["help", "E008"]) == 0
    assert "What to do" in capsys.readouterr().out
    assert main(["help", "E999"]) == 2
    assert main(["--root", str(tmp_path), "check"]) == 2
    assert main(["--root", str(GOOD), "reading"]) == 0
    assert main(["--root", str(GOOD), "export", str(tmp_path / "data")]) == 0
    assert (tmp_path / "data" / "schemas" / "finding.schema.json").is_file()


@pytest.mark.parametrize("form", ["text", "github", "json", "sarif"])
def test_findings_in_every_format(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "handbook"
    shutil.copytree(GOOD, root)
    shutil.copytree(GOOD.parent / "bad" / "P010", root, dirs_exist_ok=True)
    assert main(["--root", str(root), "check", "--format", form]) == 1
    out = capsys.readouterr().out
    assert "P010" in out
    match form:
        case "text":
            assert out.startswith("docs/conditions/sore-toe.md:35: P010 image '/_static/toe.svg' has no alternative text\n    Add ")
        case "github":
            assert out.startswith("::error file=docs/conditions/sore-toe.md,line=35,title=P010::image")
        case "json":
            assert json.loads(out)[0]["line"] == 35
        case "sarif":
            result = json.loads(out)["runs"][0]["results"][0]
            assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 35


@pytest.mark.parametrize("root", [GOOD, ROOT], ids=["good", "handbook"])
def test_exported_records_fit_their_schemas(root: Path) -> None:
    evidence = Project.read(root).evidence
    for kind in KINDS:
        rows = json.loads(json.dumps([as_data(r) for r in evidence.of(kind).values()]))
        jsonschema.Draft202012Validator.check_schema(schema_of(kind))
        jsonschema.validate(rows, schema_of(kind))


def test_export_is_sorted_and_has_no_clock() -> None:
    first, second = files(Project.read(ROOT)), files(Project.read(ROOT))
    assert first == second
    ids = [row["id"] for row in csv.DictReader(io.StringIO(first["studies.csv"]))]
    assert len(ids) >= 100
    assert ids == sorted(ids)
