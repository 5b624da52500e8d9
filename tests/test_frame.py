"""The frame: what the root promises is true, and nothing of one machine is in it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_settings_and_sessions_stay_small() -> None:
    assert len(text("docs/conf.py").splitlines()) <= 120
    assert len(text("noxfile.py").splitlines()) <= 150


def test_conf_holds_settings_only() -> None:
    conf = text("docs/conf.py")
    for word in ("def ", "class ", "if ", "for ", "while ", "urlopen", "requests", "datetime", "time."):
        assert not re.search(rf"^\s*{re.escape(word)}", conf, re.M), word


def test_ci_runs_the_readme_test_command() -> None:
    command = re.search(r"## Test it\n\n```sh\n(.+)\n```", text("README.md"))
    assert command
    assert command[1] in text(".ci/run").splitlines()
    assert command[1].endswith("nox -s tests")


def test_every_part_of_the_architecture_exists_and_is_named() -> None:
    page = text("ARCHITECTURE.md")
    named = set(re.findall(r"`((?:handbook|docs|evidence|tests)/[\w./]*|noxfile\.py)`", page))
    assert len(named) >= 12
    assert [n for n in named if not (ROOT / n).exists()] == []
    parts = {p.name + "/" if p.is_dir() else p.name for p in (ROOT / "handbook").iterdir() if not p.name.startswith("__")}
    unnamed = {p for p in parts if f"handbook/{p}" not in page}
    assert unnamed == set()


def test_every_session_of_the_readme_exists() -> None:
    sessions = set(re.findall(r"^def (\w+)\(session", text("noxfile.py"), re.M)) - {"install", "sphinx"}
    assert set(re.findall(r"nox -s (\w+)", text("README.md"))) <= sessions


def test_dependencies_have_versions_and_reasons() -> None:
    groups = tomllib.loads(text("pyproject.toml"))["dependency-groups"]
    plain = [d for group in groups.values() for d in group if isinstance(d, str)]
    assert len(plain) >= 20
    for dependency in plain:
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", dependency), dependency
        assert re.search(rf'"{re.escape(dependency)}",\s+# \w+', text("pyproject.toml")), dependency


@pytest.mark.parametrize("name", ["nox", "check", "docs", "live", "tests", "quality"])
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    lock = text(f"requirements/{name}.txt")
    assert "http" not in lock
    pins = re.findall(r"^[a-z0-9-]+(?:\[[\w,]+\])?==", lock, re.M)
    assert pins
    for block in re.split(r"^(?=[a-z])", lock, flags=re.M)[1:]:
        assert "--hash=sha256:" in block, block
    groups = tomllib.loads(text("pyproject.toml"))["dependency-groups"]
    for dependency in (d for d in groups[name] if isinstance(d, str)):
        assert dependency in lock


def test_a_new_lock_moves_only_what_was_asked_for() -> None:
    module = importlib.util.spec_from_file_location("lock", ROOT / "requirements" / "lock.py")
    assert module is not None and module.loader is not None
    module.loader.exec_module(lock := importlib.util.module_from_spec(module))
    project = '[dependency-groups]\ntests = [\n  "pytest==9.2.0",  # runs the tests\n]\n'
    held = "certifi==2026.1 \\\n    --hash=sha256:aa\ncoverage[toml]==7.9 \\\n    --hash=sha256:bb\npytest==9.1.0 \\\n    --hash=sha256:cc\n"
    windows = "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:dd\n"
    assert lock.kept(project, held + windows, []) == ["certifi==2026.1", "colorama==0.4.6 ; sys_platform == 'win32'", "coverage[toml]==7.9"]
    assert lock.kept(project, held, ["certifi"]) == ["coverage[toml]==7.9"]


def test_nothing_of_one_machine_is_committed() -> None:
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git here")
    home = str(Path.home())
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in {".ttf", ".otf", ".png", ".woff2", ".dic", ".ico"} or not path.is_file():
            continue
        data = path.read_text(encoding="utf-8", errors="ignore")
        assert str(ROOT) + "/" not in data, name
        assert home + "/" not in data or home == "/", name
