"""Links inside the handbook: pages, labels, anchors, glossary terms, and the addresses once promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote, urlsplit

from handbook.checks.structure import GENERATED_LABELS, _pages
from handbook.files import read_text, relative
from handbook.pages import CODE, LINK, Page, resolve, slug
from handbook.places import below
from handbook.problems import Edit, Problem, nearest
from handbook.project import Project


def anchors(page: Page) -> set[str]:
    """All anchors a page has: its labels and its headings."""
    return {label.replace("_", "-") for label in page.labels} | set(page.labels) | {slug(h.text) for h in page.headings}


def targets(project: Project) -> Iterator[Problem]:
    """L001, L002, L003, L006, T011: every internal link arrives, and its words say where."""
    labels: dict[str, str] = {}
    for page in _pages(project):
        for label, line in page.labels.items():
            if label in labels:
                yield Problem(page.path, line, "L003", f"label {label!r} stands already on {labels[label]}")
            labels.setdefault(label, page.path)
    for page in project.pages.values():
        for role in page.roles:
            if role.name == "doc":
                target = resolve(page.docname, role.target)
                if target not in project.pages:
                    yield Problem(page.path, role.line, "L001", f"no page {target!r}", nearest(target, project.pages), role.column)
            elif role.name in {"ref", "numref"}:
                if role.target not in labels and not role.target.startswith(GENERATED_LABELS):
                    yield Problem(page.path, role.line, "L002", f"no label {role.target!r}", nearest(role.target, labels), role.column)
            if role.title and _says_nothing(role.title):
                yield Problem(page.path, role.line, "T011", f"link text “{role.title}”", column=role.column)
        for block in page.blocks:
            for n, text in block.lines:
                for match in LINK.finditer(CODE.sub(lambda m: " " * len(m[0]), text)):
                    yield from _link(project, page, labels, n, match[1], match[2])
                if definition := DEFINITION.match(text):
                    yield from _link(project, page, labels, n, definition[1], definition[2])
        for d in page.directives:  # cards and buttons lead on by an option or their argument
            link = d.options.get("link", d.argument if d.name == "button-ref" else "")
            kind = d.options.get("link-type", d.options.get("ref-type"))
            line = d.option_lines.get("link", d.line)
            if link and kind == "doc" and (target := resolve(page.docname, link)) not in project.pages:
                yield Problem(page.path, line, "L001", f"no page {target!r}", nearest(target, project.pages))
            elif link and kind in {"ref", "myst"} and link not in labels and link.lstrip("#") not in labels:
                yield Problem(page.path, line, "L002", f"no label {link!r}", nearest(link, labels))


SAYS_NOTHING = frozenset({"here", "click here", "click", "this", "this link", "this page", "link", "more", "read more", "learn more", "see here", "see more"})
DEFINITION = re.compile(r"^\s*\[([^\]^][^\]]*)\]:\s*<?([^\s>]+)")


def _says_nothing(words: str) -> bool:
    return " ".join(re.findall(r"\w+", words.lower())) in SAYS_NOTHING


def _link(project: Project, page: Page, labels: dict[str, str], line: int, words: str, target: str) -> Iterator[Problem]:
    if _says_nothing(words):
        yield Problem(page.path, line, "T011", f"link text “{words}”")
    parts = urlsplit(target)
    if parts.scheme or not target:
        return
    path, fragment = unquote(parts.path), unquote(parts.fragment)
    if not path:
        if fragment not in anchors(page) and fragment not in labels:
            yield Problem(page.path, line, "L006", f"no anchor {fragment!r} on this page", nearest(fragment, anchors(page)))
        return
    if path in labels:
        return
    docname = resolve(page.docname, path)
    if docname not in project.pages:
        if (project.root / "docs" / docname).is_file():
            return
        yield Problem(page.path, line, "L001", f"no page {path!r}", nearest(docname, project.pages))
    elif fragment and fragment not in anchors(project.pages[docname]):
        yield Problem(page.path, line, "L006", f"no anchor {fragment!r} on {docname}", nearest(fragment, anchors(project.pages[docname])))


def terms(project: Project) -> Iterator[Problem]:
    """L004, L005: the role `term` names a glossary entry in its exact number."""
    known = {t.lower(): t for t in project.terms}
    for page in project.pages.values():
        for role in page.roles:
            if role.name != "term" or role.target.lower() in known:
                continue
            low = role.target.lower()
            singular = next((known[low[: -len(e)]] for e in ("s", "es") if low.endswith(e) and low[: -len(e)] in known), None)
            if singular:
                whole = f"{{term}}`{role.target} <{singular}>`"
                edits = () if role.title else (Edit(role.line, role.column, f"{{term}}`{role.body}`", whole),)
                yield Problem(page.path, role.line, "L005", f"plural {role.target!r}", f"Write {whole}, or plain words.", role.column, edits)
            else:
                yield Problem(page.path, role.line, "L004", f"no term {role.target!r}", nearest(role.target, project.terms), role.column)


def kept(project: Project, page: Page) -> set[str]:
    """The anchors of a page; an overview of questions keeps those of the pages below it."""
    pages = [page, *(below(project, page.docname) if page.uses("faq-overview") else ())]
    return {anchor for one in pages for anchor in anchors(one)}


def promises(project: Project) -> Iterator[Problem]:
    """L007: every released address and anchor still exists or is redirected."""
    path = project.root / "docs" / "promises.txt"
    if not path.exists():
        return
    text, problems = read_text(path, project.root)
    yield from problems
    redirects: set[str] = set()
    table = project.root / "docs" / "redirects.csv"
    if table.exists():
        rows, problems = read_text(table, project.root)
        yield from problems
        redirects = {line.partition(",")[0] for line in rows.splitlines()[1:]}
    anchors_of = cache(lambda docname: kept(project, project.pages[docname]))
    for n, line in enumerate(text.splitlines(), 1):
        promise = line.strip()
        docname, _, anchor = promise.partition("#")
        if not promise or promise.startswith("//") or promise in redirects or docname in redirects:
            continue
        if docname not in project.pages or (anchor and anchor not in anchors_of(docname)):
            yield Problem(relative(path, project.root), n, "L007", f"{promise!r} is gone")
