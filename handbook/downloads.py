"""Make every file to download into one folder: books, leaflets, e-book, offline site; `python -m handbook.downloads FOLDER`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from handbook import epub
from handbook.project import Project
from handbook.render.downloads import BOOK
from handbook.typst import leaflets

ROOT = Path(__file__).parents[1]


def sphinx(builder: str, out: Path, work: Path, *settings: str) -> None:
    """Run one Sphinx builder over the docs; raise `CalledProcessError` when it fails."""
    options = [part for setting in settings for part in ("-D", setting)]
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-b", builder, "-d", str(work / "doctrees"), *options]
    subprocess.run([*command, str(ROOT / "docs"), str(out)], check=True, cwd=ROOT)


def pack(folder: Path, target: Path, seconds: int) -> None:
    """Write *folder* as a ZIP: sorted, every file with the date of the edition."""
    stamp = datetime.fromtimestamp(seconds, UTC).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != ".buildinfo"):
            info = zipfile.ZipInfo(f"{BOOK}/{path.relative_to(folder).as_posix()}", stamp)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, path.read_bytes())


def make(folder: Path, work: Path) -> list[Path]:
    """Make all files into *folder*, using *work* for what is in between; replace the folder only when all are there."""
    fresh = work / "downloads"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for paper, name in (("a4", f"{BOOK}.pdf"), ("us-letter", f"{BOOK}-letter.pdf")):
        out = work / f"pdf-{paper}"
        sphinx("pdf", out, work, f"handbook_paper={paper}")
        shutil.copyfile(next(out.glob("*.pdf")), fresh / name)
    _, problems = leaflets.build(Project.read(ROOT), fresh, leaflets.base_address(ROOT))
    if problems:
        raise SystemExit("\n".join(f"{p.path}:{p.line}: {p.code} {p.message}" for p in problems))
    shutil.copyfile(epub.build(ROOT, work / "epub"), fresh / f"{BOOK}.epub")
    sphinx("html", work / "html", work)
    pack(work / "html", fresh / f"{BOOK}-site.zip", epub.epoch(ROOT))
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(fresh, folder)
    return sorted(folder.iterdir())


def main(argv: list[str]) -> int:
    """Make the files; say what and how large."""
    folder, start = Path(argv[0] if argv else "build/downloads"), time.perf_counter()
    try:
        made = make(folder, folder.parent / "downloads-work")
    except subprocess.CalledProcessError as error:
        return error.returncode or 1
    for path in made:
        print(f"{path} ({path.stat().st_size / 1024:.0f} KiB)")
    print(f"{len(made)} files in {time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
