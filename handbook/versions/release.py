"""Make a release: refuse with every reason, or stamp the tree, build the site of it, and write files with their sums.

Nothing is committed, tagged or pushed: the commands for that are printed. If a later step fails, every stamped file is
put back as it was.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from handbook.checks import run as run_checks
from handbook.checks.links import anchors
from handbook.pages import scan
from handbook.problems import Problem
from handbook.project import Project
from handbook.versions import changes, environment, git, redirects, releases, site, swap, tree
from handbook.versions.releases import Release

PROMISES, CHANGELOG, CITATION = "docs/promises.txt", "CHANGELOG.md", "CITATION.cff"
INDEX = "docs/changes/index.md"
OUT = "build/release"
OVERDUE = "M009"
FILES = ("build/pdf/*.pdf", "build/epub/*.epub")
_UNRELEASED = re.compile(r"^## Unreleased[ \t]*\n(.*?)(?=^## |\Z)", re.M | re.S)


def reasons(root: Path, version: str, today: date, note: str, problems: list[Problem] | None = None) -> list[str]:
    """Why *version* cannot be released now; empty if it can."""
    out = []
    if releases.number_of(version) != version:
        out.append(f"{version!r} is not a version: write three numbers, such as 1.1.0")
    why = git.repository(root)
    if why:
        return [*out, f"no git repository: {why}"]
    changed = git.run(root, "status", "--porcelain").splitlines()
    if changed:
        out.append(f"{len(changed)} files are changed or new ({', '.join(c[3:] for c in changed[:3])}{', …' if len(changed) > 3 else ''}): commit them first")
    found = releases.find(root).releases
    if releases.number_of(version) == version and found:
        mine = Release(version, "", "")
        if any(r.version == version for r in found):
            out.append(f"version {version} exists already")
        elif mine.order <= found[0].order:
            out.append(f"version {version} is lower than the newest, {found[0].version}")
    if git.shallow(root):
        out.append("the clone is shallow, so older versions cannot be compared: run `git fetch --unshallow --tags`")
    entry = _UNRELEASED.search(_text(root / CHANGELOG))
    if entry is None or not entry[1].strip():
        out.append(f"{CHANGELOG} has nothing under “## Unreleased”")
    if problems is None:
        problems = run_checks(Project.read(root), today)
    overdue = [p for p in problems if p.code == OVERDUE]
    others = [p for p in problems if p.code != OVERDUE]
    if others:
        first = others[0]
        out.append(f"the check finds {len(others)} problems, first {first.path}:{first.line}: {first.code} {first.message} (`nox -s check -- --all`)")
    if overdue and not note.strip():
        out.append(f"{len(overdue)} reviews are overdue ({', '.join(p.path for p in overdue[:3])}): review them, or say why not with --note")
    return out


def make(root: Path, version: str, today: date, say: Callable[[str], None], note: str = "", python: Path | None = None) -> int:
    """Release *version*; 0 when all is stamped and written, 1 when refused or failed (the tree is then as it was)."""
    refused = reasons(root, version, today, note)
    settings = _settings(root)
    if not refused:
        refused = [f"`{c}` failed" for c in settings.get("checks", ()) if _call(root, c, say)]
    if refused:
        say(f"{version} is not released:")
        for reason in refused:
            say(f"  - {reason}")
        return 1
    touched = [CITATION, CHANGELOG, PROMISES, INDEX, f"docs/changes/v{version}.json", f"docs/changes/v{version}.md"]
    before = {name: (root / name).read_bytes() if (root / name).exists() else None for name in touched}
    try:
        stamp(root, version, today.isoformat(), note)
        broken = [p for p in run_checks(Project.read(root), today) if p.code != OVERDUE]
        if broken:
            raise environment.BuildError(f"the stamped files have a problem: {broken[0].path}:{broken[0].line}: {broken[0].code} {broken[0].message}")
        failed = [c for c in settings.get("make", ()) if _call(root, c, say)]
        if failed:
            raise environment.BuildError(f"`{failed[0]}` failed")
        whole = root / OUT / "site"
        shutil.rmtree(root / OUT, ignore_errors=True)
        if site.make(root, say, python=python, new=Release(version, today.isoformat(), ""), site=whole):
            raise environment.BuildError("the site could not be built whole (see above)")
        names = pack(root, version, whole, settings.get("files", FILES))
    except (environment.BuildError, git.GitError, OSError, ValueError) as error:
        for name, data in before.items():
            if data is None:
                (root / name).unlink(missing_ok=True)
            else:
                (root / name).write_bytes(data)
        say(f"{version} is not released, and no file was changed: {error}")
        return 1
    say(f"{OUT}: {', '.join(names)}")
    say("\nRead what changed (git diff), then:\n")
    for line in commands(version, [n for n in touched if (root / n).exists()]):
        say(f"  {line}")
    return 0


def commands(version: str, touched: list[str]) -> list[str]:
    """What is left to do by hand."""
    return [
        f"git add {' '.join(touched)}",
        f'git commit -m "Release {version}"',
        f'git tag -a v{version} -m "Version {version}"',
        "python -m handbook.versions list --write",
        f"git add {releases.LIST}",
        f'git commit -m "List release {version}"',
        f"git push origin HEAD v{version}",
    ]


def stamp(root: Path, version: str, day: str, note: str = "") -> None:
    """Write version and date wherever they stand: CITATION.cff, the changelog, the report of changes, the promises."""
    moved = redirects.read(root)
    report = changes.Report("", version, day)
    older = next((r for r in releases.find(root).releases if not r.missing), None)
    if older:
        report = between(root, older, None)
        report.newer, report.date = version, day
    folder = root / "docs/changes"
    folder.mkdir(parents=True, exist_ok=True)
    swap.write(folder / f"v{version}.json", changes.as_json(report))
    swap.write(folder / f"v{version}.md", page(root, version, day))
    index = _text(root / INDEX)
    if index and f"\nv{version}\n" not in index:
        swap.write(root / INDEX, re.sub(r"(:::\{toctree\}\n(?::[\w-]+:.*\n)*)\n?", rf"\g<1>\nv{version}\n", index, count=1))
    text = _text(root / CITATION)
    text = re.sub(r"^version:.*$", f"version: {version}", text, flags=re.M)
    swap.write(root / CITATION, re.sub(r"^date-released:.*$", f'date-released: "{day}"', text, flags=re.M))
    extra = f"- Overdue reviews: {note.strip()}\n" if note.strip() else ""
    log = _text(root / CHANGELOG)
    entry = _UNRELEASED.search(log)
    body = (entry[1].strip() + "\n" + extra) if entry else extra
    swap.write(root / CHANGELOG, _UNRELEASED.sub(lambda _: f"## Unreleased\n\n## {version} ({day})\n\n{body}\n", log, count=1).rstrip() + "\n")
    swap.write(root / PROMISES, promises(root, moved))


def between(root: Path, older: Release, newer: Release | None) -> changes.Report:
    """Compare two versions; without *newer*, an older one with the tree as it stands."""
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "older"), Path(folder, "newer")
        for place, release in ((one, older), (two, newer)):
            place.mkdir()
            if release:
                git.unpack(root, release.commit, place)
            else:
                tree.copy(root, tree.source_files(root), place)
        report = changes.compare(changes.read(one), changes.read(two), redirects.read(root) | redirects.read(two))
    report.older, report.newer = older.version, newer.version if newer else "dev"
    report.date = newer.date if newer else ""
    return report


def page(root: Path, version: str, day: str) -> str:
    """The page of one release; what it shows comes from the JSON file beside it, its people from the page above it."""
    meta = scan(root / INDEX, root).meta if (root / INDEX).exists() else {}
    people = {key: ", ".join(meta.get(key) or [name]) for key, name in (("authors", "handbook-writers"), ("checked_by", "second-readers"))}
    last = f"{int(day[:4]) + 50}{day[4:]}" if day[5:] != "02-29" else f"{int(day[:4]) + 50}-02-28"
    return (
        f"---\nkind: about\naudience: [patient, carer, clinician, contributor]\n"
        f"scope: What changed its meaning in version {version} of this handbook. Not a list of edited words.\n"
        f"edited: {day}\nreviewed: {day}\nsearched: {day}\nnext_review: {last}\nstatus: source-checked\n"
        f"authors: [{people['authors']}]\nchecked_by: [{people['checked_by']}]\n---\n"
        f"(changes-{version.replace('.', '-')})=\n# What changed in version {version}\n\n:::{{changes}} {version}\n:::\n"
    )


def promises(root: Path, moved: dict[str, str]) -> str:
    """The committed list of promised addresses, with every page and anchor of the tree as it stands added."""
    head = [line for line in _text(root / PROMISES).splitlines() if line.startswith("//")]
    old = {line.strip() for line in _text(root / PROMISES).splitlines() if line.strip() and not line.startswith("//")}
    new: set[str] = set()
    for name, doc in Project.read(root).pages.items():
        if not name.startswith("_"):
            new |= {name} | {f"{name}#{a}" for a in anchors(doc) if a and "_" not in a}
    return "\n".join([*head, *sorted(old | (new - set(moved)))]) + "\n"


def pack(root: Path, version: str, whole: Path, extra: Iterable[str]) -> list[str]:
    """Write the site as one archive and the other files into `build/release/`, with their SHA-256 sums."""
    out = root / OUT
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(p for p in whole.rglob("*") if p.is_file()):
            info = tarfile.TarInfo(path.relative_to(whole).as_posix())
            info.size, info.mode = path.stat().st_size, 0o644
            with path.open("rb") as file:
                archive.addfile(info, file)
    (out / f"site-{version}.tar.gz").write_bytes(gzip.compress(data.getvalue(), 9, mtime=0))
    for pattern in extra:
        for path in sorted(root.glob(pattern)):
            shutil.copyfile(path, out / path.name)
    files = sorted(p for p in out.iterdir() if p.is_file() and p.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}" for p in files]
    sums += [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  site/{p.relative_to(whole).as_posix()}" for p in sorted(whole.rglob("*")) if p.is_file()]
    swap.write(out / "SHA256SUMS", "\n".join(sums) + "\n")
    return [*(p.name for p in files), "SHA256SUMS", "site/"]


def _settings(root: Path) -> dict[str, Any]:
    text = _text(root / "pyproject.toml")
    found = tomllib.loads(text).get("tool", {}).get("handbook", {}).get("release", {}) if text else {}
    return found if isinstance(found, dict) else {}


def _call(root: Path, command: str, say: Callable[[str], None]) -> int:
    say(f"running {command}")
    return subprocess.run([p.format(python=sys.executable) for p in shlex.split(command)], cwd=root, check=False).returncode


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
