"""The files at the top of the site: first page, list of versions, switcher, sitemap, robots, headers, error page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import escape
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from handbook.versions.onpage import Entry, Site, href

NOT_IN_SITEMAP = frozenset({"404", "search", "genindex"})
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S | re.I)
_STYLED = re.compile(r"<style\b|<[a-z][^<>]*\sstyle=", re.I)
MAX_LINE = 1900  # characters; hosts cut longer lines of _headers


class Inline(NamedTuple):
    """What pages hold that a content security policy must name: hashes of inline scripts, and whether styles are inline."""

    scripts: frozenset[str]
    styles: bool


def inline_of(html: str) -> Inline:
    """The inline scripts and styles of one page; blocks of data are not run and need no leave."""
    hashes = set()
    for attributes, body in _SCRIPT.findall(html):
        if not re.search(r"\bsrc=", attributes) and not re.search(r"\btype=[\"']?[\w/+]*json", attributes):
            hashes.add(base64.b64encode(hashlib.sha256(body.encode()).digest()).decode())
    return Inline(frozenset(hashes), bool(_STYLED.search(html)))


def policy(inline: Inline) -> str:
    """The content security policy of one version: everything from this host, nothing else."""
    scripts = " ".join(f"'sha256-{h}'" for h in sorted(inline.scripts))
    styles = " 'unsafe-inline'" if inline.styles else ""
    text = (
        "default-src 'none'; script-src 'self'{}; style-src 'self'{}; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    full = text.format(f" {scripts}" if scripts else "", styles)
    return full if len(full) <= MAX_LINE else text.format(" 'unsafe-inline'", styles)


def headers(site: Site, inline: dict[str, Inline]) -> str:
    """`_headers`, as Netlify, Cloudflare Pages and others read it.

    Where several rules match, hosts join their values, so no header stands in two rules that can match one file.
    """
    out = [
        "/*",
        "  X-Content-Type-Options: nosniff",
        "  X-Frame-Options: DENY",
        "  Referrer-Policy: no-referrer",
        "  Permissions-Policy: camera=(), geolocation=(), microphone=()",
        "  Cross-Origin-Opener-Policy: same-origin",
        "  Strict-Transport-Security: max-age=31536000",
        "/_versions/*",
        "  Cache-Control: public, max-age=31536000, immutable",
    ]
    for path in ("/", "/index.html", "/404.html", "/versions/*"):
        out += [path, f"  Content-Security-Policy: {policy(Inline(frozenset(), False))}"]
    for name in [*[e.name for e in site.entries], "latest"]:
        lasting = name not in {"dev", "latest"}
        out += [f"/{name}/*", f"  Content-Security-Policy: {policy(inline[site.latest.name if name == 'latest' else name])}"]
        out += [f"/{name}/_static/*", f"  Cache-Control: public, max-age={'31536000, immutable' if lasting else '3600'}"]
    return "\n".join(out) + "\n"


def switcher(site: Site) -> str:
    """`switcher.json` in the form that the pydata theme and others read."""
    rows = []
    for e in site.entries:
        row = {"name": _name(e, site), "version": e.name, "url": f"{site.base}{e.name}/", "date": e.date}
        rows.append({**row, "preferred": True} if e is site.latest else row)
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def _name(entry: Entry, site: Site) -> str:
    return "development" if entry.dev else entry.name + (" (latest)" if entry is site.latest else "")


def sitemap(site: Site) -> str:
    """The pages of the latest version: the only ones meant for search engines."""
    urls = [f"{site.base}latest/{quote(d)}.html" for d in sorted(site.latest.pages) if d not in NOT_IN_SITEMAP]
    rows = "".join(f"<url><loc>{escape(u)}</loc></url>\n" for u in urls)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'


def robots(site: Site) -> str:
    """Nothing is forbidden: old pages name their successor, and a robot must be able to read that."""
    return f"User-agent: *\nAllow: /\nSitemap: {site.base}sitemap.xml\n"


def _page(title: str, head: str, body: str, css: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{head}<link rel="stylesheet" href="{css}">\n</head>\n'
        f'<body class="hb-version-page">\n<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n'
    )


def first(site: Site, title: str) -> str:
    """The first page: sends on to the latest version, by a link where the browser does not go by itself."""
    head = f'<meta http-equiv="refresh" content="0; url=latest/index.html">\n<link rel="canonical" href="{site.base}latest/index.html">\n'
    body = '<p><a href="latest/index.html">Read the handbook</a></p>\n<p><a href="versions/index.html">All versions</a></p>\n'
    return _page(title, head, body, site.css)


def listing(site: Site, title: str) -> str:
    """All versions with their dates."""
    rows = "".join(
        f'<li><a href="../{e.name}/index.html">{"Development version" if e.dev else "Version " + e.name}</a>, {e.date}'
        + (" (latest)" if e is site.latest and not e.dev else " (not released)" if e.dev else " (old)")
        + (f', <a href="../latest/changes/v{e.name}.html">what changed</a>' if f"changes/v{e.name}" in site.latest.pages else "")
        + "</li>\n"
        for e in site.entries
    )
    head = '<link rel="alternate" type="application/atom+xml" title="Releases" href="../feed.xml">\n'
    head += f'<link rel="canonical" href="{site.base}versions/index.html">\n'
    body = f'<ul>\n{rows}</ul>\n<p><a href="../feed.xml">News of releases (Atom feed)</a></p>\n<p><a href="../latest/index.html">Latest version</a></p>\n'
    return _page(f"{title}: all versions", head, body, "../" + site.css)


def not_found(site: Site, title: str) -> str:
    """The page for wrong addresses; shown at any depth, so its links begin at the top of the host."""
    top = urlsplit(site.base).path or "/"
    body = f'<p>There is no page at this address.</p>\n<p><a href="{top}latest/index.html">{escape(title)}: first page</a></p>\n'
    body += f'<p><a href="{top}versions/index.html">All versions</a></p>\n'
    return _page("Page not found", '<meta name="robots" content="noindex">\n', body, top + site.css)


def moved_page(docname: str, there: str, site: Site) -> str:
    """A page that stands where another one was and leads to it."""
    up = "../" * docname.count("/")
    page, mark, anchor = there.partition("#")
    target = up + href(f"{page}.html{mark}{anchor}")
    head = f'<meta http-equiv="refresh" content="0; url={target}">\n<meta name="robots" content="noindex">\n'
    head += f'<link rel="canonical" href="{site.base}latest/{href(page + ".html")}">\n'
    return _page("This page has moved", head, f'<p><a href="{target}">Go to its new address</a></p>\n', up + "../" + site.css)
