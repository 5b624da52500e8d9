"""One broken file of records says one thing: the cause, where it is, and how much else waits for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from handbook import __main__ as cli

ROOT = Path(__file__).parents[1]
FACTS = "evidence/facts/start.yaml"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real handbook with a colon in the middle of a fact, and one fault of another kind."""
    folder = tmp_path_factory.mktemp("cascade")
    for part in ("docs", "evidence"):
        shutil.copytree(ROOT / part, folder / part)
    path = folder / FACTS
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if n > 40 and line.startswith("  text: "))
    lines[at] = "  text: Note this: " + lines[at][8:]
    path.write_text("\n".join(lines), encoding="utf-8")
    page = folder / "docs" / "safety" / "bladder.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n{fact}`no-such-fact`\n", encoding="utf-8")
    return folder


def said(root: Path, capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, list[dict[str, object]]]:
    code = cli.main(["--root", str(root), *command, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_cause_comes_first_and_counts_what_may_follow(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, rows = said(root, capsys, "check", "--all")
    assert code == 1
    assert [(r["path"], r["code"]) for r in rows] == [(FACTS, "Y001"), ("docs/safety/bladder.md", "P006")]
    advice = str(rows[0]["advice"])
    count = int(advice.split(" further problems that may only follow from this one are not shown; mend this first.")[0].split()[-1])
    assert count >= 100


def test_a_cause_in_another_file_is_told_when_it_holds_something_back(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, rows = said(root, capsys, "check", "docs/start")
    assert [(r["path"], r["code"]) for r in rows] == [(FACTS, "Y001")]
    code, rows = said(root, capsys, "check", "docs/about/privacy.md")
    assert (code, rows) == (0, [])


def test_words_that_seem_to_stand_nowhere_wait_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, rows = said(root, capsys, "spelling")
    assert [(r["path"], r["code"]) for r in rows] == [(FACTS, "Y001")]


def test_an_open_box_comes_before_what_it_swallows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("docs", "evidence"):
        shutil.copytree(ROOT / part, tmp_path / part)
    path = tmp_path / "docs" / "safety" / "bladder.md"
    before, points, after = path.read_text(encoding="utf-8").partition(":::{keypoints}\n")
    path.write_text(before + points + after.replace("\n:::\n", "\n", 1), encoding="utf-8")
    _, rows = said(tmp_path, capsys, "check", "--all")
    assert [(r["path"], r["line"], r["code"]) for r in rows] == [("docs/safety/bladder.md", before.count("\n") + 1, "P012")]
    assert "2 further problems" in str(rows[0]["advice"])
