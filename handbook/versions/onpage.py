"""What a page says of its version, and the rest that only the whole site can know: canonical address, moved anchors.

All of it is written into the finished pages, so it works without JavaScript and old versions get it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from handbook.versions import redirects

BLOCK = re.compile(r'[ \t]*<(nav|div) class="?hb-version"?[\s>].*?</\1>[ \t]*\n?', re.S)
ASSETS = re.compile(r"<(?:link|script)\b[^>]*\bdata-hb-version\b[^>]*>(?:</script>)?\n?")
CANONICAL = re.compile(r'[ \t]*<link\b[^>]*\brel="?canonical\b[^>]*>\n?', re.I)
HEAD_END = re.compile(r"</head>", re.I)
ARTICLE = re.compile(r'(?=<article class="?bd-article\b)')
MAIN = re.compile(r"<main\b[^>]*>", re.I)
BODY = re.compile(r"<body\b[^>]*>", re.I)
NOT_PAGES = frozenset({"404.html"})


@dataclass(frozen=True)
class Entry:
    """One version in the site: its folder, date, and the pages it has (docnames)."""

    name: str
    date: str
    pages: frozenset[str]

    @property
    def dev(self) -> bool:
        """Whether this is the development version."""
        return self.name == "dev"

    @property
    def words(self) -> str:
        """How it is called in running text."""
        return "the development version" if self.dev else f"version {self.name}"


@dataclass(frozen=True)
class Site:
    """What every page has to know: all versions (newest release first, `dev` last), the public address, the files shared."""

    entries: list[Entry]
    base: str
    moved: dict[str, str] = field(default_factory=dict)
    css: str = ""
    js: str = ""

    @property
    def latest(self) -> Entry:
        """The newest release; the development version while there is none."""
        return self.entries[0]


def up(docname: str) -> str:
    """From a page of a version to the top of the site."""
    return "../" * (docname.count("/") + 1)


def href(path: str) -> str:
    """A relative address as it stands in HTML."""
    page, mark, anchor = path.partition("#")
    return escape(quote(page) + mark + quote(anchor))


def rewrite(html: str, entry: Entry, docname: str, site: Site) -> str:
    """One finished page with its place among the versions."""
    top = up(docname)
    there = redirects.counterpart(docname, site.moved, site.latest.pages)
    if there:
        head = f'<link rel="canonical" href="{site.base}latest/{href(there.partition("#")[0] + ".html")}">\n'
    else:  # gone from the handbook: readers may come by old links, but not from a search engine
        head = '<meta name="robots" content="noindex">\n'
        head += f'<link rel="canonical" href="{site.base}{entry.name}/{href(docname + ".html")}">\n'
    head += f'<link rel="stylesheet" href="{top}{site.css}" data-hb-version>\n<script defer src="{top}{site.js}" data-hb-version></script>\n'
    html = CANONICAL.sub("", ASSETS.sub("", html))
    html = HEAD_END.sub(lambda m: head + m[0], html, count=1)
    html = _place(html, block(entry, docname, site))
    return _anchors(html, docname, entry, site)


def block(entry: Entry, docname: str, site: Site) -> str:
    """Banner, plain line and switcher of one page."""
    top, latest = up(docname), site.latest
    parts = [f'<nav class="hb-version" aria-label="Version" data-hb-switcher="{top}switcher.json">\n']
    there = redirects.counterpart(docname, site.moved, latest.pages)
    if there:
        link = f'<a class="hb-version-same" href="{top}latest/{href(_file(there))}">Read this page in version {latest.name}, the latest</a>.'
    else:
        link = f'The latest version, {latest.name}, does not have this page. <a href="{top}latest/index.html">Go to its first page</a>.'
    if entry.dev and latest.dev:
        parts.append('<p class="hb-version-dev"><strong>Development version.</strong> Nothing has been released yet; this text still changes.</p>\n')
    elif entry.dev:
        parts.append(f'<p class="hb-version-dev"><strong>Development version.</strong> Not released; it still changes. {link}</p>\n')
    elif entry.name != latest.name:
        warning = f"<strong>Old version.</strong> This is version {entry.name} of {entry.date}. Its advice may be out of date."
        parts.append(f'<p class="hb-version-old">{warning} {link}</p>\n')
    name = "Development version" if entry.dev else f"Version {entry.name}"
    parts.append(f'<p class="hb-version-line">{name}, {entry.date}. <a href="{top}versions/index.html">All versions</a></p>\n')
    others = [_item(e, entry, docname, site) for e in site.entries]
    if len(others) > 1:
        parts.append('<details class="hb-version-menu"><summary>This page in other versions</summary>\n<ul>\n')
        parts += [*others, "</ul></details>\n"]
    return "".join(parts) + "</nav>\n"


def _item(other: Entry, entry: Entry, docname: str, site: Site) -> str:
    top = up(docname)
    label = "Development version" if other.dev else f"Version {other.name}"
    label += f", {other.date}" + (" (latest)" if other is site.latest and not other.dev else "")
    if other is entry:
        return f'<li aria-current="true">{label}: you are here</li>\n'
    there = redirects.counterpart(docname, site.moved, other.pages)
    if there is None:
        return f'<li>{label}: does not have this page; <a href="{top}{other.name}/index.html">its first page</a></li>\n'
    return f'<li><a class="hb-version-same" href="{top}{other.name}/{href(_file(there))}">{label}</a></li>\n'


def _file(address: str) -> str:
    docname, mark, anchor = address.partition("#")
    return f"{docname}.html{mark}{anchor}"


def _place(html: str, text: str) -> str:
    if BLOCK.search(html):
        return BLOCK.sub(lambda _: text, html, count=1)
    if ARTICLE.search(html):
        return ARTICLE.sub(lambda _: text, html, count=1)
    for rx in (MAIN, BODY):
        if rx.search(html):
            return rx.sub(lambda m: m[0] + "\n" + text, html, count=1)
    return html


def _anchors(html: str, docname: str, entry: Entry, site: Site) -> str:
    """Keep promised anchors of this page that have moved: as a second name in place, or as a link to the new page."""
    gone = []
    for source, target in sorted(site.moved.items()):
        page, _, anchor = source.partition("#")
        if page != docname or not anchor or f'id="{escape(anchor)}"' in html:
            continue
        there = redirects.follow(target, site.moved, entry.pages)
        to_page, _, to_anchor = (there or "").partition("#")
        spot = f'id="{escape(to_anchor)}"'
        if to_page == docname and to_anchor and spot in html:
            html = re.sub(rf"<[^<>]*\b{re.escape(spot)}", lambda m, a=anchor: f'<span id="{escape(a)}"></span>' + m[0], html, count=1)  # type: ignore[misc]
        elif there and to_page != docname:
            away = up(docname)[3:] + href(_file(there))
            gone.append(f'<p class="hb-version-moved" id="{escape(anchor)}">This section has moved. <a href="{away}">Read it on its new page</a>.</p>\n')
    if gone:
        html = BLOCK.sub(lambda m: m[0] + "".join(gone), html, count=1)
    return html
