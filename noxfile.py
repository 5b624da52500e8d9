"""Everything one can run: `nox -l` lists it, `nox -s NAME` runs it. Outputs go to build/, never into the tree."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["html"]

BUILD = Path("build")
JOBS = str((os.cpu_count() or 1) + 1)  # Sphinx writes with one worker fewer than asked


def install(session: nox.Session, name: str) -> None:
    """Install exactly what requirements/NAME.txt says, hashes checked."""
    session.install("--require-hashes", "-r", f"requirements/{name}.txt")
    session.env["PYTHONUTF8"] = "1"


def sphinx(session: nox.Session, builder: str, out: Path, *more: str) -> None:
    """Build the docs: warnings are errors, every reference must resolve."""
    start, args = time.monotonic(), ("-b", builder, "-W", "--keep-going", "-n", "-j", JOBS, "-d", str(BUILD / "doctrees"), *more)
    session.run("sphinx-build", *args, "docs", str(out))
    session.log(f"{builder}: {out.resolve()} in {time.monotonic() - start:.0f} s")


@nox.session
def html(session: nox.Session) -> None:
    """Build the handbook as HTML into build/html."""
    install(session, "docs")
    sphinx(session, "html", BUILD / "html", *session.posargs)


@nox.session
def live(session: nox.Session) -> None:
    """Build, serve on this machine only, and rebuild while you write; findings are printed beside."""
    install(session, "live")
    args = ("--watch", "evidence", "--watch", "handbook", "--post-build", "python -m handbook check", "-j", JOBS)
    session.run("sphinx-autobuild", "--host", "127.0.0.1", *args, "docs", str(BUILD / "live"), *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Check records, front matter and pages: changed files, or `-- --all`; `-- --fix` mends what is certain; no Sphinx."""
    install(session, "check")
    session.run("python", "-m", "handbook", "check", "--changed", *session.posargs)


@nox.session
def spelling(session: nox.Session) -> None:
    """Check the spelling of pages, records and figures."""
    install(session, "check")
    session.run("python", "-m", "handbook", "spelling", *session.posargs)


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Check links: `-- inside` (built pages, offline), `-- outside` (the network), or both."""
    install(session, "docs")
    if "inside" in (parts := session.posargs or ["inside", "outside"]):
        sphinx(session, "html", BUILD / "html", "-q")
        session.run("python", "-m", "handbook", "links", str(BUILD / "html"))
    if "outside" in parts:
        session.run("python", "-m", "handbook", "outside", str(BUILD / "linkcheck"))


@nox.session
def pdf(session: nox.Session) -> None:
    """Typeset the handbook, the leaflets and the appointment sheet into build/pdf."""
    install(session, "docs")
    sphinx(session, "pdf", BUILD / "pdf", "-D", "handbook_leaflets=1", *session.posargs)


@nox.session
def epub(session: nox.Session) -> None:
    """Build the EPUB into build/epub and check it."""
    install(session, "docs")
    session.run("python", "-m", "handbook.epub", str(BUILD / "epub"), *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """Build every released version and this one into build/site."""
    install(session, "docs")
    session.run("python", "-m", "handbook.versions", "site", *session.posargs)


@nox.session
def changes(session: nox.Session) -> None:
    """Compare two versions by meaning: `-- v0.1.0 v0.2.0`."""
    install(session, "check")
    session.run("python", "-m", "handbook.versions", "changes", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Check and stamp a release: `-- 1.1.0`."""
    install(session, "docs")
    session.run("python", "-m", "handbook.versions", "release", *session.posargs)


@nox.session
def gettext(session: nox.Session) -> None:
    """Write message catalogs for translators into build/gettext."""
    install(session, "docs")
    sphinx(session, "gettext", BUILD / "gettext", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure build, sizes, reading, search and PDF beside their peers (Chromium and Lighthouse where they are on the path); table and JSON in build/bench."""
    install(session, "tests")
    session.run("python", "-m", "handbook.bench", str(BUILD / "bench"), *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; `-- -k words` for some of them."""
    install(session, "tests")
    session.run("pytest", *(session.posargs or ["-n", "2", "--dist", "worksteal"]))


@nox.session
def quality(session: nox.Session) -> None:
    """Style, types and workflows; `-- coverage`: how much of the code the tests reach; `-- mutate`: how many changes of it they notice."""
    install(session, "quality")
    for command in (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("zizmor", "-q", "--offline", "--persona", "pedantic", ".github")):
        session.run(*command)
    for score in (name for name in ("coverage", "mutate") if name in session.posargs):
        session.run("python", "tests/score.py", score, str(BUILD))


@nox.session(venv_backend="none")
def lock(session: nox.Session) -> None:
    """Write requirements/*.txt again from pyproject.toml; `-- NAME` moves what others bring too, `-- --upgrade` moves all."""
    session.run(sys.executable, "requirements/lock.py", *session.posargs, external=True)
