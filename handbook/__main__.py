"""Command line: `python -m handbook check | help | impact | export | new | reading`."""

from __future__ import annotations

import argparse
import gc
import sys
import textwrap
import time
from datetime import date
from pathlib import Path

from handbook.codes import CODES
from handbook.problems import FORMATS, nearest


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code (0 good, 1 problems found, 2 wrong use)."""
    parser = argparse.ArgumentParser(prog="python -m handbook", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the repository (default: this folder)")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check records and pages; no Sphinx")
    check.add_argument("paths", nargs="*", help="report problems of these files or folders only")
    check.add_argument("--format", choices=sorted(FORMATS), default="text")
    explain = commands.add_parser("help", help="explain a problem code")
    explain.add_argument("code", nargs="?", help="such as E008; without it, all codes")
    impact = commands.add_parser("impact", help="list everything that leans on a source")
    impact.add_argument("key", help="key, DOI or PMID of a source")
    export = commands.add_parser("export", help="write the evidence as JSON and CSV with their schemas")
    export.add_argument("folder", type=Path)
    commands.add_parser("reading", help="print the reading grade of every page")
    args = parser.parse_args(argv)
    if sys.stdout.encoding.lower() != "utf-8":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    gc.disable()  # one short run over immutable records: collecting costs a tenth of the time and frees nothing
    return {"check": _check, "help": _help, "impact": _impact, "export": _export, "reading": _reading}[args.command](args)


def _check(args: argparse.Namespace) -> int:
    from handbook.checks import run
    from handbook.project import Project

    start = time.perf_counter()
    if not (args.root / "docs").is_dir():
        print(f"{args.root}: no folder docs; run this in the repository, or give --root", file=sys.stderr)
        return 2
    project = Project.read(args.root)
    problems = run(project, date.today())
    if args.paths:
        wanted = tuple(Path(p).as_posix().rstrip("/") for p in args.paths)
        problems = [p for p in problems if p.path in wanted or p.path.startswith(tuple(w + "/" for w in wanted))]
    if problems or args.format != "text":
        print(FORMATS[args.format](problems))
    if args.format == "text":
        count = sum(len(project.evidence.of(k)) for k in project.evidence.__dataclass_fields__)
        took = time.perf_counter() - start
        print(f"{len(project.pages)} pages, {count} records, {len(problems)} problems, {took:.1f} s")
    return 1 if problems else 0


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


if __name__ == "__main__":
    sys.exit(main())
