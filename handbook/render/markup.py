"""Finishing touches on a page's HTML: tables that stack on phones, lighter note marks, reasons once a page, safe outside links."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from sphinx.application import Sphinx

_TABLE = re.compile(r'<table class="([^"]*)".*?</table>', re.S)
_HEAD = re.compile(r'<th class="(head[^"]*)">(.*?)</th>', re.S)
_ROW = re.compile(r"<tr class=\"row-(?:odd|even)\">(?!<th class=\"head)(.*?)</tr>", re.S)
_CELL = re.compile(r"<td([^>]*)>(.*?)</td>", re.S)
_LINK = re.compile(r"</?a\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_MARK = re.compile(r'<a class="footnote-reference brackets"([^>]*>)<span class="fn-bracket">\[</span>([^<]*)<span class="fn-bracket">\]</span></a>')
_LABEL = re.compile(r'<span class="label"><span class="fn-bracket">\[</span>([^<]*|<a[^>]*>[^<]*</a>)<span class="fn-bracket">\]</span></span>')
_WHY = re.compile(
    r'popovertarget="(why-\d+)">(.*?)</button><span popover id="\1" class="hb-why" role="note">((?:<span class="hb-why-line">.*?</span>)*)</span>',
    re.S,
)
_LINE = re.compile(r'<span class="hb-why-line">(.*?)</span>', re.S)
_SEVERAL = re.compile(
    r'<span class="label"><span class="fn-bracket">\[</span>(\d+)<span class="fn-bracket">\]</span></span>\s*'
    r'<span class="backrefs">\(?<a role="doc-backlink" href="#([^"]+)">.*?</span>',
    re.S,
)
_BACK = re.compile(r'<a role="doc-backlink" href="#([^"]+)">')
_MARK_ID = re.compile(r'(<a class="footnote-reference brackets" href="[^"]*") id="([^"]*)"')
_NOTE = re.compile(r'footcite-([\w:.-]+)"')
_TERM = re.compile(r'<a class="reference internal" ([^>]*)><span class="std std-term hb-term">([^<]*)</span></a>')
_PLAIN = re.compile(r'<span class="(?:doc|std std-ref|std std-doc|std std-term hb-term|hb-sentence)">([^<]*(?:<(?!/?span)[^<]*)*)</span>')
_BARE = re.compile(r"(?:\[\d+\]\s*)+")
_LONE = re.compile(r"<(li|td|th|dd)((?: [^<>]*)?)><p>([^<]*(?:<(?!/?p\b)[^<]*)*)</p>\s*</\1>")
_CHECKED = re.compile(r'(<p class="hb-status">[^<]*?)(\d{4}-\d\d-\d\d)')
_OUTSIDE = re.compile(r'<a class="([^"]*\breference external\b[^"]*)" href="(https?:[^"]*)"(?! rel=)')
# What no style or script asks for, on every row, link, note and glossary term: a phone loads it with each page. An address
# made of a count (`#id7`) would lead elsewhere after the next edit, so it is none to copy; letters are in “On this page”.
_NOISE = re.compile(r' class="(?:(?:row|field)-(?:odd|even)|reference (?:internal|external)|footnote brackets(?: no-search)?)"')
_COUNTED = re.compile(r'<a class="headerlink" href="#(?:term-[^"]*|id\d+|[a-z])"[^>]*>[^<]*</a>')
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')  # docutils writes it, and so does the theme
_ASIDE = re.compile(r'<aside class="footnote-list brackets">(.*?</aside>)\s*</aside>', re.S)


def stack(match: re.Match[str]) -> str:
    """Name each cell by its column and each row by its first cell, so that a row can stand as a card and be read aloud."""
    table, classes = match[0], match[1].split()
    heads = [unescape(_TAG.sub("", words)).strip() for _, words in _HEAD.findall(table)]
    if not heads or "colspan" in table or "rowspan" in table:
        return table
    if "hb-table" not in classes:
        table = table.replace(f'class="{match[1]}"', f'class="hb-table {match[1]}"', 1)

    def row(found: re.Match[str]) -> str:
        count = -1

        def cell(inner: re.Match[str]) -> str:
            nonlocal count
            count += 1
            if count == 0:
                return f'<th scope="row"{inner[1]}>{inner[2]}</th>'
            name = heads[count] if count < len(heads) else ""
            # Marks without a sentence around them are targets of their own, not part of a text: they need room for a finger.
            bare = ' class="hb-marks"' if _BARE.fullmatch(_TAG.sub("", inner[2]).strip()) and "class=" not in inner[1] else ""
            return f'<td data-label="{escape(name)}"{bare}{inner[1]}>{inner[2]}</td>'

        return found[0].replace(found[1], _CELL.sub(cell, found[1]), 1)

    # On a phone the heads are read aloud but not seen, so nothing in them may take the focus: links become plain words.
    return _HEAD.sub(lambda h: f'<th class="{h[1]}" scope="col">{_LINK.sub("", h[2])}</th>', _ROW.sub(row, table))


def gather(body: str) -> str:
    """Move the reasons behind badges to the end of the page, equal ones once: smaller, and out of the running text."""
    known: dict[str, str] = {}

    def badge(match: re.Match[str]) -> str:
        name = known.setdefault(match[3], f"why-{len(known) + 1}")
        return f'popovertarget="{name}">{match[2]}</button>'

    if 'class="hb-why"' in body:
        body = _WHY.sub(badge, body)
    if not known:
        return body
    reasons = "".join(f'<div popover id="{name}" class="hb-why" role="note">{lines}</div>' for lines, name in known.items())
    reasons = _LINE.sub(r"<p>\1</p>", reasons)
    return f'{body}<div class="hb-whys">{reasons}</div>\n'


def back(body: str) -> str:
    """The number of each note is the way back, to its first mark; no ids on other marks, and short ones on notes: a page can have hundreds."""
    # Keys of sources as ids are long, and stand three times for each source; nothing else points at them.
    short: dict[str, int] = {}

    def note(match: re.Match[str]) -> str:
        if not body.endswith(('href="#', 'id="'), 0, match.start()):
            return match[0]
        return f'note-{short.setdefault(match[1], len(short) + 1)}"'

    body = _NOTE.sub(note, body)
    body = _SEVERAL.sub(r'<span class="label">[<a role="doc-backlink" href="#\2">\1</a>]</span>', body)
    used = set(_BACK.findall(body))
    return _MARK_ID.sub(lambda m: m[0] if m[2] in used else m[1], body)


def tidy(body: str) -> str:
    """All touches, in order."""
    if "<table" in body:
        body = _TABLE.sub(stack, body)
    body = _LABEL.sub(r'<span class="label">[\1]</span>', _MARK.sub(r"<a\1[\2]</a>", back(body)))
    body = _PLAIN.sub(r"\1", _TERM.sub(r'<a class="hb-term" \1>\2</a>', body))
    # A browser's work grows with the elements: the only paragraph of a cell, of a meaning or of a list's item says nothing by itself.
    body = _LONE.sub(r"<\1\2>\3</\1>", body)
    # The list of notes is part of the article, not a landmark beside it.
    body = _ASIDE.sub(r'<div class="footnote-list brackets">\1</div>', body)
    body = _CHECKED.sub(r"\1<time>\2</time>", body)  # a date that breaks at its hyphens is hard to read
    body = _OUTSIDE.sub(r'<a class="\1" rel="noopener noreferrer" href="\2"', body)
    body = _COUNTED.sub("", _NOISE.sub("", body)).replace(' docutils container"', '"')
    return gather(body)


def context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Finish the body of a page."""
    if context.get("body"):
        context["body"] = tidy(str(context["body"]))
    context["metatags"] = _VIEWPORT.sub("", str(context.get("metatags", "")))


def setup(app: Sphinx) -> None:
    """Register, before what looks at the finished body."""
    app.connect("html-page-context", context, priority=900)
