"""The whole handbook made twice, here and in another folder, time zone, locale and umask, with another hash seed and number of workers: same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handbook import epub
from handbook.export import write
from handbook.project import Project

ROOT = Path(__file__).parents[1]
PARTS = ("docs", "evidence", "handbook", "CITATION.cff", "CHANGELOG.md", "releases.csv", "pyproject.toml")
# A clock fourteen hours ahead, a locale that writes ASCII unless told otherwise, and sets in another order.
ELSEWHERE = {
    "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "LANGUAGE": "de", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "4242",
}  # fmt: skip


def elsewhere(root: Path, *command: str) -> None:
    """Run Python in a copy of the handbook, under the other conditions."""
    umask = 0o077 if os.name == "posix" else -1
    run = subprocess.run([sys.executable, *command], cwd=root, env=os.environ | ELSEWHERE, umask=umask, capture_output=True, check=False)
    assert run.returncode == 0, (run.stdout + run.stderr).decode("utf-8", "replace")[-3000:]


def files(folder: Path) -> dict[str, bytes]:
    """What a reader gets of a built folder; Sphinx notes the paths of this machine in `.buildinfo`."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".buildinfo"}
    return {name: data for name, data in found.items() if not name.startswith("source/")}  # of the PDF, for people who look for a fault


@pytest.mark.slow
def test_the_same_handbook_gives_the_same_bytes_everywhere(site_folder: Path, book_folder: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "ein anderer Ordner" / "é"
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, there / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, there / part)
    sphinx = ("-m", "sphinx", "-q", "-d", "out/doctrees")
    elsewhere(there, *sphinx, "-b", "html", "-j", "3", "docs", "out/html")
    elsewhere(there, *sphinx, "-b", "pdf", "-j", "1", "-D", "handbook_leaflets=1", "docs", "out/pdf")
    elsewhere(there, "-m", "handbook.epub", "out")
    elsewhere(there, "-m", "handbook", "export", "out/data")
    project = Project.read(ROOT)
    shutil.copytree(book_folder.with_name("book-doctrees"), here / "doctrees")  # the pages are read once for both
    epub.build(ROOT, here)
    write(project, here / "data")
    out = there / "out"
    pairs = [(site_folder, out / "html", 120), (book_folder, out / "pdf", 26), (here / "data", out / "data", 15)]
    for one, two, least in pairs:
        first, second = files(one), files(two)
        assert len(first) >= least, one
        assert set(first) == set(second), sorted(set(first) ^ set(second))[:9]
        assert [name for name, data in first.items() if data != second[name]] == []
    assert (here / epub.NAME).read_bytes() == (out / epub.NAME).read_bytes()
