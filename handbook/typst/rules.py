"""The table of rules, one a node class, and what all rules share while the book is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from handbook.problems import Problem
from handbook.typst.markup import label

log = logging.getLogger("handbook.typst")
SCHEME = "book:"


GATHERED = ("same", "named", "wanted", "uses", "problems", "files")  # what is known of the whole book when all pages are written


@dataclass
class Book:
    """The book so far, or one page of it: where we are, which places are named, which are pointed at, and what is wrong."""

    env: BuildEnvironment
    root: Path
    out: Path
    docname: str = ""
    level: int = 0
    first: int = 1
    part: bool = False
    small: int = 0
    same: dict[str, str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    wanted: dict[str, Problem] = field(default_factory=dict)
    uses: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def without(self) -> tuple[str, ...]:
        """How the names of pages begin that the book leaves to the site."""
        return tuple(self.env.config.handbook_book_without)

    def found(self) -> dict[str, Any]:
        """What this page adds to the book; it can be sent from one process to another."""
        return {name: getattr(self, name) for name in GATHERED}

    def add(self, found: dict[str, Any]) -> None:
        """Take over what a page adds, in the order of pages."""
        self.same |= found["same"]
        self.named |= found["named"]
        self.wanted = found["wanted"] | self.wanted  # a dead place is reported where it is first pointed at
        for full, places in found["uses"].items():
            self.uses.setdefault(full, []).extend(places)
        self.problems += found["problems"]
        self.files |= found["files"]


Rule = Callable[[Book, Any], str]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register the function as the rule for the node classes of these names."""

    def register(function: Rule) -> Rule:
        for name in names:
            if name in RULES:
                raise ValueError(f"two rules for {name}")
            RULES[name] = function
        return function

    return register


def write(book: Book, node: nodes.Node) -> str:
    """One node by the rule of its class or of the nearest class above; without a rule, warn and write its children."""
    for kind in type(node).__mro__:
        found = RULES.get(kind.__name__)
        if found:
            return found(book, node)
    path, line = place(book, node)
    log.warning("no Typst rule for node %r; its children were written", type(node).__name__, location=f"{path}:{line}",
                type="handbook", subtype="pdf")  # fmt: skip
    return blocks(book, node.children) if any(isinstance(c, nodes.Body) for c in node.children) else inlines(book, node.children)


def inlines(book: Book, children: Iterable[nodes.Node]) -> str:
    """Children that stand in one line."""
    return "".join(write(book, child) for child in children)


def blocks(book: Book, children: Iterable[nodes.Node]) -> str:
    """Children that stand below one another."""
    return "\n\n".join(text for text in (write(book, child) for child in children) if text.strip())


def place(book: Book, node: nodes.Node) -> tuple[str, int]:
    """Source file (relative to the repository) and line of a node, or of the nearest node around it that knows."""
    source, line = None, None
    here: Any = node
    while here is not None and not (source and line):  # MyST gives some images the line 0
        source = source or getattr(here, "source", None)
        line = line or getattr(here, "line", None)
        here = here.parent
    if not source or source.startswith("<"):
        source = str(book.env.doc2path(book.docname)) if book.docname else "docs"
    return shown(source, book.root), line or 1


@cache
def shown(source: str, root: Path) -> str:
    """A source file as messages name it: by its path in the repository, if it lies there. Most of a book's nodes share a few."""
    path = Path(source.partition(":docstring")[0])
    return (path.relative_to(root) if path.is_absolute() and path.is_relative_to(root) else path).as_posix()


def fault(book: Book, node: nodes.Node, code: str, message: str) -> None:
    """Note a problem at the place of *node*; the book is not written while there is one."""
    path, line = place(book, node)
    book.problems.append(Problem(path, line, code, message))


def mark(book: Book, node: nodes.Node) -> str:
    """A comment with the source line, from which errors of the compiler find their way back; see `compiling`."""
    path, line = place(book, node)
    return f"\n//@ {path}:{line}\n"


def anchors(book: Book, node: nodes.Element) -> str:
    """Name the place of each id of *node*, once a book."""
    names: list[str] = node.get("ids", [])
    return "".join(anchor(book, name) for name in names)


def anchor(book: Book, name: str) -> str:
    """Name this place; a private-use mark that `back.settle` keeps only where something points here."""
    full = label(book.docname, name)
    if full in book.named or full in book.same:
        return ""
    book.named.add(full)
    return f"\ue000{full}\ue001"


def point(book: Book, node: nodes.Node, full: str) -> str:
    """The label of a place as a Typst expression, and the note that something points there."""
    if full not in book.wanted:
        path, line = place(book, node)
        book.wanted[full] = Problem(path, line, "L002", f"link to {full!r}, which is not in the book")
    return f"\ue002{full}\ue003"


def target(book: Book, node: nodes.Element) -> str | None:
    """Where an internal reference goes; None for an external one."""
    uri = str(node.get("refuri", ""))
    if uri.startswith(SCHEME):
        docname, _, name = uri[len(SCHEME) :].partition("#")
        return None if docname.startswith(book.without) else label(docname, name)
    if node.get("refid"):
        return label(book.docname, str(node["refid"]))
    return None


def address(book: Book, node: nodes.Element) -> str:
    """The address of an external reference; a page that the book leaves out is on the site."""
    uri = str(node.get("refuri", ""))
    if not uri.startswith(SCHEME):
        return uri
    docname, _, name = uri[len(SCHEME) :].partition("#")
    return f"{book.env.config.html_baseurl}{docname}.html" + (f"#{name}" if name else "")


def has(node: nodes.Node, *classes: str) -> bool:
    """Whether a node carries one of these classes."""
    return isinstance(node, nodes.Element) and any(c in node.get("classes", ()) for c in classes)


def inside(node: nodes.Node, *kinds: type) -> bool:
    """Whether a node lies within a node of one of these kinds."""
    here = node.parent
    while here is not None:
        if isinstance(here, kinds):
            return True
        here = here.parent
    return False
