"""Versions: tiny repositories with a fast stand-in for Sphinx, every fault on purpose, and reports of planted changes."""

from __future__ import annotations

import errno
import functools
import http.server
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handbook.versions import build, changes, compose, git, onpage, redirects, release, releases, rootfiles, site, swap
from handbook.versions.__main__ import main
from handbook.versions.releases import Release

HERE = Path(__file__).parent
TOP = HERE.parent
GOOD = HERE / "good"
PYTHON = Path(sys.executable)
FAKE = """
import os, pathlib, sys, time
out, docs = pathlib.Path(sys.argv[1]), pathlib.Path("docs")
if os.environ.get("HB_LOG"):
    with open(os.environ["HB_LOG"], "a") as log:
        log.write("build\\n")
word = os.environ.get("HB_FAIL")
for path in sorted(docs.rglob("*.md")):
    text = path.read_text(encoding="utf-8")
    if "FAIL" in text or word and word in text:
        sys.exit(f"docs/{path.name}:1: WARNING: planted fault")
    time.sleep(float(os.environ.get("HB_SLEEP", "0")))
    page = out / path.relative_to(docs).with_suffix(".html")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text('<!DOCTYPE html><html lang="en"><head><title>x</title>\\n<link rel="canonical" href="old.html">\\n</head><body>'
        f'<main>\\n<article class="bd-article"><h1 id="top">Page</h1><p id="new">{text}</p></article></main></body></html>\\n', encoding="utf-8")
(out / "_static").mkdir(parents=True)
(out / "_static/a.css").write_text("a{}")
(out / "_static/a.css.map").write_text("{}")
(out / "robots.txt").write_text("per version")
(out / "404.html").write_text("per version")
"""


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def call(root: Path, *args: str) -> str:
    who = {f"GIT_{w}_{k}": v for w in ("AUTHOR", "COMMITTER") for k, v in (("NAME", "t"), ("EMAIL", "t@example.org"), ("DATE", "2026-01-02T03:04:05Z"))}
    done = subprocess.run(["git", "-C", str(root), *args], capture_output=True, text=True, env={**os.environ, **who}, check=True)
    return done.stdout.strip()


def commit(root: Path, files: dict[str, str], tag: str = "") -> str:
    put(root, files)
    call(root, "add", "-A")
    call(root, "commit", "-qm", "x", "--allow-empty")
    if tag:
        call(root, "tag", tag)
    return call(root, "rev-parse", "HEAD")


def citation(version: str, day: str = "2026-01-02") -> str:
    return f'title: "Tiny"\nversion: {version}\ndate-released: "{day}"\nurl: https://example.org/hb/\n'


def base_files() -> dict[str, str]:
    return {
        "fake.py": FAKE,
        "pyproject.toml": '[tool.handbook]\nsite = ["{python} fake.py {out}"]\n',
        "requirements/docs.txt": "",
        ".gitignore": "/build/\n",
        "CITATION.cff": citation("0.1.0"),
        "docs/index.md": "first",
        "docs/a.md": "page a",
        "docs/deep/b.md": "page b",
        "docs/_static/versions.css": ".x{}",
        "docs/_static/versions.js": "1",
    }


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Releases 0.1.0 and 0.2.0, and one commit after."""
    root = tmp_path / "repo"
    root.mkdir()
    call(root, "init", "-q", "-b", "main")
    commit(root, base_files(), "v0.1.0")
    commit(root, {"docs/index.md": "second", "docs/c.md": "page c", "CITATION.cff": citation("0.2.0", "2026-02-03")}, "v0.2.0")
    commit(root, {"docs/index.md": "third"})
    return root


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "builds.log"
    path.touch()
    monkeypatch.setenv("HB_LOG", str(path))
    return path


def builds(log: Path) -> int:
    count = len(log.read_text(encoding="utf-8").splitlines())
    log.write_text("", encoding="utf-8")
    return count


def make(root: Path, **more: Any) -> tuple[int, str]:
    lines: list[str] = []
    code = site.make(root, lines.append, python=PYTHON, **more)
    return code, "\n".join(lines)


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def text(root: Path, name: str) -> str:
    return (root / "build/site" / name).read_text(encoding="utf-8")


# ---- the site ----


def test_site_holds_every_version_and_its_own_words(repo: Path) -> None:
    code, said = make(repo)
    assert code == 0, said
    names = {p.name for p in (repo / "build/site").iterdir()}
    assert names == {
        "0.1.0", "0.2.0", "dev", "latest", "versions", "_versions", "index.html", "404.html", "switcher.json", "sitemap.xml", "robots.txt",
        "_headers", ".nojekyll", "feed.xml",
    }  # fmt: skip
    assert [">first<" in text(repo, "0.1.0/index.html"), ">second<" in text(repo, "0.2.0/index.html"), ">third<" in text(repo, "dev/index.html")] == [True] * 3
    assert files_of(repo / "build/site/latest") == files_of(repo / "build/site/0.2.0")
    assert not list((repo / "build/site").rglob("*.map"))
    assert [p.parent.name for n in ("robots.txt", "404.html", "sitemap.xml") for p in (repo / "build/site").rglob(n)] == ["site"] * 3
    assert json.loads(text(repo, "switcher.json")) == [
        {"name": "0.2.0 (latest)", "version": "0.2.0", "url": "https://example.org/hb/0.2.0/", "date": "2026-02-03", "preferred": True},
        {"name": "0.1.0", "version": "0.1.0", "url": "https://example.org/hb/0.1.0/", "date": "2026-01-02"},
        {"name": "development", "version": "dev", "url": "https://example.org/hb/dev/", "date": "2026-01-02"},
    ]


def test_sitemap_and_robots_name_the_latest_pages_only(repo: Path) -> None:
    make(repo)
    urls = [el.text for el in ET.fromstring(text(repo, "sitemap.xml")).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert urls == [f"https://example.org/hb/latest/{n}.html" for n in ("a", "c", "deep/b", "index")]
    assert text(repo, "robots.txt") == "User-agent: *\nAllow: /\nSitemap: https://example.org/hb/sitemap.xml\n"


def test_root_page_works_without_scripts(repo: Path) -> None:
    make(repo)
    page = text(repo, "index.html")
    assert "<script" not in page
    assert '<meta http-equiv="refresh" content="0; url=latest/index.html">' in page
    assert '<a href="latest/index.html">' in page
    assert '<a href="../0.1.0/index.html">Version 0.1.0</a>, 2026-01-02 (old)' in text(repo, "versions/index.html")
    assert 'href="/hb/latest/index.html"' in text(repo, "404.html")


def test_banners_line_and_switcher_stand_in_the_page_itself(repo: Path) -> None:
    make(repo)
    old, new, dev = (text(repo, f"{v}/deep/b.html") for v in ("0.1.0", "0.2.0", "dev"))
    assert 'class="hb-version-old"' in old and '<a class="hb-version-same" href="../../latest/deep/b.html">Read this page in version 0.2.0' in old
    assert "hb-version-old" not in new + dev and "hb-version-dev" not in old + new and 'class="hb-version-dev"' in dev
    assert '<p class="hb-version-line">Version 0.1.0, 2026-01-02. <a href="../../versions/index.html">All versions</a></p>' in old
    assert '<li aria-current="true">Version 0.2.0, 2026-02-03 (latest): you are here</li>' in new
    assert '<li><a class="hb-version-same" href="../../dev/deep/b.html">Development version, 2026-01-02</a></li>' in new
    assert old.index("hb-version") < old.index("<h1")
    assert '<li>Version 0.1.0, 2026-01-02: does not have this page; <a href="../0.1.0/index.html">its first page</a></li>' in text(repo, "0.2.0/c.html")
    assert not re.search(r"\son\w+=|\sstyle=|<script(?![^>]*\bsrc=)", old + new + dev), "a strict content policy would refuse it"


def test_canonical_address_is_the_same_page_of_the_latest_version(repo: Path) -> None:
    commit(repo, {"docs/only-dev.md": "new"})
    make(repo)
    assert re.findall(r'rel="canonical" href="([^"]*)"', text(repo, "0.1.0/a.html")) == ["https://example.org/hb/latest/a.html"]
    only = text(repo, "dev/only-dev.html")
    assert re.findall(r'rel="canonical" href="([^"]*)"', only) == ["https://example.org/hb/dev/only-dev.html"]
    assert '<meta name="robots" content="noindex">' in only
    assert 'does not have this page. <a href="../latest/index.html">Go to its first page</a>' in only


def test_composing_composed_pages_again_changes_nothing(repo: Path) -> None:
    make(repo)
    entries = [onpage.Entry(n, "2026-01-02", compose.pages_of(repo / "build/site" / n)) for n in ("0.2.0", "0.1.0")]
    whole = onpage.Site(entries, "https://example.org/", {}, "_versions/a.css", "_versions/a.js")
    once = onpage.rewrite(text(repo, "0.1.0/a.html"), entries[1], "a", whole)
    assert onpage.rewrite(once, entries[1], "a", whole) == once
    assert once.count("hb-version-line") == 1


def test_moved_page_leads_to_its_successor_in_every_direction(repo: Path) -> None:
    (repo / "docs/a.md").unlink()
    commit(
        repo,
        {"docs/deep/new a.md": "page a", "docs/redirects.csv": "from,to\na,deep/new a\nb-gone,a\nc#old,c#new\n", "CITATION.cff": citation("0.3.0")},
        "v0.3.0",
    )
    make(repo)
    page = text(repo, "latest/a.html")
    assert '<meta http-equiv="refresh" content="0; url=deep/new%20a.html">' in page
    assert 'content="0; url=deep/new%20a.html"' in text(repo, "latest/b-gone.html"), "a chain of moves"
    assert 'href="../latest/deep/new%20a.html">Read this page' in text(repo, "0.1.0/a.html")
    assert 'href="../../0.1.0/a.html">Version 0.1.0' in text(repo, "latest/deep/new a.html")
    assert '<span id="old"></span><p id="new">' in text(repo, "latest/c.html")


def test_redirects_that_run_in_a_circle_end(tmp_path: Path) -> None:
    assert redirects.follow("a", {"a": "b", "b": "a"}, {"c"}) is None
    assert redirects.counterpart("x", {"a": "b", "b": "a"}, {"c"}) is None
    assert redirects.follow("a#one", {"a": "b", "b#one": "c#two"}, {"b", "c"}) == "c#two"


def test_redirect_cannot_write_outside_its_version(repo: Path) -> None:
    commit(repo, {"docs/redirects.csv": "from,to\n../../evil,index\n"})
    make(repo)
    assert not list(repo.rglob("evil.html"))


def test_page_names_with_spaces_and_other_letters(repo: Path) -> None:
    commit(repo, {"docs/sub folder/Größe & Schmerz.md": "x", "CITATION.cff": citation("0.3.0")}, "v0.3.0")
    assert make(repo)[0] == 0
    name = "sub folder/Größe & Schmerz.html"
    quoted = "sub%20folder/Gr%C3%B6%C3%9Fe%20%26%20Schmerz.html"
    assert f'href="../../dev/{quoted}"' in text(repo, f"latest/{name}")
    assert f"https://example.org/hb/latest/{quoted}" in text(repo, "sitemap.xml")


def test_latest_is_the_development_version_while_nothing_is_released(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    call(root, "init", "-q")
    commit(root, base_files())
    code, said = make(root)
    assert (code, "no releases yet" in said) == (0, True)
    assert "Nothing has been released yet" in text(root, "latest/index.html")


def test_headers_hold_a_strict_policy_and_no_two_rules_set_one_header(repo: Path) -> None:
    make(repo)
    rules: dict[str, list[str]] = {}
    for line in text(repo, "_headers").splitlines():
        if line.startswith("/"):
            here = rules.setdefault(line, [])
        else:
            here.append(line.strip().partition(":")[0])
    assert "'unsafe-inline'" not in text(repo, "_headers")
    for one in rules:
        for two in rules:
            if one < two and (two.startswith(one.rstrip("*")) if one.endswith("*") else False):
                assert not set(rules[one]) & set(rules[two]), (one, two)
    assert rules["/0.1.0/_static/*"] == ["Cache-Control"]


def test_policy_names_inline_scripts_by_hash() -> None:
    found = rootfiles.inline_of('<script>a()</script><script type="application/ld+json">{}</script><script src="x.js"></script>')
    assert len(found.scripts) == 1 and not found.styles
    assert re.search(r"script-src 'self' 'sha256-[\w+/=]{44}';", rootfiles.policy(found))
    many = rootfiles.Inline(frozenset(str(n) * 44 for n in range(100, 160)), True)
    assert "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'" in rootfiles.policy(many)


def test_feed_is_well_formed_and_newest_first(repo: Path) -> None:
    report = {"from": "0.1.0", "to": "0.2.0", "date": "2026-02-03", "changes": [{"kind": "finding-added", "record": "finding", "id": "x", "text": "y"}]}
    commit(repo, {"docs/changes/v0.2.0.json": json.dumps(report)})
    make(repo)
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring(text(repo, "feed.xml"))
    assert feed.findtext(f"{atom}updated") == "2026-02-03T00:00:00Z"
    assert [e.findtext(f"{atom}title") for e in feed.iter(f"{atom}entry")] == ["Version 0.2.0", "Version 0.1.0"]
    assert [e.findtext(f"{atom}summary") for e in feed.iter(f"{atom}entry")] == ["1 finding added.", "Released."]
    assert json.loads(text(repo, "changes/0.2.0.json")) == report


# ---- cache and sameness ----


def test_second_run_builds_nothing_and_one_release_builds_one(repo: Path, log: Path) -> None:
    make(repo)
    assert builds(log) == 3
    before = (repo / "build/site").stat().st_ino
    code, said = make(repo)
    assert (code, builds(log), (repo / "build/site").stat().st_ino) == (0, 0, before)
    assert "nothing to do" in said
    commit(repo, {"docs/index.md": "fourth", "CITATION.cff": citation("0.3.0", "2026-03-04")}, "v0.3.0")
    assert (make(repo)[0], builds(log)) == (0, 1)
    assert ">fourth<" in text(repo, "latest/index.html")


def test_a_site_that_somebody_touched_is_made_again(repo: Path, log: Path) -> None:
    make(repo)
    whole = files_of(repo / "build/site")
    builds(log)
    (repo / "build/site/0.1.0/a.html").write_text("scribble")
    (repo / "build/site/0.1.0/index.html").unlink()
    make(repo)
    assert (files_of(repo / "build/site"), builds(log)) == (whole, 0)


def test_changed_working_tree_is_built_as_it_stands(repo: Path, log: Path) -> None:
    make(repo)
    builds(log)
    put(repo, {"docs/index.md": "not committed", "docs/untracked.md": "x"})
    assert (make(repo)[0], builds(log)) == (0, 1)
    assert ">not committed<" in text(repo, "dev/index.html") and "docs" in str(repo / "docs/untracked.md")
    assert (repo / "build/site/dev/untracked.html").exists()


def test_same_commit_gives_the_same_bytes_in_two_folders(repo: Path, tmp_path: Path) -> None:
    make(repo)
    other = tmp_path / "a much longer folder name" / "ö"
    call(tmp_path, "clone", "-q", str(repo), str(other))
    assert make(other)[0] == 0
    assert files_of(other / "build/site") == files_of(repo / "build/site")


# ---- faults ----


def test_failing_tag_stops_no_other_and_is_reported(repo: Path) -> None:
    commit(repo, {"docs/a.md": "FAIL", "CITATION.cff": citation("0.3.0")}, "v0.3.0")
    commit(repo, {"docs/a.md": "mended"})
    code, said = make(repo)
    assert code == 1
    assert "0.3.0: FAILED and is not in the site: docs/a.md:1: WARNING: planted fault" in said
    assert [v["version"] for v in json.loads(text(repo, "switcher.json"))] == ["0.2.0", "0.1.0", "dev"]
    assert "planted fault" in (repo / "build/versions-cache/log/0.3.0.txt").read_text()


def test_previous_good_pages_of_a_failing_version_are_kept(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(repo)
    good = files_of(repo / "build/site/dev")
    put(repo, {"docs/index.md": "FAIL"})
    code, said = make(repo)
    assert code == 1 and "dev: FAILED, its last good pages are kept: docs/index.md:1" in said
    assert files_of(repo / "build/site/dev") == good
    shutil.rmtree(repo / "build/versions-cache/html")  # even without the cache: from the site itself
    monkeypatch.setenv("HB_FAIL", "second")
    code, said = make(repo)
    assert code == 1 and "0.2.0: FAILED, its last good pages are kept" in said
    assert ">second<" in text(repo, "0.2.0/index.html") and files_of(repo / "build/site/dev") == good


def test_tag_without_lock_file(repo: Path) -> None:
    call(repo, "rm", "-q", "requirements/docs.txt")
    commit(repo, {"CITATION.cff": citation("0.3.0")}, "v0.3.0")
    commit(repo, {"requirements/docs.txt": ""})
    code, said = make(repo)
    assert code == 1
    assert "0.3.0: FAILED and is not in the site: it has no requirements/docs.txt" in said
    assert (repo / "build/site/dev/index.html").exists() and (repo / "build/site/0.2.0/index.html").exists()


def test_tags_that_are_no_versions_are_named_and_left_out(repo: Path) -> None:
    for name in ("nightly", "v1.2", "v1.0.0-rc1", "v01.0.0", "1.0.0"):
        call(repo, "tag", name)
    code, said = make(repo)
    assert code == 0
    assert [name for name in ("nightly", "v1.2", "v1.0.0-rc1", "v01.0.0", "1.0.0") if f"tag '{name}' is not a version" not in said] == []
    assert len(json.loads(text(repo, "switcher.json"))) == 3


def test_tag_that_leads_to_no_commit(repo: Path) -> None:
    call(repo, "tag", "v9.0.0", call(repo, "hash-object", "-w", "docs/a.md"))
    code, said = make(repo)
    assert code == 1 and "9.0.0: FAILED and is not in the site: tag v9.0.0 does not lead to a commit" in said
    assert json.loads(text(repo, "switcher.json"))[0]["version"] == "0.2.0"


def test_no_git_at_all(repo: Path) -> None:
    put(repo, {"releases.csv": releases.list_text(releases.find(repo).releases)})
    shutil.rmtree(repo / ".git")
    code, said = make(repo)
    assert code == 1
    assert "0.1.0: FAILED and is not in the site: no git history here" in said and "clone the repository" in said
    assert ">third<" in text(repo, "dev/index.html")
    (repo / "releases.csv").unlink()
    assert make(repo)[0] == 0


def test_unpacked_inside_another_repository_is_no_clone(repo: Path) -> None:
    shutil.rmtree(repo / ".git")
    call(repo.parent, "init", "-q")
    assert git.repository(repo) == "this folder lies inside another repository"
    assert make(repo)[0] == 0
    assert (repo / "build/site/dev/deep/b.html").exists()


def test_no_git_program(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert git.repository(repo).startswith("git cannot be started")


def test_shallow_clone_says_what_is_missing_and_builds_the_rest(repo: Path, tmp_path: Path) -> None:
    commit(repo, {"releases.csv": releases.list_text(releases.find(repo).releases)})
    clone = tmp_path / "clone"
    call(tmp_path, "clone", "-q", "--depth", "1", repo.as_uri(), str(clone))
    code, said = make(clone)
    assert code == 1
    assert "0.2.0: FAILED and is not in the site: commit " in said and "is not in this shallow clone; run `git fetch --unshallow --tags`" in said
    assert ">third<" in text(clone, "dev/index.html")
    call(clone, "fetch", "-q", "--unshallow", "--tags")
    assert make(clone)[0] == 0
    assert ">first<" in text(clone, "0.1.0/index.html")


def test_clone_without_tags_takes_the_committed_list(repo: Path) -> None:
    commit(repo, {"releases.csv": releases.list_text(releases.find(repo).releases) + "1.0,yesterday,zzz\n"})
    call(repo, "tag", "-d", "v0.1.0", "v0.2.0")
    code, said = make(repo)
    assert code == 0
    assert "this clone has no release tags; releases are taken from releases.csv" in said and "releases.csv:4: not version,date,commit" in said
    assert ">first<" in text(repo, "0.1.0/index.html") and ">second<" in text(repo, "latest/index.html")


def test_tag_that_was_moved_is_refused(repo: Path) -> None:
    commit(repo, {"releases.csv": releases.list_text(releases.find(repo).releases)})
    call(repo, "tag", "-f", "v0.1.0", "HEAD")
    code, said = make(repo)
    assert code == 1 and "0.1.0: FAILED" in said and "a release must not move" in said


def test_full_disk_leaves_the_old_site(repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make(repo)
    before = files_of(repo / "build/site")
    commit(repo, {"docs/index.md": "fourth"})
    written = []

    def full(source: Path, target: Path, **_: Any) -> None:
        written.append(target)
        if len(written) > 7:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        Path(target).write_bytes(Path(source).read_bytes())

    monkeypatch.setattr(compose.shutil, "copyfile", full)
    assert main(["--root", str(repo), "site", "--python", str(PYTHON)]) == 1
    assert "the disk is full; the site is as it was" in capsys.readouterr().err
    assert files_of(repo / "build/site") == before
    assert [p.name for p in (repo / "build").iterdir() if p.name.startswith(".site")] == []


def test_small_disk(repo: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        shutil.copytree(repo, disk / "repo", ignore=shutil.ignore_patterns("hooks"))
        fill = disk / "fill"
        fill.touch()
        command = [sys.executable, "-m", "handbook.versions", "--root", str(disk / "repo"), "site", "--python", str(PYTHON)]
        assert subprocess.run(command, cwd=TOP, capture_output=True, check=False, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}).returncode in {0, 1}
        before = files_of(disk / "repo/build/site") if (disk / "repo/build/site").exists() else {}
        put(disk / "repo", {"docs/big.md": "x"})
        size = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        fill.write_bytes(b"x" * max(0, size - 20_000))
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert re.search("disk is full|No space left", done.stdout + done.stderr)
        assert (files_of(disk / "repo/build/site") if before else {}) == before
        fill.unlink()
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def whole(folder: Path) -> str:
    """The mark of the development pages, after seeing that nothing of the site is missing or cut off."""
    rows = json.loads((folder / "switcher.json").read_text())
    assert [r["version"] for r in rows] == ["0.2.0", "0.1.0", "dev"]
    marks = set()
    for name, count in (("0.1.0", 3), ("0.2.0", 4), ("latest", 4), ("dev", 4)):
        pages = sorted((folder / name).rglob("*.html"))
        assert len(pages) == count, name
        assert all(p.read_text().endswith("</html>\n") for p in pages)
        if name == "dev":
            marks = {m for p in pages for m in re.findall(r"mark\d+", p.read_text())}
    assert (folder / "_headers").read_text().endswith("\n") and (folder / "sitemap.xml").read_text().endswith("</urlset>\n")
    assert len(marks) == 1, "pages of two builds in one version"
    return str(marks.pop())


def test_killed_at_any_moment_the_site_is_whole(repo: Path, tmp_path: Path) -> None:
    def mark(n: int) -> None:
        put(repo, {f"docs/{name}.md": f"mark{n}" for name in ("index", "a", "c", "deep/b")})

    command = [sys.executable, "-m", "handbook.versions", "--root", str(repo), "site", "--python", str(PYTHON)]
    env = os.environ | {"HB_SLEEP": "0.005"}
    mark(0)
    begin = time.monotonic()
    assert subprocess.run(command, cwd=TOP, env=env, capture_output=True, check=False).returncode == 0
    takes = time.monotonic() - begin  # here and now: on a busy machine several times as long as on one at rest
    moments = random.Random(6)
    seen, killed, n = {whole(repo / "build/site")}, 0, 0
    while killed < 20 and n < 60:
        n += 1
        mark(n)
        if n % 5 == 0:
            shutil.rmtree(repo / "build/versions-cache/html", ignore_errors=True)
        begin = time.monotonic()
        run = subprocess.Popen(command, cwd=TOP, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            run.wait(moments.uniform(0.25, 1.05) * takes)
            takes = time.monotonic() - begin  # it was done before its time: how long a run takes here and now
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
            killed += 1
            takes *= 1.05
        seen.add(whole(repo / "build/site"))
    assert killed == 20
    assert len(seen) > 1, "no run came as far as its site"
    done = subprocess.run(command, cwd=TOP, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert whole(repo / "build/site") == f"mark{n}"
    assert sorted(p.name for p in (repo / "build").iterdir()) == ["site", "versions-cache"]
    assert not list((repo / "build/versions-cache").glob("work-*"))
    fresh = tmp_path / "fresh"
    shutil.copytree(repo, fresh, ignore=shutil.ignore_patterns("build"))
    make(fresh)
    assert files_of(fresh / "build/site") == files_of(repo / "build/site")


def test_death_between_two_renames_is_mended(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(repo)
    before = files_of(repo / "build/site")
    (repo / "build/site").rename(repo / "build/.site-old-1")
    (repo / "build/.site-new-1").mkdir()
    swap.recover(repo / "build/site")
    assert files_of(repo / "build/site") == before
    assert [p.name for p in (repo / "build").glob(".site*")] == []
    monkeypatch.setattr(swap, "exchange", lambda one, two: False)  # as on systems without such a call
    commit(repo, {"docs/index.md": "fourth"})
    assert make(repo)[0] == 0 and ">fourth<" in text(repo, "dev/index.html")


def test_two_runs_at_once_wait_for_each_other(repo: Path, log: Path) -> None:
    command = [sys.executable, "-m", "handbook.versions", "--root", str(repo), "site", "--python", str(PYTHON)]
    env = os.environ | {"HB_SLEEP": "0.1", "HB_LOG": str(log)}
    runs = [subprocess.Popen(command, cwd=TOP, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert builds(log) == 3
    assert sorted("another run is at work" in s for s in said) == [False, True]
    assert sorted("nothing to do" in s for s in said) == [False, True]


def test_the_most_telling_line_of_a_failed_build_is_shown() -> None:
    assert build.fault_of("a\nb.md:3: WARNING: one\nc.md:4: WARNING: two\nthe end\n") == "b.md:3: WARNING: one"
    assert build.fault_of("Traceback\n  x.SomeError: first\n  x.OtherError: really\nPlease report this\n") == "x.OtherError: really"
    assert (build.fault_of("only\nwords\n"), build.fault_of("")) == ("words", "")


def test_nothing_can_be_built(repo: Path) -> None:
    shutil.rmtree(repo / ".git")
    put(repo, {"docs/index.md": "FAIL"})
    code, said = make(repo)
    assert code == 1 and "no version could be built" in said
    assert not (repo / "build/site").exists()


def test_environment_is_made_from_the_lock_file_once(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def fake(folder: Path, lock: Path) -> None:
        made.append(lock.read_text(encoding="utf-8"))
        build.environment.python_of(folder).parent.mkdir(parents=True)
        build.environment.python_of(folder).symlink_to(sys.executable)

    monkeypatch.setattr(build.environment, "_make", fake)
    commit(repo, {"requirements/docs.txt": "# other\n"})
    assert site.make(repo, lambda _: None) == 0
    assert sorted(made) == ["", "# other\n"], "one for both releases, one for the tree"


def test_requirements_that_cannot_be_installed(repo: Path) -> None:
    put(repo, {"requirements/docs.txt": "no-such-file-here.whl\n"})
    with pytest.raises(build.BuildError, match="its requirements cannot be installed"):
        build.environment.python_for(repo, repo / "build/versions-cache")
    assert not list((repo / "build/versions-cache/env").glob("*/.complete"))


# ---- changes by meaning ----


def good_pair(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(GOOD, old)
    shutil.copytree(GOOD, new)
    return old, new


def edit(root: Path, name: str, before: str, after: str) -> None:
    path = root / name
    words = path.read_text(encoding="utf-8")
    assert words.count(before) >= 1, f"{before!r} is not in {name}"
    path.write_text(words.replace(before, after, 1), encoding="utf-8")


def compared(old: Path, new: Path, moved: dict[str, str] | None = None) -> changes.Report:
    return changes.compare(changes.read(old), changes.read(new), moved)


def test_equal_trees_have_no_change(tmp_path: Path) -> None:
    report = compared(*good_pair(tmp_path))
    assert (report.changes, report.edited_pages, report.edited_records, report.notes) == ([], 0, 0, [])


def planted(tmp_path: Path) -> tuple[Path, Path]:
    """Two versions with thirteen clinical changes and ten editorial ones."""
    old, new = good_pair(tmp_path)
    put(old, {"docs/old-name.md": "# A page\n\nSome words.\n"})
    # clinical
    edit(new, "evidence/findings/toe.yaml", "certainty: low", "certainty: very-low")
    edit(new, "evidence/findings/toe.yaml", "Drops may slightly lower toe pain after {time}.", "We do not know if drops lower toe pain after {time}.")
    edit(new, "evidence/findings/toe.yaml", "numbers: {with: 16,", "numbers: {with: 18,")
    findings = (new / "evidence/findings/toe.yaml").read_text(encoding="utf-8")
    second = findings[findings.index("- id: toe-drops-pain") :].replace("toe-drops-pain", "toe-drops-sleep")
    put(new, {"evidence/findings/toe.yaml": findings.rstrip() + "\n\n" + second})
    edit(new, "evidence/studies.csv", "-1.5,-2.4,-0.6", "-1.2,-2.4,-0.6")
    edit(new, "evidence/harms.csv", ",16,8,100,50,", ",18,8,100,50,")
    edit(new, "evidence/claims/toe.yaml", "verdict: wrong", "verdict: overstated")
    edit(new, "evidence/guidelines/toe.yaml", "stance: limited", "stance: against")
    edit(new, "evidence/facts/toe.yaml", "Many people have a sore toe.", "No people have a sore toe.")
    edit(new, "evidence/regimens.csv", "one drop,daily", "2 drops,daily")
    bib = (new / "evidence/references.bib").read_text(encoding="utf-8")
    entry = bib[bib.index("@") : bib.index("\n}\n") + 3]
    key = re.match(r"@\w+\{(\w+)", entry)
    assert key
    put(new, {"evidence/references.bib": bib.replace("{current}", "{retracted}", 1) + "\n" + entry.replace(key[1], "gamma2026new")})
    put(new, {"docs/new-name.md": "# A page\n\nSome words.\n", "docs/extra.md": "# Another page\n\nMore words.\n"})
    put(new, {"docs/redirects.csv": "from,to\nold-name,new-name\n"})
    # editorial
    edit(new, "evidence/findings/toe.yaml", "clinical: Drops probably increase itch.", "clinical: Drops probably raise itch a little.")
    edit(new, "evidence/findings/toe.yaml", "population: Adults with a sore toe", "population: Adults who have a sore toe")
    edit(new, "evidence/findings/toe.yaml", "why: People could tell.", "why: People could tell the drops apart.")
    edit(
        new, "evidence/claims/toe.yaml", "why: One small trial saw a slight change after a week.", "why: A single small trial saw a slight change after a week."
    )
    edit(new, "evidence/claims/toe.yaml", "Most toes stay sore for a while.", "Most toes do stay sore for some time.")
    edit(new, "evidence/harms.csv", "Itch came in", "Itching came in")
    edit(new, "docs/conditions/sore-toe.md", "## What the studies found", "## What studies found")
    edit(new, "docs/conditions/sore-toe.md", "edited: 2026-01-10", "edited: 2026-01-11")
    edit(new, "docs/treatment/drops.md", "reviewed: 2026-01-10", "reviewed: 2026-01-11")
    edit(new, "evidence/people.yaml", "interests: ", "interests: no ")
    return old, new


def test_report_lists_exactly_the_planted_clinical_changes(tmp_path: Path) -> None:
    old, new = planted(tmp_path)
    report = compared(old, new, redirects.read(new))
    assert [(c.kind, c.record, c.id, c.before, c.after) for c in report.changes] == [
        ("source-retracted", "source", "alpha2020drops", "current", "retracted"),
        ("certainty-lowered", "finding", "toe-drops-pain", "low", "very-low"),
        ("conclusion-changed", "fact", "toe-common", "Many people have a sore toe.", "No people have a sore toe."),
        ("finding-added", "finding", "toe-drops-sleep", "", ""),
        (
            "number-moved",
            "finding",
            "toe-drops-itch",
            "numbers: with 16, without 8, per 100, time after 1 week",
            "numbers: with 18, without 8, per 100, time after 1 week",
        ),
        ("number-moved", "harm", "itch-drops", "with: 16", "with: 18"),
        ("number-moved", "regimen", "drops-daily", "dose: one drop", "dose: 2 drops"),
        ("number-moved", "study", "t001", "effect: -1.5", "effect: -1.2"),
        ("verdict-changed", "claim", "drops-cure", "verdict: wrong", "verdict: overstated"),
        ("position-changed", "position", "toe-society-toe", "stance: limited", "stance: against"),
        ("source-added", "source", "gamma2026new", "", ""),
        ("page-added", "page", "extra", "", ""),
        ("page-moved", "page", "old-name", "old-name", "new-name"),
    ]
    assert report.notes == []
    assert report.edited_pages == 1


def test_report_of_the_way_back(tmp_path: Path) -> None:
    new, old = planted(tmp_path)
    kinds = [c.kind for c in compared(old, new).changes]
    assert {"certainty-raised", "finding-withdrawn", "source-withdrawn", "page-withdrawn"} <= set(kinds)
    assert "source-retracted" not in kinds


def test_changes_name_the_pages_that_show_them(tmp_path: Path) -> None:
    old, new = good_pair(tmp_path)
    edit(new, "evidence/studies.csv", "-1.5,-2.4,-0.6", "-1.2,-2.4,-0.6")
    (change,) = compared(old, new).changes
    assert change.text == "Less pain with drops"
    assert "conditions/sore-toe" in change.pages and "safety/itch" not in change.pages


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Drops only after other care.", "Drops after other care only.", None),
        ("Drops only after other care.", "No drops after other care.", "position-changed"),
        ("Drops only after other care.", "Drops only after 2 weeks of other care.", "number-moved"),
    ],
)
def test_a_sentence_changes_its_meaning_by_its_numbers_or_by_a_no(tmp_path: Path, before: str, after: str, kind: str | None) -> None:
    old, new = good_pair(tmp_path)
    edit(new, "evidence/guidelines/toe.yaml", before, after)
    report = compared(old, new)
    assert [c.kind for c in report.changes] == ([kind] if kind else [])
    assert report.edited_records == (0 if kind else 1)


def test_kinds_that_an_old_version_lacks_or_wrote_otherwise(tmp_path: Path) -> None:
    old, new = good_pair(tmp_path)
    (old / "evidence/harms.csv").unlink()
    put(old, {"evidence/studies.csv": "id,source\nt001,alpha2020drops\n"})
    edit(old, "evidence/claims/toe.yaml", "  verdict: wrong\n", "")
    report = compared(old, new)
    assert [(c.kind, c.record, c.id) for c in report.changes] == [("record-added", "harm", "itch-drops")]
    assert report.notes == [
        "study: a file of one version has another form; not compared",
        "claim: 1 records of one version have another form; not compared",
    ]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert {c.kind for c in compared(empty, new).changes} >= {"finding-added", "source-added", "page-added", "claim-added"}


def test_changes_command_prints_words_and_data(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(GOOD / "evidence", repo / "evidence")
    commit(repo, {}, "v0.3.0")
    edit(repo, "evidence/claims/toe.yaml", "verdict: wrong", "verdict: partly")
    commit(repo, {}, "v0.4.0")
    assert main(["--root", str(repo), "changes", "v0.3.0", "v0.4.0"]) == 0
    said = capsys.readouterr().out
    assert "From 0.3.0 to 0.4.0: 1 verdict changed." in said and "verdict: wrong → verdict: partly" in said
    assert main(["--root", str(repo), "changes", "0.3.0", "--json"]) == 0
    assert [c["id"] for c in json.loads(capsys.readouterr().out)["changes"]] == ["drops-cure"]
    assert main(["--root", str(repo), "changes"]) == 0
    assert "From 0.4.0 to dev: No change of meaning." in capsys.readouterr().out
    assert main(["--root", str(repo), "changes", "v7.0.0", "dev"]) == 2
    assert "v7.0.0: no such version" in capsys.readouterr().err


def test_page_lists_its_own_changes_also_from_before_it_moved() -> None:
    from handbook.render.changes import on_page, values

    report = {
        "to": "0.2.0",
        "date": "2026-02-03",
        "changes": [
            {"kind": "certainty-lowered", "text": "x", "before": "low", "after": "very-low", "pages": ["old", "other"]},
            {"kind": "verdict-changed", "text": "y", "before": "verdict: wrong", "after": "verdict: partly", "pages": ["other"]},
        ],
    }
    assert [(v, d, [c["text"] for c in g]) for v, d, g in on_page([report], "new", {"old": "new"}, {"new", "other"})] == [("0.2.0", "2026-02-03", ["x"])]
    assert [len(g) for _, _, g in on_page([report], "other", {"old": "new"}, {"new", "other"})] == [2]
    assert on_page([report], "third", {}, {"third"}) == []
    assert [values(c) for c in report["changes"]] == ["Low certainty → Very low certainty", "verdict: Wrong → Partly supported"]


# ---- releases ----


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """The small good handbook in a repository of its own, ready for a first release."""
    root = tmp_path / "ready"
    shutil.copytree(GOOD, root)
    files = {k: v for k, v in base_files().items() if not k.endswith(".md") and k != "CITATION.cff"}
    put(root, files | {"CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- Something new.\n"})
    front = (root / "docs/glossary.md").read_text(encoding="utf-8").split("\n---\n")[0].replace("kind: glossary", "kind: about")
    put(root, {"docs/changes/index.md": front + "\n---\n# Changes\n\n:::{releases}\n:::\n\n:::{toctree}\n:hidden:\n:::\n"})
    index = (root / "docs/index.md").read_text(encoding="utf-8")
    put(root, {"docs/index.md": re.sub(r"(?m)^glossary$", "glossary\nchanges/index", index)})
    call(root, "init", "-q", "-b", "main")
    commit(root, {})
    return root


def releasing(root: Path, version: str, day: date = date(2026, 3, 4), note: str = "") -> tuple[int, str]:
    lines: list[str] = []
    code = release.make(root, version, day, lines.append, note, PYTHON)
    return code, "\n".join(lines)


def test_release_stamps_packs_and_says_what_to_push(ready: Path) -> None:
    code, said = releasing(ready, "0.1.0")
    assert code == 0, said
    assert "version: 0.1.0\n" in (ready / "CITATION.cff").read_text() and 'date-released: "2026-03-04"' in (ready / "CITATION.cff").read_text()
    assert (ready / "CHANGELOG.md").read_text() == "# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-03-04)\n\n- Something new.\n"
    assert json.loads((ready / "docs/changes/v0.1.0.json").read_text())["from"] is None
    assert "\n:hidden:\n\nv0.1.0\n:::" in (ready / "docs/changes/index.md").read_text()
    promised = (ready / "docs/promises.txt").read_text().splitlines()
    assert {"conditions/sore-toe", "conditions/sore-toe#sore-toe", "conditions/sore-toe#what-the-studies-found"} <= set(promised)
    out = ready / "build/release"
    sums = dict(reversed(line.split("  ")) for line in (out / "SHA256SUMS").read_text().splitlines())
    assert {"site-0.1.0.tar.gz", "site/index.html", "site/0.1.0/index.html", "site/_headers"} <= set(sums)
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=out, check=False)
    assert checked.returncode == 0
    for line in ('git commit -m "Release 0.1.0"', 'git tag -a v0.1.0 -m "Version 0.1.0"', "git push origin HEAD v0.1.0"):
        assert line in said
    assert call(ready, "tag") == "", "tagging is left to a person"
    for line in re.findall(r"^  ((?:git (?!push)|python ).*)$", said, re.M):  # the printed commands do what they say
        command = line.replace("python ", f"{sys.executable} ").replace("git ", "git -c user.name=t -c user.email=t@example.org ")
        subprocess.run(command, cwd=ready, shell=True, check=True, env=os.environ | {"PYTHONPATH": str(TOP)}, capture_output=True)
    assert call(ready, "status", "--porcelain") == ""
    assert (ready / "releases.csv").read_text().splitlines()[1] == f"0.1.0,2026-03-04,{call(ready, 'rev-parse', 'v0.1.0^{commit}')}"


def test_second_release_reports_what_changed(ready: Path) -> None:
    assert releasing(ready, "0.1.0")[0] == 0
    commit(ready, {}, "v0.1.0")
    edit(ready, "evidence/claims/toe.yaml", "verdict: wrong", "verdict: overstated")
    edit(ready, "CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n- A verdict.\n")
    commit(ready, {})
    code, said = releasing(ready, "0.2.0", date(2026, 4, 5))
    assert code == 0, said
    report = json.loads((ready / "docs/changes/v0.2.0.json").read_text())
    assert (report["from"], report["to"], [c["kind"] for c in report["changes"]]) == ("0.1.0", "0.2.0", ["verdict-changed"])
    assert "conditions/sore-toe" in report["changes"][0]["pages"]
    assert report["changes"][0]["text"] == "Most toes stay sore for a while. Claim: “Drops make every sore toe well.”", "the fact first"
    assert "\nv0.2.0\nv0.1.0\n" in (ready / "docs/changes/index.md").read_text()


@pytest.mark.parametrize(
    ("files", "tag", "version", "reason"),
    [
        ({"docs/new.txt": "x"}, "", "0.3.0", "1 files are changed or new (docs/new.txt): commit them first"),
        ({}, "v0.3.0", "0.3.0", "version 0.3.0 exists already"),
        ({}, "v0.10.0", "0.9.0", "version 0.9.0 is lower than the newest, 0.10.0"),
        ({}, "", "1.0", "'1.0' is not a version: write three numbers"),
        ({}, "", "v1.0.0", "'v1.0.0' is not a version"),
    ],
)
def test_release_is_refused_with_the_reason(ready: Path, files: dict[str, str], tag: str, version: str, reason: str) -> None:
    if tag:
        call(ready, "tag", tag)
    put(ready, files)
    before = files_of(ready / "docs")
    code, said = releasing(ready, version)
    assert code == 1 and reason in said
    assert files_of(ready / "docs") == before


def test_release_is_refused_for_failing_checks_overdue_reviews_and_an_empty_changelog(ready: Path) -> None:
    edit(ready, "docs/conditions/sore-toe.md", "next_review: 2127-01-10", "next_review: 2026-02-01")
    edit(ready, "CHANGELOG.md", "- Something new.\n", "")
    commit(ready, {"docs/treatment/more.md": "no front matter\n"})
    code, said = releasing(ready, "0.1.0")
    assert code == 1
    assert re.search(r"the check finds \d+ problems, first docs/", said)
    assert "1 reviews are overdue (docs/conditions/sore-toe.md): review them, or say why not with --note" in said
    assert "CHANGELOG.md has nothing under" in said
    call(ready, "rm", "-q", "docs/treatment/more.md")
    edit(ready, "CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n- Mended.\n")
    commit(ready, {})
    assert releasing(ready, "0.1.0")[0] == 1
    code, said = releasing(ready, "0.1.0", note="The reviewer is away.")
    assert code == 0, said
    assert "- Overdue reviews: The reviewer is away." in (ready / "CHANGELOG.md").read_text()


def test_failing_build_puts_every_stamped_file_back(ready: Path) -> None:
    commit(ready, {"docs/_includes/x.md": "FAIL\n"})
    before = {k: v for k, v in files_of(ready).items() if not k.startswith((".git/", "build/"))}
    code, said = releasing(ready, "0.1.0")
    assert code == 1 and "0.1.0 is not released, and no file was changed" in said
    assert {k: v for k, v in files_of(ready).items() if not k.startswith((".git/", "build/"))} == before


def test_failing_command_of_the_project_refuses_the_release(ready: Path) -> None:
    commit(ready, {"pyproject.toml": base_files()["pyproject.toml"] + "[tool.handbook.release]\nchecks = ['{python} -c \"raise SystemExit(3)\"']\n"})
    code, said = releasing(ready, "0.1.0")
    assert code == 1 and 'raise SystemExit(3)"` failed' in said


def test_release_without_git(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "r")
    assert releasing(tmp_path / "r", "0.1.0")[1].count("no git repository") == 1


def test_list_writes_the_releases_for_clones_without_tags(repo: Path) -> None:
    assert main(["--root", str(repo), "list", "--write"]) == 0
    rows = (repo / "releases.csv").read_text().splitlines()
    assert [r.split(",")[:2] for r in rows] == [["version", "date"], ["0.1.0", "2026-01-02"], ["0.2.0", "2026-02-03"]]
    assert rows[2].split(",")[2] == call(repo, "rev-parse", "v0.2.0^{commit}")


def test_releases_sort_by_number() -> None:
    names = ["0.9.0", "0.10.0", "1.0.0", "0.2.10"]
    assert [r.version for r in sorted((Release(n, "", "") for n in names), key=lambda r: r.order)] == ["0.2.10", "0.9.0", "0.10.0", "1.0.0"]
    assert [releases.number_of(n) for n in ("v1.2.3", "1.2.3", "v1.2", "v1.2.3-rc1", "v01.2.3", "x1.2.3")] == ["1.2.3", "1.2.3", None, None, None, None]


# ---- in a browser ----


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", rootfiles.policy(rootfiles.Inline(frozenset(), False)))
        super().end_headers()


@pytest.fixture
def served(repo: Path) -> Iterator[tuple[str, Path]]:
    """A site with the real script and style, under the strict policy."""
    commit(repo, {f"docs/_static/versions.{e}": (TOP / f"docs/_static/versions.{e}").read_text(encoding="utf-8") for e in ("js", "css")})
    make(repo)
    folder = repo / "build/site"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_switcher_by_keyboard_keeps_page_and_section(served: tuple[str, Path], browser: Any) -> None:
    address, _ = served
    page = browser.new_page()
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" and "favicon" not in m.location.get("url", "") else None)
    page.goto(f"{address}/0.2.0/deep/b.html#new")
    assert page.locator("a.hb-version-same").count() == 2
    assert not page.locator("a.hb-version-same").first.is_visible()
    summary = page.locator(".hb-version summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("a.hb-version-same").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("a.hb-version-same").first.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/0.1.0/deep/b.html#new")
    assert page.locator(".hb-version-old").is_visible()
    page.locator(".hb-version-old a").click()
    page.wait_for_url(f"{address}/latest/deep/b.html#new")
    assert faults == []


@pytest.mark.browser
def test_menu_goes_where_other_versions_cannot_be_reached(served: tuple[str, Path], browser: Any) -> None:
    address, folder = served
    page = browser.new_page()
    page.goto((folder / "0.1.0/index.html").as_uri())
    assert not page.locator(".hb-version-menu").is_visible()
    assert page.locator(".hb-version-line").inner_text() == "Version 0.1.0, 2026-01-02. All versions"
    (folder / "switcher.json").unlink()
    page.goto(f"{address}/0.2.0/a.html")
    page.locator(".hb-version summary").focus()
    page.locator(".hb-version-menu[hidden]").wait_for(state="attached")
    assert page.evaluate("document.activeElement.textContent") == "All versions"


@pytest.mark.browser
def test_without_scripts_everything_is_there(served: tuple[str, Path], browser: Any) -> None:
    address, _ = served
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/0.1.0/a.html")
    assert page.locator(".hb-version-old").is_visible() and page.locator(".hb-version-line").is_visible()
    page.locator(".hb-version summary").click()
    page.locator(".hb-version-menu a", has_text="Version 0.2.0").click()
    page.wait_for_url(f"{address}/0.2.0/a.html")
    page.goto(f"{address}/")
    page.wait_for_url(f"{address}/latest/index.html")


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_banners_fit_the_screen_and_have_contrast(served: tuple[str, Path], browser: Any, width: int) -> None:
    address, _ = served
    for scheme in ("light", "dark"):
        page = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
        for path, name in (("0.1.0/a.html", ".hb-version-old"), ("dev/a.html", ".hb-version-dev")):
            page.goto(f"{address}/{path}")
            style = page.evaluate(f"(({{color, backgroundColor}}) => [color, backgroundColor])(getComputedStyle(document.querySelector('{name}')))")
            assert contrast(*style) >= 7, (scheme, name, style)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def contrast(one: str, two: str) -> float:
    """Contrast by WCAG 2 (relative luminance)."""

    def light(color: str) -> float:
        parts = [int(n) / 255 for n in re.findall(r"\d+", color)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(two)))
    return (high + 0.05) / (low + 0.05)
