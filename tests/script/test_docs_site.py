"""The documentation site: it holds every page, is read without a network, and is not built with one wrong link."""

import re
import shutil
from pathlib import Path

import pytest

from support.docs import build
from support.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]


def test_the_commands_page_is_what_the_console_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = "docs/reference/commands.md"
    assert (ROOT / page).read_text() == PAGES[page](), "run script/docs --write"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A copy of everything that the site is made from, or links to."""
    project = tmp_path / "project"
    unneeded = shutil.ignore_patterns(
        ".venv", ".local", ".git", "__pycache__", ".*_cache", "version_*", "mutations"
    )
    shutil.copytree(ROOT, project, ignore=unneeded)
    return project


@pytest.mark.long
def test_the_site_holds_every_page_and_asks_no_other_machine(tmp_path: Path) -> None:
    site = tmp_path / "site"
    result = build(ROOT, site)
    assert result.returncode == 0, result.stderr
    for page in (ROOT / "docs").rglob("*.md"):
        assert (site / page.relative_to(ROOT).with_suffix(".html")).is_file(), page
    assert "verification" in (site / "searchindex.js").read_text()
    for page in site.rglob("*.html"):
        loads = re.findall(
            r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=\"([^\"]+)\"", page.read_text()
        )
        assert [each for each in loads if re.match(r"(?:https?:)?//", each)] == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", style.read_text()), style


@pytest.mark.long
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("\n[a page](no_such_page.md)\n", "no_such_page.md"),
        ("\n[a heading](glossary.md#no-such-heading)\n", "no-such-heading"),
        ("\n[a heading](#no-such-heading-here)\n", "no-such-heading-here"),
        ("\n![a picture](pictures/no_such_picture.png)\n", "no_such_picture.png"),
    ],
)
def test_one_wrong_link_stops_it(pages: Path, tmp_path: Path, wrong: str, says: str) -> None:
    page = pages / "docs/install.md"
    page.write_text(page.read_text() + wrong)
    result = build(pages, tmp_path / "site")
    assert result.returncode != 0
    assert "docs/install.md" in result.stderr
    assert says in result.stderr


@pytest.mark.long
def test_a_page_that_no_list_leads_to_stops_it(pages: Path, tmp_path: Path) -> None:
    (pages / "docs/forgotten.md").write_text("# Forgotten\n\nNobody finds this.\n")
    result = build(pages, tmp_path / "site")
    assert result.returncode != 0
    assert "docs/forgotten.md" in result.stderr
