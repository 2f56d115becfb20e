"""A user's decision reaches the next run, and `session-archive status` shows the result."""

import json

import typer
from typer.testing import CliRunner

from archive_flow.cli.decide import decide
from session_archive.cli.status import status
from session_archive.errors import ArchiveError, SettingsError
from session_archive.states.decisions import Verdict
from session_archive.states.state import State

SC050 = {"subjects": ["SC050"], "kinds": ["raw-ephys"]}
FOLDER = "rig:SC050/catgt_SC050_091420_g0"
MORNING, AFTERNOON = "SC050 2020-09-14 09:00", "SC050 2020-09-14 16:00"


def run(command, *arguments: str, **environment: str):
    """The outcome of a console command."""
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments, env=environment)


def reported(*arguments: str) -> dict:
    done = run(status, "--json", *arguments)
    document: dict = json.loads(done.output)
    assert done.exit_code == int("--unsafe" in arguments and document["not_safe"] > 0), done.output
    return document


def test_a_folder_given_at_the_console_is_archived_by_the_next_run(world) -> None:
    assert reported("--kind", "raw-ephys")["types"]["raw-ephys"]["states"] == {"not found": 9}
    world.run("upload_sessions", **SC050)
    assert world.transfers() == []
    for words in (MORNING, AFTERNOON):
        row = world.states()[words]
        assert row.state is State.AMBIGUOUS
        assert f"candidates: {FOLDER} (began 2020-09-14 12:00:00)" in row.reason
    done = run(decide, FOLDER, "--session", AFTERNOON, "--why", "the notebook says so", "--by", "ann")
    assert done.exit_code == 0, done.output
    assert f"given to {AFTERNOON} by ann" in done.output
    again = run(decide, FOLDER, "--session", AFTERNOON, "--why", "the notebook says so")
    assert "nothing new" in again.output
    assert world.run("upload_sessions", **SC050)["state"] == "success"
    states = world.states()
    assert (states[MORNING].state, states[AFTERNOON].state) == (State.NOT_FOUND, State.ARCHIVED)
    unsafe = reported("--subject", "SC050", "--kind", "raw-ephys", "--unsafe")
    assert [(row["session"], row["state"]) for row in unsafe["data_sets"]] == [(MORNING, "not found")]
    output = run(status, "--state", "archived", COLUMNS="120").output
    assert output.count("raw-ephys/SC050/2020-09-14 ") == 1
    assert MORNING not in output


def test_a_decision_given_to_a_run_is_checked_and_recorded_before_matching(world) -> None:
    lines = {
        "wrong": f"{FOLDER} = SC050 2020-09-14 10:00",
        "right": f"{FOLDER} = subject_id=471324, session=1",
    }
    assert world.run("upload_sessions", **SC050, decisions=[lines["wrong"]])["state"] == "failed"
    with world.stack.catalog() as catalog:
        assert catalog.decisions.made() == []
    assert (
        world.run("upload_sessions", **SC050, decisions=[lines["right"]], dry_run=True)["state"] == "success"
    )
    with world.stack.catalog() as catalog:
        assert catalog.decisions.made() == []
    for _ in range(2):
        assert world.run("upload_sessions", **SC050, decisions=[lines["right"]])["state"] == "success"
    with world.stack.catalog() as catalog:
        [kept] = catalog.decisions.made()
    assert (kept.verdict, kept.session, kept.decided_by) == (Verdict.SESSION, MORNING, "dag_test")
    assert world.states()[MORNING].state is State.ARCHIVED


def test_ignored_folders_and_sessions_are_no_longer_reported(world) -> None:
    upload = {"subjects": ["SC022", "SC050"], "kinds": ["raw-ephys"], "dry_run": False}
    world.run("upload_sessions", **upload, limit=1)
    assert reported("--state", "unclaimed")["types"]["raw-ephys"]["unclaimed"] == 1
    for arguments in (
        ["rig:SC022/catgt_SC022_080919_g0"],
        [FOLDER],
        ["--session", MORNING, "--kind", "raw-ephys"],
    ):
        done = run(decide, *arguments, "--ignore", "--why", "a test")
        assert done.exit_code == 0, done.output
    world.run("upload_sessions", **upload, limit=1)
    ephys = reported()["types"]["raw-ephys"]
    assert ephys["unclaimed"] == 0
    assert ephys["states"]["ignored"] == 2
    assert "ambiguous" not in ephys["states"]


INCOMPLETE = [
    (["--ignore", "--why", "x"], SettingsError, "a FOLDER, or a --session"),
    ([FOLDER, "--why", "x"], SettingsError, "one of --session"),
    ([FOLDER, "--session", MORNING, "--ignore", "--why", "x"], SettingsError, "one of --session"),
    ([FOLDER, "--session", MORNING], SettingsError, "--why"),
    (
        ["attic:SC050/catgt_SC050_091420_g0", "--ignore", "--why", "x"],
        ArchiveError,
        "where PLACE is one of rig, far-rig",
    ),
    (["rig:SC050/what", "--ignore", "--why", "x"], ArchiveError, "what"),
    ([FOLDER, "--session", "SC050", "--why", "x"], ArchiveError, "not a session of the lab's pipeline"),
]


def test_an_incomplete_decision_is_refused_with_advice(world) -> None:
    for arguments, error, says in INCOMPLETE:
        failure = run(decide, *arguments).exception
        assert isinstance(failure, error), arguments
        assert says in str(failure)
    with world.stack.catalog() as catalog:
        assert catalog.decisions.made() == []


def test_status_accepts_its_own_login_and_names_unknown_arguments(world) -> None:
    login = {
        "SESSION_ARCHIVE_CATALOG_USER": "root",
        "SESSION_ARCHIVE_CATALOG_PASSWORD": world.stack.database.root_password,
        "SESSION_ARCHIVE_CATALOG_PORT": str(world.stack.database.port),
    }
    done = run(status, **login, COLUMNS="120")
    assert done.exit_code == 0, done.output
    assert "no run has looked" not in done.output, "only counts, unless rows are requested"
    assert "no run has looked" in run(status, "--unsafe", COLUMNS="120").output
    assert "17 more" in run(status, "--unsafe", "--limit", "1").output
    assert "'lost' is not a state" in str(run(status, "--state", "lost").exception)
    assert "is not a date" in str(run(status, "--date", "yesterday").exception)
    refused = run(status, **{**login, "SESSION_ARCHIVE_CATALOG_PASSWORD": "wrong"})
    assert "refuses the login 'root'" in str(refused.exception)
