"""Files to take away: leaflets within their limits, links with type and size, archives with the same bytes."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pypdf
import pytest
from lxml import html
from test_received import build, tiny

from handbook import downloads, epub, words
from handbook.problems import Problem
from handbook.project import Project
from handbook.typst import leaflets

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.read(ROOT)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Path:
    folder = tmp_path_factory.mktemp("leaflets")
    found, problems = leaflets.build(project, folder, "https://handbook.example/")
    assert problems == []
    assert len(found) >= 25
    return folder


def test_leaflets_are_short_and_easy(project: Project) -> None:
    assert leaflets.too_long(project) == []


def test_every_leaflet_is_one_tagged_page_with_points_and_version(made: Path, project: Project) -> None:
    for page in project.pages.values():
        path = made / leaflets.leaflet_name(page.docname)
        if page.kind not in leaflets.KINDS or page.docname.endswith("/index") or page.docname.endswith(leaflets.SHEET):
            assert not path.exists()
            continue
        reader = pypdf.PdfReader(path)
        assert len(reader.pages) == 1, page.docname
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] == pypdf.generic.BooleanObject(True)
        text = " ".join(reader.pages[0].extract_text().split())
        assert "not medical advice" in text
        assert "Version " in text
        assert "911" in text
        for sentence, label in leaflets.points(page, project):
            assert sentence.split()[0] in text
            assert label == "" or label.rpartition(" ")[0] in text, (page.docname, label)


def test_key_points_carry_the_certainty_of_their_finding(project: Project) -> None:
    page = project.pages["conditions/crps"]
    labels = [label for _, label in leaflets.points(page, project) if label]
    assert labels[0].startswith(words.CERTAINTY_LABEL[project.evidence.finding["crps-infusion-pain-weeks"].certainty])


def test_the_appointment_sheet_has_every_question(made: Path, project: Project) -> None:
    text = " ".join("".join(p.extract_text() for p in pypdf.PdfReader(made / "appointment-sheet.pdf").pages).split())
    asked = leaflets.questions(project.pages["treatment/questions-to-ask"], project)
    assert len(asked) >= 8
    assert [q for q in asked if q.split("?")[0][:25] not in text] == []


def test_pages_link_their_files_with_type_and_size(tmp_path: Path) -> None:
    root = tiny(tmp_path / "handbook")
    folder = root / "files"
    folder.mkdir()
    for name in ("ketamine-for-chronic-pain.pdf", "leaflet-conditions-sore-toe.pdf"):
        (folder / name).write_bytes(b"%PDF-1.7" + b" " * 120_000)
    out, _ = build(root, "html", "-D", "handbook_downloads=files")
    page = html.parse(str(out / "conditions" / "sore-toe.html")).getroot()
    links = {a.get("href"): " ".join(a.text_content().split()) for a in page.iter("a") if "downloads/" in (a.get("href") or "")}
    assert links == {
        "../downloads/leaflet-conditions-sore-toe.pdf": "Leaflet (PDF, 120 kB)",
        "../downloads/ketamine-for-chronic-pain.pdf": "The book, A4 (PDF, 120 kB)",
    }
    for link in links:
        assert (out / "conditions" / link).resolve().is_file()


def test_without_files_no_page_promises_one(tmp_path: Path) -> None:
    out, _ = build(tiny(tmp_path / "handbook"), "html")
    assert "downloads/" not in (out / "conditions" / "sore-toe.html").read_text(encoding="utf-8")


def test_an_archive_has_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    for name, files in (("one", ("b", "a")), ("two", ("a", "b"))):
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / f"{file}.html").write_text(file, encoding="utf-8")
        downloads.pack(tmp_path / name, tmp_path / f"{name}.zip", 1_760_000_000)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "one.zip").namelist() == ["ketamine-for-chronic-pain/a.html", "ketamine-for-chronic-pain/b.html"]


def test_all_files_are_made_or_the_old_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The parts are tested elsewhere; here they write a line, so that what is made of them can be seen."""

    def sphinx(builder: str, out: Path, work: Path, *settings: str) -> None:
        out.mkdir(parents=True)
        (out / ("book.pdf" if builder == "pdf" else "index.html")).write_text(" ".join((builder, *settings)), encoding="utf-8")

    def book(root: Path, folder: Path) -> Path:
        folder.mkdir()
        (folder / "x.epub").write_text("epub", encoding="utf-8")
        return folder / "x.epub"

    found: list[Problem] = []
    monkeypatch.setattr(downloads, "sphinx", sphinx)
    monkeypatch.setattr(epub, "build", book)
    monkeypatch.setattr(leaflets, "build", lambda project, folder, address: (None, found))
    folder = tmp_path / "build" / "downloads"
    assert downloads.main([str(folder)]) == 0
    name = "ketamine-for-chronic-pain"
    texts = {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".zip"}
    assert texts == {f"{name}.pdf": b"pdf handbook_paper=a4", f"{name}-letter.pdf": b"pdf handbook_paper=us-letter", f"{name}.epub": b"epub"}
    assert zipfile.ZipFile(folder / f"{name}-site.zip").read(f"{name}/index.html") == b"html"
    assert capsys.readouterr().out.rstrip().split("\n")[-1].startswith("4 files in ")
    before = sorted(folder.iterdir())
    found.append(Problem("docs/a.md", 3, "P008", "too long"))
    shutil.rmtree(tmp_path / "build" / "downloads-work")
    with pytest.raises(SystemExit, match=r"docs/a\.md:3: P008 too long"):
        downloads.main([str(folder)])
    assert sorted(folder.iterdir()) == before

    def fails(*_: object) -> None:
        raise subprocess.CalledProcessError(5, "sphinx")

    monkeypatch.setattr(downloads, "sphinx", fails)
    assert downloads.main([str(folder)]) == 5
    assert sorted(folder.iterdir()) == before


def test_a_builder_that_fails_is_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(downloads.subprocess, "run", lambda command, **more: ran.append([*command, str(more)]))
    downloads.sphinx("html", tmp_path / "out", tmp_path, "a=1", "b=2")
    (command,) = ran
    assert command[2:] == ["sphinx", "-q", "-W", "--keep-going", "-n", "-b", "html", "-d", str(tmp_path / "doctrees"), "-D", "a=1", "-D", "b=2",
                           str(ROOT / "docs"), str(tmp_path / "out"), str({"check": True, "cwd": ROOT})]  # fmt: skip
