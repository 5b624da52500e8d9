"""The command line: 0 when all is well, 1 when problems were found, 2 when it was called wrongly, and never a traceback."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handbook import __main__ as cli
from handbook.codes import CODES

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small good handbook with one problem whose message has signs that formats must escape."""
    root = Path(shutil.copytree(HERE / "good", tmp_path_factory.mktemp("commands") / "handbook"))
    shutil.copytree(HERE / "bad" / "T001", root, dirs_exist_ok=True)
    return root


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    try:
        code = cli.main(list(command))
    except SystemExit as stop:  # argparse
        code = int(str(stop.code))
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("name", ["", *sorted(cli.COMMANDS)])
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *filter(None, [name]), "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: python -m handbook{' ' * bool(name)}{name}")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("", "required: command"),
        ("nothing", "invalid choice: 'nothing'"),
        ("check --nothing", "unrecognized arguments: --nothing"),
        ("check --format xml", "invalid choice: 'xml'"),
        ("check docs/nothing.md", "docs/nothing.md: no such file or folder"),
        ("check /nothing", "/nothing: no such file or folder"),
        ("help Z999", "no code Z999"),
        ("impact nobody", "nobody: no such source"),
        ("links nowhere", "nowhere: no such folder"),
        ("reviews --days soon", "invalid int value: 'soon'"),
        ("new page nowhere", "Write folder/name"),
        ("new source", "Give --bibtex FILE"),
        ("new source --doi nonsense", "A DOI looks like 10.1000/xyz."),
        ("new source --bibtex nothing.bib", "nothing.bib"),
        ("new finding Bad", "Use small letters, digits and hyphens"),
    ],
)
def test_wrong_use_is_2_and_says_what_to_do(command: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--root", str(HERE / "good"), *command.split())
    assert (code, out) == (2, "")
    assert says in err and "Traceback" not in err


@pytest.mark.parametrize("name", sorted(set(cli.COMMANDS) - cli.WITHOUT_ROOT))
def test_a_folder_that_is_no_handbook_is_wrong_use(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = {"impact": ["x"], "export": [str(tmp_path / "x")], "outside": [str(tmp_path / "x")], "sbom": [str(tmp_path / "x")], "new": ["study"]}
    code, out, err = run(capsys, "--root", str(tmp_path), name, *more.get(name, []))
    assert (code, out, list(tmp_path.iterdir())) == (2, "", [])
    assert "no folder docs; run this in the repository, or give --root" in err


def test_problems_are_1_and_none_is_0(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--root", str(HERE / "good"), "check")[0] == 0
    code, out, _ = run(capsys, "--root", str(bad), "check")
    assert code == 1
    first = out.split("\n")[0]
    assert re.fullmatch(r"docs/conditions/sore-toe\.md:\d+:\d+: T001 .+", first), first


def test_formats_say_the_same(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {form: run(capsys, "--root", str(bad), "check", "--format", form) for form in ("json", "sarif", "github")}
    assert {code for code, _, _ in said.values()} == {1}
    rows = json.loads(said["json"][1])
    places = [(r["path"], r["line"], r["code"]) for r in rows]
    assert places and all(r["message"] and r["advice"] for r in rows)
    (job,) = json.loads(said["sarif"][1])["runs"]
    results = [(r["locations"][0]["physicalLocation"], r["ruleId"]) for r in job["results"]]
    assert [(p["artifactLocation"]["uri"], p["region"]["startLine"], code) for p, code in results] == places
    assert [rule["id"] for rule in job["tool"]["driver"]["rules"]] == sorted({code for _, _, code in places} & set(CODES))
    lines = said["github"][1].rstrip("\n").split("\n")
    found = [re.fullmatch(r"::error file=([^,]+),line=(\d+)(?:,col=\d+)?,title=(\w+)::(.+)", line) for line in lines]
    assert [(m[1], int(m[2]), m[3]) for m in found if m] == places


def test_signs_that_mean_something_to_the_host_are_escaped() -> None:
    from handbook.problems import Problem, as_github

    line = as_github([Problem("a,b:c%.md", 1, "T001", "100 %\n::error::x")])
    assert line.startswith("::error file=a%2Cb%3Ac%25.md,line=1,title=T001::100 %25%0A::error::x") and "\n" not in line


def test_a_package_that_is_not_installed_is_named_with_the_command_that_installs_it() -> None:
    done = subprocess.run([sys.executable, "-S", "-m", "handbook", "check"], cwd=HERE.parent, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "the package yaml is not installed: pip install --require-hashes -r requirements/check.txt\n"
