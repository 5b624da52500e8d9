"""The bars of coverage and mutation hold: a score below them fails the run, and so does no score at all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import score

ROOT = Path(__file__).parents[1]


def summary(lines: int, branches: int, of: int = 1000) -> dict[str, int]:
    return {"covered_lines": lines, "num_statements": of, "covered_branches": branches, "num_branches": of}


@pytest.mark.parametrize(("lines", "branches", "good"), [(950, 900, True), (949, 1000, False), (1000, 899, False), (1000, 1000, True), (0, 0, False)])
def test_coverage_is_held_to_both_bars(tmp_path: Path, lines: int, branches: int, good: bool) -> None:
    path = tmp_path / "coverage.json"
    files = {"b.py": {"summary": summary(1, 1, of=1)}, "a.py": {"summary": summary(94, 95, of=100)}, "c.py": {"summary": summary(0, 0, of=0)}}
    path.write_text(json.dumps({"files": files, "totals": summary(lines, branches)}), encoding="utf-8")
    said, met = score.coverage(path)
    assert met is good
    assert said == [
        "a.py: 94.0 % of lines, 95.0 % of branches", f"all files: {lines / 10:.1f} % of lines, {branches / 10:.1f} % of branches (at least 95 % and 90 %)",
    ]  # fmt: skip
    path.write_text(json.dumps({"files": {}, "totals": summary(0, 0, of=0)}), encoding="utf-8")
    assert score.coverage(path) == (["nothing was measured"], False)


def put(folder: Path, codes: dict[str, list[int | None]]) -> None:
    for name, found in codes.items():
        path = folder / f"{name}.meta"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"exit_code_by_key": {str(n): code for n, code in enumerate(found)}}), encoding="utf-8")


@pytest.mark.parametrize(
    ("codes", "said", "good"),
    [
        (
            {"checks/a.py": [1, 1, 3, 0], "checks/b.py": [36], "model.py": [1] * 4 + [None]},
            ["4 of 5 mutants noticed, 80.0 %", "4 of 5 mutants noticed, 80.0 %"],
            True,
        ),
        ({"checks/a.py": [1, 1, 1, 0], "model.py": [1]}, ["3 of 4 mutants noticed, 75.0 %", "1 of 1 mutants noticed, 100.0 %"], False),
        ({"checks/a.py": [1], "model.py": [1, 33, 5, 2]}, ["1 of 1 mutants noticed, 100.0 %", "1 of 4 mutants noticed, 25.0 %"], False),
        ({"checks/a.py": [1]}, ["1 of 1 mutants noticed, 100.0 %", "0 of 0 mutants noticed, 0.0 %"], False),
    ],
)
def test_mutants_are_held_to_a_bar_in_each_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes: dict[str, list[int | None]], said: list[str], good: bool
) -> None:
    put(tmp_path / "handbook", codes)
    lines = [f"{part}: {text} (at least 80 %)" for part, text in zip(score.PARTS, said, strict=True)]
    assert score.mutants(tmp_path) == (lines, good)
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "mutants" / "handbook", {"model.py": [0]})  # of a run before, which counts no more
    monkeypatch.setattr(subprocess, "run", lambda command, check: put(tmp_path / "mutants" / "handbook", codes))
    assert score.run("mutate", tmp_path) == (lines, good)
