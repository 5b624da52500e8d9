"""The text for patients: every sentence of a page as rendered, without what stands in tables and in boxes for professionals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbook import reading
from handbook.pages import Block, Page
from handbook.project import Project

NOT_PATIENTS = frozenset({"clinicians", "glossary", "list-table"})
ENDED = re.compile(r"[.!?:][\"”’)]*\s*(?:\{[^}]*\}`[^`]*`\s*)*$|`\s*$")


def patient_sentences(project: Project, page: Page) -> list[tuple[int, str]]:
    """Every sentence of a page's patient text as rendered, with its line."""
    return [(n, sentence) for n, sentence, _ in counted_sentences(project, page)]


def counted_sentences(project: Project, page: Page) -> Iterator[tuple[int, str, int]]:
    """Line, words and number of words of every sentence of a page's patient text as rendered; shorter than three words is none."""
    for block in page.blocks:
        if block.kind in {"row", "heading"} or not NOT_PATIENTS.isdisjoint(block.within):
            continue
        for n, text in sentence_lines(block):
            for sentence in reading.sentences(project.as_read(text)):
                if (count := len(reading.words(sentence))) > 2:
                    yield n, sentence, count


def sentence_lines(block: Block) -> list[tuple[int, str]]:
    """Join source lines that do not end a sentence, so that wrapped text is judged as a whole."""
    out: list[tuple[int, str]] = []
    for n, text in block.lines:
        if out and not ENDED.search(out[-1][1]):
            out[-1] = (out[-1][0], out[-1][1] + " " + text)
        else:
            out.append((n, text))
    return out
