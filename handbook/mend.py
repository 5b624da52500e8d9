"""Mend what is certain: apply the edits that problems carry, and write each file in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from handbook.files import read_text
from handbook.problems import Edit, Problem

ROUNDS = 8  # one edit can lay open another, such as a doubled word on a line that had two sentences


def until_done(root: Path, look: Callable[[], list[Problem]]) -> tuple[list[Problem], list[Problem]]:
    """Look, mend, and look again until nothing certain is left; return what was mended and what remains."""
    done: list[Problem] = []
    for _ in range(ROUNDS):
        found = look()
        step = mend(root, found)
        if not step:
            return done, found
        done += step
    return done, look()


def mend(root: Path, problems: Iterable[Problem]) -> list[Problem]:
    """Apply the edits of *problems* to the files below *root*; return the problems that were mended."""
    by_path: dict[str, list[Problem]] = defaultdict(list)
    for problem in sorted(problems):
        if problem.edits:
            by_path[problem.path].append(problem)
    done: list[Problem] = []
    for path, found in by_path.items():
        text, _ = read_text(root / path, root)
        new, mended = applied(text, found)
        if mended:
            write(root / path, new)
            done += mended
    return done


def applied(text: str, problems: Iterable[Problem]) -> tuple[str, list[Problem]]:
    """*text* with the edits of *problems*, from its end to its start, and the problems that were mended.

    A problem is mended whole or not at all: it is left when its words do not stand where it says, or when an edit of another
    problem touches the same place.
    """
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    taken: list[tuple[int, int, str]] = []
    mended: list[Problem] = []
    for problem in problems:
        spans = [_span(text, starts, edit) for edit in problem.edits if edit.old or edit.new]
        whole = [s for s in spans if s]
        if text and len(whole) == len(spans) and not any(_touch(s, t) for s in whole for t in taken):
            taken += whole
            mended.append(problem)
    for start, end, new in sorted(taken, reverse=True):
        text = text[:start] + new + text[end:]
    return text, mended


def _span(text: str, starts: list[int], edit: Edit) -> tuple[int, int, str] | None:
    """Where in *text* the edit begins and ends, or nothing when its words do not stand there."""
    if not 0 < edit.line < len(starts):
        return None
    start = starts[edit.line - 1]
    line = text[start : starts[edit.line] - 1]
    if edit.column == 0:
        if line.count(edit.old) != 1:
            return None
        start += line.index(edit.old)
    else:
        start += edit.column - 1
    return (start, start + len(edit.old), edit.new) if text.startswith(edit.old, start) else None


def _touch(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether two edits begin at one place or lie over one another."""
    return one[0] == other[0] or (one[0] < other[1] and other[0] < one[1])


def write(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody ever finds half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        shutil.copymode(path, fresh)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
