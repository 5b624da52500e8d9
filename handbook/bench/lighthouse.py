"""Lighthouse on every kind of page, as a phone on a slow network sees it; `python -m handbook.bench.lighthouse SITE [TIMES]`.

Lighthouse is a program of its own (npm's `lighthouse`); where it is not on the path, nothing is measured and the table says so.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from handbook.bench import reader

TIMES = 5
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
AUDITS = {"lcp": "largest-contentful-paint", "blocking": "total-blocking-time", "shift": "cumulative-layout-shift"}
# Kinds of page and where they lie; of each kind the page with the most bytes on the wire is measured.
KINDS = {
    "home": ("index.html",),
    "first steps": ("start/*.html",),
    "mechanism": ("mechanism/*.html",),
    "condition": ("conditions/*.html",),
    "treatment": ("treatment/*.html",),
    "safety": ("safety/*.html",),
    "access": ("access/*.html",),
    "evidence": ("evidence/*.html", "evidence/findings/*.html", "evidence/studies/*.html"),
    "claims": ("evidence/claims.html", "evidence/claims/*.html"),
    "questions": ("faq.html", "faq/*.html"),
    "glossary": ("glossary.html", "glossary/*.html"),
    "references": ("references.html", "references/*.html"),
    "about": ("about/*.html",),
    "contributing": ("contributing/*.html",),
    "changes": ("changes/*.html",),
    "download": ("download.html",),
    "index": ("genindex.html",),
    "search": ("search.html",),
    "not found": ("404.html",),
}


def pages(site: Path) -> dict[str, str]:
    """Kind → address of its heaviest page; kinds without a page are left out."""
    found = {kind: [p for pattern in patterns for p in sorted(site.glob(pattern))] for kind, patterns in KINDS.items()}
    return {kind: max(paths, key=reader.packed).relative_to(site).as_posix() for kind, paths in found.items() if paths}


def once(program: str, address: str) -> dict[str, float]:
    """Scores (0 to 100), milliseconds to the largest paint and of blocking, layout shift, and Lighthouse's index of this machine's speed.

    With an index far under 1500 the machine is busy, and times are longer than a reader's. `RuntimeError` when the run fails.
    """
    flags = ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
    chrome = {"CHROME_PATH": found} if (found := reader.chromium()) else {}
    done = subprocess.run([program, address, *flags], capture_output=True, text=True, check=False, env={**os.environ, **chrome})
    if done.returncode:
        raise RuntimeError(f"lighthouse {address}: {done.stderr.strip()[-400:]}")
    report = json.loads(done.stdout)
    out = {"machine": float(report["environment"]["benchmarkIndex"])}
    out |= {name: 100 * (report["categories"][name]["score"] or 0) for name in CATEGORIES}
    return out | {name: float(report["audits"][audit]["numericValue"]) for name, audit in AUDITS.items()}


def measure(site: Path, times: int = TIMES) -> dict[str, Any]:
    """Page → median of each figure over *times* runs; `{"why": …}` where Lighthouse is not on the path."""
    program = shutil.which("lighthouse")
    if program is None:
        return {"why": "lighthouse is not on the path"}
    out: dict[str, Any] = {}
    with reader.served(site) as url:
        for page in pages(site).values():
            runs = [once(program, url + page) for _ in range(times)]
            out[page] = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            print(f"  {page}: " + ", ".join(f"{name} {value:.4g}" for name, value in out[page].items()), flush=True)
    return out


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else TIMES)
