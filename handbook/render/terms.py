"""Link the first use of every glossary term on a page, plural or not."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from handbook.project import Project
from handbook.render.base import project_of
from handbook.render.nodes import badge, disclosure_title, drawing

SKIP = (
    nodes.title, nodes.reference, nodes.literal, nodes.footnote, nodes.term, nodes.citation, nodes.caption, nodes.rubric,
    nodes.field_name, addnodes.pending_xref, badge, disclosure_title, drawing, nodes.raw,
)  # fmt: skip


def groups(project: Project) -> dict[str, tuple[str, str]]:
    """Lower-case form → (term as in the glossary, first term of its entry); plurals among the forms."""
    out: dict[str, tuple[str, str]] = {}
    page = project.pages.get("glossary")
    for directive in page.uses("glossary") if page else []:
        head, fresh = "", True
        for _, text in directive.body:
            if not text.strip():
                fresh = True
            elif not text.startswith(" "):
                term = text.strip()
                head = term if fresh else head
                fresh = False
                for form in forms(term):
                    out.setdefault(form, (term, head))
    return out


def forms(term: str) -> list[str]:
    """A term in lower case, and its plural."""
    low = term.lower()
    plural = low[:-1] + "ies" if re.search(r"[^aeiou]y$", low) else low + ("es" if re.search(r"(?:s|x|ch|sh)$", low) else "s")
    return [low, plural]


def link(app: Sphinx, doctree: nodes.document) -> None:
    """Wrap the first use of each term in running text."""
    project = project_of(app)
    known = groups(project)
    if app.env.docname in {"glossary", "references"} or not known:
        return
    app.env.note_dependency(str(project.root / "docs" / "glossary.md"))
    cache = app.env.__dict__.setdefault("_handbook_terms", {})
    key = tuple(known)
    if cache.get("key") != key:
        cache["key"] = key
        cache["rx"] = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(known, key=lambda f: (-len(f), f)))) + r")(?![\w-])", re.I)
    rx, seen = cache["rx"], set[str]()
    for paragraph in list(doctree.findall(nodes.paragraph)):
        if _inside(paragraph, SKIP) or _inside_class(paragraph, "hb-notice"):
            continue
        for text in list(paragraph.findall(nodes.Text)):
            if _inside(text, SKIP, paragraph):
                continue
            _replace(text, rx, known, seen, app.env.docname)


def _inside(node: nodes.Node, kinds: tuple[type, ...], stop: nodes.Node | None = None) -> bool:
    parent = node.parent
    while parent is not None and parent is not stop:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False


def _inside_class(node: nodes.Node, name: str) -> bool:
    parent = node.parent
    while parent is not None:
        if name in parent.get("classes", ()):
            return True
        parent = parent.parent
    return False


def _replace(text: nodes.Text, rx: re.Pattern[str], known: dict[str, tuple[str, str]], seen: set[str], docname: str) -> None:
    words, out, last = text.astext(), list[nodes.Node](), 0
    for match in rx.finditer(words):
        term, head = known[match[1].lower()]
        if head in seen:
            continue
        seen.add(head)
        if match.start() > last:
            out.append(nodes.Text(words[last : match.start()]))
        reference = addnodes.pending_xref(
            "", nodes.inline("", match[1], classes=["std", "std-term", "hb-term"]), refdomain="std", reftype="term", reftarget=term,
            refexplicit=True, refwarn=True, refdoc=docname,
        )  # fmt: skip
        out.append(reference)
        last = match.end()
    if out:
        if last < len(words):
            out.append(nodes.Text(words[last:]))
        text.parent.replace(text, out)


def _purge(app: Sphinx, env: object, *_: object) -> None:
    getattr(env, "__dict__", {}).pop("_handbook_terms", None)


def setup(app: Sphinx) -> None:
    """Register; the compiled pattern is not kept in the saved environment."""
    app.connect("doctree-read", link, priority=900)
    app.connect("env-updated", _purge)
