"""Tables made from records: summary of findings, frequencies, regimens, cautions, guideline positions, studies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from handbook import words
from handbook.asked import listed, select
from handbook.model import Condition, Finding, Harm, Study
from handbook.pages import Page
from handbook.project import Project
from handbook.render.base import RecordDirective, doc_link, ids, para, table
from handbook.render.citing import cite
from handbook.render.nodes import badge
from handbook.render.records import badge_of, keys_of, reasons

MAX_OUTCOMES = 7
ORDER = {name: n for n, name in enumerate(words.OUTCOME_LABEL)}
LEVELS = ("high", "moderate", "low", "very-low", "none")


class TableDirective(RecordDirective):
    """A table of records with options to choose them."""

    option_spec: ClassVar[dict[str, Any]] = {"ids": directives.unchanged, "caption": directives.unchanged, "condition": directives.unchanged,
                   "route": directives.unchanged, "setting": directives.unchanged, "effect": directives.unchanged,
                   "category": directives.unchanged, "outcome": directives.unchanged, "all": directives.flag}  # fmt: skip

    def notes(self, *keys: str) -> list[nodes.Node]:
        """Note marks for sources."""
        return cite(self.state.memo.inliner, self.lineno, tuple(k for k in keys if k in self.project.evidence.source))

    def cell(self, text: str, *keys: str) -> list[nodes.Node]:
        """A cell of words with note marks."""
        return [para(text, *self.notes(*keys))]

    def matching(self, kind: str, *names: str) -> list[Any]:
        """The records of *kind* with the values that the options ask for."""
        return select(self.project.evidence, kind, **{n: ids(self.options[n]) for n in names if self.options.get(n)})


def chosen(findings: Iterable[Finding]) -> list[Finding]:
    """At most seven outcomes, benefits then harms, at least two harms kept where there are any."""
    ordered = sorted(findings, key=lambda f: (f.kind == "harm", ORDER[f.outcome], LEVELS.index(f.certainty), f.id))
    harms = [f for f in ordered if f.kind == "harm"]
    benefits = [f for f in ordered if f.kind == "benefit"]
    room = MAX_OUTCOMES - min(len(harms), 3)
    kept = benefits[:room]
    return kept + harms[: MAX_OUTCOMES - len(kept)]


def numbers_of(f: Finding, project: Project) -> str:
    """What was found, in numbers: shares with and without, or the effect of the one study it rests on."""
    if f.numbers:
        n = f.numbers
        text = f"{words.share(n.with_)} out of {n.per} with"
        if n.without is not None:
            text += f", {words.share(n.without)} out of {n.per} without"
        return text + (f" ({n.time})" if n.time else "")
    if f.certainty in {"none"}:
        return "No studies found"
    for key in f.studies:
        study = project.evidence.study.get(key)
        if study and study.effect is not None and study.measure:
            scale = f" on a scale of {study.scale.replace('-', ' to ')}" if study.scale in {"0-10", "0-100"} else ""
            return words.effect_text(study) + scale
    return "No number that can be shown"


class SummaryOfFindings(TableDirective):
    """`summary-of-findings`: outcome by outcome, benefits and harms, with certainty."""

    def run(self) -> list[nodes.Node]:
        """Print the table; outcomes without data keep their row."""
        known = self.project.evidence.finding
        wanted = ids(self.options.get("ids"))
        if wanted:
            found = [known[i] for i in wanted if i in known][:MAX_OUTCOMES]
        else:
            found = chosen(self.matching("finding", "condition", "route", "outcome"))
        if not found:
            return self.warn("summary-of-findings: no finding fits the options")
        caption = self.options.get("caption") or "What the studies found"
        return [self.table_of(found, caption)]

    def table_of(self, found: list[Finding], caption: str) -> nodes.Node:
        """One row a finding."""
        e = self.project.evidence
        rows = []
        for f in found:
            outcome = words.OUTCOME_LABEL[f.outcome] + (f" ({f.time})" if f.time else "")
            sentence = self.cell(words.plain_sentence(f, e), *keys_of(f, e))
            rows.append([outcome, sentence, numbers_of(f, self.project), [para(badge_of(f, e))]])
        return table(["Outcome", "What was found", "In numbers", "Certainty"], rows, caption, [20, 40, 22, 18], ["hb-sof"])


class Frequencies(TableDirective):
    """`frequencies`: how often an unwanted effect was seen, by setting, never mixed."""

    def run(self) -> list[nodes.Node]:
        """Print one table a setting."""
        known = self.project.evidence.harm
        wanted = ids(self.options.get("ids"))
        found = [known[i] for i in wanted if i in known] if wanted else self.matching("harm", "setting", "outcome", "route")
        if not found:
            return self.warn("frequencies: no harm fits the options")
        settings = list(dict.fromkeys(h.setting for h in found))
        caption = self.options.get("caption") or "How often"
        return [
            self.table_of([h for h in found if h.setting == s], caption if len(settings) == 1 else f"{caption}: {words.SETTING_LABEL[s].lower()}")
            for s in settings
        ]

    def table_of(self, found: list[Harm], caption: str) -> nodes.Node:
        """One row a frequency; both groups where a trial had both."""

        def seen(value: object, h: Harm) -> str:
            return f"{words.share(value)} out of {h.per}" if value is not None and h.per else "not given"  # type: ignore[arg-type]

        rows = [
            [h.effect, self.cell(words.harm_sentence(h, self.project.evidence), h.source), seen(h.with_, h), seen(h.without, h),
             "; ".join(x for x in (h.population, h.dose, h.time) if x)]
            for h in found
        ]  # fmt: skip
        return table(["Effect", "What was seen", "With", "Without", "In whom and when"], rows, caption, [16, 34, 12, 12, 26], ["hb-frequencies"])


class Positions(TableDirective):
    """`positions`: what bodies say, side by side."""

    def run(self) -> list[nodes.Node]:
        """Print the table for a condition, or for all."""
        e = self.project.evidence
        wanted = ids(self.options.get("condition"))
        found = select(e, "position", **({} if "all" in self.options else {"condition": wanted}))
        if not found:
            return [para("We found no guideline that takes a position on this.")]
        rows = []
        for p in sorted(found, key=lambda p: (p.condition, p.body, p.date)):
            row = [f"{p.body} ({p.country}, {p.date})", words.STANCE_LABEL[p.stance], self.cell(p.position, p.source), words.READ_LABEL[p.read]]
            rows.append([e.condition[p.condition].name, *row] if "all" in self.options else row)
        head = ["Body", "Position", "In our words", "How we read it"]
        caption = self.options.get("caption") or "What guidelines say"
        if "all" in self.options:
            return [table(["Condition", *head], rows, caption, [18, 22, 14, 32, 14], ["hb-positions"])]
        return [table(head, rows, caption, [28, 16, 40, 16], ["hb-positions"])]


class Regimens(TableDirective):
    """`regimens`: what trials and guidelines gave; as studied, not advice."""

    def run(self) -> list[nodes.Node]:
        """Print the table for a route or condition."""
        known = self.project.evidence.regimen
        wanted = ids(self.options.get("ids"))
        found = [known[i] for i in wanted if i in known] if wanted else self.matching("regimen", "route", "condition")
        if not found:
            return self.warn("regimens: none fits the options")
        rows = [
            [r.population, self.cell("; ".join(x for x in (r.dose, r.course) if x), r.source), joined(r.setting, r.monitoring) or "not given",
             "; ".join(x for x in (r.result, r.evidence) if x)]
            for r in found
        ]  # fmt: skip
        caption = self.options.get("caption") or "What was given in studies: not advice"
        return [table(["Who", "What was given", "Where and how watched", "What was reported"], rows, caption, [18, 32, 24, 26], ["hb-regimens"])]


class Cautions(TableDirective):
    """`cautions`: who should not have it, and who says so."""

    def run(self) -> list[nodes.Node]:
        """Print one table a category."""
        found = self.matching("caution", "category")
        out: list[nodes.Node] = []
        for category, label in words.CATEGORY_LABEL.items():
            rows = [
                [c.condition, self.cell(c.advice, c.source), c.why or "not given", c.body + (f" ({c.country})" if c.country else "")]
                for c in found
                if c.category == category
            ]
            if rows:
                out.append(table(["Condition", "What the source says", "Why", "Who says so"], rows, label, [24, 36, 22, 18], ["hb-cautions"]))
        return out or self.warn("cautions: none fits the options")


class Interactions(TableDirective):
    """`interactions`: what other medicines and substances do together with ketamine."""

    def run(self) -> list[nodes.Node]:
        """Print the table."""
        rows = []
        for i in self.project.evidence.interaction.values():
            effect = i.effect + (f" ({i.size})" if i.size else "")
            sure = words.CERTAINTY_LABEL[i.certainty] if i.certainty else "not graded"
            rows.append([i.medicine, self.cell(effect, i.source), i.advice or "not given", sure])
        return [table(["With what", "What can happen", "What the source says to do", "How sure"], rows, "Other medicines and substances", [24, 34, 26, 16])]


class PkTable(TableDirective):
    """`pk-table`: uptake and time course by route."""

    def run(self) -> list[nodes.Node]:
        """Print the table."""
        rows = []
        for k in self.project.evidence.pharmacokinetic.values():
            low, high = k.bioavailability_low, k.bioavailability_high
            uptake = (
                "not given"
                if low is None and high is None
                else " to ".join(dict.fromkeys(words.share(v) for v in (low, high) if v is not None)) + " out of 100 parts"
            )
            who = "; ".join(x for x in (k.form, k.population) if x)
            rows.append(
                [k.route, self.cell(who or "not given", k.source), uptake, k.onset_min or "not given", k.peak_min or "not given", k.half_life_h or "not given"]
            )
        return [table(["Route", "In whom", "Reaches the blood", "Starts (minutes)", "Highest level (minutes)", "Half-life (hours unless stated)"],
                      rows, "What the body takes up, by route", [14, 30, 14, 12, 14, 16], ["hb-pk"])]  # fmt: skip


class StudiesTable(RecordDirective):
    """`studies-table`: reported results in full; `:condition:` chooses some."""

    option_spec: ClassVar[dict[str, Any]] = {"condition": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """One table a condition; each row has an anchor."""
        out: list[nodes.Node] = []
        for condition, found in by_condition(listed(self.project.evidence, "studies-table", self.options), self.project):
            section = nodes.section("", nodes.title("", condition.name), ids=[f"studies-{condition.id}"], names=[f"studies-{condition.id}"])
            rows = [self.row(s) for s in sorted(found, key=lambda s: s.id)]
            section += table(["Row", "Result as published", "People and treatment", "Effect"], rows, condition.name, [8, 46, 26, 20], ["hb-studies"])
            out.append(section)
        return out

    def row(self, s: Study) -> list[Any]:
        """One result."""
        anchor = f"study-{s.id}"
        self.reach(anchor, s.id)
        effect = words.effect_text(s) if s.effect is not None and s.measure else "no effect with interval published"
        who = "; ".join(x for x in (s.people, s.form, s.dose) if x)
        marks = cite(self.state.memo.inliner, self.lineno, (s.source,) if s.source in self.project.evidence.source else ())
        result = para(f"{s.measured}{', ' + s.time if s.time else ''}: {s.result}", *marks)
        return [[para(nodes.target("", "", ids=[anchor]), s.id)], [result], who or "not given", effect]


class StudiesOverview(RecordDirective):
    """`studies-overview`: how many results each page below holds, and the number of every row, which leads to it."""

    def run(self) -> list[nodes.Node]:
        """One section a page, one list of row numbers a condition."""
        out: list[nodes.Node] = []
        for page, records in self.pages_below("studies-table"):
            out.append(section := page_section(self, page, f"{len(records)} results, one row each"))
            for condition, found in by_condition(records, self.project):
                lines = nodes.bullet_list("", classes=["hb-lines", "hb-numbers"])
                lines += [self.line(f"study-{s.id}", s.id) for s in sorted(found, key=lambda s: s.id)]
                section += nodes.container("", para(nodes.strong("", condition.name)), lines, classes=["hb-filter"])
        return out


class FindingsList(RecordDirective):
    """`findings-list`: graded findings with their reasons, each at its own address; `:condition:` and `:kind:` choose some."""

    option_spec: ClassVar[dict[str, Any]] = {"condition": directives.unchanged, "kind": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """One section a condition, one entry a finding."""
        out: list[nodes.Node] = []
        for condition, found in by_condition(listed(self.project.evidence, "findings-list", self.options), self.project):
            section = nodes.section("", nodes.title("", condition.name), ids=[f"findings-{condition.id}"], names=[f"findings-{condition.id}"])
            section += [self.entry(f) for f in sorted(found, key=reading_order)]
            out.append(section)
        return out

    def entry(self, f: Finding) -> nodes.Node:
        """One finding: sentences, PICO, reasons."""
        e = self.project.evidence
        anchor = f"finding-{f.id}"
        self.reach(anchor, f.id)
        out = nodes.container("", ids=[anchor], classes=["hb-finding"])
        marks = cite(self.state.memo.inliner, self.lineno, keys_of(f, e))
        out += para(words.plain_sentence(f, e), *marks, nodes.Text(" "), badge_of(f, e))
        pico = f"{words.OUTCOME_LABEL[f.outcome]}. {f.population}: {f.treatment} compared with {f.comparator}; {f.time}."
        out += para(nodes.emphasis("", "For clinicians: "), f"{words.clinical_sentence(f, e)} {pico}", classes=["hb-small"])
        out += nodes.bullet_list("", *[nodes.list_item("", para(line)) for line in reasons(f, e)], classes=["hb-small"])
        return out


class FindingsOverview(RecordDirective):
    """`findings-overview`: how many findings each page below holds, and every finding as one line that leads to it."""

    def run(self) -> list[nodes.Node]:
        """One section a page, one list a condition."""
        out: list[nodes.Node] = []
        for page, records in self.pages_below("findings-list"):
            out.append(section := page_section(self, page, f"{len(records)} findings with their reasons"))
            for condition, found in by_condition(records, self.project):
                lines = nodes.bullet_list("", classes=["hb-lines"])
                for f in sorted(found, key=reading_order):
                    sure = badge("", f"{words.CERTAINTY_LABEL[f.certainty]} {words.CERTAINTY_SYMBOL[f.certainty]}", level=f.certainty)
                    lines += self.line(f"finding-{f.id}", f"{words.OUTCOME_LABEL[f.outcome]}: {f.treatment}; {f.time}", " ", sure)
                section += nodes.container("", para(nodes.strong("", condition.name)), lines, classes=["hb-filter"])
        return out


def by_condition(records: list[Any], project: Project) -> list[tuple[Condition, list[Any]]]:
    """The records of each condition that has any, in the order of conditions."""
    parts = [(c, [r for r in records if r.condition == c.id]) for c in project.evidence.condition.values()]
    return [(condition, found) for condition, found in parts if found]


def reading_order(f: Finding) -> tuple[bool, int, str]:
    """Benefits before harms, then by outcome and id."""
    return f.kind == "harm", ORDER[f.outcome], f.id


def page_section(directive: RecordDirective, page: Page, said: str) -> nodes.section:
    """The section of an overview for one page below it: its title, and a line that leads there."""
    name = page.docname.rpartition("/")[2]
    section = nodes.section("", nodes.title("", page.title), ids=[f"page-{name}"], names=[f"page-{name}"])
    section += para(doc_link(page.docname, said, from_=directive.env.docname))
    return section


class Thresholds(TableDirective):
    """`thresholds`: from which difference a size word is used."""

    def run(self) -> list[nodes.Node]:
        """Print the table."""
        rows = []
        for t in self.project.evidence.threshold.values():
            rows.append([self.cell(t.applies_to, *t.sources), f"under {t.small}", f"{t.small} to under {t.moderate}", f"{t.moderate} to under {t.large}",
                         f"{t.large} or more", t.why])  # fmt: skip
        return [table(["Scale", "Little", "Small", "Moderate", "Large", "Why"], rows, "Size words, fixed before grading", [22, 9, 13, 13, 11, 32])]


def joined(*parts: str | None) -> str:
    """The parts that are there, with semicolons."""
    return "; ".join(p for p in parts if p)


def setup(app: Sphinx) -> None:
    """Register the directives."""
    for name, directive in {
        "summary-of-findings": SummaryOfFindings, "frequencies": Frequencies, "positions": Positions, "regimens": Regimens,
        "cautions": Cautions, "interactions": Interactions, "pk-table": PkTable, "studies-table": StudiesTable,
        "findings-list": FindingsList, "studies-overview": StudiesOverview, "findings-overview": FindingsOverview,
        "thresholds": Thresholds,
    }.items():  # fmt: skip
        app.add_directive(name, directive)
