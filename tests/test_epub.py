"""The EPUB: completed, reproducible, and checked; each check is proved on a fault planted in a small book."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from handbook import epub

OPF = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0" unique-identifier="id">
<metadata><dc:language>en</dc:language><dc:title>Toes</dc:title><dc:identifier id="id">x</dc:identifier></metadata>
<manifest><item href="nav.xhtml" id="n" media-type="application/xhtml+xml" properties="nav"/>
<item href="a.xhtml" id="a" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>"""
PAGE = """<html xmlns="http://www.w3.org/1999/xhtml"><body>
<p id="here"><a href="#here">up</a> <a href="nav.xhtml">contents</a></p>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>dot</title></svg>
</body></html>"""
NAV = '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><a href="a.xhtml#here">a</a></nav></body></html>'


def book(path: Path, **changed: str) -> Path:
    """A small book; keyword `a`, `nav` or `content` replaces a file."""
    files = {
        "mimetype": "application/epub+zip",
        "content.opf": changed.get("content", OPF),
        "a.xhtml": changed.get("a", PAGE),
        "nav.xhtml": changed.get("nav", NAV),
    }
    raw = path.with_suffix(".raw")
    with zipfile.ZipFile(raw, "w") as out:
        for name, text in files.items():
            out.writestr(name, text)
    epub.write(path, epub.completed(raw), 1_760_000_000)
    return path


def found(path: Path) -> list[tuple[str, int, str]]:
    return [(p.path.partition("/")[2], p.line, p.code) for p in epub.check(path)]


def test_a_good_book_has_no_problem(tmp_path: Path) -> None:
    path = book(tmp_path / "good.epub")
    assert found(path) == []
    opf = zipfile.ZipFile(path).read("content.opf").decode()
    assert 'properties="svg"' in opf
    assert "schema:accessibilitySummary" in opf


def test_the_same_book_has_the_same_bytes(tmp_path: Path) -> None:
    assert book(tmp_path / "one.epub").read_bytes() == book(tmp_path / "two.epub").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.epub") as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"a": PAGE.replace('href="nav.xhtml"', 'href="gone.xhtml"')}, ("a.xhtml", 2, "B003")),
        ({"a": PAGE.replace("#here", "#there")}, ("a.xhtml", 2, "B003")),
        ({"a": PAGE.replace("</p>", "")}, ("a.xhtml", 4, "B002")),
        ({"a": PAGE.replace("</p>", '</p><img src="x.svg"/>')}, ("a.xhtml", 2, "P010")),
        ({"content": OPF.replace(' properties="nav"', "")}, ("content.opf", 1, "B004")),
        ({"content": OPF.replace("<dc:language>en</dc:language>", "")}, ("content.opf", 1, "B004")),
    ],
)
def test_planted_faults_are_found(tmp_path: Path, changed: dict[str, str], problem: tuple[str, int, str]) -> None:
    assert problem in found(book(tmp_path / "bad.epub", **changed))


def test_prefix_and_identifier_are_those_of_the_book(tmp_path: Path) -> None:
    undeclared = OPF.replace("</metadata>", '<meta property="ibooks:version">1</meta></metadata>')
    assert ("content.opf", 1, "B004") in found(book(tmp_path / "one.epub", content=undeclared))
    path = book(tmp_path / "two.epub")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("toc.ncx", '<ncx><head><meta name="dtb:uid" content="unknown"/></head></ncx>')
    assert ("toc.ncx", 1, "B004") in found(path)
    files = epub.completed(path)
    assert b'content="x"' in files["toc.ncx"]


def test_a_book_in_the_wrong_order_is_found(tmp_path: Path) -> None:
    path = book(tmp_path / "good.epub")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in reversed(archive.namelist())}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    assert "B001" in {p.code for p in epub.check(path)}


def test_the_book_is_built_strictly_and_what_is_in_between_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "CITATION.cff").write_text('version: "1.0.0"\ndate-released: 2026-01-02\n', encoding="utf-8")
    book(tmp_path / "raw.epub")
    ran: list[list[str]] = []

    def fake(command: list[str], check: bool, env: dict[str, str], cwd: Path) -> None:
        assert check and cwd == tmp_path and env["SOURCE_DATE_EPOCH"] == "1767312000"
        ran.append(command)
        Path(command[-1]).mkdir(parents=True)
        shutil.copy(tmp_path / "raw.raw", Path(command[-1]) / "made.epub")

    monkeypatch.setattr(epub.subprocess, "run", fake)
    path = epub.build(tmp_path, tmp_path / "out")
    assert epub.check(path) == []
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert {i.date_time[:3] for i in zipfile.ZipFile(path).infolist()} == {(2026, 1, 2)}
    assert ran[0][:9] == [sys.executable, "-m", "sphinx", "-b", "epub", "-W", "--keep-going", "-n", "-q"]
