"""What the page being read asks the records and pages for, and whether the answers have changed since.

Sphinx knows which files a page depends on. A file of records holds hundreds, so each page would be built again for each
change. Here every look at a record is noted while a page is read, and a page is built again when an answer differs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from handbook.model import Evidence, Record, record_fields
from handbook.pages import Page
from handbook.places import LISTS, printed
from handbook.project import Project
from handbook.trace import uses

T = TypeVar("T")
# ("record", kind, id) · ("all", kind) · ("select", kind, options) · ("leaning", letters) · ("terms",)
Question = tuple[str, ...]


class Notebook:
    """The questions of the page being read; none are noted between pages."""

    def __init__(self) -> None:
        self.questions: set[Question] | None = None

    def note(self, *question: str) -> None:
        """Note a question of the page being read."""
        if self.questions is not None:
            self.questions.add(question)

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        """Note nothing meanwhile: the caller notes what it asked in one question of its own."""
        kept, self.questions = self.questions, None
        try:
            yield
        finally:
            self.questions = kept


notebook = Notebook()


class Noted(dict[str, T]):
    """Records of one kind, or pages, by id; looks at them are noted. A build takes tens of thousands at one record: these call nothing else."""

    def __init__(self, kind: str, records: Mapping[str, T]) -> None:
        super().__init__(records)
        self.kind = kind

    def __getitem__(self, key: str) -> T:
        if notebook.questions is not None:
            notebook.questions.add(("record", self.kind, key))
        return dict.__getitem__(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        """As in `dict`."""
        if notebook.questions is not None:
            notebook.questions.add(("record", self.kind, key))
        return dict.get(self, key, default)

    def __contains__(self, key: object) -> bool:
        if notebook.questions is not None:
            notebook.questions.add(("record", self.kind, str(key)))
        return dict.__contains__(self, key)

    def __len__(self) -> int:
        notebook.note("all", self.kind)
        return super().__len__()

    def __iter__(self) -> Iterator[str]:
        notebook.note("all", self.kind)
        return super().__iter__()

    def keys(self) -> Any:
        """As in `dict`."""
        notebook.note("all", self.kind)
        return super().keys()

    def values(self) -> Any:
        """As in `dict`."""
        notebook.note("all", self.kind)
        return super().values()

    def items(self) -> Any:
        """As in `dict`."""
        notebook.note("all", self.kind)
        return super().items()


def watched(project: Project) -> Project:
    """The same project, with every look at a record or page noted."""
    evidence = Evidence(**{f.name: Noted(f.name, project.evidence.of(f.name)) for f in dataclasses.fields(Evidence)})
    return dataclasses.replace(project, evidence=evidence, pages=Noted("page", project.pages))


def select(evidence: Evidence, kind: str, **wanted: Collection[str]) -> list[Any]:
    """The records of *kind* whose fields have one of the values that are wanted, in file order; noted as one question."""
    notebook.note("select", kind, *(f"{name}={','.join(sorted(values))}" for name, values in sorted(wanted.items())))
    with notebook.closed():
        records = list(evidence.of(kind).values())
        for name, values in wanted.items():
            records = [r for r in records if getattr(r, name) in values]
        return records


def listed(evidence: Evidence, name: str, options: dict[str, str]) -> list[Any]:
    """What the list *name* prints in full, as `places.printed`; noted as one question."""
    notebook.note("listed", name, *(f"{option}={value}" for option, value in sorted(options.items())))
    with notebook.closed():
        return printed(evidence, name, options)


def plain(value: Any) -> Any:
    """A record without the place where it stands, a page by what others show of it; anything else as it is."""
    if isinstance(value, Page):
        return value.docname, value.title, value.kind, sorted((k, repr(v)) for k, v in value.meta.items())
    if isinstance(value, Record):
        return [getattr(value, f.name) for f in record_fields(type(value))]
    return value


def about_pages(question: Question) -> bool:
    """Whether the answer may change when a page does; all others are of records alone."""
    return question[0] in {"leaning", "terms"} or question[1:2] == ("page",)


class Answers:
    """The answers of one state of the handbook, as short digests; each is worked out once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.known: dict[Question, str] = {}

    @cached_property
    def leaning(self) -> dict[str, dict[str, list[str]]]:
        """What leans on each source."""
        return uses(self.project)

    @cached_property
    def shown(self) -> dict[str, tuple[str, bool]]:
        """What the list of references says of each page."""
        return {name: (page.title, any(page.uses(directive) for directive in LISTS)) for name, page in self.project.pages.items()}

    def of(self, question: Question) -> str:
        """The digest of one answer."""
        if question not in self.known:
            self.known[question] = hashlib.sha256(repr(self.answer(*question)).encode()).hexdigest()[:16]
        return self.known[question]

    def answer(self, sort: str, *about: str) -> Any:
        """One answer, in a form whose `repr` tells all that a page can show of it."""
        evidence, pages = self.project.evidence, self.project.pages
        options = dict(part.split("=", 1) for part in about[1:] if "=" in part)
        match sort:
            case "record":
                return plain((pages if about[0] == "page" else evidence.of(about[0])).get(about[1]))
            case "all" if about[0] == "page":
                return [page.text for page in pages.values()]
            case "all":
                return self.records(about[0], evidence.of(about[0]).values())
            case "select":
                return self.records(about[0], select(evidence, about[0], **{name: values.split(",") for name, values in options.items()}))
            case "listed":
                return self.records(LISTS[about[0]][0], printed(evidence, about[0], options))
            case "leaning":
                found = [s.id for s in printed(evidence, "references", {"letters": about[0]} if about[0] else {})]
                return [(key, self.leaning.get(key), [self.shown.get(d) for d in self.leaning.get(key, {}).get("page", [])]) for key in found]
            case "terms":
                return [
                    (d.argument, [text for _, text in d.body if not text.startswith(" ")])
                    for d in (pages["glossary"].uses("glossary") if "glossary" in pages else [])
                ]
        raise ValueError(f"no such question: {sort}")

    def records(self, kind: str, found: Iterable[Record]) -> list[str]:
        """The answers about some records, each by itself."""
        return [self.of(("record", kind, record.id)) for record in found]
