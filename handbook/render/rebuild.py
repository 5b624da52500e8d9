"""Build a page again when a record that it shows has changed, and only then; see `handbook.asked`."""

from __future__ import annotations

from collections.abc import Collection

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from handbook.asked import Answers, Question, notebook
from handbook.render.base import project_of, stamp_of


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


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The pages with an answer that differs from the one they were built with."""
    before: dict[Question, str] = getattr(env, "handbook_answers", {})
    if getattr(env, "handbook_stamp", None) == stamp_of(app):
        return []
    answers = Answers(project_of(app))
    stale = {question for question, answer in before.items() if answers.of(question) != answer}
    return sorted(docname for docname, asked in questions(env).items() if not asked.isdisjoint(stale))


def updated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """After reading: the answers that all pages are built with now."""
    whole = frozenset().union(*questions(env).values())
    before: dict[Question, str] = getattr(env, "handbook_answers", {})
    if getattr(env, "handbook_stamp", None) != stamp_of(app) or whole != before.keys():
        answers = Answers(project_of(app))
        env.handbook_answers = {question: answers.of(question) for question in sorted(whole)}  # type: ignore[attr-defined]
        env.handbook_stamp = stamp_of(app)  # type: ignore[attr-defined]
    return []


def setup(app: Sphinx) -> None:
    """Register: before all that asks, and after it."""
    app.connect("source-read", begin, priority=1)
    app.connect("doctree-read", end, priority=990)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", updated)
