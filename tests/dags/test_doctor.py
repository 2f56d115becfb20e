"""`session-archive doctor`: each failure is provoked on one real stack, and the other rows stay unchanged."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from airflow.models.asset import alias_association_table
from airflow.models.connection import Connection
from airflow.models.dag import DagModel
from airflow.models.errors import ParseImportError
from airflow.models.pool import Pool
from airflow.utils.session import create_session
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from archive_flow.doctor import airflow_checks, trial, versions
from archive_flow.run.airflow_objects import find_connection, give_ports
from archive_flow.run.register_asset import register_asset
from archive_flow.transfer.operators import SUBMIT_POOL
from globus_provider import response_keys
from globus_provider.hooks.globus import GlobusHook
from globus_provider.hooks.login import Login
from session_archive import clock
from session_archive.airflow_client.dag_ids import AUDIT, UPLOAD
from session_archive.assess.brought_copy import COPIES
from session_archive.catalog.schema.tables import SCHEMA_VERSION
from session_archive.cli.main import build
from session_archive.errors import SettingsError
from session_archive.messages.due import Kind
from session_archive.naming.kept_names import KeptNames
from support.mail_server import MailServer
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

#: The warnings of a healthy stack: Airflow does not run here, and the nightly DAG starts paused.
IDLE = {f"airflow: {part}" for part in ("scheduler", "dag-processor", "triggerer")}
PAUSED = {f"airflow: DAG {UPLOAD}", f"airflow: DAG {AUDIT}"}


class Patient:
    """A stack that is set up, and the doctor's report on it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.healthy: dict[str, tuple[str, str]] = {}

    def look(self, *arguments: str) -> dict[str, tuple[str, str]]:
        """Subject -> (grade, finding and advice); the exit code agrees."""
        done = CliRunner().invoke(build(), ["doctor", "--json", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.reported = json.loads(done.stdout)
        checks = self.reported["checks"]
        assert done.exit_code == any(check["grade"] == "failure" for check in checks)
        for secret in self.stack.secrets:
            assert secret not in done.output
        return {
            f"{check['area']}: {check['subject']}": (check["grade"], f"{check['found']} {check['advice']}")
            for check in checks
        }

    def changed(self, *arguments: str) -> dict[str, tuple[str, str]]:
        """The rows that differ from those of the healthy stack."""
        now = self.look(*arguments)
        return {name: check for name, check in now.items() if self.healthy.get(name, ("",))[0] != check[0]}

    def sql(self, statement: str) -> None:
        self.stack.database.execute(statement)

    @contextmanager
    def settings(self, old: str, new: str) -> Iterator[None]:
        """The settings with one text replaced by another."""
        file = self.stack.settings_file
        written = file.read_text()
        assert old in written
        file.write_text(written.replace(old, new, 1))
        try:
            yield
        finally:
            file.write_text(written)


@pytest.fixture(scope="module")
def patient(airflow_database: None, parse: Callable[[], Any]) -> Iterator[Patient]:
    with Stack(poll_interval="1 s") as stack, pytest.MonkeyPatch.context() as patch:
        make_rig(stack.rig)
        make_rig(stack.far_rig)
        stack.enter_sessions(lab_sessions())
        patch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        command = ["setup", "--port", str(stack.database.port), "--replace"]
        done = CliRunner().invoke(build(), command, env=stack.environment)
        assert done.exit_code == 0, done.output
        patient = Patient(stack)
        patient.healthy = patient.look()
        yield patient


def expect(found: dict[str, tuple[str, str]], expected: dict[str, tuple[str, str]]) -> None:
    """Assert that the subjects and grades are these, each with its words."""
    assert {name: check[0] for name, check in found.items()} == {
        name: check[0] for name, check in expected.items()
    }, found
    for name, (_, words) in expected.items():
        assert words in found[name][1]


def test_a_healthy_stack_has_only_the_warnings_of_a_new_one_and_is_not_changed(patient) -> None:
    before = patient.stack.globus.effects()
    checks = patient.look()
    assert {name for name, check in checks.items() if check[0] != "ok"} == IDLE | PAUSED
    assert "airflow dags unpause upload_sessions" in checks["airflow: DAG upload_sessions"][1]
    assert patient.stack.globus.effects() == before
    assert patient.reported["unexpected"] == {}
    done = CliRunner().invoke(build(), ["doctor"])
    assert done.exit_code == 0
    assert "5 warning" in done.output


def test_a_small_file_goes_to_the_archive_and_to_scratch_and_the_rig_is_only_read(
    patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stack = patient.stack
    # As if a new version of the service had one more key.
    monkeypatch.setattr(
        response_keys, "KNOWN", {**response_keys.KNOWN, "task": response_keys.KNOWN["task"] - {"faults"}}
    )
    rig = {path: path.read_bytes() for path in stack.rig.rglob("*") if path.is_file()}
    report = tmp_path / "report.json"
    checks = patient.look("--transfer", "--report", str(report))
    moved = {name: check for name, check in checks.items() if name.startswith("transfer: ")}
    assert [check[0] for check in moved.values()] == ["ok", "ok", "ok", "ok", "ok", "warning"]
    assert all(
        "computes MD5, SHA256, SHA512, SHA1" in moved[f"transfer: {place} checksums"][1]
        for place in ("archive-ephys", "archive-video", "analysis")
    )
    for secret in (*stack.secrets, *stack.globus.collections.values(), str(stack.directory), "4ElectrodeRig"):
        assert secret not in report.read_text()
    assert "EXTERNAL_CHECKSUM_MISMATCH" in report.read_text()
    assert "checksum MD5" in next(iter(moved.values()))[1]
    names = {name: check[0] for name, check in checks.items() if name.startswith("names: ")}
    assert names == {f"names: {place}": "ok" for place in ("archive-ephys", "archive-video", "analysis")}
    with stack.catalog() as catalog:
        for place in (*stack.settings.locations.values(), stack.settings.scratch["analysis"]):
            assert catalog.place_names.of(place) == KeptNames(case=True, normalisation=True)
    assert patient.reported["unexpected"] == {"task.faults": 0}
    assert {path: path.read_bytes() for path in stack.rig.rglob("*") if path.is_file()} == rig
    (kept,) = (stack.archive / "4ElectrodeRig_Ephys/.session-archive/doctor").glob("*/*.*")
    (back,) = (stack.scratch / "retrieved/.session-archive/doctor").glob("*/*.*")
    smallest = min(filter(None, rig.values()), key=len)
    assert kept.read_bytes() == back.read_bytes()
    assert len(kept.read_bytes()) == len(smallest)
    assert stack.globus.effects("removed") == []
    # What the trial itself has copied, one file at each location.
    assert all("/.session-archive/damaged/trial-" in line["path"] for line in stack.globus.effects("renamed"))
    asides = {name: check[0] for name, check in checks.items() if name.startswith("repair: ")}
    assert asides == {f"repair: {place}": "ok" for place in ("archive-ephys", "archive-video")}
    assert len(stack.globus.effects("renamed")) == len(asides)
    again = patient.look(
        "--transfer", "--source", "far-rig", "--file", str(next(iter(rig)).relative_to(stack.rig))
    )
    assert [check[0] for name, check in again.items() if name.startswith("transfer: far-rig")] == ["ok"]
    assert "known since" in again["transfer: archive-ephys checksums"][1]
    assert "SHA1 (as of" in again["catalog: checksums of location archive-ephys"][1]
    assert kept.exists()


def test_a_trial_proves_the_scratch_place_of_audits_at_the_root_that_it_has(patient) -> None:
    root, name = patient.stack.scratch / "retrieved", "audit: scratch place analysis"
    heading = "[scratch.analysis]\n"

    def at(path: Path) -> Any:
        new = f'[audit]\nscratch = "analysis"\n\n{heading}local_path = "{path}"\n'
        return patient.settings(heading, new)

    another = patient.stack.directory / "another disk"
    another.mkdir()
    with at(another):
        assert patient.look()[name][0] == "warning"
        # What is copied there is not seen: the trial ends before, and proves nothing.
        assert patient.look("--transfer")["transfer: trial"][0] == "failure"
        assert patient.look()[name][0] == "warning"
    with at(root):
        assert patient.look()[name][0] == "warning"
        assert patient.look("--transfer")[name] == patient.look()[name]
        assert patient.look()[name][0] == "ok"
    assert list((root / COPIES).iterdir()) == []
    with at(another):
        assert patient.look()[name][0] == "warning"


def test_settings_that_cannot_be_read_are_reported_line_by_line(patient) -> None:
    with patient.settings('database = "archive"', 'database = "archive!"'):
        checks = patient.look()
    assert set(checks) == {"machine: versions", "settings: archive.toml"}
    assert checks["settings: archive.toml"][0] == "failure"
    assert "catalog.database" in checks["settings: archive.toml"][1]


def test_settings_that_contradict_each_other_or_this_machine(patient) -> None:
    with (
        patient.settings("[limits]", '[limits]\ntransfer_deadline = "1 h"\nbytes_per_night = "900000 TB"'),
        patient.settings(f'local_path = "{patient.stack.rig}"', 'local_path = "/nowhere"'),
    ):
        checks = patient.look()
    assert checks["settings: limits.run_deadline"] == ("warning", checks["settings: limits.run_deadline"][1])
    assert checks["settings: sources.rig"][0] == "warning"
    assert "/nowhere cannot be read on this machine" in checks["settings: sources.rig"][1]
    assert "place: source rig local_path" not in checks


def test_unsupported_versions_are_named(patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "requires", lambda _: ["datajoint<2", "globus-sdk>=4", "nothing-such>1"])
    expect(patient.changed(), {"machine: versions": ("failure", "needs datajoint <2, nothing-such >1")})


def test_missing_parts_of_airflow(patient) -> None:
    with create_session() as session:
        session.execute(delete(Pool).where(Pool.pool == SUBMIT_POOL))
        session.get(DagModel, "upload_sessions").is_paused = False
        session.get(DagModel, "discover_sessions").is_stale = True
        broken = ParseImportError(filename="x/retrieve_sessions.py", stacktrace="Traceback\nSyntaxError: no")
        session.add(broken)
        for conn_id, kind in (("archive_catalog", "http"), ("globus_default", "ssh")):
            session.scalar(select(Connection).where(Connection.conn_id == conn_id)).conn_type = kind
    try:
        expect(
            patient.changed(),
            {
                "airflow: connection archive_catalog": ("failure", "its type is 'http'; expected 'mysql'"),
                "airflow: connection globus_default": ("failure", "its type is 'ssh'; expected 'globus'"),
                f"airflow: pool {SUBMIT_POOL}": ("failure", "session-archive setup"),
                "airflow: DAG upload_sessions": ("ok", "not paused"),
                "airflow: DAG discover_sessions": ("failure", "its file is gone"),
                "airflow: DAG retrieve_sessions": ("failure", "cannot be imported: SyntaxError: no"),
            },
        )
    finally:
        with create_session() as session:
            session.add(Pool(pool=SUBMIT_POOL, slots=0, description="", include_deferred=True))
            session.get(DagModel, "upload_sessions").is_paused = True
            session.get(DagModel, "discover_sessions").is_stale = False
            session.execute(delete(ParseImportError))
            for conn_id, kind in (("archive_catalog", "mysql"), ("globus_default", "globus")):
                session.scalar(select(Connection).where(Connection.conn_id == conn_id)).conn_type = kind
            # As the connection form of the UI stores it.
            session.scalar(select(Connection).where(Connection.conn_id == "globus_default")).port = None
            session.execute(delete(alias_association_table))
    expect(
        patient.changed(),
        {
            f"airflow: pool {SUBMIT_POOL}": ("failure", "it has no slots"),
            "airflow: connection globus_default": ("warning", "the Test button of Airflow's UI refuses it"),
            "airflow: asset session-archive://archived/": ("warning", "one would be lost"),
        },
    )
    with create_session() as session:
        session.scalar(select(Pool).where(Pool.pool == SUBMIT_POOL)).slots = 4
    give_ports()
    register_asset()


def test_missing_connections_a_missing_key_and_a_missing_database(
    patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airflow_checks, "has_key", lambda: False)
    with patient.settings("archive_catalog", "nobody"), patient.settings("globus_default", "none_such"):
        checks = patient.look()
    assert checks["airflow: connection nobody"][0] == "failure"
    assert checks["airflow: connection none_such"][0] == "failure"
    assert checks["airflow: Fernet key"][0] == "warning"
    assert checks["catalog: database"][0] == "failure"
    assert not [name for name in checks if name.startswith(("globus", "place"))]
    monkeypatch.setattr(airflow_checks, "most_recent_job", unusable)
    assert "airflow db migrate" in patient.changed()["airflow: database"][1]


def unusable(_: str) -> None:
    raise OperationalError("SELECT", {}, Exception("unable to open database file"))


NOTIFY = '[notify]\nto = "ann@lab.edu"\nconnection = "{}"\n\n[limits]'


@pytest.mark.parametrize(
    ("connection", "extra", "words"),
    [
        ("none_such", {}, "Airflow has no such connection"),
        ("smtp_lab", {"conn_type": "http"}, "its type is 'http'; expected 'smtp'"),
        ("smtp_lab", {"extra": {}}, "its extra has no `from_email`"),
        ("smtp_lab", {"port": 1}, "does not answer"),
        ("no.such.Notifier", {}, "no.such.Notifier cannot be imported"),
        ("airflow.sdk.BaseHook", {}, "not one of Airflow's notifiers"),
        ("airflow.sdk.BaseNotifier", {}, "takes no text"),
    ],
)
def test_messages_that_cannot_be_sent(
    patient, monkeypatch: pytest.MonkeyPatch, connection: str, extra: dict[str, Any], words: str
) -> None:
    with MailServer() as mail, patient.settings("[limits]", NOTIFY.format(connection)):
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_LAB", json.dumps(json.loads(mail.connection) | extra))
        found = {name: check for name, check in patient.changed().items() if check[0] != "ok"}
        assert mail.mails == []
    (check,) = found.values()
    assert check[0] == "failure"
    assert words in check[1]


def test_messages_that_can_be_sent_and_one_that_could_not(patient, monkeypatch: pytest.MonkeyPatch) -> None:
    with MailServer() as mail, patient.settings("[limits]", NOTIFY.format("smtp_lab")):
        fields = {"conn_id": "smtp_lab", **json.loads(mail.connection)}
        connection = Connection(**fields | {"extra": json.dumps(fields["extra"])})
        with create_session() as session:
            session.add(connection)
            session.get(DagModel, "send_messages").is_paused = True
        with patient.stack.catalog() as catalog:
            number = catalog.messages.begin(Kind.ALARM, title="t", recipient="r")
            catalog.messages.fail(number, "550 no such user")
        try:
            expect(
                patient.changed(),
                {
                    "airflow: DAG send_messages": ("failure", "nobody is sent a message"),
                    # In Airflow's database, as the form of the UI stores it.
                    "messages: connection smtp_lab": ("ok", "the mail server 127.0.0.1 answers"),
                    "messages: notifier": ("ok", "to ann@lab.edu"),
                    "messages: the last message": ("failure", "550 no such user"),
                },
            )
        finally:
            with create_session() as session:
                session.execute(delete(Connection).where(Connection.conn_id == "smtp_lab"))
                session.get(DagModel, "send_messages").is_paused = False
        assert mail.mails == []


def test_too_few_and_too_many_rights_of_the_nightly_login(patient) -> None:
    who = "session_archive@'%%'"
    patient.sql(f"REVOKE INSERT ON archive_links.archived_raw_ephys FROM {who}")
    patient.sql(f"GRANT DELETE ON lab.* TO {who}")
    try:
        expect(
            patient.changed(),
            {
                "catalog: grants on archive_links": ("failure", "lacks INSERT"),
                "catalog: grants on lab.*": ("warning", "has DELETE, which a night does not need"),
            },
        )
    finally:
        patient.sql(f"GRANT INSERT ON archive_links.archived_raw_ephys TO {who}")
        patient.sql(f"REVOKE DELETE ON lab.* FROM {who}")


def test_a_wrong_collation_a_wrong_catalog_version_and_a_lab_without_sessions(patient) -> None:
    patient.sql("ALTER DATABASE archive COLLATE utf8mb4_general_ci")
    patient.sql("ALTER DATABASE archive_links COLLATE utf8mb4_bin")
    patient.sql("CREATE TABLE experiment.nobody LIKE experiment.session")
    patient.sql("CREATE TABLE lab.nameless LIKE lab.water_restriction")
    try:
        with (
            patient.settings(
                "[data_sets.raw-ephys]", '[data_sets.raw-ephys]\nexpected = "experiment.Nobody"'
            ),
            patient.settings("lab.WaterRestriction", "lab.Nameless"),
        ):
            expect(
                patient.changed(),
                {
                    "catalog: collation of archive": ("failure", "utf8mb4_general_ci; expected utf8mb4_bin"),
                    "catalog: collation of archive_links": ("failure", "expected latin1_swedish_ci"),
                    "catalog: sessions with raw-ephys": ("warning", "none is expected"),
                    "catalog: sessions with raw-video": (
                        "warning",
                        "9 of 9 have a subject without a short name",
                    ),
                },
            )
        patient.sql("UPDATE archive.schema_version SET schema_version = 0")
        with patient.settings("experiment.Session", "experiment.Seance"):
            checks = patient.look()
        assert "setup --upgrade" in checks["catalog: schema"][1]
        assert "Seance" in checks["catalog: lab.session"][1]
        assert [checks[f"catalog: {name}"][0] for name in ("schema", "lab.session")] == ["failure", "failure"]
    finally:
        patient.sql(f"UPDATE archive.schema_version SET schema_version = {SCHEMA_VERSION}")
        patient.sql("ALTER DATABASE archive COLLATE utf8mb4_bin")
        patient.sql("ALTER DATABASE archive_links CHARACTER SET latin1 COLLATE latin1_swedish_ci")
        patient.sql("DROP TABLE experiment.nobody")
        patient.sql("DROP TABLE lab.nameless")


def test_required_tls_that_the_server_lacks_and_a_database_that_does_not_answer(patient) -> None:
    with airflow_connection("archive_catalog") as connection:
        kept = connection.extra, connection.port
        connection.set_extra(json.dumps({"ssl": {}}))
    try:
        assert "offers no TLS" in patient.look()["catalog: database"][1]
        with airflow_connection("archive_catalog") as connection:
            connection.set_extra("{}")
            connection.port = 1
        checks = patient.look()
        assert checks["catalog: database"][0] == "failure"
        assert "does not answer" in checks["catalog: database"][1]
    finally:
        with airflow_connection("archive_catalog") as connection:
            connection.set_extra(kept[0])
            connection.port = kept[1]


@contextmanager
def airflow_connection(conn_id: str) -> Iterator[Connection]:
    with create_session() as session:
        yield session.scalar(select(Connection).where(Connection.conn_id == conn_id))


def test_a_clock_that_is_wrong(patient, monkeypatch: pytest.MonkeyPatch) -> None:
    late = dt.timedelta(minutes=5)
    monkeypatch.setattr(clock, "utc_now", lambda: dt.datetime.now(dt.UTC) + late)
    found = patient.changed()
    expect(
        found,
        {
            "catalog: clock": ("failure", "s ahead of it let both machines keep their time by NTP"),
            "globus: clock": ("failure", "s ahead of it"),
        },
    )
    monkeypatch.undo()
    # The server's own clock, for every login but root's.
    patient.sql("SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + 60'")
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(patient.stack.settings_file))
    try:
        expect(patient.changed(), {"catalog: clock": ("warning", "s behind it")})
    finally:
        patient.sql("SET GLOBAL init_connect = ''")


def test_a_refused_login_ends_the_checks_of_globus(patient) -> None:
    patient.stack.globus.fault(match="POST /v2/oauth2/token", do="invalid_grant", times=0)
    try:
        checks = patient.look()
    finally:
        patient.stack.globus.clear_faults()
    assert checks["globus: login of globus_default"][0] == "failure"
    assert "check its client id" in checks["globus: login of globus_default"][1]
    assert not [name for name in checks if name.startswith("place")]


def test_faults_of_places(patient) -> None:
    stack = patient.stack
    scratch = stack.globus.collections["scratch"]
    other = stack.directory / "other"
    (other / "SC099").mkdir(parents=True)
    stack.globus.fault(collection="far_rig", do="offline", times=0)
    stack.globus.fault(
        match=f"POST /v0.10/operation/endpoint/{scratch}/rename",
        do="status",
        status=403,
        code="PermissionDenied",
        times=0,
    )
    try:
        with (
            patient.settings(f'local_path = "{stack.rig}"', f'local_path = "{other}"'),
            patient.settings('directory = "/4ElectrodeRig_Ephys"', 'directory = "/4ElectrodeRig"'),
        ):
            expect(
                patient.changed(),
                {
                    "place: source far-rig": ("failure", "GCDisconnected"),
                    "place: location archive-ephys": ("failure", "not found"),
                    "place: scratch analysis": ("failure", "permission denied"),
                    "place: source rig local_path": (
                        "failure",
                        f"{other} is not the collection's folder: .DS_Store is on",
                    ),
                },
            )
    finally:
        stack.globus.clear_faults()


def test_a_missing_consent_and_an_unknown_collection(patient) -> None:
    globus = patient.stack.globus
    with airflow_connection("globus_default") as connection:
        kept = connection.extra
        connection.set_extra(json.dumps({**connection.extra_dejson, "refresh_token": globus.refresh_token()}))
    globus.fault(match=f"GET /v0.10/endpoint/{globus.collections['rig']}", do="consent", times=0)
    try:
        with patient.settings(globus.collections["far_rig"], str(uuid.UUID(int=7))):
            expect(
                patient.changed(),
                {
                    "place: source rig": (
                        "failure",
                        "data_access consent is missing `session-archive login`",
                    ),
                    "place: source far-rig": ("failure", "no such collection; check its id"),
                },
            )
    finally:
        globus.clear_faults()
        with airflow_connection("globus_default") as connection:
            connection.set_extra(kept)


TRIALS = [
    (("--source", "rig9"), "[sources.rig9]; there are: rig, far-rig"),
    (("--scratch", "moon"), "[scratch.moon]; there are: analysis"),
    (("--file", "SC022/absent.bin"), "no file of 1 byte to 16 MB named SC022/absent.bin"),
]


@pytest.mark.parametrize(("arguments", "words"), TRIALS)
def test_a_trial_that_cannot_begin(patient, arguments: tuple[str, ...], words: str) -> None:
    expect(
        {
            name: check
            for name, check in patient.changed("--transfer", *arguments).items()
            if check[0] != "ok"
        },
        {"transfer: trial": ("failure", words)},
    )


def test_a_trial_that_ends_badly_says_why_and_leaves_no_transfer_under_way(
    patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "GIVE_UP_AFTER", 5.0)
    patient.stack.globus.fault(file="*doctor*", do="permission_denied", times=0)
    try:
        found = patient.changed("--transfer")
    finally:
        patient.stack.globus.clear_faults()
    assert found["transfer: trial"][0] == "failure"
    assert "PERMISSION_DENIED" in found["transfer: trial"][1]
    hook = GlobusHook(login=Login.of(find_connection("globus_default")))
    assert hook.unfinished() == []


def test_options_of_a_trial_require_a_trial(patient) -> None:
    for arguments in (["--file", "a"], ["--renew"], ["--report", "x"], ["--transfer", "--report", __file__]):
        done = CliRunner().invoke(build(), ["doctor", *arguments])
        assert isinstance(done.exception, SettingsError)
