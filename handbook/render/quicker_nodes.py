"""Walk a tree of docutils nodes with a list instead of one generator inside another for every level.

docutils 0.22 hands each node up through all levels above it, and Sphinx walks every page about sixty times: a fifth of
the build. Order and laziness stay the same. Upstream: docutils patch 160 made the walk lazy for the same reason, and
sphinx-needs issue 751 measures what it costs. Visitors are led through a page without the three lines of debugging text
that docutils words for every node and throws away. Remove this file when docutils does so itself;
`tests/test_speed.py` fails when a name patched here goes away or the order differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes

as_it_comes = nodes.Node.findall
walk_as_it_comes, walkabout_as_it_comes = nodes.Node.walk, nodes.Node.walkabout


def of_kind(start: nodes.Node, kind: type | tuple[type, ...]) -> Iterator[Any]:
    """Every node of *kind*, or of several, from *start* down, in order."""
    stack = [start]
    pop, extend = stack.pop, stack.extend
    while stack:
        node = pop()
        if isinstance(node, kind):
            yield node
        if children := node.children:
            extend(children[::-1])


def findall(
    self: nodes.Node,
    condition: type | Callable[[nodes.Node], bool] | None = None,
    include_self: bool = True,
    descend: bool = True,
    siblings: bool = False,
    ascend: bool = False,
) -> Iterator[Any]:
    """As `Node.findall`; walks that go sideways or up are left to it."""
    if not (include_self and descend) or siblings or ascend:
        return as_it_comes(self, condition, include_self, descend, siblings, ascend)
    if condition is None or isinstance(condition, type):
        return of_kind(self, condition or nodes.Node)
    return filter(condition, of_kind(self, nodes.Node))


def walk(self: nodes.Node, visitor: nodes.NodeVisitor) -> bool:
    """As `Node.walk`, which debugging is left to."""
    if visitor.document.reporter.debug_flag:
        return walk_as_it_comes(self, visitor)
    try:
        try:
            visitor.dispatch_visit(self)
        except (nodes.SkipChildren, nodes.SkipNode):
            return False
        except nodes.SkipDeparture:
            pass
        try:
            return any(child.walk(visitor) for child in self.children[:])
        except nodes.SkipSiblings:
            return False
    except nodes.StopTraversal:
        return True


def walkabout(self: nodes.Node, visitor: nodes.NodeVisitor) -> bool:
    """As `Node.walkabout`, which debugging is left to."""
    if visitor.document.reporter.debug_flag:
        return walkabout_as_it_comes(self, visitor)
    depart, stop = True, False
    try:
        try:
            visitor.dispatch_visit(self)
        except nodes.SkipNode:
            return False
        except nodes.SkipDeparture:
            depart = False
        try:
            for child in self.children[:]:
                if child.walkabout(visitor):
                    stop = True
                    break
        except nodes.SkipSiblings:
            pass
    except nodes.SkipChildren:
        pass
    except nodes.StopTraversal:
        stop = True
    if depart:
        visitor.dispatch_departure(self)
    return stop


def apply() -> None:
    """Put them in the place of those of docutils."""
    nodes.Node.findall = findall  # type: ignore[method-assign,assignment]
    nodes.Node.walk = walk  # type: ignore[method-assign]
    nodes.Node.walkabout = walkabout  # type: ignore[method-assign]
