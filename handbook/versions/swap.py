"""One run at a time, and a new site in place of the old one in a single step."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_AT_FDCWD, _EXCHANGE = -100, 2
NEW, OLD = ".site-new-", ".site-old-"


@contextlib.contextmanager
def locked(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of *folder*; wait while another run has it. The system lets go of it however a run ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+", encoding="ascii") as file:
        waiting = False
        while not _try(file.fileno()):
            if not waiting:
                file.seek(0)
                say(f"another run is at work (process {file.read().strip() or 'unknown'}); waiting for it to end")
                waiting = True
            time.sleep(0.1)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _try(handle: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1 << 20, os.SEEK_SET)  # a byte that nobody reads, so that the process number stays readable
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def recover(site: Path) -> None:
    """Clear what a killed run left; where it died between two renames, put the old site back."""
    olds = sorted(site.parent.glob(OLD + "*"))
    if olds and not site.exists():
        olds[-1].rename(site)
    for folder in (*site.parent.glob(NEW + "*"), *site.parent.glob(OLD + "*")):
        shutil.rmtree(folder, ignore_errors=True)


def replace(new: Path, site: Path) -> None:
    """Put the folder *new* in the place of *site*.

    Where the system can exchange two names in one call (Linux), there is no moment without a whole site; elsewhere there
    are two renames, and `recover` mends a death between them.
    """
    if not site.exists():
        new.rename(site)
        return
    if exchange(new, site):
        shutil.rmtree(new, ignore_errors=True)
        return
    old = site.parent / f"{OLD}{os.getpid()}"
    site.rename(old)
    try:
        new.rename(site)
    except OSError:
        old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, two: Path) -> bool:
    """Swap two names in one system call; false where that cannot be done."""
    if sys.platform != "linux":
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return bool(call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(two), _EXCHANGE) == 0)


def write(path: Path, text: str) -> None:
    """Write a small file so that readers see the old or the new text, never half of it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
