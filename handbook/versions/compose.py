"""Put the pages of all versions into one site: one folder each, `latest/`, and the files at the top."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from handbook.versions import feed, onpage, redirects, rootfiles
from handbook.versions.build import Outcome
from handbook.versions.onpage import Entry, Site

ASSETS = "docs/_static"
_TITLE = re.compile(r'^title:\s*"?(.*?)"?\s*$', re.M)
_ADDRESS = re.compile(r'^url:\s*"?(\S*?)"?\s*$', re.M)
ONE_FOR_ALL = frozenset({"sitemap.xml", "robots.txt", "404.html"})  # at the top of the site, not in each version
_OWN_PARTS = (Path(__file__).parent,)


def compose(root: Path, outcomes: list[Outcome], out: Path, base: str = "") -> Site:
    """Write the whole site into the new folder *out*; return what it consists of."""
    citation = (root / "CITATION.cff").read_text(encoding="utf-8") if (root / "CITATION.cff").exists() else ""
    title, address = (m[1] if (m := rx.search(citation)) else "" for rx in (_TITLE, _ADDRESS))
    base = (base or address or "https://example.org/").rstrip("/") + "/"
    folders = {o.version.name: o.folder for o in outcomes if o.folder}
    dates = {o.version.name: o.version.date for o in outcomes}
    entries = [Entry(name, dates[name], pages_of(folder)) for name, folder in folders.items()]
    if not entries:
        raise ValueError("no version could be built")
    css, js = asset(root, "versions.css"), asset(root, "versions.js")
    site = Site(entries, base, redirects.read(root), *(f"_versions/{name}" for name, _ in (css, js)))
    inline: dict[str, rootfiles.Inline] = {}
    for entry in entries:
        inline[entry.name] = _version(folders[entry.name], out / entry.name, entry, site)
    for path in list(_files(out / site.latest.name)):  # not copytree: it would hide why a file could not be written
        target = out / "latest" / path.relative_to(out / site.latest.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (out / "_versions").mkdir()
    for name, data in (css, js):
        (out / "_versions" / name).write_bytes(data)
    (out / "versions").mkdir()
    title = title or "Handbook"
    reports = feed.reports(root)
    texts = {
        "index.html": rootfiles.first(site, title),
        "versions/index.html": rootfiles.listing(site, title),
        "404.html": rootfiles.not_found(site, title),
        "switcher.json": rootfiles.switcher(site),
        "sitemap.xml": rootfiles.sitemap(site),
        "robots.txt": rootfiles.robots(site),
        "_headers": rootfiles.headers(site, inline),
        ".nojekyll": "",
        "feed.xml": feed.atom(site, title, reports),
        **{f"changes/{version}.json": text for version, text in reports.items()},
    }
    for name, text in texts.items():
        target = out / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return site


def pages_of(folder: Path) -> frozenset[str]:
    """The pages of a built version (docnames), without the ones that only send on."""
    found = set()
    for path in folder.rglob("*.html"):
        name = path.relative_to(folder).as_posix()
        if not name.startswith("_static/") and name not in onpage.NOT_PAGES and not _sends_on(path):
            found.add(name.removesuffix(".html"))
    return frozenset(found)


def _sends_on(path: Path) -> bool:
    return path.stat().st_size < 2000 and 'http-equiv="refresh"' in path.read_text(encoding="utf-8", errors="replace")


def asset(root: Path, name: str) -> tuple[str, bytes]:
    """A shared file under a name that changes with its contents, so that browsers may keep it for good."""
    data = (root / ASSETS / name).read_bytes() if (root / ASSETS / name).exists() else b""
    stem, dot, suffix = name.partition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}{dot}{suffix}", data


def _version(folder: Path, out: Path, entry: Entry, site: Site) -> rootfiles.Inline:
    scripts: set[str] = set()
    styles = False
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name in ONE_FOR_ALL:
            continue
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        docname = name.removesuffix(".html")
        if docname not in entry.pages or name == docname:
            shutil.copyfile(path, target)
            continue
        html = onpage.rewrite(path.read_text(encoding="utf-8"), entry, docname, site)
        found = rootfiles.inline_of(html)
        scripts |= found.scripts
        styles |= found.styles
        target.write_text(html, encoding="utf-8", newline="\n")
    for source in sorted(site.moved):
        there = redirects.follow(source, site.moved, entry.pages)
        target = out / f"{source}.html"
        if "#" in source or source in entry.pages or there is None or out.resolve() not in target.resolve().parents:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(rootfiles.moved_page(source, there, site), encoding="utf-8", newline="\n")
    return rootfiles.Inline(frozenset(scripts), styles)


def _files(folder: Path) -> Iterable[Path]:
    for here, names, files in os.walk(folder):
        names.sort()
        yield from (Path(here) / f for f in sorted(files))


def stamp(root: Path, outcomes: list[Outcome], base: str) -> str:
    """A name for everything a site is made from: equal stamp, equal site."""
    total = hashlib.sha256(base.encode())
    for o in outcomes:
        total.update(f"\0{o.version.name}\0{o.version.date}\0{o.folder.name if o.folder else ''}\0{o.how if o.how == 'kept' else ''}".encode())
    paths = [root / "CITATION.cff", root / redirects.PATH, *(root / ASSETS / n for n in ("versions.css", "versions.js"))]
    paths += [*sorted((root / feed.FOLDER).glob("*.json")), *sorted(p for part in _OWN_PARTS for p in part.glob("*.py"))]
    for path in paths:
        total.update(b"\0" + path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b""))
    return total.hexdigest()


def manifest(site: Path) -> str:
    """A name for the files of a finished site by path, size and time: tells whether anyone has touched it."""
    total = hashlib.sha256()
    for path in _files(site):
        at = path.stat()
        total.update(f"{path.relative_to(site).as_posix()}\0{at.st_size}\0{at.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return total.hexdigest()
