"""`session-archive explain` of what `status` and logs print: `rig:...`, paths on a disk, and what the catalog says."""

import datetime as dt
from pathlib import Path

import pytest
from tests.integration.catalog.samples import SETTINGS, Site, login_of, state
from typer.testing import CliRunner

from session_archive.cli.main import build
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State

FOLDER = "SC022/catgt_SC022_010121_g0"
REASON = "a file was written a minute ago"


@pytest.fixture
def rig(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a rig that this machine can read, and the login of the catalog."""
    rig = tmp_path / "data" / "rig"
    path = tmp_path / "archive.toml"
    source = f'[sources.rig]\ncollection = "{"1" * 8}-ade0-4114-b160-e4dc8e9c8a1a"\ndirectory = "/rig"\n'
    path.write_text(SETTINGS.format(number=site.number) + f'{source}local_path = "{rig}"\n')
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(path))
    for name, value in login_of(site).items():
        monkeypatch.setenv(name, value)
    return rig


def explained(*words: str) -> str:
    done = CliRunner().invoke(build(), ["explain", *words])
    assert done.exit_code == 0, done.output + str(done.exception)
    return " ".join(done.output.split())


def test_each_way_to_name_it_has_the_same_answer(site: Site, rig: Path) -> None:
    catalog = site.open()
    session = catalog.expected_sessions("raw-ephys")[0]
    began = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
    waiting = state(
        session,
        what=State.WAITING,
        reason=REASON,
        path=f"rig:{FOLDER}",
        session=str(session),
        changed_at=began,
    )
    catalog.states.record([waiting])
    ways = [f"rig:{FOLDER}", f"{rig}/{FOLDER}", f"{rig}/{FOLDER}/", FOLDER, f"{FOLDER}/SC022_010121_g0_imec0"]
    for way in ways:
        shown = explained(way)
        assert f"state raw-ephys/SC022/2021-01-01 is waiting (3 nights): {REASON}" in shown, way
        assert f"seen at rig:{FOLDER}" in shown
        assert "decided" not in shown
    assert f"accept rig:{FOLDER}" in explained(ways[1])


def test_the_decisions_in_force_are_said_and_no_others(site: Site, rig: Path) -> None:
    catalog = site.open()
    session = catalog.expected_sessions("raw-ephys")[0]
    for directory, verdict, why in (
        (FOLDER, Verdict.IGNORE, "a first try"),
        (FOLDER, Verdict.WITHDRAW, "needed"),
        (FOLDER, Verdict.IGNORE, "a test"),
        ("SC022/other", Verdict.IGNORE, "another"),
    ):
        decision = Decision(verdict, place="rig", directory=directory, decided_by="ann", why=why)
        catalog.decisions.decide([decision])
    shown = explained(f"rig:{FOLDER}")
    assert "state no run has recorded anything of it" in shown
    assert f"decided rig:{FOLDER}: ignored by ann on" in shown and shown.count("ignored") == 1
    assert "a test" in shown and "another" not in shown
    # Of a session, once a run has said which it is.
    ignored = Decision(
        Verdict.IGNORE,
        session_id=session.id,
        session_key=session.key,
        session=str(session),
        decided_by="bob",
        why="no data",
    )
    catalog.decisions.decide([ignored])
    catalog.states.record([state(session, what=State.IGNORED, path=f"rig:{FOLDER}")])
    assert "ignored by bob" in explained(f"rig:{FOLDER}")


def test_a_folder_that_moved_to_another_data_set_has_only_its_present_state(site: Site, rig: Path) -> None:
    catalog = site.open()
    first, second, _ = catalog.expected_sessions("raw-ephys")
    where = {"path": f"rig:{FOLDER}", "data_set": "raw-ephys/SC022/2021-01-01/9"}
    catalog.states.record([state(first, what=State.FAILED, **where)])
    catalog.states.record(
        [state(first, what=State.WAITING, path="rig:SC022/x", data_set="raw-ephys/SC022/2021-01-02")]
    )
    catalog.states.record([state(second, what=State.READY, **where)])
    shown = explained(f"rig:{FOLDER}")
    assert "is ready" in shown and "is waiting" not in shown and "is failed" not in shown


def test_a_path_outside_of_every_place_is_an_error_that_names_the_roots(rig: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(build(), ["explain", str(tmp_path / "elsewhere")])
    assert done.exit_code == 1
    assert f"lies in no local_path of {tmp_path}/archive.toml" in str(done.exception)
    assert str(rig) in str(done.exception)


def test_without_the_catalog_the_name_is_explained_all_the_same(
    rig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_ARCHIVE_CATALOG_PASSWORD", "wrong")
    shown = explained(f"rig:{FOLDER}")
    assert "subject SC022" in shown
    assert "catalog not asked: " in shown and "refuses the login" in shown
