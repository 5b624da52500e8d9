"""Popular claims: the ledger and its overview, the box on a page, and the list of claims that a page answers."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from handbook import words
from handbook.asked import listed, select
from handbook.model import Claim, Verdict
from handbook.render.base import RecordDirective, box, doc_link, para, span, table
from handbook.render.citing import cite
from handbook.render.nodes import disclosure, disclosure_title
from handbook.render.records import badge_of, keys_of

ARTICLES = {"A": "Article A", "B": "Article B", "C": "Article C", "D": "Article D"}


def verdict(claim: Claim) -> nodes.inline:
    """The verdict as a word with a sign."""
    return span(f"{words.VERDICT_SYMBOL[claim.verdict]} {words.VERDICT_LABEL[claim.verdict]}", "hb-verdict", f"hb-verdict-{claim.verdict}")


def topic_label(topic: str) -> str:
    """`conditions/back-pain` → `Back pain`."""
    return topic.rpartition("/")[2].replace("-", " ").capitalize()


class LedgerDirective(RecordDirective):
    """Shared: what every directive on claims needs."""

    def entry(self, claim: Claim, *, full: bool) -> list[nodes.Node]:
        """Fact first, claim second, verdict and reason third."""
        e = self.project.evidence
        keys = list(claim.sources)
        for name in claim.findings:
            keys += keys_of(e.finding[name], e) if name in e.finding else ()
        for name in claim.facts:
            keys += e.fact[name].sources if name in e.fact else ()
        keys = [k for k in dict.fromkeys(keys) if k in e.source]
        out: list[nodes.Node] = [para(nodes.strong("", claim.fact))]
        said = para("The claim: ", nodes.emphasis("", claim.claim), " ", verdict(claim))
        out.append(said)
        out.append(para(claim.why, *cite(self.state.memo.inliner, self.lineno, tuple(keys[:6]))))
        if full:
            line: list[str | nodes.Node] = ["Answered on: ", doc_link(claim.page, self.title_of(claim.page), from_=self.env.docname)]
            for f in (e.finding[name] for name in claim.findings if name in e.finding):
                line += [
                    " · ",
                    doc_link("", words.OUTCOME_LABEL[f.outcome], f"finding-{f.id}", self.env.docname),
                    " ",
                    badge_of(f, e),
                ]
            line.append(f" · {topic_label(claim.topic)} · Made in {', '.join(ARTICLES[a] for a in claim.articles)}")
            if claim.fault:
                line.append(f" · Fault: {claim.fault}")
            out.append(para(*line, classes=["hb-small"]))
        else:
            out.append(para(doc_link("", "This claim in the ledger", f"claim-{claim.id}", self.env.docname), classes=["hb-small"]))
        return out

    def title_of(self, docname: str) -> str:
        """The title of a page."""
        page = self.project.pages.get(docname)
        return page.title if page else docname


class Claimcheck(LedgerDirective):
    """`claimcheck ID`: a box with one claim, fact first."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Print the box."""
        claim = self.project.evidence.claim.get(self.arguments[0])
        if claim is None:
            return self.warn(f"claimcheck: no claim {self.arguments[0]!r}")
        return [box("claimcheck", "You may have read", *self.entry(claim, full=False))]


class ClaimsHere(LedgerDirective):
    """`claims-here`: every popular claim that the ledger sends to this page."""

    def run(self) -> list[nodes.Node]:
        """Print a disclosure with one entry a claim."""
        found: list[Claim] = select(self.project.evidence, "claim", page=[self.env.docname])
        if not found:
            return []
        out = disclosure("", disclosure_title("", f"Popular claims this page answers ({len(found)})"), classes=["hb-claims-here"])
        for claim in sorted(found, key=lambda c: c.id):
            item = nodes.container("", *self.entry(claim, full=False), classes=["hb-claim"])
            out += item
        return [out]


class Ledger(LedgerDirective):
    """`ledger`: claims in full, by verdict; `:topic:` chooses some."""

    option_spec: ClassVar[dict[str, Any]] = {"topic": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Print one section a verdict."""
        out: list[nodes.Node] = []
        for value, found in by_verdict(listed(self.project.evidence, "ledger", self.options)):
            section = verdict_section(value, len(found))
            for claim in found:
                anchor = f"claim-{claim.id}"
                self.reach(anchor, claim.claim)
                section += nodes.container("", *self.entry(claim, full=True), ids=[anchor], classes=["hb-claim"])
            out.append(section)
        return out


class ClaimsOverview(LedgerDirective):
    """`claims-overview`: how many claims each page below holds, and every claim as one line that leads to it."""

    def run(self) -> list[nodes.Node]:
        """Print the table of pages, then one section a verdict; a line keeps the claim's id, so that old links arrive."""
        e = self.project.evidence
        rows: list[list[Any]] = []
        for page, found in self.pages_below("ledger"):
            counts = [(words.VERDICT_LABEL[value].lower(), len(some)) for value, some in by_verdict(found)]
            said = ", ".join(f"{n} {label}" for label, n in counts)
            rows.append([[para(doc_link(page.docname, page.title, from_=self.env.docname))], str(len(found)), said])
        out: list[nodes.Node] = [table(["Claims about", "How many", "Verdicts"], rows, "Claims by topic", [40, 12, 48])] if rows else []
        for value, found in by_verdict(list(e.claim.values())):
            lines = nodes.bullet_list("", classes=["hb-lines"])
            for claim in found:
                lines += self.line(f"claim-{claim.id}", claim.claim, " ", verdict(claim))  # a claim is never read without its verdict
            section = verdict_section(value, len(found))
            section += lines
            out.append(section)
        return out


def by_verdict(claims: list[Claim]) -> list[tuple[Verdict, list[Claim]]]:
    """The claims of each verdict that has any, worst first, by topic and id."""
    order: list[Verdict] = sorted(get_args(Verdict), key=["wrong", "unsupported", "overstated", "partly", "not-checkable", "supported"].index)
    parts = [(value, sorted((c for c in claims if c.verdict == value), key=lambda c: (c.topic, c.id))) for value in order]
    return [(value, found) for value, found in parts if found]


def verdict_section(value: Verdict, count: int) -> nodes.section:
    """An empty section under the words of a verdict."""
    title = f"{words.VERDICT_LABEL[value]}: {count} claim{'s' * (count != 1)}"
    return nodes.section("", nodes.title("", title), ids=[f"verdict-{value}"], names=[f"verdict-{value}"])


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("claimcheck", Claimcheck)
    app.add_directive("claims-here", ClaimsHere)
    app.add_directive("ledger", Ledger)
    app.add_directive("claims-overview", ClaimsOverview)
