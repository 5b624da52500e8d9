"""The forgiving search: its parts in a real engine, sample questions of readers, and what must never happen with typed words."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sphinx.search.en import SearchEnglish

from handbook import aliases
from handbook.checks import search as checks
from handbook.places import places
from handbook.project import Project
from handbook.render import search as render

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
OWN, INDEPENDENT = DATA / "queries.csv", DATA / "queries_independent.csv"
TOPICS: dict[str, list[str]] = json.loads((DATA / "topics.json").read_text(encoding="utf-8"))
# A bare page for our scripts, under the strictest policy that they must work with.
PAGE = """<!doctype html><html lang="en" data-content_root="./"><head><meta charset="utf-8"><title>t</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; connect-src 'none'; form-action 'none'">
</head><body><form action="search.html"><input name="q" type="search"></form><div id="search-results"></div>{scripts}</body></html>"""
STOCK = ("documentation_options", "doctools", "searchtools", "language_data")
PAYLOADS = (
    "<img src=x onerror=window.hit=1>", '"><script>window.hit=1</script>', "<svg/onload=window.hit=1>", "javascript:window.hit=1//",
    "'-window.hit=1-'", "{{constructor.constructor('window.hit=1')()}}", "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "&lt;img src=x onerror=window.hit=1&gt;", "<b>bladder</b><img src=x onerror=window.hit=1>", "__proto__", "constructor", "toString hasOwnProperty",
    "%3Cimg%20src%3Dx%20onerror%3Dwindow.hit%3D1%3E", "(((((((((", "\\", "​‮bladder", "a" * 5000,
)  # fmt: skip


def rows(path: Path) -> list[tuple[str, str]]:
    """Queries with their topics."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(r["query"], r["expected_topic"]) for r in csv.DictReader(file)]


def scripts(names: tuple[str, ...]) -> str:
    """Script elements; `…index` stands at the top of the site, the others in `_static`."""
    return "".join(f'<script src="{n}.js"></script>' if n == "searchindex" else f'<script src="_static/{n}.js"></script>' for n in names)


def serve(page: Any, address: str, body: str, kind: str = "text/html") -> None:
    """Answer for an address that the built site does not have; the folder itself is shared with other tests."""
    page.route(address, lambda route: route.fulfill(body=body, content_type=kind))


@pytest.fixture
def bare(page: Any) -> str:
    """The bare page inside the built site; its name."""
    serve(page, "**/search-bare.html*", PAGE.format(scripts=scripts((*STOCK, "searchindex"))))
    return "search-bare.html"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page that remembers requests and faults."""
    context = browser.new_context()
    found = context.new_page()
    found.asked, found.faults = [], []
    found.on("request", lambda r: found.asked.append(r.url))
    found.on("pageerror", lambda e: found.faults.append(str(e)))
    found.on("dialog", lambda d: (found.faults.append("dialog"), d.dismiss()))
    yield found
    context.close()


def ready(page: Any, url: str) -> None:
    """Open the bare page and wait until the search answers."""
    page.goto(url)
    page.wait_for_function("window.HandbookSearch && Search.hasIndex()")
    page.fill("input", "bladder")
    page.wait_for_selector("#search-results li a")


def built(site_folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The index and our data of the built site."""
    index = (site_folder / "searchindex.js").read_text(encoding="utf-8")
    data = (site_folder / "_static" / "search" / "data.js").read_text(encoding="utf-8")
    return json.loads(index[index.index("{") : index.rindex("}") + 1]), json.loads(data[data.index("{") : data.rindex("}") + 1])


def ask(page: Any, queries: list[str]) -> list[list[list[Any]]]:
    """The results of each query, best first, through the function of Sphinx that we wrap."""
    found: list[list[list[Any]]] = page.evaluate("qs => qs.map(q => Search._performSearch(...Search._parseQuery(q)).reverse())", queries)
    return found


# the parts


@pytest.mark.browser
@pytest.mark.parametrize(
    ("a", "b", "most", "expected"),
    [
        ("bladder", "bladder", 2, 0), ("blader", "bladder", 2, 1), ("balance", "bladder", 2, 3), ("form", "from", 2, 1), ("", "ab", 2, 2),
        ("ab", "", 1, 2), ("ca", "abc", 3, 3), ("neropathy", "neuropathy", 2, 1), ("a", "abcdef", 2, 3), ("naïve", "naive", 2, 1),
    ],
)  # fmt: skip
def test_distance(page: Any, site_url: str, bare: str, a: str, b: str, most: int, expected: int) -> None:
    page.goto(site_url + bare)
    assert page.evaluate("([a, b, n]) => HandbookSearch.distance(a, b, n)", [a, b, most]) == expected
    assert page.evaluate("([a, b, n]) => HandbookSearch.distance(b, a, n)", [a, b, most]) == expected


@pytest.mark.browser
def test_words_and_sounds(page: Any, site_url: str, bare: str) -> None:
    page.goto(site_url + bare)
    words = "t => HandbookSearch.words(t)"
    assert page.evaluate(words, "Can’t I drive? It's the Doctor's Café—K-hole!") == ["can", "i", "drive", "it", "the", "doctor", "cafe", "k", "hole"]
    assert page.evaluate(words, " \t<>\"'&;") == []
    assert len(page.evaluate(words, "ab " * 500)) == 64
    same = [("nefropathy", "nephropathy"), ("anaesthetic", "anesthetic"), ("hallusination", "hallucination"), ("newropathy", "newropathi")]
    for a, b in same:
        assert page.evaluate("w => HandbookSearch.sound(w)", a) == page.evaluate("w => HandbookSearch.sound(w)", b)


@pytest.mark.browser
def test_what_was_understood(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    notes = "q => HandbookSearch.understand(q).notes"
    assert page.evaluate(notes, "neropathy")[0] == "Showing “neuropathy” for “neropathy”."
    assert page.evaluate(notes, "bladder") == []
    assert "No page has “xqzzyv”." in page.evaluate(notes, "xqzzyv bladder")
    assert page.evaluate("q => HandbookSearch.understand(q).concepts.map(c => c.word)", "please tell me, what is the bladder") == ["bladder"]


# right pages


def counts(found: list[list[list[Any]]], wanted: list[tuple[str, str]], answers: frozenset[tuple[str, str]] = frozenset()) -> tuple[int, int, list[str]]:
    """How many queries have the right page first and among the first three, and a line for each that has not.

    *answers* are pairs of an anchor of the FAQ and a page that its answer leads to: such an answer is as right as the page.
    """
    first = three = 0
    missed = []
    for (query, topic), results in zip(wanted, found, strict=True):
        names = [r[0] + (r[2] if r[6] == "answer" else "") for r in results]
        right = TOPICS.get(topic, [topic])
        place = next((n for n, name in enumerate(names) if name in right or any((name, page) in answers for page in right)), 99)
        first += place == 0
        three += place < 3
        if place > 0:
            missed.append(f"{query!r} ({topic}): {names[:4]}")
    return first, three, missed


@pytest.mark.browser
def test_sample_queries(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    wanted = rows(OWN)
    found = ask(page, [q for q, _ in wanted])
    first, three, missed = counts(found, wanted)
    assert len(wanted) == 30
    assert [q for (q, _), r in zip(wanted, found, strict=True) if not r] == []
    assert three >= 29, missed
    assert first >= 26, missed


@pytest.mark.browser
def test_independent_queries(page: Any, site_url: str, site_folder: Path, bare: str) -> None:
    """Queries of the same kinds by somebody who has not seen the list of search words."""
    if not INDEPENDENT.exists():
        pytest.skip("tests/data/queries_independent.csv is not there yet")
    ready(page, site_url + bare)
    wanted = rows(INDEPENDENT)
    found = ask(page, [q for q, _ in wanted])
    index, data = built(site_folder)
    at = {anchor: index["docnames"][doc] for places in index["alltitles"].values() for doc, anchor in places if anchor in data["ties"]["faq"]}
    answers = frozenset((f"{at[anchor]}#{anchor}", index["docnames"][n]) for anchor, pages in data["ties"]["faq"].items() for n in pages)
    first, three, missed = counts(found, wanted, answers)
    assert len(wanted) >= 60
    assert [q for (q, _), r in zip(wanted, found, strict=True) if not r] == []
    assert three >= 0.9 * len(wanted), missed
    assert first >= 0.8 * len(wanted), missed


@pytest.mark.browser
def test_without_listed_words(page: Any, site_url: str, bare: str) -> None:
    """Words that no list has, and no ties at all: Sphinx's index and the repair of slips carry the search alone."""
    ready(page, site_url + bare)
    page.evaluate("HandbookSearch.setData({})")
    found = ask(page, ["blader", "phantm limb", "pregnancy", "crps", "fibromialgia", "dependance and withdrawl"])
    assert [r[0][0] for r in found] == [
        "safety/bladder", "conditions/phantom-limb", "safety/pregnancy", "conditions/crps", "conditions/fibromyalgia", "safety/dependence",
    ]  # fmt: skip


@pytest.mark.browser
def test_answers_and_terms_come_first_where_they_answer(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    question, word, name = ask(page, ["can ketamine be addictive?", "what does allodynia mean", "bladder"])
    assert question[0][:3] == ["faq/safety", "Can ketamine be addictive?", "#faq-addictive"]
    assert [r[0] for r in question[1:3]].count("safety/dependence") == 1
    assert word[0][:3] == ["glossary", "allodynia", "#term-allodynia"]
    assert name[0][0] == "safety/bladder"


@pytest.mark.browser
def test_lists_rank_below_topics(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    for results in ask(page, ["infusion", "crps pain", "placebo", "nausea", "esketamine"]):
        assert not render.within(results[0][0], render.LIST_PAGES)


def test_topics_are_pages() -> None:
    project = Project.read(ROOT)
    assert [d for docnames in TOPICS.values() for d in docnames if d not in project.pages] == []
    assert {t for _, t in rows(OWN)} - TOPICS.keys() == set()


# the page


@pytest.mark.browser
def test_search_as_you_type_by_keyboard(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    page.fill("input", "")
    page.focus("input")
    page.keyboard.type("halucinations")
    status = page.locator("#search-results [role=status]")
    assert "Showing “hallucinations” for “halucinations”." in status.inner_text()
    assert page.locator("#search-results li a").first.get_attribute("href") == "./safety/mind-effects.html"
    at = "[...document.querySelectorAll('#search-results li a')].indexOf(document.activeElement)"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(at) == 0
    page.keyboard.press("ArrowDown")
    assert page.evaluate(at) == 1
    page.keyboard.press("End")
    assert page.evaluate(at) == page.locator("#search-results li a").count() - 1
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Enter")
    assert page.evaluate(at) == 0
    assert page.url.endswith(bare)
    page.keyboard.press("Enter")
    page.wait_for_url("**/safety/mind-effects.html")


@pytest.mark.browser
def test_status_is_a_live_region_that_waits_for_a_pause(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    region = page.locator("#search-results [role=status]")
    handle = region.element_handle()
    page.fill("input", "xqzzyvk")
    assert region.inner_text().startswith("Nothing found for “xqzzyvk”. Try one word")
    assert region.get_attribute("aria-busy") == "true"
    page.wait_for_selector("#search-results [role=status]:not([aria-busy])")
    assert page.evaluate("h => h.isConnected", handle)


@pytest.mark.browser
@pytest.mark.parametrize(
    "order",
    [
        ("search/late", *STOCK, "searchindex"),
        (*STOCK, "searchindex", "search/late"),
        ("documentation_options", "doctools", "searchtools", "searchindex", "language_data"),
    ],
)
def test_any_order_of_loading(page: Any, site_url: str, order: tuple[str, ...]) -> None:
    """The scorer by itself before everything, again after everything, or after the index."""
    serve(page, "**/search/late.js", (ROOT / "docs/_static/search/scorer.js").read_text(encoding="utf-8"), "text/javascript")
    serve(page, "**/search-order.html*", PAGE.format(scripts=scripts(order)))
    ready(page, site_url + "search-order.html?q=blader")
    page.fill("input", "blader")
    assert page.locator("#search-results li a").first.get_attribute("href") == "./safety/bladder.html"
    assert page.locator("#search-results ul.search").count() == 1
    assert page.faults == []


@pytest.mark.browser
@pytest.mark.parametrize("address", ["search.html?q=blader", "search.html#q=blader"])
def test_query_in_the_address(page: Any, site_url: str, address: str) -> None:
    page.goto(site_url + address)
    page.wait_for_selector("#search-results li .context")
    assert page.locator("#search-results li a").first.get_attribute("href") == "./safety/bladder.html"
    assert "Showing “bladder” for “blader”." in page.locator("#search-results [role=status]").inner_text()


@pytest.mark.browser
def test_nothing_typed_leaves_the_page(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    before = len(page.asked)
    page.fill("input", "secretword")
    page.press("input", "Enter")
    page.fill("input", "secretword addiction")
    page.press("input", "Enter")
    assert page.asked[before:] == []
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "secret" not in kept
    assert "secret" not in page.url


@pytest.mark.browser
def test_payloads_stay_text(page: Any, site_url: str, bare: str) -> None:
    ready(page, site_url + bare)
    for payload in PAYLOADS:
        page.fill("input", payload)
        assert page.locator("#search-results [role=status]").inner_text() != "", payload
        inside = page.evaluate("[...new Set([...document.querySelectorAll('#search-results *')].map(e => e.localName))].sort().join()")
        assert set(inside.split(",")) <= {"a", "li", "mark", "p", "span", "ul"}, payload
        assert page.evaluate("[...document.querySelectorAll('#search-results a')].filter(a => !a.getAttribute('href').startsWith('./')).length") == 0
    assert page.evaluate("window.hit") is None
    assert page.faults == []


@pytest.mark.browser
@pytest.mark.parametrize("part", ["?q=", "#q="])
def test_payloads_in_the_address(page: Any, site_url: str, part: str) -> None:
    for payload in ("%3Cimg%20src%3Dx%20onerror%3Dwindow.hit%3D1%3E", "%22%3E%3Cscript%3Ewindow.hit%3D1%3C%2Fscript%3E", "%E0%A4%A"):
        page.goto("about:blank")
        page.goto(f"{site_url}search.html{part}{payload}bladder")
        page.wait_for_selector("#search-results .search-summary:not(:empty)")
        page.wait_for_timeout(200)
        assert page.locator("#search-results img, #search-results script").count() == 0
    assert page.evaluate("window.hit") is None
    assert page.faults == []


@pytest.mark.browser
def test_from_a_folder_with_extracts(page: Any, site_folder: Path) -> None:
    page.goto((site_folder / "search.html").as_uri() + "?q=phantom+limb")
    page.wait_for_selector("#search-results li .context")
    first = page.locator("#search-results li").first
    assert first.locator("a").get_attribute("href") == "./conditions/phantom-limb.html"
    assert len(first.locator(".context").inner_text().split()) > 5
    assert first.locator("mark").count() > 0
    assert page.faults == []


# the files


def test_sphinx_still_has_what_is_wrapped() -> None:
    text = files("sphinx").joinpath("themes/basic/static/searchtools.js").read_text(encoding="utf-8")
    for name in ("_performSearch: (", "_parseQuery: (", "performSearch: (", "setIndex: (", "hasIndex: (", "query: (", "stopPulse: ("):
        assert f"  {name}" in text
    assert "_queued_query" in text


def test_scorer_writes_text_only() -> None:
    text = (ROOT / "docs" / "_static" / "search" / "scorer.js").read_text(encoding="utf-8")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|setAttribute\(.on|\.style\b|fetch\(", text) == []


def test_index_is_light_enough(site_folder: Path) -> None:
    assert len(gzip.compress((site_folder / "searchindex.js").read_bytes(), 9)) <= 60 * 1024


def test_words_of_a_claims_reason_lead_to_it(site_folder: Path) -> None:
    index, _ = built(site_folder)
    project, stem = Project.read(ROOT), SearchEnglish({}).stem
    left_out = SearchEnglish.stopwords | set(index["handbook"]["common"])
    for name, [docname] in places(project, "claim").items():
        page, claim = index["docnames"].index(docname), project.evidence.claim[name]
        for word in re.findall(r"(?<![\w’'-])[a-z]{4,}(?![\w’'-])", f"{claim.fact} {claim.why}"):
            if (found := stem(word)) not in left_out and word not in left_out:
                at = [index[part].get(found, []) for part in ("terms", "titleterms")]  # Sphinx lists a word of a title there alone
                assert any(page in (docs if isinstance(docs, list) else [docs]) for docs in at), (name, word)


def test_index_and_data_of_one_build(site_folder: Path) -> None:
    index, data = built(site_folder)
    assert data["version"] == index["handbook"]["version"]
    assert len(data["ties"]["rank"]) == len(data["ties"]["focus"]) == len(index["docnames"])
    assert len(data["ties"]["glossary"]) == len(index["indexentries"])
    assert not set(index["handbook"]["common"]) & index["terms"].keys()
    assert data["extracts"]["pages"]["safety/bladder"][0] == Project.read(ROOT).pages["safety/bladder"].meta["scope"]


def frozen() -> dict[str, Any]:
    """A small index in Sphinx's form."""
    return {
        "docnames": ["faq", "safety/bladder"], "filenames": ["faq.md", "safety/bladder.md"], "titles": ["Questions", "Bladder"],
        "terms": {"2019": 0, "s012": [0, 1], "ng193": 1, "pain": [0, 1]}, "titleterms": {"bladder": 1}, "indexentries": {},
        "alltitles": {"Questions": [(0, None)], "Key points": [(1, None)], "Signs": [(1, "signs")]},
    }  # fmt: skip


def test_what_no_query_reaches_is_left_out() -> None:
    project = Project.read(ROOT)
    index, data = render.extend(frozen(), project, lambda w: w, frozenset())
    assert sorted(index["terms"]) == ["ng193", "pain"]
    assert index["alltitles"] == {"Questions": [(0, None)], "Signs": [(1, "signs")]}
    assert index["handbook"] == {"version": data["version"], "common": []}
    assert data["ties"]["rank"] == [0.35, 1.0]


def test_common_words_keep_no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "SMALL", 1)
    index, _ = render.extend(frozen(), Project.read(ROOT), lambda w: w, frozenset(), frozenset({"ng193"}))
    assert index["handbook"]["common"] == ["ng193", "pain"]
    assert index["terms"] == {}


def test_common_words_of_the_index_before(tmp_path: Path) -> None:
    path = tmp_path / "searchindex.js"
    assert render.written_before(path) == {}
    path.write_text('Search.setIndex({"handbook":{"common":["pain"]}})', encoding="utf-8")
    assert render.written_before(path) == {"handbook": {"common": ["pain"]}}
    path.write_text("Search.setIndex({})", encoding="utf-8")
    assert render.written_before(path) == {}


def test_data_cannot_close_its_script() -> None:
    assert render.as_js({"a": "</script>"}) == 'HandbookSearch.setData({"a":"<\\/script>"});\n'


def test_extracts_are_whole_sentences() -> None:
    assert render.clip("One two. Three four. Five.", 4) == "One two. Three four."
    assert render.clip("One two three four five.", 3) == "One two three …"


# the list of search words

GOOD = "- page: safety/bladder\n  words: [pee, wee]\n"


def problems(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    """What the check says about a list of search words."""
    path = tmp_path / "aliases.yaml"
    path.write_text(text, encoding="utf-8")
    return [(p.line, p.code, p.message) for p in checks.aliases(Project.read(ROOT), path)]


def test_search_words_of_the_handbook_are_sound() -> None:
    assert list(checks.aliases(Project.read(ROOT))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, []),
        ("- page: safety/blader\n  words: [pee]\n", [(1, "L013", "no page 'safety/blader'")]),
        (GOOD + "- page: safety/liver\n  words: [bile, Pee]\n", [(3, "L014", "'Pee' stands already at line 1")]),
        ("- page: safety/bladder\n  words: [k hole, k-hole]\n", [(1, "L014", "'k-hole' stands already at line 1")]),
        ("- page: safety/bladder\n", [(1, "R002", "search words: missing field words")]),
        ("- words: [pee]\n", [(1, "R002", "search words: missing field page")]),
        (GOOD + "  wieght: weak\n", [(3, "R001", "search words: unknown field wieght")]),
        (GOOD + "  weight: huge\n", [(3, "R003", "search words: weight 'huge'")]),
        ("- page: safety/bladder\n  words: pee\n", [(2, "Y003", "search words: `words` is not a list of words")]),
        ("- page: [\n", [(1, "Y001", "did not find expected node content")]),
    ],
)  # fmt: skip
def test_search_words_planted_fault(text: str, expected: list[tuple[int, str, str]], tmp_path: Path) -> None:
    found = problems(tmp_path, text)
    assert [p[:2] for p in found] == [e[:2] for e in expected]
    assert [p[2] for p in found if p[1] != "Y001"] == [e[2] for e in expected if e[1] != "Y001"]  # those are the YAML reader's words


def test_search_words_as_read(tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text("- page: a\n  words: [x y, z]\n  means: long words\n  weight: strong\n", encoding="utf-8")
    assert aliases.read(path) == ([aliases.Alias("a", ("x y", "z"), "long words", 1.5, 1)], [])
