"""How much of a build's CPU our own code takes: `python -m handbook.bench.share FILE sphinx-arguments…`.

A timer of the operating system interrupts the build every few milliseconds of CPU and each time asks whose work is being
done: the innermost frame that is ours, with all it called in libraries, unless a parser or a role of somebody else stands
between, since words inside our boxes are read by MyST and would be without us. Unlike a tracing profiler this makes no
call dearer than another. Garbage collection falls on whoever was running.

Two parts of it are told apart: records, directives, plots and checks, which have a bar; and what draws the page around
them, which has none.
"""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

STEP = 0.002  # seconds of CPU between two looks
# Work handed back to others: content parsed by MyST, the citation role and the list of notes of sphinxcontrib-bibtex, and
# Sphinx's index of words, which ours passes on.
HANDED_BACK = ("myst_parser", "sphinxcontrib/bibtex", "markdown_it", "sphinx/search/__init__.py")
OURS = str(Path(__file__).parents[1]) + "/"
# Walks and transforms of docutils and Sphinx that pass through us: they belong to whoever asked for them.
PASSED_THROUGH = tuple(OURS + f"render/{name}.py" for name in ("html", "quicker_nodes", "quicker_settings", "quicker_transforms", "quicker_yaml"))
# What draws the page around the records: its writer, menu, head, notices, notes, links to the glossary, search and weight.
AROUND = frozenset(f"render/{name}.py" for name in ("changes", "downloads", "head", "menu", "notices", "packed", "search", "terms", "tips", "weight", "writer"))


def owner(frame: FrameType | None) -> str:
    """Where in our code this moment belongs, as `render/terms.py:link`; empty when it is somebody else's."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(OURS) and name not in PASSED_THROUGH:
            return "" if name == __file__ else f"{name[len(OURS) :]}:{frame.f_code.co_name}"
        if any(part in name for part in HANDED_BACK):
            return ""
        frame = frame.f_back
    return ""


def main(argv: list[str]) -> int:
    """Build, and write `{"all": looks, "ours": looks, "around": looks among ours, "where": {place: looks}}` to the file."""
    seen: Counter[str] = Counter()

    def look(number: int, frame: FrameType | None) -> None:
        seen[owner(frame)] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, STEP, STEP)
    from sphinx.cmd.build import main as build

    code = build(argv[1:])
    signal.setitimer(signal.ITIMER_PROF, 0)
    whole = sum(seen.values())
    ours = whole - seen.pop("", 0)
    around = sum(looks for place, looks in seen.items() if place.partition(":")[0] in AROUND)
    data = {"all": whole, "ours": ours, "around": around, "where": dict(seen.most_common())}
    Path(argv[0]).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8", newline="\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
