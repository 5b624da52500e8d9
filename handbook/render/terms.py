"""Link the first use of every glossary term on a page, plural or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from handbook.asked import notebook
from handbook.project import Project
from handbook.render.base import project_of
from handbook.render.nodes import badge, disclosure_title, drawing

SKIP = (
    nodes.title, nodes.reference, nodes.literal, nodes.footnote, nodes.term, nodes.citation, nodes.caption, nodes.rubric,
    nodes.field_name, addnodes.pending_xref, badge, disclosure_title, drawing, nodes.raw,
)  # fmt: skip

_ATTRIBUTE = "_handbook_terms"
_START = re.compile(r"\w+|[^\w\s]")  # a word, or a sign
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


class Uses(dict[str, tuple[tuple[int, str], ...]]):
    """Place and form of every use of a term in a text; looked for once, since the words of a record stand on several pages."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.wanted = lookup(project)

    def __missing__(self, text: str) -> tuple[tuple[int, str], ...]:
        found = self[str(text)] = tuple(found_in(nodes.unescape(text), self.wanted))
        return found


def lookup(project: Project) -> Lookup:
    """What to look for, from the glossary."""
    known, starts = groups(project), dict[str, list[str]]()
    for form in sorted(known, key=lambda f: (-len(f), f)):
        if first := _START.match(form):
            starts.setdefault(first[0], []).append(form)
    return Lookup(known, starts)


def found_in(text: str, wanted: Lookup) -> Iterator[tuple[int, str]]:
    """Place and form of every use in *text* as whole words, the longest form where several fit, none inside another."""
    low = text.lower()
    if len(low) != len(text):  # a letter that is two in lower case would shift what follows
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    could_be = [form for word in wanted.starts.keys() & set(_START.findall(low)) for form in wanted.starts[word] if form in low]
    if not could_be:
        return
    uses = [(at, -len(form), form) for form in could_be for at in places(low, form)]
    end = 0
    for at, _, form in sorted(uses):
        if at >= end:
            yield at, form
            end = at + len(form)


def places(text: str, form: str) -> Iterator[int]:
    """Where *form* stands in *text* as whole words."""
    at = text.find(form)
    while at >= 0:
        if not (at and _GOES_ON.match(text, at - 1)) and not _GOES_ON.match(text, at + len(form)):
            yield at
        at = text.find(form, at + 1)


def link(app: Sphinx, doctree: nodes.document) -> None:
    """Wrap the first use of each term in running text."""
    uses: Uses | None = getattr(app, _ATTRIBUTE, None)
    if uses is None:
        uses = Uses(project_of(app))
        setattr(app, _ATTRIBUTE, uses)
    if app.env.docname.partition("/")[0] in {"glossary", "references"} or not uses.wanted.known:
        return
    notebook.note("terms")
    seen = set[str]()
    docname = app.env.docname
    for text in running(doctree):
        if found := uses[text]:
            _replace(text, found, uses.wanted.known, seen, docname)


def running(doctree: nodes.document) -> list[nodes.Text]:
    """The texts of all paragraphs where a link may stand, in order: inside a paragraph, but in no other link or the like."""
    out: list[nodes.Text] = []

    def look(node: nodes.Element, within: bool) -> None:
        for child in node.children:
            kind = child.__class__
            if kind is nodes.Text:
                if within:
                    out.append(child)  # type: ignore[arg-type]
            elif not issubclass(kind, SKIP) and isinstance(child, nodes.Element):
                if within or kind is nodes.paragraph:
                    look(child, True)
                elif not issubclass(kind, nodes.TextElement) and "hb-notice" not in child["classes"]:
                    look(child, False)

    look(doctree, False)
    return out


def _replace(text: nodes.Text, found: Sequence[tuple[int, str]], known: dict[str, tuple[str, str]], seen: set[str], docname: str) -> None:
    words, out, last = text.astext(), list[nodes.Node](), 0
    for at, form in found:
        term, head = known[form]
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
