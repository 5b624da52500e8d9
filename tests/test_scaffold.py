"""Scaffolds: what they write has no fault but the words to fill in, and nothing that was there is lost."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import pytest

from handbook.__main__ import main
from handbook.checks import run
from handbook.load import load
from handbook.project import Project
from handbook.scaffold import FOLDERS, YAML_KINDS, Refused, new

ROOT = Path(__file__).parents[1]
GOOD = Path(__file__).parent / "good"
TODAY = date(2026, 11, 22)
ENTRY = """@article{whatever,
  author = {M{\\"u}ller, Anna and Berg, Bo},
  title = {The {CRPS} drops: a trial},
  journal = {Journal of Toes},
  year = 2024,
  pages = {1-9},
  doi = {https://doi.org/10.1000/Drop.7},
  url = {https://doi.org/10.1000/Drop.7},
  abstract = {Long.},
}
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    root = tmp_path / "handbook"
    shutil.copytree(GOOD, root)
    return root


def snapshot(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def problems(root: Path) -> list[tuple[str, str, str]]:
    return [(p.path, p.code, p.message) for p in run(Project.read(root), TODAY)]


def refused(*args: object, **kwargs: object) -> str:
    with pytest.raises(Refused) as caught:
        new(*args, **kwargs)  # type: ignore[arg-type]
    assert caught.value.advice.strip()
    return caught.value.message


def test_a_page_of_every_kind_lacks_only_its_words(tmp_path: Path) -> None:
    for name in ("docs", "evidence", "CITATION.cff"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    before = set(problems(tmp_path))
    for folder in FOLDERS:
        assert [place.partition(":")[0] for place in new(tmp_path, "page", f"{folder}/some-new-page", today=TODAY)] == [
            f"docs/{folder}/some-new-page.md", f"docs/{folder}/index.md",
        ]  # fmt: skip
    fresh = set(problems(tmp_path)) - before
    for folder, kind in FOLDERS.items():
        codes = {code for path, code, _ in fresh if path == f"docs/{folder}/some-new-page.md"}
        assert codes == ({"M003"} if kind == "contributing" else {"M003", "T014"}), folder
    assert {path for path, _, _ in fresh} == {f"docs/{folder}/some-new-page.md" for folder in FOLDERS}


def test_a_page_whose_words_are_filled_in_has_no_fault(tmp_path: Path) -> None:
    for name in ("docs", "evidence", "CITATION.cff"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    new(tmp_path, "page", "about/some-new-page", today=TODAY)
    path = tmp_path / "docs" / "about" / "some-new-page.md"
    text = path.read_text(encoding="utf-8")
    for gap, words in {
        "scope:\n": "scope: What is new.\n", "TODO: title, a statement or noun phrase": "News", "TODO: first section": "What is new",
        "TODO: say it in short sentences, one on each line.": "We say it.",
    }.items():  # fmt: skip
        assert gap in text
        text = text.replace(gap, words)
    path.write_text(text, encoding="utf-8")
    assert not [p for p in problems(tmp_path) if p[0].endswith("some-new-page.md")]


def test_the_menu_gets_one_line_and_keeps_the_rest(good: Path) -> None:
    index = good / "docs" / "conditions" / "index.md"
    index.write_text("# X\n\n```{toctree}\n:hidden:\nsore-toe\n```\n\nEnd.\n", encoding="utf-8")
    assert new(good, "page", "conditions/stiff-toe", today=TODAY) == ["docs/conditions/stiff-toe.md:1", "docs/conditions/index.md:6"]
    assert index.read_text(encoding="utf-8") == "# X\n\n```{toctree}\n:hidden:\nsore-toe\nstiff-toe\n```\n\nEnd.\n"
    page = (good / "docs" / "conditions" / "stiff-toe.md").read_text(encoding="utf-8")
    assert "\n(stiff-toe)=\n# TODO" in page and "next_review: 2027-11-22\nstatus: draft\nauthors: [writers]\nchecked_by: [readers]\n" in page


def test_a_page_on_a_leap_day_is_due_on_a_day_that_exists(good: Path) -> None:
    (good / "docs" / "conditions" / "index.md").write_text("```{toctree}\n```\n", encoding="utf-8")
    new(good, "page", "conditions/leap", today=date(2028, 2, 29))
    assert "next_review: 2029-02-28" in (good / "docs" / "conditions" / "leap.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("conditions/sore-toe", "docs/conditions/sore-toe.md is already there"), ("sore-toe", "'sore-toe' is not a place for a page"),
        ("elsewhere/x", "'elsewhere/x' is not a place for a page"), ("conditions/Big Toe", "'Big Toe' is not a name for a page"),
        ("conditions/../x", "'../x' is not a name for a page"), ("conditions/", "'conditions/' is not a place for a page"),
        ("conditions/new-toe", "docs/conditions/index.md has no toctree"),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_written_changes_nothing(good: Path, name: str, message: str) -> None:
    before = snapshot(good)
    assert refused(good, "page", name, today=TODAY) == message
    assert snapshot(good) == before


@pytest.mark.parametrize("kind", YAML_KINDS)
def test_a_record_lacks_only_its_needed_fields(good: Path, kind: str) -> None:
    before = {p.relative_to(good).as_posix(): p.read_text(encoding="utf-8") for p in sorted((good / "evidence").rglob("*.yaml"))}
    place = new(good, kind, "toe-zz-new", "toe", today=TODAY)[0]
    path = place.partition(":")[0]
    fresh = problems(good)
    assert {(p, code) for p, code, _ in fresh} == {(path, "R002")}
    assert all(message.startswith("toe-zz-new: missing field ") for _, _, message in fresh)
    assert len(fresh) >= 3
    after = (good / path).read_text(encoding="utf-8")
    assert after.startswith(before[path].rstrip("\n"))
    assert after.split("\n")[int(place.partition(":")[2]) - 1] == "- id: toe-zz-new"


def test_a_record_goes_to_its_place_in_the_order_of_ids(good: Path) -> None:
    path = good / "evidence" / "facts" / "toe.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("# Facts on toes.\n" + text, encoding="utf-8")
    new(good, "fact", "toe-aa", today=TODAY)
    after = path.read_text(encoding="utf-8")
    assert after.index("- id: toe-aa") < after.index("- id: toe-common")
    assert after.endswith(text)
    assert list(load(good)[0].fact) == ["toe-common"]
    assert "\n\n- id: toe-common" in after


def test_the_file_is_chosen_by_the_first_word_or_by_hand(good: Path) -> None:
    assert refused(good, "fact", "knee-pain-what") == "no file of facts has ids that begin like 'knee-pain-what'"
    assert new(good, "fact", "knee-pain-what", "knee") == ["evidence/facts/knee.yaml:1"]
    length = len((good / "evidence" / "facts" / "knee.yaml").read_text(encoding="utf-8").splitlines())
    assert new(good, "fact", "knee-pain-who") == [f"evidence/facts/knee.yaml:{length + 2}"]
    assert refused(good, "fact", "knee-x", "../../x") == "'../../x' is not a name for a file of records"


def test_a_record_is_never_written_twice(good: Path) -> None:
    before = snapshot(good)
    assert refused(good, "fact", "toe-common").startswith("fact 'toe-common' already stands at evidence/facts/toe.yaml:")
    assert refused(good, "finding", "Toe Pain") == "'Toe Pain' is not an id"
    assert snapshot(good) == before


def test_a_study_gets_the_next_number_and_lacks_its_needed_cells(good: Path) -> None:
    path = good / "evidence" / "studies.csv"
    before = path.read_text(encoding="utf-8")
    count = len(load(good)[0].study)
    place = new(good, "study", "")[0]
    assert path.read_text(encoding="utf-8").startswith(before)
    last = path.read_text(encoding="utf-8").split("\n")[-2]
    assert last.partition(",")[0] == f"t{count + 1:03d}" and set(last.partition(",")[2]) == {","}
    assert place == f"evidence/studies.csv:{len(path.read_text(encoding='utf-8').split(chr(10))) - 1}"
    assert {(p, code) for p, code, _ in problems(good)} == {("evidence/studies.csv", "R002")}
    assert refused(good, "study", "t001") == "study 't001' already stands in evidence/studies.csv"


def test_a_source_from_bibtex_keeps_what_it_has_and_asks_for_the_rest(good: Path) -> None:
    path = good / "evidence" / "references.bib"
    before = path.read_text(encoding="utf-8")
    place = new(good, "source", "", entries=ENTRY)[0]
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    block = after[after.index("@article{muller2024crps,") :]
    assert block[: block.index("\n}\n") + 3] == (
        '@article{muller2024crps,\n  author = {M{\\"u}ller, Anna and Berg, Bo},\n  title = {The {CRPS} drops: a trial},\n  journal = {Journal of Toes},\n'
        "  year = {2024},\n  pages = {1--9},\n  doi = {10.1000/Drop.7},\n  design = {},\n  population = {},\n  read = {},\n  status = {},\n  checked = {},\n}\n"
    )
    assert after.split("\n")[int(place.rpartition(":")[2]) - 1] == "@article{muller2024crps,"
    assert sorted(message for _, _, message in problems(good)) == [
        f"muller2024crps: missing field {name}" for name in ("checked", "design", "population", "read", "status")
    ]


@pytest.mark.parametrize("key", ["aaa2020first", "zzz2020last"])
def test_a_source_goes_to_its_place_in_the_order_of_keys(good: Path, key: str) -> None:
    path = good / "evidence" / "references.bib"
    old = list(load(good)[0].source)
    before = path.read_text(encoding="utf-8")
    new(good, "source", key, entries=ENTRY)
    after = path.read_text(encoding="utf-8")
    keys = [line.partition("{")[2].rstrip(",") for line in after.split("\n") if line.startswith("@")]
    assert keys == sorted([*old, key])
    assert before.strip() in after
    assert "\n\n\n" not in after and after.endswith("}\n")


def test_a_source_by_doi_alone(good: Path) -> None:
    assert refused(good, "source", "", doi="10.1000/toe") == "no key"
    new(good, "source", "muller2024drops", doi="https://doi.org/10.1000/toe")
    text = (good / "evidence" / "references.bib").read_text(encoding="utf-8")
    assert "@article{muller2024drops,\n  author = {},\n  title = {},\n  doi = {10.1000/toe},\n" in text
    assert {code for _, code, _ in problems(good)} == {"R002"}


def test_a_doi_chooses_among_entries(good: Path) -> None:
    other = ENTRY.replace("Drop.7", "Drop.8").replace("drops", "creams").replace("CRPS", "RSD")
    assert len(new(good, "source", "", entries=ENTRY + "\n" + other, doi="10.1000/drop.8")) == 1
    text = (good / "evidence" / "references.bib").read_text(encoding="utf-8")
    assert "muller2024rsd" in text and "muller2024crps" not in text


def test_two_entries_at_once_stand_both(good: Path) -> None:
    other = ENTRY.replace("Drop.7", "Drop.8").replace("CRPS", "RSD")
    assert len(new(good, "source", "", entries=ENTRY + "\n" + other)) == 2
    assert {"muller2024crps", "muller2024rsd"} <= {e.split(":")[0] for _, _, e in problems(good)}


@pytest.mark.parametrize(
    ("entries", "doi", "message"),
    [
        ("", "", "no BibTeX and no DOI"), ("", "10.1/x", "'10.1/x' is not a DOI"), ("hello", "", "line 1 of the BibTeX: text before the first entry: 'hello'"),
        ("@article{x, title = {A}", "", "line 1 of the BibTeX: entry 'x' has no end: a brace is missing, perhaps in 'title'"),
        (ENTRY, "10.1000/other", "no entry of the BibTeX has the DOI 10.1000/other (it has: https://doi.org/10.1000/Drop.7)"),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_written_changes_nothing(good: Path, entries: str, doi: str, message: str) -> None:
    before = snapshot(good)
    assert refused(good, "source", "", entries=entries, doi=doi) == message
    assert snapshot(good) == before


def test_a_source_is_never_written_twice(good: Path) -> None:
    known = next(iter(load(good)[0].source.values()))
    before = snapshot(good)
    assert known.doi
    same = ENTRY.replace("10.1000/Drop.7", known.doi.upper())
    assert f"already stands at evidence/references.bib:{known.where.line} ({known.id})" in refused(good, "source", "", entries=same)
    assert f"the key '{known.id}' already stands" in refused(good, "source", known.id, entries=ENTRY)
    assert snapshot(good) == before


def test_from_the_command_line(good: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(ENTRY))
    assert main(["--root", str(good), "new", "source", "--bibtex", "-"]) == 0
    assert capsys.readouterr().out.startswith("written: evidence/references.bib:")
    assert main(["--root", str(good), "new", "source", "--bibtex", str(good / "none.bib")]) == 2
    assert "nothing written: " in capsys.readouterr().err
    assert main(["--root", str(good), "new", "page"]) == 2
    assert "new page needs a name, such as `new page conditions/some-pain`" in capsys.readouterr().err
    assert main(["--root", str(good), "new", "fact", "toe-x", "--doi", "10.1000/x"]) == 2
    assert "--bibtex and --doi belong to `new source`" in capsys.readouterr().err
    assert main(["--root", str(good), "new", "fact", "toe-common"]) == 2
    assert "nothing written: fact 'toe-common' already stands at" in capsys.readouterr().err
    (good / "x.bib").write_bytes(b"\xff\xfe")
    assert main(["--root", str(good), "new", "source", "--bibtex", str(good / "x.bib")]) == 2
    assert "is not UTF-8" in capsys.readouterr().err


def test_a_file_with_faults_is_left_alone(good: Path) -> None:
    path = good / "evidence" / "facts" / "toe.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = snapshot(good)
    assert refused(good, "fact", "toe-new") == "evidence/facts/toe.yaml cannot be added to"
    assert snapshot(good) == before


def test_a_label_that_is_taken_gets_its_folder_in_front(good: Path) -> None:
    for folder, label in (("conditions", "treatment-sore-toe"), ("treatment", "x")):
        (good / "docs" / folder / "index.md").write_text(f"({label})=\n```{{toctree}}\n```\n", encoding="utf-8")
    assert refused(good, "page", "treatment/sore-toe", today=TODAY) == "the label 'treatment-sore-toe' is taken"
    (good / "docs" / "conditions" / "index.md").unlink()
    new(good, "page", "treatment/sore-toe", today=TODAY)
    assert "\n(treatment-sore-toe)=\n" in (good / "docs" / "treatment" / "sore-toe.md").read_text(encoding="utf-8")


def test_a_page_needs_an_author_and_a_second_reader(good: Path) -> None:
    (good / "evidence" / "people.yaml").write_text("- id: one\n", encoding="utf-8")
    assert refused(good, "page", "conditions/x", today=TODAY) == "evidence/people.yaml names fewer than two people"


def test_a_study_is_not_added_to_a_table_with_faults(good: Path) -> None:
    path = good / "evidence" / "studies.csv"
    assert refused(good, "study", "A 1") == "'A 1' is not an id"
    path.write_text("id,source\nt001,x\n", encoding="utf-8")
    assert refused(good, "study", "") == "evidence/studies.csv has problems"


def test_bibtex_of_other_dialects_is_understood(good: Path) -> None:
    entry = "@thesis{x, author = {Berg, Bo}, title = {On toes}, date = {2021-05-01}, journaltitle = {Toes}, url = {https://example.org/toes}}"
    new(good, "source", "", entries=entry, doi="10.1000/new.9")
    text = (good / "evidence" / "references.bib").read_text(encoding="utf-8")
    block = text[text.index("@misc{berg2021toes,") :].split("\n}\n")[0]
    assert "  journal = {Toes},\n  year = {2021},\n  doi = {10.1000/new.9}," in block and "url" not in block
    in_press = "@phdthesis{y, author = {{Toe Society}}, title = {Rules}, year = {in press}, url = {https://example.org/rules}}"
    new(good, "source", "", entries=in_press)
    text = (good / "evidence" / "references.bib").read_text(encoding="utf-8")
    block = text[text.index("@techreport{societyrules,") :].split("\n}\n")[0]
    assert "url = {https://example.org/rules}" in block and "year" not in block


@pytest.mark.parametrize(
    ("name", "entries", "message"),
    [
        ("", "% nothing\n", "no entry in the BibTeX"),
        ("one2020key", ENTRY + ENTRY.replace("Drop.7", "Drop.8"), "one key for 2 entries"),
        ("not a key", ENTRY, "'not a key' is not a key"),
        ("", ENTRY.replace("Journal of Toes", 'J" }'), "line 1 of the BibTeX: entry 'whatever': field or closing brace expected"),
    ],
)
def test_more_that_cannot_be_written(good: Path, name: str, entries: str, message: str) -> None:
    before = snapshot(good)
    found = refused(good, "source", name, entries=entries)
    assert found == message or (message.startswith("line 1") and found.startswith("line "))
    assert snapshot(good) == before
