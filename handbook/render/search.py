"""What the forgiving search adds to Sphinx's index: ties of words to pages, what each page is most about, and extracts.

The scorer itself is `docs/_static/search/scorer.js`; what it needs beside the index is `_static/search/data.js`. Sphinx's
index keeps its form. Parts that every page repeats are kept out of it, and so are the pages of words that stand on
a quarter of all pages: those words hardly tell one page from another, and their lists were a sixth of the index.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.index_entries import split_index_msg

from handbook import aliases
from handbook.pages import Block, Page
from handbook.project import Project
from handbook.render.base import blocks, project_of

# Parts that are the same on many pages, or stand in full on a page of their own; they would crowd the results.
REPEATED_IDS = frozenset({"sources", "dates-and-version"})
REPEATED_CLASSES = frozenset({"hb-notice", "hb-why", "hb-claims-here", "hb-urgent", "hb-questions"})
URGENT_PAGE = "safety/urgent-help"
# Long lists of records, with the pages below them; they rank below the pages of topics.
LIST_PAGES = frozenset({"evidence/studies", "evidence/findings", "evidence/claims", "references"})
RANK = {"about": 0.45, "contributing": 0.3, "home": 0.3, "glossary": 0.3, "faq": 0.35, "reference": 0.25}
FAQ = frozenset({"faq"})
LIST_RANK, TIED_LIST = 0.3, frozenset({"evidence/claims"})
FOCUS_WORDS = 14
EXTRACT_WORDS = 45
LEADS_ELSEWHERE = frozenset({"See also", "More on this topic", "How we made this page"})
COMMON, SMALL = 0.25, 20  # share of pages; a handbook with fewer pages than SMALL keeps all
# Every row of these lists is printed on the pages of its topic as well, so only the titles of their pages are indexed.
TITLE_ONLY = frozenset({"evidence/studies", "evidence/findings"})
# The guide for contributors is found by its titles and headings: readers with pain never look for the rest.
HEADINGS_ONLY = frozenset({"contributing"})
NUMBER = re.compile(r"\d+|[a-z]?\d{3,}\w*")
Stem = Callable[[str], str]


def within(docname: str, names: frozenset[str]) -> bool:
    """Whether a page is one of *names* or stands below one."""
    return docname in names or any(docname.startswith(f"{name}/") for name in names)


def mark(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep repeated parts out of the index by Sphinx's own class `no-search`."""
    for note in doctree.children:  # MyST puts the notes behind the page, out of “Sources on this page”
        if isinstance(note, nodes.footnote):
            note["classes"] = [*note.get("classes", ()), "no-search"]
    if within(docname, TITLE_ONLY):
        first = next(iter(doctree.findall(nodes.section)), None)
        for node in first.children if first is not None else []:
            if isinstance(node, nodes.Element) and not isinstance(node, nodes.title):
                node["classes"] = [*node.get("classes", ()), "no-search"]
        return
    page = project_of(app).pages.get(docname)
    headings_only = page is not None and page.kind in HEADINGS_ONLY
    for node in blocks(doctree):
        ids, classes = node.attributes["ids"], node.attributes["classes"]
        if not (ids or classes or headings_only):
            continue
        repeated = REPEATED_IDS.intersection(ids) or REPEATED_CLASSES.intersection(classes)
        if "hb-small" in classes and within(docname, LIST_PAGES):  # where a record is used: titles of other pages
            repeated = frozenset({"hb-small"})
        if headings_only and isinstance(node.parent, nodes.section) and not isinstance(node, nodes.title | nodes.section):
            repeated = frozenset({""})
        if repeated and "no-search" not in classes and not ("hb-urgent" in repeated and docname == URGENT_PAGE):
            node["classes"] = [*classes, "no-search"]


def rank_of(page: Page | None) -> float:
    """How a page stands against the pages of topics, which have 1."""
    if page is None:
        return 1.0
    if page.docname in TIED_LIST:
        return 0.6
    if within(page.docname, LIST_PAGES):
        return LIST_RANK
    return RANK.get(page.kind, 0.9 if page.docname.endswith("/index") else 1.0)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower().replace("’", "'"))


def _text(project: Project, page: Page) -> Iterator[tuple[int, str]]:
    """The words of a page with how much each place weighs: title and headings 3, key points 2, text 1."""
    yield 3, str(page.meta.get("scope", ""))
    for block in page.blocks:
        weight = 3 if block.kind == "heading" else 2 if "keypoints" in block.within else 1
        yield weight, project.rendered(block)


def counted(project: Project, page: Page) -> Counter[str]:
    """The words of a page, each by how often it stands there and how much the places weigh."""
    places: dict[int, list[str]] = defaultdict(list)
    for weight, text in _text(project, page):
        places[weight].append(text)
    return Counter(chain.from_iterable(_words("\n".join(texts)) * weight for weight, texts in places.items()))


def focus(project: Project, docnames: Sequence[str], stem: Stem, stopwords: frozenset[str]) -> list[str]:
    """For each page the stems that set it apart most, by count times rarity (tf-idf), as one line of words."""
    stem_of = cache(lambda word: stem(word) if len(word) > 2 and word not in stopwords else "")
    counts: list[dict[str, int]] = []
    for docname in docnames:
        count: dict[str, int] = defaultdict(int)
        page = project.pages.get(docname)
        if page is not None and rank_of(page) > LIST_RANK and page.kind not in {"glossary", "faq", "home"}:
            for word, weight in counted(project, page).items():
                if found := stem_of(word):
                    count[found] += weight
        counts.append(count)
    holders = Counter(chain.from_iterable(counts))
    lines = []
    for count in counts:
        score = {s: (1 + math.log(n)) * math.log(len(counts) / holders[s]) for s, n in count.items() if n > 2}
        best = sorted(score, key=lambda s: (-score[s], s))[:FOCUS_WORDS]
        lines.append(" ".join(best))
    return lines


def questions(project: Project) -> Iterator[tuple[str, str, list[str]]]:
    """Each question of the FAQ: its heading, its answer as read, and the pages that it links to."""
    for page in (p for p in project.pages.values() if p.kind == "faq"):
        heads = page.headings
        ends = [b.line for b in heads[1:]] + [page.text.count("\n") + 2]
        for head, end in zip(heads, ends, strict=True):
            if head.level == 3:
                answer = [project.rendered(b) for b in page.blocks if head.line < b.line < end]
                targets = [r.target.lstrip("/") for r in page.roles if r.name == "doc" and head.line < r.line < end]
                yield head.text, clip(" ".join(answer)), targets


def terms(project: Project) -> Iterator[tuple[list[str], str, str]]:
    """Each entry of the glossary: its names, its text, and the page that explains it (empty when none)."""
    page = project.pages.get("glossary")
    for directive in page.uses("glossary") if page else []:
        names: list[str] = []
        lines: list[str] = []
        for n, text in [*directive.body, (0, "")]:
            if text.strip() and not text.startswith(" "):
                names.append(text.strip())
            elif text.strip():
                lines.append(text.strip())
            elif names and lines:
                body = " ".join(lines)
                link = re.search(r"Explained in: \{doc\}`/?([^`<>]*?)`", body)
                plain = project.rendered(Block("paragraph", ((n, body.partition("Explained in:")[0].strip()),)))
                yield names, clip(plain), link[1] if link else ""
                names, lines = [], []


def clip(text: str, limit: int = EXTRACT_WORDS) -> str:
    """The first sentences up to *limit* words; a longer first sentence is cut with an ellipsis."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z“])", " ".join(text.split()))
    out: list[str] = []
    for sentence in sentences:
        if sum(len(s.split()) for s in [*out, sentence]) > limit:
            break
        out.append(sentence)
    return " ".join(out) if out else " ".join(sentences[0].split()[:limit]) + " …"


def page_lines(project: Project, page: Page) -> list[str]:
    """The scope of a page and its key points."""
    points = [clip(project.rendered(b)) for b in page.blocks if b.kind == "item" and "keypoints" in b.within]
    return [str(page.meta.get("scope", "")), *(p for p in points if p)]


def extend(
    frozen: dict[str, Any], project: Project, stem: Stem, stopwords: frozenset[str], before: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Leave out of Sphinx's index what tells no page from another; return the index and our data.

    *before* are the common words of the index that Sphinx built on: of those it no longer knows all pages.
    """
    names: list[str] = list(frozen["docnames"])
    known = {name: n for n, name in enumerate(names)}
    titles = list(frozen["titles"])
    alltitles = {}
    for text, places in frozen["alltitles"].items():
        kept = [
            (doc, anchor) for doc, anchor in places if titles[doc] == text or (anchor and text not in LEADS_ELSEWHERE and not within(names[doc], LIST_PAGES))
        ]
        if kept:
            alltitles[text] = kept
    # Sphinx drops words of digits from every query, and numbers of records are no words.
    terms_ = {t: docs for t, docs in frozen["terms"].items() if not NUMBER.fullmatch(t)}
    topics = {n for n, name in enumerate(names) if not within(name, LIST_PAGES)}  # a long list has nearly every word
    common = {t for t, docs in terms_.items() if isinstance(docs, list) and len(topics.intersection(docs)) >= COMMON * len(topics)} | before
    if len(topics) < SMALL:
        common = set()

    listed, _ = aliases.read()
    rows = [[known[a.page], a.weight, a.means, list(a.words)] for a in listed if a.page in known]
    explained: dict[str, tuple[int, int]] = {}
    texts: list[str] = []
    for forms, text, target in terms(project):
        texts.append(text)
        for form in forms:
            explained.setdefault(form.lower(), (known.get(target.lstrip("/"), -1), len(texts) - 1))
    entries = sorted(frozen["indexentries"])
    anchors = {text: doc_id for text, places in alltitles.items() for doc, doc_id in places if within(names[doc], FAQ) and doc_id}
    faq_pages, faq_text = {}, {}
    for heading, answer, targets in questions(project):
        if heading in anchors:
            faq_pages[anchors[heading]] = [known[t] for t in dict.fromkeys(targets) if t in known]
            faq_text[anchors[heading]] = answer
    extracts = {
        "pages": {name: page_lines(project, project.pages[name]) for name in names if name in project.pages},
        "faq": faq_text,
        "terms": texts,
        "term": {frozen["indexentries"][e][0][1]: explained[e][1] for e in entries if e in explained},
    }
    ties = {
        "aliases": rows,
        "rank": [rank_of(project.pages.get(name)) for name in names],
        "focus": focus(project, names, stem, stopwords),
        "glossary": [explained.get(e, (-1, -1))[0] for e in entries],
        "faq": faq_pages,
    }
    data: dict[str, Any] = {"ties": ties, "extracts": extracts}
    data["version"] = hashlib.sha256(as_js(data).encode()).hexdigest()[:8]
    ours = {"version": data["version"], "common": sorted(common)}
    terms_ = {t: docs for t, docs in terms_.items() if t not in common}
    return {**frozen, "alltitles": alltitles, "terms": terms_, "handbook": ours}, data


def written_before(path: Path) -> dict[str, Any]:
    """The index that was written before; nothing when there is none, or none of ours."""
    try:
        text = path.read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
        return found if "common" in found["handbook"] else {}
    except (OSError, ValueError, KeyError):
        return {}


def still_true(app: Sphinx, path: Path) -> bool:
    """Whether the index is ours, of the same pages, and no page was written after it. Sphinx would write it anew in every build."""
    if not path.is_file() or not (path.parent / "_static" / "search" / "data.js").is_file():
        return False
    text, key = path.read_text(encoding="utf-8"), '"docnames":'  # in the words of a title, its quotes would have a backslash before them
    if key not in text or '"handbook":{' not in text:
        return False
    docnames, _ = json.JSONDecoder().raw_decode(text, text.index(key) + len(key))
    pages = (Path(app.builder.get_outfilename(docname)) for docname in app.env.all_docs)  # type: ignore[attr-defined]
    written = path.stat().st_mtime_ns
    return set(docnames) == app.env.all_docs.keys() and all(page.stat().st_mtime_ns < written for page in pages)


def keep(app: Sphinx) -> None:
    """When no page will be written and the index is still true, Sphinx need not read it either."""
    load = getattr(app.builder, "load_indexer", None)
    if load is None:
        return

    def load_to_change(docnames: Collection[str]) -> None:
        app.builder._handbook_keeps_index = not docnames and still_true(app, Path(app.outdir) / "searchindex.js")  # type: ignore[attr-defined]
        if not app.builder._handbook_keeps_index:  # type: ignore[attr-defined]
            load(docnames)

    app.builder.load_indexer = load_to_change  # type: ignore[attr-defined]


def as_js(data: dict[str, Any]) -> str:
    """Data as a script: a script element loads from file:// too, where `fetch` does not."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"HandbookSearch.setData({text.replace('</', '<' + chr(92) + '/')});\n"


def entries_back(env: BuildEnvironment, indexer: Any) -> None:
    """Give the indexer the `{index}` and glossary entries of pages that this build did not write.

    Sphinx 9.0 reads titles and words back from the old index but not these (`IndexBuilder.load`), so that after an
    edit a glossary term would be found by its page only.
    """
    for docname, entries in env.domains.index_domain.entries.items():
        if docname in indexer._index_entries or docname not in indexer._filenames:
            continue
        found: set[tuple[str, str, str]] = set()
        for kind, value, target, main, _ in entries:
            with contextlib.suppress(ValueError):
                found |= {(word, target or "", main) for word in split_index_msg(kind, value)}
        indexer._index_entries[docname] = sorted(found)


def attach(app: Sphinx) -> list[Any]:
    """Before Sphinx writes its index: let it pass through `extend`, and write our data."""
    indexer: Any = getattr(app.builder, "indexer", None)
    if indexer is None:
        return []
    path, out = Path(app.outdir) / "searchindex.js", Path(app.outdir) / "_static" / "search"
    if app.builder._handbook_keeps_index:  # type: ignore[attr-defined]
        app.builder.dump_search_index = lambda: (out / "scorer.js").unlink(missing_ok=True)  # type: ignore[attr-defined]
        return []
    entries_back(app.env, indexer)
    before = written_before(path)
    freeze = indexer.freeze
    common = frozenset(before["handbook"]["common"] if before else ())

    def with_ours() -> dict[str, Any]:
        index, data = extend(freeze(), project_of(app), indexer.lang.stem, frozenset(indexer.lang.stopwords), common)
        out.mkdir(parents=True, exist_ok=True)
        (out / "data.js").write_text(as_js(data), encoding="utf-8", newline="\n")
        (out / "scorer.js").unlink(missing_ok=True)  # a second copy: the scorer is in language_data.js
        return index

    indexer.freeze = with_ours
    return []


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """When search words or scorer changed, build one page, so that Sphinx writes index and scorer again."""
    files = (aliases.ALIASES, Path(app.confdir) / "_static" / "search" / "scorer.js")
    stamp = hashlib.sha256(b"\0".join(f.read_bytes() for f in files if f.is_file())).hexdigest()
    before = getattr(env, "handbook_search_stamp", None)
    env.handbook_search_stamp = stamp  # type: ignore[attr-defined]
    return [str(app.config.root_doc)] if before not in (None, stamp) else []


def setup(app: Sphinx) -> None:
    """Register."""
    app.connect("builder-inited", keep)
    app.connect("doctree-resolved", mark, priority=900)
    app.connect("html-collect-pages", attach)
    app.connect("env-get-outdated", outdated)
