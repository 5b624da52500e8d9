"""The built handbook in a browser: accessibility on every page, keyboard, small screens, paper, no script, no network, weight."""

from __future__ import annotations

import gzip
import io
import itertools
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handbook.bench.reader import unused_css
from handbook.site import MOST_BYTES

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)
CONTENT = "conditions/crps.html"
KIB = 1024
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
# Color is three quarters of the time of the engine and hardly changes with the width, so the engine measures it once
# in light and once in dark, and our own quick check measures every word at every width; HANDBOOK_AXE=all lets the engine do all of it.
COLOR_RULES = ["color-contrast", "link-in-text-block"]
COLORS = {"runOnly": {"type": "rule", "values": COLOR_RULES}}
NO_COLORS = {**ALL_RULES, "rules": {"target-size": {"enabled": True}, **{rule: {"enabled": False} for rule in COLOR_RULES}}}
EVERYTHING = os.environ.get("HANDBOOK_AXE") == "all"
# What repeats hundreds of times (claims, findings, sources, rows) is measured by its first items where the engine looks a second time.
MANY = [
    f"{item}:nth-child(n + 9)"
    for item in (".hb-claim", ".hb-finding", ".hb-source", ".hb-table tr", '[role="doc-footnote"]', ".glossary > *", ".hb-index > li")
]
AXE = """([rules, leave]) => axe.run({include: [document], exclude: leave.filter(q => document.querySelector(q))},
  Object.assign({resultTypes: ['violations'], elementRef: false, iframes: false, preload: false}, rules))"""
PALE = """() => {
  const parse = c => {
    const n = c.match(/[\\d.]+/g).map(Number);
    return c.startsWith('color(') ? [...n.slice(0, 3).map(x => x * 255), n[3] ?? 1] : [...n.slice(0, 3), n[3] ?? 1] };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const linear = x => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
  const light = c => c.slice(0, 3).map(x => linear(x / 255)).reduce((s, x, i) => s + x * [.2126, .7152, .0722][i], 0);
  const grounds = new Map(), out = new Set();
  const ground = e => {
    if (!e) return [255, 255, 255, 1];
    if (!grounds.has(e)) { const c = parse(getComputedStyle(e).backgroundColor); grounds.set(e, c[3] === 1 ? c : over(c, ground(e.parentElement))) }
    return grounds.get(e) };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), done = new Set();
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.data.trim() || done.has(e) || !e.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    done.add(e);
    const s = getComputedStyle(e), back = ground(e), fore = over(parse(e.ownerSVGElement ? s.fill : s.color), back), size = parseFloat(s.fontSize);
    const [high, low] = [light(fore), light(back)].sort((a, b) => b - a), ratio = (high + .05) / (low + .05);
    if (ratio < (size >= 24 || (size >= 18.66 && s.fontWeight >= 700) ? 3 : 4.5)) out.add(e.outerHTML.slice(0, 90) + ' ' + ratio.toFixed(2));
  }
  return [...out] }"""


def axe_source() -> str:
    """The rules engine as axe-playwright-python brings it."""
    import axe_playwright_python

    (path,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    return path.read_text(encoding="utf-8")


def pages_of(folder: Path) -> list[str]:
    """All pages of the site, as addresses relative to it."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html") if "_static" not in p.parts)


class Watch:
    """A page that remembers what it loaded and what it complained of."""

    def __init__(self, page: Any) -> None:
        self.page, self.urls, self.complaints = page, list[str](), list[str]()
        page.on("request", lambda request: self.urls.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None)


def after_script(page: Any, goto: Callable[..., Any]) -> Callable[..., Any]:
    """As *goto*, and then wait for the page's script, which comes after the first paint: the place of its short texts is there once it ran."""

    def there(url: str, **options: Any) -> Any:
        answer = goto(url, **options)
        page.wait_for_selector("#hb-tip", state="attached")
        return answer

    return there


@contextmanager
def opened(browser: Any, width: int = 1280, height: int = 800, **options: Any) -> Iterator[Watch]:
    """A fresh page of its own context."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **options)
    try:
        page = context.new_page()
        if options.get("java_script_enabled", True):
            page.goto = after_script(page, page.goto)
        yield Watch(page)
    finally:
        context.close()


def violations(page: Any, rules: dict[str, Any], leave: list[str] | None = None) -> list[str]:
    """What axe has to say, one line a place; places that match *leave* are left out."""
    found = page.evaluate(AXE, [rules, leave or []])["violations"]
    why = lambda node: " ".join(check["message"] for check in node["any"] + node["all"] + node["none"])  # noqa: E731
    return [f"{v['id']}: {node['html'][:140]} {why(node)[:200]}" for v in found for node in v["nodes"]]


def looks(width: int, theme: str) -> list[tuple[dict[str, Any], list[str]]]:
    """Which rules the engine applies at a width in a theme, and what it may leave out: every rule at every width, color once a theme."""
    if EVERYTHING:
        return [(ALL_RULES, [])]
    if theme == "light":
        return [(ALL_RULES if width == WIDTHS[0] else NO_COLORS, [])]
    return [(COLORS, MANY)] if width == WIDTHS[-1] else []


HEADINGS = """() => [...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')].map(h => +h.tagName[1])"""


@pytest.mark.parametrize("half", [0, 1])  # two tests, so that two workers share the pages
def test_every_page_is_accessible_and_quiet(browser: Any, site_folder: Path, site_url: str, half: int) -> None:
    """Every page × light, dark × 320, 768, 1280: no violation, no sideways scroll, headings in order, nothing from elsewhere."""
    pages = pages_of(site_folder)
    assert len(pages) > 40
    pages = sorted(pages, key=lambda name: (site_folder / name).stat().st_size)[half::2]
    axe = axe_source()
    faults: list[str] = []
    spent: dict[str, float] = {}
    with opened(browser) as watch:
        page = watch.page
        for name in pages:
            began = time.monotonic()
            page.goto(site_url + name, wait_until="load")
            levels = page.evaluate(HEADINGS)
            if levels[:1] != [1] or levels.count(1) != 1 or any(b > a + 1 for a, b in itertools.pairwise(levels)):
                faults.append(f"{name}: headings {levels}")
            page.evaluate(axe)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    faults.append(f"{name} at {width}: {wide} px wider than the screen")
                for theme in ("light", "dark"):
                    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                    faults += [f"{name} at {width}, {theme}: pale {line}" for line in page.evaluate(PALE)]
                    for rules, leave in looks(width, theme):
                        faults += [f"{name} at {width}, {theme}: {line}" for line in violations(page, rules, leave)]
            spent[name] = time.monotonic() - began
        faults += [f"loaded {url}" for url in watch.urls if not url.startswith((site_url, "data:"))]
        faults += watch.complaints
    slow = sorted(spent.items(), key=lambda item: -item[1])[:5]
    print(f"{len(pages)} pages in {sum(spent.values()):.0f} s, most of it for {', '.join(f'{name} {s:.0f} s' for name, s in slow)}")
    assert not faults, "\n".join(faults[:80])


def test_axe_and_policy_find_planted_faults(browser: Any, site_url: str) -> None:
    """The rules are at work: pale words, a nameless button and a tiny target are found; inline script and style are refused."""
    with opened(browser) as watch:
        page = watch.page
        page.goto(site_url + CONTENT)
        page.evaluate(axe_source())
        page.evaluate(
            """() => { const box = document.createElement('div');
            box.innerHTML = '<p id="pale">pale words</p><button id="bare"></button><button id="a1">x</button><button id="a2">y</button>';
            document.querySelector('article').prepend(box);
            document.getElementById('pale').style.color = '#ccc'; document.getElementById('pale').style.background = '#fff';
            for (const id of ['a1', 'a2']) Object.assign(document.getElementById(id).style, {width: '10px', height: '10px', padding: 0, border: 0}); }"""
        )
        found = {line.split(":")[0] for line in violations(page, ALL_RULES)}
        assert {"color-contrast", "button-name", "target-size"} <= found
        assert {line.split(":")[0] for line in violations(page, NO_COLORS)} >= {"button-name", "target-size"}
        assert ['id="pale"' in line for line in page.evaluate(PALE)] == [True]
        assert watch.complaints == []
        ran = page.evaluate(
            """() => { const box = document.createElement('div'); box.innerHTML = '<img src="data:," onerror="window.hacked = 1" style="color: red">';
            document.body.append(box); const s = document.createElement('script'); s.textContent = 'window.hacked = 2'; document.body.append(s);
            return new Promise(done => setTimeout(() => done(window.hacked ?? 0), 100)) }"""
        )
        assert ran == 0
        assert len([c for c in watch.complaints if "Content Security Policy" in c]) >= 2


def weigh(browser: Any, url: str) -> dict[str, int]:
    """Everything a first view loads: address → gzip bytes. The tab's icon is not asked for without a window, so it is added by the caller."""
    sizes: dict[str, int] = {}
    with opened(browser, 390, 844) as watch:
        watch.page.on("response", lambda response: sizes.__setitem__(response.url, len(gzip.compress(response.body(), 6, mtime=0))))
        watch.page.goto(url, wait_until="networkidle")
    return sizes


def test_first_view_is_light(browser: Any, site_folder: Path, site_url: str) -> None:
    """The longest page of a topic: at most 45 KiB in at most 6 requests, none of them for search; its HTML at most 20 KiB."""
    topics = [p for p in pages_of(site_folder) if p.split("/")[0] in {"start", "mechanism", "conditions", "treatment", "safety", "access"}]
    longest = max(topics, key=lambda p: (site_folder / p).stat().st_size)
    sizes = weigh(browser, site_url + longest)
    print(longest, {url.rpartition("/")[2]: size for url, size in sizes.items()}, sum(sizes.values()))
    assert len(sizes) + 1 <= 6
    assert sum(sizes.values()) <= 45 * KIB
    assert [url for url in sizes if re.search("search|language_data|doctools", url)] == []
    heaviest = max(topics, key=lambda p: len(gzip.compress((site_folder / p).read_bytes(), 6)))
    assert len(gzip.compress((site_folder / heaviest).read_bytes(), 6)) <= MOST_BYTES, heaviest


def test_most_of_the_style_sheet_is_used(browser: Any, site_url: str) -> None:
    """At most 40 % of the styles sent with a content page of each kind go unused in one visit."""
    pages = ("start/is-it-for-me.html", "mechanism/history.html", CONTENT, "treatment/infusion.html", "safety/bladder.html")
    unused = {page: unused_css(browser, site_url + page) for page in pages}
    print({page: f"{share:.0%}" for page, share in unused.items()})
    assert max(unused.values()) <= 0.4, unused


def test_key_points_stand_on_the_first_phone_screen(browser: Any, site_folder: Path, site_url: str) -> None:
    """At 360 × 640 the box of key points begins in the upper two thirds, with at least its first point."""
    low: list[str] = []
    seen = 0
    with opened(browser, 360, 640) as watch:
        for name in pages_of(site_folder):
            if "hb-keypoints" not in (site_folder / name).read_text(encoding="utf-8"):
                continue
            watch.page.goto(site_url + name, wait_until="domcontentloaded")
            bottom = watch.page.evaluate("document.querySelector('.hb-keypoints li').getBoundingClientRect().bottom")
            seen += 1
            if bottom > 640:
                low.append(f"{name}: first point ends at {bottom:.0f}")
    assert seen > 30
    assert low == []


def test_keyboard_path(browser: Any, site_url: str) -> None:
    """Skip link, menu, search and settings by keyboard alone; Escape closes each and gives the focus back."""
    focused = "document.activeElement.className + ' ' + document.activeElement.id"
    with opened(browser, 390, 844) as watch:
        page = watch.page
        page.goto(site_url + CONTENT)
        page.keyboard.press("Tab")
        assert "hb-skip" in page.evaluate(focused)
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        page.keyboard.press("Enter")
        assert "main-content" in page.evaluate(focused)
        page.locator(".hb-menu").focus()
        page.keyboard.press("Enter")
        assert page.locator("#pst-primary-sidebar").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('nav').id") == "pst-primary-sidebar"
        page.keyboard.press("Escape")
        assert page.locator("#pst-primary-sidebar").is_hidden()
        assert "hb-menu" in page.evaluate(focused)
        page.keyboard.press("Control+k")
        assert "hb-search-field" in page.evaluate(focused)
        page.keyboard.type("fibromyalgia")
        page.locator("dialog .search li a").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert "fibromyalgia" in page.evaluate("document.activeElement.href")
        page.keyboard.press("Escape")
        assert page.locator("#pst-search-dialog").is_hidden()
        assert watch.complaints == []


def test_focus_is_seen_and_never_hidden(browser: Any, site_url: str) -> None:
    """Forty stops of the Tab key: each has an outline and nothing lies over it."""
    probe = """() => { const e = document.activeElement, b = (e.getClientRects()[0] || e.getBoundingClientRect()), s = getComputedStyle(e);
      const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);
      return [s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, !!top && (e.contains(top) || top.contains(e)), e.outerHTML.slice(0, 80)] }"""
    for width in (390, 1280):
        with opened(browser, width, 800) as watch:
            watch.page.goto(site_url + CONTENT)
            faults = []
            for _ in range(40):
                watch.page.keyboard.press("Tab")
                seen, free, what = watch.page.evaluate(probe)
                if not (seen and free):
                    faults.append((width, seen, free, what))
            assert faults == []


def test_search_waits_until_it_is_wanted(browser: Any, site_url: str) -> None:
    """No byte of search before the dialog opens; words typed at once are not lost; nothing is kept in the browser."""
    with opened(browser) as watch:
        page = watch.page
        page.goto(site_url + CONTENT, wait_until="networkidle")
        assert [u for u in watch.urls if "search" in u or "language_data" in u] == []
        page.locator(".search-button__button").click()
        page.keyboard.type("crps")
        page.locator("dialog .search li a").first.wait_for()
        assert page.locator("#hb-search-field").input_value() == "crps"
        assert any(u.partition("?")[0].endswith("searchindex.js") for u in watch.urls)
        assert page.evaluate("JSON.stringify(localStorage)") == "{}"
        href = page.locator("dialog .search li a").first.get_attribute("href")
        assert href is not None and href.startswith("../")
        assert watch.complaints == []


def test_nothing_that_is_read_waits_for_the_script(browser: Any, site_url: str) -> None:
    """The script is asked for after the first paint, as the last file of the page; words typed before it came are looked up."""
    with opened(browser, 390, 844) as watch:
        page = watch.page.context.new_page()
        asked, held = list[str](), list[Any]()
        page.on("request", lambda request: asked.append(request.url.removeprefix(site_url).partition("?")[0]))
        page.route("**/handbook.js*", lambda route: held.append(route))
        with page.expect_request("**/handbook.js*"):
            page.goto(site_url)
        assert asked == ["", "_static/handbook.css", "_static/handbook.js"]
        page.locator("#hb-home-field").fill("bladder")
        held[0].continue_()
        page.locator("main .search li a").first.wait_for()
        assert "bladder" in (page.locator("main .search li a").first.get_attribute("href") or "")
        begun, *painted = page.evaluate(
            """() => [performance.getEntriesByType('resource').find(e => e.name.includes('handbook.js')).startTime,
            ...performance.getEntriesByType('paint').map(e => e.startTime)]"""
        )
        assert begun >= min([*painted, 2000])  # two seconds: where a browser does not tell of its paints
        assert held[1:] == []


def test_home_search_and_search_page(browser: Any, site_url: str) -> None:
    """The field of the home page answers in its place; the search page answers what its address asks."""
    with opened(browser, 390, 844) as watch:
        page = watch.page
        page.goto(site_url)
        page.locator("#hb-home-field").fill("bladder")
        page.locator("main .search li a").first.wait_for()
        assert "bladder" in (page.locator("main .search li a").first.get_attribute("href") or "")
        page.goto(site_url + "search.html?q=liver")
        page.locator("#search-results .search li a").first.wait_for()
        assert page.locator("#hb-search-field").input_value() == "liver"
        assert watch.complaints == []


def test_menu_moves_to_its_line_and_the_page_stays(browser: Any, site_url: str) -> None:
    """In a low window a page deep in the menu opens at its top, with its own line of the menu in sight."""
    with opened(browser, 1280, 420) as watch:
        page = watch.page
        page.goto(site_url + "evidence/claims/conditions.html")
        assert page.evaluate("document.querySelector('.bd-sidebar-primary').scrollTop") > 0
        assert page.evaluate("scrollY") == 0
        assert 0 < page.evaluate("document.querySelector('.bd-sidebar-primary [aria-current]').getBoundingClientRect().top") < 420


def test_missing_address_is_a_page_that_works(browser: Any, site_url: str) -> None:
    """An address that is not there, several folders down: the page in our dress, its menu leads on, and its search answers."""
    with opened(browser, 390, 844) as watch:
        page = watch.page
        answer = page.goto(site_url + "treatment/no/such/page.html", wait_until="networkidle")
        assert answer.status == 404
        watch.complaints.clear()  # the browser itself tells of the missing address
        assert page.locator("h1").inner_text() == "Page not found"
        assert page.evaluate("getComputedStyle(document.querySelector('.hb-head')).borderBottomStyle") == "solid"
        page.keyboard.press("Control+k")
        page.keyboard.type("nausea")
        page.locator("dialog .search li a").first.click()
        page.wait_for_url(lambda url: "/no/such/" not in url)
        assert page.locator("h1").count() == 1
        assert "not found" not in page.locator("h1").inner_text().lower()
        assert watch.complaints == []


def test_reasons_behind_a_badge(browser: Any, site_url: str) -> None:
    """A badge opens its reasons beside it, they stay on the screen, and Escape or a second press closes them."""
    for width in (360, 1280):
        with opened(browser, width, 800) as watch:
            page = watch.page
            page.goto(site_url + CONTENT)
            badge = page.locator("main .hb-badge").first
            name = badge.get_attribute("popovertarget")
            before = page.evaluate("scrollY")
            badge.click()
            reasons = page.locator(f"#{name}")
            assert reasons.is_visible()
            box = reasons.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] >= 0
            assert page.evaluate("scrollY") == before
            page.keyboard.press("Escape")
            assert reasons.is_hidden()
            page.evaluate(axe_source())
            badge.click()
            assert violations(page, ALL_RULES) == []
            badge.click()
            assert reasons.is_hidden()
            assert watch.complaints == []


def test_short_texts_of_words_and_notes(browser: Any, site_url: str) -> None:
    """Hover, focus and tap show what a word means and which source a note names; Escape takes it away; the page stays still."""
    with opened(browser) as watch:
        page = watch.page
        page.goto(site_url + CONTENT)
        tip = page.locator("#hb-tip")
        term = page.locator("main a.hb-term").first
        term.hover()
        tip.wait_for(state="visible")
        assert len(tip.inner_text()) > 20
        assert term.get_attribute("aria-describedby") == "hb-tip"
        tip.hover()
        page.wait_for_timeout(400)
        assert tip.is_visible()
        page.keyboard.press("Escape")
        assert tip.is_hidden()
        note = page.locator("main [role='doc-noteref']").first
        page.keyboard.press("Tab")
        height = page.evaluate("document.documentElement.scrollHeight")
        note.focus()
        tip.wait_for(state="visible")
        # The note itself is far down and not laid out yet.
        wanted = page.locator(f"[id='{(note.get_attribute('href') or '')[1:]}'] p").first.text_content()
        assert wanted is not None
        assert tip.inner_text().split() == wanted.split()
        assert page.evaluate("document.documentElement.scrollHeight") == height
        assert watch.complaints == []
    with opened(browser, 390, 844, has_touch=True) as watch:
        page = watch.page
        page.goto(site_url + CONTENT)
        term = page.locator("main a.hb-term").first
        term.tap()
        page.locator("#hb-tip").wait_for(state="visible")
        assert page.url.endswith(CONTENT)
        term.tap()
        page.wait_for_url("**/glossary.html#term-*")


def test_colors_and_size_are_kept(browser: Any, site_url: str) -> None:
    """What a reader chose stands before the first paint of the next page, and can be taken back."""
    with opened(browser, color_scheme="light") as watch:
        page = watch.page
        page.goto(site_url + CONTENT)
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.get_by_role("button", name="Text size and colors").click()
        page.get_by_role("radio", name="Dark").check(force=True)
        page.get_by_role("radio", name="Larger").check(force=True)
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert dark != light
        page.goto(site_url + "faq.html")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
        assert page.locator("input[value=dark]").is_checked()
        page.locator("input[name=hb-theme][value='']").evaluate("e => e.click()")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light
        assert watch.complaints == []
    with opened(browser, color_scheme="dark") as watch:
        watch.page.goto(site_url + CONTENT)
        assert watch.page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


@pytest.mark.parametrize(("width", "percent"), [(1280, 200), (320, 100), (640, 200)])
def test_large_text_and_zoom(browser: Any, site_url: str, width: int, percent: int) -> None:
    """200 % text and 400 % zoom (1280 px seen as 320): nothing scrolls sideways, and no words are cut off."""
    clipped = """() => [...document.querySelectorAll('main :is(p, li, th, td, h1, h2, h3, summary, button), header :is(a, button), .bd-footer *')]
      .filter(e => e.offsetParent && getComputedStyle(e).overflow === 'hidden' && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
      .map(e => e.outerHTML.slice(0, 90))"""
    with opened(browser, width, 800) as watch:
        for name in ("index.html", CONTENT, "faq.html", "evidence/claims.html"):
            watch.page.goto(site_url + name)
            watch.page.evaluate("p => { document.documentElement.style.fontSize = p + '%' }", percent)
            assert watch.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
            assert watch.page.evaluate(clipped) == [], name


def test_forced_colors_keep_boxes_and_pictures(browser: Any, site_url: str) -> None:
    """With the system's own colors the boxes keep an edge, the badges their words, and the signs on buttons can be seen."""
    with opened(browser, forced_colors="active") as watch:
        watch.page.goto(site_url + CONTENT)
        assert watch.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.hb-keypoints')).borderLeftWidth)") >= 3
        assert "certainty" in watch.page.locator("main .hb-badge").first.inner_text()
        signs, behind = watch.page.evaluate(
            """() => [[...document.querySelectorAll('.hb-icon')].map(sign => getComputedStyle(sign).backgroundColor),
            getComputedStyle(document.body).backgroundColor]"""
        )
        assert len(signs) >= 4
        assert behind not in signs


def test_without_script(browser: Any, site_url: str) -> None:
    """No JavaScript: the menu opens, reasons open, clinicians' boxes open, controls that could do nothing are not shown."""
    with opened(browser, 390, 844, java_script_enabled=False) as watch:
        page = watch.page
        page.goto(site_url + CONTENT)
        page.locator(".hb-menu").click()
        assert page.locator("#pst-primary-sidebar a").first.is_visible()
        page.keyboard.press("Escape")
        badge = page.locator("main .hb-badge").first
        badge.click()
        assert page.locator(f"#{badge.get_attribute('popovertarget')}").is_visible()
        page.keyboard.press("Escape")
        page.locator("summary").first.click()
        assert page.locator("details").first.locator("p, li").first.is_visible()
        assert page.locator(".hb-js").first.is_hidden()
        page.locator(".search-button__button").click()
        assert page.locator(".hb-no-js").is_visible()


def test_from_a_folder(browser: Any, site_folder: Path) -> None:
    """Opened from a folder, without a server: short texts, search with extracts, colors and menu work, and lead on."""
    with opened(browser, 390, 844, color_scheme="light") as watch:
        page = watch.page
        page.goto((site_folder / CONTENT).resolve().as_uri())
        term = page.locator("main a.hb-term").first
        term.hover()
        page.locator("#hb-tip").wait_for(state="visible")
        assert len(page.locator("#hb-tip").inner_text()) > 20
        page.keyboard.press("Escape")
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.get_by_role("button", name="Text size and colors").click()
        page.get_by_role("radio", name="Dark").check(force=True)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.keyboard.type("nausea")
        page.locator("dialog .search li .context").first.wait_for()
        assert "nausea" in " ".join(page.locator("dialog .search li").all_inner_texts()).lower()
        assert min(len(words) for words in page.locator("dialog .search li .context").all_inner_texts()) > 20
        page.locator("dialog .search li a").first.click()
        page.wait_for_url(lambda url: CONTENT not in url)
        page.locator(".hb-menu").click()
        page.locator("#pst-primary-sidebar a", has_text="Glossary").click()
        page.wait_for_url("file://**/glossary.html")
        # Pages of a folder may run in processes of their own, and a busy Chromium tells one late what another kept: look twice.
        if page.evaluate("getComputedStyle(document.body).backgroundColor") == light:
            page.reload()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        assert watch.complaints == []


def test_on_paper(browser: Any, site_url: str) -> None:
    """A printed page: no menus, closed parts open, version, date and status, and the full addresses of links."""
    from pypdf import PdfReader

    with opened(browser) as watch:
        page = watch.page
        page.goto(site_url + CONTENT)
        canonical = page.locator("link[rel=canonical]").get_attribute("href")
        hidden = page.evaluate("document.querySelector('.hb-clinicians li, .hb-clinicians p').textContent.trim().slice(0, 40)")
        pdf = page.pdf(format="A4")
        assert page.locator("details[open]").count() == 0
    text = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "Menu" not in text
    assert "On this page" not in text
    assert "Suggest a change" not in text
    assert " ".join(hidden.split())[:25] in text
    assert "Version 0." in text or "Version 1." in text
    assert "not yet reviewed by a health professional" in text
    assert canonical is not None and canonical.replace(" ", "") in text.replace(" ", "")
    assert canonical.rpartition("conditions/")[0].replace(" ", "") + "treatment/" in text.replace(" ", "")


def test_nothing_moves_while_loading(browser: Any, site_folder: Path, site_url: str) -> None:
    """Cumulative layout shift is 0 and the largest paint comes early, on a page of each kind."""
    script = """() => new Promise(done => { let shift = 0, paint = 0;
      new PerformanceObserver(list => { for (const e of list.getEntries()) shift += e.value }).observe({type: 'layout-shift', buffered: true});
      new PerformanceObserver(list => { for (const e of list.getEntries()) paint = e.startTime }).observe({type: 'largest-contentful-paint', buffered: true});
      setTimeout(() => done([shift, paint]), 250) })"""
    for name in ("index.html", CONTENT, "faq.html", "treatment/infusion.html", "evidence/claims.html"):
        with opened(browser, 390, 844) as watch:
            watch.page.goto(site_url + name)
            shift, paint = watch.page.evaluate(script)
            assert shift == 0, name
            assert paint > 0, name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("references.html#source-ketalar2024label", "references/"),
        ("evidence/claims.html#claim-no-addictive-potential", "evidence/claims/"),
        ("evidence/findings.html#finding-infusion-any-harm", "evidence/findings/"),
        ("evidence/studies.html#study-s001", "evidence/studies/"),
        ("faq.html#can-ketamine-be-addictive", "faq/"),
    ],
)
def test_old_addresses_of_records_arrive(browser: Any, site_url: str, old: str, new: str) -> None:
    """An anchor of a list that was divided leads on by itself; without JavaScript it is a line with the link."""
    with opened(browser) as watch:
        watch.page.goto(site_url + old)
        watch.page.wait_for_url(f"{site_url}{new}*#{old.partition('#')[2]}")
        assert watch.page.evaluate("document.querySelector(':target') !== null")
        assert watch.complaints == []
