"""Command line: `python -m handbook check | spelling | links | help | impact | export | reading | …`."""

from __future__ import annotations

import argparse
import gc
import sys
import textwrap
import time
from datetime import date
from pathlib import Path

from handbook.codes import CODES
from handbook.problems import FORMATS, Problem, nearest


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code (0 good, 1 problems found, 2 wrong use)."""
    parser = argparse.ArgumentParser(prog="python -m handbook", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the repository (default: this folder)")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check records and pages; no Sphinx")
    check.add_argument("paths", nargs="*", help="report problems of these files or folders only")
    check.add_argument("--changed", action="store_true", help="only files that git sees as changed")
    check.add_argument("--all", action="store_true", help="all files (the default)")
    check.add_argument("--fix", action="store_true", help="mend what is certain, spelling too, print it, and report what is left")
    spelling = commands.add_parser("spelling", help="check the spelling of pages, records and figures")
    links = commands.add_parser("links", help="check every link, anchor and file of a built site, offline")
    links.add_argument("folder", type=Path)
    for command in (check, spelling, links):
        command.add_argument("--format", choices=sorted(FORMATS), default="text")
    explain = commands.add_parser("help", help="explain a problem code")
    explain.add_argument("code", nargs="?", help="such as E008; without it, all codes")
    impact = commands.add_parser("impact", help="list everything that leans on a source")
    impact.add_argument("key", help="key, DOI or PMID of a source")
    export = commands.add_parser("export", help="write the evidence as JSON and CSV with their schemas")
    export.add_argument("folder", type=Path)
    commands.add_parser("reading", help="print the reading grade of every page")
    new = commands.add_parser("new", help="write the skeleton of a page, source, finding, fact, claim or study")
    new.add_argument("what", choices=("page", "source", "finding", "fact", "claim", "study"))
    new.add_argument("name", nargs="?", default="", help="folder/name of a page, key of a source, id of a record")
    new.add_argument("--area", default="", help="file of records without its ending, such as safety")
    new.add_argument("--bibtex", default="", metavar="FILE", help="BibTeX of the source; - reads it from standard input")
    new.add_argument("--doi", default="", help="DOI of the source")
    schemas = commands.add_parser("schemas", help="write the JSON Schemas of all kinds of records")
    schemas.add_argument("folder", type=Path, nargs="?", default=None, help="default: evidence/schemas")
    outside = commands.add_parser("outside", help="check links to other sites over the network; write a report")
    outside.add_argument("folder", type=Path)
    outside.add_argument("--format", choices=sorted(FORMATS), default="text")
    reviews = commands.add_parser("reviews", help="list the pages whose review is due")
    reviews.add_argument("--days", type=int, default=60, help="look this many days ahead (default: 60)")
    sbom = commands.add_parser("sbom", help="list the parts that a release is built with (CycloneDX)")
    sbom.add_argument("file", type=Path)
    args = parser.parse_args(argv)
    if sys.stdout.encoding.lower() != "utf-8":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if args.command not in WITHOUT_ROOT and not (args.root / "docs").is_dir():
        print(f"{args.root}: no folder docs; run this in the repository, or give --root", file=sys.stderr)
        return 2
    gc.disable()  # one short run over immutable records: collecting costs a tenth of the time and frees nothing
    try:
        return COMMANDS[args.command](args)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] == "handbook":
            raise
        print(f"the package {error.name} is not installed: pip install --require-hashes -r requirements/check.txt", file=sys.stderr)
        return 2


def report(problems: list[Problem], form: str, counted: str, start: float) -> int:
    """Print problems and, as text, a line that counts; return the exit code."""
    if problems or form != "text":
        print(FORMATS[form](problems))
    if form == "text":
        print(f"{counted}, {len(problems)} problem{'s' * (len(problems) != 1)}, {time.perf_counter() - start:.1f} s")
    return 1 if problems else 0


def _check(args: argparse.Namespace) -> int:
    from handbook.cascade import sift
    from handbook.checks import run
    from handbook.mend import until_done
    from handbook.project import Project

    start = time.perf_counter()
    missing = [path for path in args.paths if not (args.root / path).exists()]
    if missing:
        print(f"{missing[0]}: no such file or folder; write paths from {args.root}, such as docs/safety", file=sys.stderr)
        return 2
    wanted = [Path(p).as_posix().rstrip("/") for p in args.paths]
    some = bool(wanted) or (args.changed and not args.all)
    if some and not wanted:
        wanted = changed(args.root)
    counted = ""

    def look() -> list[Problem]:
        nonlocal counted
        project = Project.read(args.root)
        problems = run(project, date.today())
        count = sum(len(project.evidence.of(k)) for k in project.evidence.__dataclass_fields__)
        if args.fix:
            from handbook.spelling import check as spelled

            problems += spelled(project)
        counted = f"{len(project.pages)} pages, {count} records" + some * f" ({len(wanted)} changed or named files reported)"
        return sift(problems, project, wanted if some else None)

    mended, problems = until_done(args.root, look) if args.fix else ([], look())
    for p in mended:
        print(f"{p.path}:{p.line}: mended {p.code} {p.message}", file=sys.stdout if args.format == "text" else sys.stderr)
    return report(problems, args.format, counted + bool(mended) * f", {len(mended)} mended", start)


def changed(root: Path) -> list[str]:
    """Files that differ from the main branch or are not committed; every file where git cannot tell."""
    import subprocess

    def git(*command: str) -> list[str]:
        done = subprocess.run(["git", "-C", str(root), *command], capture_output=True, text=True, encoding="utf-8", check=False)
        return done.stdout.split("\n") if done.returncode == 0 else []

    base = next((line for ref in ("origin/main", "main") for line in git("merge-base", "HEAD", ref) if line), "HEAD")
    found = {*git("diff", "--name-only", base), *git("ls-files", "--others", "--exclude-standard")} - {""}
    return sorted(found) if git("rev-parse", "HEAD") else ["docs", "evidence"]


def _spelling(args: argparse.Namespace) -> int:
    from handbook.cascade import UNREAD, sift
    from handbook.project import Project
    from handbook.spelling import check

    start = time.perf_counter()
    project = Project.read(args.root)
    unread = [p for p in project.problems if p.code in UNREAD]  # its words were not read, and seem to stand nowhere
    return report(sift(check(project) + unread, project), args.format, f"{len(project.pages)} pages and their records spelled", start)


def _links(args: argparse.Namespace) -> int:
    from handbook.site import check

    start = time.perf_counter()
    if not args.folder.is_dir():
        print(f"{args.folder}: no such folder; build the site first (nox -s html)", file=sys.stderr)
        return 2
    return report(check(args.folder), args.format, f"{sum(1 for _ in args.folder.rglob('*.html'))} built pages", start)


def _help(args: argparse.Namespace) -> int:
    wanted = [args.code.upper()] if args.code else sorted(CODES)
    for name in wanted:
        if name not in CODES:
            print(f"no code {name}. {nearest(name, CODES)}", file=sys.stderr)
            return 2
        code = CODES[name]
        print(f"{name} {code.title}\n{textwrap.indent(textwrap.fill(code.help, 96), '    ')}\n    What to do: {code.advice}")
    return 0


def _impact(args: argparse.Namespace) -> int:
    from handbook.project import Project
    from handbook.trace import impact

    lines = impact(Project.read(args.root), args.key)
    if lines is None:
        print(f"{args.key}: no such source. Give a key, DOI or PMID of evidence/references.bib", file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0


def _export(args: argparse.Namespace) -> int:
    from handbook.export import write
    from handbook.project import Project

    for path in write(Project.read(args.root), args.folder):
        print(path)
    return 0


def _reading(args: argparse.Namespace) -> int:
    from handbook.checks.prose import grades
    from handbook.project import Project

    print("raw   text  key points  page")
    for page, raw, text, points in sorted(grades(Project.read(args.root)), key=lambda row: -row[2]):
        print(f"{raw:4.1f}  {text:4.1f}  {points:4.1f}        {page.docname}")
    return 0


def _new(args: argparse.Namespace) -> int:
    from handbook.scaffold import command

    return command(args.root, args.what, args.name, args.area, args.bibtex, args.doi)


def _schemas(args: argparse.Namespace) -> int:
    from handbook.editor import write

    for path in write(args.folder or args.root / "evidence" / "schemas"):
        print(path)
    return 0


def _outside(args: argparse.Namespace) -> int:
    from handbook.outside import command

    return command(args.root, args.folder, args.format)


def _reviews(args: argparse.Namespace) -> int:
    from handbook.project import Project
    from handbook.reviews import report

    text, count = report(Project.read(args.root), date.today(), args.days)
    print(text, end="")
    return 1 if count else 0


def _sbom(args: argparse.Namespace) -> int:
    from handbook.sbom import write

    print(write(args.root, args.file))
    return 0


WITHOUT_ROOT = {"help", "links", "schemas"}
COMMANDS = {"check": _check, "spelling": _spelling, "links": _links, "help": _help, "impact": _impact, "export": _export, "reading": _reading,
            "new": _new, "schemas": _schemas, "outside": _outside, "reviews": _reviews, "sbom": _sbom}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
