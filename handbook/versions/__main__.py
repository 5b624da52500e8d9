"""Command line: `python -m handbook.versions site | changes A B | release X.Y.Z | list`."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from handbook.versions import git, releases


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 good, 1 something is missing or refused, 2 wrong use, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python -m handbook.versions", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the repository (default: this folder)")
    commands = parser.add_subparsers(dest="command", required=True)
    site = commands.add_parser("site", help="build every version and this tree into build/site")
    site.add_argument("--base", default="", help="public address of the site (default: url of CITATION.cff)")
    site.add_argument("--workers", type=int, default=0, help="versions built at once (default: one a core)")
    site.add_argument("--python", type=Path, help="build all versions with this Python instead of environments of their own")
    site.add_argument("--out", type=Path, help="another place than build/site")
    compare = commands.add_parser("changes", help="what changed its meaning between two versions")
    compare.add_argument("older", nargs="?", default="", help="a version, tag or commit (default: the newest release)")
    compare.add_argument("newer", nargs="?", default="dev", help="a version, tag or commit (default: this tree)")
    compare.add_argument("--json", action="store_true", help="as data")
    make = commands.add_parser("release", help="check, stamp and pack a release")
    make.add_argument("version")
    make.add_argument("--note", default="", help="why reviews are overdue; goes into the changelog")
    make.add_argument("--date", type=date.fromisoformat, default=None, help="date of the release (default: today)")
    make.add_argument("--python", type=Path, help=argparse.SUPPRESS)
    lister = commands.add_parser("list", help="the releases, as releases.csv has them")
    lister.add_argument("--write", action="store_true", help="write releases.csv")
    args = parser.parse_args(argv)
    args.root = args.root.resolve()
    call = {"site": _site, "changes": _changes, "release": _release, "list": _list}[args.command]
    try:
        return call(args)
    except KeyboardInterrupt:
        print("interrupted; the site is as it was", file=sys.stderr)
        return 130
    except git.GitError as error:
        print(f"git: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        why = "the disk is full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else error.strerror or str(error)
        print(f"{error.filename or args.root}: {why}; the site is as it was", file=sys.stderr)
        return 1


def _say(text: str) -> None:
    print(text, flush=True)


def _site(args: argparse.Namespace) -> int:
    from handbook.versions import site

    return site.make(args.root, _say, args.base, args.python and args.python.absolute(), args.workers, site=args.out and args.out.resolve())


def _changes(args: argparse.Namespace) -> int:
    from handbook.versions import changes, release

    newest = next((r.version for r in releases.find(args.root).releases), "")
    if not args.older and not newest:
        print("no releases yet, so there is nothing to compare with", file=sys.stderr)
        return 2
    sides = []
    for name in (args.older or newest, args.newer):
        side = None if name == "dev" else resolve(args.root, name)
        if side.missing if side else name != "dev":
            print(f"{name}: {side.missing if side else 'no such version, tag or commit in this clone'}", file=sys.stderr)
            return 2
        sides.append(side)
    if sides[0] is None:
        print("the older version must be a release or commit", file=sys.stderr)
        return 2
    report = release.between(args.root, sides[0], sides[1])
    _say(changes.as_json(report).rstrip("\n") if args.json else changes.as_text(report))
    return 0


def resolve(root: Path, name: str) -> releases.Release | None:
    """The release that *name* means, or a commit dressed as one."""
    number = releases.number_of(name)
    found = next((r for r in releases.find(root).releases if r.version == number), None)
    if found:
        return found
    commit = git.commit_of(root, name)
    return releases.Release(name, git.day_of(root, commit), commit) if commit else None


def _release(args: argparse.Namespace) -> int:
    from handbook.versions import release

    return release.make(args.root, args.version, args.date or date.today(), _say, args.note, args.python)


def _list(args: argparse.Namespace) -> int:
    from handbook.versions import swap

    found = releases.find(args.root)
    text = releases.list_text(found.releases)
    if args.write:
        if lost := [r for r in found.releases if r.missing]:
            for r in lost:
                print(f"{r.version}: {r.missing}", file=sys.stderr)
            return 1
        swap.write(args.root / releases.LIST, text)
    show: Callable[[str], None] = _say
    show(text.rstrip("\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
