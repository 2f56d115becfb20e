"""`session-archive name` asks the catalog, with a login of one's own in the environment."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.catalog.samples import PASSWORD, SETTINGS, Site, login_of, record, state
from typer.testing import CliRunner

from session_archive.catalog.open import Catalog
from session_archive.cli.main import build
from session_archive.states.state import LabSession, State


@pytest.fixture
def name(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """The command's answer for SC022 on 2021-01-01."""
    settings = tmp_path / "archive.toml"
    settings.write_text(SETTINGS.format(number=site.number))
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(settings))
    for key, value in login_of(site).items():
        monkeypatch.setenv(key, value)

    def ask() -> Any:
        done = CliRunner().invoke(build(), ["name", "SC022", "2021-01-01", "--json"])
        assert done.exit_code == 0, done.exception
        assert PASSWORD not in done.output
        return json.loads(done.output)

    return ask


def test_sessions_of_the_pipeline_without_a_folder_take_no_name(
    name: Callable[[], Any], catalog: Catalog, session: LabSession
) -> None:
    # A run that found no folder writes down what it would be called.
    catalog.states.record([state(session, what=State.NOT_FOUND)])
    suggestion = name()
    assert (suggestion["ident"], suggestion["taken"], suggestion["looked_at"]) == ("", [], ["the catalog"])


def test_what_is_archived_or_was_seen_takes_its_name(
    name: Callable[[], Any], catalog: Catalog, session: LabSession
) -> None:
    record(catalog, session)
    suggestion = name()
    assert suggestion["ident"] == "1"
    assert [(each["kind"], each["ident"]) for each in suggestion["taken"]] == [("raw-ephys", "")]
    assert "has no tracking-video: if yours belongs to it" in suggestion["warnings"][0]
    seen = "tracking-video/SC022/2021-01-01/1"
    stray = state(what=State.UNCLAIMED, data_set_type="tracking-video", target=uuid.uuid4(), data_set=seen)
    gone = state(what=State.GONE, target=uuid.uuid4(), data_set="raw-ephys/SC022/2021-01-01/5")
    gate = state(
        what=State.UNCLAIMED,
        target=uuid.uuid4(),
        data_set="raw-ephys/SC022/2021-01-01/g1",
        path="rig:SC022/catgt_SC022_010121_g1",
    )
    catalog.states.record([stray, gone, gate])
    suggestion = name()
    assert suggestion["ident"] == "2"
    # A further gate has the name of its run, and says nothing about further sessions.
    assert not any("g1" in each["where"] for each in suggestion["taken"])
    assert not any("does not say which session" in each for each in suggestion["warnings"])


def test_a_catalog_that_does_not_answer_stops_nobody(
    name: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_ARCHIVE_CATALOG_PORT", "1")
    suggestion = name()
    assert suggestion["looked_at"] == []
    assert "the catalog was not searched: " in suggestion["warnings"][0]
    assert "nothing was searched" in suggestion["warnings"][1]
