"""`session-archive login`: stores a user's token in Airflow's connection, and checks a login."""

from __future__ import annotations

import datetime as dt
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import globus_sdk
import pytest
from sqlalchemy import delete
from tests.files_on_disk import files_with
from typer.testing import CliRunner

from loopback_globus.auth.browser import approve
from loopback_globus.testing import LoopbackGlobus, uuid_of
from session_archive import publication
from session_archive.cli.main import build
from session_archive.errors import ArchiveError, ServiceUnavailableError, SettingsError

CONN_ID = "globus_login_test"
TOML = """\
[catalog]
connection = "archive_catalog"
database = "archive"
link_database = "archive_links"
[globus]
connection = "{conn_id}"
[lab]
session = "experiment.Session"
subject = "lab.WaterRestriction"
subject_name = "water_restriction_number"
date = "session_date"
[data_sets.raw-ephys]
location = "ephys"
link_table = "ArchivedRawEphys"
[sources.rig]
collection = "{rig}"
directory = "/"
[locations.ephys]
collection = "{archive}"
directory = "/"
"""


class Person:
    """A user who runs the command in this process, opens each address, and pastes the code from the page."""

    def __init__(self, globus: LoopbackGlobus, settings: Path, patch: pytest.MonkeyPatch) -> None:
        self.globus, self.settings, self.patch = globus, settings, patch
        self.codes: list[str] = []
        self.paste: Callable[[str], str] = partial(approve, secret=globus.client_secret)

    def run(self, *arguments: str) -> str:
        """The command's output. Raises the error that the console prints as one line."""
        addresses: list[str] = []

        def paste(*_: Any, hide_input: bool) -> str:
            assert hide_input
            self.codes.append(self.paste(addresses[-1]))
            return f" {self.codes[-1]} \n"

        self.patch.setattr("archive_flow.cli.login.typer.echo", addresses.append)
        self.patch.setattr("archive_flow.cli.login.typer.prompt", paste)
        done = CliRunner().invoke(build(), ["login", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    def connect(self, **fields: Any) -> None:
        """The connection as an administrator enters it."""
        from archive_flow.run.airflow_objects import make_connection

        urls = {"auth_url": self.globus.url, "transfer_url": self.globus.url}
        extra = {**urls, **fields.pop("extra", {})}
        make_connection(CONN_ID, fields={"conn_type": "globus", **fields, "extra": extra}, replace=True)

    @property
    def stored(self) -> dict[str, Any]:
        """The current content of Airflow's connection."""
        from archive_flow.run.airflow_objects import connection_of

        found = connection_of(CONN_ID)
        if found is None:
            return {}
        return {"login": found.login, "password": found.get_password(), **found.extra_dejson}

    def revoke(self, token: str) -> None:
        client = globus_sdk.NativeAppAuthClient(self.globus.client_id, base_url=self.globus.url)
        client.oauth2_revoke_token(token)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackGlobus]:
    base = tmp_path_factory.mktemp("login")
    kinds = {"login-rig": "guest", "login-archive": "mapped"}
    for name in kinds:
        (base / name).mkdir()
    folders = {name: (base / name, kind) for name, kind in kinds.items()}
    with LoopbackGlobus(folders, directory=base / "service") as globus:
        yield globus


@pytest.fixture
def person(
    airflow_database: None, service: LoopbackGlobus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session

    settings = tmp_path / "archive.toml"
    rig, archive = service.collections["login-rig"], service.collections["login-archive"]
    settings.write_text(TOML.format(conn_id=CONN_ID, rig=rig, archive=archive))
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(settings))
    monkeypatch.setenv("SESSION_ARCHIVE_GLOBUS_AUTH_URL", service.url)
    monkeypatch.setenv("SESSION_ARCHIVE_GLOBUS_TRANSFER_URL", service.url)
    yield Person(service, settings, monkeypatch)
    service.clear_faults()
    with create_session() as session:
        session.execute(delete(Connection).where(Connection.conn_id == CONN_ID))


def at_a_terminal(command: list[str], answer: Callable[[str], str]) -> tuple[int, str]:
    """Run a command at a terminal of its own, and answer each address that it shows; returns exit code and output."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    output, answered = "", 0
    try:
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # Linux raises it when the last user of the terminal has ended
                break
            output += part.decode()
            if output.count("not shown): ") > answered:
                answered += 1
                address = [line for line in output.splitlines() if line.startswith("http")][-1]
                os.write(ours, f"{answer(address)}\n".encode())
        return process.wait(), output
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_at_a_terminal_the_code_is_not_echoed_and_the_token_is_in_no_file(person: Person) -> None:
    codes = []

    def answer(address: str) -> str:
        codes.append(approve(address, secret=person.globus.client_secret))
        return codes[-1]

    command = [sys.executable, "-m", "session_archive.cli", "login", "--client-id", person.globus.client_id]
    code, output = at_a_terminal(command, answer)
    assert code == 0, output
    # The archive is a mapped collection: a second address asks for its consent.
    assert len(codes) == 2
    assert f"{person.globus.collections['login-archive']}\r\nLog in once more" in output
    stored = person.stored
    secrets = [*codes, stored["refresh_token"], stored["identity_token"]]
    assert not [secret for secret in secrets if secret in output]
    places = [Path(os.environ["AIRFLOW_HOME"]), person.settings]
    assert files_with("SQLite format 3", places)
    assert not [path for secret in secrets for path in files_with(secret, places)]
    assert stored["login"] == person.globus.client_id
    assert not stored["password"]


def test_the_stored_login_is_what_the_hook_uses(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive_flow.run.airflow_objects import connection_of
    from globus_provider.hooks.globus import GlobusHook

    person.run("--client-id", person.globus.client_id)
    found = connection_of(CONN_ID)
    assert found is not None
    monkeypatch.setenv(f"AIRFLOW_CONN_{CONN_ID.upper()}", found.as_json())
    hook = GlobusHook(globus_conn_id=CONN_ID)
    for collection in person.globus.collections.values():
        assert hook.list_directory(collection=collection, path="/") == []
    assert "refresh_token" in found.extra_dejson
    assert "a person's login of" in str(found.description)


def test_the_old_name_in_python_logs_in_too(person: Person) -> None:
    person.run("--client-id", person.globus.client_id)
    before = person.stored["refresh_token"]
    # Answered by the same person as the command.
    publication.GlobusStorageManager()
    assert person.stored["refresh_token"] != before


def test_check_shows_identity_last_use_and_access(person: Person) -> None:
    person.run("--client-id", person.globus.client_id)
    output = person.run("--check")
    assert f"{CONN_ID}: a person's refresh token, client {person.globus.client_id}" in output
    assert f"{person.globus.client_id}@clients.auth.globus.org" in output
    assert "last transfer none known to Globus" in output
    used = next(line for line in output.splitlines() if line.startswith("last used"))
    assert used.endswith(" UTC")
    assert output.count(": can be listed") == 2
    for secret in ("refresh_token", "identity_token"):
        assert person.stored[secret] not in output


def test_check_knows_the_last_use_and_the_last_transfer(person: Person) -> None:
    person.run("--client-id", person.globus.client_id)
    from archive_flow.cli.globus_connection import login_of
    from globus_provider.hooks.login_status import StandingCheck

    login = login_of(CONN_ID)
    began = dt.datetime.now(dt.UTC)
    first = StandingCheck(login).standing()
    second = StandingCheck(login).standing()
    assert first.last_used and second.last_used
    # A check shows earlier uses, then makes a Transfer token of its own.
    assert first.last_used < began < second.last_used
    assert first.last_transfer is None
    client, _ = login.open(max_retries=0)
    rig = person.globus.collections["login-rig"]
    data = globus_sdk.TransferData(rig, rig)
    data.add_item("/a", "/b")
    client.cancel_task(client.submit_transfer(data)["task_id"])
    assert StandingCheck(login).standing().last_transfer is not None


def test_check_of_a_service_account(person: Person) -> None:
    person.connect(login=person.globus.client_id, password=person.globus.client_secret)
    output = person.run("--check")
    assert f"{CONN_ID}: service account" in output
    assert f"{person.globus.client_id}@clients.auth.globus.org" in output
    assert "no record for a service account" in output
    assert output.count(": can be listed") == 2
    assert person.globus.client_secret not in output


def test_check_of_an_imported_token(person: Person) -> None:
    """As import-config stores it: its user is unknown, and the mapped collection's consent is missing."""
    token = person.globus.refresh_token()
    person.connect(login=person.globus.client_id, extra={"refresh_token": token})
    with pytest.raises(ArchiveError, match="cannot be listed: location ephys"):
        person.run("--check")
    done = CliRunner().invoke(build(), ["login", "--check"])
    assert "unknown: no identity token; `session-archive login` stores one" in done.output
    assert "consent is missing: run" in done.output
    assert ": can be listed" in done.output
    # A new login of the same client repairs both.
    person.run()
    assert person.run("--check").count(": can be listed") == 2
    assert person.stored["refresh_token"] != token


def test_check_shows_the_identity_of_a_login_that_may_not_read_its_consents(person: Person) -> None:
    person.run("--client-id", person.globus.client_id)
    person.globus.fault(match="GET /v2/api/identities/*", do="status", status=403, times=0)
    output = person.run("--check")
    assert "last used     unknown" in output
    assert f"{person.globus.client_id}@clients.auth.globus.org" in output


def test_a_place_that_cannot_be_listed_is_reported(person: Person) -> None:
    person.connect(login=person.globus.client_id, password=person.globus.client_secret)
    person.globus.fault(collection="login-rig", do="offline", times=0)
    with pytest.raises(ArchiveError, match="cannot be listed: source rig"):
        person.run("--check")


def test_an_unknown_collection_does_not_prevent_the_login(person: Person) -> None:
    unknown = uuid_of("nowhere")
    text = person.settings.read_text()
    person.settings.write_text(text.replace(person.globus.collections["login-rig"], unknown))
    output = person.run("--client-id", person.globus.client_id)
    assert f"could not look up collection {unknown}: no such collection" in output
    assert person.stored["refresh_token"]


def test_a_wrong_or_used_code_stores_nothing(person: Person) -> None:
    old: list[str] = []

    def used(address: str) -> str:
        old.append(approve(address, secret=person.globus.client_secret))
        return old[0]

    for paste in (lambda _: "wr0ng-code", used):
        person.paste = paste
        with pytest.raises(
            ArchiveError, match="wrong, was used before or is older than ten minutes"
        ) as refused:
            # The second address of `used` gets the code of the first.
            person.run("--client-id", person.globus.client_id)
        assert not [code for code in person.codes if code in str(refused.value)]
        assert person.stored == {}


@pytest.mark.fault(51)
def test_a_revoked_token_is_reported_and_replaced_by_a_new_login(person: Person) -> None:
    person.run("--client-id", person.globus.client_id)
    for token in ("refresh_token", "identity_token"):
        person.revoke(person.stored[token])
    with pytest.raises(
        ArchiveError, match="for a person's login, run `session-archive login` again"
    ) as refused:
        person.run("--check")
    assert person.stored["refresh_token"] not in str(refused.value)
    person.run()
    assert ": can be listed" in person.run("--check")


def test_a_login_without_network_can_be_tried_again(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.connect(
        login=person.globus.client_id,
        password=person.globus.client_secret,
        extra={"auth_url": "http://127.0.0.1:9", "transfer_url": "http://127.0.0.1:9"},
    )
    with pytest.raises(ServiceUnavailableError, match="Globus does not answer"):
        person.run("--check")
    person.connect(login=person.globus.client_id, extra={"auth_url": "http://127.0.0.1:9"})
    person.paste = lambda _: "code"
    with pytest.raises(ServiceUnavailableError, match="Globus does not answer"):
        person.run()


def test_each_obstacle_is_named(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id = person.globus.client_id
    for arguments in ((), ("--check",)):
        with pytest.raises(SettingsError, match=CONN_ID):
            person.run(*arguments)
    person.connect(login=client_id, password=person.globus.client_secret)
    with pytest.raises(SettingsError, match="holds the service account"):
        person.run()
    with pytest.raises(SettingsError, match="expected the --client-id of a native app"):
        person.run("--client-id", client_id)
    with pytest.raises(SettingsError, match="--replace overwrites it with that of"):
        person.run("--client-id", uuid_of("another"))
    with pytest.raises(SettingsError, match="'not-a-uuid' is not a client id"):
        person.run("--client-id", "not-a-uuid", "--replace")
    person.connect(conn_type="mysql", login="a")
    with pytest.raises(SettingsError, match="is of type 'mysql'"):
        person.run("--client-id", client_id)
    monkeypatch.setenv(f"AIRFLOW_CONN_{CONN_ID.upper()}", '{"conn_type": "globus"}')
    with pytest.raises(SettingsError, match="is set, and overrides the connection"):
        person.run("--client-id", client_id)
    assert person.codes == []


def test_another_client_replaces_the_connection_only_with_replace(person: Person) -> None:
    person.connect(login=uuid_of("another"), password="s3cret", extra={"timeout": 5})
    person.run("--client-id", person.globus.client_id, "--replace")
    stored = person.stored
    assert (stored["login"], stored["password"], stored["timeout"]) == (person.globus.client_id, None, 5)


def test_without_a_fernet_key_no_token_is_taken(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.models.crypto import get_fernet

    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "")
    get_fernet.cache_clear()
    try:
        with pytest.raises(SettingsError, match="store the login unencrypted"):
            person.run("--client-id", person.globus.client_id)
    finally:
        get_fernet.cache_clear()
    assert person.codes == []
