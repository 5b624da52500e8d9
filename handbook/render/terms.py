"""Link the first use of every glossary term on a page, plural or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from handbook.asked import notebook
from handbook.project import Project
from handbook.render.base import blocks, project_of
from handbook.render.nodes import badge, disclosure_title, drawing

SKIP = (
    nodes.title, nodes.reference, nodes.literal, nodes.footnote, nodes.term, nodes.citation, nodes.caption, nodes.rubric,
    nodes.field_name, addnodes.pending_xref, badge, disclosure_title, drawing, nodes.raw,
)  # fmt: skip

_ATTRIBUTE = "_handbook_terms"
_START = re.compile(r"(?<![\w-])(?:\w+|[^\w\s])")  # where a term can begin
_WORDS = re.compile(r"\w+|[^\w\s]")
_GOES_ON = re.compile(r"[\w-]")


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


class Lookup(NamedTuple):
    """Every form with its term, and the forms of each first word (or sign), longest first: most texts hold no such word."""

    known: dict[str, tuple[str, str]]
    starts: dict[str, list[str]]

    def could_be_in(self, text: str) -> bool:
        """Whether a text holds a word or sign that a term begins with: quicker than a look at every place."""
        return not self.starts.keys().isdisjoint(_WORDS.findall(text.lower()))


def lookup(project: Project) -> Lookup:
    """What to look for, from the glossary."""
    known, starts = groups(project), dict[str, list[str]]()
    for form in sorted(known, key=lambda f: (-len(f), f)):
        if first := _START.match(form):
            starts.setdefault(first[0], []).append(form)
    return Lookup(known, starts)


def found_in(text: str, wanted: Lookup) -> Iterator[tuple[int, str]]:
    """Place and form of every use in *text* as whole words, the longest form where several fit, none inside another."""
    end, low = 0, text.lower()
    if len(low) != len(text):  # a letter that is two in lower case would shift what follows
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for start in _START.finditer(low):
        forms = wanted.starts.get(start[0])
        if forms is None or (at := start.start()) < end:
            continue
        for form in forms:
            stop = at + len(form)
            if low.startswith(form, at) and not _GOES_ON.match(low, stop):
                yield at, form
                end = stop
                break


def link(app: Sphinx, doctree: nodes.document) -> None:
    """Wrap the first use of each term in running text."""
    project = project_of(app)
    wanted: Lookup | None = getattr(app, _ATTRIBUTE, None)
    if wanted is None:
        wanted = lookup(project)
        setattr(app, _ATTRIBUTE, wanted)
    if app.env.docname.partition("/")[0] in {"glossary", "references"} or not wanted.known:
        return
    notebook.note("terms")
    seen = set[str]()
    for paragraph in [node for node in blocks(doctree) if isinstance(node, nodes.paragraph)]:
        texts = [text for text in paragraph.findall(nodes.Text) if wanted.could_be_in(text)]
        if not texts or _inside(paragraph, SKIP) or _inside_class(paragraph, "hb-notice"):
            continue
        for text in texts:
            if not _inside(text, SKIP, paragraph):
                _replace(text, wanted, seen, app.env.docname)


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


def _replace(text: nodes.Text, wanted: Lookup, seen: set[str], docname: str) -> None:
    words, out, last = text.astext(), list[nodes.Node](), 0
    for at, form in found_in(words, wanted):
        term, head = wanted.known[form]
        if head in seen:
            continue
        seen.add(head)
        end = at + len(form)
        if at > last:
            out.append(nodes.Text(words[last:at]))
        reference = addnodes.pending_xref(
            "", nodes.inline("", words[at:end], classes=["std", "std-term", "hb-term"]), refdomain="std", reftype="term", reftarget=term,
            refexplicit=True, refwarn=True, refdoc=docname,
        )  # fmt: skip
        out.append(reference)
        last = end
    if out:
        if last < len(words):
            out.append(nodes.Text(words[last:]))
        text.parent.replace(text, out)


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("doctree-read", link, priority=900)
