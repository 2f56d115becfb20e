"""The form of a retrieval: headings, names to choose from, and dates that can be refused before a run begins."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.flow.spine.forms import accepts

from archive_flow.spine.params import DATES, kinds
from archive_flow.spine.retrieve_params import retrieve_form

FIELDS = {
    "subjects", "dates", "sessions", "kinds", "data_sets", "restriction", "file_types", "probes", "cameras",
    "everything", "destination", "origin", "limit", "accept_missing", "dry_run",
}  # fmt: skip


@pytest.fixture
def archive_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "archive.toml"
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(path))
    return path


def test_each_field_stands_under_a_heading_and_keeps_its_meaning(archive_toml: Path) -> None:
    form = retrieve_form()
    assert form.keys() == FIELDS
    sections = [param.schema["section"] for param in form.values()]
    assert sections == sorted(sections, key=sections.index) and len(set(sections)) == 3, "no heading twice"
    assert all(param.description and param.schema["title"] for param in form.values())
    assert not accepts(form["subjects"], ["a/b"])
    assert form["dry_run"].value is False
    assert "section" not in DATES.schema, "the same param stands in other forms"


def test_kinds_and_destinations_can_be_chosen_and_others_are_refused_by_the_run(archive_toml: Path) -> None:
    assert "examples" not in retrieve_form()["destination"].schema
    archive_toml.write_text(
        "[data_sets.raw-ephys]\n[scratch.analysis]\n[scratch.other]\n[sources.rig]\n[locations.tape]\n"
    )
    form = retrieve_form()
    assert form["kinds"].schema["examples"] == kinds().schema["examples"] == ["raw-ephys"]
    assert form["destination"].schema["examples"] == ["analysis", "other"]
    assert form["origin"].schema["examples"] == ["tape", "rig"]
    # A place that was added a moment ago, over the API.
    assert accepts(form["destination"], "added") and accepts(form["kinds"], ["added"])


@pytest.mark.parametrize(
    "text", ["2021-13-01", "2021-00-10", "2021-01-32", "2021-01-00", "2021-01-01..2021-1-2", "x"]
)
def test_a_day_that_no_month_has_is_refused_before_the_run(text: str) -> None:
    assert not accepts(DATES, [text])


@pytest.mark.parametrize("text", ["2021-01-01", "2021-12-31..2022-01-09", "2021-02-30"])
def test_days_are_accepted_and_only_the_run_knows_the_length_of_a_month(text: str) -> None:
    assert accepts(DATES, [text])
