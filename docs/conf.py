"""Settings of the handbook; settings only: no network, no clock, no logic."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from handbook.edition import read  # noqa: E402

project = "Ketamine for Chronic Pain"
author = "The handbook's contributors"
copyright = "the handbook's contributors; words and data CC BY 4.0, code MIT"  # noqa: A001
release, edition_date = read(ROOT)
version = release
language = "en"
html_baseurl = "https://ketamine-chronic-pain.readthedocs.io/latest/"

extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "sphinxext.opengraph",
    "sphinx_sitemap",
    "notfound.extension",
    "handbook.render",
    "handbook.typst",
]
exclude_patterns = ["_includes", "_static", "_epub"]
templates_path = ["_templates"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline", "attrs_block"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

bibtex_bibfiles = ["../evidence/references.bib"]
bibtex_default_style = "handbook"
bibtex_reference_style = "label"

html_theme = "sphinx_book_theme"
html_title = "Ketamine for Chronic Pain"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["handbook.css"]
html_js_files = ["handbook.js"]
html_search_scorer = str(ROOT / "docs" / "_static" / "search" / "scorer.js")
html_copy_source = False
html_scaled_image_link = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_permalinks_icon = "#"
html_context = {"default_mode": "auto"}
html_sidebars = {"**": []}  # our own templates draw the menu
html_theme_options = {
    # Our own layout draws the page. Parts of the theme that are not there need not be rendered to see that they are empty.
    "navbar_persistent": [],
    "article_header_start": [],
    "article_header_end": [],
    "footer_content_items": [],
    "secondary_sidebar_items": [],
    "primary_sidebar_end": [],
    "shorten_urls": False,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_repository_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
# The project's address on its git host, for “Suggest a change”; empty: the link leads to the contributor guide.
handbook_repository = ""

# Pages for those who work on the handbook; the printed book leaves them to the site.
handbook_book_without = ["contributing/", "changes/", "download", "about/self-audit"]

epub_title = project
epub_identifier = html_baseurl
epub_scheme = "URL"
epub_show_urls = "no"

ogp_site_url = html_baseurl
ogp_site_name = project
ogp_social_cards = {"enable": False}
ogp_enable_meta_description = True
sitemap_url_scheme = "{link}"
sitemap_show_lastmod = False
notfound_urls_prefix = None
notfound_template = "404.html"

linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_workers = 4
linkcheck_rate_limit_timeout = 120
linkcheck_report_timeouts_as_broken = False
linkcheck_allowed_redirects = {r"https://doi\.org/.*": r".*"}
