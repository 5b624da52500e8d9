"""Plant mistakes into the real handbook, one at a time, each with the exact place where a check must name it.

Every kind of mistake is a function that yields places for it, found by the structure of pages and records and never by
what a check reports. `plan` takes the same places at every run (the seed is the name of the kind), spread over as many
files as possible. `rounds` puts mistakes in different files together, so that one run of the checks judges many.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from handbook.dictionary import american
from handbook.model import Record
from handbook.pages import Block, Page
from handbook.project import Project

SPELL = frozenset({"T010", "T012", "T017"})


@dataclass(frozen=True)
class Plant:
    """One mistake: from *line* of *path* on, *count* lines become *new*; one of *codes* is due at *expect*.

    `breaks` marks what makes a whole file unreadable, so that other mistakes could not be judged beside it.
    """

    kind: str
    path: str
    line: int
    count: int
    new: tuple[str, ...]
    codes: frozenset[str]
    expect: int
    seen_in: str
    breaks: bool = False

    @property
    def name(self) -> str:
        """For people: kind, place, the codes due there, and what was written."""
        return f"{self.kind}: {self.seen_in}:{self.expect} {'/'.join(sorted(self.codes))} | {' ⏎ '.join(self.new)[:110]}"


@dataclass(frozen=True)
class Book:
    """The handbook without mistakes, and the lines of its files."""

    project: Project

    @cache  # noqa: B019 - one book lives as long as the tests
    def lines(self, path: str) -> tuple[str, ...]:
        """The lines of one file."""
        return tuple((self.project.root / path).read_text(encoding="utf-8").split("\n"))

    def __hash__(self) -> int:
        return id(self)

    @property
    def pages(self) -> list[Page]:
        """Pages that people read about health, in the order of names."""
        outside = {"contributing", "glossary", "about", "reference", ""}
        return [p for _, p in sorted(self.project.pages.items()) if p.kind not in outside and not p.docname.startswith("_")]


Maker = Callable[[Book], Iterable[Plant]]
MAKERS: list[tuple[str, int, Maker]] = []


def kind(name: str, count: int) -> Callable[[Maker], Maker]:
    """Register a kind of mistake of which *count* are planted."""

    def keep(maker: Maker) -> Maker:
        MAKERS.append((name, count, maker))
        return maker

    return keep


def change(book: Book, path: str, n: int, new: str | Iterable[str], codes: str, *, expect: int = 0, count: int = 1, breaks: bool = False) -> Plant:
    """Line *n* (and the next, up to *count*) becomes *new*; the mistake is due at *expect*, by itself at line *n*."""
    rows = (new,) if isinstance(new, str) else tuple(new)
    return Plant("", path, n, count, rows, frozenset(codes.split()), expect or n, path, breaks)


def gaps(book: Book, page: Page) -> Iterator[int]:
    """Lines before which a paragraph can stand: a heading of level two, or its label, after an empty line."""
    lines = book.lines(page.path)
    for h in page.headings:
        n = h.line
        while n > 1 and re.fullmatch(r"\(\S+\)=", lines[n - 2]):
            n -= 1
        if h.level == 2 and not h.within and n > 2 and not lines[n - 2].strip():
            yield n


def put(book: Book, page: Page, text: str, codes: str, at: int = 0) -> Iterator[Plant]:
    """*text* as a paragraph of its own in each gap of the page; the mistake is due in its line *at* (from 0)."""
    for n in gaps(book, page):
        yield change(book, page.path, n, (*text.split("\n"), ""), codes, count=0, expect=n + at)


def each(book: Book, texts: Iterable[tuple[str, str]], *, at: int = 0) -> Iterator[Plant]:
    """Each (text, codes) into a page of its own."""
    pages = [p for p in book.pages if any(gaps(book, p))]
    for text, codes in texts:
        page = random.Random(text).choice(pages)
        yield from list(put(book, page, text, codes, at))[:1]


# ----------------------------------------------------------------------------------------------- slips

COMMON = (
    "recieve", "seperate", "occured", "definately", "treatement", "medecine", "sympton", "untill", "wich", "teh",
    "thier", "beleive", "bladdder", "feelling", "begining", "adress", "appart", "becuase", "concious", "diffrent",
    "enviroment", "foriegn", "goverment", "harrass", "immediatly", "knowlege", "liason", "maintainance", "neccessary",
    "occassion", "posible", "questionaire", "recomend", "sucessful", "tommorow", "usefull", "wether", "writting",
)  # fmt: skip


def slip(word: str, rng: random.Random) -> str:
    """*word* with a letter left out, doubled, or swapped with the next; never another English word."""
    while True:
        n = rng.randrange(1, len(word) - 1)
        made = rng.choice((word[:n] + word[n + 1 :], word[:n] + word[n] + word[n:], word[:n] + word[n + 1] + word[n] + word[n + 2 :]))
        if made != word and not american().knows(made):
            return made


def misspell(text: str, start: int = 0) -> str | None:
    """*text* with one slip in a word of prose behind *start*: an own slip, or a common one in place of a word."""
    rng = random.Random(text)
    hidden = re.sub(r"\{[\w-]+\}`[^`<]*`|`[^`]*`|<[^<>]*>|\{[^{}]*\}|\]\([^()]*\)|https?:\S+", lambda m: " " * len(m[0]), text)
    found = [m for m in re.finditer(r"(?<![\w'’-])[a-z]{6,}(?![\w'’-])", hidden) if m.start() >= start]
    if not found:
        return None
    match = rng.choice(found)
    made = rng.choice(COMMON) if rng.random() < 0.4 else slip(match[0], rng)
    return text[: match.start()] + made + text[match.end() :]


def spelled(book: Book, path: str, n: int, start: int = 0) -> Iterator[Plant]:
    """A slip on line *n* of a file, if the line has a word for it."""
    made = misspell(book.lines(path)[n - 1], start)
    if made:
        yield change(book, path, n, made, "T010 T017")


def in_blocks(book: Book, wanted: Callable[[Block], bool]) -> Iterator[Plant]:
    for page in book.pages:
        for block in page.blocks:
            if wanted(block):
                yield from spelled(book, page.path, block.line)


@kind("misspelling in a paragraph", 7)
def _(book: Book) -> Iterator[Plant]:
    yield from in_blocks(book, lambda b: b.kind == "paragraph")


@kind("misspelling in a heading", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from in_blocks(book, lambda b: b.kind == "heading")


@kind("misspelling in a list", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from in_blocks(book, lambda b: b.kind == "item")


@kind("misspelling in a table", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from in_blocks(book, lambda b: b.kind == "row")


@kind("misspelling in the words of a link", 4)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for role in page.roles:
            line = book.lines(page.path)[role.line - 1]
            if role.title and f"`{role.title}" in line and (made := misspell(role.title)):
                yield change(book, page.path, role.line, line.replace(f"`{role.title}", f"`{made}", 1), "T010 T017")


@kind("misspelling in alternative text", 2)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [("![The rooute from a nerve to the brain](/_static/drawings/routes.svg)", "T017")])
    yield from each(book, [(":::{image} /_static/drawings/routes.svg\n:alt: The wayz in which it is given\n:::", "T017")], at=1)


@kind("misspelling in a caption or title of a box", 4)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for d in page.directives:
            for n in range(d.line, min(d.line + 6, len(book.lines(page.path)))):
                line = book.lines(page.path)[n]
                if line.startswith((":caption:", ":title:")):
                    yield from spelled(book, page.path, n + 1, line.index(" "))
            if d.name in {"table", "grid-item-card", "list-table"} and d.argument:
                yield from spelled(book, page.path, d.line, book.lines(page.path)[d.line - 1].index("}"))


@kind("misspelling in the scope of a page", 4)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        yield from spelled(book, page.path, page.meta_lines["scope"], 7)


@kind("misspelling in the glossary", 3)
def _(book: Book) -> Iterator[Plant]:
    page = book.project.pages["glossary"]
    for n, line in enumerate(book.lines(page.path), 1):
        if line.startswith("  ") and "Explained in" not in line:
            yield from spelled(book, page.path, n)


def in_records(book: Book, what: str, *fields: str) -> Iterator[Plant]:
    for record in book.project.evidence.of(what).values():
        for name in fields:
            n = record.where.of(name)
            line = book.lines(record.where.path)[n - 1]
            if re.match(rf"[\s-]*{name}: ", line):
                yield from spelled(book, record.where.path, n, line.index(":"))


@kind("misspelling in a finding's plain sentence", 3)
def _(book: Book) -> Iterator[Plant]:
    yield from in_records(book, "finding", "plain")


@kind("misspelling in a finding's clinical sentence", 3)
def _(book: Book) -> Iterator[Plant]:
    yield from in_records(book, "finding", "clinical")


@kind("misspelling in the reason of a step down", 2)
def _(book: Book) -> Iterator[Plant]:
    for path in sorted({f.where.path for f in book.project.evidence.finding.values()}):
        for n, line in enumerate(book.lines(path), 1):
            if match := re.match(r"[\s-]*(?:\{.*)?why: ", line):
                yield from spelled(book, path, n, match.end())


@kind("misspelling in a fact", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from in_records(book, "fact", "text", "clinical")


@kind("misspelling in a claim", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from in_records(book, "claim", "claim", "fact", "why")


@kind("misspelling in a guideline's position", 2)
def _(book: Book) -> Iterator[Plant]:
    yield from in_records(book, "position", "position")


def in_cells(book: Book, what: str, field: str) -> Iterator[Plant]:
    for record in book.project.evidence.of(what).values():
        text, line = getattr(record, field), book.lines(record.where.path)[record.where.line - 1]
        if text and line.count(text) == 1 and (made := misspell(text)):
            yield change(book, record.where.path, record.where.line, line.replace(text, made), "T010 T017")


for _what, _field in (("harm", "text"), ("harm", "effect"), ("regimen", "population"), ("caution", "advice"), ("interaction", "effect"),
                      ("pharmacokinetic", "note"), ("study", "result")):  # fmt: skip
    kind(f"misspelling in a table of evidence ({_what} {_field})", 1)(partial(in_cells, what=_what, field=_field))


@kind("misspelling in a drawing", 3)
def _(book: Book) -> Iterator[Plant]:
    for path in sorted((book.project.root / "docs/_static/drawings").glob("*.svg")):
        where = path.relative_to(book.project.root).as_posix()
        for n, line in enumerate(book.lines(where), 1):
            if match := re.match(r"\s*<(?:title|desc|text)\b[^>]*>", line):
                yield from spelled(book, where, n, match.end())


BRITISH = ("colour", "oesophagus", "paediatric", "anaesthesia", "diarrhoea", "tumours", "behaviour", "randomised", "organisation", "centre",
           "catheterised", "hospitalised", "favourable", "labelled", "sceptical", "orthopaedic", "programme", "analysed", "litre", "grey",
           "whilst", "judgement", "counselling", "learnt", "practise", "odour", "ageing", "travelling")  # fmt: skip


@kind("British spelling", 10)
def _(book: Book) -> Iterator[Plant]:
    words = iter(BRITISH * 40)
    places = [*in_blocks(book, lambda b: b.kind in {"paragraph", "item"}), *in_records(book, "fact", "text"), *in_records(book, "finding", "plain")]
    for p in random.Random("british").sample(places, 40):
        old = book.lines(p.path)[p.line - 1]
        at = next(i for i, (a, b) in enumerate(zip(old, p.new[0], strict=False)) if a != b)
        start = max(old.rfind(" ", 0, at), 0)
        end = min((e for e in (old.find(" ", at + 1), len(old)) if e > 0), default=len(old))
        if re.fullmatch(r" [a-z]+", old[start:end]):
            yield change(book, p.path, p.line, old[:start] + " " + next(words) + old[end:], "T012 T001")


MEDICINES = ("ketamin", "esketamin", "ketmaine", "gabapentine", "amitriptiline", "midazolm", "lidocane", "pregabaline", "ondansteron", "clonidin",
             "buprenorfine", "methadon", "duloxetin", "magnesum")  # fmt: skip


@kind("misspelled medicine", 8)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [(f"Ask your team whether {m} fits with what you take.", "T010") for m in MEDICINES[:6]])
    for m, fact in zip(MEDICINES[8:10], [f for f in book.project.evidence.fact.values() if "etamine" in f.text][5:60:40], strict=False):
        line = book.lines(fact.where.path)[fact.where.of("text") - 1]
        yield change(book, fact.where.path, fact.where.of("text"), re.sub(r"[Kk]etamine", m, line, count=1), "T010")


# ----------------------------------------------------------------------------------------------- links


@kind("dead link to a page", 9)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("See {doc}`/treatment/infusions`.", "L001"),
        ("See {doc}`the bladder </safety/blader>`.", "L001"),
        ("See {doc}`../treatment/drip`.", "L001"),
        ("See [the page on costs](/access/costs.md).", "L001"),
        ("See [the page on liver](../safety/livers.md).", "L001"),
        ("- See [the home page](home.md).", "L001"),
    ])  # fmt: skip
    yield from each(book, [("See [the law][law].\n\n[law]: /access/laws.md", "L001")], at=2)
    index = book.project.pages["index"]
    n = next(n for n, t in enumerate(book.lines(index.path), 1) if t.startswith(":link: "))
    yield change(book, index.path, n, ":link: /start/is-this-for-me", "L001")
    for page in book.project.pages.values():
        for d in page.uses("toctree"):
            entry = next(((n, t) for n, t in d.body if t.strip() and not t.startswith(":")), None)
            if entry and page.docname == "safety/index":
                yield change(book, page.path, entry[0], "no-such-page", "L001")


@kind("dead label", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("See {ref}`what-for`.", "L002"), ("See {ref}`the table <infusion-tabel>`.", "L002"), ("- See {ref}`Where to go <bladder-go>`.", "L002"),
        ("See {numref}`fig-nowhere`.", "L002"),
    ])  # fmt: skip


@kind("dead anchor", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("See [below](#no-such-heading).", "L006"), ("See [how long](/treatment/how-long-it-lasts.md#first-hour).", "L006"),
        ("- See [the words](/glossary.md#nowhere).", "L006"), ("See [the bladder](../safety/bladder.md#early-sings).", "L006"),
    ])  # fmt: skip


@kind("unknown glossary term", 3)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [("It is {term}`alodynia`.", "L004"), ("It is {term}`a long sleep <comma>`.", "L004"), ("- It is {term}`half lives`.", "L004")])


@kind("plural of a glossary term", 3)
def _(book: Book) -> Iterator[Plant]:
    terms = [t for t in book.project.terms if re.fullmatch(r"[a-z]{6,}[a-rt-xz]", t)]
    yield from each(book, [(f"Read about {{term}}`{t}s`.", "L005") for t in terms[4:90:25]])


@kind("link that says only “here”", 5)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("Read {doc}`here </safety/index>`.", "T011"), ("[Click here](/safety/index.md) for more.", "T011"), ("[Read more](/safety/index.md)", "T011"),
        ("- {doc}`this page </safety/index>`", "T011"), ("See [**here**](/safety/bladder.md).", "T011"),
    ])  # fmt: skip


@kind("label that stands twice", 3)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        if page.labels and page.docname > "c":
            for n in gaps(book, page):
                yield change(book, page.path, n, (f"({next(iter(page.labels))})=", "## Once more", "", "Ask your team.", ""), "L003", count=0)


# ---------------------------------------------------------------------------------------------- images


@kind("missing image", 3)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("![A nerve](/_static/drawings/nerve.svg)", "P011"), (":::{image} /_static/routs.svg\n:alt: The ways\n:::", "P011"),
        (":::{figure} ../_static/drawings/missing.svg\n:alt: The ways\n:::", "P011"),
    ])  # fmt: skip


@kind("image from another site", 2)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [("![A nerve](https://example.org/nerve.png)", "P011"), (":::{image} //example.org/a.png\n:alt: The ways\n:::", "P011")])


@kind("image without alternative text", 3)
def _(book: Book) -> Iterator[Plant]:
    svg = "/_static/drawings/routes.svg"
    yield from each(book, [(f"![]({svg})", "P010"), (f":::{{image}} {svg}\n:::", "P010"), (f":::{{figure}} {svg}\n:alt:\n:::", "P010")])


@kind("table without its header row", 3)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("| a | b |\n| c | d |", "P019"), ("| | |\n| --- | --- |\n| c | d |", "P019"), (":::{list-table} Who asks\n* - a\n  - b\n:::", "P019"),
    ])  # fmt: skip


@kind("unknown drawing", 2)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [(":::{drawing} rotes\n:::", "P011 P006"), (":::{drawing}\n:::", "P013")])


# ------------------------------------------------------------------------------------ roles and boxes


@kind("unknown record in a role", 12)
def _(book: Book) -> Iterator[Plant]:
    for name in ("finding", "clinical", "fact", "fact-clinical", "harm", "regimen", "position", "claim", "source"):
        places = [(p, r) for p in book.pages for r in p.roles if r.name == name and "," not in r.target]
        for page, role in random.Random(name).sample(places, min(2 if name in {"source", "fact", "finding"} else 1, len(places))):
            line = book.lines(page.path)[role.line - 1]
            new = line.replace(f"{{{name}}}`{role.target}`", f"{{{name}}}`{role.target}x`", 1)
            yield change(book, page.path, role.line, new, "P006")


@kind("unknown record in a box", 4)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for d in page.directives:
            line = book.lines(page.path)[d.line - 1]
            if d.name in {"claimcheck", "icons"}:
                yield change(book, page.path, d.line, line + "-x", "P006")
            elif d.name in {"summary-of-findings", "forest", "regimens"} and "ids" in d.options:
                n = next(n for n in range(d.line, d.line + 6) if book.lines(page.path)[n].startswith(":ids:"))
                yield change(book, page.path, n + 1, book.lines(page.path)[n] + ", no-such-record", "P006")


@kind("value of a table's filter that no record has", 3)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for d in page.directives:
            for n in range(d.line, d.line + 4):
                line = book.lines(page.path)[n] if n < len(book.lines(page.path)) else ""
                if re.match(r":(condition|route|category|setting): ", line):
                    yield change(book, page.path, n + 1, line + "x", "P006 R003")


@kind("unknown box", 5)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        (":::{askk}\n- Who will see me?\n:::", "P004"), (":::{key-points}\n- One.\n:::", "P004"), ("```{sumary-of-findings}\n```", "P004"),
        (":::ask\n- Who will see me?\n:::", "P004 P012"), (":::{ask\n- Who will see me?\n:::", "P004 P012"),
    ])  # fmt: skip


@kind("unknown option of a box", 2)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for d in page.directives:
            if d.name == "summary-of-findings" and "ids" in d.options:
                n = next(n for n in range(d.line, d.line + 6) if book.lines(page.path)[n].startswith(":ids:"))
                yield change(book, page.path, n + 1, book.lines(page.path)[n].replace(":ids:", ":id:"), "P004 P006 P013")


@kind("unknown role", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("Ask your team.{sorce}`cohen2018consensus`", "P005"), ("{findings}`infusion-any-harm`", "P005"), ("- See {page}`/safety/index`.", "P005"),
        ("See {Doc}`/safety/index`.", "P005"),
    ])  # fmt: skip


@kind("role that is not written whole", 5)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("Ask your team.{source}`cohen2018consensus", "P005"), ("Ask your team.{source} `cohen2018consensus`", "P005"),
        ("Ask your team.{source}``", "P005"), ("Ask your team.:source:`cohen2018consensus`", "P005"), ("- Ask your team.{source}(cohen2018consensus)", "P005"),
    ])  # fmt: skip


@kind("box that is not closed", 5)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        lines = book.lines(page.path)
        for d in page.directives:
            if d.name in {"ask", "unknowns", "foryou", "keypoints", "clinicians"} and lines[d.line - 1].startswith(":::{"):
                end = next(n for n in range(d.line, len(lines)) if lines[n].strip() == ":::")
                if not any(lines[n].startswith(":::") for n in range(d.line, end)):
                    yield change(book, page.path, end + 1, (), "P012", expect=d.line)


@kind("end of a box that no box has", 2)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [("Ask your team.\n:::", "P012")], at=1)
    yield from each(book, [("Ask your team.\n\n::::", "P012")], at=2)


@kind("raw HTML", 7)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [
        ("Ask <b>your</b> team.", "P017"), ("Ask your team.<br>", "P017"), ("Ask <B>your</B> team.", "P017"),
        ("<script>alert(1)</script>", "P017"), ('- <img src="https://example.org/a.png" onerror="x()">', "P017"),
        ("Ask <span\nclass='a'>your</span> team.", "P017"),
        ("```{raw} html\n<p>Ask</p>\n```", "P017"),
    ])  # fmt: skip


@kind("unsafe link", 2)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [("See [the liver](javascript:alert(1)).", "P017 L001"), ("See [the liver](data:text/html,x).", "P017 L001")])


# ------------------------------------------------------------------------------------------- headings


@kind("level of headings skipped", 4)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for h in page.headings[1:]:
            line = book.lines(page.path)[h.line - 1]
            if h.level == 2 and not h.within:
                yield change(book, page.path, h.line, "##" + line, "P003")


@kind("second title", 3)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for h in page.headings[1:]:
            if h.level == 2 and not h.within:
                yield change(book, page.path, h.line, book.lines(page.path)[h.line - 1][1:], "P002")


@kind("page without a title", 2)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        h = page.headings[0]
        yield change(book, page.path, h.line, book.lines(page.path)[h.line - 1].lstrip("# "), "P001", expect=1)


@kind("heading that asks", 3)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for h in page.headings[1:]:
            if h.level == 2 and not h.within and page.kind != "faq":
                yield change(book, page.path, h.line, book.lines(page.path)[h.line - 1] + "?", "P016")


# -------------------------------------------------------------------------------------- front matter


def meta(book: Book, key: str, value: str, codes: str) -> Iterator[Plant]:
    for page in book.pages:
        n = page.meta_lines.get(key, 0)
        if n:
            yield change(book, page.path, n, f"{key}: {value}", codes)


for _key, _value, _codes in (
    ("reviewed", "2026-13-01", "M005"), ("edited", "2026-02-30", "M005"), ("searched", "22/11/2026", "M005"), ("next_review", "Nov 2027", "M005"),
    ("next_review", "2026-11-01", "M006"), ("edited", "2062-11-22", "M006"), ("searched", "2026-1-2", "M005"),
):  # fmt: skip
    kind(f"bad date ({_key}: {_value})", 1)(partial(meta, key=_key, value=_value, codes=_codes))

for _key, _value, _codes in (
    ("status", "reviewed", "M004"), ("kind", "conditons", "M004"), ("audience", "[patients]", "M004"), ("authors", "[somebody]", "M008"),
    ("checked_by", "[handbook-writers]", "M007"), ("status", "clinician-reviewed", "M010"), ("scope", "", "M003"), ("scope", "Ketamine: what it is", "Y001"),
):  # fmt: skip
    kind(f"wrong value in front matter ({_key}: {_value})", 1)(partial(meta, key=_key, value=_value, codes=_codes))


@kind("unknown key in front matter", 3)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for key in ("reviewed", "scope", "audience"):
            n = page.meta_lines[key]
            yield change(book, page.path, n, book.lines(page.path)[n - 1].replace(key, key[:-2] + key[-1]), "M002")


@kind("missing key in front matter", 3)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for key in ("searched", "status", "authors"):
            yield change(book, page.path, page.meta_lines[key], (), "M003", expect=1)


@kind("key that stands twice in front matter", 2)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        n = page.meta_lines["status"]
        yield change(book, page.path, n, (book.lines(page.path)[n - 1],) * 2, "Y002", expect=n + 1)


@kind("front matter not closed or missing", 2)
def _(book: Book) -> Iterator[Plant]:
    pages = [p for p in book.pages if p.docname.startswith("safety/")]
    for page in pages[::2]:
        yield change(book, page.path, 1, (), "M001", expect=1)
    for page in pages[1::2]:
        n = max(page.meta_lines.values()) + 1
        yield change(book, page.path, n, (), "M001 Y001 Y003", expect=1)


# ---------------------------------------------------------------------------------------------- prose


@kind("percentage, dose or share typed into prose", 12)
def _(book: Book) -> Iterator[Plant]:
    s = "{source}`cohen2018consensus`"
    yield from each(book, [(t + s, "T003") for t in (
        "About 40% of people feel sick.", "About 40 percent of people feel sick.", "About forty percent of people feel sick.", "One in five people feels sick.",
        "About 3 in 10 people feel sick.", "Some were given 0.5 mg/kg in an hour.", "Some were given 50 milligrams a day.", "Some swallowed 20 mL twice a day.",
        "The score fell by 1.5 points.", "Two thirds of the people felt sick.", "Half of the people felt sick.", "The risk was 3-fold.",
        "A third of them left early.", "The scores differed (SMD -0.4).", "Most felt sick (p < 0.05).",
    )])  # fmt: skip


@kind("effect stated without a record", 10)
def _(book: Book) -> Iterator[Plant]:
    s = "{source}`cohen2018consensus`"
    yield from each(book, [(t + s, "T002") for t in (
        "Ketamine reduces pain for some weeks.", "Infusions ease nerve pain.", "It works better than a placebo.", "The spray can help with headache.",
        "Ketamine does not prevent pain after surgery.", "Esketamine has improved mood in trials.",
        "Ketamine often relieves pain.", "Lozenges have eased pain.",
        "Ketamine infusions lowered pain for a day.", "Ketamine gives relief for a few weeks.", "Ketamine makes the pain better.",
        "Low doses of ketamine reduce pain.",
    )])  # fmt: skip


@kind("certainty word outside a record", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from each(
        book, [(t, "T004") for t in ("You may feel sick.", "The pain is likely to come back.", "- It is probably the bladder.", "You might feel sick.")]
    )


@kind("house word", 7)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [(t, "T001") for t in (
        "Ask about this breakthrough.", "Ask what was proven.", "- Ask how other sufferers do.", "Ask how addicts are treated.",
        "Read this prior to the visit.",
        "Ask whether it is well tolerated.", "Ask about this game-changing infusion.", "Ask about this miracle.",
    )])  # fmt: skip


@kind("house word in a record", 3)
def _(book: Book) -> Iterator[Plant]:
    for n, f in enumerate(book.project.evidence.fact.values()):
        line = book.lines(f.where.path)[f.where.of("text") - 1]
        word = ("sufferers", "addicts", "victims of pain")[n % 3]
        if " people " in line and not f.where.path.endswith("conditions-a.yaml"):
            yield change(book, f.where.path, f.where.of("text"), line.replace(" people ", f" {word} ", 1), "T001")


@kind("two sentences on a line", 5)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for block in page.blocks:
            lines = book.lines(page.path)
            if block.kind == "paragraph" and len(block.lines) > 1 and not block.within:
                one, two = lines[block.line - 1], lines[block.line]
                if re.match(r"[A-Z][^`]*\.$", one) and re.match(r"[A-Z][^`]*\.$", two):
                    yield change(book, page.path, block.line, f"{one} {two}", "T009", count=2)
    yield from each(book, [("Ask your team. See your doctor.", "T009"), ("- Ask your team! See your doctor.", "T009")])


LONG = (
    "Ask the team that gives the drip how long you will stay, who will sit with you, what you should bring along from home, "
    "and who can take you back when the day is at its end"
)


@kind("sentence too long", 4)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [(f"{LONG}.", "T006"), (f"- {LONG}.", "T006"), (f"{LONG}?", "T006")])
    yield from each(book, [(f"Ask your team.\n{LONG}.\nSay thank you.", "T006")], at=1)


@kind("tab character", 3)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [("Ask\tyour team.", "T016"), ("-\tAsk your team.", "T016"), ("Ask your team.\t", "T016")])


@kind("placeholder text", 5)
def _(book: Book) -> Iterator[Plant]:
    yield from each(
        book, [(t, "T014") for t in ("TODO: ask a doctor.", "The text goes here.", "- tbd", "Ask your team (FIXME).", "Ask your team [citation needed].")]
    )


@kind("placeholder text in a record", 2)
def _(book: Book) -> Iterator[Plant]:
    for f in list(book.project.evidence.fact.values())[3::9]:
        line = book.lines(f.where.path)[f.where.of("text") - 1]
        if len(f.text.split()) < 40 and not line.endswith('"'):
            yield change(book, f.where.path, f.where.of("text"), line + " TODO.", "T014")


@kind("statement without a source", 10)
def _(book: Book) -> Iterator[Plant]:
    yield from each(book, [(t, "T005") for t in (
        "The bladder scars after years of heavy use.", "Nausea is common in the first hour.", "- Most people with CRPS are women.",
        "The drip runs for four hours in most clinics.",
        "In 1962 a chemist first made the medicine in Detroit.", "Older people fall more often after a dose.", "Many insurers do not pay for the drip.",
        "Blood pressure goes up in the first half hour.", "- The nasal spray was approved by the agency in 2019.", "Vivid dreams are common on the first day.",
    )])  # fmt: skip


@kind("source taken away", 4)
def _(book: Book) -> Iterator[Plant]:
    for page in book.pages:
        for block in page.blocks:
            line = book.lines(page.path)[block.line - 1]
            bare = re.sub(r"\{source\}`[^`]*`", "", line)
            if block.kind == "paragraph" and len(block.lines) == 1 and bare != line and "`" not in bare and not block.within and len(bare.split()) > 8:
                yield change(book, page.path, block.line, bare, "T005")


# -------------------------------------------------------------------------------------------- records


def field_line(book: Book, record: Record, name: str) -> tuple[int, str]:
    n = record.where.of(name)
    return n, book.lines(record.where.path)[n - 1]


def in_field(book: Book, what: str, name: str, codes: str, edit: Callable[[str], str], wanted: Callable[[Any], bool] = lambda f: True) -> Iterator[Plant]:
    """Change the line of a field of every record of a kind, where *edit* changes it at all."""
    for record in book.project.evidence.of(what).values():
        n, line = field_line(book, record, name)
        if wanted(record) and re.match(rf"[\s-]*{name}\s*[:=]", line) and (new := edit(line)) != line:
            yield change(book, record.where.path, n, new, codes)


def recorded(name: str, count: int, what: str, field: str, codes: str, edit: Callable[[str], str], wanted: Callable[[Any], bool] = lambda f: True) -> None:
    kind(name, count)(lambda book: in_field(book, what, field, codes, edit, wanted))


def sub(old: str, new: str) -> Callable[[str], str]:
    return lambda line: re.sub(old, new, line, count=1)


def certain(*grades: str) -> Callable[[Any], bool]:
    return lambda f: f.certainty in grades


def plain_once(pattern: str) -> Callable[[Any], bool]:
    """A finding with a size that it must say, whose plain sentence has *pattern* once."""
    return lambda f: f.certainty in {"low", "moderate", "high"} and len(re.findall(pattern, f.plain)) == 1


def compared(f: Any) -> bool:
    """A finding whose size follows from shares with and without."""
    return f.certainty in {"low", "moderate"} and f.numbers is not None and f.numbers.without is not None


def longer(line: str) -> str:
    return line if '"' in line else f"{line.rstrip('.')}, {LONG}, {LONG.lower()}."


def interval(s: Any) -> bool:
    return s.low is not None and s.high is not None


recorded(
    "wrong certainty wording (low without “may”)",
    2,
    "finding",
    "plain",
    "E008",
    sub(r"\bmay ", "will "),
    lambda f: f.certainty == "low" and plain_once("may ")(f),
)
recorded("wrong certainty wording (moderate with “may”)", 2, "finding", "plain", "E008", sub(r"\bprobably\b", "may"), certain("moderate"))
recorded(
    "wrong certainty wording (very low without “do not know”)", 2, "finding", "plain", "E008", sub(r"(?i)we do not know", "We wonder"), certain("very-low")
)
recorded("wrong certainty wording (clinical)", 2, "finding", "clinical", "E008", sub(r"very uncertain", "uncertain"), certain("very-low"))
recorded("wrong certainty (grade does not add up)", 2, "finding", "certainty", "E006", sub(r": very-low", ": moderate"), lambda f: f.basis == "ours")
recorded("wrong size word", 3, "finding", "plain", "E009", sub(r"slightly |a lot ", ""), plain_once("slightly |a lot "))
recorded("size that its number does not have", 2, "finding", "size", "E009 E010", sub(r": (?:little|small|moderate)", ": large"), compared)
recorded(
    "number typed into a finding",
    3,
    "finding",
    "plain",
    "E011",
    sub(r"\.\s*$", ", in 40% of people."),
    lambda f: len(f.plain.split()) < 25 and '"' not in f.plain,
)
recorded("placeholder that cannot be filled", 2, "finding", "clinical", "E012", sub(r"\.\s*$", " {s999}."), lambda f: len(f.clinical.split()) < 50)
recorded("unknown source in a finding", 2, "finding", "sources", "R008", sub(r"\[(\w+)", r"[\1x"))
recorded("unknown source in a fact", 2, "fact", "sources", "R008", sub(r"\[(\w+)", r"[\1x"))
recorded("unknown study in a finding", 1, "finding", "studies", "R008", sub(r"\[s(\d+)", r"[s9\1"))
recorded("unknown page in a claim", 2, "claim", "page", "R008", lambda line: line + "s")
recorded("value that is not in the list", 3, "finding", "outcome", "R003", sub(r": pain$", ": pains"))
recorded("verdict that is not in the list", 1, "claim", "verdict", "R003", sub(r": partly", ": partially"))
recorded("bad date in a record", 2, "finding", "searched", "R004 R005", sub(r"2026-11-22", "2026-02-30"))
recorded("unknown field", 2, "fact", "topic", "R001", sub(r"topic:", "topics:"))
recorded("text too long for its record", 2, "fact", "text", "R009", longer)
recorded("id that stands in capitals", 1, "fact", "id", "R007", lambda line: line.upper().replace("- ID", "- id"))


@kind("country of a law or price taken away", 2)
def _(book: Book) -> Iterator[Plant]:
    for f in book.project.evidence.fact.values():
        if f.topic in {"law", "cost", "approval"} and f.country:
            yield change(book, f.where.path, f.where.of("country"), (), "R014", expect=f.where.line)


@kind("missing field", 4)
def _(book: Book) -> Iterator[Plant]:
    for what, name in (("finding", "comparator"), ("finding", "searched"), ("claim", "why"), ("position", "stance"), ("fact", "sources")):
        for r in book.project.evidence.of(what).values():
            yield change(book, r.where.path, r.where.of(name), (), "R002", expect=r.where.line)


@kind("id that stands twice", 3)
def _(book: Book) -> Iterator[Plant]:
    for what in ("finding", "fact", "claim"):
        records = list(book.project.evidence.of(what).values())
        for a, b in zip(records[3::7], records[4::7], strict=False):
            if a.where.path == b.where.path:
                yield change(book, b.where.path, b.where.line, f"- id: {a.id}", "R006")


@kind("claim without its record", 1)
def _(book: Book) -> Iterator[Plant]:
    lines = book.lines("evidence/seed-claims.txt")
    for n, line in enumerate(lines, 1):
        if line and line[0] != "#":
            yield change(book, "evidence/seed-claims.txt", n, line + "x", "R011")


def row(book: Book, record: Record, **cells: str) -> str:
    """The line of a record in a CSV file with some cells changed."""
    head, values = (next(csv.reader([book.lines(record.where.path)[n - 1]])) for n in (1, record.where.line))
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([cells.get(k, v) for k, v in zip(head, values, strict=True)])
    return out.getvalue()


def cell(name: str, count: int, what: str, codes: str, edit: Callable[[Any], dict[str, str] | None]) -> None:
    """A kind of mistake in one row of a table of evidence."""

    def make(book: Book) -> Iterator[Plant]:
        for record in book.project.evidence.of(what).values():
            cells = edit(record)
            if cells:
                yield change(book, record.where.path, record.where.line, row(book, record, **cells), codes)

    kind(name, count)(make)


def swapped_uptake(k: Any) -> dict[str, str] | None:
    low, high = k.bioavailability_low, k.bioavailability_high
    return {"bioavailability_low": str(high), "bioavailability_high": str(low)} if low and low != high else None


cell("interval with its ends swapped", 2, "study", "E001", lambda s: {"low": str(s.high), "high": str(s.low)} if interval(s) else None)
cell("effect outside its interval (sign lost)", 2, "study", "E002", lambda s: {"effect": str(-s.effect)} if interval(s) and s.high < 0 else None)
cell("effect without its measure", 1, "study", "E014", lambda s: {"measure": ""} if s.effect is not None else None)
cell("ratio of zero or less", 1, "study", "E004", lambda s: {"effect": "-0.5", "low": "", "high": ""} if s.measure == "RR" else None)
cell("scale that is unknown", 1, "study", "E005", lambda s: {"scale": "0-11"} if s.scale else None)
cell("share over 100", 2, "harm", "E003", lambda h: {"with": "140"} if h.per == 100 and h.with_ is not None else None)
cell("share without its base", 1, "harm", "E003", lambda h: {"per": ""} if h.with_ is not None else None)
cell("uptake over 100", 1, "pharmacokinetic", "E003", lambda k: {"bioavailability_high": "380"} if k.bioavailability_high else None)
cell("uptake with its ends swapped", 1, "pharmacokinetic", "E001", swapped_uptake)
cell("number that is none", 1, "study", "R004", lambda s: {"n": "about 60"} if s.n else None)
cell("unknown source in a table of evidence", 3, "regimen", "R008", lambda r: {"source": r.source + "x"})
cell("wrong value in a table of evidence", 2, "harm", "R003", lambda h: {"setting": "hospital"})
cell("missing field in a table of evidence", 1, "caution", "R002", lambda c: {"advice": ""})


# -------------------------------------------------------------------------------------------- sources


recorded("bad DOI", 2, "source", "doi", "S002", sub(r"\{10\.", "{https://doi.org/10."))
recorded("bad DOI (prefix cut)", 1, "source", "doi", "S002", sub(r"\{10\.\d+/", "{"))
recorded("bad PMID", 1, "source", "pmid", "S003", sub(r"\{", "{PMC"))
recorded("year that cannot be", 1, "source", "year", "S001", sub(r"\{20", "{21"))
recorded("year that is no number", 1, "source", "year", "R004", sub(r"\{20\d\d", "{in press"))
recorded("unknown field of a source", 1, "source", "population", "R001", sub(r"population", "populations"))
recorded("address without https", 1, "source", "url", "S001", sub(r"https://", ""))
recorded("read or status not in the list", 1, "source", "read", "R003", sub(r"\{abstract\}", "{summary}"))


@kind("DOI that stands twice", 2)
def _(book: Book) -> Iterator[Plant]:
    found = [s for s in book.project.evidence.source.values() if s.doi]
    for a, b in zip(found[5::40], found[20::40], strict=False):
        n, line = field_line(book, b, "doi")
        yield change(book, b.where.path, n, line.replace(f"{{{b.doi}}}", f"{{{str(a.doi).upper()}}}"), "S004")


@kind("source without its title or author", 2)
def _(book: Book) -> Iterator[Plant]:
    for s in list(book.project.evidence.source.values())[7::60]:
        for name in ("title", "author"):
            yield change(book, s.where.path, s.where.of(name), (), "R002", expect=s.where.line)


@kind("source that stands twice", 1)
def _(book: Book) -> Iterator[Plant]:
    found = list(book.project.evidence.source.values())
    for a, b in zip(found[5::40], found[6::40], strict=False):
        yield change(book, b.where.path, b.where.line, f"@{b.type}{{{a.id},", "R006")


# ------------------------------------------------------------------------------------- unreadable files


def broken(book: Book, path: str, n: int, new: str | tuple[str, ...], codes: str, expect: int = 0) -> Plant:
    return change(book, path, n, new, codes, breaks=True, expect=expect)


@kind("YAML that cannot be read", 5)
def _(book: Book) -> Iterator[Plant]:
    for what, name, made in (
        ("finding", "plain", 'plain: "We do not know'), ("fact", "text", "text: Ketamine: an old medicine"), ("claim", "why", "\twhy: Nobody knows."),
        ("position", "position", "position: [a, b"), ("fact", "sources", "sources: [a"),
    ):  # fmt: skip
        records = list(book.project.evidence.of(what).values())
        r = records[len(records) // (3 if name != "sources" else 2)]
        lead = "" if made.startswith("\t") else "  "
        yield broken(book, r.where.path, r.where.of(name), lead + made, "Y001")


@kind("table of evidence that cannot be read", 4)
def _(book: Book) -> Iterator[Plant]:
    for path, what in (("evidence/harms.csv", "harm"), ("evidence/regimens.csv", "regimen"), ("evidence/cautions.csv", "caution")):
        r = list(book.project.evidence.of(what).values())[9]
        line = book.lines(path)[r.where.line - 1]
        yield broken(book, path, r.where.line, line + ",", "Y006")
    head = book.lines("evidence/interactions.csv")[0]
    yield broken(book, "evidence/interactions.csv", 1, head.replace("medicine", "medicines"), "Y005")


@kind("sources that cannot be read", 1)
def _(book: Book) -> Iterator[Plant]:
    s = list(book.project.evidence.source.values())[30]
    n, line = field_line(book, s, "title")
    yield broken(book, s.where.path, n, re.sub(r",$", "", line), "Y007")


# ------------------------------------------------------------------------------------------------ plan


def plan(project: Project) -> list[Plant]:
    """The mistakes of every kind, over as many files as possible; the same at every run over the same handbook."""
    book, used, out = Book(project), dict[str, int](), list[Plant]()
    for name, count, maker in MAKERS:
        places = list(maker(book))
        random.Random(name).shuffle(places)
        for _ in range(count):
            if not places:
                break
            best = min(places, key=lambda p: used.get(p.path, 0))
            places.remove(best)
            used[best.path] = used.get(best.path, 0) + 1
            out.append(Plant(**{**best.__dict__, "kind": name}))
    return out


def rounds(plants: list[Plant]) -> list[list[Plant]]:
    """Groups of mistakes in different files; what breaks a file stands apart, spelling comes first."""
    out: list[list[Plant]] = []
    for p in sorted(plants, key=lambda p: (p.breaks, not p.codes & SPELL)):
        fitting = (g for g in out if g[0].breaks == p.breaks and p.path not in {q.path for q in g})
        group = next(fitting, None)
        if group is None:
            out.append([p])
        else:
            group.append(p)
    return out


def write(root: Path, clean: Path, group: list[Plant]) -> None:
    """Write the files of *group* with their mistakes below *root*."""
    for p in group:
        lines = (clean / p.path).read_text(encoding="utf-8").split("\n")
        lines[p.line - 1 : p.line - 1 + p.count] = p.new
        (root / p.path).write_text("\n".join(lines), encoding="utf-8", newline="\n")


def restore(root: Path, clean: Path, group: list[Plant]) -> None:
    """Take the mistakes of *group* out again."""
    for p in group:
        (root / p.path).write_bytes((clean / p.path).read_bytes())
