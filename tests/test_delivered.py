"""What our own hands do to the pages on their way out, without a browser: markup, menu, weight, short texts, colors."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from docutils import nodes

from handbook.render import head, menu, tips, weight

STATIC = Path(__file__).parents[1] / "docs" / "_static"
CSS = (STATIC / "handbook.css").read_text(encoding="utf-8")


def test_policy_allows_two_inline_scripts_and_no_other() -> None:
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in (weight.BOOT, weight.FOOT)]
    policy = weight.policy()
    assert re.findall(r"'sha256-([^']+)'", policy) == digests
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("_static/handbook.css", "", True),
        ("_static/own-script.js", "", True),
        ("_static/styles/theme.css?digest=1", "", False),
        ("_static/scripts/fontawesome.js?digest=1", "", False),
        ("_static/doctools.js", "", False),
        ("_static/searchtools.js", "", False),
        ("_static/pygments.css", "<p>", False),
        ("_static/pygments.css", '<div class="highlight-python">', True),
        ("_static/sphinx-design.min.css", '<div class="sd-card sd-row">', False),
        ("_static/sphinx-design.min.css", '<a class="sd-btn">', True),
        ("_static/sphinx-design.min.css", '<div class="sd-tab-set">', True),
        ("_static/design-tabs.js", "<label>", False),
        ("_static/design-tabs.js", '<label data-sync-id="a">', True),
    ],
)
def test_only_wanted_files_are_loaded(name: str, body: str, expected: bool) -> None:
    assert weight.wanted(name, body) is expected


def test_small_css_means_the_same() -> None:
    text = """/* note */
a:hover > b , c { color : red;  margin: 0 auto; }
@media (min-width: 64em) { d::before { content: " ;  { "; width: calc(1rem + 2px); } }
e { background: url("data:image/svg+xml,%3Csvg a='b c'/%3E") ; }
"""
    assert weight.smaller_css(text) == (
        'a:hover > b,c{color :red;margin:0 auto}@media (min-width:64em){d::before{content:" ;  { ";width:calc(1rem + 2px)}}'
        "e{background:url(\"data:image/svg+xml,%3Csvg a='b c'/%3E\")}\n"
    )


def test_small_js_keeps_everything_but_comment_lines() -> None:
    assert weight.smaller_js('// a\n  let x = "// no";\n\n    y(); // tail\n') == 'let x = "// no";\ny(); // tail\n'


def test_unused_files_are_removed_and_ours_are_small(tmp_path: Path) -> None:
    source, out = tmp_path / "docs", tmp_path / "out"
    for folder in (source / "_static", out / "_static" / "vendor", out / "_static" / "search"):
        folder.mkdir(parents=True)
    (source / "_static" / "handbook.css").write_text("a { b: c; }\n/* x */\n")
    for name in ("vendor/font.woff2", "basic.css", "searchtools.js", "search/extracts.js"):
        (out / "_static" / name).write_text("x")
    app: Any = SimpleNamespace(builder=SimpleNamespace(name="html"), outdir=out, srcdir=source)
    weight.finish(app, ValueError("a failed build is left as it is"))
    assert (out / "_static" / "basic.css").exists()
    weight.finish(app, None)
    left = sorted(p.relative_to(out / "_static").as_posix() for p in out.rglob("*") if p.is_file())
    assert left == ["handbook.css", "search/extracts.js", "searchtools.js"]
    assert (out / "_static" / "handbook.css").read_text() == "a{b:c}\n"


def test_all_pages_are_written_again_when_our_files_change(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    sheet = tmp_path / "_static" / "handbook.css"
    sheet.write_text("a {}")
    sign = tmp_path / "sign.svg"
    sign.write_text("<svg/>")
    app: Any = SimpleNamespace(srcdir=tmp_path, config=SimpleNamespace(html_favicon="sign.svg"))
    env: Any = SimpleNamespace(found_docs={"b", "a"})
    assert weight.rewrite_all(app, env) == []
    assert weight.rewrite_all(app, env) == []
    for path in (sheet, sign):
        path.write_text("b {}")
        assert weight.rewrite_all(app, env) == ["a", "b"]
    app.config.html_favicon = ""
    assert weight.rewrite_all(app, env) == ["a", "b"]


def test_the_sign_of_a_tab_comes_with_the_page(tmp_path: Path) -> None:
    """Whatever the drawing holds, its address stands in an attribute and gives back the same drawing."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path fill="#0b5563" d="M8 14c6-3%"/></svg>'
    (tmp_path / "sign.svg").write_text(f"{drawing}\n")
    address = weight.icon(tmp_path / "sign.svg")
    assert address.startswith("data:image/svg+xml,%3Csvg%20xmlns=%22http://")
    assert unquote(address.partition(",")[2]) == drawing
    assert not set(address) & set("\"'<>&# ")  # nor a blank, which HTML does not allow in such an address


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("", ""),
        ("https://git.example/us/handbook", "https://git.example/us/handbook/edit/main/docs/a.md"),
        ("https://git.example/us/handbook/", "https://git.example/us/handbook/edit/main/docs/a.md"),
        ("https://git.example/us/handbook/-/edit/main/{path}", "https://git.example/us/handbook/-/edit/main/docs/a.md"),
    ],
)
def test_address_of_a_change(repository: str, expected: str) -> None:
    page: Any = SimpleNamespace(path="docs/a.md")
    assert head.change_address(repository, page) == expected


def entry(words: str, *paragraphs: nodes.Node, ids: tuple[str, ...]) -> nodes.definition_list_item:
    return nodes.definition_list_item("", nodes.term("", words, ids=list(ids)), nodes.definition("", *paragraphs))


def test_short_text_of_a_term_is_its_first_paragraph() -> None:
    text = nodes.paragraph(
        "", "Pain from a light touch.", nodes.footnote_reference("", "1"), nodes.Text("\nNot rare.\nExplained in: "), nodes.emphasis("", "Nerve pain")
    )
    document: Any = nodes.section(
        "", nodes.definition_list("", entry("allodynia", text, nodes.paragraph("", "More."), ids=("term-allodynia",)), entry("empty", ids=("term-e",)))
    )
    assert tips.terms(document) == {"allodynia": "Pain from a light touch. Not rare."}


def app_with(kids: dict[str, list[str]], titles: dict[str, str]) -> Any:
    from sphinx import addnodes

    def toc(doc: str) -> nodes.bullet_list:
        entries = [("Short" if kid == "b/c" else None, kid) for kid in kids.get(doc, [])]
        tree = addnodes.toctree("", entries=entries, caption="Part <1>" if doc == "index" else None)
        return nodes.bullet_list("", nodes.list_item("", nodes.bullet_list("", tree)))

    env = SimpleNamespace(
        toctree_includes=kids,
        titles={doc: nodes.title("", words) for doc, words in titles.items()},
        tocs={doc: toc(doc) for doc in titles},
        config=SimpleNamespace(root_doc="index"),
    )
    builder = SimpleNamespace(get_relative_uri=lambda here, there: f"{there}.html")
    return SimpleNamespace(env=env, builder=builder, config=env.config)


def test_menu_opens_the_branch_of_the_page_only() -> None:
    titles = {"index": "Home", "a": "A & A", "a1": "A1", "b/index": "B", "b/c": "A long title"}
    app = app_with({"index": ["a", "b/index"], "b/index": ["b/c"], "a": ["a1"]}, titles)
    out = menu.render(app, "b/c", lambda doc: "#" if doc == "b/c" else f"{doc}.html")
    assert out == (
        '<p class="caption">Part &lt;1&gt;</p><ul><li><a href="a.html">A &amp; A</a></li>'
        '<li class="current"><a href="b/index.html">B</a><ul>'
        '<li class="current"><a href="#" aria-current="page">Short</a></li></ul></li></ul>'
    )
    assert menu.crumbs(app, "b/c") == [("b/index.html", "B")]
    assert menu.crumbs(app, "a") == []


def toc_of(*headings: tuple[str, int]) -> nodes.bullet_list:
    """A page's list of headings, with that many headings below each."""

    def item(anchor: str, *below: nodes.Node) -> nodes.list_item:
        link = nodes.reference("", f"About <{anchor}>", anchorname=f"#{anchor}")
        return nodes.list_item("", nodes.paragraph("", "", link), *([nodes.bullet_list("", *below)] if below else []))

    return nodes.bullet_list("", item("", *(item(a, *(item(f"{a}{n}") for n in range(count))) for a, count in headings)))


def test_headings_of_a_page() -> None:
    env: Any = SimpleNamespace(tocs={"p": toc_of(("a", 1), ("b", 0)), "one": toc_of(("a", 0)), "long": toc_of(("a", 30), ("b", 30))})
    assert menu.headings(env, "p") == (
        '<ul><li><a href="#a">About &lt;a&gt;</a><ul><li><a href="#a0">About &lt;a0&gt;</a></li></ul></li><li><a href="#b">About &lt;b&gt;</a></li></ul>'
    )
    assert menu.headings(env, "one") == ""
    assert menu.headings(env, "long").count("<li>") == 2
    assert menu.headings(env, "missing") == ""


def block(selector: str) -> dict[str, str]:
    """The custom properties of the first block that follows *selector*."""
    found = re.search(re.escape(selector) + r"\s*\{(.*?)\}", CSS, re.S)
    assert found, selector
    return dict(re.findall(r"(--[\w-]+): ([^;]+);", found[1]))


LIGHT, DARK, DEVICE = block(":root"), block(':root[data-theme="dark"]'), block(':root[data-theme="auto"]')


def luminance(color: str) -> float:
    """Relative luminance of #rgb or #rrggbb (WCAG 2.2, definition of relative luminance)."""
    digits = color.strip().lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2): 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_follows_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_dark_by_device_and_dark_by_choice_are_the_same() -> None:
    assert DARK == DEVICE
    assert set(DARK) <= set(LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colors_can_be_told_apart(theme: dict[str, str]) -> None:
    """Words 4.5:1 on every ground they stand on; edges that carry meaning 3:1."""
    grounds = ("--bg", "--tint", "--wash", "--sand", "--plum", "--rose", "--sage", "--mark")
    pale = [(a, b) for a, b in itertools.product(("--ink", "--soft", "--link", "--teal"), grounds) if contrast(theme[a], theme[b]) < 4.5]
    pale += [(f"{n}-edge", f"{n}") for n in ("--sand", "--plum", "--rose", "--sage") if contrast(theme[f"{n}-edge"], theme[n]) < 4.5]
    faint = [g for g in grounds[:2] if contrast(theme["--edge"], theme[g]) < 3]
    assert (pale, faint) == ([], [])


def test_style_sheet_asks_for_nothing_from_elsewhere() -> None:
    assert re.findall(r"url\((?![\"']?data:).*", CSS) == []
    assert "@import" not in CSS


def test_motion_only_where_it_is_not_unwanted() -> None:
    """Every transition stands inside the block for readers who did not ask for stillness."""
    inside = re.search(r"@media \(prefers-reduced-motion: no-preference\) \{(.*?)\n\}", CSS, re.S)
    assert inside
    assert CSS.count("transition:") == inside[1].count("transition:") > 0
    assert "animation" not in CSS
