"""Build a page again when a record that it shows has changed, and only then; see `handbook.asked`."""

from __future__ import annotations

from collections.abc import Collection

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from handbook.asked import Answers, Question, about_pages, notebook
from handbook.render.base import project_of, stamps_of

_ANSWERS = "_handbook_answers"


def questions(env: BuildEnvironment) -> dict[str, frozenset[Question]]:
    """What each page asked when it was read."""
    if not hasattr(env, "handbook_questions"):
        env.handbook_questions = {}  # type: ignore[attr-defined]
    return env.handbook_questions  # type: ignore[attr-defined,no-any-return]


def begin(app: Sphinx, docname: str, source: list[str]) -> None:
    """Open the notebook for a page."""
    project_of(app)
    notebook.questions = set()


def end(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what the page asked. The list of sources is one of our files of records: sphinxcontrib-bibtex ties every page to all of it."""
    docname = app.env.docname
    questions(app.env)[docname] = frozenset(notebook.questions or ())
    notebook.questions = None
    app.env.dependencies[docname] -= app.env.get_domain("cite").bibdata.bibfiles.keys()  # type: ignore[attr-defined]


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget a page."""
    questions(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: Collection[str], other: BuildEnvironment) -> None:
    """Take over what another process read."""
    questions(env).update({d: asked for d, asked in questions(other).items() if d in docnames})


def answers_of(app: Sphinx) -> Answers:
    """The answers that hold in this build. While no record changed, those about records alone are still those of the last one."""
    found: Answers | None = getattr(app, _ANSWERS, None)
    if found is None:
        found = Answers(project_of(app))
        if getattr(app.env, "handbook_records", None) == stamps_of(app).records:
            found.known.update({question: answer for question, answer in app.env.handbook_answers.items() if not about_pages(question)})  # type: ignore[attr-defined]
        setattr(app, _ANSWERS, found)
    return found


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The pages with an answer that differs from the one they were built with."""
    before: dict[Question, str] = getattr(env, "handbook_answers", {})
    if getattr(env, "handbook_stamp", None) == stamps_of(app).whole:
        return []
    answers = answers_of(app)
    stale = {question for question, answer in before.items() if answers.of(question) != answer}
    return sorted(docname for docname, asked in questions(env).items() if not asked.isdisjoint(stale))


def updated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """After reading: the answers that all pages are built with now."""
    whole = frozenset().union(*questions(env).values())
    before: dict[Question, str] = getattr(env, "handbook_answers", {})
    if getattr(env, "handbook_stamp", None) != stamps_of(app).whole or whole != before.keys():
        answers = answers_of(app)
        env.handbook_answers = {question: answers.of(question) for question in sorted(whole)}  # type: ignore[attr-defined]
        env.handbook_records, env.handbook_stamp = stamps_of(app).records, stamps_of(app).whole  # type: ignore[attr-defined]
    return []


def setup(app: Sphinx) -> None:
    """Register: before all that asks, and after it."""
    app.connect("source-read", begin, priority=1)
    app.connect("doctree-read", end, priority=990)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", updated)
