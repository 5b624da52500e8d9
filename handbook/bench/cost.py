"""What a command costs, by the operating system's accounting: CPU seconds of it and of its children, and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """CPU (user and system) and wall time in seconds; the largest process's peak memory in MB (10^6 bytes)."""

    cpu: float
    wall: float
    peak: float


class Failed(RuntimeError):
    """A command ended with an error; the message holds the end of what it said."""


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None) -> Cost:
    """Run *command* in *cwd* with *env* added to the environment; raise `Failed` when it fails."""
    log = cwd / "last-command.log"
    start = time.monotonic()
    with log.open("wb") as out:
        child = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=out, stderr=subprocess.STDOUT)
        # The usage of this one child and of all that it waited for; `getrusage` would add up every child since the start.
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if child.returncode:
        raise Failed(f"{' '.join(command[:6])} …: exit {child.returncode}\n{log.read_text(encoding='utf-8', errors='replace')[-1500:]}")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, KiB elsewhere
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * unit / 1e6)
