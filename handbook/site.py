"""Check a built HTML folder offline: every link, anchor, file and id, and everything a browser loads by itself.

Places are `page.html:line` relative to the folder; where Sphinx kept the page's source, the message names it too.
"""

from __future__ import annotations

import gzip
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree

from handbook.problems import Problem, nearest
from handbook.project import read_list

NOT_FOUND = "404.html"
MOST_BYTES = 20 * 1024  # of a page as sent (gzip), so that a phone shows the next page at once
SAME_ON_MANY = 5  # a fault of the menu stands on every page: from here on it is one problem with a count
LOADING_RELS = frozenset({"stylesheet", "icon", "apple-touch-icon", "mask-icon", "preload", "modulepreload", "prefetch",
                          "prerender", "preconnect", "dns-prefetch", "manifest"})  # fmt: skip
# Attributes that make a browser fetch something without being asked; `xlink:href` is read by its full name too.
LOADING = {
    "script": ("src", "href", "data-then"), "img": ("src",), "source": ("src",), "iframe": ("src",), "frame": ("src",),
    "embed": ("src",), "object": ("data",), "video": ("src", "poster"), "audio": ("src",), "track": ("src",),
    "input": ("src",), "body": ("background",), "table": ("background",), "td": ("background",), "base": ("href",),
    "image": ("href", "xlink:href"), "use": ("href", "xlink:href"), "feimage": ("href", "xlink:href"),
}  # fmt: skip
_XLINK = "{http://www.w3.org/1999/xlink}href"
_CSS = re.compile(
    r"""(?P<skip>@namespace[^;]*;|/\*.*?\*/)|@import\s+(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)')"""
    r"""|url\(\s*(?:"(?P<c>[^"]*)"|'(?P<d>[^']*)'|(?P<e>[^)"'\s]*))\s*\)""",
    re.S | re.I,
)
_JS_STRING = re.compile(r"""(?P<q>["'`])(?P<url>(?:(?:https?|wss?):)?//[^"'`\s\\]+)(?P=q)""", re.I)
_JS_LOADS = re.compile(
    r"(?:\b(?:fetch|import|importScripts|Worker|EventSource|WebSocket|sendBeacon|getScript|getJSON|ajax|get|load)\s*\(\s*"
    r"|\b(?:from|import)\s*|\.open\(\s*[\"'][A-Z]+[\"']\s*,\s*|\.(?:src|poster)\s*=\s*"
    r"|setAttribute\(\s*[\"']src[\"']\s*,\s*)$"
)
_ASSET = re.compile(r"//[^/]+/.*\.(?:m?js|css|woff2?|ttf|otf|png|jpe?g|gif|webp|svg|ico|json|wasm)(?:[?#].*)?$", re.I)
_HERE = re.compile(r"(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\])(?::\d+)?$")


class Load(NamedTuple):
    """One file that a browser fetches by itself: which file asks for it, in which line, how, and the address."""

    path: str
    line: int
    kind: str
    url: str

    @property
    def outside(self) -> bool:
        """Whether it comes from another host."""
        parts = urlsplit(self.url)
        return bool(parts.netloc) or parts.scheme in {"http", "https", "ws", "wss", "ftp"}


class Link(NamedTuple):
    """One address that a reader may follow."""

    line: int
    url: str


@dataclass
class Page:
    """What one built page holds."""

    path: str
    ids: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    anchors: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    without_alt: list[tuple[int, str]] = field(default_factory=list)


class Fault(NamedTuple):
    """A problem before equal ones of many pages are put together."""

    path: str
    line: int
    code: str
    message: str
    advice: str = ""
    target: str = ""  # the file meant, however the address is written


def check(folder: Path) -> list[Problem]:
    """Every problem of the built site in *folder*, sorted by place."""
    files = files_of(folder)
    pages, faults = _pages(folder, files)
    if not pages:
        return sorted(_problems([*faults, Fault("index.html", 1, "L012", "the folder holds no page")], files))
    mirrors = read_list("mirrors.txt")
    for page in pages.values():
        faults += _ids(page)
        for link in page.links:
            faults += _link(page.path, link, files, pages, mirrors)
    for load in _all_loads(folder, files, pages):
        faults += _load(load, files)
    return sorted(_problems(faults, files))


def loads(folder: Path) -> list[Load]:
    """Everything a browser loads by itself while someone reads the site, sorted; data: addresses are no loads."""
    files = files_of(folder)
    return sorted(set(_all_loads(folder, files, _pages(folder, files)[0])))


def files_of(folder: Path) -> frozenset[str]:
    """All files of the folder by their exact names, so that capitals count on every system."""
    return frozenset(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _pages(folder: Path, files: frozenset[str]) -> tuple[dict[str, Page], list[Fault]]:
    pages, faults = {}, []
    for path in sorted(f for f in files if f.endswith(".html") and not f.startswith("_static/")):
        data = (folder / path).read_bytes()
        page = read_page(path, data)
        if page:
            pages[path] = page
            if (sent := len(gzip.compress(data, 6, mtime=0))) > MOST_BYTES:
                faults.append(Fault(path, 1, "L017", f"the page weighs {sent:,} bytes as sent, {sent - MOST_BYTES:,} more than allowed"))
        else:
            faults.append(Fault(path, 1, "L012", "the page is empty or no HTML"))
    return pages, faults


def read_page(path: str, data: bytes) -> Page | None:
    """Read one page; nothing if there is no HTML in it."""
    root = etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    if root is None or b"<" not in data:
        return None
    page = Page(path)
    for el in root.iter(etree.Element):
        _element(page, el)
    return page


def _element(page: Page, el: Any) -> None:
    tag, line, at = el.tag, el.sourceline or 1, el.attrib
    if "id" in at:
        page.ids[at["id"]].append(line)
    if tag == "a" and "name" in at:
        page.anchors.add(at["name"])
    if tag in {"a", "area"} and "href" in at:
        page.links.append(Link(line, at["href"].strip()))
    if tag == "form" and at.get("action"):
        page.links.append(Link(line, at["action"].strip()))
    if tag == "img" and "alt" not in at:
        page.without_alt.append((line, at.get("src", "")))
    if tag == "link" and "href" in at:
        rels = set(at.get("rel", "").lower().split())
        if rels & LOADING_RELS:
            page.loads.append(Load(page.path, line, f"link {' '.join(sorted(rels))}", at["href"].strip()))
        elif not urlsplit(at["href"]).scheme:
            page.links.append(Link(line, at["href"].strip()))
    for name in LOADING.get(tag, ()):
        url = at.get(name) or (at.get(_XLINK) if name == "xlink:href" else None)
        if url:
            page.loads.append(Load(page.path, line, f"{tag} {name}", url.strip()))
    for name in ("srcset", "imagesrcset"):
        for url in srcset(at.get(name, "")):
            page.loads.append(Load(page.path, line, f"{tag} {name}", url))
    if "style" in at:
        page.loads += [Load(page.path, line, kind, url) for _, kind, url in css_urls(at["style"])]
    if tag == "style" and el.text:
        page.loads += [Load(page.path, line + n - 1, kind, url) for n, kind, url in css_urls(el.text)]
    if tag == "script" and el.text and "json" not in at.get("type", ""):
        page.loads += [Load(page.path, line + n - 1, "script text", url) for n, url in js_urls(el.text)]
    if tag == "meta" and at.get("http-equiv", "").lower() == "refresh":
        target = re.search(r"url\s*=\s*['\"]?([^'\"]+)", at.get("content", ""), re.I)
        if target:  # a page of redirects: its target is checked like a link
            load = Load(page.path, line, "meta refresh", target[1].strip())
            if load.outside:
                page.loads.append(load)
            else:
                page.links.append(Link(line, load.url))


def srcset(value: str) -> list[str]:
    """The addresses of a `srcset`: each is followed by a width or density and a comma; data: addresses hold commas."""
    return [m[1].rstrip(",") for m in re.finditer(r"([^\s,]\S*)(?:\s+[\d.]+[wxh])?\s*(?:,|$)", value)]


def css_urls(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, kind and address of every `url()` and `@import` of a style sheet."""
    for match in _CSS.finditer(text):
        if not match["skip"]:
            kind = "css @import" if match["a"] or match["b"] else "css url()"
            url = next((match[g] for g in "abcde" if match[g]), "")
            if url:
                yield text.count("\n", 0, match.start()) + 1, kind, url


def js_urls(text: str) -> Iterator[tuple[int, str]]:
    """Line and address of the strings that a script would load from another host.

    A script cannot be read without running it, so this goes by form: the address is the argument of a call that
    loads, or it names a file of a kind that is loaded (script, style, font, image, data). A plain address in a
    string, such as a link or the name of a namespace, is none.
    """
    for match in _JS_STRING.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        if _JS_LOADS.search(before) or _ASSET.search(match["url"]):
            yield text.count("\n", 0, match.start()) + 1, match["url"]


def _all_loads(folder: Path, files: frozenset[str], pages: dict[str, Page]) -> list[Load]:
    """The loads of all pages, and in turn of the style sheets and scripts they load; each file is read once."""
    found = [load for page in pages.values() for load in page.loads]
    done: set[str] = set()
    for load in found:  # grows while it is walked
        target = (None if load.outside else resolve(load.path, load.url, files)) or ""
        if target in done or target not in files or not target.endswith((".css", ".js", ".mjs", ".svg")):
            continue
        done.add(target)
        text = (folder / target).read_text(encoding="utf-8", errors="replace")
        if target.endswith(".css"):
            found += [Load(target, line, kind, url) for line, kind, url in css_urls(text)]
        elif target.endswith(".svg"):
            found += list(_svg_loads(target, text))
        else:
            found += [Load(target, line, "script text", url) for line, url in js_urls(text)]
    return [load for load in found if not load.url.startswith(("data:", "#", "about:", "blob:", "%23"))]


def _svg_loads(path: str, text: str) -> Iterator[Load]:
    for line, kind, url in css_urls(text):
        yield Load(path, line, kind, url)
    for match in re.finditer(r"<(image|use|script|feImage)\b[^>]*?\b(?:xlink:)?href=[\"']([^\"']+)", text):
        yield Load(path, text.count("\n", 0, match.start()) + 1, f"svg {match[1]}", match[2])


def resolve(path: str, url: str, files: frozenset[str]) -> str | None:
    """The file that *url* means when written in the file *path*; nothing if it leads out of the folder.

    An address from the top of the host may begin with the path that the site is published below, which no file of the
    folder tells: leading parts are dropped until a file is found.
    """
    target = unquote(urlsplit(url).path)
    if not target:
        return path
    if target.startswith("/"):
        parts = target.lstrip("/").split("/")
        tails = ["/".join(parts[n:]) for n in range(len(parts))]
        return next((t for tail in tails if (t := _page_of(tail, files)) in files), _page_of(tails[0], files))
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if joined == ".." or joined.startswith("../"):
        return None
    return _page_of(joined + "/" if target.endswith("/") else joined, files)


def _page_of(target: str, files: frozenset[str]) -> str:
    """A folder means its index.html."""
    folder = "" if target in {"", ".", "./"} else target.rstrip("/") + "/"
    index = folder + "index.html"
    if target in files:
        return target
    return index if target.endswith("/") or index in files else target


def _ids(page: Page) -> Iterator[Fault]:
    for name, lines in page.ids.items():
        for line in lines[1:]:
            yield Fault(page.path, line, "L008", f"id {name!r} stands already in line {lines[0]}")
    for line, src in page.without_alt:
        yield Fault(page.path, line, "P010", f"image {src!r} has no alternative text")


def _link(path: str, link: Link, files: frozenset[str], pages: dict[str, Page], mirrors: list[str]) -> Iterator[Fault]:
    try:
        parts = urlsplit(link.url)
        host = parts.hostname or ""
    except ValueError:
        yield Fault(path, link.line, "L010", f"address {link.url!r} cannot be read")
        return
    if parts.scheme == "file" or _HERE.match(parts.netloc.rpartition("@")[2]):
        yield Fault(path, link.line, "L011", f"address {link.url!r} is of one machine")
    elif host and any(host == m or host.endswith("." + m) for m in mirrors):
        yield Fault(path, link.line, "S005", f"{host} is a copy, not the original")
    if parts.scheme or parts.netloc or not link.url:
        return
    yield from _place(path, link.line, link.url)
    target = resolve(path, link.url, files)
    if target is None or target not in files:
        known = [f for f in files if posixpath.splitext(f)[1] == posixpath.splitext(parts.path)[1]]
        is_page = not parts.path or parts.path.endswith((".html", "/")) or "." not in posixpath.basename(parts.path)
        advice = nearest(target or parts.path, sorted(known), 1)
        if is_page:
            yield Fault(path, link.line, "L001", f"no page {link.url!r}", advice, target or "")
        else:
            yield Fault(path, link.line, "L010", f"no file {link.url!r}", advice, target or "")
    elif target in pages and parts.fragment and not parts.fragment.startswith(":~:"):
        anchor, page = unquote(parts.fragment), pages[target]
        if anchor not in page.ids and anchor not in page.anchors and anchor != "top":
            place = "this page" if target == path else target
            advice = nearest(anchor, sorted(page.ids), 1)
            yield Fault(path, link.line, "L006", f"no anchor {anchor!r} on {place}", advice)


def _place(path: str, line: int, url: str) -> Iterator[Fault]:
    """L011: from the top of the host in 404.html, relative everywhere else."""
    if path != NOT_FOUND and url.startswith("/"):
        yield Fault(path, line, "L011", f"address {url!r} begins at the top of the host")
    elif path == NOT_FOUND and not url.startswith(("/", "#", "?")):
        yield Fault(path, line, "L011", f"address {url!r} on {NOT_FOUND} does not begin at the top of the host")


def _load(load: Load, files: frozenset[str]) -> Iterator[Fault]:
    if load.outside:
        yield Fault(load.path, load.line, "L009", f"{load.kind} loads {load.url!r}")
        return
    if urlsplit(load.url).scheme == "file":
        yield Fault(load.path, load.line, "L011", f"address {load.url!r} is of one machine")
        return
    yield from _place(load.path, load.line, load.url)
    target = resolve(load.path, load.url, files)
    if target is None or target not in files:
        advice = nearest(target or load.url, sorted(files), 1)
        yield Fault(load.path, load.line, "L010", f"{load.kind}: no file {load.url!r}", advice, target or "")


def _problems(faults: list[Fault], files: frozenset[str]) -> Iterator[Problem]:
    """One problem a fault; equal faults on many pages become the first of them with a count."""
    groups: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in sorted(set(faults)):
        groups[fault.code, fault.target or fault.message].append(fault)
    for group in groups.values():
        many = len({f.path for f in group}) > SAME_ON_MANY
        for f in group[:1] if many else group:
            source = f"_sources/{f.path.removesuffix('.html')}.md"
            origin = f" (docs/{f.path.removesuffix('.html')}.md)" if {source, source + ".txt"} & files else ""
            count = f", and {len(group) - 1} times more" if many else ""
            yield Problem(f.path, f.line, f.code, f.message + origin + count, f.advice)
