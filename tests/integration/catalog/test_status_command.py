"""`session-archive status` as a whole command: what it imports, asks and writes."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from tests.integration.catalog.rich import fill
from tests.integration.catalog.samples import NIGHTLY, PASSWORD, SETTINGS, Site, login_of, state
from typer.testing import CliRunner

from session_archive.catalog.database.plain import PlainConnection
from session_archive.cli.main import build
from session_archive.cli.status_report import StatusReport
from session_archive.messages.night import Night
from session_archive.states.overview import UNSAFE
from session_archive.states.state import State
from support.airflow_settings import own_home
from support.sample_lab import LabRow, add_sessions

#: Ends with what it has imported, as the last line on stderr.
WHOLE = (
    "import atexit, sys; from session_archive.cli.main import main; "
    "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr)); main()"
)
#: What costs more to import than all of the command.
COSTLY = {"datajoint", "pandas", "numpy", "networkx", "airflow", "globus_sdk", "httpx"}


@pytest.fixture
def settings(site: Site, tmp_path: Path) -> Path:
    path = tmp_path / "archive.toml"
    path.write_text(SETTINGS.format(number=site.number))
    return path


def status(settings: Path, *words: str, **environment: str) -> tuple[int, str, list[str], set[str]]:
    """Exit code, stdout, lines of stderr and the imported modules of the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", WHOLE, "status", *words],
        env={
            "PATH": os.environ["PATH"],
            # The code that this process tests.
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "SESSION_ARCHIVE_CONFIG": str(settings),
            **environment,
        },
        cwd=settings.parent,
        capture_output=True,
        text=True,
    )
    *lines, modules = done.stderr.splitlines()
    return done.returncode, done.stdout, lines, set(modules.split())


def unsafe_by_datajoint(site: Site) -> Any:
    catalog = site.open()
    counts = catalog.state_counts.of(
        kinds=["raw-ephys", "tracking-video"], states=UNSAFE | {State.UNCLAIMED, State.IGNORED}, limit=None
    )
    lines = [each.line for each in catalog.unconfirmed.waiting()]
    since = catalog.state_ages.since(counts.rows)
    return json.loads(StatusReport(counts, since=since, unconfirmed=lines).as_json())


def test_a_login_of_its_own_needs_no_datajoint_and_gives_the_same_answer(site: Site, settings: Path) -> None:
    fill(site)
    code, output, lines, modules = status(settings, "--unsafe", "--json", **login_of(site))
    assert (code, lines) == (1, []), "something is not safe"
    assert "pymysql" in modules
    assert not modules & COSTLY
    document = json.loads(output)
    assert [line.split(":")[0] for line in document.pop("transfers")] == [
        "raw-ephys/SC000/2021-01-01 to archive",
        "raw-ephys/SC001/2021-01-01 to archive",
    ]
    expected = unsafe_by_datajoint(site)
    assert expected.pop("transfers") == []
    assert document.pop("progress") and expected.pop("progress") == []
    assert document["data_sets"][-1]["since"]
    assert document == expected


def test_the_login_of_airflow_is_read_by_airflow_alone(site: Site, settings: Path) -> None:
    """One import of what reads a connection; DataJoint would be a second one."""
    fill(site)
    connection = {
        "conn_type": "mysql",
        "host": site.server.host,
        "port": site.server.port,
        "login": NIGHTLY,
        "password": PASSWORD,
    }
    code, output, lines, modules = status(
        settings,
        "--unsafe",
        "--json",
        AIRFLOW_CONN_ARCHIVE_CATALOG=json.dumps(connection),
        **own_home(str(settings.parent)),
    )
    assert code == 1 and lines == []
    assert "airflow" in modules
    assert "datajoint" not in modules
    assert json.loads(output)["data_sets"] == unsafe_by_datajoint(site)["data_sets"]


def test_what_only_datajoint_can_say_is_said(site: Site, settings: Path) -> None:
    settings.write_text(settings.read_text().replace("session_time", "start"))
    code, output, lines, modules = status(settings, **login_of(site))
    assert (code, output) == (1, "")
    assert "lab.time: there is no attribute 'start'" in lines[0] and len(lines) == 1
    assert "datajoint" in modules


def test_a_wrong_password_is_one_line_and_needs_no_datajoint(site: Site, settings: Path) -> None:
    login = login_of(site) | {"SESSION_ARCHIVE_CATALOG_PASSWORD": "not-the-passw0rd"}
    code, _, lines, modules = status(settings, **login)
    assert code == 1
    assert len(lines) == 1 and "refuses the login 'nightly'" in lines[0]
    assert "not-the-passw0rd" not in lines[0]
    assert not modules & COSTLY


def test_the_number_of_queries_does_not_grow_with_the_sessions(
    site: Site, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site)
    for name, value in {"SESSION_ARCHIVE_CONFIG": str(settings), **login_of(site)}.items():
        monkeypatch.setenv(name, value)
    sent: list[str] = []
    query = PlainConnection.query

    def counted(self: PlainConnection, sql: str, *arguments: Any, **options: Any) -> Any:
        sent.append(sql)
        return query(self, sql, *arguments, **options)

    monkeypatch.setattr(PlainConnection, "query", counted)

    def queries(*words: str) -> int:
        sent.clear()
        done = CliRunner().invoke(build(), ["status", *words])
        assert done.exit_code == int("--unsafe" in words), done.output
        return len(sent)

    few = queries(), queries("--unsafe"), queries("--unsafe", "--limit", "0")
    start = dt.datetime(2022, 1, 1, 10)
    add_sessions(site.sample, [LabRow(9, "SC009", 99 + n, start + dt.timedelta(hours=n)) for n in range(300)])
    assert (queries(), queries("--unsafe"), queries("--unsafe", "--limit", "0")) == few
    assert max(few) <= 36


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--subject", "SC02"), "--subject: the lab's pipeline has no session of 'SC02'"),
        (("--kind", "raw-ephis"), "param kinds: 'raw-ephis' is not in archive.toml"),
        (("--stale", "--unsafe"), "--stale stands alone"),
    ],
)
def test_what_nobody_knows_is_an_error_and_no_empty_answer(
    site: Site, settings: Path, words: tuple[str, ...], line: str
) -> None:
    code, output, lines, _ = status(settings, "--unsafe", *words, **login_of(site))
    assert (code, output, len(lines)) == (1, "", 1)
    assert line in lines[0]


def test_a_subject_of_a_folder_that_nobody_claims_is_known(site: Site, settings: Path) -> None:
    folder = state(
        what=State.UNCLAIMED,
        data_set="",
        target=uuid.uuid4(),
        path="rig:SC777/x",
        session="SC777 2020-05-05",
        reason="no session claims it",
    )
    site.open().states.record([folder])
    code, output, _, _ = status(settings, "--unsafe", "--subject", "sc777", **login_of(site))
    assert code == 1 and "rig:SC777/x" in output and "not safe: 1" in output


def test_what_is_ignored_is_listed_last_and_does_not_count(site: Site, settings: Path) -> None:
    catalog = site.open()
    first, *others = catalog.expected_sessions("raw-ephys")
    reason = "ignored by ann on 2021-01-02: test recording"
    catalog.states.record(
        [
            state(first, what=State.IGNORED, data_set="", session=str(first), reason=reason),
            *(state(each, data_set="", session=str(each)) for each in others),
        ]
    )
    words = ("--unsafe", "--kind", "raw-ephys")
    code, output, _, _ = status(settings, *words, **login_of(site))
    assert code == 0
    assert "not counted as unsafe" in output and reason in output
    assert output.rstrip().endswith("all that is expected is safe")
    catalog.states.record([state(others[-1], what=State.FAILED, data_set="", session=str(others[-1]))])
    code, output, _, _ = status(settings, *words, **login_of(site))
    assert code == 1 and "not safe: 1" in output
    assert output.index(str(others[-1])) < output.index(reason)


def test_the_last_night_is_said_with_its_begin_and_end(site: Site, settings: Path) -> None:
    began, ended = (dt.datetime(2021, 1, 2, hour, tzinfo=dt.UTC) for hour in (1, 4))
    site.open().nights.record(Night("night 1", began, ended, n_new=3))
    code, output, _, modules = status(settings, TZ="UTC", **login_of(site))
    line = "the last night began 2021-01-02 01:00 and ended 2021-01-02 04:00, 3 data sets newly archived"
    assert code == 0 and line in output and not modules & COSTLY
    document = json.loads(status(settings, "--json", **login_of(site))[1])
    assert document["night"]["ended_at"] == "2021-01-02T04:00:00+00:00"


def test_a_night_that_is_late_is_an_exit_code_and_needs_no_datajoint(site: Site, settings: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    site.open().nights.record(Night("night 1", now - dt.timedelta(days=4), now - dt.timedelta(days=3)))
    code, output, _, modules = status(settings, "--stale", **login_of(site))
    assert code == 1 and "one is expected within 48 hours" in output and not modules & COSTLY
    site.open().nights.record(Night("night 2", now, now))
    assert status(settings, "--stale", **login_of(site))[0] == 0
