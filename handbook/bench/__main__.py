"""`python -m handbook.bench FOLDER [--sizes 50,200] [--quick] [--peers]`: measure, print the tables, write FOLDER/bench.json."""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from handbook.bench import bars, lighthouse, peers, plain, reader, synthetic
from handbook.bench.cost import Cost, Failed, run
from handbook.project import Project

ROOT = Path(__file__).parents[2]
SIZES = (50, 200, 1000)
LARGE = 500  # from this many pages on, once is enough: a stock build takes minutes
TYPESET = (
    "import sys, time; from pathlib import Path; from handbook import edition; from handbook.typst import compiling\n"
    "start = time.perf_counter(), time.process_time(); pdf, _ = compiling.compile_book(Path(sys.argv[1]), edition.read(Path(sys.argv[2])).date)\n"
    "print(time.perf_counter() - start[0], time.process_time() - start[1], file=open(sys.argv[3], 'w')); sys.exit(not pdf)"
)


class Contestant(NamedTuple):
    """Who builds: the command, the folder it runs in, the pages' folder, what must go before a cold build, and its steps."""

    name: str
    command: list[str]
    cwd: Path
    docs: Path
    made: tuple[str, ...]
    steps: tuple[str, ...]
    env: dict[str, str]


def sphinx(*args: str) -> list[str]:
    """A Sphinx command of this environment."""
    return [sys.executable, "-m", "sphinx", "-q", "-b", *args]


def snapshot(source: Path) -> dict[str, str]:
    """Copy pages, records and code to *source*, so that nobody's edit falls into a run; return what every Sphinx build gets."""
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for name in ("docs", "evidence", "handbook"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [*ROOT.glob("*.md"), ROOT / "CITATION.cff"]:
        shutil.copyfile(path, source / path.name)
    # Compiled modules are kept beside the run: a start that compiles Sphinx anew would cost more than what is measured.
    compiled = {"PYTHONPYCACHEPREFIX": str(source.parent / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    return {"PYTHONPATH": str(source), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", **compiled}


def contestants(project: Project, folder: Path, count: int, others: Sequence[peers.Peer], env: dict[str, str]) -> list[Contestant]:
    """Make the handbook of one size and all that build it; the real one when *count* is 0."""
    all_steps = ("cold", "nothing", "page", "record")
    names = synthetic.make(project, folder / "ours", count) if count else synthetic.real(project, folder / "ours")
    shutil.rmtree(folder / "stock", ignore_errors=True)
    shutil.copytree(folder / "ours", folder / "stock")
    out = [
        Contestant("ours", sphinx("html", "-d", "doctrees", "docs", "site"), folder / "ours", folder / "ours" / "docs", ("doctrees", "site"), all_steps, env),
        Contestant("stock", sphinx("html", "-c", "stock", "-d", "doctrees", "docs", "site"), folder / "stock", folder / "stock" / "docs", ("doctrees", "site"),
                   ("cold", "page"), env),
    ]  # fmt: skip
    if count < LARGE:
        out.append(out[1]._replace(name="stock, citations memoised", steps=("cold",), env={**env, "BENCH_MEMOISED": "1"}))
    words = Project.read(folder / "ours")
    for peer in others:
        place = folder / peer.name.lower().replace(" ", "-")
        shutil.rmtree(place, ignore_errors=True)
        written = plain.write(words, place / "docs")
        assert written == names, "peers must have the same pages"
        peer.prepare(place, written)
        out.append(
            Contestant(
                peer.name,
                peer.command,
                place,
                place / "docs",
                ("site", "public", "book", ".cache"),
                ("cold", "nothing", "page"),
                {"PYTHONDONTWRITEBYTECODE": ""},
            )
        )
    return out


def step(who: Contestant, name: str, turn: int) -> Cost:
    """Change what the step changes, then build and count."""
    if name == "cold":
        for made in who.made:
            shutil.rmtree(who.cwd / made, ignore_errors=True)
    elif name == "page":
        synthetic.edit_page(who.docs, turn)
    elif name == "record":
        synthetic.edit_record(who.cwd, turn)
    return run(who.command, who.cwd, who.env)


def builds(all_: Sequence[Contestant], times: int, say: Callable[[str], None]) -> dict[str, dict[str, list[dict[str, float]]]]:
    """Every step of every contestant, *times* times, taking turns so that a busy moment falls on all."""
    out: dict[str, dict[str, list[dict[str, float]]]] = {who.name: {name: [] for name in who.steps} for who in all_}
    for turn in range(times):
        for who in all_:
            for name in who.steps:
                cost = step(who, name, turn)
                out[who.name][name].append({k: round(v, 3) for k, v in cost._asdict().items()})
                say(f"  {who.name}, {name}: {cost.cpu:.1f} s CPU, {cost.wall:.0f} s, {cost.peak:.0f} MB")
    return out


def differs(one: Path, two: Path) -> list[str]:
    """Files of two folders that are not the same, byte for byte."""
    names = {p.relative_to(base).as_posix() for base in (one, two) for p in base.rglob("*") if p.is_file()}
    return sorted(n for n in names if not ((one / n).is_file() and (two / n).is_file() and filecmp.cmp(one / n, two / n, shallow=False)))


def sameness(root: Path, env: dict[str, str], say: Callable[[str], None]) -> dict[str, bool]:
    """Whether the site that was built step by step equals a clean build, and that one a parallel build elsewhere."""
    other = root.parent / "again"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(root, other, ignore=shutil.ignore_patterns("doctrees", "site"))
    run(sphinx("html", "-d", "doctrees", "docs", "site"), other, env)
    run(sphinx("html", "-j", "3", "-d", "doctrees-parallel", "docs", "site-parallel"), other, env | {"PYTHONHASHSEED": "1"})
    out = {}
    for name, one, two in (("incremental", root / "site", other / "site"), ("parallel", other / "site", other / "site-parallel")):
        found = differs(one, two)
        out[name] = not found
        say(f"  {name}: {'the same' if not found else f'{len(found)} files differ: ' + ', '.join(found[:8])}")
    return out


def empty_project(folder: Path, source: Path, env: dict[str, str]) -> float:
    """CPU seconds of Sphinx with our extensions and settings to find that nothing changed in a project of one bare page."""
    shutil.rmtree(folder, ignore_errors=True)
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for name in ("_static", "_templates"):
        shutil.copytree(source / "docs" / name, docs / name)
    for name in ("docs/conf.py", "CITATION.cff"):
        shutil.copyfile(source / name, folder / name)
    (docs / "index.md").write_text("# Empty\n", encoding="utf-8", newline="\n")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "references.bib").write_text("", encoding="utf-8", newline="\n")
    command = sphinx("html", "-d", "doctrees", "docs", "site")
    run(command, folder, env)
    return run(command, folder, env).cpu


def pdf(root: Path, env: dict[str, str], times: int, say: Callable[[str], None]) -> dict[str, float]:
    """Medians of seconds by the clock: a session of HTML and of PDF, each from nothing as `nox` runs it, and the typesetting; and its CPU seconds."""
    seen: dict[str, list[float]] = {"html": [], "pdf": [], "typesetting": [], "typesetting_cpu": []}
    for _ in range(times):
        for builder in ("html", "pdf"):
            for name in (f"session-{builder}-doctrees", f"session-{builder}"):
                shutil.rmtree(root / name, ignore_errors=True)
            jobs = str((os.cpu_count() or 1) + 1)
            more = ("-D", "handbook_leaflets=1") if builder == "pdf" else ()
            seen[builder].append(run(sphinx(builder, *more, "-j", jobs, "-d", f"session-{builder}-doctrees", "docs", f"session-{builder}"), root, env).wall)
        run([sys.executable, "-c", TYPESET, "session-pdf/source/book.typ", ".", "typeset.txt"], root, env)
        for name, figure in zip(("typesetting", "typesetting_cpu"), (root / "typeset.txt").read_text(encoding="utf-8").split(), strict=True):
            seen[name].append(float(figure))
    found = {name: bars.median(figures) for name, figures in seen.items()}
    say("  by the clock: " + ", ".join(f"{name} {figure:.1f} s" for name, figure in found.items()))
    return found


def share(root: Path, env: dict[str, str], times: int) -> list[dict[str, Any]]:
    """Our own code's part of a cold build, *times* over: looks in all, in ours, and where."""
    target, found = root.parent / "share.json", []
    command = [sys.executable, "-m", "handbook.bench.share", str(target), "-q", "-b", "html", "-d", "../share/doctrees", "docs", "../share/site"]
    for _ in range(times):
        shutil.rmtree(root.parent / "share", ignore_errors=True)
        run(command, root, env)
        found.append(json.loads(target.read_text(encoding="utf-8")))
    return found


def site_of(folder: Path, size: str, audits: int) -> dict[str, Any]:
    """What a browser loads of one built site; for the real one times in a browser, and *audits* runs of Lighthouse on each kind of page."""
    page = reader.longest(folder)
    view = reader.first_view(folder, page)
    out: dict[str, Any] = {"sizes": reader.sizes(folder), "view": view._asdict(), "next": view.gzip and reader.packed(folder / page)}
    out["longest_of_all"] = reader.first_view(folder, reader.longest(folder, topics=False))._asdict()
    if size == "real":
        out["browser"] = reader.in_browser(folder, page)
        out["lighthouse"] = lighthouse.measure(folder, audits)
    return out


def measure(folder: Path, sizes: Sequence[int], times: int, with_peers: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """The whole plan."""
    source = folder / "source"
    env = snapshot(source)
    project = Project.read(source)
    real = len([d for d in project.pages if not d.startswith(("_", "."))])
    others, why = peers.found(folder / "peers") if with_peers else ([], {})
    data: dict[str, Any] = {"machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]}, "peers": why,
                            "pages": real, "times": times, "builds": {}, "sites": {}}  # fmt: skip
    data["empty"] = bars.median([empty_project(folder / "empty", source, env) for _ in range(times)])
    say(f"  an empty project, nothing changed: {data['empty']:.1f} s CPU")
    for size in ("real", *map(str, sizes)):
        count = 0 if size == "real" else int(size)
        say(f"{size}: {count or real} pages")
        all_ = contestants(project, folder / size, count, others, env)
        data["builds"][size] = builds(all_, times if count < LARGE else 1, say)
        data["sites"][size] = site_of(folder / size / "ours" / "site", size, lighthouse.TIMES if times > 1 else 1)
        for who in all_ if count >= LARGE else ():
            shutil.rmtree(who.cwd / "doctrees", ignore_errors=True)
    root = folder / "real" / "ours"
    data["same"] = sameness(root, env, say)
    data["looks"] = share(root, env, times)
    data["share"] = bars.median([(looks["ours"] - looks["around"]) / looks["all"] for looks in data["looks"]])
    data["share_around"] = bars.median([looks["around"] / looks["all"] for looks in data["looks"]])
    data["check"] = bars.median([run([sys.executable, "-m", "handbook", "--root", str(source), "check", "--all"], folder, env).cpu for _ in range(times)])
    data["pdf"] = pdf(root, env, times, say)
    data["machine"]["load_at_end"] = os.getloadavg()[0]
    return data


def main(argv: list[str] | None = None) -> int:
    """Measure and print; 2 for wrong use, 1 when a build failed, 0 otherwise, whatever the bars say: they are read, not enforced."""
    parser = argparse.ArgumentParser(prog="python -m handbook.bench", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="", help="pages of the synthetic handbooks, such as 50,200 (default: 50,200,1000; quick: 50,200)")
    parser.add_argument("--quick", action="store_true", help="each build once, no handbook of 1000 pages")
    parser.add_argument("--times", type=int, default=0, help="how often each build is measured (default: 3; quick: 1)")
    parser.add_argument("--peers", action="store_true", help="install MkDocs Material and Zensical in environments of their own and measure them too")
    args = parser.parse_args(argv)
    try:
        sizes = [int(n) for n in args.sizes.split(",")] if args.sizes else [n for n in SIZES if not args.quick or n < LARGE]
    except ValueError:
        print(f"--sizes {args.sizes}: give numbers of pages, such as 50,200", file=sys.stderr)
        return 2
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        data = measure(folder, sizes, args.times or (1 if args.quick else 3), args.peers, lambda line: print(line, flush=True))
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    rows = bars.build_rows(data) + bars.reading_rows(data)
    data["bars"] = [row._asdict() for row in rows]
    (folder / "bench.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    print(f"\nMedian CPU seconds\n{bars.cost_table(data)}\n\n{bars.as_table(rows)}\n{folder / 'bench.json'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
