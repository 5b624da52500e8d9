"""Popular claims: the ledger, the box on a page, and the list of claims that a page answers."""

from __future__ import annotations

from typing import get_args

from docutils import nodes
from sphinx.application import Sphinx

from handbook import words
from handbook.model import Claim, Verdict
from handbook.render.base import RecordDirective, box, doc_link, para, span
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

    kinds = ("claim", "finding", "fact", "source")

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
            line: list[str | nodes.Node] = ["Answered on: ", doc_link(self.env.app, claim.page, self.title_of(claim.page), from_=self.env.docname)]
            for f in (e.finding[name] for name in claim.findings if name in e.finding):
                line += [
                    " · ",
                    doc_link(self.env.app, "evidence/findings", words.OUTCOME_LABEL[f.outcome], f"finding-{f.id}", self.env.docname),
                    " ",
                    badge_of(f, e),
                ]
            line.append(f" · {topic_label(claim.topic)} · Made in {', '.join(ARTICLES[a] for a in claim.articles)}")
            if claim.fault:
                line.append(f" · Fault: {claim.fault}")
            out.append(para(*line, classes=["hb-small"]))
        else:
            out.append(para(doc_link(self.env.app, "evidence/claims", "This claim in the ledger", f"claim-{claim.id}", self.env.docname), classes=["hb-small"]))
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
        found = [c for c in self.project.evidence.claim.values() if c.page == self.env.docname]
        if not found:
            return []
        out = disclosure("", disclosure_title("", f"Popular claims this page answers ({len(found)})"), classes=["hb-claims-here"])
        for claim in sorted(found, key=lambda c: c.id):
            item = nodes.container("", *self.entry(claim, full=False), classes=["hb-claim"])
            out += item
        return [out]


class Ledger(LedgerDirective):
    """`ledger`: all claims, grouped by verdict; filters work with links alone."""

    def run(self) -> list[nodes.Node]:
        """Print counts, jump links, and one section a verdict."""
        e = self.project.evidence
        std = self.env.get_domain("std")
        order = sorted(get_args(Verdict), key=["wrong", "unsupported", "overstated", "partly", "not-checkable", "supported"].index)
        out: list[nodes.Node] = [nodes.container("", *self.indexes(), classes=["hb-filters"], ids=["ledger-filters"])]
        for value in order:
            found = sorted((c for c in e.claim.values() if c.verdict == value), key=lambda c: (c.topic, c.id))
            if not found:
                continue
            title = f"{words.VERDICT_LABEL[value]}: {len(found)} claims"
            section = nodes.section("", nodes.title("", title), ids=[f"verdict-{value}"], names=[f"verdict-{value}"])
            for claim in found:
                anchor = f"claim-{claim.id}"
                std.anonlabels[anchor] = (self.env.docname, anchor)  # type: ignore[attr-defined]
                std.labels[anchor] = (self.env.docname, anchor, claim.claim)  # type: ignore[attr-defined]
                classes = ["hb-claim", f"hb-v-{value}", f"hb-t-{claim.topic.replace('/', '-')}", *(f"hb-a-{a.lower()}" for a in claim.articles)]
                section += nodes.container("", *self.entry(claim, full=True), ids=[anchor], classes=classes)
            out.append(section)
        return out

    def indexes(self) -> list[nodes.Node]:
        """Lists of links by verdict, topic and article: filters for those without JavaScript."""
        claims = self.project.evidence.claim.values()
        out: list[nodes.Node] = []
        topics = sorted({c.topic for c in claims})
        groups: list[tuple[str, list[tuple[str, list[Claim]]]]] = [
            ("By topic", [(topic_label(t), [c for c in claims if c.topic == t]) for t in topics]),
            ("By article", [(ARTICLES[a], [c for c in claims if a in c.articles]) for a in ARTICLES]),
        ]
        for title, parts in groups:
            box_ = disclosure("", disclosure_title("", title), classes=["hb-filter"])
            for label, found in parts:
                line: list[str | nodes.Node] = [nodes.strong("", f"{label} ({len(found)}): ")]
                for n, c in enumerate(sorted(found, key=lambda c: c.id)):
                    line += [
                        ", " if n else "",
                        doc_link(self.env.app, "", f"{c.claim.rstrip('.')} ({words.VERDICT_LABEL[c.verdict].lower()})", f"claim-{c.id}", self.env.docname),
                    ]
                box_ += para(*line, classes=["hb-small"])
            out.append(box_)
        return out


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("claimcheck", Claimcheck)
    app.add_directive("claims-here", ClaimsHere)
    app.add_directive("ledger", Ledger)
