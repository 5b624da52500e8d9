"""The build of a page: files, title, headings, directives, roles, images, boxes, its place in the menu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args, get_type_hints
from urllib.parse import urlsplit

from handbook.files import relative
from handbook.model import Caution, ConditionId, Finding, HarmSetting, Outcome, Route
from handbook.pages import CODE, IMAGE, QUOTED, ROLE, TABLE_LINE, Directive, Page, entries, resolve
from handbook.places import LISTS, letters
from handbook.problems import Problem, nearest
from handbook.project import LINK_ROLES, RECORD_ROLES, Project

BOXES = frozenset({"keypoints", "clinicians", "unknowns", "foryou", "ask", "urgent"})
# Directive: (kind of record its argument names, whether the argument must be there).
DIRECTIVES: dict[str, tuple[str | None, bool]] = {
    **dict.fromkeys(sorted(BOXES), (None, False)),
    "summary-of-findings": (None, False), "frequencies": (None, False), "icons": ("finding|harm", True),
    "forest": (None, False), "pk-plot": (None, False), "pk-table": (None, False), "positions": (None, False),
    "regimens": (None, False), "cautions": (None, False), "interactions": (None, False),
    "claimcheck": ("claim", True), "claims-here": (None, False), "sources": (None, False), "ledger": (None, False),
    "findings-list": (None, False), "studies-table": (None, False), "references": (None, False), "claims-overview": (None, False),
    "findings-overview": (None, False), "studies-overview": (None, False), "references-overview": (None, False), "faq-overview": (None, False),
    "thresholds": (None, False), "conditions-at-a-glance": (None, False), "drawing": (None, True),
    "certainty-map": (None, False), "codes": (None, False), "record-fields": (None, False), "changes": (None, False),
    "downloads": (None, False), "record-count": (None, False), "releases": (None, False), "self-audit": (None, False),
}  # fmt: skip
# Directives whose option `ids` names records of one kind.
ROWS = {
    "summary-of-findings": "finding", "forest": "study", "frequencies": "harm", "pk-plot": "pharmacokinetic", "regimens": "regimen",
    "positions": "position",
}  # fmt: skip
# Options of the directives that print records, as in handbook/render; those that choose rows, with the values they know.
OPTIONS: dict[str, frozenset[str]] = {
    name: frozenset({"ids", "caption", "condition", "route", "setting", "effect", "category", "outcome", "all"})
    for name in (
        "summary-of-findings", "frequencies", "icons", "pk-table", "positions", "regimens", "cautions", "interactions",
        "thresholds", "conditions-at-a-glance", "certainty-map", "self-audit",
    )
} | {name: frozenset(options) for name, (_, options) in LISTS.items()} | {
    "forest": frozenset({"ids", "title", "caption"}), "pk-plot": frozenset({"ids", "half-life"}), "downloads": frozenset({"data"}),
    "sources": frozenset({"short"}),
}  # fmt: skip
FILTERS: dict[str, frozenset[str]] = {
    "condition": frozenset(get_args(ConditionId)), "route": frozenset(get_args(Route)), "setting": frozenset(get_args(HarmSetting)),
    "outcome": frozenset(get_args(Outcome)), "category": frozenset(get_args(get_type_hints(Caution)["category"])),
    "kind": frozenset(get_args(get_type_hints(Finding)["kind"])),
}  # fmt: skip
_NAMES = "|".join(sorted({*RECORD_ROLES, *LINK_ROLES}))
UNFINISHED_ROLE = re.compile(rf"\{{({_NAMES})\}}|(?<!\w):({_NAMES}):(?=`)")
HTML = re.compile(r"</?(?:[a-z][\w-]*)(?:\s[^<>]*)?/?>", re.I)
UNSAFE = re.compile(r"\]\(\s*<?\s*(?:javascript|vbscript|data|file):", re.I)
FOREIGN = frozenset(
    {"toctree", "glossary", "include", "image", "figure", "table", "list-table", "csv-table", "note", "tip", "warning",
     "important", "admonition", "seealso", "dropdown", "tab-set", "tab-item", "grid", "grid-item", "grid-item-card",
     "card", "code-block", "code", "math", "only", "rubric", "index", "container", "div", "topic", "hlist", "button-ref",
     "footbibliography", "bibliography"}
)  # fmt: skip
NEEDS_SOURCES = frozenset({"start", "mechanism", "condition", "treatment", "safety", "access", "evidence", "faq"})
NEEDS_KEYPOINTS = frozenset({"start", "mechanism", "condition", "treatment", "safety", "access", "evidence"})
SUFFIXES = frozenset({".md", ".py", ".svg", ".css", ".js", ".html", ".csv", ".txt", ".ico", ".xml", ".webmanifest", ".json"})
BINARY_HOMES = ("_static/",)
GENERATED_LABELS = ("finding-", "claim-", "source-", "study-")


def files(project: Project) -> Iterator[Problem]:
    """F006: no binary file among the words."""
    docs = project.root / "docs"
    for path in sorted(p for p in docs.rglob("*") if p.is_file()):
        name = relative(path, docs)
        if path.suffix in SUFFIXES or name.startswith(BINARY_HOMES) or path.name.startswith("."):
            continue
        with path.open("rb") as file:
            binary = b"\0" in file.read(8192)
        what = "binary file" if binary else f"file of a kind that is not published ({path.suffix or 'no ending'})"
        yield Problem(relative(path, project.root), 1, "F006", what)


def titles(project: Project) -> Iterator[Problem]:
    """P001, P002, P003, P016: one title, levels without gaps, statements."""
    for page in _pages(project):
        if not page.text:
            continue
        if not any(h.level == 1 for h in page.headings):
            yield Problem(page.path, 1, "P001", "page has no title")
        level = 0
        for n, h in enumerate(page.headings):
            if h.level == 1 and n:
                yield Problem(page.path, h.line, "P002", f"second title “{h.text}”")
            if h.level > level + 1:
                advice = f"Begin the line with {'#' * (level + 1)}, or add the heading that is missing above it."
                yield Problem(page.path, h.line, "P003", f"heading “{h.text}” is of level {h.level} after level {level}", advice)
            level = h.level
            if h.text.rstrip().endswith("?") and page.kind not in {"faq", "contributing", "about"}:
                yield Problem(page.path, h.line, "P016", f"heading “{h.text}”")
            if not h.text.strip("# "):
                yield Problem(page.path, h.line, "P001", "heading without words")


def directives(project: Project) -> Iterator[Problem]:
    """P004, P006, P011, P013, P014: directives are known, have what they need, and are not too many."""
    e = project.evidence
    topics = frozenset(c.topic for c in e.claim.values())
    for page in _pages(project):
        for d in page.directives:
            if d.name in FOREIGN:
                continue
            if d.name not in DIRECTIVES:
                yield Problem(page.path, d.line, "P004", f"directive {d.name!r}", nearest(d.name, [*DIRECTIVES, *FOREIGN]))
                continue
            kinds, needed = DIRECTIVES[d.name]
            if needed and not d.argument:
                yield Problem(page.path, d.line, "P013", f"directive {d.name!r} without its argument")
            known: dict[str, object] = {}
            for kind in (kinds or "").split("|"):
                known |= e.of(kind) if kind else {}
            if kinds and d.argument and d.argument not in known:
                yield Problem(page.path, d.line, "P006", f"no {kinds} {d.argument!r}", nearest(d.argument, known))
            ids = e.of(ROWS[d.name]) if d.name in ROWS else {}
            for one in re.split(r"[,\s]+", d.options.get("ids", "")):
                if one and one not in ids:
                    yield Problem(page.path, d.option_lines["ids"], "P006", f"{d.name}: no record {one!r}", nearest(one, ids))
            yield from _options(page, d, topics)
            if d.name == "drawing" and d.argument:
                folder = project.root / "docs" / "_static" / "drawings"
                if not (folder / f"{d.argument}.svg").is_file():
                    drawn = [p.stem for p in folder.glob("*.svg")]
                    yield Problem(page.path, d.line, "P011", f"no drawing {d.argument!r}", nearest(d.argument, drawn))
        boxes = page.uses("claimcheck")
        for d in boxes[2:]:
            yield Problem(page.path, d.line, "P014", f"{len(boxes)} boxes “You may have read”")
        for d in page.uses("clinicians")[1:]:
            yield Problem(page.path, d.line, "P014", "second “For clinicians” box")


def _options(page: Page, d: Directive, topics: frozenset[str]) -> Iterator[Problem]:
    """A wrong name of an option is passed over in silence, and a wrong value prints an empty or another table."""
    known, filters = OPTIONS.get(d.name, frozenset()), FILTERS | {"topic": topics}
    for name, line in d.option_lines.items():
        if name not in known:
            advice = nearest(name, known) or (f"One of: {', '.join(sorted(known))}." if known else "This box has no options: delete the line.")
            yield Problem(page.path, line, "P004", f"option {name!r} of {d.name!r}", advice)
        for one in re.split(r"[,\s]+", d.options[name]) if name in filters and name in known else ():
            if one and one not in filters[name]:
                yield Problem(page.path, line, "P006", f"{d.name}: no {name} {one!r}", nearest(one, filters[name]))
        if name == "letters" and name in known and not letters(d.options[name]):
            yield Problem(page.path, line, "P006", f"{d.name}: no letters in {d.options[name]!r}", "Write a letter or a range: A-C.")


def roles(project: Project) -> Iterator[Problem]:
    """P005, P006: roles are known and whole, and so are the records they name."""
    for page in project.pages.values():
        yield from _unfinished(page)
        for role in page.roles:
            kind = RECORD_ROLES.get(role.name)
            if kind is None:
                if role.name not in LINK_ROLES:
                    advice = nearest(role.name, [*RECORD_ROLES, *LINK_ROLES])
                    yield Problem(page.path, role.line, "P005", f"role {role.name!r}", advice, role.column)
                continue
            known = project.evidence.of(kind)
            for key in (k.strip() for k in role.target.split(",")):
                if key not in known:
                    yield Problem(page.path, role.line, "P006", f"no {kind} {key!r}", nearest(key, known), role.column)


def _unfinished(page: Page) -> Iterator[Problem]:
    for block in page.blocks:
        text = block.text
        for rx in (QUOTED, ROLE, CODE):
            text = rx.sub(lambda m: re.sub(r"[^\n`]", " ", m[0]), text)
        for match in UNFINISHED_ROLE.finditer(text):
            before = text[: match.start()]
            column = match.start() - (before.rfind("\n") + 1) + 1
            name = match[1] or match[2]
            advice = f"Write {{{name}}}`…`, with a backtick before and behind and no space between."
            yield Problem(page.path, block.lines[before.count("\n")][0], "P005", f"role {name!r} is not written whole", advice, column)


def tables(project: Project) -> Iterator[Problem]:
    """P019: a table names its columns: a first row with words above a line of dashes, or `:header-rows: 1`."""
    for page in _pages(project):
        for d in (*page.uses("list-table"), *page.uses("csv-table")):
            if d.options.get("header-rows", "0") in {"", "0"} and not d.options.get("header"):
                yield Problem(page.path, d.line, "P019", f"{d.name} without :header-rows: 1")
        lines = page.text.split("\n")
        for block in page.blocks:
            if block.kind != "row" or lines[block.line - 2].lstrip().startswith("|"):
                continue
            if not TABLE_LINE.match(lines[block.line] if block.line < len(lines) else ""):
                yield Problem(page.path, block.line, "P019", "table without a line of dashes below its first row")
            elif not re.search(r"[^|\s]", block.text):
                yield Problem(page.path, block.line, "P019", "first row of the table is empty")


def images(project: Project) -> Iterator[Problem]:
    """P010, P011: every image exists and has alternative text."""
    for page in _pages(project):
        for block in page.blocks:
            for offset, line in block.lines:
                for match in IMAGE.finditer(line):
                    if not match[1].strip():
                        yield Problem(page.path, offset, "P010", f"image {match[2]!r} has no alternative text")
                    yield from _image_file(project, page, offset, match[2])
        for d in (*page.uses("image"), *page.uses("figure")):
            if not d.options.get("alt"):
                yield Problem(page.path, d.line, "P010", f"image {d.argument!r} has no alternative text")
            yield from _image_file(project, page, d.line, d.argument)


def _image_file(project: Project, page: Page, line: int, target: str) -> Iterator[Problem]:
    if urlsplit(target).scheme:
        yield Problem(page.path, line, "P011", f"image {target!r} would be loaded from another site")
        return
    docs = project.root / "docs"
    path = docs / target.lstrip("/") if target.startswith("/") else (docs / page.docname).parent / target
    if not path.is_file():
        known = [relative(p, docs) for p in (docs / "_static").rglob("*") if p.suffix in {".svg", ".png", ".jpg"}]
        yield Problem(page.path, line, "P011", f"image {target!r} does not exist", nearest(target.lstrip("/"), known))


def boxes(project: Project) -> Iterator[Problem]:
    """P007, P008, P017: key points and sources are there; no raw HTML."""
    for page in _pages(project):
        points = [b for b in page.blocks if "keypoints" in b.within]
        if page.kind in NEEDS_KEYPOINTS:
            line = page.uses("keypoints")[0].line if page.uses("keypoints") else 1
            if not 3 <= len(points) <= 6:
                yield Problem(page.path, line, "P007", f"{len(points)} key points")
            count = sum(len(project.rendered(b).split()) for b in points)
            if count > 90:
                yield Problem(page.path, line, "P007", f"key points have {count} words; the limit is 90")
        cites = any(r.name in RECORD_ROLES for r in page.roles)
        if page.kind in NEEDS_SOURCES and cites and not page.uses("sources"):
            yield Problem(page.path, len(page.text.split("\n")), "P008", "page cites, but has no list of sources")
        for block in page.blocks:
            # Read as a whole: a tag may run over lines, and is named where it begins.
            text = re.sub(r"`[^`]*`|<https?:[^>\s]*>|<[\w.+-]+@[\w.-]+>", lambda m: re.sub(r"[^\n]", " ", m[0]), block.text)
            for n in sorted({text.count("\n", 0, m.start()) for m in HTML.finditer(text)}):
                yield Problem(page.path, block.lines[n][0], "P017", f"raw HTML in “{block.lines[n][1][:60]}”")
            for match in UNSAFE.finditer(text):
                yield Problem(page.path, block.lines[text.count("\n", 0, match.start())][0], "P017", "link that would run or load something")
        for d in page.uses("raw"):
            yield Problem(page.path, d.line, "P017", "directive raw")


def toctree(project: Project) -> Iterator[Problem]:
    """P009, L001: every page stands in a toctree, and toctrees name pages."""
    listed: set[str] = {"index"}
    for page in project.pages.values():
        for n, target in entries(page):
            listed.add(target)
            if target not in project.pages:
                yield Problem(page.path, n, "L001", f"no page {target!r}", nearest(target, project.pages))
    for page in _pages(project):
        if page.docname not in listed:
            yield Problem(page.path, 1, "P009", "page stands in no toctree")


def sections(project: Project) -> Iterator[Problem]:
    """P015: condition pages lead to treatment, safety and evidence; treatment and safety pages lead on."""
    wanted = {"condition": ("treatment", "safety", "evidence"), "treatment": ("safety",), "safety": ("treatment|conditions",)}
    for page in _pages(project):
        targets = {resolve(page.docname, r.target).partition("/")[0] for r in page.roles if r.name == "doc"}
        for section in wanted.get(page.kind, ()):
            if not targets & set(section.split("|")):
                yield Problem(page.path, 1, "P015", f"no link to {section.replace('|', ' or ')}")


def _pages(project: Project) -> list[Page]:
    return [p for p in project.pages.values() if not p.docname.startswith("_")]
