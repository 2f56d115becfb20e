"""`setup` adds the reviews that are missing, so that not even the first night reads all that has ended."""

import io
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import Site

from archive_flow.cli.setup import review_catalog
from session_archive.catalog.history import session_reviewer
from session_archive.terminal import Console


@pytest.fixture(autouse=True)
def every_session_is_worth_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_reviewer, "_MANY", 1)


def test_each_type_gets_its_review_once(site: Site) -> None:
    for _ in range(2):
        review_catalog(site.admin, site.layout, Console(file=io.StringIO()))
    abouts = site.admin.query(f"SELECT DISTINCT about FROM `{site.layout.database}`.review").fetchall()
    assert {about.partition(",")[0] for (about,) in abouts} == {
        "sessions of raw-ephys",
        "sessions of tracking-video",
    }


def test_a_small_lab_needs_none(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    review_catalog(site.admin, site.layout, Console(file=io.StringIO()))
    assert site.count("review") == 0


def test_a_wrong_setting_stops_no_setup(site: Site) -> None:
    written = io.StringIO()
    layout = replace(site.layout, expected={"raw-ephys": "nowhere.Session"})
    review_catalog(site.admin, layout, Console(file=written))
    assert "catalog: not reviewed" in written.getvalue()
    assert "data_sets.raw-ephys.expected" in written.getvalue()
