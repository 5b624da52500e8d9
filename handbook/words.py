"""The words and numbers of records as readers see them; the same for HTML, PDF, JSON and the checks."""

from __future__ import annotations

import re
from decimal import Decimal

from handbook.model import Evidence, Fact, Finding, Harm, Position, Regimen, Study

CERTAINTY_LABEL = {
    "high": "High certainty",
    "moderate": "Moderate certainty",
    "low": "Low certainty",
    "very-low": "Very low certainty",
    "none": "No studies found",
}
CERTAINTY_SYMBOL = {"high": "⊕⊕⊕⊕", "moderate": "⊕⊕⊕○", "low": "⊕⊕○○", "very-low": "⊕○○○", "none": "○○○○"}
CERTAINTY_MEANING = {
    "high": "We are confident that the true effect is close to what the studies found.",
    "moderate": "The true effect is probably close to what the studies found, but it could be different.",
    "low": "The true effect may be quite different from what the studies found.",
    "very-low": "The studies tell us too little. The true effect is likely to be different from what they found.",
    "none": "We looked for studies of this and found none.",
}
VERDICT_LABEL = {
    "supported": "Supported",
    "partly": "Partly supported",
    "overstated": "Overstated",
    "unsupported": "Unsupported",
    "wrong": "Wrong",
    "not-checkable": "Not checkable",
}
VERDICT_SYMBOL = {
    "supported": "✓",
    "partly": "◐",
    "overstated": "△",
    "unsupported": "?",
    "wrong": "✕",
    "not-checkable": "–",
}
DOMAIN_LABEL = {
    "risk-of-bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication-bias": "Publication bias",
}
ROUTE_LABEL = {
    "infusion": "Infusion into a vein",
    "by-mouth": "By mouth",
    "lozenge": "Lozenge or under the tongue",
    "nasal": "Nasal ketamine",
    "nasal-esketamine": "Nasal esketamine",
    "injection": "Injection",
    "under-the-skin": "Under the skin",
    "cream": "Cream or gel",
    "spinal": "Near the spine or a nerve",
    "mixed": "Several routes",
    "any": "Any route",
}
OUTCOME_LABEL = {
    "pain": "Pain", "response": "People with clear relief", "function": "Daily activities",
    "quality-of-life": "Quality of life", "mood": "Mood", "sleep": "Sleep", "opioid-use": "Opioid use",
    "duration": "How long it lasts", "persistent-pain": "Pain that stays after surgery", "attacks": "Attacks",
    "acceptability": "Leaving treatment early", "any-harm": "Any unwanted effect",
    "serious-harm": "Serious unwanted effects", "mind-effects": "Effects on the mind", "drowsiness": "Drowsiness",
    "nausea": "Nausea or vomiting", "blood-pressure": "Blood pressure", "dizziness": "Dizziness",
    "breathing": "Breathing", "bladder": "Bladder", "liver": "Liver", "thinking": "Thinking and memory",
    "dependence": "Dependence", "misuse": "Misuse", "withdrawal": "Withdrawal", "death": "Death", "eye": "Eyes",
    "other": "Other",
}  # fmt: skip
SETTING_LABEL = {
    "infusion": "Supervised infusion",
    "other-supervised": "Other supervised treatment",
    "take-home": "Taken at home",
    "long-term": "Long-term medical use",
    "depression-treatment": "Treatment of depression",
    "anesthesia": "Anesthesia doses",
    "emergency": "Emergency care",
    "non-medical": "Non-medical use",
}
STANCE_LABEL = {
    "for": "For, in some people",
    "limited": "Limited use",
    "against": "Against",
    "no-recommendation": "No recommendation",
    "not-mentioned": "Ketamine not named",
}
CATEGORY_LABEL = {
    "do-not-use": "Do not use",
    "avoid": "Avoid",
    "specialist-advice": "Specialist advice first",
    "take-care": "Take care",
}
READ_LABEL = {
    "full-text": "full text read",
    "abstract": "abstract read",
    "official-page": "official page read",
    "secondary": "seen through another publication",
    "title": "only the title seen",
}
DESIGN_LABEL = {
    "review": "Reviews",
    "trial": "Trials",
    "observational": "Observational studies",
    "guideline": "Guidelines",
    "official": "Official pages, labels and law",
    "narrative": "Overviews and comments",
    "lab": "Studies in volunteers and laboratories",
    "animal": "Animal studies",
    "protocol": "Trial registrations and protocols",
}
MEASURE_LABEL = {
    "MD": "Mean difference",
    "SMD": "Standardized mean difference",
    "RR": "Risk ratio",
    "OR": "Odds ratio",
    "RD": "Risk difference",
    "IRR": "Rate ratio",
    "MEAN": "Mean",
    "SHARE": "Share of people",
    "MEDIAN": "Median difference",
}
MEASURE_SHORT = {"MEAN": "mean", "MEDIAN": "median difference"}
RATIOS = frozenset({"RR", "OR", "IRR"})
PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)(?:\.([a-z_]+))?\}")


class Unfilled(Exception):
    """A placeholder names a row or field that is not there."""


def number(value: Decimal | str | int | None) -> str:
    """Print a number with a true minus sign and the digits it was published with."""
    if value is None:
        raise Unfilled("no value")
    return f"{value:f}".replace("-", "\N{MINUS SIGN}") if isinstance(value, Decimal) else str(value)


def share(value: Decimal) -> str:
    """Print a share without a trailing .0."""
    return number(value.quantize(Decimal(1)) if value == value.to_integral_value() else value)


def effect_text(study: Study) -> str:
    """`MD −1.2 (95% CI −2.0 to −0.4)`, or the arm values where no effect was published."""
    if study.effect is None or study.measure is None:
        raise Unfilled(f"{study.id} has no effect with a measure")
    text = f"{number(study.effect)} out of 100" if study.measure == "SHARE" else f"{MEASURE_SHORT.get(study.measure, study.measure)} {number(study.effect)}"
    if study.low is not None and study.high is not None:
        text += f" (95% CI {number(study.low)} to {number(study.high)})"
    return text


def fill(text: str, evidence: Evidence, own: Finding | Harm | None = None) -> str:
    """Fill the placeholders of a record's sentence; raise `Unfilled` for one that cannot be filled."""

    def value(match: re.Match[str]) -> str:
        name, part = match[1], match[2]
        if part is None and own is not None and name in OWN_FIELDS:
            return _own(own, name)
        if name in evidence.study:
            study = evidence.study[name]
            match part:
                case None:
                    return effect_text(study)
                case "size":
                    return number(abs(study.effect)) if study.effect is not None else number(None)
                case "ci":
                    return f"{number(study.low)} to {number(study.high)}"
                case "comparator":
                    return number(study.comparator_value)
                case "effect" | "low" | "high" | "ketamine" | "n" | "dose" | "duration" | "time" | "scale" | "people":
                    return number(getattr(study, part))
        if name in evidence.harm and part in {"with", "without", "per", "people", "time", "dose"}:
            return _own(evidence.harm[name], part)
        raise Unfilled(match[0])

    return PLACEHOLDER.sub(value, text)


OWN_FIELDS = frozenset({"with", "without", "per", "low", "high", "people", "trials", "time", "dose"})


def _own(record: Finding | Harm, name: str) -> str:
    holder: object = record
    if isinstance(record, Finding) and name not in {"time"}:
        holder = record.numbers
    value = getattr(holder, "with_" if name == "with" else name, None)
    if value is None:
        raise Unfilled("{" + name + "}")
    return share(value) if isinstance(value, Decimal) else str(value)


def plain_sentence(finding: Finding, evidence: Evidence) -> str:
    """The finding's sentence for everyone."""
    return fill(finding.plain, evidence, finding)


def clinical_sentence(finding: Finding, evidence: Evidence) -> str:
    """The finding's sentence for health professionals."""
    return fill(finding.clinical, evidence, finding)


def harm_sentence(harm: Harm, evidence: Evidence) -> str:
    """The sentence of a frequency row."""
    return fill(harm.text, evidence, harm)


def fact_text(fact: Fact) -> str:
    """The fact, with country and date where it holds only there and then."""
    text = fact.text
    if fact.country and fact.as_of:
        place = "several countries" if fact.country == "several" else fact.country
        text += f" ({place}, as of {fact.as_of}.)"
    return text


def regimen_text(regimen: Regimen) -> str:
    """One regimen as studied, never as advice."""
    parts = [f"As studied in {regimen.population}: {regimen.dose}"]
    parts += [p for p in (regimen.course, regimen.setting) if p]
    return ", ".join(parts).rstrip(".") + "."


def position_text(position: Position) -> str:
    """What one body says, with country and date."""
    return f"{position.body} ({position.country}, {position.date}): {position.position}"
