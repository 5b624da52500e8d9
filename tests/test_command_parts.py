"""The command line as contributors meet it: what each command prints and how it ends, on good and on wrong use."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from handbook import __main__ as cli
from handbook import epub, outside, spelling
from handbook.problems import Problem

GOOD = Path(__file__).parent / "good"
ROOT = Path(__file__).parents[1]


def test_spelling_counts_pages_and_problems(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(spelling, "check", lambda project: [Problem("docs/a.md", 2, "T017", "“tretment”", column=3)])
    assert cli.main(["--root", str(GOOD), "spelling"]) == 1
    said = capsys.readouterr().out.split("\n")
    assert said[0] == "docs/a.md:2:3: T017 “tretment”"
    assert said[2].startswith("6 pages and their records spelled, 1 problem, ")
    monkeypatch.setattr(spelling, "check", lambda project: [])
    assert cli.main(["--root", str(GOOD), "spelling", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_links_of_a_built_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["links", str(tmp_path / "none")]) == 2
    assert "no such folder; build the site first (nox -s html)" in capsys.readouterr().err
    (tmp_path / "index.html").write_text('<!doctype html><html lang="en"><body><a href="gone.html">x</a></body></html>', encoding="utf-8")
    assert cli.main(["links", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "gone.html" in out and out.rstrip().split("\n")[-1].startswith("1 built pages, ")


def test_every_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n{code} " in f"\n{out}" for code in cli.CODES)
    assert cli.main(["help", "T0O9"]) == 2
    assert capsys.readouterr().err == "no code T0O9. Did you mean 'T019' or 'T009'?\n"


def git(root: Path, *args: str) -> None:
    names = ("-c", "user.name=Toe", "-c", "user.email=toe@toes.example", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *names, *args], check=True, capture_output=True)


def test_changed_files_are_those_that_git_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "handbook"
    shutil.copytree(GOOD, root)
    assert cli.changed(root) == ["docs", "evidence"], "without git every file counts"
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "good")
    assert cli.changed(root) == []
    for name in ("docs/conditions/sore-toe.md", "docs/treatment/drops.md"):
        path = root / name
        path.write_text(path.read_text(encoding="utf-8") + "\nA promising way.\n", encoding="utf-8")
    assert cli.main(["--root", str(root), "check", "--changed"]) == 1
    out = capsys.readouterr().out
    assert "(2 changed or named files reported)" in out and out.count("T001 “promising”") == 2
    git(root, "checkout", "-q", "-b", "mine")
    git(root, "commit", "-qam", "wrong")
    (root / "docs" / "new.md").write_text("# New\n", encoding="utf-8")
    assert cli.changed(root) == ["docs/conditions/sore-toe.md", "docs/new.md", "docs/treatment/drops.md"]
    assert cli.main(["--root", str(root), "check", "docs/treatment/"]) == 1
    out = capsys.readouterr().out
    assert "(1 changed or named files reported)" in out and "docs/treatment/drops.md" in out and "sore-toe" not in out
    assert cli.main(["--root", str(root), "check", "--changed", "--all", "--format", "github"]) == 1
    assert capsys.readouterr().out.count("title=T001") == 2
    assert cli.main(["--root", str(root), "check", "docs/safety"]) == 0


def test_commands_lead_to_their_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[object] = []
    monkeypatch.setattr(outside, "command", lambda *args: seen.append(args) or 3)
    root = Path(shutil.copytree(GOOD, tmp_path / "handbook"))
    assert cli.main(["--root", str(root), "outside", str(tmp_path / "x"), "--format", "sarif"]) == 3
    assert seen == [(root, tmp_path / "x", "sarif")]
    folder = root / "evidence" / "schemas"
    assert cli.main(["--root", str(root), "schemas"]) == 0
    assert sorted(capsys.readouterr().out.split()) == sorted(str(p) for p in folder.iterdir()) != []


# ------------------------------------------------------------------------------------------- the e-book


def test_epub_ends_with_the_code_of_what_failed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(root: Path, folder: Path) -> Path:
        raise subprocess.CalledProcessError(7, "sphinx")

    monkeypatch.setattr(epub, "build", fails)
    assert epub.main([str(tmp_path)]) == 7
    book = tmp_path / "book.epub"
    book.write_bytes(b"x" * 2048)
    problems: list[Problem] = []
    ran: list[list[str]] = []
    code = [0]

    def fake(command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, code[0])

    monkeypatch.setattr(epub, "build", lambda root, folder: book)
    monkeypatch.setattr(epub, "check", lambda path: problems)
    monkeypatch.setattr(epub.subprocess, "run", fake)
    monkeypatch.setattr(epub, "epubcheck", lambda: ["checker"])
    assert epub.main([str(tmp_path)]) == 0
    assert ran == [["checker", str(book)]]
    assert capsys.readouterr().out.startswith(f"{book} (2 KiB), 0 problems, ")
    code[0] = 1
    assert epub.main([str(tmp_path)]) == 1
    capsys.readouterr()
    monkeypatch.setattr(epub, "epubcheck", list)
    assert epub.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("epubcheck is not installed; our own checks ran\n")
    problems.append(Problem("book.epub/a.xhtml", 1, "B003", "link to 'x'"))
    assert epub.main([str(tmp_path)]) == 1
    assert "book.epub/a.xhtml:1: B003 link to 'x'" in capsys.readouterr().out
    assert len(ran) == 2


@pytest.mark.parametrize(
    ("start", "java", "command"),
    [
        (b"#!/bin/sh", None, ["PROGRAM"]),
        (b"PK\x03\x04", "/usr/bin/java", ["/usr/bin/java", "-jar", "PROGRAM"]),
        (b"PK\x03\x04", None, []),
        (None, "/usr/bin/java", []),
    ],
)
def test_epubcheck_is_run_as_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: bytes | None, java: str | None, command: list[str]
) -> None:
    program = tmp_path / "epubcheck"
    if start:
        program.write_bytes(start)
    monkeypatch.setattr(epub.shutil, "which", lambda name: java if name == "java" else str(program) if start else None)
    assert epub.epubcheck() == [part.replace("PROGRAM", str(program)) for part in command]
