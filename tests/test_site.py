"""The check of a built folder: each planted fault is found at its line, and good pages give none."""

from __future__ import annotations

import gzip
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import site
from handbook.problems import Problem
from handbook.site import Load

HEAD = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>T</title></head><body>\n'


def build(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return root


def page(body: str) -> str:
    """A page whose *body* begins in line 3."""
    return f"{HEAD}{body}\n</body></html>\n"


OTHER: dict[str, str | bytes] = {
    "safety/bladder.html": page('<h1 id="bladder">Bladder</h1><a name="old"></a><h2 id="münze">M</h2>'),
    "safety/index.html": page('<h1 id="safety">Safety</h1>'),
    "_images/a.svg": "<svg/>",
    "_images/with space.png": b"\x89PNG",
    "_downloads/data.csv": "a,b\n",
    "_static/s.css": "body { color: red }\n",
    "_static/s.js": "let a = 1;\n",
}


def found(root: Path, body: str, more: dict[str, str | bytes] | None = None) -> list[Problem]:
    return site.check(build(root, {**OTHER, "index.html": page(body), **(more or {})}))


def codes(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(p.path, p.line, p.code) for p in problems]


GOOD = """<h1 id="top-of-page">T</h1>
<a href="safety/bladder.html">a</a> <a href="safety/bladder.html#bladder">a</a>
<a href="safety/bladder.html#old">a</a>
<a href="safety/">a</a> <a href="safety/#safety">a</a> <a href="safety">a</a>
<a href="./index.html">a</a> <a href=".">a</a>
<a href="#top-of-page">a</a> <a href="#">a</a> <a href="#top">a</a> <a href="">a</a> <a href="#:~:text=word">a</a>
<a href="safety/bladder.html#m%C3%BCnze">a</a> <a href="safety/bladder.html?q=1#bladder">a</a>
<a href="https://example.org/x.html#y">a</a> <a href="mailto:a@example.org">a</a> <a href="tel:123">a</a>
<a href="_downloads/data.csv" download>a</a> <a href="_images/with%20space.png">a</a>
<a href="_images/a.svg#part">a</a>
<img src="_images/a.svg?v=1" alt=""> <img src="data:image/png;base64,AAAA" alt="dot"
srcset="_images/a.svg 1x, _images/with%20space.png 2x">
<form action="index.html"><input name="q"></form>
<link rel="canonical" href="https://example.org/"><link rel="stylesheet" href="_static/s.css?v=2">
<link rel="next" href="safety/index.html">
<script src="_static/s.js"></script><script type="application/ld+json">{"@id": "https://example.org/x.json"}</script>
<script>const ns = "http://www.w3.org/2000/svg"; link.href = "https://example.org/page";
// see "https://example.org/"
</script>
<svg><use href="#top-of-page"/><image href="_images/a.svg"/></svg>
<style>@namespace svg url(http://www.w3.org/2000/svg);
/* url(https://example.org/a.png) */ a { background: url(#top-of-page) }</style>
<div style="background: url(_images/a.svg)"></div>
<!-- <img src="https://example.org/a.png"> <a href="gone.html">a</a> -->"""


def test_good_page(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ('<a href="gone.html">a</a>', "L001", "no page 'gone.html'"),
        ('<a href="safety/gone/">a</a>', "L001", "no page 'safety/gone/'"),
        ('<a href="safety/Bladder.html">a</a>', "L001", "no page 'safety/Bladder.html'"),
        ('<a href="../index.html">a</a>', "L001", "no page '../index.html'"),
        ('<area href="gone.html">', "L001", "no page 'gone.html'"),
        ('<form action="gone.html"></form>', "L001", "no page 'gone.html'"),
        ('<link rel="next" href="gone.html">', "L001", "no page 'gone.html'"),
        ('<meta http-equiv="refresh" content="0; url=gone.html">', "L001", "no page 'gone.html'"),
        ('<a href="safety/bladder.html#gone">a</a>', "L006", "no anchor 'gone' on safety/bladder.html"),
        ('<a href="#gone">a</a>', "L006", "no anchor 'gone' on this page"),
        ('<a href="safety/#gone">a</a>', "L006", "no anchor 'gone' on safety/index.html"),
        ('<a href="_downloads/gone.csv">a</a>', "L010", "no file '_downloads/gone.csv'"),
        ('<a href="http://[bad">a</a>', "L010", "address 'http://[bad' cannot be read"),
        ('<img src="_images/gone.svg" alt="">', "L010", "img src: no file '_images/gone.svg'"),
        ('<img alt="" srcset="_images/a.svg, _images/b.svg 2x">', "L010", "img srcset: no file '_images/b.svg'"),
        ('<source srcset="_images/b.svg 100w">', "L010", "source srcset: no file '_images/b.svg'"),
        ('<script src="_static/gone.js"></script>', "L010", "script src: no file '_static/gone.js'"),
        ('<script data-then="_static/gone.js">1</script>', "L010", "script data-then: no file '_static/gone.js'"),
        ('<link rel="stylesheet" href="gone.css">', "L010", "link stylesheet: no file 'gone.css'"),
        ('<link rel="shortcut icon" href="gone.ico">', "L010", "link icon shortcut: no file 'gone.ico'"),
        ('<iframe src="gone.html"></iframe>', "L010", "iframe src: no file 'gone.html'"),
        ('<div style="background: url(\'gone.png\')">', "L010", "css url(): no file 'gone.png'"),
        ('<video poster="gone.png"></video>', "L010", "video poster: no file 'gone.png'"),
        ('<svg><image xlink:href="gone.png"/></svg>', "L010", "image xlink:href: no file 'gone.png'"),
        ('<i id="a"></i><b id="a"></b>', "L008", "id 'a' stands already in line 3"),
        ('<img src="_images/a.svg">', "P010", "image '_images/a.svg' has no alternative text"),
        ('<a href="/index.html">a</a>', "L011", "address '/index.html' begins at the top of the host"),
        ('<img src="/_images/a.svg" alt="">', "L011", "address '/_images/a.svg' begins at the top of the host"),
        ('<a href="file:///home/x.html">a</a>', "L011", "address 'file:///home/x.html' is of one machine"),
        ('<img src="file:///x.png" alt="">', "L011", "address 'file:///x.png' is of one machine"),
        ('<a href="http://localhost:8000/x">a</a>', "L011", "address 'http://localhost:8000/x' is of one machine"),
        ('<a href="http://127.0.0.1/x">a</a>', "L011", "address 'http://127.0.0.1/x' is of one machine"),
        ('<a href="https://www.researchgate.net/x">a</a>', "S005", "www.researchgate.net is a copy, not the original"),
        ('<a href="//scribd.com/x">a</a>', "S005", "scribd.com is a copy, not the original"),
    ],
)  # fmt: skip
def test_planted_fault(body: str, code: str, message: str, tmp_path: Path) -> None:
    problems = found(tmp_path, body)
    assert codes(problems) == [("index.html", 3, code)]
    assert problems[0].message == message


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('<script src="https://x.example/a.js"></script>', "script src"),
        ('<script src="//x.example/a.js"></script>', "script src"),
        ('<img src="https://x.example/a.png" alt="">', "img src"),
        ('<img src="_images/a.svg" alt="" srcset="https://x.example/a.png 2x">', "img srcset"),
        ('<iframe src="https://x.example/"></iframe>', "iframe src"),
        ('<object data="https://x.example/"></object>', "object data"),
        ('<embed src="https://x.example/">', "embed src"),
        ('<video src="https://x.example/a.mp4"></video>', "video src"),
        ('<base href="https://x.example/">', "base href"),
        ('<link rel="stylesheet" href="https://x.example/a.css">', "link stylesheet"),
        ('<link rel="icon" href="https://x.example/a.ico">', "link icon"),
        ('<link rel="preload" href="https://x.example/a.woff2" imagesrcset="">', "link preload"),
        ('<link rel="preconnect" href="https://x.example">', "link preconnect"),
        ('<link rel="dns-prefetch" href="//x.example">', "link dns-prefetch"),
        ('<style>@import "https://x.example/a.css";</style>', "css @import"),
        ("<style>@import url('https://x.example/a.css');</style>", "css url()"),
        ('<p style="background: url(https://x.example/a.png)">', "css url()"),
        ('<svg><image href="https://x.example/a.png"/></svg>', "image href"),
        ('<meta http-equiv="Refresh" content="5;URL=https://x.example/">', "meta refresh"),
        ('<script>fetch("https://x.example/y")</script>', "script text"),
        ("<script>import('https://x.example/y')</script>", "script text"),
        ('<script type="module">import x from "https://x.example/y"</script>', "script text"),
        ("<script>new WebSocket(`wss://x.example/y`)</script>", "script text"),
        ('<script>r.open("GET", "https://x.example/y")</script>', "script text"),
        ('<script>img.src = "https://x.example/y"</script>', "script text"),
        ('<script>navigator.sendBeacon("https://x.example/y")</script>', "script text"),
        ('<script>s = "https://x.example/lib/a.min.js?v=1"</script>', "script text"),
        ('<script>s = "//x.example/font.woff2"</script>', "script text"),
    ],
)
def test_third_party_load(body: str, kind: str, tmp_path: Path) -> None:
    problems = found(tmp_path, body)
    assert codes(problems) == [("index.html", 3, "L009")]
    assert problems[0].message.startswith(f"{kind} loads '")
    assert "x.example" in problems[0].message


def test_loads_of_style_sheets_and_scripts_are_followed(tmp_path: Path) -> None:
    body = '<link rel="stylesheet" href="_static/a.css">\n<script src="_static/a.js"></script>\n'
    body += '<img src="_images/b.svg" alt="">'
    more: dict[str, str | bytes] = {
        "_static/a.css": '@import "sub/b.css";\n',
        "_static/sub/b.css": "a {}\nb { background: url(../../_images/a.svg) }\nc { background: url('gone.png') }\n"
        '@font-face { src: url("https://x.example/f.woff2") }\n'
        "d { background: url(\"data:image/svg+xml,<a href='url(#b)'>\") }\n",
        "_static/a.js": '/* x */\nfetch("https://x.example/data");\n',
        "_static/never-loaded.css": "a { background: url(https://x.example/a.png) }",
        "_images/b.svg": '<svg style="fill: url()">\n<image href="https://x.example/a.png"/>\n<style>a { background: url(//x.example/b.png) }</style></svg>',
    }
    problems = found(tmp_path, body, more)
    assert codes(problems) == [
        ("_images/b.svg", 2, "L009"),
        ("_images/b.svg", 3, "L009"),
        ("_static/a.js", 2, "L009"),
        ("_static/sub/b.css", 3, "L010"),
        ("_static/sub/b.css", 4, "L009"),
    ]
    assert site.loads(tmp_path) == [
        Load("_images/b.svg", 2, "svg image", "https://x.example/a.png"),
        Load("_images/b.svg", 3, "css url()", "//x.example/b.png"),
        Load("_static/a.css", 1, "css @import", "sub/b.css"),
        Load("_static/a.js", 2, "script text", "https://x.example/data"),
        Load("_static/sub/b.css", 2, "css url()", "../../_images/a.svg"),
        Load("_static/sub/b.css", 3, "css url()", "gone.png"),
        Load("_static/sub/b.css", 4, "css url()", "https://x.example/f.woff2"),
        Load("index.html", 3, "link stylesheet", "_static/a.css"),
        Load("index.html", 4, "script src", "_static/a.js"),
        Load("index.html", 5, "img src", "_images/b.svg"),
    ]


def test_line_inside_a_long_style_or_script(tmp_path: Path) -> None:
    problems = found(tmp_path, '<style>\n\na { background: url(gone.png) }</style>\n<script>\nfetch("https://x.example/")</script>')
    assert codes(problems) == [("index.html", 5, "L010"), ("index.html", 7, "L009")]


def test_each_repeated_id(tmp_path: Path) -> None:
    problems = found(tmp_path, '<i id="a"></i>\n<i id="a"></i>\n<i id="a"></i>\n<i id="b"></i>')
    assert [(p.line, p.code) for p in problems] == [(4, "L008"), (5, "L008")]


def test_fault_on_a_page_in_a_folder(tmp_path: Path) -> None:
    more: dict[str, str | bytes] = {
        "safety/x.html": page('<a href="bladder.html">a</a>\n<a href="../index.html">a</a>\n<a href="index2.html">a</a>'),
        "_sources/safety/x.md.txt": "# X\n",
    }
    problems = found(tmp_path, "", more)
    assert codes(problems) == [("safety/x.html", 5, "L001")]
    assert problems[0].message == "no page 'index2.html' (docs/safety/x.md)"
    assert problems[0].advice == "Did you mean 'safety/index.html'?"


def test_fault_of_the_menu_is_told_once(tmp_path: Path) -> None:
    more: dict[str, str | bytes] = {f"p{n}.html": page('\n<a href="gone.html">a</a>') for n in range(4)}
    more |= {f"sub/p{n}.html": page('<a href="../gone.html">a</a>') for n in range(4)}
    problems = found(tmp_path, "", more)
    assert codes(problems) == [("p0.html", 4, "L001")]
    assert problems[0].message == "no page 'gone.html', and 7 times more"


def test_fault_on_a_few_pages_is_told_for_each(tmp_path: Path) -> None:
    more: dict[str, str | bytes] = {f"p{n}.html": page('<a href="gone.html">a</a>') for n in range(5)}
    assert [p.path for p in found(tmp_path, "", more)] == [f"p{n}.html" for n in range(5)]


@pytest.mark.parametrize("prefix", ["/", "/handbook/", "/en/latest/"])
def test_page_not_found_counts_from_the_top(prefix: str, tmp_path: Path) -> None:
    body = (
        f'<a href="{prefix}index.html">a</a> <a href="{prefix}">a</a> <a href="#main">a</a> <p id="main">x</p>'
        f'<a href="{prefix}safety/bladder.html#bladder">a</a><img src="{prefix}_images/a.svg" alt="">\n'
        f'<a href="{prefix}gone.html">a</a>\n<img src="{prefix}gone.svg" alt="">\n'
        f'<a href="{prefix}safety/bladder.html#gone">a</a>'
    )
    problems = found(tmp_path, "", {"404.html": page(body)})
    assert codes(problems) == [("404.html", 4, "L001"), ("404.html", 5, "L010"), ("404.html", 6, "L006")]


def test_relative_address_on_page_not_found(tmp_path: Path) -> None:
    problems = found(tmp_path, "", {"404.html": page('<a href="index.html">a</a>\n<link rel="stylesheet" href="_static/s.css">')})
    assert codes(problems) == [("404.html", 3, "L011"), ("404.html", 4, "L011")]
    assert problems[0].message == "address 'index.html' on 404.html does not begin at the top of the host"


def test_page_that_cannot_be_read(tmp_path: Path) -> None:
    problems = found(tmp_path, '<a href="a.html">a</a>', {"a.html": b"", "b.html": b"no page", "c.html": b"  \n"})
    assert codes(problems) == [("a.html", 1, "L012"), ("b.html", 1, "L012"), ("c.html", 1, "L012")]


def test_page_that_grew_too_heavy(tmp_path: Path) -> None:
    def full_of(count: int) -> str:
        return page(f"<p>{random.Random(1).randbytes(count).hex()}</p>")

    light, heavy = full_of(site.MOST_BYTES * 3 // 4), full_of(site.MOST_BYTES)
    sent = len(gzip.compress(heavy.encode(), 6, mtime=0))
    problems = found(tmp_path, "", {"conditions/light.html": light, "conditions/long.html": heavy, "_sources/conditions/long.md.txt": "# Long\n"})
    assert codes(problems) == [("conditions/long.html", 1, "L017")]
    assert problems[0].message == f"the page weighs {sent:,} bytes as sent, {sent - 20_480:,} more than allowed (docs/conditions/long.md)"


def test_folder_without_pages(tmp_path: Path) -> None:
    assert codes(site.check(tmp_path)) == [("index.html", 1, "L012")]
    assert site.loads(tmp_path) == []


def test_pages_of_the_theme_are_no_pages(tmp_path: Path) -> None:
    assert found(tmp_path, "", {"_static/macros.html": '<a href="gone.html">'}) == []


PIECES = ["<a href=", "'", '"', ">", "<", "</a>", "<style>", "</style>", "<script>", "url(", ")", "@import ", "#", "//", "https:",
          "<svg>", "<!--", "-->", "id=", "é", "\0", "&amp;", "<meta http-equiv=refresh content=", "[", "..", "?"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_is_read_without_a_traceback(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        problems = found(Path(folder), text)
    assert all(p.path == "index.html" and p.line >= 1 for p in problems)


def test_srcset() -> None:
    assert site.srcset("a.png 1x, b.png 2.5x,c.png 100w") == ["a.png", "b.png", "c.png"]
    assert site.srcset("a.png, b.png") == ["a.png", "b.png"]
    assert site.srcset("data:image/png;base64,AA== 1x, b.png 2x") == ["data:image/png;base64,AA==", "b.png"]
    assert site.srcset("") == []
