"""Links to other sites: what a site says is sorted rightly, and “not checked” never looks like “broken”."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from handbook import outside
from handbook.outside import Answer, by_form, exceptions, problems_of, reachable, report, run, state_of

TODAY = date(2026, 11, 22)
STOP = threading.Event()


class Site(BaseHTTPRequestHandler):
    """A site that answers as its address says."""

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        if name == "slow":
            STOP.wait(20)
            return
        code = {"moved": 301, "for-now": 302, "refused": 403, "gone": 404, "many": 429, "fault": 500}.get(name, 200)
        self.send_response(code)
        if code in {301, 302}:
            self.send_header("Location", "/fine")
        if code == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class Server(ThreadingHTTPServer):
    """A server that lets all callers in at once, so that a busy machine does not look like a silent site."""

    request_queue_size = 64


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    STOP.clear()
    server = Server(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    STOP.set()
    server.shutdown()
    server.server_close()


NAMES = ("fine", "moved", "for-now", "refused", "gone", "many", "fault", "slow", "listed")


@pytest.fixture(scope="module")
def asked(site: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Answer], dict[str, Answer], list[str]]:
    """One run over a handbook of one page."""
    root = tmp_path_factory.mktemp("handbook")
    (root / "docs").mkdir()
    (root / "handbook" / "lists").mkdir(parents=True)
    settings = "linkcheck_timeout = 4\nlinkcheck_retries = 1\nlinkcheck_rate_limit_timeout = 1\nlinkcheck_workers = 4\n"
    (root / "docs" / "conf.py").write_text(f'extensions = ["myst_parser"]\n{settings}', encoding="utf-8")
    links = [f"[{name}]({site}/{name})" for name in NAMES if name != "listed"]
    links += [f"[listed]({site}/gone?listed)", "[right](https://doi.org/10.1000/abc)", "[wrong](https://doi.org/10.1/abc)",
              "[right](https://pubmed.ncbi.nlm.nih.gov/123/)", "[wrong](https://pubmed.ncbi.nlm.nih.gov/12x/)"]  # fmt: skip
    (root / "docs" / "index.md").write_text("# Page\n\n" + "\n\n".join(links) + "\n", encoding="utf-8")
    row = "gone\\?listed,away until spring,#12,2027-03-01"
    (root / outside.EXCEPTIONS).write_text(f"pattern,reason,issue,until\n{row}\n", encoding="utf-8")
    found, problems, online = run(root, root / "out", TODAY, network=lambda: True)
    assert online
    by_name = {a.address.removeprefix(site + "/"): a for a in found}
    return root, found, by_name, [f"{p.path}:{p.line} {p.code}" for p in problems]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("fine", "ok"), ("moved", "moved"), ("for-now", "ok"), ("refused", "refused"), ("gone", "broken"), ("many", "refused"), ("fault", "no-answer"),
        ("slow", "no-answer"), ("gone?listed", "excepted"), ("https://doi.org/10.1000/abc", "by-form"), ("https://doi.org/10.1/abc", "broken"),
        ("https://pubmed.ncbi.nlm.nih.gov/123/", "by-form"), ("https://pubmed.ncbi.nlm.nih.gov/12x/", "broken"),
    ],
)  # fmt: skip
def test_each_answer_is_sorted(asked: tuple[Path, list[Answer], dict[str, Answer], list[str]], name: str, state: str) -> None:
    assert asked[2][name].state == state, asked[2][name]


def test_only_broken_links_are_problems_each_at_its_line(asked: tuple[Path, list[Answer], dict[str, Answer], list[str]]) -> None:
    assert len(asked[1]) == 13
    lines = {n: asked[2][n].line for n in ("gone", "https://doi.org/10.1/abc", "https://pubmed.ncbi.nlm.nih.gov/12x/")}
    assert asked[3] == sorted(f"docs/index.md:{line} L016" for line in lines.values())
    assert lines["gone"] == 11
    assert {p.code for p in problems_of(asked[1])} == {"L016"}


def test_reports_say_the_same_to_people_and_programs(asked: tuple[Path, list[Answer], dict[str, Answer], list[str]]) -> None:
    text = (asked[0] / "out" / "report.md").read_text(encoding="utf-8")
    data = json.loads((asked[0] / "out" / "report.json").read_text(encoding="utf-8"))
    assert data["network"] is True and data["date"] == "2026-11-22"
    assert data["count"] == {"broken": 3, "moved": 1, "refused": 2, "no-answer": 2, "excepted": 1, "by-form": 2, "not-checked": 0, "ok": 2}
    assert len(data["links"]) == 13
    broken = text[text.index("## Broken") : text.index("## Moved for good")]
    assert "/gone>" in broken and "/refused" not in broken and "/slow" not in broken
    assert "away until spring (#12, until 2027-03-01)" in text
    assert text.index("## Broken") < text.index("## Not checked: the site refuses programs")


def test_without_a_network_nothing_is_broken_and_nothing_is_right(tmp_path: Path) -> None:
    found, problems, online = run(tmp_path, tmp_path / "out", TODAY, network=lambda: False)
    assert (found, problems, online) == ([], [], False)
    text = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "Not checked: there is no network here." in text
    assert "Broken" not in text and "Answers" not in text
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["network"] is False


def test_the_probe_asks_and_believes_the_answer(site: str) -> None:
    port = int(site.rpartition(":")[2])
    closed = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    free = closed.server_address[1]
    closed.server_close()
    assert reachable([("127.0.0.1", free), ("127.0.0.1", port)])
    assert not reachable([("127.0.0.1", free)])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,b,#1,2026-11-21", ["handbook/lists/link_exceptions.csv:2 L015"]),
        ("a,b,#1,2026-11-22", []),
        ("a,,#1,2027-01-01", ["handbook/lists/link_exceptions.csv:2 L015"]),
        ("a,b,,2027-01-01", ["handbook/lists/link_exceptions.csv:2 L015"]),
        ("a(,b,#1,2027-01-01", ["handbook/lists/link_exceptions.csv:2 L015"]),
        ("a,b,#1,soon", ["handbook/lists/link_exceptions.csv:2 L015"]),
        ("a,b,#1,2027-01-01\nb,c,#2,2025-01-01", ["handbook/lists/link_exceptions.csv:3 L015"]),
    ],
)
def test_exceptions_need_reason_issue_and_a_day_to_come(tmp_path: Path, rows: str, expected: list[str]) -> None:
    path = tmp_path / outside.EXCEPTIONS
    path.parent.mkdir(parents=True)
    path.write_text(f"pattern,reason,issue,until\n{rows}\n", encoding="utf-8")
    known, problems = exceptions(tmp_path, TODAY)
    assert [f"{p.path}:{p.line} {p.code}" for p in problems] == expected
    assert len(known) + len(problems) == rows.count("\n") + 1


def test_exceptions_with_a_wrong_first_line(tmp_path: Path) -> None:
    path = tmp_path / outside.EXCEPTIONS
    path.parent.mkdir(parents=True)
    path.write_text("pattern,why\nx,y\n", encoding="utf-8")
    assert [p.code for p in exceptions(tmp_path, TODAY)[1]] == ["L015"]


def test_our_own_exceptions_are_in_order() -> None:
    root = Path(__file__).parents[1]
    assert exceptions(root, TODAY) == ([], [])
    assert (root / outside.EXCEPTIONS).read_text(encoding="utf-8") == "pattern,reason,issue,until\n"


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("https://doi.org/10.1016/j.pain.2009.06.023", False), ("https://doi.org/10.1002/(SICI)1097%3C1::AID-X%3E3.0.CO;2-Z", False),
        ("https://doi.org/10.1016/", True), ("https://doi.org/11.1016/x", True), ("https://doi.org/", True),
        ("https://pubmed.ncbi.nlm.nih.gov/19604642/", False), ("https://pubmed.ncbi.nlm.nih.gov/196046421/", True),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=ketamine", True),
    ],
)  # fmt: skip
def test_dois_and_pubmed_numbers_by_form(address: str, wrong: bool) -> None:
    assert bool(by_form(address)) is wrong


@pytest.mark.parametrize(
    ("status", "code", "info", "state"),
    [
        ("broken", 0, "403 Client Error: Forbidden for url: x", "refused"), ("broken", 0, "404 Client Error: Not Found for url: x", "broken"),
        ("broken", 0, "410 Client Error: Gone for url: x", "broken"), ("broken", 0, "502 Server Error: Bad Gateway", "no-answer"),
        ("broken", 0, "HTTPSConnectionPool(host='x'): Failed to resolve 'x'", "broken"), ("timeout", 0, "", "no-answer"),
        ("broken", 0, "('Connection aborted.', RemoteDisconnected('x'))", "no-answer"), ("broken", 0, "Anchor 'x' not found", "broken"),
        ("redirected", 308, "x", "moved"), ("redirected", 303, "x", "ok"), ("working", 200, "", "ok"), ("rate-limited", 0, "", "refused"),
    ],
)  # fmt: skip
def test_answers_of_real_sites(status: str, code: int, info: str, state: str) -> None:
    assert state_of(status, code, info) == state


def test_words_from_outside_cannot_format_the_report() -> None:
    text = report([Answer("docs/a.md", 3, "https://x.org", "broken", "@all [x](y) <b>`c`")], TODAY, True)
    assert text.splitlines()[-1] == "- `docs/a.md:3` <https://x.org>:  all  x (y)  b  c "


def test_a_build_that_fails_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "conf.py").write_text("1/0\n", encoding="utf-8")
    monkeypatch.setattr(outside, "reachable", lambda: True)
    monkeypatch.setattr(run, "__defaults__", (lambda: True,))
    assert outside.command(tmp_path, tmp_path / "out", "text") == 2
    assert "could not be checked" in capsys.readouterr().err
    assert not (tmp_path / "out" / "report.json").exists()


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [Answer("docs/a.md", 3, "https://x.org", "broken", "404")]
    monkeypatch.setattr(outside, "run", lambda *_: (broken, problems_of(broken), True))
    assert outside.command(tmp_path, tmp_path, "text") == 1
    assert "docs/a.md:3: L016 https://x.org: 404" in capsys.readouterr().out
    monkeypatch.setattr(outside, "run", lambda *_: ([], [], False))
    assert outside.command(tmp_path, tmp_path, "text") == 0
    assert "not checked: no network here" in capsys.readouterr().out
