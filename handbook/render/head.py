"""What a page says of itself to machines: description, dates and audience (schema.org), and its reading time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from handbook import edition
from handbook.model import Claim
from handbook.pages import Page
from handbook.patients import counted_sentences
from handbook.places import printed
from handbook.project import Project
from handbook.render.base import project_of
from handbook.render.notices import SAFETY, status_words

AUDIENCE = {"patient": "Patient", "carer": "Caregiver", "clinician": "Clinician", "contributor": "Contributor"}
RATING = {"wrong": 1, "unsupported": 2, "overstated": 3, "partly": 4, "supported": 5}
WORDS_A_MINUTE = 200


def page_data(page: Page, project: Project, base: str) -> dict[str, Any]:
    """`MedicalWebPage` with the page's own dates; `reviewedBy` only where a health professional reviewed it."""
    url = f"{base}{page.docname}.html"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "@id": url,
        "url": url,
        "name": page.title,
        "description": str(page.meta.get("scope", "")),
        "inLanguage": "en-US",
        "dateModified": str(page.meta.get("edited", "")),
        "lastReviewed": str(page.meta.get("reviewed", "")),
        "audience": [{"@type": "MedicalAudience", "audienceType": AUDIENCE[a]} for a in page.meta.get("audience", []) if a in AUDIENCE],
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
        "version": project.edition.version,
        "about": {"@type": "Drug", "name": "Ketamine"},
    }
    if page.meta.get("status") == "clinician-reviewed":
        people = [project.evidence.person[p] for p in page.meta.get("checked_by", []) if p in project.evidence.person]
        data["reviewedBy"] = [{"@type": "Person", "name": p.name, "jobTitle": p.role} for p in people if p.professional]
    return data


def claim_data(claim: Claim, page: str) -> dict[str, Any]:
    """One row of the ledger, at the address *page*, as `ClaimReview`; what cannot be checked has no rating."""
    from handbook.words import VERDICT_LABEL

    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{page}#claim-{claim.id}",
        "claimReviewed": claim.claim,
        "author": {"@type": "Organization", "name": "Ketamine for Chronic Pain handbook"},
        "reviewBody": f"{claim.fact} {claim.why}",
    }
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": VERDICT_LABEL[claim.verdict]}
    if claim.verdict in RATING:
        rating |= {"ratingValue": RATING[claim.verdict], "worstRating": 1, "bestRating": 5}
    return data | {"reviewRating": rating}


def change_address(repository: str, page: Page) -> str:
    """Where a reader opens the page's source to change it.

    *repository* is the address of the project on its host, or a pattern with `{path}` for hosts that want another form
    than `…/edit/main/docs/page.md`; nothing when it is empty.
    """
    if not repository:
        return ""
    pattern = repository if "{path}" in repository else repository.rstrip("/") + "/edit/main/{path}"
    return pattern.replace("{path}", page.path)


def context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Fill the template's variables for one page."""
    # The index and the search page are written in every build: they need no records, which are then not read.
    page = project_of(app).pages.get(pagename) if pagename in app.env.found_docs else None
    context["handbook_safety"] = SAFETY
    context["handbook_edition"] = edition.read(Path(app.confdir).parent)
    context["handbook_source"] = page.path if page else ""
    if page is None:
        return
    project, base = project_of(app), str(app.config.html_baseurl)
    context["handbook_status"] = status_words(page)
    # Without a repository the reader is led to the page that says how to send a change.
    how = context["pathto"]("contributing/index") if "contributing/index" in app.env.found_docs else ""
    context["handbook_change"] = change_address(str(app.config.handbook_repository), page) or how
    context["handbook_scope"] = str(page.meta.get("scope", ""))
    count = sum(words for _, _, words in counted_sentences(project, page))
    context["handbook_minutes"] = max(1, round(count / WORDS_A_MINUTE)) if count else 0
    data: list[dict[str, Any]] = [page_data(page, project, base)]
    for ledger in page.uses("ledger"):
        claims = sorted(printed(project.evidence, "ledger", ledger.options), key=lambda c: c.id)
        data += [claim_data(c, f"{base}{pagename}.html") for c in claims]
    text = json.dumps(data if len(data) > 1 else data[0], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    context["handbook_jsonld"] = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def setup(app: Sphinx) -> None:
    """Register."""
    app.add_config_value("handbook_repository", "", "html", (str,))
    app.connect("html-page-context", context)
