"""How much the tests reach and notice, held to bars: `python tests/score.py coverage BUILD` and `… mutate BUILD`.

Coverage is read from the JSON report of coverage.py, by lines and by branches apart, since that tool knows one bar for both.
Mutants are read from the folder of mutmut. A mutant counts as noticed when a test failed, or ran on without end, because of it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

LINES, BRANCHES, MUTANTS = 95.0, 90.0, 80.0
PARTS = ("handbook/checks", "handbook/model")
NOTICED = frozenset({1, 3, 24, -24, 36, 152, 255})  # exit codes in mutmut's files: failed, and the ways to run out of time


def share(part: int, whole: int, empty: float) -> float:
    """Percent; *empty* where there is nothing to reach."""
    return 100 * part / whole if whole else empty


def coverage(path: Path) -> tuple[list[str], bool]:
    """Lines to print, and whether both bars are met; single files under a bar are listed."""

    def reached(found: dict[str, int]) -> tuple[float, float]:
        return share(found["covered_lines"], found["num_statements"], 100), share(found["covered_branches"], found["num_branches"], 100)

    def met(found: dict[str, int]) -> bool:
        lines, branches = reached(found)
        return lines >= LINES and branches >= BRANCHES

    def line(name: str, found: dict[str, int]) -> str:
        return "{}: {:.1f} % of lines, {:.1f} % of branches".format(name, *reached(found))

    report = json.loads(path.read_text(encoding="utf-8"))
    totals = report["totals"]
    if not totals["num_statements"]:
        return ["nothing was measured"], False
    weak = [line(name, row["summary"]) for name, row in sorted(report["files"].items()) if not met(row["summary"])]
    return [*weak, f"{line('all files', totals)} (at least {LINES:.0f} % and {BRANCHES:.0f} %)"], met(totals)


def mutants(folder: Path) -> tuple[list[str], bool]:
    """Lines to print, and whether each part meets its bar."""
    out, good = [], True
    for part in PARTS:
        codes = [
            code
            for path in sorted(folder.rglob("*.meta"))
            if path.relative_to(folder).as_posix().startswith(part)
            for code in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].values()
        ]
        noticed = sum(code in NOTICED for code in codes)
        out.append(f"{part}: {noticed} of {len(codes)} mutants noticed, {share(noticed, len(codes), 0):.1f} % (at least {MUTANTS:.0f} %)")
        good = good and share(noticed, len(codes), 0) >= MUTANTS
    return out, good


def run(name: str, build: Path) -> tuple[list[str], bool]:
    """Run the tests for one score, reports in the folder *build*; what to print, and whether it is met."""
    if name == "coverage":
        report = build / "coverage" / "coverage.json"
        subprocess.run([sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "--cov", "--cov-report", f"json:{report}"], check=True)
        return coverage(report)
    shutil.rmtree("mutants", ignore_errors=True)  # a mutant is judged anew only where its own function changed
    subprocess.run(["mutmut", "run"], check=True)
    return mutants(Path("mutants"))


if __name__ == "__main__":
    said, met = run(sys.argv[1], Path(sys.argv[2]))
    print(*said, sep="\n")
    sys.exit(0 if met else 1)
