"""The records of `evidence/`, one frozen dataclass per kind.

The fields carry all rules that can be said of one value: its type, the list it comes from, the records it may name,
its longest length. `handbook.load` reads files by them and `handbook.schema` writes JSON Schemas from them, so a new
field or value is added here and nowhere else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal, get_args

Certainty = Literal["high", "moderate", "low", "very-low", "none"]
Direction = Literal["better", "worse", "no-clear-difference", "mixed", "not-studied"]
Size = Literal["large", "moderate", "small", "little", "unclear"]
Domain = Literal["risk-of-bias", "inconsistency", "indirectness", "imprecision", "publication-bias"]
Verdict = Literal["supported", "partly", "overstated", "unsupported", "wrong", "not-checkable"]
Read = Literal["full-text", "abstract", "official-page", "secondary", "title"]
Route = Literal[
    "infusion", "by-mouth", "lozenge", "nasal", "nasal-esketamine", "injection", "under-the-skin", "cream", "spinal",
    "mixed", "any",
]  # fmt: skip
Outcome = Literal[
    "pain", "response", "function", "quality-of-life", "mood", "sleep", "opioid-use", "duration", "persistent-pain",
    "attacks", "acceptability", "any-harm", "serious-harm", "mind-effects", "drowsiness", "nausea", "blood-pressure",
    "dizziness", "breathing", "bladder", "liver", "thinking", "dependence", "misuse", "withdrawal", "death", "eye",
    "other",
]  # fmt: skip
ConditionId = Literal[
    "chronic-pain", "nerve-pain", "diabetic-neuropathy", "post-herpetic", "nerve-injury", "chemo-neuropathy", "crps",
    "fibromyalgia", "migraine", "cluster-headache", "spinal-cord-injury", "phantom-limb", "cancer-pain", "back-pain",
    "neck-pain", "arthritis", "injury", "surgery-acute", "surgery-prevention", "whiplash", "ischemic-limb",
    "facial-pain", "visceral-pain", "sickle-cell", "depression-with-pain", "opioid-use", "mixed-refractory",
    "acute-pain", "depression", "any",
]  # fmt: skip
HarmSetting = Literal[
    "infusion", "other-supervised", "take-home", "long-term", "depression-treatment", "anesthesia", "emergency",
    "non-medical",
]  # fmt: skip
Topic = Literal[
    "mechanism", "pharmacology", "history", "prevalence", "law", "approval", "cost", "access", "service", "safety",
    "experience", "trials", "misuse", "guideline", "placebo", "general",
]  # fmt: skip

HARM_OUTCOMES = frozenset(get_args(Outcome)[get_args(Outcome).index("any-harm") :])
PLACED_TOPICS = frozenset({"law", "approval", "cost", "access", "prevalence", "service"})
REASONED_TOPICS = frozenset({"mechanism", "pharmacology", "placebo"})


@dataclass(frozen=True, kw_only=True)
class Where:
    """The place of a record: file relative to the repository, first line, and the line of each field."""

    path: str
    line: int
    fields: dict[str, int] = field(default_factory=dict, compare=False, hash=False)

    def of(self, name: str) -> int:
        """Return the line of field *name*, or of the record where the field has none."""
        return self.fields.get(name, self.line)


def names(kind: str, **kwargs: Any) -> Any:
    """A field whose value or values are ids of records of *kind*."""
    return field(metadata={"names": kind}, **kwargs)


def words(limit: int, **kwargs: Any) -> Any:
    """A field of prose of at most *limit* words."""
    return field(metadata={"words": limit}, **kwargs)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What all kinds share: an id that is unique within the kind, and where the record stands."""

    id: str
    where: Where = field(compare=False, metadata={"internal": True})


@dataclass(frozen=True, kw_only=True)
class Source(Record):
    """One publication or official page; fields as in BibTeX (`evidence/references.bib`)."""

    type: Literal["article", "book", "incollection", "techreport", "misc"]
    author: str
    title: str
    journal: str | None = None
    publisher: str | None = None
    booktitle: str | None = None
    institution: str | None = None
    editor: str | None = None
    year: int | None = None
    undated: str | None = None
    volume: str | None = None
    number: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    design: Literal["review", "trial", "observational", "guideline", "official", "narrative", "lab", "animal", "protocol"]
    population: Literal[
        "chronic-pain", "cancer-pain", "acute-pain", "surgery", "headache", "depression", "anesthesia", "non-medical",
        "volunteers", "animals", "general",
    ]  # fmt: skip
    country: str | None = None
    read: Read
    status: Literal["current", "superseded", "retracted"]
    superseded_by: str | None = names("source", default=None)
    note: str | None = None
    checked: date

    @property
    def venue(self) -> str:
        """Where it was published: journal, book, or the body that issued it."""
        return self.journal or self.booktitle or self.publisher or self.institution or ""

    @property
    def address(self) -> str:
        """The one public address: DOI, else PubMed, else the official page."""
        if self.doi:
            return "https://doi.org/" + self.doi.replace("<", "%3C").replace(">", "%3E").replace("#", "%23")
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else (self.url or "")


@dataclass(frozen=True, kw_only=True)
class Study(Record):
    """One reported result, one row (`evidence/studies.csv`); effects keep their published sign."""

    source: str = names("source")
    condition: ConditionId
    design: Literal["review", "trial", "crossover", "observational", "case-series"]
    people: str | None = None
    form: str | None = None
    route: Route
    dose: str | None = None
    duration: str | None = None
    comparator: str | None = None
    outcome: Outcome
    measured: str
    time: str | None = None
    result: str
    ketamine: str | None = None
    ketamine_spread: str | None = None
    comparator_value: str | None = None
    comparator_spread: str | None = None
    measure: Literal["MD", "SMD", "RR", "OR", "RD", "IRR", "MEAN", "SHARE", "MEDIAN"] | None = None
    effect: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    scale: str | None = None
    favors_negative: Literal["ketamine", "comparator", "none"] | None = None
    n: int | None = None
    certainty_note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Downgrade:
    """One step down in one of the five GRADE domains, with its reason."""

    domain: Domain
    steps: Literal[1, 2]
    why: str = words(30)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Shares of people with and without treatment, out of `per`, at a stated time."""

    with_: Decimal = field(metadata={"key": "with"})
    without: Decimal | None = None
    per: Literal[100, 1000] = 100
    low: Decimal | None = None
    high: Decimal | None = None
    time: str | None = None
    people: int | None = None
    trials: int | None = None


@dataclass(frozen=True, kw_only=True)
class Finding(Record):
    """One graded conclusion that pages may state: PICO, time, direction, size, certainty and its basis."""

    kind: Literal["benefit", "harm"]
    condition: ConditionId
    population: str
    treatment: str
    route: Route
    comparator: str
    outcome: Outcome
    time: str
    direction: Direction
    size: Size
    certainty: Certainty
    basis: Literal["published", "ours"]
    graded_by: str | None = names("source", default=None)
    start: Literal["high", "low"] | None = None
    downgrades: tuple[Downgrade, ...] = ()
    studies: tuple[str, ...] = names("study", default=())
    harms: tuple[str, ...] = names("harm", default=())
    sources: tuple[str, ...] = names("source", default=())
    numbers: Numbers | None = None
    plain: str = words(30)
    clinical: str = words(60)
    searched: date
    note: str | None = words(60, default=None)


@dataclass(frozen=True, kw_only=True)
class Fact(Record):
    """One descriptive statement with its sources: biology, law, cost, numbers of people, history."""

    topic: Topic
    text: str = words(45)
    clinical: str | None = words(60, default=None)
    country: str | None = None
    as_of: str | None = None
    support: Literal["established", "likely", "hypothesis"] | None = None
    studied_in: Literal["people", "volunteers", "animals", "cells", "records"] | None = None
    sources: tuple[str, ...] = names("source")


@dataclass(frozen=True, kw_only=True)
class Harm(Record):
    """How often an unwanted effect was seen in one setting (`evidence/harms.csv`); settings are never mixed."""

    effect: str
    outcome: Outcome
    setting: HarmSetting
    route: Route
    dose: str | None = None
    population: str
    with_: Decimal | None = field(default=None, metadata={"key": "with"})
    without: Decimal | None = None
    per: Literal[100, 1000, 10000] | None = None
    people: str | None = None
    time: str | None = None
    text: str = words(40)
    what_helps: str | None = None
    source: str = names("source")


@dataclass(frozen=True, kw_only=True)
class Regimen(Record):
    """What a trial or guideline gave: as studied, never advice (`evidence/regimens.csv`)."""

    route: Route
    condition: ConditionId
    population: str
    dose: str
    course: str | None = None
    setting: str | None = None
    monitoring: str | None = None
    result: str | None = None
    evidence: str
    source: str = names("source")


@dataclass(frozen=True, kw_only=True)
class Caution(Record):
    """Who should not have ketamine, or only with care, and who says so (`evidence/cautions.csv`)."""

    condition: str
    category: Literal["do-not-use", "avoid", "specialist-advice", "take-care"]
    why: str | None = None
    advice: str
    body: str
    country: str | None = None
    source: str = names("source")


@dataclass(frozen=True, kw_only=True)
class Interaction(Record):
    """What another medicine or substance does together with ketamine (`evidence/interactions.csv`)."""

    medicine: str
    mechanism: str | None = None
    effect: str
    route: str | None = None
    size: str | None = None
    advice: str | None = None
    certainty: Certainty | None = None
    source: str = names("source")


@dataclass(frozen=True, kw_only=True)
class Pharmacokinetic(Record):
    """Uptake and time course by one route (`evidence/pharmacokinetics.csv`); percent, minutes, hours."""

    route: str
    form: str | None = None
    population: str | None = None
    bioavailability_low: Decimal | None = None
    bioavailability_high: Decimal | None = None
    onset_min: str | None = None
    peak_min: str | None = None
    half_life_h: str | None = None
    note: str | None = None
    source: str = names("source")


@dataclass(frozen=True, kw_only=True)
class Position(Record):
    """What one body says on one condition, in our words (`evidence/guidelines/`)."""

    body: str
    country: str
    date: str
    condition: ConditionId
    stance: Literal["for", "limited", "against", "no-recommendation", "not-mentioned"]
    position: str = words(45)
    read: Read
    source: str = names("source")


@dataclass(frozen=True, kw_only=True)
class Claim(Record):
    """One popular claim in our words, with its verdict; the fact comes first."""

    claim: str = words(35)
    articles: tuple[Literal["A", "B", "C", "D"], ...]
    topic: str
    verdict: Verdict
    fact: str = words(35)
    why: str = words(40)
    fault: (
        Literal[
            "too good to be true", "faulty logic", "trust alone", "unfair comparison", "unreliable summary",
            "misleading description",
        ]
        | None
    ) = None  # fmt: skip
    findings: tuple[str, ...] = names("finding", default=())
    facts: tuple[str, ...] = names("fact", default=())
    sources: tuple[str, ...] = names("source", default=())
    page: str = names("page")


@dataclass(frozen=True, kw_only=True)
class Person(Record):
    """An author, second reader or reviewer (`evidence/people.yaml`)."""

    name: str
    role: str
    professional: bool
    interests: str


@dataclass(frozen=True, kw_only=True)
class Condition(Record):
    """A condition that records may name: its plain name, its page, and the finding that answers “does it ease this?”."""

    name: str
    page: str | None = names("page", default=None)
    main: str | None = names("finding", default=None)


@dataclass(frozen=True, kw_only=True)
class Threshold(Record):
    """From which difference on one scale a size word is used (`evidence/thresholds.yaml`)."""

    scale: str
    applies_to: str
    small: Decimal
    moderate: Decimal
    large: Decimal
    why: str
    sources: tuple[str, ...] = names("source", default=())


_SCORES = attrgetter(*(f"d{n}" for n in range(1, 17)))


@dataclass(frozen=True, kw_only=True)
class Rating(Record):
    """One rater's DISCERN scores of one page, 1 (no) to 5 (yes), self-rated (`evidence/ratings.csv`)."""

    page: str = names("page")
    rater: str = names("person")
    d1: Literal[1, 2, 3, 4, 5]
    d2: Literal[1, 2, 3, 4, 5]
    d3: Literal[1, 2, 3, 4, 5]
    d4: Literal[1, 2, 3, 4, 5]
    d5: Literal[1, 2, 3, 4, 5]
    d6: Literal[1, 2, 3, 4, 5]
    d7: Literal[1, 2, 3, 4, 5]
    d8: Literal[1, 2, 3, 4, 5]
    d9: Literal[1, 2, 3, 4, 5]
    d10: Literal[1, 2, 3, 4, 5]
    d11: Literal[1, 2, 3, 4, 5]
    d12: Literal[1, 2, 3, 4, 5]
    d13: Literal[1, 2, 3, 4, 5]
    d14: Literal[1, 2, 3, 4, 5]
    d15: Literal[1, 2, 3, 4, 5]
    d16: Literal[1, 2, 3, 4, 5]
    why: str | None = None

    @property
    def scores(self) -> tuple[int, ...]:
        """The sixteen scores in order."""
        return _SCORES(self)


KINDS: dict[str, type[Record]] = {
    "source": Source,
    "study": Study,
    "finding": Finding,
    "fact": Fact,
    "harm": Harm,
    "regimen": Regimen,
    "caution": Caution,
    "interaction": Interaction,
    "pharmacokinetic": Pharmacokinetic,
    "position": Position,
    "claim": Claim,
    "person": Person,
    "condition": Condition,
    "threshold": Threshold,
    "rating": Rating,
}

# Where each kind lies in `evidence/`: one file, or a folder of files by area.
PLACES: dict[str, str] = {
    "source": "references.bib",
    "study": "studies.csv",
    "finding": "findings",
    "fact": "facts",
    "harm": "harms.csv",
    "regimen": "regimens.csv",
    "caution": "cautions.csv",
    "interaction": "interactions.csv",
    "pharmacokinetic": "pharmacokinetics.csv",
    "position": "guidelines",
    "claim": "claims",
    "person": "people.yaml",
    "condition": "conditions.yaml",
    "threshold": "thresholds.yaml",
    "rating": "ratings.csv",
}


def key_of(f: dataclasses.Field[Any]) -> str:
    """The name of a field as written in files (`with` is a word of Python)."""
    return str(f.metadata.get("key", f.name))


_FIELDS: dict[type[Any], tuple[dataclasses.Field[Any], ...]] = {}


def record_fields(cls: type[Any]) -> tuple[dataclasses.Field[Any], ...]:
    """The fields of a record class that a contributor writes, in order."""
    if cls not in _FIELDS:
        _FIELDS[cls] = tuple(f for f in dataclasses.fields(cls) if not f.metadata.get("internal"))
    return _FIELDS[cls]


# The fields of each class that name records, with the kind of record.
NAMING = {cls: [(f.name, f.metadata["names"]) for f in dataclasses.fields(cls) if "names" in f.metadata] for cls in KINDS.values()}


def named(record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield (field, kind, id) for every record that *record* names."""
    for name, kind in NAMING[type(record)]:
        value = getattr(record, name)
        for one in value if isinstance(value, tuple) else [value] if value else []:
            yield name, kind, one


@dataclass(frozen=True)
class Evidence:
    """All records, by kind and id, in file order."""

    source: dict[str, Source] = field(default_factory=dict)
    study: dict[str, Study] = field(default_factory=dict)
    finding: dict[str, Finding] = field(default_factory=dict)
    fact: dict[str, Fact] = field(default_factory=dict)
    harm: dict[str, Harm] = field(default_factory=dict)
    regimen: dict[str, Regimen] = field(default_factory=dict)
    caution: dict[str, Caution] = field(default_factory=dict)
    interaction: dict[str, Interaction] = field(default_factory=dict)
    pharmacokinetic: dict[str, Pharmacokinetic] = field(default_factory=dict)
    position: dict[str, Position] = field(default_factory=dict)
    claim: dict[str, Claim] = field(default_factory=dict)
    person: dict[str, Person] = field(default_factory=dict)
    condition: dict[str, Condition] = field(default_factory=dict)
    threshold: dict[str, Threshold] = field(default_factory=dict)
    rating: dict[str, Rating] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Any]:
        """The records of one kind by id."""
        return getattr(self, kind)  # type: ignore[no-any-return]

    def records(self) -> list[Record]:
        """Every record of every kind."""
        return [r for kind in KINDS for r in self.of(kind).values()]
