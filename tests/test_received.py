"""What the reader receives: one number has one place, pages carry their notices and data, nothing loads from elsewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from posixpath import basename, dirname, join, normpath

import jsonschema
import pypdf
import pytest
from lxml import html

from handbook import site
from handbook.places import places
from handbook.project import Project
from handbook.schema import schema_of
from handbook.words import VERDICT_LABEL, VERDICT_SYMBOL

ROOT = Path(__file__).parents[1]
GOOD = Path(__file__).parent / "good"


def tiny(folder: Path) -> Path:
    """The small good handbook with the real settings, templates and styles."""
    shutil.copytree(GOOD, folder)
    shutil.copy(ROOT / "docs" / "conf.py", folder / "docs")
    for name in ("_templates", "_static", "_epub"):
        shutil.copytree(ROOT / "docs" / name, folder / "docs" / name, dirs_exist_ok=True)
    return folder


def build(root: Path, builder: str, *more: str) -> tuple[Path, str]:
    """Run one builder; return its folder and what it warned of."""
    out = root / "build" / builder
    command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, *more, "-d", str(root / "build" / "doctrees"), str(root / "docs"), str(out)]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, cwd=root)
    assert done.returncode == 0, done.stderr
    return out, "\n".join(line for line in done.stderr.splitlines() if "matplotlib" not in line)


def everything(folder: Path) -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*")) if p.suffix in {".html", ".json", ".csv"} and "doctrees" not in p.parts)


def test_one_number_stands_in_one_place(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    studies = root / "evidence" / "studies.csv"
    studies.write_text(studies.read_text(encoding="utf-8").replace("MD,-1.5,", "MD,-1.53,"), encoding="utf-8")
    before, _ = build(root, "html")
    assert "−1.53" in (before / "conditions" / "sore-toe.html").read_text(encoding="utf-8")
    studies.write_text(studies.read_text(encoding="utf-8").replace("MD,-1.53,", "MD,-1.77,"), encoding="utf-8")
    after, _ = build(root, "html")
    text = everything(after)
    assert not re.search(r"[−-]1\.53", text)
    page = (after / "conditions" / "sore-toe.html").read_text(encoding="utf-8")
    tree = html.fromstring(page)
    assert any("−1.77" in "".join(t.itertext()) for t in tree.iter("table"))
    assert any("−1.77" in "".join(s.itertext()) for s in tree.iter("{*}svg", "svg"))
    assert "MD −1.77 (95% CI −2.4 to −0.6)" in (after / "evidence" / "index.html").read_text(encoding="utf-8")
    data = json.loads((after / "data" / "evidence.json").read_text(encoding="utf-8"))
    assert data["study"][0]["effect"] == -1.77
    assert "MD −1.77" in next(f for f in data["finding"] if f["id"] == "toe-drops-pain")["clinical"]
    assert ",-1.77," in (after / "data" / "studies.csv").read_text(encoding="utf-8")
    book, _ = build(root, "pdf")
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(next(book.glob("*.pdf"))).pages)
    assert "−1.77" in printed
    assert "−1.53" not in printed


@pytest.mark.parametrize("builder", ["text", "latex"])
def test_other_builders_run(tmp_path: Path, builder: str) -> None:
    out, _ = build(tiny(tmp_path / "handbook"), builder)
    text = "\n".join(p.read_text(encoding="utf-8") for p in sorted(out.rglob("*")) if p.suffix in {".txt", ".tex"})
    assert "Drops may slightly lower toe pain" in text
    assert "Low certainty" in text
    assert "not medical advice" in text


@pytest.mark.slow
def test_builders_of_sphinx_run_over_the_handbook(book_folder: Path, tmp_path: Path) -> None:
    """For a distributor who prefers TeX, plain text or an EPUB of their own: no warning, nothing lost. Pages are read from the book's trees."""
    trees = shutil.copytree(book_folder.with_name("book-doctrees"), tmp_path / "doctrees")
    strict = ("-q", "-W", "--keep-going", "-n", "-d", str(trees))
    for builder in ("text", "latex", "epub"):
        command = [sys.executable, "-m", "sphinx", *strict, "-b", builder, str(ROOT / "docs"), str(tmp_path / builder)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
        assert (builder, done.returncode) == (builder, 0), done.stderr
    with zipfile.ZipFile(next((tmp_path / "epub").glob("*.epub"))) as book:
        whole = {
            "text": "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "text").rglob("*.txt")),
            "latex": next((tmp_path / "latex").glob("*.tex")).read_text(encoding="utf-8"),
            "epub": "".join(book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xhtml")),
        }
    labels = {VERDICT_LABEL[claim.verdict] for claim in Project.read(ROOT).evidence.claim.values()}
    for builder, text in whole.items():
        assert [label for label in labels if label not in text] == [], builder
        assert "Very low certainty" in text and "not medical advice" in text, builder


def test_an_incremental_build_equals_a_clean_one(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    build(root, "html")
    page = root / "docs" / "treatment" / "drops.md"
    page.write_text(page.read_text(encoding="utf-8").replace("# Drops\n", "# Drops for toes\n"), encoding="utf-8")
    harms = root / "evidence" / "harms.csv"
    harms.write_text(harms.read_text(encoding="utf-8").replace(",16,8,", ",14,8,"), encoding="utf-8")
    shutil.copy(page, root / "docs" / "treatment" / "more.md")
    more = root / "docs" / "treatment" / "more.md"
    more.write_text(more.read_text(encoding="utf-8").replace("(drops)=", "(more)="), encoding="utf-8")
    index = root / "docs" / "index.md"
    index.write_text(index.read_text(encoding="utf-8").replace("safety/itch\n", "safety/itch\ntreatment/more\n"), encoding="utf-8")
    out, _ = build(root, "html")
    (root / "docs" / "treatment" / "more.md").unlink()
    index.write_text(index.read_text(encoding="utf-8").replace("treatment/more\n", ""), encoding="utf-8")
    out, _ = build(root, "html")
    clean = root / "build" / "clean"
    shutil.copytree(out, root / "build" / "kept")
    shutil.rmtree(root / "build" / "doctrees")
    shutil.rmtree(out)
    out, _ = build(root, "html")
    out.rename(clean)
    kept = {
        p.relative_to(root / "build" / "kept"): p.read_bytes()
        for p in (root / "build" / "kept").rglob("*")
        if p.is_file() and not p.name.startswith(".buildinfo")
    }
    fresh = {p.relative_to(clean): p.read_bytes() for p in clean.rglob("*") if p.is_file() and not p.name.startswith(".buildinfo")}
    assert [str(p) for p in sorted(set(kept) ^ set(fresh))] == []
    assert [str(p) for p in sorted(kept) if kept[p] != fresh[p]] == []


def pages_of(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.html")) if "_static" not in p.parts]


def test_every_page_has_safety_notice_and_status(site_folder: Path) -> None:
    found = pages_of(site_folder)
    assert len(found) >= 80
    for path in found:
        tree = html.parse(str(path)).getroot()
        notices = tree.xpath("//*[contains(text(), 'not medical advice')]")
        assert notices, path
        assert not [el for el in notices if any(a.tag == "details" for a in el.iterancestors())], path
        assert "reviewed by a health professional" in " ".join(tree.text_content().split()), path


def test_nothing_is_loaded_from_elsewhere(site_folder: Path) -> None:
    loaded = site.loads(site_folder)
    assert len(loaded) > 50
    assert [str(load) for load in loaded if re.search(r"(?:https?:)?//(?!www\.w3\.org/)", str(load))] == []


def test_links_anchors_files_and_weights_of_the_site(site_folder: Path) -> None:
    assert [f"{p.path}:{p.line}: {p.code} {p.message}" for p in site.check(site_folder)] == []


def test_every_page_speaks_to_machines(site_folder: Path) -> None:
    project, reviews = Project.read(ROOT), []
    for docname, page in project.pages.items():
        if docname.startswith("_"):
            continue
        tree = html.parse(str(site_folder / f"{docname}.html")).getroot()
        data = json.loads(tree.xpath("//script[@type='application/ld+json']")[0].text)
        first = data[0] if isinstance(data, list) else data
        assert first["@type"] == "MedicalWebPage", docname
        assert first["lastReviewed"] == str(page.meta["reviewed"]), docname
        assert "reviewedBy" not in first, docname
        reviews += [d for d in data if d["@type"] == "ClaimReview"] if isinstance(data, list) else []
    assert len(reviews) == len(project.evidence.claim)
    assert {r["reviewRating"]["alternateName"] for r in reviews} <= set(VERDICT_LABEL.values())
    at = places(project, "claim")
    addresses = {f"{docname}.html#claim-{name}" for name, [docname] in at.items()}
    assert {r["url"].removeprefix("https://ketamine-chronic-pain.readthedocs.io/latest/") for r in reviews} == addresses


def test_claims_and_answers_reach_each_other(site_folder: Path) -> None:
    project = Project.read(ROOT)
    overview = html.parse(str(site_folder / "evidence" / "claims.html")).getroot()
    for name, [docname] in places(project, "claim").items():
        claim = project.evidence.claim[name]
        [line] = overview.xpath(f"//*[@id='claim-{claim.id}']")
        assert [normpath(join("evidence", a.get("href"))) for a in line.iter("a")] == [f"{docname}.html#claim-{claim.id}"]
        assert line.text_content().strip().replace("’", "'") == f"{claim.claim} {VERDICT_SYMBOL[claim.verdict]} {VERDICT_LABEL[claim.verdict]}"
        ledger = html.parse(str(site_folder / f"{docname}.html")).getroot()
        [entry] = ledger.xpath(f"//*[@id='claim-{claim.id}']")
        found = {normpath(join(dirname(docname), a.get("href").split("#")[0])) for a in entry.iter("a")}
        assert f"{claim.page}.html" in found, claim.id
        page = (site_folder / f"{claim.page}.html").read_text(encoding="utf-8")
        assert f"{basename(docname)}.html#claim-{claim.id}" in page, claim.id


def test_the_data_fits_its_schemas(site_folder: Path) -> None:
    data = json.loads((site_folder / "data" / "evidence.json").read_text(encoding="utf-8"))
    claims = json.loads((site_folder / "data" / "claims.json").read_text(encoding="utf-8"))
    assert len(claims["claim"]) >= 126
    for kind in ("finding", "study", "harm", "source", "position"):
        schema = json.loads((site_folder / "data" / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))
        assert schema == schema_of(kind)
        jsonschema.validate(data[kind], schema)


def test_sitemap_is_sorted_and_whole(site_folder: Path) -> None:
    found = re.findall(r"<loc>([^<]+)</loc>", (site_folder / "sitemap.xml").read_text(encoding="utf-8"))
    assert found == sorted(found)
    assert len(found) >= 80


def test_the_cached_style_look_up_still_exists() -> None:
    from sphinxcontrib.bibtex import foot_roles

    from handbook.render import pybtex_cache

    pybtex_cache.apply()
    assert foot_roles.find_plugin("pybtex.style.formatting", "handbook") is foot_roles.find_plugin("pybtex.style.formatting", "handbook")
    assert foot_roles.find_plugin.cache_info().hits >= 1  # type: ignore[attr-defined]
