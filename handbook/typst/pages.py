"""The order of the book: parts, chapters and their levels, from the tables of contents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from sphinx.environment import BuildEnvironment


class Chapter(NamedTuple):
    """A page, the level of its title, and whether other pages follow below it."""

    docname: str
    level: int
    part: bool


def chapters(env: BuildEnvironment, root: str, without: tuple[str, ...] = ()) -> list[Chapter]:
    """Every page that a table of contents names, in reading order, each once; but those whose names begin as in *without*."""
    seen = {root}

    def below(docname: str, level: int) -> Iterator[Chapter]:
        for child in env.toctree_includes.get(docname, ()):
            if child in seen or child not in env.found_docs or child.startswith(without):
                continue
            seen.add(child)
            yield Chapter(child, level, bool(env.toctree_includes.get(child)))
            yield from below(child, level + 1)

    return list(below(root, 1))


def says_something(tree: nodes.document) -> bool:
    """Whether the home page holds more than its title, notice, dates and tables of contents."""
    first = next(iter(tree.findall(nodes.section)), None)
    if first is None:
        return False
    for child in first.children:
        classes = child.get("classes", ()) if isinstance(child, nodes.Element) else ()
        if isinstance(child, nodes.title) or {"hb-notice", "hb-dates", "toctree-wrapper", "footnotes"} & set(classes):
            continue
        if child.astext().strip():
            return True
    return False
