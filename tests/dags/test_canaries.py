"""No secret is in a log record of any level, an XCom, a rendered field, a database, a file or an argument list."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from airflow.configuration import conf
from airflow.models.connection import Connection
from sqlalchemy import delete
from tests.dags.conftest import POLL, World, filled
from tests.files_on_disk import files_with
from typer.testing import CliRunner

from session_archive.cli.main import build
from support.stack import Stack

ONE = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
CONNECTIONS = ("globus_default", "archive_catalog")
DEBUG = (
    "airflow",
    "globus_sdk",
    "datajoint",
    "urllib3",
    "requests",
    "httpx",
    "session_archive",
    "archive_flow",
)


def canary(name: str) -> str:
    return f"CANARY{name}{secrets.token_hex(8)}"


def _levels_of_airflow() -> list[Any]:
    """What Airflow's loggers filter by; it has a copy of that module for tasks."""
    # By what each module holds: asking a module for a name may run code, as that of `publication` opens the catalog.
    found = (vars(module).get("PER_LOGGER_LEVELS") for module in list(sys.modules.values()))
    return list({id(each): each for each in found if each is not None}.values())


class Watch:
    """Every log record as it was made, before anything masks it, and the arguments of every process."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        #: Name -> a value that must be seen nowhere; those that the service gives out are added as they are used.
        self.values: dict[str, str] = {}
        self._stop = threading.Event()

    def record(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._factory(*args, **kwargs)
        self.texts.append((f"record of {record.name}", f"{record.msg!s} {record.args!r}"))
        with contextlib.suppress(Exception):
            self.texts.append((f"record of {record.name}", record.getMessage()))
        if record.exc_info and record.exc_info[0]:
            self.texts.append(
                (f"traceback in {record.name}", "".join(traceback.format_exception(*record.exc_info)))
            )
        return record

    def event(self, logger: Any, method: str, event: Mapping[str, Any]) -> Any:
        """A processor of structlog, by which Airflow logs."""
        if type(event.get("msg")).__name__ == "MaskSecret":
            # `dag.test` alone, which is for development, logs what a task asks its supervisor to mask.
            return event
        self.texts.append(
            (f"event {str(event.get('event'))[:60]!r} of {logger!r:.80} {sorted(event)}", repr(event))
        )
        raised = event.get("exc_info")
        if isinstance(raised, BaseException):
            self.texts.append(("traceback of an event", "".join(traceback.format_exception(raised))))
        return event

    def sent(self, request: requests.PreparedRequest) -> None:
        """Access tokens, and the client's login as it goes over the wire."""
        if value := request.headers.get("Authorization"):
            self.values[f"Authorization {len(self.values)}"] = str(value).partition(" ")[2]

    def _arguments(self) -> None:
        while not self._stop.wait(0.02):
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):
                    text = process.read_bytes().decode(errors="replace")
                    if found := self.found_in(text):
                        self.texts.append((f"arguments {text[:80]!r}", " ".join(found)))

    def found_in(self, text: str) -> list[str]:
        return [value for value in list(self.values.values()) if value in text]

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        self._factory = logging.getLogRecordFactory()
        processors = structlog.get_config()["processors"]
        levels = {name: logging.getLogger(name).level for name in ("", *DEBUG)}
        filters = [(each, dict(each)) for each in _levels_of_airflow()]
        thread = threading.Thread(target=self._arguments, daemon=True)
        logging.setLogRecordFactory(self.record)
        processors.insert(0, self.event)
        for name in levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        for each, before in filters:
            each.update(dict.fromkeys(before, logging.DEBUG))
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()
            logging.setLogRecordFactory(self._factory)
            processors.remove(self.event)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
            for each, before in filters:
                each.update(before)

    def leaks(self) -> list[str]:
        values = self.values
        return sorted(
            {
                f"{name} in a {where}"
                for where, text in self.texts
                for name, value in values.items()
                if value in text
            }
        )


class Canaries:
    """A world whose secrets are all known to the watch."""

    def __init__(self, world: World, watch: Watch) -> None:
        self.world, self.watch = world, watch

    def cli(self, *command: str, **environment: str) -> None:
        """Run a command, whatever it ends with; its output counts as a text."""
        done = CliRunner().invoke(build(), list(command), env=self.world.stack.environment | environment)
        self.watch.texts.append((f"output of {command[0]}", done.output))
        if done.exception is not None:
            self.watch.texts.append(
                (f"error of {command[0]}", "".join(traceback.format_exception(done.exception)))
            )

    def connect(self, conn_id: str, **fields: Any) -> None:
        from archive_flow.run.airflow_objects import make_connection

        make_connection(conn_id, fields=fields, replace=True)

    def connect_globus(self, *, password: str = "", **extra: str) -> None:
        urls = {"auth_url": self.world.stack.globus.url, "transfer_url": self.world.stack.globus.url}
        self.connect(
            "globus_default",
            conn_type="globus",
            login=self.world.stack.globus.client_id,
            password=password,
            extra=json.dumps({**urls, **extra}),
        )

    def connect_catalog(self, password: str) -> None:
        self.connect(
            "archive_catalog",
            conn_type="mysql",
            host="127.0.0.1",
            port=self.world.stack.database.port,
            login="session_archive",
            password=password,
        )

    def new(self, name: str) -> str:
        self.watch.values[name] = canary(name)
        return self.watch.values[name]


@pytest.fixture(scope="module")
def canaries(parse: Callable[[], dict[str, Any]]) -> Iterator[Canaries]:
    watch = Watch()
    stack = Stack(poll_interval=POLL, staging=True)
    stack.database.root_password = watch.values["root"] = canary("root")
    stack._nightly_password = watch.values["nightly"] = canary("nightly")
    stack.globus.client_secret = watch.values["secret"] = canary("secret")
    watch.values["fernet"] = conf.get("core", "fernet_key")
    assert all(watch.values.values())
    send = requests.Session.send

    def watched(
        session: requests.Session, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        watch.sent(request)
        return send(session, request, **kwargs)

    with pytest.MonkeyPatch.context() as patch, stack, watch.on():
        patch.setattr(requests.Session, "send", watched)
        yield Canaries(filled(stack, parse, patch), watch)
        from airflow.utils.session import create_session

        with create_session() as session:
            session.execute(delete(Connection).where(Connection.conn_id.in_(CONNECTIONS)))


def everywhere(canaries: Canaries) -> list[str]:
    """Where a secret lies on the disk: both databases, with XComs and rendered fields, logs, and every other file."""
    stack = canaries.world.stack
    folders = [stack.directory, stack.servers, Path(os.environ["AIRFLOW_HOME"])]
    assert files_with("SQLite format 3", folders)
    return [
        f"{name} in {file}"
        for name, value in canaries.watch.values.items()
        for file in files_with(value, folders)
        # The local Globus keeps what it has given out.
        if not file.name.startswith("state.sqlite")
    ]


def check(canaries: Canaries) -> None:
    assert canaries.watch.leaks() == []
    assert everywhere(canaries) == []


def test_the_watch_sees_a_secret_that_is_logged() -> None:
    watch = Watch()
    watch.values["any"] = "s3cret-word"
    with watch.on():
        logging.getLogger("globus_sdk.client").debug("token %s", "s3cret-word")
        structlog.get_logger("airflow.task").debug("token", value="s3cret-word")
        try:
            raise ValueError("s3cret-word")
        except ValueError:
            logging.getLogger("datajoint").exception("failed")
    assert {leak.partition(" in a ")[2].partition(" ")[0] for leak in watch.leaks()} == {
        "record",
        "event",
        "traceback",
    }


@pytest.mark.fault(62)
@pytest.mark.long
def test_a_night_a_refused_login_and_a_wrong_database_password_tell_no_secret(canaries: Canaries) -> None:
    world, globus = canaries.world, canaries.world.stack.globus
    assert world.run("upload_sessions", **ONE)["state"] == "success"
    globus.fault(match="* /v0.10/*", do="unauthorized", times=0)
    assert world.run("retrieve_sessions", **ONE)["state"] == "failed"
    globus.clear_faults()
    canaries.connect_catalog(canaries.new("baddatabase"))
    assert world.run("discover_sessions")["state"] == "failed"
    assert len([name for name in canaries.watch.values if name.startswith("Authorization")]) > 2
    check(canaries)


@pytest.mark.fault(62)
def test_commands_that_succeed_and_fail_tell_no_secret(canaries: Canaries) -> None:
    stack = canaries.world.stack
    setup = ("setup", "--port", str(stack.database.port), "--replace")
    canaries.cli(*setup)
    canaries.cli(*setup, SESSION_ARCHIVE_ADMIN_PASSWORD=canaries.new("badadmin"))
    for command in (("doctor",), ("login", "--check"), ("status",)):
        canaries.cli(*command)
    canaries.connect_globus(password=canaries.new("badsecret"))
    canaries.cli("login", "--check")
    canaries.connect_globus(refresh_token=canaries.new("refresh"), identity_token=canaries.new("identity"))
    for command in (("doctor",), ("login", "--check")):
        canaries.cli(*command)
    canaries.connect_catalog(canaries.new("badnightly"))
    for command in (("doctor",), ("status",)):
        canaries.cli(*command)
    canaries.cli(*setup)
    stack.set_up({})
    check(canaries)


@pytest.mark.long
def test_every_other_failure_of_a_login_tells_no_secret(canaries: Canaries) -> None:
    world, stack = canaries.world, canaries.world.stack
    world.set_up()
    stack.globus.fault(match="GET /v0.10/operation/endpoint/*/ls", do="consent", times=0)
    assert world.run("upload_sessions", **ONE)["state"] == "failed"
    stack.globus.clear_faults()
    canaries.connect_globus(password=canaries.new("badsecret"))
    assert world.run("upload_sessions", **ONE)["state"] == "failed"
    canaries.connect_globus(refresh_token=canaries.new("refresh"), identity_token=canaries.new("identity"))
    assert world.run("upload_sessions", **ONE)["state"] == "failed"
    check(canaries)
