"""Workflows: least privilege, fixed actions, no way in from a fork, and every session of the docs is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOST = ROOT / ".github"
FILES = sorted((HOST / "workflows").glob("*.yml"))
# What a job may have beyond reading, and why: each is a job that runs no code of the repository.
MORE = {
    ("links.yml", "tell"): {"issues": "write"},
    ("reviews.yml", "tell"): {"issues": "write"},
    ("release.yml", "draft"): {"contents": "write"},
    ("pages.yml", "deploy"): {"pages": "write", "id-token": "write"},
}
# Sessions that no workflow needs to run: `lock` changes files, and is followed by a pull request that runs the rest.
BY_HAND = {"lock"}
# What somebody outside can choose: never part of a command, only of an environment variable.
OUTSIDE = re.compile(r"\$\{\{[^}]*\b(?:github\.(?:event|head_ref|ref_name|ref|actor|triggering_actor)|inputs|matrix|vars|secrets|steps|needs)\b[^}]*\}\}")


def load(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["on"] = data.pop(True, data.get("on"))  # YAML 1.1 reads the key `on` as a truth value
    return data  # type: ignore[no-any-return]


WORKFLOWS = {path.name: load(path) for path in FILES}
JOBS = [(name, job, data["jobs"][job]) for name, data in WORKFLOWS.items() for job in data["jobs"]]
STEPS = [(name, job, step) for name, job, data in JOBS for step in data["steps"]]


def faults(data: dict[str, Any], name: str = "x.yml") -> Iterator[str]:
    """What is wrong with one workflow, by the rules of this file."""
    triggers = data["on"] if isinstance(data["on"], dict) else dict.fromkeys([data["on"]] if isinstance(data["on"], str) else data["on"])
    if set(triggers) & {"pull_request_target", "workflow_run", "issue_comment"}:
        yield "trigger with rights for outsiders"
    if data.get("permissions") not in ({}, {"contents": "read"}):
        yield "default permissions"
    if "concurrency" not in data:
        yield "no concurrency"
    for job, body in data["jobs"].items():
        granted = body.get("permissions", data.get("permissions"))
        allowed = MORE.get((name, job), {"contents": "read"})
        if not isinstance(granted, dict) or any(allowed.get(k) != v for k, v in granted.items()):
            yield f"{job}: permissions {granted}"
        if not isinstance(body.get("timeout-minutes"), int):
            yield f"{job}: no timeout"
        writes = isinstance(granted, dict) and "write" in granted.values()
        for step in body["steps"]:
            uses, run = step.get("uses", ""), step.get("run", "")
            if uses and not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", uses):
                yield f"{job}: {uses} is not fixed by commit"
            if uses.startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
                yield f"{job}: checkout keeps the token"
            if OUTSIDE.search(run):
                yield f"{job}: text from outside in a command"
            if writes and (uses.startswith("actions/checkout@") or re.search(r"\b(?:python|pip|nox|pipx|uv)\b", run)):
                yield f"{job}: writes, and runs code of the repository"
            if "secrets." in str(step) and "pull_request" in triggers:
                yield f"{job}: a secret in a workflow for pull requests"


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_each_workflow_keeps_the_rules(name: str) -> None:
    assert list(faults(WORKFLOWS[name], name)) == []


GOOD = """
on: {pull_request: null}
permissions: {contents: read}
concurrency: {group: x}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: {persist-credentials: false}
      - run: nox -s check
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("pull_request: null", "pull_request_target: null", "trigger with rights for outsiders"),
        ("permissions: {contents: read}", "permissions: write-all", "default permissions"),
        ("permissions: {contents: read}", "permissions: {contents: write}", "default permissions"),
        ("permissions: {contents: read}\n", "", "default permissions"),
        ("concurrency: {group: x}\n", "", "no concurrency"),
        ("    timeout-minutes: 5\n", "", "one: no timeout"),
        ("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7", "one: actions/checkout@v7 is not fixed by commit"),
        ("{persist-credentials: false}", "{fetch-depth: 0}", "one: checkout keeps the token"),
        ("nox -s check", "echo ${{ github.event.pull_request.title }}", "one: text from outside in a command"),
        ("nox -s check", "echo ${{ github.head_ref }}", "one: text from outside in a command"),
        ("nox -s check", "echo ${{ inputs.version }}", "one: text from outside in a command"),
        ("    timeout-minutes: 5\n", "    timeout-minutes: 5\n    permissions: {issues: write}\n", "one: permissions {'issues': 'write'}"),
        ("    timeout-minutes: 5\n", "    timeout-minutes: 5\n    permissions: {issues: write}\n", "one: writes, and runs code of the repository"),
        ("- run: nox -s check", "- run: nox\n        env: {T: '${{ secrets.X }}'}", "one: a secret in a workflow for pull requests"),
    ],
)
def test_each_rule_finds_its_fault(old: str, new: str, fault: str) -> None:
    def read(text: str) -> dict[str, Any]:
        data = yaml.safe_load(text)
        return data | {"on": data[True]}

    assert list(faults(read(GOOD))) == []
    assert old in GOOD
    assert fault in list(faults(read(GOOD.replace(old, new))))


def test_fixed_actions_say_which_version_they_are() -> None:
    for path in FILES:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                assert re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), f"{path.name}: {line.strip()}"


def test_one_action_has_one_commit_in_our_workflows() -> None:
    found: dict[str, set[str]] = {}
    for name, _, step in STEPS:
        if step.get("uses") and name != "pages.yml":
            action, _, commit = step["uses"].partition("@")
            found.setdefault(action, set()).add(commit)
    assert {action: len(commits) for action, commits in found.items()} == dict.fromkeys(found, 1)
    assert len(found) >= 4


def run_by_workflows() -> set[str]:
    text = "\n".join(str(step.get("run", "")) for _, _, step in STEPS)
    out: set[str] = set()
    for match in re.finditer(r"nox -s ([\w ]+?)(?= --|\n|$| #)", text):
        out |= set(match[1].split())
    return out


def test_every_session_named_in_the_docs_is_run_by_a_workflow() -> None:
    sessions = set(re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.M))
    pages = [ROOT / "README.md", ROOT / "MAINTAINING.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "contributing").glob("*.md"))]
    named = {name for page in pages for name in re.findall(r"nox -s (\w+)", page.read_text(encoding="utf-8"))}
    assert named - sessions == set()
    assert len(named) >= 10
    assert named - run_by_workflows() - BY_HAND == set()
    assert run_by_workflows() - sessions == set()


def test_checks_run_on_three_systems_and_annotate_pull_requests() -> None:
    data = WORKFLOWS["checks.yml"]
    systems = {name.partition("-")[0] for name in data["jobs"]["systems"]["strategy"]["matrix"]["system"]}
    assert systems == {"ubuntu", "macos", "windows"}
    assert set(data["on"]) == {"pull_request", "push"}
    runs = [step.get("run", "") for step in data["jobs"]["words"]["steps"]]
    assert "python -m nox -s check -- --all --format github" in runs
    assert "python -m nox -s spelling -- --format github" in runs


def test_packages_are_installed_with_hashes_only() -> None:
    for name, job, step in STEPS:
        for line in str(step.get("run", "")).splitlines():
            if "pip install" in line:
                assert "--require-hashes -r requirements/" in line, (name, job, line)
            if "pipx run" in line:
                assert re.search(r"pipx run [\w-]+==[\d.]+ ", line), (name, job, line)


def test_issue_forms_ask_for_no_health_facts_and_are_complete() -> None:
    forms = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((HOST / "ISSUE_TEMPLATE").glob("*.yml"))}
    assert forms.pop("config")["blank_issues_enabled"] is True
    assert set(forms) == {"wrong-statement", "new-evidence", "hard-to-read", "broken-link", "access-problem"}
    for name, form in forms.items():
        assert form["name"] and form["description"] and form["labels"], name
        assert form["body"][0]["type"] == "markdown"
        assert "write nothing about your own health" in form["body"][0]["attributes"]["value"], name
        fields = form["body"][1:]
        assert len({f["id"] for f in fields}) == len(fields) >= 3, name
        assert any(f["validations"]["required"] for f in fields) and all(f["attributes"]["label"] for f in fields), name
    assert forms["wrong-statement"]["body"][-1]["attributes"]["options"] == ["No", "Yes", "I do not know"]


def test_owners_are_roles_and_their_paths_exist() -> None:
    roles = set()
    for line in (HOST / "CODEOWNERS").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        path, *owners = line.split()
        assert path == "*" or (ROOT / path.strip("/")).exists(), path
        assert owners and all(re.fullmatch(r"@OWNER/[a-z]+", owner) for owner in owners), line
        roles |= set(owners)
    assert roles == {f"@OWNER/{role}" for role in ("maintainers", "editors", "medicine", "methods", "code")}


def test_pull_request_forms_for_each_kind_of_change() -> None:
    assert {p.name for p in (HOST / "PULL_REQUEST_TEMPLATE").glob("*.md")} == {"words.md", "evidence.md", "code.md"}
    default = (HOST / "PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    assert all(f"template={name}.md" in default for name in ("words", "evidence", "code"))


def test_updates_of_packages_and_actions_are_offered() -> None:
    data = yaml.safe_load((HOST / "dependabot.yml").read_text(encoding="utf-8"))
    assert {u["package-ecosystem"] for u in data["updates"]} == {"github-actions", "pip"}
