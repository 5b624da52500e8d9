"""Scan MyST pages without Sphinx: front matter, headings, text blocks, roles, directives, links, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from handbook.files import read_text, relative
from handbook.load import _YamlFault, compose, plain
from handbook.problems import Problem

LITERAL = frozenset({"toctree", "code", "code-block", "code-cell", "math", "raw", "literalinclude", "include", "eval-rst", "highlight"})
FENCE_SIGNS = frozenset(":`~")
_FENCE = re.compile(r"^(\s*)(:{3,}|`{3,}|~{3,})\s*(?:\{([\w:.+-]+)\})?\s*(.*?)\s*$")
_OPTION = re.compile(r"^\s*:([\w-]+):\s*(.*?)\s*$")
_LOOSE = re.compile(r"^\s*:{2,}\s*(?:\{?\s*([\w-]+)\s*\}?.*)?$")
_LABEL = re.compile(r"^\s*\(([^()\s]+)\)=\s*$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+]|\d{1,3}[.)])\s+(.*)$")
TABLE_LINE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
ROLE = re.compile(r"\{([A-Za-z][\w:+.-]*)\}(`+)(.+?)\2(?!`)", re.S)
QUOTED = re.compile(r"(?<![`}])(``+)(?!`).+?(?<!`)\1(?!`)", re.S)  # code that may hold backticks, such as a role that is only shown
CODE = re.compile(r"(?<![`}])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
COMMENT = re.compile(r"<!--.*?-->", re.S)
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]*)[^)]*\)")


def target_of(body: str) -> str:
    """What a role with this body names."""
    match = re.search(r"<([^<>]*)>\s*$", body) if "<" in body else None
    return (match[1] if match else body).strip()


class Role(NamedTuple):
    """An inline role: `{name}`body``."""

    line: int
    column: int
    name: str
    body: str
    within: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """What it names: the part in angle brackets, or the whole body."""
        return target_of(self.body)

    @property
    def title(self) -> str | None:
        """The words before angle brackets, if any."""
        match = re.match(r"(.*?)\s*<[^<>]*>\s*$", self.body, re.S)
        return match[1] if match else None


@dataclass
class Directive:
    """A fenced directive with its argument and options (and the line of each); `body` are its raw lines."""

    line: int
    name: str
    argument: str
    options: dict[str, str] = field(default_factory=dict)
    option_lines: dict[str, int] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    body: list[tuple[int, str]] = field(default_factory=list)


class Block(NamedTuple):
    """A paragraph, list item, heading or table row: its source lines and the directives around it."""

    kind: str
    lines: tuple[tuple[int, str], ...]
    within: tuple[str, ...] = ()
    level: int = 0

    @property
    def line(self) -> int:
        """First line."""
        return self.lines[0][0]

    @property
    def text(self) -> str:
        """The raw text, lines joined by line feeds."""
        return "\n".join([t for _, t in self.lines])


@dataclass
class Page:
    """One page of `docs/` as scanned; *verbatim* are the lines inside code and other bodies that are no words of the page."""

    docname: str
    path: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    has_meta: bool = False
    blocks: list[Block] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    verbatim: set[int] = field(default_factory=set)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; the first is number 0 here."""
        return self.text.split("\n")

    def place(self, block: Block, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at *offset* of the block's text."""
        before = block.text[:offset]
        line, text = block.lines[before.count("\n")]
        return line, self.lines[line - 1].index(text) + offset - before.rfind("\n")

    @cached_property
    def headings(self) -> list[Block]:
        """All headings in order."""
        return [b for b in self.blocks if b.kind == "heading"]

    @cached_property
    def title(self) -> str:
        """The text of the first heading of level one."""
        return next((b.text for b in self.headings if b.level == 1), "")

    @property
    def kind(self) -> str:
        """The kind of page by its front matter."""
        return str(self.meta.get("kind", ""))

    @cached_property
    def _by_name(self) -> dict[str, list[Directive]]:
        out: dict[str, list[Directive]] = {}
        for directive in self.directives:
            out.setdefault(directive.name, []).append(directive)
        return out

    def uses(self, name: str) -> list[Directive]:
        """The directives of one name."""
        return self._by_name.get(name, [])


def scan_all(root: Path) -> dict[str, Page]:
    """Scan every Markdown page below `root/docs`, in the order of names."""
    pages = {}
    for path in sorted((root / "docs").rglob("*.md")):
        page = scan(path, root)
        pages[page.docname] = page
    return pages


def scan(path: Path, root: Path) -> Page:
    """Scan one page."""
    where = relative(path, root)
    text, problems = read_text(path, root)
    return scan_text(text, where.removeprefix("docs/").removesuffix(".md"), where, problems)


def scan_text(text: str, docname: str, where: str, problems: list[Problem] | None = None) -> Page:
    """Scan the text of one page."""
    page = Page(docname, where, text, problems=list(problems or []))
    lines = list(enumerate(text.split("\n"), 1))
    if lines and lines[0][1].strip() == "---":
        end = next((n for n, t in lines[1:] if t.strip() in {"---", "..."}), None)
        if end is None:
            advice = "Write --- on a line of its own below the last key."
            page.problems.append(Problem(where, 1, "M001", "front matter is not closed", advice))
            lines = []
        else:
            _front_matter(page, lines[1 : end - 1])
            lines = lines[end:]
    _Scanner(page).run(lines)
    page.roles = sorted(_roles(page), key=lambda r: (r.line, r.column))
    return page


def _front_matter(page: Page, lines: list[tuple[int, str]]) -> None:
    page.has_meta = True
    try:
        node = compose("\n".join(t for _, t in lines))
        found = plain(node, page.meta_lines) if node is not None else {}
    except _YamlFault as fault:
        page.problems.append(Problem(page.path, fault.line + 1, fault.code, f"front matter: {fault.message}"))
        return
    page.meta_lines.update({k: n + 1 for k, n in page.meta_lines.items()})
    if isinstance(found, dict):
        page.meta = found
    else:
        page.problems.append(Problem(page.path, 2, "Y003", "front matter is not a block of keys"))


class _Scanner:
    """Walk lines with a stack of open fences; collect text into blocks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open: list[tuple[str, int, Directive]] = []
        self.block: list[tuple[int, str]] = []
        self.kind = "paragraph"
        self.heading_options = False
        self.comment = False
        self.loose = 0

    def run(self, lines: list[tuple[int, str]]) -> None:
        for n, line in lines:
            self.line(n, line)
        self.flush()
        for sign, count, directive in self.open:
            advice = f"Write {sign * count} on a line of its own where it ends."
            self.page.problems.append(Problem(self.page.path, directive.line, "P012", f"{directive.name or 'code'!r} is not closed", advice))

    def within(self) -> tuple[str, ...]:
        return tuple([d.name for _, _, d in self.open])

    def flush(self) -> None:
        if self.block:
            self.page.blocks.append(Block(self.kind, tuple(self.block), self.within()))
        self.block, self.kind = [], "paragraph"

    def line(self, n: int, line: str) -> None:
        top = self.open[-1] if self.open else None
        bare = line.strip()
        if top and len(bare) >= top[1] and not bare.strip(top[0]):
            self.flush()
            self.open.pop()
            return
        if top and (top[2].name in LITERAL or not top[2].name):
            top[2].body.append((n, line))
            self.page.verbatim.add(n)
            return
        if self.comment or bare.startswith("<!--"):
            self.comment = "-->" not in line
            return
        if top and self.heading_options:
            option = _OPTION.match(line)
            if option:
                top[2].options[option[1]] = option[2]
                top[2].option_lines[option[1]] = n
                return
            if bare:
                self.heading_options = False
        if top:
            top[2].body.append((n, line))
        if bare[:1] not in FENCE_SIGNS:  # nearly every line
            self.text(n, line, bare)
            return
        fence = _FENCE.match(line)
        if fence and (fence[3] or fence[2][0] in "`~"):
            self.flush()
            directive = Directive(n, fence[3] or "", fence[4] if fence[3] else "", within=self.within())
            if fence[3]:
                self.page.directives.append(directive)
            self.open.append((fence[2][0], len(fence[2]), directive))
            self.heading_options = True
            if not fence[3] and fence[4].startswith("{"):
                self.page.problems.append(Problem(self.page.path, n, "P004", f"{bare!r} is not written {fence[2]}{{name}}"))
            return
        if loose := _LOOSE.match(line):
            self.flush()
            self.stray(n, bare, loose[1] or "")
            return
        self.text(n, line, bare)

    def stray(self, n: int, line: str, name: str) -> None:
        """Colons that open or close nothing: they would be printed, and the box would be lost."""
        if name:
            self.loose += 1
            self.page.problems.append(Problem(self.page.path, n, "P004", f"{line[:40]!r} is not written :::{{{name}}}"))
        elif self.loose:
            self.loose -= 1  # the end of what was named above
        else:
            self.page.problems.append(Problem(self.page.path, n, "P012", f"{line!r} closes no box", "Delete the line, or open a box above it."))

    def text(self, n: int, line: str, bare: str) -> None:
        if not bare or line.startswith("%") or bare == "+++":
            self.flush()
            return
        if bare[0] == "(" and (match := _LABEL.match(line)):
            self.flush()
            if match[1] in self.page.labels:
                self.page.problems.append(Problem(self.page.path, n, "L003", f"label {match[1]!r} stands twice"))
            self.page.labels[match[1]] = n
            return
        if bare[0] == "#" and (match := _HEADING.match(line)):
            self.flush()
            self.page.blocks.append(Block("heading", ((n, match[2]),), self.within(), len(match[1])))
            return
        if bare[0] == "|":
            if self.kind != "row":
                self.flush()
            if not TABLE_LINE.match(line):
                self.kind = "row"
                self.block.append((n, line))
                self.flush()
                self.kind = "row"
            return
        if not bare[0].isalpha() and (match := _ITEM.match(line)):
            self.flush()
            self.kind = "item"
            body = match[2]
            while inner := _ITEM.match(body):
                body = inner[2]
            self.block.append((n, body))
            return
        if self.kind == "row":
            self.kind = "paragraph"
        self.block.append((n, bare))


def _roles(page: Page) -> Iterator[Role]:
    for block in page.blocks:
        text = block.text
        if "{" not in text:
            continue
        if "``" in text:
            text = QUOTED.sub(lambda code: " " * len(code[0]), text)
        for match in ROLE.finditer(text):
            yield Role(*page.place(block, match.start()), match[1], match[3], block.within)
    for directive in page.directives:
        for match in ROLE.finditer(directive.argument):
            column = page.lines[directive.line - 1].index(directive.argument) + match.start() + 1
            yield Role(directive.line, column, match[1], match[3], directive.within)


def entries(page: Page) -> Iterator[tuple[int, str]]:
    """Line and docname of every page that the toctrees of *page* name, in their order."""
    for directive in page.uses("toctree"):
        for n, text in directive.body:
            entry = text.strip()
            if entry and not entry.startswith(":"):
                yield n, resolve(page.docname, re.sub(r"^.*<(.*)>$", r"\1", entry))


def resolve(docname: str, target: str) -> str:
    """The docname that *target* means when written on page *docname*."""
    target = target.removesuffix(".md")
    if target.startswith("/"):
        return target.lstrip("/")
    parts = docname.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def slug(heading: str) -> str:
    """The anchor that Sphinx gives a heading."""
    text = re.sub(r"[^\w\s-]", "", heading.lower())
    return re.sub(r"[\s_-]+", "-", text).strip("-")
