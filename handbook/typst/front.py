"""The title page: what the book is, which edition, how far it has been reviewed, and that it is not medical advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sphinx.config import Config

from handbook.edition import Edition
from handbook.pages import Page
from handbook.typst.markup import string

SAFETY = "This handbook informs; it is not medical advice."
SUBTITLE = "An open handbook for people with chronic pain, those close to them, and clinicians"
WORDS = {
    "draft": "{n} not yet checked against sources",
    "source-checked": "{n} checked against sources, not yet reviewed by a health professional",
    "clinician-reviewed": "{n} reviewed by a health professional",
}


def status_words(pages: Iterable[Page]) -> str:
    """How many pages are at which stage of review."""
    found = Counter(str(page.meta.get("status", "draft")) for page in pages)
    total = sum(found.values())
    if len(found) == 1:
        return f"All {total} pages: " + WORDS[next(iter(found))].format(n="").strip() + "."
    return f"Of {total} pages: " + "; ".join(words.format(n=found[key]) for key, words in WORDS.items() if found[key]) + "."


def meta(config: Config, edition: Edition, paper: str, pages: Iterable[Page], chapters: int, urgent: str | None) -> str:
    """The dictionary that the template reads; *chapters* is how many lines of contents it makes room for before it knows them."""
    url = str(config.html_baseurl) or "https://example.org/"
    language, _, region = (config.language or "en").replace("-", "_").partition("_")
    values = {
        "title": string(config.project),
        "author": string(config.author),
        "subtitle": string(SUBTITLE),
        "keywords": '("ketamine", "chronic pain", "patient information", "GRADE")',
        "version": string(edition.version),
        "date": string(edition.date),
        "url": string(url),
        "address": string(url.removeprefix("https://").rstrip("/")),
        "copyright": string(config.copyright if isinstance(config.copyright, str) else str(config.author)),
        "paper": string(paper),
        "lang": string(language),
        "region": string(region.lower()) if region else ('"us"' if language == "en" else "none"),
        "safety": string(SAFETY),
        "status": string(status_words(pages)),
        "chapters": str(chapters),
        "urgent": urgent or "none",
    }
    return "(" + "".join(f"{key}: {value},\n" for key, value in values.items()) + ")"
