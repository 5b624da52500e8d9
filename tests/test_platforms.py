"""Linux, macOS and Windows alike: every text file says its encoding and its line ends, and no session needs a shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODES = {"r", "w", "a", "x", "rb", "wb", "ab", "xb"}
CODE = sorted([ROOT / "noxfile.py", *(ROOT / "handbook").rglob("*.py")])


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of each call that depends on the machine."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        method = isinstance(node.func, ast.Attribute)
        name = str(getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
        given = {k.arg: k.value for k in node.keywords}
        mode = next((str(a.value) for a in node.args[:2] if isinstance(a, ast.Constant) and str(a.value) in MODES), "r")
        opens = name in {"open", "fdopen"} and "b" not in mode and not (method and getattr(node.func.value, "id", "") in {"tarfile", "webbrowser"})
        if opens or (method and name in {"read_text", "write_text"}):
            if "encoding" not in given:
                yield node.lineno, f"{name} without encoding"
            if (name == "write_text" or (opens and mode in {"w", "a", "x"})) and "newline" not in given:
                yield node.lineno, f"{name} without newline"
        if name in {"system", "popen"} or isinstance(given.get("shell"), ast.Constant):
            yield node.lineno, "shell"


def test_files_and_commands_do_not_depend_on_the_machine() -> None:
    assert len(CODE) > 100
    assert [f"{p.relative_to(ROOT).as_posix()}:{n} {what}" for p in CODE for n, what in faults(p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("p.read_text()", "read_text without encoding"),
        ("p.write_text('x', newline='')", "write_text without encoding"),
        ("p.write_text('x', encoding='utf-8')", "write_text without newline"),
        ("p.open('w', encoding='utf-8')", "open without newline"),
        ("p.open()", "open without encoding"),
        ("subprocess.run('x', shell=True)", "shell"),
        ("os.system('x')", "shell"),
    ],
)
def test_each_of_them_is_found(code: str, what: str) -> None:
    assert [w for _, w in faults(code)] == [what]


@pytest.mark.parametrize("code", ["p.read_text(encoding='utf-8')", "p.open('rb')", "p.write_text('x', encoding='utf-8', newline='\\n')", "read_text(p, root)"])
def test_what_is_right_is_left_alone(code: str) -> None:
    assert list(faults(code)) == []
