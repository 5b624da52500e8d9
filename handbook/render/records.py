"""Roles that print one record: finding, clinical, fact, fact-clinical, harm, regimen, position, claim."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from handbook import words
from handbook.model import Evidence, Finding
from handbook.problems import nearest
from handbook.project import Project
from handbook.render.base import build_of, doc_link, log, project_of
from handbook.render.citing import cite
from handbook.render.nodes import badge


def reasons(finding: Finding, evidence: Evidence) -> list[str]:
    """Why a finding has its certainty: meaning, each step down, who graded, when searched."""
    out = [words.CERTAINTY_MEANING[finding.certainty]]
    for step in finding.downgrades:
        why = words.fill(step.why, evidence, finding)
        out.append(f"{words.DOMAIN_LABEL[step.domain]}, down {step.steps}: {why}")
    if finding.basis == "published" and finding.graded_by in evidence.source:
        source = evidence.source[finding.graded_by]
        from handbook.render.citing import authors, year

        out.append(f"Graded by {authors(source, 1)}, {year(source)}.")
    elif finding.certainty != "none":
        out.append("Graded by us with GRADE; not checked by a health professional.")
    out.append(f"Evidence searched to {finding.searched.isoformat()}.")
    return out


def badge_of(finding: Finding, evidence: Evidence) -> badge:
    """The badge of a finding: words and symbol, never color alone."""
    label = words.CERTAINTY_LABEL[finding.certainty]
    text = f"{label} {words.CERTAINTY_SYMBOL[finding.certainty]}"
    return badge("", text, level=finding.certainty, reasons=reasons(finding, evidence), finding=finding.id)


def keys_of(finding: Finding, evidence: Evidence) -> tuple[str, ...]:
    """The sources of a finding, its studies' and harms' among them, each once."""
    keys = list(finding.sources)
    keys += [evidence.study[s].source for s in finding.studies if s in evidence.study]
    keys += [evidence.harm[h].source for h in finding.harms if h in evidence.harm]
    return tuple(k for k in dict.fromkeys(keys) if k in evidence.source)


class RecordRole(SphinxRole):
    """Print the record named by the role's text."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__()
        self.role, self.kind = name, kind

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Print sentence, badge and marks; an unknown id warns with its line and the nearest ids."""
        project = project_of(build_of(self.env))
        key = self.text.strip()
        known = project.evidence.of(self.kind)
        if key not in known:
            message = f"no {self.kind} {key!r}. {nearest(key, known)}"
            log.warning(message, location=(self.env.docname, self.lineno), type="handbook")
            return [], []
        try:
            return self.nodes(project, key), []
        except words.Unfilled as error:
            log.warning(f"{key}: placeholder {error} cannot be filled", location=(self.env.docname, self.lineno), type="handbook")
            return [], []

    def nodes(self, project: Project, key: str) -> list[nodes.Node]:
        """The nodes for one record."""
        e = project.evidence
        match self.role:
            case "finding" | "clinical":
                f = e.finding[key]
                text = words.plain_sentence(f, e) if self.role == "finding" else words.clinical_sentence(f, e)
                sentence = nodes.inline("", text, classes=["hb-sentence"])
                return [sentence, *cite(self.inliner, self.lineno, keys_of(f, e)), nodes.Text(" "), badge_of(f, e)]
            case "fact" | "fact-clinical":
                fact = e.fact[key]
                text = fact.clinical if self.role == "fact-clinical" and fact.clinical else words.fact_text(fact)
                found: list[nodes.Node] = [nodes.Text(text), *cite(self.inliner, self.lineno, fact.sources)]
                if fact.support and fact.topic in {"mechanism", "placebo"}:
                    found += [nodes.Text(" "), nodes.inline("", f"{fact.support}, studied in {fact.studied_in}", classes=["hb-support", f"hb-{fact.support}"])]
                return found
            case "harm":
                harm = e.harm[key]
                return [nodes.Text(words.harm_sentence(harm, e)), *cite(self.inliner, self.lineno, (harm.source,))]
            case "regimen":
                regimen = e.regimen[key]
                return [nodes.Text(words.regimen_text(regimen)), *cite(self.inliner, self.lineno, (regimen.source,))]
            case "position":
                position = e.position[key]
                return [nodes.Text(words.position_text(position)), *cite(self.inliner, self.lineno, (position.source,))]
        claim = e.claim[key]
        link = doc_link("", f"{words.VERDICT_LABEL[claim.verdict]} {words.VERDICT_SYMBOL[claim.verdict]}", f"claim-{key}", self.env.docname)
        return [nodes.Text(f"{claim.fact} (“{claim.claim}” "), link, nodes.Text(")")]


def setup(app: Sphinx) -> None:
    """Register the roles."""
    for name, kind in (
        ("finding", "finding"), ("clinical", "finding"), ("fact", "fact"), ("fact-clinical", "fact"), ("harm", "harm"),
        ("regimen", "regimen"), ("position", "position"), ("claim", "claim"),
    ):  # fmt: skip
        app.add_role(name, RecordRole(name, kind))
