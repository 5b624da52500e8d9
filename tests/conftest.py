"""Fixtures of the tests that look at what a reader receives: the handbook built once, served on this machine, and a browser."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from handbook.bench.reader import NAMES, chromium, served

ROOT = Path(__file__).parents[1]


def once(factory: pytest.TempPathFactory, name: str, *options: str) -> Path:
    """Build the handbook once for all workers of pytest-xdist; return the folder. Its doctrees lie beside it.

    Workers share the folder above theirs: the first to come builds, the others wait for its mark.
    """
    shared = factory.getbasetemp().parent if os.environ.get("PYTEST_XDIST_WORKER") else factory.getbasetemp()
    out, done = shared / name, shared / f"{name}-built"
    try:
        (shared / f"{name}-begun").touch(exist_ok=False)
    except FileExistsError:
        wait = threading.Event()
        while not done.exists():
            wait.wait(0.2)
        assert done.read_text() == "0", f"the build of {name} failed in another worker"
        return out
    command = [sys.executable, "-m", "sphinx", "-q", *options, "-d", str(shared / f"{name}-doctrees"), str(ROOT / "docs"), str(out)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    done.write_text(str(run.returncode))
    assert run.returncode == 0, run.stdout + run.stderr
    return out


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook as HTML. `HANDBOOK_SITE` names a folder that was built already; without it the handbook is built here."""
    given = os.environ.get("HANDBOOK_SITE")
    return Path(given) if given else once(tmp_path_factory, "site", "-b", "html", "-j", "2")


@pytest.fixture(scope="session")
def book_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook as PDF, in A4, and its leaflets."""
    return once(tmp_path_factory, "book", "-b", "pdf", "-j", "3", "-D", "handbook_leaflets=1")


@pytest.fixture(scope="session")
def site_url(site_folder: Path) -> Iterator[str]:
    """The address of the built handbook on this machine, with a slash at its end."""
    with served(site_folder) as address:
        yield address


def find_browser() -> str | None:
    """The program of a Chromium on this machine: by its usual names, or the one that playwright brought."""
    if found := chromium():
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        own = play.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser():  # type: ignore[no-untyped-def]
    """A Chromium. Where there is none the test is skipped with the reason; where `CI` is set it fails."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = find_browser()
    if program is None:
        reason = f"no browser: none of {', '.join(NAMES)} is on the path, and playwright has brought none"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()
