"""Write requirements/*.txt from pyproject.toml: exact versions, hashes, no addresses. `nox -s lock` runs it.

What pyproject.toml does not name keeps the version it has: `-- NAME …` lets these move, `-- --upgrade` all of it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

HERE = Path(__file__).parent
GROUPS = ("nox", "check", "docs", "live", "tests", "quality")


def kept(project: str, locked: str, moving: Collection[str]) -> list[str]:
    """The lines of requirements files for packages that neither *project* declares nor *moving* names."""
    declared = set(re.findall(r'^ +"([a-z0-9-]+)==', project, re.M))
    held = set(re.findall(r"^(([a-z0-9-]+)(?:\[[^]]*\])?==[^\\\n]*?) *\\?$", locked, re.M))
    return sorted({line for line, name in held if name not in declared.union(moving)})


def main(args: list[str]) -> int:
    """Ask uv for each group; the exit code of the first that cannot be solved."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"  # beside nox by requirements/nox.txt, also where the path does not name it
    project = (HERE.parent / "pyproject.toml").read_text(encoding="utf-8")
    if "--upgrade" not in args:
        locked = "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.txt")))
        keep = json.dumps(kept(project, locked, args), indent=2)
        project = project.replace("[tool.uv]\n", f"[tool.uv]\nconstraint-dependencies = {keep}\n")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(project, encoding="utf-8", newline="\n")
        for name in GROUPS:
            command = (uv, "export", "--format", "requirements-txt", "--directory", folder, "--only-group", name, "--no-header", "--no-annotate", "-q")
            if code := subprocess.run((*command, "-o", f"{name}.txt"), check=False).returncode:
                return code
        for name in GROUPS:  # only now: a group that cannot be solved leaves all files as they were
            shutil.copyfile(Path(folder, f"{name}.txt"), HERE / f"{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
