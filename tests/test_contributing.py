"""Guides: what they promise exists, their reference pages are complete, and their worked examples are the real records."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from sphinx.application import Sphinx

from handbook import __main__ as cli
from handbook import editor, reviews, sbom
from handbook.checks.effects import LEVELS, size_of
from handbook.codes import CODES
from handbook.export import json_text
from handbook.load import files_of
from handbook.model import KINDS, PLACES, key_of, record_fields
from handbook.project import Project
from handbook.render.reference import GROUPS, grouped, place_of, rows_of
from handbook.schema import schema_of

ROOT = Path(__file__).parents[1]
GUIDES = sorted((ROOT / "docs" / "contributing").glob("*.md"))
RUNBOOKS = [ROOT / name for name in ("MAINTAINING.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "README.md")]
WANTED = {
    "index", "edit-in-the-browser", "work-on-your-machine", "add-a-source", "add-a-study", "grade-a-finding", "answer-a-claim", "write-a-page",
    "review-a-page", "translate", "make-a-release", "records", "checks",
}  # fmt: skip


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.read(ROOT)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def body(path: Path) -> str:
    return text(path).split("\n---\n", 1)[1]


def commands() -> dict[str, argparse.ArgumentParser]:
    """The commands of `python -m handbook`, as its parser knows them."""
    found: dict[str, argparse.ArgumentParser] = {}
    original = argparse.ArgumentParser.parse_args

    def catch(parser: argparse.ArgumentParser, *_: object, **__: object) -> argparse.Namespace:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                found.update(action.choices)
        raise KeyboardInterrupt

    argparse.ArgumentParser.parse_args = catch  # type: ignore[assignment, method-assign]
    try:
        with pytest.raises(KeyboardInterrupt):
            cli.main([])
    finally:
        argparse.ArgumentParser.parse_args = original  # type: ignore[method-assign]
    return found


def test_all_guides_are_there_short_and_in_the_menu() -> None:
    assert {path.stem for path in GUIDES} >= WANTED
    menu = text(ROOT / "docs" / "contributing" / "index.md").split("```{toctree}")[1].split("```")[0].split()
    assert set(menu) - {":hidden:"} == {path.stem for path in GUIDES} - {"index"}
    for path in GUIDES:
        if path.stem in WANTED:
            assert len(body(path).split()) <= 700, path.stem


def test_every_command_of_the_guides_exists() -> None:
    known = commands()
    assert set(known) == set(cli.COMMANDS)
    used = [(path.name, match[1]) for path in (*GUIDES, *RUNBOOKS) for match in re.finditer(r"python -m handbook (\w+)", text(path))]
    assert {name for _, name in used} <= set(known), used
    assert {"new", "impact", "help", "reading", "schemas", "reviews"} <= {name for _, name in used}
    kinds = known["new"]._actions[1].choices
    assert kinds is not None
    assert {m[1] for path in GUIDES for m in re.finditer(r"python -m handbook new (\w+)", text(path))} <= set(kinds)


def test_every_file_that_the_guides_name_exists() -> None:
    made = {"evidence/schemas", "docs/redirects.csv", "docs/changes/v1.1.0.json", "docs/promises.txt"}
    names = {
        m[1].rstrip("/")
        for path in (*GUIDES, *RUNBOOKS)
        for m in re.finditer(r"`((?:docs|evidence|handbook|tests|requirements|\.github)/[\w./-]+)`", text(path))
    }
    assert len(names) >= 15
    assert sorted(n for n in names - made if not (ROOT / n).exists()) == []


def test_every_code_and_record_that_the_guides_name_exists(project: Project) -> None:
    codes = {m for path in (*GUIDES, *RUNBOOKS) for m in re.findall(r"\b[FYRSEMPLT]0\d\d\b", text(path))}
    assert codes <= set(CODES) and len(codes) >= 10


def test_links_of_the_files_at_the_top_lead_somewhere() -> None:
    for path in RUNBOOKS:
        for target in re.findall(r"\]\(([^)#]+)", text(path)):
            assert target.startswith("http") or (ROOT / target).exists(), f"{path.name}: {target}"


def test_the_five_minute_route_needs_a_browser_only() -> None:
    page = body(ROOT / "docs" / "contributing" / "edit-in-the-browser.md")
    assert not re.search(r"\b(?:terminal|git clone|pip|nox|install Python|command line)\b", page)
    steps = re.findall(r"^\d\. ", page[page.index("## The steps") : page.index("That is all")], re.M)
    assert len(steps) == 5


def test_the_message_shown_as_an_example_is_a_real_one() -> None:
    for name in ("edit-in-the-browser", "checks"):
        assert f"T009 2 sentences on one line\n    {CODES['T009'].advice} (More: python -m handbook help T009)" in body(
            ROOT / "docs" / "contributing" / f"{name}.md"
        )


# The worked examples


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text(ROOT / "docs" / "contributing" / f"{name}.md"), re.S)


def test_the_graded_example_is_the_real_finding(project: Project) -> None:
    finding = project.evidence.finding["crps-infusion-pain-weeks"]
    (shown,) = yaml.safe_load(blocks("grade-a-finding", "yaml")[0])
    assert shown == {key: getattr(finding, key) for key in shown}
    assert len(shown) == 9
    graded = yaml.safe_load("\n".join(line[2:] for line in blocks("grade-a-finding", "yaml")[2].splitlines()))
    assert (graded["certainty"], graded["basis"], graded["start"]) == (finding.certainty, finding.basis, finding.start)
    assert [(d["domain"], d["steps"]) for d in graded["downgrades"]] == [(d.domain, d.steps) for d in finding.downgrades]
    assert all(real.why.startswith(d["why"].partition("…")[0].strip()) for d, real in zip(graded["downgrades"], finding.downgrades, strict=True))
    assert f"plain: {finding.plain}" in blocks("grade-a-finding", "yaml")[3]
    for part in re.findall(r"\{s018\.\w+\}", blocks("grade-a-finding", "yaml")[4]):
        assert part in finding.clinical


def test_the_numbers_of_the_example_hold(project: Project) -> None:
    finding, row = project.evidence.finding["crps-infusion-pain-weeks"], project.evidence.study["s018"]
    assert row.source == "sigtermans2009ketamine" and row.id in finding.studies and row.n == 60 and row.time == "week 1"
    difference = Decimal(row.comparator_value or "") - Decimal(row.ketamine or "")
    assert 2 < difference < 4 and size_of(difference, "0-10", project) == finding.size == "moderate"
    assert LEVELS.index("high") - sum(d.steps for d in finding.downgrades) == LEVELS.index(finding.certainty)
    assert row.effect is None and row.measure is None


def test_the_study_example_shows_real_columns(project: Project) -> None:
    page = body(ROOT / "docs" / "contributing" / "add-a-study.md")
    columns = {key_of(f) for f in record_fields(KINDS["study"])}
    named = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]+) \|", page, re.M))))
    assert named <= columns and len(named) >= 15
    row = project.evidence.study["s018"]
    for column in ("source", "condition", "design", "route", "outcome", "scale"):
        assert f"| `{column}` | `{getattr(row, column)}` |" in page


def test_the_claim_example_is_the_real_record(project: Project) -> None:
    (shown,) = yaml.safe_load(blocks("answer-a-claim", "yaml")[0])
    claim = project.evidence.claim[shown["id"]]
    assert shown == {key: list(v) if isinstance(v := getattr(claim, key), tuple) else v for key in shown}
    assert set(shown) == {key_of(f) for f in record_fields(KINDS["claim"])}


def test_the_front_matter_table_names_every_key() -> None:
    from handbook.checks.frontmatter import KEYS

    page = body(ROOT / "docs" / "contributing" / "write-a-page.md")
    table = page[page.index("## The block at the top") : page.index("## The order")]
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]+) \|", table, re.M)))) == set(KEYS)


# The reference pages


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The two directives, built as HTML in a site that has nothing else."""
    root = tmp_path_factory.mktemp("reference")
    (root / "index.md").write_text("# Reference\n\n```{record-fields}\n```\n\n```{codes}\n```\n", encoding="utf-8")
    conf = {"extensions": ["myst_parser", "handbook.render.reference"], "html_theme": "basic"}
    app = Sphinx(str(root), None, str(root / "out"), str(root / "trees"), "html", confoverrides=conf, status=None, warningiserror=True)
    app.build()
    return text(root / "out" / "index.html")


def test_every_code_stands_on_the_page_of_checks_with_its_own_address(reference: str) -> None:
    assert "{codes}" in text(ROOT / "docs" / "contributing" / "checks.md")
    assert {name for codes in grouped().values() for name, _ in codes} == set(CODES)
    assert {name[0] for name in CODES} == set(GROUPS)
    for name, code in CODES.items():
        assert f'id="{name.lower()}"' in reference, name
        assert code.title.split()[0] in reference
    assert reference.count("What to do:") == len(CODES)
    assert '<span class="pre">.editorconfig</span>' in reference and "`.editorconfig`" not in reference


def test_every_field_of_every_record_stands_on_the_page_of_records(reference: str) -> None:
    assert "{record-fields}" in text(ROOT / "docs" / "contributing" / "records.md")
    for kind, cls in KINDS.items():
        part = reference[reference.index(f'id="record-{kind}"') :]
        part = part[: part.index("</section>")]
        for f in record_fields(cls):
            assert f'<span class="pre">{key_of(f)}</span>' in part, (kind, key_of(f))
    rows = {row.name: row for row in rows_of(KINDS["finding"])}
    assert rows["certainty"].holds == "one of: high, moderate, low, very-low, none" and rows["certainty"].needed
    assert rows["downgrades.why"].holds == "text, at most 30 words"
    assert rows["sources"].holds == "list, each the id of a source" and not rows["sources"].needed
    assert rows["numbers"].holds == "block" and rows["numbers.with"].holds == "number"


def test_the_places_of_records_exist() -> None:
    assert set(PLACES) == set(KINDS)
    assert place_of("finding") == "evidence/findings/*.yaml" and place_of("study") == "evidence/studies.csv"


# Schemas and editors


def test_schemas_are_those_of_the_model() -> None:
    folder = ROOT / editor.FOLDER
    assert {p.name for p in folder.iterdir()} == {f"{kind}.json" for kind in KINDS}, "run: python -m handbook schemas"
    for kind in KINDS:
        assert text(folder / f"{kind}.json") == json_text(schema_of(kind)), f"{kind}: run python -m handbook schemas"
        Draft202012Validator.check_schema(schema_of(kind))


def test_every_real_record_fits_its_schema_as_an_editor_reads_it() -> None:
    class Loader(yaml.SafeLoader):
        """Dates stay text, as in JSON."""

    Loader.yaml_implicit_resolvers = {
        key: [(tag, rx) for tag, rx in pairs if not tag.endswith(":timestamp")] for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    count = 0
    for kind in KINDS:
        validator = Draft202012Validator(schema_of(kind))
        for path in files_of(kind, ROOT):
            if path.suffix == ".yaml":
                data = yaml.load(text(path), Loader=Loader)
                assert [f"{path.name}: {e.json_path}: {e.message}" for e in validator.iter_errors(data)] == []
                count += len(data)
    assert count >= 500
    (fact,) = yaml.load("- {id: x, topic: lore, text: 5, sources: []}", Loader=Loader)
    assert {e.json_path for e in Draft202012Validator(schema_of("fact")).iter_errors([fact])} == {"$[0].topic", "$[0].text"}


def test_schemas_are_written_where_asked(tmp_path: Path) -> None:
    assert cli.main(["schemas", str(tmp_path / "x")]) == 0
    assert {p.stem for p in (tmp_path / "x").iterdir()} == set(KINDS)


def test_editors_know_the_schema_of_every_yaml_file() -> None:
    wired = json.loads(text(ROOT / ".vscode" / "settings.json"))["yaml.schemas"]
    for path in wired:
        assert (ROOT / path).is_file(), path
    yaml_kinds = {kind for kind, place in PLACES.items() if place.endswith(".yaml") or "." not in place}
    assert {Path(path).stem for path in wired} == yaml_kinds
    for path, pattern in wired.items():
        assert list(ROOT.glob(pattern)), (path, pattern)


def test_editor_and_container_ask_for_the_same_helpers() -> None:
    container = json.loads(text(ROOT / ".devcontainer" / "devcontainer.json"))
    wanted = json.loads(text(ROOT / ".vscode" / "extensions.json"))["recommendations"]
    assert container["customizations"]["vscode"]["extensions"] == wanted
    assert "--require-hashes -r requirements/nox.txt" in container["postCreateCommand"]


def test_hooks_are_local_and_run_our_own_checks() -> None:
    repos = yaml.safe_load(text(ROOT / ".pre-commit-config.yaml"))["repos"]
    assert [r["repo"] for r in repos] == ["local"]
    entries = [hook["entry"] for hook in repos[0]["hooks"]]
    assert "python -m handbook check --changed" in entries
    assert all(entry.split()[3] in cli.COMMANDS for entry in entries)


# Reviews, parts, licenses


def test_reviews_that_are_due_are_listed_oldest_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import date

    good = Project.read(Path(__file__).parent / "good")
    report, count = reviews.report(good, date(2026, 11, 22), 60)
    assert (count, report) == (0, "No review is due within 60 days of 2026-11-22.\n")
    good.pages["glossary"].meta["next_review"] = "2026-11-20"
    good.pages["safety/itch"].meta["next_review"] = "2027-01-21"
    good.pages["treatment/drops"].meta["next_review"] = "2027-01-22"
    good.pages["index"].meta["next_review"] = "soon"
    report, count = reviews.report(good, date(2026, 11, 22), 60)
    assert count == 2
    assert re.findall(r"^\| (\S+) \| `(\S+)`", report, re.M) == [("2026-11-20", "docs/glossary.md"), ("2027-01-21", "docs/safety/itch.md")]
    assert report.count("(overdue)") == 1
    assert cli.main(["--root", str(Path(__file__).parent / "good"), "reviews"]) == 0
    assert "No review is due" in capsys.readouterr().out


ALLOWED = {"MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "PSF-2.0", "MPL-2.0", "CC0-1.0", "LicenseRef-Public-Domain"}


def test_every_locked_package_has_a_license_that_is_allowed() -> None:
    known = sbom.licenses(text(ROOT / sbom.LICENSES))
    locked = {part.name for lock in (ROOT / "requirements").glob("*.txt") for part in sbom.parts(text(lock))}
    assert locked == set(known)
    for name, license_ in known.items():
        assert set(re.split(r" (?:AND|OR) ", license_)) <= ALLOWED, f"{name}: {license_}"


def test_the_list_of_parts_names_every_package_with_its_hashes(tmp_path: Path) -> None:
    assert cli.main(["--root", str(ROOT), "sbom", str(tmp_path / "a" / "parts.json")]) == 0
    data = json.loads(text(tmp_path / "a" / "parts.json"))
    pinned = re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==([^\s;\\]+)", text(ROOT / sbom.LOCK), re.M)
    assert [(c["name"], c["version"]) for c in data["components"]] == sorted(pinned)
    assert sum(len(c["properties"]) for c in data["components"]) == text(ROOT / sbom.LOCK).count("--hash=sha256:")
    assert data["bomFormat"] == "CycloneDX" and "serialNumber" not in data and "timestamp" not in data["metadata"]
    sphinx = next(d for d in tomllib.loads(text(ROOT / "pyproject.toml"))["dependency-groups"]["docs"] if str(d).startswith("sphinx=="))
    assert {"name": "sphinx", "version": sphinx.partition("==")[2]}.items() <= next(c for c in data["components"] if c["name"] == "sphinx").items()


def test_a_package_without_a_license_stops_the_list(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "CITATION.cff").write_text('version: "1.0.0"\ndate-released: 2026-01-01\n', encoding="utf-8")
    (tmp_path / "requirements" / "docs.txt").write_text("toe==1.0 \\\n    --hash=sha256:" + "a" * 64 + "\n", encoding="utf-8")
    (tmp_path / "requirements" / "licenses.csv").write_text("name,license\n", encoding="utf-8")
    with pytest.raises(KeyError, match="toe"):
        sbom.document(tmp_path)
