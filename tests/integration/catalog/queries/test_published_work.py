"""From Python: the state of a session, what is on this machine, and a shell with the tables."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datajoint as dj
import pytest
from tests.integration.catalog.samples import (
    NIGHTLY,
    PASSWORD,
    SC022,
    SETTINGS,
    TWO_FILES,
    Site,
    nth,
    record,
    state,
)

from session_archive.catalog.open import Catalog
from session_archive.catalog.queries.local_copies import local_copies
from session_archive.catalog.queries.published import Published, publish
from session_archive.catalog.queries.session_states import session_states
from session_archive.errors import CatalogError
from session_archive.states.state import State


@pytest.fixture
def catalog(site: Site) -> Catalog:
    """The first session is archived; the second was looked at."""
    catalog = site.open()
    morning, noon = (each for each in catalog.expected_sessions("raw-ephys") if each.subject == "SC022")
    record(catalog, morning)
    shown = {"session": str(noon), "data_set": f"{SC022}/1"}
    catalog.states.record(
        [
            state(noon, what=State.WAITING, reason="seen for the first time", **shown),
            state(noon, what=State.FAILED, reason="cancelled", **shown),
            state(noon, what=State.NOT_FOUND, data_set_type="tracking-video", session=str(noon), data_set=""),
        ]
    )
    return catalog


@pytest.fixture
def published(site: Site, catalog: Catalog) -> Iterator[Published]:
    connection = dj.Connection(site.server.host, NIGHTLY, PASSWORD, site.server.port, False)
    layout = site.layout
    yield publish(
        connection,
        database=layout.database,
        link_database=layout.link_database,
        query_verbs={},
        link_verbs={},
    )
    connection.close()


@pytest.mark.parametrize(
    "session",
    [{"subject_id": 407513, "session": 2}, "SC022 2021-01-01 12:30", "SC022 2021-01-01"],
    ids=["key", "shown", "day"],
)
def test_the_state_of_a_session_is_found_however_it_is_named(published: Published, session: Any) -> None:
    rows = {row.data_set_type: row for row in session_states(published, session)}
    assert (rows["raw-ephys"].state, rows["raw-ephys"].reason) == (State.FAILED, "cancelled")
    assert rows["tracking-video"].state is State.NOT_FOUND


def test_a_data_set_has_its_state_alone(published: Published) -> None:
    (row,) = session_states(published, f"{SC022}/1")
    assert row.state is State.FAILED
    (row,) = session_states(published, str(SC022))
    assert row.state is State.ARCHIVED


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ("SC022 2021-01-0", "no run has recorded anything of 'SC022 2021-01-0'"),
        ("SC0%", "no run has recorded anything"),
        ({"subject_id": 407513, "session": 9}, "no run has recorded anything"),
        ({"subject_id": 407513}, "subject_id is not the key of a session; expected subject_id, session"),
        ({"subject_id": 407513, "sesion": 1}, "expected subject_id, session"),
        ({}, "nothing is not the key of a session"),
    ],
)
def test_a_session_that_nobody_knows_is_an_error(published: Published, session: Any, words: str) -> None:
    with pytest.raises(CatalogError, match=words):
        session_states(published, session)


def test_what_was_brought_back_has_its_path_here(published: Published, tmp_path: Path) -> None:
    (empty,) = local_copies(published, [str(SC022)], tmp_path)
    assert not empty.complete and empty.missing == tuple(file.path for file in TWO_FILES.files)
    for file in TWO_FILES.files:
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_bytes(b"x" * file.size)
    unknown, copy = local_copies(published, [str(SC022), str(nth(9))], tmp_path)
    assert copy.complete and copy.directory == tmp_path / "SC022"
    assert unknown.name == str(nth(9)) and not unknown.complete


def test_a_shell_has_the_tables_of_the_archive_and_of_the_lab(
    site: Site, catalog: Catalog, tmp_path: Path
) -> None:
    settings = tmp_path / "archive.toml"
    settings.write_text(SETTINGS.format(number=site.number))
    lines = [
        "print('rows:', len(ArchivedRawEphys()), len(Archived))",
        f"print('lab:', len(experiment{site.number}.Session() & {{'subject_id': 407513}}))",
        "print('state:', publication.states('SC022 2021-01-01 12:30')[0].state)",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "session_archive.cli", "shell"],
        input="\n".join(lines) + "\n",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "SESSION_ARCHIVE_CONFIG": str(settings),
            "DJ_HOST": site.server.host,
            "DJ_PORT": str(site.server.port),
            "DJ_USER": NIGHTLY,
            "DJ_PASS": PASSWORD,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for line in ("rows: 1 1", "lab: 2", "state: "):
        assert line in done.stdout
    assert "Traceback" not in done.stderr
    assert "ArchivedRawEphys" in done.stdout + done.stderr, "the banner names the tables"
