"""Effects: numbers that can be true, grades that add up, words that follow grade and size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from handbook import words
from handbook.model import Finding, Harm, Record, Study
from handbook.problems import Problem
from handbook.project import Project

LEVELS = ("none", "very-low", "low", "moderate", "high")
SCALES = frozenset(
    {"0-10", "0-100", "sd", "share", "ratio", "mg", "percent", "points", "days", "hours", "months", "percentage-points",
     "score", "points-days", "minutes", "seconds", "micrograms", "mmHg", "count"}
)  # fmt: skip
HEDGES = re.compile(r"\b(may|might|could|probably|possibly|perhaps|likely)\b", re.I)
BANNED = re.compile(
    r"\b(can help|has been shown|have been shown|proven|promising|effective|works|significant(?:ly)?|trend|no effect|"
    r"safe|well tolerated|miracle|breakthrough|cures?)\b",
    re.I,
)
TYPED = re.compile(
    r"\d[\d.,]*\s*(?:%|percent|points?\b|mg\b|mL\b|µg\b|mcg\b)|\bout of \d|\b(?:MD|SMD|RR|OR|RD|NNT)\s*[=:−-]?\s*\d|"
    r"\b\d+ (?:in|of) \d+\b|[−-]\d+\.\d",
)


def _at(record: Record, field: str, code: str, message: str) -> Problem:
    return Problem(record.where.path, record.where.of(field), code, f"{record.id}: {message}")


def numbers(project: Project) -> Iterator[Problem]:
    """E001 to E005, E014: intervals, shares, ratios and scales."""
    e = project.evidence
    for s in e.study.values():
        if s.low is not None and s.high is not None and s.low > s.high:
            yield _at(s, "low", "E001", f"interval {s.low} to {s.high}")
        elif s.effect is not None:
            if (s.low is not None and s.effect < s.low) or (s.high is not None and s.effect > s.high):
                yield _at(s, "effect", "E002", f"effect {s.effect} outside {s.low} to {s.high}")
        if s.effect is not None and (s.measure is None or not s.scale):
            yield _at(s, "effect", "E014", f"effect {s.effect} without measure or scale")
        if s.scale and s.scale not in SCALES:
            yield _at(s, "scale", "E005", f"scale {s.scale!r}; one of {', '.join(sorted(SCALES))}")
        if s.measure in words.RATIOS and any(v is not None and v <= 0 for v in (s.effect, s.low, s.high)):
            yield _at(s, "effect", "E004", f"{s.measure} of zero or less")
        if s.measure == "SHARE" and s.effect is not None and not 0 <= s.effect <= 100:
            yield _at(s, "effect", "E003", f"share of {s.effect}")
    for h in e.harm.values():
        for name in ("with_", "without"):
            value = getattr(h, name)
            if value is not None and h.per is None:
                yield _at(h, "per", "E003", f"{name.strip('_')} {value} without its base (per)")
            elif value is not None and h.per is not None and not 0 <= value <= h.per:
                yield _at(h, name.strip("_"), "E003", f"{value} out of {h.per}")
    for f in e.finding.values():
        if f.numbers:
            for value in (f.numbers.with_, f.numbers.without, f.numbers.low, f.numbers.high):
                if value is not None and not 0 <= value <= f.numbers.per:
                    yield _at(f, "numbers", "E003", f"{value} out of {f.numbers.per}")
            if f.numbers.low is not None and f.numbers.high is not None and f.numbers.low > f.numbers.high:
                yield _at(f, "numbers", "E001", f"interval {f.numbers.low} to {f.numbers.high}")
    for k in e.pharmacokinetic.values():
        for name in ("bioavailability_low", "bioavailability_high"):
            value = getattr(k, name)
            if value is not None and not 0 <= value <= 100:
                yield _at(k, name, "E003", f"{name} of {value} percent")
        low, high = k.bioavailability_low, k.bioavailability_high
        if low is not None and high is not None and low > high:
            yield _at(k, "bioavailability_low", "E001", f"uptake {low} to {high}")


def grading(project: Project) -> Iterator[Problem]:
    """E006, E007, E013, E010: the grade follows from start and steps, has a basis, and the size from the number."""
    for f in project.evidence.finding.values():
        if f.certainty == "none":
            if f.direction != "not-studied" or f.downgrades:
                yield _at(f, "certainty", "E006", "“none” goes with direction not-studied and without steps")
            continue
        if f.direction == "not-studied":
            yield _at(f, "direction", "E006", "not-studied goes with certainty none")
        if not (f.sources or f.studies or f.harms):
            yield _at(f, "sources", "E013", "rests on nothing")
        if f.basis == "published":
            if not f.graded_by:
                yield _at(f, "basis", "E007", "published grade without graded_by")
        elif f.start is None:
            yield _at(f, "basis", "E007", "our grade without start")
        else:
            steps = sum(d.steps for d in f.downgrades)
            reached = LEVELS[max(LEVELS.index(f.start) - steps, 1)]
            if reached != f.certainty:
                yield _at(f, "certainty", "E006", f"{f.start} less {steps} is {reached}, not {f.certainty}")
        yield from _size(f, project)


def _size(f: Finding, project: Project) -> Iterator[Problem]:
    if f.certainty == "very-low" or f.size == "unclear":
        return
    found: str | None = None
    if f.numbers and f.numbers.without is not None:
        difference = abs(f.numbers.with_ - f.numbers.without) * 100 / f.numbers.per
        found = size_of(difference, "per-100", project)
    elif len(f.studies) == 1 and f.studies[0] in project.evidence.study:
        s = project.evidence.study[f.studies[0]]
        scale = "smd" if s.measure == "SMD" else s.scale if s.measure == "MD" else None
        if s.effect is not None and scale in {"smd", "0-10", "0-100"}:
            found = size_of(abs(s.effect), str(scale), project)
    if found and found != f.size:
        yield _at(f, "size", "E010", f"size {f.size!r}, but the number makes it {found!r}")


def size_of(value: Decimal, scale: str, project: Project) -> str | None:
    """Return the size word for an absolute difference on *scale*, by `evidence/thresholds.yaml`."""
    t = next((t for t in project.evidence.threshold.values() if t.scale == scale), None)
    if t is None:
        return None
    return "little" if value < t.small else "small" if value < t.moderate else "moderate" if value < t.large else "large"


def lock(sentence: str, certainty: str, *, clinical: bool) -> str | None:
    """Return what is wrong with the certainty words of a finding's sentence, or nothing."""
    low = sentence.lower()
    hedges = {h.lower() for h in HEDGES.findall(sentence)}
    match certainty:
        case "none":
            return None if "no studies" in low else "must say “no studies”"
        case "very-low":
            form = "very uncertain" if clinical else "we do not know"
            return None if form in low else f"must say “{form}”"
        case "low":
            if "may" not in hedges:
                return "must say “may”"
            return "says “probably” or “likely” beside “may”" if hedges & {"probably", "likely"} else None
        case "moderate":
            if "probably" not in hedges:
                return "must say “probably”"
            return "says “may” beside “probably”" if hedges & {"may", "might", "could"} else None
    return f"must not say {', '.join(sorted(hedges))}" if hedges else None


def wording(project: Project) -> Iterator[Problem]:
    """E008, E009, E011, T001: both sentences of a finding keep to its grade and size, without typed numbers."""
    for f in project.evidence.finding.values():
        for field, clinical in (("plain", False), ("clinical", True)):
            sentence = getattr(f, field)
            if wrong := lock(sentence, f.certainty, clinical=clinical):
                yield _at(f, field, "E008", f"certainty {f.certainty}: the sentence {wrong}: “{sentence}”")
            for match in BANNED.finditer(sentence):
                yield _at(f, field, "T001", f"“{match[0]}” in “{sentence}”")
            if typed := TYPED.search(words.PLACEHOLDER.sub("", sentence)):
                yield _at(f, field, "E011", f"“{typed[0]}” is typed in “{sentence}”")
        if f.certainty in {"very-low", "none"}:
            continue
        low = f.plain.lower()
        asked = {"large": "a lot", "small": "slightly", "little": "little or no difference"}.get(f.size)
        if asked and asked not in low:
            yield _at(f, "plain", "E009", f"size {f.size}: the sentence must say “{asked}”: “{f.plain}”")
        for size, form in (("large", " a lot"), ("small", "slightly"), ("little", "little or no")):
            if form in low and f.size != size and f.direction != "no-clear-difference":
                yield _at(f, "plain", "E009", f"size {f.size}, but the sentence says “{form.strip()}”: “{f.plain}”")


def placeholders(project: Project) -> Iterator[Problem]:
    """E012: every placeholder can be filled."""
    e = project.evidence
    both: list[Finding | Harm] = [*e.finding.values(), *e.harm.values()]
    for record in both:
        texts = {"text": record.text} if isinstance(record, Harm) else {"plain": record.plain, "clinical": record.clinical}
        if isinstance(record, Finding):
            texts |= {"downgrades": " ".join(d.why for d in record.downgrades)}
        for field, text in texts.items():
            for match in words.PLACEHOLDER.finditer(text):
                try:
                    words.fill(match[0], e, record)
                except words.Unfilled:
                    yield _at(record, field, "E012", f"{match[0]} cannot be filled")


def plotted(study: Study) -> bool:
    """Whether a row has all that a forest plot needs."""
    return None not in (study.effect, study.low, study.high, study.measure, study.scale)
