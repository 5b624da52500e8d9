"""On every page: the safety notice and review status under the title, the dates and version at the end."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from handbook.pages import Page
from handbook.project import Project
from handbook.render.base import blocks, doc_link, para, project_of

STATUS = {
    "draft": "Draft: not yet checked against its sources",
    "source-checked": "Checked against sources on {reviewed}; not yet reviewed by a health professional",
    "clinician-reviewed": "Reviewed by a health professional on {reviewed}",
}
SAFETY = "This page informs; it is not medical advice."


def status_words(page: Page) -> str:
    """The review status of a page in words."""
    return STATUS[str(page.meta.get("status", "draft"))].format(reviewed=page.meta.get("reviewed", ""))


def notice(app: Sphinx, page: Page) -> nodes.container:
    """Scope, safety notice and review status."""
    out = nodes.container("", classes=["hb-notice"])
    if page.kind not in {"home", "about", "contributing", "glossary", "reference"}:
        out += para(str(page.meta.get("scope", "")), classes=["hb-scope"])
    line = para(f"{SAFETY} {status_words(page)}. ", doc_link("safety/urgent-help", "Urgent help", from_=page.docname))
    line["classes"] = ["hb-status"]
    out += line
    return out


def dates(app: Sphinx, page: Page, project: Project) -> nodes.section:
    """Dates, people and version of a page."""
    version, day = project.edition
    names = {
        key: "; ".join(project.evidence.person[p].name for p in page.meta.get(key, []) if p in project.evidence.person) for key in ("authors", "checked_by")
    }
    rows = [
        ("Evidence searched to", page.meta.get("searched")), ("Page reviewed", page.meta.get("reviewed")),
        ("Next review due", page.meta.get("next_review")), ("Text last changed", page.meta.get("edited")),
        ("Written by", names["authors"]), ("Checked by", names["checked_by"]),
        ("Review status", status_words(page)), ("Funding", "None; no advertising"), ("Version", f"{version}, {day}"),
    ]  # fmt: skip
    out = nodes.section("", nodes.title("", "Dates and version"), ids=["dates-and-version"], names=["dates-and-version"], classes=["hb-dates"])
    fields = nodes.field_list("")
    for name, value in rows:
        fields += nodes.field("", nodes.field_name("", name), nodes.field_body("", para(str(value or "not recorded"))))
    out += fields
    return out


def add(app: Sphinx, doctree: nodes.document) -> None:
    """Put notice and dates into the doctree, so that every builder prints them."""
    project = project_of(app)
    page = project.pages.get(app.env.docname)
    first = next(iter(doctree.findall(nodes.section)), None)
    if page is None or first is None:
        return
    place = next((n for n, child in enumerate(first.children) if isinstance(child, nodes.title)), -1) + 1
    first.insert(place, notice(app, page))
    for section in [n for n in blocks(first) if isinstance(n, nodes.section) and "sources" in n["ids"] and n.parent is not first]:
        section.parent.remove(section)  # a directive writes into the section it stands in; the notes belong to the page
        first += section
    first += dates(app, page, project)


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("doctree-read", add, priority=400)
