"""The documentation site, as Sphinx builds it from the folder of the project: see script/docs.

Its pages are the Markdown files that GitHub shows, and nothing else. Which pages there are, and in which order, is said
once, by the lists of links in docs/index.md.
"""

import posixpath
import re

from sphinx.application import Sphinx

project = "session-archive"
root_doc = "docs/index"
extensions = ["myst_parser"]
include_patterns = [
    "docs/**.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "changelog.d/README.md",
    "include/loopback_globus/README.md",
    "include/loopback_globus/LIMITS.md",
    "packaging/airflow-provider-globus/README.md",
    "packaging/loopback-globus/README.md",
]
# Folders that no page is in, so that they are not walked.
exclude_patterns = [
    ".*",
    "**/.*",
    "tests",
    "plugins",
    "benchmarks",
    "script",
    "config",
    "dags",
    "build",
    "dist",
]
# A heading gets the anchor that GitHub gives it, and a link to one that does not exist is a warning.
myst_heading_anchors = 6
myst_enable_extensions = ["colon_fence"]
nitpicky = True
# Two apostrophes are an empty text here, and no quotation.
smartquotes = False

html_theme = "furo"
html_title = "session-archive"
html_static_path = ["site"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False

#: A link to a page. The first one of a line of the list gives the page its name in the menu; others have their heading.
_LINK = re.compile(r"(?m)(?:^- \[(?P<name>[^\]]+)|(?<!^- )\[[^\]]+)\]\((?P<page>[^)#\s]+\.md)\)")


def _tables_of_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Turn the lists of links in docs/index.md into the menu: GitHub would show a directive as code."""
    if name != root_doc:
        return
    seen: set[str] = set()
    menus = []
    for section in source[0].split("\n## ")[1:]:
        pages = {posixpath.normpath(f"docs/{link['page']}"): link["name"] for link in _LINK.finditer(section)}
        new = {page: name for page, name in pages.items() if page not in seen}
        seen.update(new)
        menus.append(
            "\n".join(
                ["```{toctree}", ":hidden:", f":caption: {section.splitlines()[0]}", ""]
                + [f"{name} </{page}>" if name else f"/{page}" for page, name in new.items()]
                + ["```"]
            )
        )
    source[0] += "\n\n" + "\n\n".join(menus) + "\n"


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _tables_of_contents)
