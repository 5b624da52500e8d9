"""The real handbook: what it must hold, counted from its own records and pages."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

from handbook import reading, words
from handbook.checks import run
from handbook.checks.prose import grades
from handbook.model import HARM_OUTCOMES, Source
from handbook.pages import resolve
from handbook.patients import patient_sentences
from handbook.project import Project
from handbook.trace import shown, uses

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.read(ROOT)


def test_no_problem(project: Project) -> None:
    assert [f"{p.path}:{p.line}: {p.code} {p.message}" for p in run(project, date(2026, 11, 22))] == []


def test_every_seed_claim_has_verdict_reason_proof_and_page(project: Project) -> None:
    wanted = [line for line in (ROOT / "evidence" / "seed-claims.txt").read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    assert len(wanted) == 126
    for name in wanted:
        claim = project.evidence.claim[name]
        assert len(claim.why.split()) <= 40
        assert claim.verdict == "not-checkable" or claim.findings or claim.facts or claim.sources, name
        page = project.pages[claim.page]
        assert page.uses("claims-here") or any(d.argument == name for d in page.uses("claimcheck")), name


def test_findings_are_many_graded_and_sourced(project: Project) -> None:
    findings = project.evidence.finding.values()
    assert len(findings) >= 60
    assert len({f.condition for f in findings}) >= 20
    assert len({f.outcome for f in findings if f.outcome in HARM_OUTCOMES}) >= 8
    for f in findings:
        assert f.certainty == "none" or f.sources or f.studies or f.harms, f.id
        assert f.basis == "ours" or f.graded_by, f.id


def test_plots_and_effect_tables_are_at_least_twelve(project: Project) -> None:
    shown_ = [d for page in project.pages.values() for d in page.directives if d.name in {"forest", "summary-of-findings", "icons", "frequencies"}]
    assert len([d for d in shown_ if d.name in {"forest", "summary-of-findings"}]) >= 12
    assert len([d for d in shown_ if d.name == "forest"]) >= 6


def test_sources_are_many_complete_and_used(project: Project) -> None:
    leaning = uses(project)
    used = [s for s in project.evidence.source.values() if leaning[s.id]]
    assert len(used) >= 200
    assert len(used) == len(project.evidence.source)
    for s in used:
        assert s.author and s.title and s.venue and s.address and (s.year or s.undated), s.id


def test_regimens_harms_and_cautions_are_all_shown(project: Project) -> None:
    seen: dict[str, set[str]] = {"regimen": set(), "harm": set(), "caution": set(), "interaction": set(), "pharmacokinetic": set(), "study": set()}
    for page in project.pages.values():
        for d in page.directives:
            for kind, one in shown(project, d):
                seen.setdefault(kind, set()).add(one)
        for role in page.roles:
            if role.name in {"harm", "regimen"}:
                seen[role.name].add(role.target)
    for kind in ("regimen", "harm", "caution", "interaction", "pharmacokinetic", "study"):
        assert set(project.evidence.of(kind)) - seen[kind] == set(), kind


def test_glossary(project: Project) -> None:
    assert len(project.terms) >= 140


def test_faq(project: Project) -> None:
    questions = [h for page in project.pages.values() if page.kind == "faq" for h in page.headings if h.level == 3]
    assert len(questions) >= 45
    assert all(h.text.endswith("?") for h in questions)


def test_reading_grades(project: Project) -> None:
    rows = list(grades(project))
    assert len(rows) >= 60
    for page, _, body, points in rows:
        assert body <= 8.0, page.docname
        assert points <= 7.0, page.docname


def test_sentence_lengths(project: Project) -> None:
    for page in project.pages.values():
        if page.kind in {"condition", "treatment", "safety", "start", "mechanism", "access", "evidence", "faq"}:
            counts = [len(s.split()) for _, s in patient_sentences(project, page)]
            assert counts, page.docname
            assert max(counts) <= 30, page.docname
            assert sum(c > 20 for c in counts) <= max(1, 0.05 * len(counts)), page.docname


def runs(text: str) -> set[str]:
    found = re.findall(r"[a-z0-9']+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return {" ".join(found[i : i + 6]) for i in range(len(found) - 5)}


def test_no_six_words_in_a_row_from_the_seed_articles(project: Project) -> None:
    marks = set((ROOT / "tests" / "data" / "seed-runs.txt").read_text(encoding="utf-8").split())
    assert len(marks) > 3000
    texts = {page.path: "\n\n".join(project.rendered(b) for b in page.blocks) for page in project.pages.values()}
    for record in project.evidence.records():
        own = {k: v for k, v in vars(record).items() if isinstance(v, str) and not (isinstance(record, Source) and k in {"title", "author", "publisher"})}
        texts[record.where.path + " " + record.id] = " \0 ".join(own.values())
    shared = {
        f"{where}: {run}"
        for where, text in texts.items()
        for part in re.split(r"\n\n|\0", text)
        for run in runs(part)
        if hashlib.sha256(run.encode()).hexdigest()[:12] in marks
    }
    assert shared == set()


def test_every_finding_sentence_reads_well(project: Project) -> None:
    for f in project.evidence.finding.values():
        sentence = words.plain_sentence(f, project.evidence)
        assert "{" not in sentence, f.id
        assert sentence.endswith("."), f.id
        assert len(sentence.split()) <= 32, f.id
        assert len(reading.sentences(sentence)) == 1, f.id


def test_every_page_answers_a_reader_question(project: Project) -> None:
    with (ROOT / "evidence" / "questions.csv").open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    assert len(asked) >= 58
    answering = {row["page"] for row in asked}
    answering |= {resolve(p.docname, role.target) for p in project.pages.values() if p.kind == "faq" for role in p.roles if role.name == "doc"}
    kinds = {"start", "mechanism", "condition", "treatment", "safety", "access", "evidence"}
    assert [d for d, page in project.pages.items() if page.kind in kinds and d not in answering] == []
