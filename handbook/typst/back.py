"""What can be written only when every page is known: places that links point to, and the index."""

from __future__ import annotations

import re

from sphinx.builders import Builder
from sphinx.environment.adapters.indexentries import IndexEntries

from handbook.problems import Problem
from handbook.typst.markup import array, label, string
from handbook.typst.rules import SCHEME, Book

_TOKEN = re.compile("\ue000([^\ue001]*)\ue001|\ue002([^\ue003]*)\ue003|\ue004([^\ue005]*)\ue005")


def index(book: Book, builder: Builder) -> str:
    """Glossary terms and `{index}` entries by letter; terms also with the pages where they are first used."""
    out = []
    for letter, entries in IndexEntries(book.env).create_index(builder):
        rows = []
        for name, (targets, subs, _) in entries:
            rows.append(_entry(book, 0, name, [str(uri) for _, uri in targets]))
            rows += [_entry(book, 1, sub, [str(uri) for _, uri in found]) for sub, found in subs]
        if rows := [r for r in rows if r]:
            out += [f"#idxletter({string(letter)})", *rows]
    return "#indexpages[\n" + "\n".join(out) + "\n]\n" if out else ""


def _entry(book: Book, depth: int, name: str, uris: list[str]) -> str:
    places = []
    for uri in uris:
        docname, _, anchor = uri.removeprefix(SCHEME).partition("#")
        full = label(docname, anchor)
        if full in book.named or full in book.same:
            places.append(full)
    if uris and not places:
        return ""
    uses = [use for place in places for use in book.uses.get(place, ())]
    for full in (*places, *uses):
        book.wanted.setdefault(full, _own(full))
    main, more = (array([f"\ue002{p}\ue003" for p in found]) for found in (places, uses))
    return f"#idx({depth}, {string(name)}, {main}, {more})"


def _own(full: str) -> Problem:
    return Problem("docs", 1, "L002", f"index entry points to {full!r}, which is not in the book")


def settle(book: Book, text: str) -> str:
    """Keep the places that something points to, give each link its one place, and note links that lead nowhere (L002)."""
    kept = {book.same.get(full, full) for full in book.wanted}
    written = {place or heading for place, _, heading in _TOKEN.findall(text)}
    for full, problem in book.wanted.items():
        if book.same.get(full, full) not in written:
            book.problems.append(problem)

    def token(match: re.Match[str]) -> str:
        place, link, heading = match.groups()
        if link is not None:
            return f"label({string(book.same.get(link, link))})"
        if place is not None:
            return f"#spot(label({string(place)}));" if place in kept else ""
        return f", lab: label({string(heading)})" if heading in kept else ""

    return _TOKEN.sub(token, text).replace('";#"', "")  # strings that stand side by side are one: fewer pieces to shape and to tag
