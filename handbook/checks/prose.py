"""Prose: house words, no typed numbers, no effect without a record, sources, sentence length, reading grade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from handbook import reading
from handbook.checks.structure import _pages
from handbook.masking import blank
from handbook.pages import CODE, COMMENT, IMAGE, LINK, ROLE, Block, Page
from handbook.patients import patient_sentences
from handbook.problems import Edit, Problem
from handbook.project import Project, read_list, read_rows

CLINICAL_KINDS = frozenset({"home", "start", "mechanism", "condition", "treatment", "safety", "access", "evidence", "faq"})
SOURCED_KINDS = CLINICAL_KINDS
FREE_BOXES = frozenset({"ask", "foryou", "unknowns", "urgent", "seealso", "grid-item-card", "toctree", "glossary"})
SOURCING = frozenset({"source", "finding", "clinical", "fact", "fact-clinical", "harm", "regimen", "position", "claim"})
MAX_WORDS, LONG_WORDS, LONG_SHARE = 30, 20, 0.05
GRADE_TEXT, GRADE_POINTS = 8.0, 7.0

NUMBER = re.compile(
    r"\d(?:[\d.,]*\s*(?:%|percent\b|mg\b|mL\b|ml\b|µg\b|mcg\b|micrograms?\b|milligrams?\b)|\d*(?:\.\d+)? points?\b)|"
    r"\b(?:\d+ (?:out of|in|of every) \d+|\d+(?:\.\d+)?[- ]fold\b|"  # the start of a word is looked for once: most time goes there
    r"(?:one|two|three|four|five|half) (?:in|out of) (?:two|three|four|five|ten|\d+)\b|"
    r"(?:RR|OR|MD|SMD|NNT|NNH|CI)\s*[=:]?\s*[-−]?\d|p\s*[<=]\s*0?\.\d|"
    r"(?:five|ten|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)? percent\b|"
    r"(?:a|one|two|three)[- ](?:thirds?|quarters?|fifths?) of (?:the|all|them|those|people|patients|adults)\b|"
    r"half (?:of )?(?:the|all) (?:people|patients|adults|women|men)\b)",
    re.I,
)
EFFECT = re.compile(
    r"\b(?:ketamine|esketamine|it|this (?:medicine|treatment)|(?<!other )treatment|infusions?|the (?:drip|spray|cream|lozenge|medicine)|lozenges?|"
    r"sprays?)\s+(?:\w+ly\s+|often\s+|always\s+|also\s+|sometimes\s+)?"
    r"(?:does\s+|do\s+|did\s+|can\s+|could\s+|will\s+|may\s+|might\s+|has\s+|have\s+|had\s+)?(?:not\s+)?(?:also\s+|often\s+)?"
    r"(?:(?:reduce|ease|relieve|improve|increase|decrease|cure|soothe|halve)[sd]?|lower(?:s|ed)?|help(?:s|ed)?|treat(?:s|ed)?|prevent(?:s|ed)?|"
    r"stop(?:s|ped)?|cuts?|work(?:s|ed)?|raise[sd]?|damage[sd]?|harm(?:s|ed)?|worsen(?:s|ed)?|(?:gives?|gave|brings?|brought) (?:\w+ )?relief|"
    r"(?:makes?|made) (?:the |your |their )?(?:\w+ )?(?:better|worse|easier|go away))\b",
    re.I,
)
HEDGE = re.compile(r"\b(may|might|probably|likely|perhaps|possibly|presumably)\b(?! \d{4})", re.I)
PLACEHOLDER = re.compile(r"\b(todo|tbd|tba|fixme|lorem ipsum|goes here|xxx+|citation needed|insert \w+ here)\b|\?\?+", re.I)
CLINICAL = re.compile(
    r"\b(pain|ketamine|esketamine|dose|medicine|opioid|bladder|liver|blood|brain|nerve|trial|stud(?:y|ies)|infusion|receptor|"
    r"symptom|treatment|effect|disease|condition|depress\w*|clinic|law|approved|license\w*|cost|"
    r"nausea|vomit\w*|sickness|dizz\w*|drows\w*|dream|heart|pulse|kidney|consciousness|migraine|fibromyalgia|CRPS|cancer|arthritis|"
    r"dependence|addict\w*|withdrawal|overdose|lozenge|agency|agencies|regulator|hospital|patient|benefit|placebo|common|rare)s?\b|"
    r"\b(?:most|many|few|some|older|younger) (?:people|adults|women|men|doctors|patients|insurers|clinics|countries)\b|"
    r"\b(?:in|since|until|by) (?:19|20)\d\d\b",
    re.I,
)


@cache  # a dozen checks ask for the same blocks
def masked(text: str) -> str:
    """*text* with comments, roles, code, images and link targets blanked, of the same length."""
    for rx in (COMMENT, ROLE, CODE, IMAGE):
        text = rx.sub(blank, text)
    if "](" not in text:
        return text
    return LINK.sub(lambda m: " " + m[1] + " " * (len(m[0]) - len(m[1]) - 1), text)


def unquoted(text: str) -> str:
    """*text* with the words of others blanked: what stands between quotation marks, which stay."""
    if "“" not in text and '"' not in text:
        return text
    return re.sub(r"([“\"])([^”\"]*)([”\"])", lambda m: m[1] + re.sub(r"[^\n]", " ", m[2]) + m[3], text)


@lru_cache(1)
def _house_words() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    return [(re.compile(rf"\b{r['pattern']}\b", re.I), r) for r in read_rows("house_words.csv")]


@lru_cache(1)
def _any_house_word() -> re.Pattern[str]:
    """All house words in one: nearly every text has none, and one look tells so."""
    return re.compile(rf"\b(?:{'|'.join(r['pattern'] for r in read_rows('house_words.csv'))})\b", re.I)


def _put(row: dict[str, str], match: re.Match[str], line: int, column: int = 0) -> tuple[Edit, ...]:
    """The one replacement of a house word, with the capital of what stands there; nothing where a writer must choose."""
    new = row["fix"]
    return (Edit(line, column, match[0], new[:1].upper() + new[1:] if match[0][:1].isupper() else new),) if new else ()


def banned(project: Project) -> Iterator[Problem]:
    """T001, T014: house words and placeholder text."""
    for page in _pages(project):
        if page.kind == "contributing":
            continue
        for block in page.blocks:
            text = masked(block.text)
            quoted = unquoted(text)
            if block.kind == "heading" and page.kind == "faq":
                quoted = ""
            for rx, row in _house_words() if _any_house_word().search(quoted) else ():
                for match in rx.finditer(quoted):
                    line, column = page.place(block, match.start())
                    yield Problem(page.path, line, "T001", f"“{match[0]}”", f"Instead: {row['instead']}.", column, _put(row, match, line, column))
            for match in PLACEHOLDER.finditer(text):
                line, column = page.place(block, match.start())
                yield Problem(page.path, line, "T014", f"“{match[0]}”", column=column)


def records(project: Project) -> Iterator[Problem]:
    """T001, T014, T019: house words that hold everywhere, placeholder text and doubled words, in the prose of records.

    Titles, names, what articles claim and what a study row reports keep the words of others and stay out.
    """
    everywhere = [(rx, row) for rx, row in _house_words() if row["where"] == "all"]
    for record in project.evidence.records():
        for name in RECORD_PROSE.get(type(record).__name__, ()):
            text = str(getattr(record, name) or "")
            if not text:
                continue
            path, line = record.where.path, record.where.of(name)
            for match in PLACEHOLDER.finditer(text):
                yield Problem(path, line, "T014", f"{record.id}: “{match[0]}”")
            quoted = unquoted(text)
            for rx, row in everywhere if _any_house_word().search(quoted) else ():
                for match in rx.finditer(quoted):
                    yield Problem(path, line, "T001", f"{record.id}: “{match[0]}”", f"Instead: {row['instead']}.", edits=_put(row, match, line))
            for match in _doubled(quoted):
                edits = (Edit(line, 0, match[0], match[1]),) if _slip(match) else ()
                yield Problem(path, line, "T019", f"{record.id}: “{match[0]}”", edits=edits)


RECORD_PROSE: dict[str, tuple[str, ...]] = {
    "Finding": ("plain", "clinical", "population", "treatment", "note"), "Fact": ("text", "clinical"), "Claim": ("fact", "why"),
    "Harm": ("effect", "text", "what_helps", "population"), "Regimen": ("population", "dose", "course", "setting", "monitoring", "result", "evidence"),
    "Caution": ("condition", "why", "advice"), "Interaction": ("medicine", "mechanism", "effect", "advice"), "Pharmacokinetic": ("note",),
    "Position": ("position",), "Condition": ("name",), "Threshold": ("applies_to", "why"),
}  # fmt: skip


def numbers(project: Project) -> Iterator[Problem]:
    """T003: no typed effect number, dose, share or percentage."""
    for page in _pages(project):
        if page.kind not in CLINICAL_KINDS | {"glossary", "about"} or page.docname == "evidence/how-we-grade":
            continue
        for block in page.blocks:
            for match in NUMBER.finditer(masked(block.text)):
                line, column = page.place(block, match.start())
                yield Problem(page.path, line, "T003", f"“{match[0].strip()}” in “{_around(block, match.start())}”", column=column)


def effects(project: Project) -> Iterator[Problem]:
    """T002, T004: an effect is stated by a record only; certainty words belong to findings."""
    for page in _pages(project):
        if page.kind not in CLINICAL_KINDS:
            continue
        for block in page.blocks:
            if block.kind == "heading" and page.kind == "faq":
                continue
            free = bool(set(block.within) & (FREE_BOXES - {"unknowns"}))
            text = masked(block.text)
            for match in EFFECT.finditer(text):
                sentence = _around(block, match.start())
                if free or re.search(
                    r"\b(?:if|whether|how (?:well|much|long|far)|when|until|once|what)\b|\?",
                    _before(text, match.start()) + ("?" if sentence.endswith("?") else ""),
                    re.I,
                ):
                    continue
                line, column = page.place(block, match.start())
                yield Problem(page.path, line, "T002", f"“{sentence}”", column=column)
            for match in HEDGE.finditer(text):
                if page.docname == "evidence/how-we-grade" or re.search(r"[“\"]$", text[: match.start()]):
                    continue
                if match[1] == "May" and re.search(r"(\d|in|of|since) $", text[: match.start()], re.I):
                    continue
                line, column = page.place(block, match.start())
                yield Problem(page.path, line, "T004", f"“{match[0]}” in “{_around(block, match.start())}”", column=column)


def _before(text: str, offset: int) -> str:
    return re.split(r"[.!?:]\s", text[:offset])[-1]


def _around(block: Block, offset: int) -> str:
    line = block.text[block.text.rfind("\n", 0, offset) + 1 :].split("\n")[0]
    return line if len(line) <= 110 else line[:107] + "…"


def unsourced(project: Project) -> Iterator[Problem]:
    """T005: a paragraph, item or row that states something about the world says where it comes from."""
    for page in _pages(project):
        if page.kind not in SOURCED_KINDS:
            continue
        after_source = False
        for block in page.blocks:
            roles = {m[1] for m in ROLE.finditer(block.text)}
            if block.kind == "heading" or set(block.within) & FREE_BOXES:
                after_source = False
                continue
            if roles & SOURCING:
                after_source = block.kind == "paragraph"
                continue
            sentences = reading.sentences(" ".join(masked(block.text).split()))
            linked = bool(roles & {"doc", "ref"}) or bool(LINK.search(block.text))
            if linked or block.text.rstrip().endswith(":") or (block.kind == "row" and after_source):
                continue
            if block.kind == "row" and not re.search(r"[.!]\s*\|?\s*$|\w+ \w+ \w+ \w+ \w+", block.text):
                continue
            if any(_states(s) for s in sentences):
                yield Problem(page.path, block.line, "T005", f"“{_around(block, 0)}”")


_DIRECTED = re.compile(
    r"^(?:Do not|Don't|Ask|Tell|Talk|See|Read|Look|Bring|Write|Plan|Note|Check|Say|Get|Call|Keep|Take|Go|Use|Start|Find|Choose|Make|Think|"
    r"Agree|Arrange|Let|Have|Wait|Stay|Avoid|Give|Store|Lock|Stop|Never|Please|We|This page|This table|The table|These|Here|You can|Each|Next|Put|"
    r"Watch|Expect|Count|Compare|Plan|Show|Eat|Drink|Wear|Sit|Leave|Come|Help|Be|Ring|Set|Try|Report|Return|Follow|Decide|Record|Mark)\b"
)


def _states(sentence: str) -> bool:
    if PLACEHOLDER.search(sentence):  # T014 says so already
        return False
    return bool(CLINICAL.search(sentence)) and not _DIRECTED.match(sentence) and not sentence.endswith("?") and len(sentence.split()) > 4


def lines(project: Project) -> Iterator[Problem]:
    """T009, T013: one sentence per line; do-not lists repeat “Do not”."""
    for page in _pages(project):
        for block in page.blocks:
            if block.kind not in {"paragraph", "item"} or "glossary" in block.within:
                continue
            for n, text in block.lines:
                parts = reading.sentences(masked(text))
                if len([p for p in parts if len(p.split()) > 1]) > 1:
                    yield Problem(page.path, n, "T009", f"{len(parts)} sentences on one line", edits=_broken(page, n, text))
        previous: Block | None = None
        in_list = False
        for block in page.blocks:
            if block.kind == "item" and (in_list or (previous and re.fullmatch(r"(?i)\**do not\**:?\**", previous.text.strip()))):
                in_list = True
                if not re.match(r"\**Do not\b", block.text):
                    yield Problem(page.path, block.line, "T013", f"“{_around(block, 0)}”")
            else:
                in_list = False
            previous = block


_SOURCES_BEHIND = re.compile(r"(?:\s*\{source\}`[^`]*`)*")


def _broken(page: Page, n: int, text: str) -> tuple[Edit, ...]:
    """The line breaks that give each sentence of line *n* a line of its own, indented like the first; all of them or none."""
    raw = page.lines[n - 1]
    indent = raw.index(text)
    hidden = masked(LINK.sub(blank, text))
    edits = []
    for start, end in reading.gaps(hidden):
        at = _SOURCES_BEHIND.match(text, start).end()  # type: ignore[union-attr]  # it matches nothing, too
        if text[at:end].strip() or at == end or not re.match(r"[A-Z“]", text[end:]) or text[0] in ">:|":
            return ()  # a role or a mark that could belong to either line, or could begin a list
        edits.append(Edit(n, indent + at + 1, text[at:end], "\n" + " " * indent))
    return tuple(edits)


DOUBLED = re.compile(r"(?<![\w'’-])([A-Za-z]+)(\s+)(\1)(?![\w'’-])", re.I)
MEANT = frozenset({"had", "that"})  # “people who had had an infusion” is right
# Words that nobody writes twice on purpose: the second is a slip of the hand.
SLIPS = frozenset({"a", "an", "and", "are", "be", "by", "from", "or", "our", "the", "their", "these", "this", "those", "we", "with", "your"})


def _doubled(text: str) -> Iterator[re.Match[str]]:
    return (m for m in DOUBLED.finditer(text) if m[1].lower() not in MEANT and (len(m[1]) > 1 or m[1] == m[3]))  # “vitamin A a day”


def _slip(match: re.Match[str]) -> bool:
    return match[1].lower() in SLIPS and match[3] in {match[1], match[1].lower()}


def doubled(project: Project) -> Iterator[Problem]:
    """T019: a word written twice, also across the end of a line."""
    for page in _pages(project):
        for block in page.blocks:
            for match in _doubled(unquoted(masked(block.text))):
                between = block.text[match.start(2) : match.end(2)]
                if between.strip() or ("\n" in between and "glossary" in block.within):
                    continue  # markup stands between, or two names of one term
                line, column = page.place(block, match.start(3))
                after = block.text[match.end() : match.end() + 1]
                edits = (Edit(line, column, match[3] + " ", ""),) if _slip(match) and after == " " else ()
                yield Problem(page.path, line, "T019", f"“{' '.join(match[0].split())}”", column=column, edits=edits)


def grades(project: Project) -> Iterator[tuple[Page, float, float, float]]:
    """Yield page, raw grade, grade with explained words neutral, and grade of the key points."""
    for page in _pages(project):
        if page.kind in CLINICAL_KINDS:
            body = [s for _, s in patient_sentences(project, page)]
            points = [s for b in page.blocks if "keypoints" in b.within for s in reading.sentences(project.rendered(b))]
            yield page, reading.grade(body), reading.grade(body, project.easy_words), reading.grade(points, project.easy_words)


def reading_level(project: Project) -> Iterator[Problem]:
    """T008: the grade of patient text and key points."""
    for page, _, text, points in grades(project):
        if text > GRADE_TEXT:
            yield Problem(page.path, 1, "T008", f"patient text has grade {text:.1f}; the limit is {GRADE_TEXT:.0f}")
        if points > GRADE_POINTS:
            line = page.uses("keypoints")[0].line if page.uses("keypoints") else 1
            yield Problem(page.path, line, "T008", f"key points have grade {points:.1f}; the limit is {GRADE_POINTS:.0f}")


def reading_sentences(project: Project) -> Iterator[Problem]:
    """T006, T007: sentence length."""
    for page in _pages(project):
        if page.kind not in CLINICAL_KINDS:
            continue
        found = [(n, s, len(s.split())) for n, s in patient_sentences(project, page)]
        for n, s, count in found:
            if count > MAX_WORDS:
                yield Problem(page.path, n, "T006", f"{count} words: “{s[:90]}…”")
        long = sorted((c, n, s) for n, s, c in found if c > LONG_WORDS)
        if found and len(long) > LONG_SHARE * len(found) + 1e-9 and len(long) > 1:
            count, n, s = long[-1]
            message = f"{len(long)} of {len(found)} sentences have over {LONG_WORDS} words; longest ({count}): “{s[:80]}…”"
            yield Problem(page.path, n, "T007", message, f"Lines with long sentences: {', '.join(str(x[1]) for x in sorted(long, key=lambda x: x[1]))}.")


def medicines(project: Project) -> Iterator[Problem]:
    """T010: a word one letter off a medicine's name."""
    known = {w.lower() for w in read_list("medicines.txt")}
    allowed = {w.lower() for w in read_list("not_medicines.txt")} | known
    index: dict[str, str] = {}
    for name in sorted(known):
        if len(name) >= 6:
            for variant in _shorter(name):
                index.setdefault(variant, name)

    @cache
    def meant(word: str) -> str | None:
        if word in allowed or (word.endswith("s") and word[:-1] in allowed):
            return None
        return next((index[v] for v in (word, *_shorter(word)) if v in index and _one_off(word, index[v])), None)

    for page in _pages(project):
        for block in page.blocks:
            for match in re.finditer(r"[A-Za-z]{5,}", masked(block.text)):
                if hit := meant(match[0].lower()):
                    line, column = page.place(block, match.start())
                    yield Problem(page.path, line, "T010", f"“{match[0]}”", f"Did you mean {hit!r}?", column)


def _shorter(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _one_off(a: str, b: str) -> bool:
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        differ = [i for i in range(len(a)) if a[i] != b[i]]
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1 and a[differ[0]] == b[differ[1]] and a[differ[1]] == b[differ[0]]
        return len(differ) == 1 or swapped
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def glossary(project: Project) -> Iterator[Problem]:
    """T015: glossary entries are short and plain."""
    page = project.pages.get("glossary")
    for term, line, text in entries(page) if page else []:
        count = len(text.split())
        if count > 40:
            yield Problem(page.path if page else "", line, "T015", f"“{term}” has {count} words; the limit is 40")
        level = reading.grade(reading.sentences(text), project.easy_words)
        if level > 9.0:
            yield Problem(page.path if page else "", line, "T015", f"“{term}” has grade {level:.1f}; the limit is 8 (9 for one short entry)")


def entries(page: Page) -> list[tuple[str, int, str]]:
    """Glossary entries as (first term, line, definition without the notes behind it)."""
    out: list[tuple[str, int, str]] = []
    for directive in page.uses("glossary"):
        fresh = True
        for n, text in directive.body:
            if not text.strip():
                fresh = True
            elif not text.startswith(" "):
                if fresh:
                    out.append((text.strip(), n, ""))
                fresh = False
            elif out and not re.match(r"\s*(?:\*?Also called|\*?Explained in|\*?Not the same)", text):
                term, line, so_far = out[-1]
                out[-1] = (term, line, f"{so_far} {masked(text).strip()}".strip())
    return out
