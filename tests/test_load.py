"""The loader: every bad input is a problem with a line, never a traceback."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbook import bibtex
from handbook.files import read_text
from handbook.load import load, read_records, read_yaml_list
from handbook.model import KINDS, PLACES

GOOD = Path(__file__).parent / "good"
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fuzz") / "handbook"
    shutil.copytree(GOOD, root)
    return root


def test_records_keep_file_and_line() -> None:
    evidence, problems = load(GOOD)
    assert problems == []
    finding = evidence.finding["toe-drops-pain"]
    assert (finding.where.path, finding.where.line) == ("evidence/findings/toe.yaml", 26)
    assert finding.where.of("plain") == 49
    assert finding.downgrades[1].why == "One trial of {t001.n} people."
    study = evidence.study["t001"]
    assert (study.effect, study.low, study.high) == (Decimal("-1.5"), Decimal("-2.4"), Decimal("-0.6"))
    assert study.where.line == 2
    assert evidence.source["beta2021toes"].where.line == 14


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    text, problems = read_text(tmp_path / "nothing.yaml", tmp_path)
    assert text == ""
    assert [(p.path, p.line, p.code) for p in problems] == [("nothing.yaml", 1, "F001")]


def test_ten_megabyte_line_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "studies.csv"
    path.write_bytes(b"x" * 10_000_000)
    text, problems = read_text(path, tmp_path)
    assert text == ""
    assert [p.code for p in problems] == ["F005"]


def test_one_broken_record_does_not_hide_the_next() -> None:
    text = "- id: a\n  id: b\n- id: c\n"
    raws, problems = read_yaml_list(text, "x.yaml")
    assert [r.values["id"] for r in raws] == ["c"]
    assert [(p.line, p.code) for p in problems] == [(2, "Y002")]


def test_dates_stay_text_until_checked() -> None:
    raws, problems = read_yaml_list("- id: a\n  searched: 2026-02-30\n", "x.yaml")
    assert problems == []
    assert raws[0].values["searched"] == "2026-02-30"


@FUZZ
@given(data=st.binary(max_size=400))
@pytest.mark.parametrize("kind", ["finding", "study", "source"])
def test_any_bytes_give_problems_not_tracebacks(copy: Path, kind: str, data: bytes) -> None:
    place = copy / "evidence" / PLACES[kind]
    path = place if place.suffix else place / "toe.yaml"
    path.write_bytes(data)
    raws, problems = read_records(path, copy, KINDS[kind])
    assert raws or problems or not data.strip()


@FUZZ
@given(data=st.data())
def test_a_mutated_file_gives_problems_not_tracebacks(copy: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["evidence/findings/toe.yaml", "evidence/studies.csv", "evidence/references.bib", "evidence/harms.csv"]))
    text = (GOOD / name).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    (copy / name).write_text(text[:start] + data.draw(st.text(max_size=8)) + text[end:], encoding="utf-8", errors="replace", newline="")
    _, problems = load(copy)
    assert all(p.line >= 1 and p.message and p.help for p in problems)
    (copy / name).write_text(text, encoding="utf-8", newline="")


@FUZZ
@given(text=st.text(alphabet='@{}=,"a1\n\\ %', max_size=200))
def test_bibtex_never_raises(text: str) -> None:
    entries, faults = bibtex.parse(text)
    assert all(entry.key for entry in entries)
    assert all(line >= 1 for line, _ in faults)


@pytest.mark.parametrize(
    ("written", "read"),
    [(r"M{\"u}ller", "Müller"), (r"{CRPS} in {\'E}tienne", "CRPS in Étienne"), ("10--20", "10–20"), (r"A \& B", "A & B"), (r"\'{\i}", "í")],
)
def test_bibtex_accents(written: str, read: str) -> None:
    assert bibtex.plain(written) == read


def test_names_are_short_and_keep_organizations() -> None:
    assert bibtex.names("Alpha, Ann B. and {Toe Society} and others") == ["Alpha AB", "Toe Society", "others"]
