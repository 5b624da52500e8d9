"""What a reader's browser loads and how fast search answers: files counted on disk, times from a Chromium where there is one."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import re
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from handbook.render.weight import policy

KIB = 1024
TOPICS = ("start/", "mechanism/", "conditions/", "treatment/", "safety/", "access/")
SEARCH = re.compile(r"searchindex|searchtools|language_data|search/|doctools|documentation_options")
# Address of everything a browser loads by itself: styles, scripts, icons, pictures that are not put off.
LOADED = re.compile(
    r'<(?:link[^>]*rel="(?:stylesheet|preload|modulepreload|icon|shortcut icon)"[^>]*href|script[^>]*(?:src|data-then)|'
    r'img(?![^>]*loading="lazy")[^>]*src)="([^"]+)"'
)
QUERIES = ("crps", "bladder", "nasal spray", "fibromyalgia", "how long does it last")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HEADERS = {
    "Cache-Control": "max-age=3600",
    "Content-Security-Policy": f"{policy()}; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}  # as Lighthouse: slow 4G


class View(NamedTuple):
    """A first view: how many files the browser asks for, their gzip bytes, and those outside the site."""

    page: str
    requests: int
    gzip: int
    outside: int
    search: int


@functools.lru_cache(maxsize=4096)
def _packed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


def gzipped(path: Path) -> bytes:
    """A file as a server sends it, gzip level 6; packed once, as hosts do, so that a browser never waits for it."""
    return _packed(path, path.stat().st_mtime_ns)


def packed(path: Path) -> int:
    """Bytes of a file on the wire."""
    return len(gzipped(path))


def longest(site: Path, topics: bool = True) -> str:
    """The longest page of a topic, or of all pages."""
    pages = [p.relative_to(site).as_posix() for p in site.rglob("*.html") if "_static" not in p.parts]
    return max((p for p in pages if not topics or p.startswith(TOPICS)), key=lambda p: ((site / p).stat().st_size, p))


def first_view(site: Path, page: str) -> View:
    """What the page's HTML makes a browser load by itself, read from the files; figures drawn in the page count with it."""
    path = site / page
    addresses = dict.fromkeys(LOADED.findall(path.read_text(encoding="utf-8")))
    outside = [a for a in addresses if re.match(r"(?:https?:)?//", a)]
    files = {(path.parent / a.split("?")[0].split("#")[0]).resolve() for a in addresses if a not in outside and not a.startswith("data:")}
    there = [f for f in sorted(files) if f.is_file()]
    search = sum(packed(f) for f in there if SEARCH.search(f.as_posix()))
    return View(page, 1 + len(files) + len(outside), packed(path) + sum(packed(f) for f in there), len(outside), search)


def sizes(site: Path) -> dict[str, float]:
    """Bytes of the whole site and of the search files on the wire, and what does not belong in a site."""
    files = [p for p in site.rglob("*") if p.is_file()]
    index = site / "searchindex.js"
    return {
        "site": sum(p.stat().st_size for p in files),
        "maps": sum(p.suffix == ".map" for p in files),
        "fonts": sum(p.suffix in {".woff", ".woff2", ".ttf", ".otf"} for p in files),
        "index": packed(index) if index.is_file() else 0,
        "search": sum(packed(p) for p in files if SEARCH.search(p.relative_to(site).as_posix()) and p.suffix == ".js"),
    }


class _Host(http.server.SimpleHTTPRequestHandler):
    """Sends what a host of static sites sends: packed text, lasting connections, the policy as a header, the page for missing addresses."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        """Serve until the browser leaves; it may do so in the middle of a file."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Send a file, or `404.html` with its status."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file()
        path = path if found else Path(self.directory) / "404.html"
        kind = self.guess_type(path)
        text = kind.startswith("text/") or kind in {"image/svg+xml", "application/json", "application/javascript"}
        data = b"" if not path.is_file() else gzipped(path) if text else path.read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in [("Content-Encoding", "gzip")] * text + [*HEADERS.items()]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """The site at an address of this machine only."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def chromium() -> str | None:
    """The Chromium on the path."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def in_browser(site: Path, page: str) -> dict[str, Any]:
    """Requests of a first view, milliseconds from the last key to results, paint and shift; or `{"why": …}` without a browser."""
    program = chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {"why": "playwright is not installed in this environment"}
    if program is None:
        return {"why": "no Chromium on the path"}
    with sync_playwright() as play, served(site) as url:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        out: dict[str, Any] = {
            "requests": _requests(browser, url, page),
            "keystroke": _keystroke(browser, url, 1),
            "keystroke_slow": _keystroke(browser, url, 4),
        }
        out |= _paint(browser, url + page)
        out["unused_css"] = unused_css(browser, url + page)
        browser.close()
    return out


def _requests(browser: Any, url: str, page: str) -> list[str]:
    """What the browser really asked for."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab, seen = context.new_page(), list[str]()
    tab.on("request", lambda request: seen.append(request.url.removeprefix(url)))
    tab.goto(url + page, wait_until="networkidle")
    context.close()
    return seen


# Counted in the page, from the key's own event to the frame in which the list has changed.
_WATCH = """() => {
  window.took = [];
  let key = 0;
  document.addEventListener('input', () => { key = performance.now(); }, true);
  new MutationObserver(() => {
    if (!key || !document.querySelector('dialog .search li a')) return;
    const since = key;
    key = 0;
    requestAnimationFrame(() => window.took.push(performance.now() - since));
  }).observe(document.querySelector('#pst-search-dialog'), {childList: true, subtree: true});
}"""
_OBSERVE = """
window.m = {lcp: 0, block: 0, shift: 0};
const watch = (type, each) => new PerformanceObserver(l => l.getEntries().forEach(each)).observe({type, buffered: true});
watch('largest-contentful-paint', e => { m.lcp = e.startTime; });
watch('longtask', e => { m.block += Math.max(0, e.duration - 50); });
watch('layout-shift', e => { if (!e.hadRecentInput) m.shift += e.value; });
"""


def _keystroke(browser: Any, url: str, slower: int) -> float:
    """Median milliseconds from the last key of a query to its results, search files loaded before; CPU *slower* times slower."""
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(url, wait_until="networkidle")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("ketamine")
    tab.locator("dialog .search li a").first.wait_for()
    tab.evaluate(_WATCH)
    context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    took: list[float] = []
    for query in QUERIES:
        for _ in range(40):
            tab.keyboard.press("Backspace")
        tab.keyboard.type(query[:-1])
        tab.wait_for_timeout(400)
        tab.evaluate("() => { window.took = []; }")
        tab.keyboard.type(query[-1])
        end = time.monotonic() + 5
        while not tab.evaluate("() => window.took.length") and time.monotonic() < end:
            tab.wait_for_timeout(20)
        took += tab.evaluate("() => window.took.slice(0, 1)")
    context.close()
    return statistics.median(took) if took else float("nan")


def _paint(browser: Any, address: str) -> dict[str, float]:
    """Largest contentful paint, blocking time (ms) and layout shift of a phone on a slow network with a CPU four times slower."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.add_init_script(_OBSERVE)
    devtools = context.new_cdp_session(tab)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    tab.goto(address, wait_until="networkidle")
    tab.wait_for_timeout(500)
    found: dict[str, float] = tab.evaluate("() => window.m")
    context.close()
    return {"lcp": found["lcp"], "blocking": found["block"], "shift": found["shift"]}


def unused_css(browser: Any, address: str) -> float:
    """The part of the styles sent with a page, by length, that Chromium never uses in one visit.

    The visit: a phone and a desktop, light and dark, to the end of the page, a walk with the Tab key, search opened, and print.
    """
    context = browser.new_context()
    tab = context.new_page()
    devtools = context.new_cdp_session(tab)
    lengths: dict[str, int] = {}
    devtools.on("CSS.styleSheetAdded", lambda event: lengths.__setitem__(event["header"]["styleSheetId"], event["header"]["length"]))
    for command in ("DOM.enable", "CSS.enable", "CSS.startRuleUsageTracking"):
        devtools.send(command)
    tab.goto(address, wait_until="networkidle")
    for width, scheme in ((390, "light"), (1280, "light"), (390, "dark"), (1280, "dark")):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        tab.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        tab.wait_for_timeout(100)
    for _ in range(12):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Control+k")
    tab.wait_for_timeout(100)
    tab.keyboard.press("Escape")
    tab.emulate_media(media="print")
    tab.wait_for_timeout(100)
    rules = devtools.send("CSS.stopRuleUsageTracking")["ruleUsage"]
    context.close()
    return float(1 - sum(rule["endOffset"] - rule["startOffset"] for rule in rules if rule["used"]) / sum(lengths.values()))
