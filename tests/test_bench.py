"""The bench: its arithmetic, its synthetic handbooks, what it counts in a page, and its table. Nothing here is timed."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from handbook import words
from handbook.bench import __main__ as bench
from handbook.bench import bars, lighthouse, peers, plain, reader, share, synthetic
from handbook.bench.cost import Cost, Failed, run
from handbook.pages import entries
from handbook.project import Project
from handbook.render.terms import found_in, pattern

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.read(ROOT)


def tree(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_median_and_exponent() -> None:
    assert bars.median([3.0, 1.0, 2.0]) == 2.0
    with pytest.raises(ValueError):
        bars.median([])
    assert bars.exponent(10, 50) == pytest.approx(1.0)
    assert bars.exponent(10, 250) == pytest.approx(2.0)
    assert bars.exponent(7, 7) == 0.0


def test_a_bar_is_met_up_to_its_limit_and_silent_without_a_figure() -> None:
    assert bars.most("x", 0.55, 0.55, bars.times) == ("x", "≤ 0.55 ×", "0.55 ×", True)
    assert bars.most("x", 0.56, 0.55, bars.times).met is False
    assert bars.most("x", None, 1, bars.times, "no browser") == ("x", "≤ 1.00 ×", "no browser", None)
    assert bars.most("x", math.nan, 1, bars.times).met is None


def cost(*cpu: float, peak: float = 100.0) -> list[dict[str, float]]:
    return [{"cpu": c, "wall": c, "peak": peak} for c in cpu]


def figures() -> dict[str, Any]:
    """Made-up figures of a whole run."""
    view = {"page": "conditions/crps.html", "requests": 4, "gzip": 30 * 1024, "outside": 0, "search": 0}
    ours = {"cold": cost(11, 10, 30), "nothing": cost(2.5), "page": cost(3), "record": cost(5)}
    return {
        "builds": {
            "real": {"ours": {**ours, "nothing": cost(3)}},
            "200": {"ours": ours, "stock": {"cold": cost(50, 55, 60)}, "MkDocs Material": {"page": cost(5)}, "Zensical": {"page": cost(2)}},
            "1000": {"ours": {"cold": cost(55, peak=900), "nothing": cost(2), "page": cost(4)}},
        },
        "sites": {"real": {"view": view, "next": 25 * 1024, "sizes": {"site": 8e6, "index": 59000, "maps": 0}, "browser": {"why": "no Chromium on the path"}}},
        "same": {"incremental": True, "parallel": False},
        "empty": 2.0, "share": 0.1449, "check": 1.5, "pdf": {"typesetting": 6.0, "pdf": 14.0, "html": 10.0}, "peers": {},
    }  # fmt: skip


def test_rows_of_made_up_figures() -> None:
    rows = {r.what: (r.bar, r.figure, r.met) for r in bars.build_rows(figures()) + bars.reading_rows(figures())}
    assert rows["cold build against the stock book theme, 200 pages"] == ("≤ 0.20 ×", "0.20 ×", True)
    assert rows["cold build against the stock book theme, 1000 pages"] == ("≤ 0.06 ×", "not measured in this run", None)
    assert rows["growth of cold CPU, 200 → 1000 pages, exponent"] == ("≤ 1.10", "1.00", True)
    assert rows["one page changed, 200 pages, against MkDocs Material"] == ("faster", "3.00 s against 5.00 s", True)
    assert rows["one page changed, 200 pages, against Zensical"] == ("faster", "3.00 s against 2.00 s", False)
    assert rows["one page changed, 1000 pages, against Zensical"] == ("faster", "not measured in this run", None)
    assert rows["nothing changed, real handbook, against an empty project"] == ("≤ 1.30 ×", "1.50 ×", False)
    assert rows["nothing changed, 200 pages, against an empty project"] == ("≤ 1.30 ×", "1.25 ×", True)
    assert rows["incremental = clean, after words and a record changed"] == ("byte for byte", "the same", True)
    assert rows["serial = parallel = other hash seed = other folder"] == ("byte for byte", "differs", False)
    assert rows["records, directives, plots and checks, share of the build's CPU"] == ("≤ 15.0 %", "14.5 %", True)
    assert rows["peak memory, 1000 pages"] == ("≤ 1000 MB", "900 MB", True)
    assert rows["PDF: typesetting, by the clock"] == ("≤ 5.00 s", "6.00 s", False)
    assert rows["PDF: whole session against the HTML session, by the clock"] == ("≤ 1.50 ×", "1.40 ×", True)
    assert rows["first view of conditions/crps.html, gzip, real handbook"] == ("≤ 45.0 KiB", "30.0 KiB", True)
    assert rows["next page, HTML only, real handbook"] == ("≤ 20.0 KiB", "25.0 KiB", False)
    assert rows["keystroke to results, warm"] == ("≤ 50 ms", "no Chromium on the path", None)


def test_the_table_names_every_bar_and_counts() -> None:
    rows = bars.build_rows(figures()) + bars.reading_rows(figures())
    lines = bars.as_table(rows).split("\n")
    assert len(lines) == len(rows) + 2
    met, missed, open_ = (sum(r.met is value for r in rows) for value in (True, False, None))
    assert lines[-1] == f"{met} met, {missed} not met, {open_} not measured"
    assert sum(line.endswith("NOT MET") for line in lines) == missed == 5
    costs = bars.cost_table(figures()).split("\n")
    assert [line.split()[:3] for line in costs[1:]] == [["real", "ours", "11.00"], ["200", "ours", "11.00"], ["200", "stock", "55.00"],
                                                        ["200", "MkDocs", "Material"], ["200", "Zensical", "2.00"], ["1000", "ours", "55.00"]]  # fmt: skip
    assert costs[2].endswith("0.20 ×")


@pytest.mark.parametrize("count", [6, 17, 50, 97, 200, 250, 1000])
def test_a_synthetic_handbook_has_the_pages_asked_for_and_no_dead_end(project: Project, tmp_path: Path, count: int) -> None:
    names = synthetic.make(project, tmp_path / "one", count)
    made = Project.read(tmp_path / "one")
    assert sorted(d for d in made.pages if not d.startswith("_")) == names
    assert len(names) == count
    labels = [label for page in made.pages.values() for label in page.labels]
    assert len(labels) == len(set(labels))
    reached = {"index"}
    for page in made.pages.values():
        for role in page.roles:
            if role.name == "doc":
                assert role.target.lstrip("/") in made.pages, (page.docname, role.target)
        reached |= {target for _, target in entries(page)}
    assert reached == set(names)
    titles = [page.title for page in made.pages.values() if page.title]
    assert len(titles) == len(set(titles))


def test_synthetic_pages_are_as_long_as_the_bars_say(project: Project, tmp_path: Path) -> None:
    names = synthetic.make(project, tmp_path / "one", 50)
    made = Project.read(tmp_path / "one")
    topics = [made.pages[n] for n in names if n.startswith("topics/") and not n.endswith("/index")]
    assert len(topics) == 41
    counts = [len(re.findall(r"\w+", " ".join(made.rendered(b) for b in page.blocks))) for page in topics]
    assert 850 <= sum(counts) / len(counts) <= 1000 and max(counts) < 1.4 * min(counts)
    for page in topics:
        assert sum(r.name == "fact" for r in page.roles) == 5
        assert sum(r.name == "doc" for r in page.roles) == 6
        assert sum(r.name == "term" for r in page.roles) == 4
        assert [b.level for b in page.headings].count(2) == synthetic.SECTIONS and [b.level for b in page.headings].count(3) == synthetic.BELOW
    assert len({page.text for page in topics}) == len(topics)


def test_the_same_pages_give_the_same_bytes(project: Project, tmp_path: Path) -> None:
    for name in ("one", "two"):
        synthetic.make(project, tmp_path / name, 120)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_the_real_handbook_is_copied_whole(project: Project, tmp_path: Path) -> None:
    names = synthetic.real(project, tmp_path / "one")
    assert sorted(d for d in Project.read(tmp_path / "one").pages if not d.startswith("_")) == names
    assert len(names) == len([d for d in project.pages if not d.startswith("_")])
    assert (tmp_path / "one" / "docs" / "redirects.csv").is_file()


@pytest.mark.parametrize("size", ["synthetic", "real"])
def test_edits_change_one_page_and_one_record_and_replace_each_other(project: Project, tmp_path: Path, size: str) -> None:
    root = tmp_path / "one"
    _ = synthetic.make(project, root, 40) if size == "synthetic" else synthetic.real(project, root)
    before = tree(root)
    synthetic.edit_page(root / "docs", 1)
    name = synthetic.edit_page(root / "docs", 2)
    fact = synthetic.edit_record(root, 1)
    synthetic.edit_record(root, 2)
    after = tree(root)
    assert [n for n in before if before[n] != after[n]] == [f"docs/{name}.md", "evidence/facts/" + project.evidence.fact[fact].where.path.rpartition("/")[2]]
    made = Project.read(root)
    assert any(role.name == "fact" and role.target == fact for page in made.pages.values() for role in page.roles)
    assert made.evidence.fact[fact].text == project.evidence.fact[fact].text + " Bench edit 2."
    text = (root / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert text.count("Bench edit") == 1 and text.endswith("\n\nBench edit 2.\n")


def test_plain_pages_say_the_same_without_our_markup(project: Project, tmp_path: Path) -> None:
    names = plain.write(project, tmp_path)
    assert len(names) == len([d for d in project.pages if not d.startswith("_")])
    crps = (tmp_path / "conditions" / "crps.md").read_text(encoding="utf-8")
    assert words.plain_sentence(project.evidence.finding["crps-infusion-year"], project.evidence) in crps
    assert crps.startswith(f"# {project.pages['conditions/crps'].title}\n")
    for name in names:
        assert not re.search(r"\{(?:finding|fact|doc|source)\}`|^:{3}", (tmp_path / f"{name}.md").read_text(encoding="utf-8"), re.M), name


def test_first_view_counts_what_a_browser_loads(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    for name, text in (("a.css", "p{}" * 50), ("b.js", "1;" * 50), ("c.js", "2;" * 50), ("searchindex.js", "x"), ("i.svg", "<svg/>")):
        (tmp_path / "_static" / name).write_text(text)
    (tmp_path / "safety").mkdir()
    page = tmp_path / "safety" / "x.html"
    head = '<link rel="stylesheet" href="../_static/a.css?v=1"><script src="../_static/b.js" defer></script><link rel="canonical" href="https://example.org/x">'
    page.write_text(
        f'{head}<img src="../_static/i.svg"><img loading="lazy" src="../_static/none.svg"><script data-then="../_static/c.js">1</script><a href="https://example.org/y">y</a>'
    )
    view = reader.first_view(tmp_path, reader.longest(tmp_path))
    whole = sum(reader.packed(p) for p in (page, *((tmp_path / "_static" / n) for n in ("a.css", "b.js", "c.js", "i.svg"))))
    assert view == ("safety/x.html", 5, whole, 0, 0)
    page.write_text(f'{head}<script src="../_static/searchindex.js"></script><script src="https://example.org/t.js"></script>')
    view = reader.first_view(tmp_path, "safety/x.html")
    assert (view.requests, view.outside, view.search) == (5, 1, reader.packed(tmp_path / "_static" / "searchindex.js"))


def test_cost_counts_children_and_tells_what_failed(tmp_path: Path) -> None:
    used = run([sys.executable, "-c", "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(300_000_000)'], check=True)"], tmp_path)
    assert used.peak >= 300
    assert used.cpu > 0
    with pytest.raises(Failed, match="exit 3\nbad luck"):
        run([sys.executable, "-c", "print('bad luck'); raise SystemExit(3)"], tmp_path)


def test_differs_names_changed_missing_and_added_files(tmp_path: Path) -> None:
    for side in ("one", "two"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "same").write_text("x")
        (tmp_path / side / "changed").write_text(side)
        (tmp_path / side / side).write_text("x")
    assert bench.differs(tmp_path / "one", tmp_path / "two") == ["changed", "one", "two"]


def test_the_share_falls_to_our_frames_unless_work_was_handed_back() -> None:
    def frame(*names: str) -> Any:
        """A stack, innermost first."""
        found: Any = None
        for name in reversed(names):
            code = type("Code", (), {"co_filename": name, "co_name": "f"})
            found = type("Frame", (), {"f_code": code, "f_back": found})
        return found

    ours = str(ROOT / "handbook" / "render" / "terms.py")
    assert share.owner(frame("/lib/docutils/nodes.py", ours, "/lib/sphinx/events.py")) == "render/terms.py:f"
    assert share.owner(frame("/lib/docutils/nodes.py", "/lib/myst_parser/base.py", ours)) == ""
    assert share.owner(frame("/lib/sphinx/events.py")) == ""
    walk = str(ROOT / "handbook" / "render" / "quicker_nodes.py")
    assert share.owner(frame(walk, "/lib/sphinx/transforms/__init__.py")) == ""
    assert share.owner(frame(walk, ours, "/lib/sphinx/events.py")) == "render/terms.py:f"
    assert share.owner(frame("/lib/sphinx/search/__init__.py", ours)) == ""
    # A file that was renamed would be counted elsewhere without a word.
    assert [name for name in share.PASSED_THROUGH if not Path(name).is_file()] == []
    assert [name for name in share.AROUND if not (ROOT / "handbook" / name).is_file()] == []


def test_wrong_sizes_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([str(tmp_path / "b"), "--sizes", "many"]) == 2
    assert "give numbers of pages" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_figures_can_be_written_as_json() -> None:
    rows = [row._asdict() for row in bars.build_rows(figures())]
    assert json.loads(json.dumps(rows))[0] == {
        "what": "incremental = clean, after words and a record changed",
        "bar": "byte for byte",
        "figure": "the same",
        "met": True,
    }


def test_terms_are_found_as_whole_words_longest_first() -> None:
    wanted = pattern(["pain", "pains", "nerve pain", "(r)-ketamine", "follow-up", "pa", "nmda"])
    text = "Nerve pain, painful pain-free PAIN; (R)-ketamine and follow-up, non-pain pains."
    assert [(at, form) for at, form in found_in(text, wanted)] == [(0, "nerve pain"), (30, "pain"), (36, "(r)-ketamine"), (53, "follow-up"), (73, "pains")]
    assert list(found_in("İ pain", wanted)) == [(2, "pain")]


def figures_of(performance: float = 100, lcp: float = 900, blocking: float = 0, shift: float = 0) -> dict[str, float]:
    return {"performance": performance, "accessibility": 100, "best-practices": 100, "seo": 100, "lcp": lcp, "blocking": blocking, "shift": shift}


def test_lighthouse_rows_name_the_worst_page() -> None:
    rows = {r.what: r for r in bars.lighthouse_rows({"a.html": figures_of(), "b.html": figures_of(99, 1201, 50, 0.01)})}
    assert rows["Lighthouse mobile, performance"] == ("Lighthouse mobile, performance", "≥ 100", "99 (2 pages, worst b.html)", False)
    assert rows["Lighthouse mobile, accessibility"][1:] == ("≥ 100", "100 (2 pages)", True)
    assert rows["Lighthouse mobile, largest contentful paint"][1:] == ("≤ 1200 ms", "1201 ms (2 pages, worst b.html)", False)
    assert rows["Lighthouse mobile, blocking time"].met is True
    assert rows["Lighthouse mobile, layout shift"][2:] == ("0.010 (2 pages, worst b.html)", False)
    without = bars.lighthouse_rows({"why": "lighthouse is not on the path"})
    assert {(r.figure, r.met) for r in without} == {("lighthouse is not on the path", None)}
    assert len(without) == len(rows) == 7


FAKE = """#!{python}
import json, os, sys, urllib.request
page = urllib.request.urlopen(sys.argv[1])
assert page.headers["Content-Encoding"] == "gzip" and "default-src 'none'" in page.headers["Content-Security-Policy"]
count = {count!r}
turn = os.path.getsize(count) if os.path.exists(count) else 0
open(count, "a").write("x")
score = [1, 0.5, 0.9][turn % 3]
audits = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"]
print(json.dumps({{"environment": {{"benchmarkIndex": 2000}}, "categories": {{name: {{"score": score}} for name in ["performance", "accessibility", "best-practices", "seo"]}},
                  "audits": {{name: {{"numericValue": 1000 + turn}} for name in audits}}}}))
"""


def test_lighthouse_takes_the_median_of_each_kind_of_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, programs = tmp_path / "site", tmp_path / "bin"
    for name, text in {"index.html": "a", "conditions/short.html": "b", "conditions/long.html": "b c d e f g h"}.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(f"<p>{text}</p>")
    assert lighthouse.pages(site) == {"home": "index.html", "condition": "conditions/long.html"}
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    assert lighthouse.measure(site) == {"why": "lighthouse is not on the path"}
    (programs / "lighthouse").write_text(FAKE.format(python=sys.executable, count=str(tmp_path / "count")))
    (programs / "lighthouse").chmod(0o755)
    found = lighthouse.measure(site, 3)
    assert {page: figures["performance"] for page, figures in found.items()} == {"index.html": 90, "conditions/long.html": 90}
    (programs / "lighthouse").write_text(f"#!{sys.executable}\nraise SystemExit('no browser')\n")
    with pytest.raises(RuntimeError, match="no browser"):
        lighthouse.measure(site, 1)


def test_served_as_a_host_does(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>home</p>" * 99)
    (tmp_path / "404.html").write_text("<p>not here</p>")
    with reader.served(tmp_path) as url:
        with urllib.request.urlopen(url) as answer:
            body = answer.read()
            assert answer.headers["Content-Encoding"] == "gzip"
            assert len(body) < 99
            assert gzip.decompress(body) == b"<p>home</p>" * 99
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(url + "none/at/all.html")
        assert (missing.value.code, gzip.decompress(missing.value.read())) == (404, b"<p>not here</p>")


def test_peers_get_what_they_need_and_say_why_they_cannot_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def fake(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> Cost:
        ran.append(command)
        if command[-1] == "zensical":
            raise Failed("pip install …: exit 1\nno network")
        return Cost(0, 0, 0)

    monkeypatch.setattr(peers, "run", fake)
    monkeypatch.setattr(peers.shutil, "which", lambda name: "/usr/bin/hugo" if name == "hugo" else None)
    found, why = peers.found(tmp_path / "peers")
    assert [(p.name, p.command[1:]) for p in found] == [("MkDocs Material", ["build", "-q", "-d", "site"]), ("Hugo", ["--quiet"])]
    assert why == {"Zensical": "could not be installed: no network", "mdBook": "not on the path"}
    folders = [str(tmp_path / "peers" / name) for name in ("mkdocs", "zensical")]
    assert [command[1:4] for command in ran] == [part for folder in folders for part in (["-m", "venv", folder], ["-m", "pip", "install"])]
    monkeypatch.setattr(peers.shutil, "which", lambda name: f"/usr/bin/{name}")
    made = {p.name: p for p in peers.found(tmp_path / "peers")[0]}
    (tmp_path / "docs").mkdir()
    for peer in made.values():
        peer.prepare(tmp_path, ["index", "a/b"])
    assert "name: material" in (tmp_path / "mkdocs.yml").read_text(encoding="utf-8")
    assert 'contentDir = "docs"' in (tmp_path / "hugo.toml").read_text(encoding="utf-8")
    assert "{{ .Content }}" in (tmp_path / "layouts" / "_default" / "single.html").read_text(encoding="utf-8")
    assert (tmp_path / "docs" / "SUMMARY.md").read_text(encoding="utf-8") == "# Summary\n\n- [index](index.md)\n- [a/b](a/b.md)\n"


def test_contestants_take_turns_on_the_same_pages(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, bool]] = []

    def fake(command: list[str], cwd: Path, env: dict[str, str]) -> Cost:
        ran.append((cwd.name, (cwd / "site").exists()))
        (cwd / "site").mkdir(exist_ok=True)
        return Cost(1.23456, 2, 3)

    monkeypatch.setattr(bench, "run", fake)
    peer = peers.Peer("Some Peer", ["peer"], lambda folder, names: None)
    made = bench.contestants(project, tmp_path, 40, [peer], {"A": "1"})
    assert [(w.name, w.cwd.name, w.steps) for w in made] == [
        ("ours", "ours", ("cold", "nothing", "page", "record")), ("stock", "stock", ("cold", "page")), ("stock, citations memoised", "stock", ("cold",)),
        ("Some Peer", "some-peer", ("cold", "nothing", "page")),
    ]  # fmt: skip
    assert made[2].env == {"A": "1", "BENCH_MEMOISED": "1"} and made[1].env == {"A": "1"}
    lines: list[str] = []
    costs = bench.builds(made, 2, lines.append)
    assert ran[:4] == [("ours", False), ("ours", True), ("ours", True), ("ours", True)]
    assert [name for name, _ in ran] == (["ours"] * 4 + ["stock"] * 3 + ["some-peer"] * 3) * 2
    assert ran[10] == ("ours", False), "a cold build begins without what was made"
    assert costs["ours"]["record"] == [{"cpu": 1.235, "wall": 2, "peak": 3}] * 2
    assert lines[0] == "  ours, cold: 1.2 s CPU, 2 s, 3 MB" and len(lines) == 20
    assert any("Bench edit 1." in p.read_text(encoding="utf-8") for p in (tmp_path / "some-peer" / "docs").rglob("*.md"))
    assert [w.name for w in bench.contestants(project, tmp_path, bench.LARGE, [], {})] == ["ours", "stock"]


def test_a_failed_build_ends_the_bench_and_figures_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[tuple[list[int], int, bool]] = []

    def measure(folder: Path, sizes: list[int], times: int, with_peers: bool, say: Any) -> dict[str, Any]:
        seen.append((sizes, times, with_peers))
        if times == 9:
            raise Failed("sphinx …: exit 2")
        return figures()

    monkeypatch.setattr(bench, "measure", measure)
    assert bench.main([str(tmp_path / "b"), "--times", "9"]) == 1
    assert capsys.readouterr().err == "sphinx …: exit 2\n"
    assert bench.main([str(tmp_path / "b"), "--quick", "--peers"]) == 0
    assert bench.main([str(tmp_path / "b"), "--sizes", "30,60"]) == 0
    assert seen == [([50, 200, 1000], 9, False), ([50, 200], 1, True), ([30, 60], 3, False)]
    data = json.loads((tmp_path / "b" / "bench.json").read_text(encoding="utf-8"))
    assert len(data["bars"]) == len(bars.build_rows(figures()) + bars.reading_rows(figures()))
    assert "Median CPU seconds" in capsys.readouterr().out
