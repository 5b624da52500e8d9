"""Link the first use of every glossary term on a page, plural or not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from handbook.asked import notebook
from handbook.project import Project
from handbook.render.base import project_of
from handbook.render.nodes import badge, disclosure_title, drawing
from handbook.render.writer import TERM

SKIP = (
    nodes.title, nodes.reference, nodes.literal, nodes.footnote, nodes.term, nodes.citation, nodes.caption, nodes.rubric,
    nodes.field_name, addnodes.pending_xref, badge, disclosure_title, drawing, nodes.raw,
)  # fmt: skip

_ATTRIBUTE = "_handbook_terms"


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


class Uses(dict[str, tuple[tuple[int, str], ...]]):
    """Place and form of every use of a term in a text; looked for once, since the words of a record stand on several pages."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.known = groups(project)
        self.wanted = pattern(self.known)

    def __missing__(self, text: str) -> tuple[tuple[int, str], ...]:
        found = self[str(text)] = tuple(found_in(nodes.unescape(text), self.wanted))
        return found


def pattern(known: Collection[str]) -> re.Pattern[str]:
    """What matches each form as whole words, the longest where several fit."""
    return re.compile(rf"(?<![\w-])(?:{branches(known)})(?![\w-])")


def branches(words: Collection[str], depth: int = 3) -> str:
    """The words as a pattern that branches at their first letters: one list of hundreds is tried from its start at every letter of a text."""
    if not depth:
        return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))
    parts = [(sign, [word[1:] for word in some]) for sign, some in groupby(sorted(words), key=lambda w: w[:1])]
    ends = [""] if any(not sign for sign, _ in parts) else []  # a word that ends here is shorter than all others
    return "|".join([f"{re.escape(sign)}(?:{branches(rest, depth - 1)})" for sign, rest in parts if sign] + ends)


def found_in(text: str, wanted: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Place and form of every use in *text*, none inside another."""
    low = text.lower()
    if len(low) != len(text):  # a letter that is two in lower case would shift what follows
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return ((match.start(), match[0]) for match in wanted.finditer(low))


def link(app: Sphinx, doctree: nodes.document) -> None:
    """Wrap the first use of each term in running text."""
    uses: Uses | None = getattr(app, _ATTRIBUTE, None)
    if uses is None:
        uses = Uses(project_of(app))
        setattr(app, _ATTRIBUTE, uses)
    if app.env.docname.partition("/")[0] in {"glossary", "references"} or not uses.known:
        return
    notebook.note("terms")
    seen = set[str]()
    docname = app.env.docname
    for text in running(doctree):
        if found := uses[text]:
            _replace(text, found, uses.known, seen, docname)


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
    words, out, last = "", list[nodes.Node](), 0
    for at, form in found:
        term, head = known[form]
        if head in seen:
            continue
        seen.add(head)
        words = words or text.astext()
        end = at + len(form)
        if at > last:
            out.append(nodes.Text(words[last:at]))
        attributes = {"refdomain": "std", "reftype": "term", "reftarget": term, "refexplicit": True, "refwarn": True, "refdoc": docname}
        out.append(addnodes.pending_xref("", nodes.inline("", words[at:end], classes=TERM), **attributes))
        last = end
    if out:
        if last < len(words):
            out.append(nodes.Text(words[last:]))
        text.parent.replace(text, out)


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("doctree-read", link, priority=900)
