"""`self-audit`: DISCERN scores page by page from two raters, and every item under 4 with its reason."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from handbook.model import Rating
from handbook.render.base import doc_link, para, table
from handbook.render.tables import TableDirective

ITEMS = (
    "Aims are clear", "Keeps what it promises", "Relevant to readers", "Sources named", "Dates shown", "Balanced",
    "Other help listed", "Says what is not known", "How treatment acts", "Benefits", "Risks", "What no treatment means",
    "Daily life", "Other choices", "Helps shared decisions", "Overall",
)  # fmt: skip


class SelfAudit(TableDirective):
    """Print the sums and the low items."""

    def run(self) -> list[nodes.Node]:
        """One row a page; then a list of items under 4."""
        ratings = self.project.evidence.rating
        if not ratings:
            return self.warn("self-audit: no ratings")
        pages: dict[str, list[Rating]] = {}
        for rating in ratings.values():
            pages.setdefault(rating.page, []).append(rating)
        rows, low = [], nodes.bullet_list("")
        for docname, found in sorted(pages.items()):
            title = self.project.pages[docname].title if docname in self.project.pages else docname
            link = [para(doc_link(docname, title, from_=self.env.docname))]
            sums = " and ".join(str(sum(r.scores[:15])) for r in found)
            overall = " and ".join(str(r.scores[15]) for r in found)
            under = [n for n in range(16) if any(r.scores[n] < 4 for r in found)]
            rows.append([link, sums, overall, ", ".join(f"D{n + 1}" for n in under) or "none"])
            if under:
                words = "; ".join(f"D{n + 1} {ITEMS[n].lower()} ({' and '.join(str(r.scores[n]) for r in found)})" for n in under)
                why = " ".join(r.why for r in found if r.why)
                low += nodes.list_item("", para(nodes.strong("", f"{title}: "), f"{words}. {why}"))
        head = ["Page", "Items 1 to 15, of 75 (two raters)", "Overall, of 5", "Items under 4"]
        return [table(head, rows, "DISCERN, self-rated", [40, 24, 14, 22]), low]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("self-audit", SelfAudit)
