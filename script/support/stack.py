"""Everything that the archive needs on this machine: a rig, an archive, a lab's database, Globus, Airflow."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from loopback_globus.testing import LoopbackGlobus
from session_archive.catalog.database.connection import connect
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.settings_layout import layout_of
from session_archive.catalog.setup.grants import make_login
from session_archive.catalog.setup.install import install
from session_archive.settings.load import Settings, load_settings
from support.airflow import Airflow
from support.mariadb import PrivateMariaDB
from support.processes import Processes
from support.sample_lab import LabRow, add_sessions, make_lab
from support.sample_rig import LabSession

ROOT = Path(__file__).resolve().parents[2]

_SETTINGS = """\
[catalog]
connection = "archive_catalog"
database = "archive"
link_database = "archive_links"

[globus]
connection = "globus_default"

[lab]
session = "experiment.Session"
subject = "lab.WaterRestriction"
subject_name = "water_restriction_number"
date = "session_date"
time = "session_time"

[data_sets.raw-ephys]
location = "archive-ephys"
link_table = "ArchivedRawEphys"

[data_sets.raw-video]
location = "archive-video"
link_table = "ArchivedTrackingVideo"

[sources.rig]
collection = "{rig}"
directory = "/"
local_path = "{rig_path}"

# Not mounted on this machine: it is listed through Globus.
[sources.far-rig]
collection = "{far_rig}"
directory = "/data"

[locations.archive-ephys]
collection = "{archive}"
directory = "/4ElectrodeRig_Ephys"

[locations.archive-video]
collection = "{archive}"
directory = "/"

[scratch.analysis]
collection = "{scratch}"
directory = "/retrieved"

{staging_table}[readiness]
settle_gap = "{settle_gap}"
min_age = "0 s"

[limits]
poll_interval = "{poll_interval}"
"""

#: What is committed survives a killed server, and need not survive a power cut of this machine.
_QUICK = ("--innodb-flush-log-at-trx-commit=2",)

_STAGING = """\
[staging]
collection = "{collection}"
directory = "/"
local_path = "{path}"

"""


class Stack:
    """The private servers and folders of one demo or one test, in a temporary directory that is removed afterwards.

    task_delay    : minimum seconds that the local service takes for a transfer
    poll_interval : how often a waiting transfer is polled, as archive.toml writes it
    settle_gap    : how long a recording must stay the same; by default one observation is enough
    staging       : True if archive.toml shall have a staging place
    switches      : of the local Globus service, such as ("--fold", "archive=case")
    database      : further switches of mariadbd
    own_folder    : a person's folder to be the only rig; it is only read, and who asks for it writes archive.toml
    """

    def __init__(
        self,
        *,
        task_delay: float = 0.0,
        poll_interval: str = "5 s",
        settle_gap: str = "0 s",
        staging: bool = False,
        switches: Sequence[str] = (),
        database: tuple[str, ...] = (),
        own_folder: Path | None = None,
    ) -> None:
        # Only for us; a short path, since sockets lie in it.
        self.directory = directory = Path(tempfile.mkdtemp(prefix="session-archive-", dir="/tmp"))
        # Servers that run as another user have a folder each in here, and see nothing else of ours.
        self.servers = Path(f"{directory}-servers")
        self.servers.mkdir()
        self.servers.chmod(0o711)
        self.rig, self.archive, self.scratch = (directory / name for name in ("rig", "archive", "scratch"))
        self.far_rig = directory / "far_rig" / "data"
        self.staging = directory / "staging" if staging else None
        self._own = own_folder is not None
        folders = [self.rig, self.far_rig, self.archive / "4ElectrodeRig_Ephys"]
        if own_folder:
            self.rig, folders = own_folder, [self.archive]
        for folder in (*folders, self.scratch / "retrieved", *([self.staging] if self.staging else [])):
            folder.mkdir(parents=True)
        self.database = PrivateMariaDB(self.servers / "mariadb", options=(*_QUICK, *database))
        self.globus = LoopbackGlobus(
            {
                "rig": self.rig,
                **({} if self._own else {"far_rig": self.far_rig.parent}),
                "archive": self.archive,
                "scratch": self.scratch,
                **({"staging": self.staging} if self.staging else {}),
            },
            directory=directory,
            task_delay=task_delay,
            switches=switches,
        )
        self.settings_file = directory / "archive.toml"
        self._spans = {"poll_interval": poll_interval, "settle_gap": settle_gap}
        self._nightly_password = secrets.token_urlsafe(12)
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self.database)
        self._open.enter_context(self.globus)
        if self._own:
            return self
        collections = self.globus.collections
        table = _STAGING.format(collection=collections["staging"], path=self.staging) if self.staging else ""
        self.settings_file.write_text(
            _SETTINGS.format(**collections, rig_path=self.rig, **self._spans, staging_table=table)
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        for folder in (self.directory, self.servers):
            shutil.rmtree(folder)

    @property
    def settings(self) -> Settings:
        """The settings of archive.toml."""
        return load_settings(self.settings_file)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never appear in a log."""
        return self.database.root_password, self._nightly_password, self.globus.client_secret

    @property
    def environment(self) -> dict[str, str]:
        """The variables that Airflow and `session-archive setup` need."""
        return {
            "SESSION_ARCHIVE_CONFIG": str(self.settings_file),
            "SESSION_ARCHIVE_ADMIN_PASSWORD": self.database.root_password,
            "SESSION_ARCHIVE_NIGHTLY_PASSWORD": self._nightly_password,
            "SESSION_ARCHIVE_GLOBUS_CLIENT_ID": self.globus.client_id,
            "SESSION_ARCHIVE_GLOBUS_CLIENT_SECRET": self.globus.client_secret,
            "SESSION_ARCHIVE_GLOBUS_TRANSFER_URL": self.globus.url,
            "SESSION_ARCHIVE_GLOBUS_AUTH_URL": self.globus.url,
        }

    def start_airflow(self, processes: Processes, *, schedule: str = "") -> Airflow:
        """A whole Airflow with this project's DAGs and plugins; returns when it is ready.

        schedule : of upload_sessions, if not its own
        """
        settings = {"SESSION_ARCHIVE_CONFIG": str(self.settings_file)}
        if schedule:
            settings["SESSION_ARCHIVE_SCHEDULE"] = schedule
        airflow = Airflow(
            self.directory / "airflow", dags=ROOT / "dags", plugins=ROOT / "plugins", environment=settings
        )
        airflow.start(processes)
        return airflow

    def set_up(self, airflow_environment: dict[str, str]) -> str:
        """Run `session-archive setup` as an administrator would; returns what it printed."""
        command = [sys.executable, "-m", "session_archive.cli", "setup"]
        command += ["--port", str(self.database.port), "--replace"]
        done = subprocess.run(
            command,
            env=os.environ | airflow_environment | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"session-archive setup failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def install_catalog(self) -> None:
        """Make the catalog and its nightly login, without the parts that `set_up` makes in an Airflow."""
        settings, database = self.settings, self.database
        admin = connect(
            host=database.host, port=database.port, user=database.root_user, password=database.root_password
        )
        try:
            make_login(admin, "session_archive", self._nightly_password)
            install(admin, layout_of(settings), nightly_user="session_archive")
        finally:
            admin.close()

    def enter_sessions(self, sessions: Iterable[LabSession]) -> None:
        """Make the lab's pipeline, and enter these sessions as a user would."""
        database = self.database
        connection = connect(
            host=database.host, port=database.port, user="root", password=database.root_password
        )
        try:
            rows = [LabRow(each.subject_id, each.subject, each.number, each.started) for each in sessions]
            add_sessions(make_lab(connection), rows)
        finally:
            connection.close()

    def drop_catalog(self) -> None:
        """Lose the whole catalog, as a mistaken administrator would."""
        for database in (self.settings.catalog.link_database, self.settings.catalog.database):
            self.database.execute(f"DROP DATABASE `{database}`")

    @contextlib.contextmanager
    def catalog(self) -> Iterator[Catalog]:
        """The catalog through the nightly login."""
        connection = connect(
            host=self.database.host,
            port=self.database.port,
            user="session_archive",
            password=self._nightly_password,
        )
        try:
            yield Catalog(connection, layout_of(self.settings))
        finally:
            connection.close()
