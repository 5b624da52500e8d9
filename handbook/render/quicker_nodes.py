"""Walk a tree of docutils nodes with a list instead of one generator inside another for every level.

docutils 0.22 hands each node up through all levels above it, and Sphinx walks every page about sixty times: a fifth of
the build. Order and laziness stay the same. Upstream: docutils patch 160 made the walk lazy for the same reason, and
sphinx-needs issue 751 measures what it costs. Remove this file when docutils walks without recursion;
`tests/test_speed.py` fails when the name patched here goes away or the order differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes

as_it_comes = nodes.Node.findall


def of_kind(start: nodes.Node, kind: type) -> Iterator[Any]:
    """Every node of *kind* from *start* down, in order."""
    stack = [start]
    while stack:
        node = stack.pop()
        if isinstance(node, kind):
            yield node
        if node.children:
            stack.extend(node.children[::-1])


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


def apply() -> None:
    """Put it in the place of that of docutils."""
    nodes.Node.findall = findall  # type: ignore[method-assign,assignment]
