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


class Uses(dict[str, tuple[tuple[int, str], ...]]):
    """Place and form of every use of a term in a text; looked for once, since the words of a record stand on several pages."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.wanted = lookup(project)

    def __missing__(self, text: str) -> tuple[tuple[int, str], ...]:
        words = nodes.unescape(text)
        found = self[str(text)] = tuple(found_in(words, self.wanted)) if self.wanted.could_be_in(words) else ()
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
    uses: Uses | None = getattr(app, _ATTRIBUTE, None)
    if uses is None:
        uses = Uses(project_of(app))
        setattr(app, _ATTRIBUTE, uses)
    if app.env.docname.partition("/")[0] in {"glossary", "references"} or not uses.wanted.known:
        return
    notebook.note("terms")
    seen = set[str]()
    for text in list(running(doctree)):
        if found := uses[text]:
            _replace(text, found, uses.wanted.known, seen, app.env.docname)


def running(node: nodes.Element, within: bool = False) -> Iterator[nodes.Text]:
    """The texts of all paragraphs where a link may stand, in order; *within* a paragraph that is where no other link or the like is."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            if within:
                yield child
        elif isinstance(child, SKIP) or not isinstance(child, nodes.Element):
            continue
        elif within or isinstance(child, nodes.paragraph):
            yield from running(child, True)
        elif not isinstance(child, nodes.TextElement) and "hb-notice" not in child["classes"]:
            yield from running(child)


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
