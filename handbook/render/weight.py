"""What a page makes a browser load: our own style sheet and script, under a strict content policy, and nothing else.

The book theme brings 2.3 MB of styles, scripts and fonts (Font Awesome, Bootstrap). Our templates draw its page with one
style sheet and one script of ours, so the theme's files are left out of the pages and then out of the built folder.
Measured reasons: issue 7, `performance.md`; upstream, pydata-sphinx-theme issue 2379.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

# In the head: a reader's own colors and text size.
BOOT = (
    '(function(d){d.classList.add("js");try{["theme","size"].forEach(function(k){var v=localStorage.getItem("hb-"+k);'
    "if(v)d.dataset[k]=v})}catch(e){}})(document.documentElement)"
)
# At the foot: a long menu beside the page moves to the page's line, and our script is asked for once the words are on the screen,
# since nothing that is read waits for it; after two seconds where a browser does not tell of its paints. Being last, these lines
# also wait for the styles: without a script that does, Chromium lays the whole page out once without them.
# Nothing else of ours is inline, so the policy has these two hashes only.
FOOT = (
    '(function(s,src,menu){var here=menu.querySelector("[aria-current]");if(here&&matchMedia("(min-width:64em)").matches&&'
    "here.offsetTop>menu.clientHeight-80)menu.scrollTop=here.offsetTop-menu.clientHeight/2;"
    "function go(){s.src=src;document.head.append(s)}setTimeout(go,2000);"
    'new PerformanceObserver(go).observe({type:"paint",buffered:true})'
    '})(document.createElement("script"),document.currentScript.dataset.then,document.getElementById("pst-primary-sidebar"))'
)
SCRIPT = "_static/handbook.js"  # named in conf.py, so that its address carries its checksum; FOOT loads it
_MARK = "_handbook_script_mark"
POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)
# Files of Sphinx, its theme and its extensions that our pages never ask for on opening.
THEME_FILES = re.compile(
    r"(?:^|/)(?:styles/.*|scripts/.*|vendor/.*|basic\.css|sphinx-design\.min\.css|pygments\.css|doctools\.js|documentation_options\.js|"
    r"sphinx_highlight\.js|design-tabs\.js|searchtools\.js|language_data\.js|mystnb\..*)(?:\?.*)?$"
)
UNUSED = (
    "styles", "scripts", "vendor", "images", "locales", "basic.css", "base-stemmer.js", "english-stemmer.js", "file.png", "minus.png", "plus.png",
    "sbt-webpack-macros.html", "webpack-macros.html", "jquery.js", "underscore.js", "sphinx_highlight.js",
)  # fmt: skip
PARTS = {"pygments.css": 'class="highlight', "design-tabs.js": "data-sync-id"}
# Parts of sphinx-design that our own style sheet does not draw: a page that uses one gets the whole style sheet of sphinx-design.
DESIGN = re.compile(r"sd-(?:btn|badge|bg-|outline-|cards-carousel|avatar|card-img|tab-)")


@cache
def policy() -> str:
    """The content policy of every page: files of this site only, and two short inline scripts by their hashes."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in (BOOT, FOOT))
    return POLICY.format(hashes=" ".join(f"'sha256-{digest}'" for digest in digests))


def wanted(name: str, body: str) -> bool:
    """Whether a page with this *body* needs the file: ours always, parts of Sphinx only where they have something to do."""
    short = name.split("?")[0].rpartition("/")[2]
    if short in PARTS:
        return PARTS[short] in body
    if short == "sphinx-design.min.css":
        return "sd-" in body and bool(DESIGN.search(body))
    return not of_theme(name)


@cache
def of_theme(name: str) -> bool:
    """Whether a file belongs to Sphinx, its theme or an extension; the same few names come with every page."""
    return bool(THEME_FILES.search(name))


def without_theme_text(app: Sphinx) -> None:
    """The book theme joins the text of every section of every page for a description that our layout takes from the front matter."""
    for listener in list(app.events.listeners["html-page-context"]):
        if listener.handler.__module__ == "sphinx_book_theme" and listener.handler.__name__ == "add_metadata_to_page":
            app.disconnect(listener.id)


def context(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Keep what the page needs of the lists of styles and scripts; give templates the policy, the inline scripts and the address of ours."""
    body = str(context.get("body", ""))
    for key in ("css_files", "script_files"):
        kept = []
        for item in context.get(key, []):
            name = getattr(item, "filename", item)
            if str(name) == SCRIPT:
                context["handbook_script"] = script_address(app, context, item)
            # Scripts without a file are settings for the theme's scripts, and inline: the policy would refuse them.
            elif name and wanted(str(name), body):
                kept.append(item)
        context[key] = kept
    if pagename == app.config.notfound_pagename:
        # This page is shown at any address, so its script looks for files where its links do: from the top of the site.
        context["content_root"] = app.config.notfound_urls_prefix or "/"
    if app.config.html_favicon:
        context["favicon_url"] = icon(Path(app.srcdir) / app.config.html_favicon)
    context["handbook_boot"] = BOOT
    context["handbook_foot"] = FOOT
    context["handbook_policy"] = policy()


def script_address(app: Sphinx, context: dict[str, Any], item: Any) -> str:
    """The address of our script as the page sees it; Sphinx would work out its checksum for every page."""
    mark: str | None = getattr(app, _MARK, None)
    if mark is None:
        mark = str(context["js_tag"](item)).partition(SCRIPT)[2].partition('"')[0]
        setattr(app, _MARK, mark)
    return str(context["pathto"](SCRIPT, resource=True)) + mark


@cache
def icon(path: Path) -> str:
    """A drawing as an address that holds it, so that the sign of a tab needs no request of its own."""
    return "data:image/svg+xml," + quote(path.read_text(encoding="utf-8").strip(), safe="=/:")


def smaller_css(text: str) -> str:
    """The same rules without comments and needless blanks; strings and `url(…)` stay as they are."""
    pieces = re.split(r"""("[^"\n]*"|'[^'\n]*'|url\([^)"']*\))""", re.sub(r"/\*.*?\*/", "", text, flags=re.S))
    for n in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[n])
        pieces[n] = re.sub(r" ?([{};,]) ?", r"\1", piece).replace(": ", ":").replace(";}", "}")
    return "".join(pieces).strip() + "\n"


def smaller_js(text: str) -> str:
    """The same script without whole-line comments and indentation; template strings of ours hold no line breaks."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def finish(app: Sphinx, error: Exception | None) -> None:
    """After a good HTML build: make our own files small, and remove what no page loads."""
    if error or app.builder.name not in {"html", "dirhtml"}:
        return
    static = Path(app.outdir) / "_static"
    for name in UNUSED:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    # Their names carry a checksum of the source, which stays true: the small form follows from the source alone.
    source = Path(app.srcdir) / "_static"
    for path in sorted(source.glob("handbook*.css")):
        (static / path.name).write_text(smaller_css(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    for path in sorted(source.glob("handbook*.js")):
        (static / path.name).write_text(smaller_js(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Every page names our style sheet and script by their checksums and holds the icon: when one changed, write all pages (Sphinx would not)."""
    files = sorted(path for names in ("_static/handbook*", app.config.html_favicon) if names for path in Path(app.srcdir).glob(names))
    stamp = hashlib.sha256(b"\0".join([policy().encode(), *(path.read_bytes() for path in files)])).hexdigest()
    before = getattr(env, "handbook_files_stamp", None)
    env.handbook_files_stamp = stamp  # type: ignore[attr-defined]
    return sorted(env.found_docs) if before not in (None, stamp) else []


def setup(app: Sphinx) -> None:
    """Register, after every other hand on the page and on the built folder."""
    app.connect("builder-inited", without_theme_text)
    app.connect("env-updated", rewrite_all)
    app.connect("html-page-context", context, priority=950)
    app.connect("build-finished", finish, priority=900)
