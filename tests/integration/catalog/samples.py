"""Values that many catalog tests need, and what a test knows of its site."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, connect
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.layout import Layout
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.settings.load import LabSettings
from session_archive.settings.places import Place
from session_archive.states.state import LabSession, State, StateRow
from session_archive.transfers.submission import Submission
from support.mariadb import DatabaseServer
from support.sample_lab import LabRow

NIGHTLY, PASSWORD = "nightly", "n1ghtly-s3cret"
ARCHIVE = Place(name="archive", collection=uuid.UUID(int=1), directory="/4ElectrodeRig_Ephys")
SCRATCH = Place(name="scratch", collection=uuid.UUID(int=2), directory="/scratch")
SC022 = DataSetName("raw-ephys", SessionName("SC022", dt.date(2021, 1, 1)))
MORNING = LabRow(407513, "SC022", 1, dt.datetime(2021, 1, 1, 10, 30))
NOON = LabRow(407513, "SC022", 2, dt.datetime(2021, 1, 1, 12, 30))
OTHER = LabRow(407514, "SC023", 1, dt.datetime(2021, 1, 1, 9, 0))


@dataclass(frozen=True)
class Site:
    """One lab with its catalog, on a server of many."""

    server: DatabaseServer
    layout: Layout
    admin: OwnConnection
    nightly: OwnConnection
    sample: SimpleNamespace
    number: int

    def open(self) -> Catalog:
        """The catalog as a task of the night sees it."""
        return Catalog(self.nightly, self.layout)

    def count(self, table: str) -> int:
        """Rows of a table of the archive, by its SQL name, as the server tells an administrator."""
        return int(self.server.execute(f"SELECT COUNT(*) FROM `{self.layout.database}`.`{table}`")[0][0])


def as_root(server: DatabaseServer) -> OwnConnection:
    return connect(host=server.host, port=server.port, user=server.root_user, password=server.root_password)


def as_nightly(server: DatabaseServer) -> OwnConnection:
    return connect(host=server.host, port=server.port, user=NIGHTLY, password=PASSWORD)


def sample_lab_settings(number: int) -> LabSettings:
    return LabSettings(
        session=f"experiment{number}.Session",
        subject=f"lab{number}.WaterRestriction",
        subject_name="water_restriction_number",
        date="session_date",
        time="session_time",
    )


def sample_layout(number: int, **changes: Any) -> Layout:
    values: dict[str, Any] = {
        "database": f"archive_{number}",
        "link_database": f"archive_link_{number}",
        "lab": sample_lab_settings(number),
        "link_tables": {"raw-ephys": "ArchivedRawEphys", "tracking-video": "ArchivedTrackingVideo"},
    }
    return Layout(**{**values, **changes})


def manifest(*files: tuple[str, int] | FileEntry) -> Manifest:
    """Of (name, size) below SC022's folder, all of one time; Globus vouches for each."""
    return Manifest.of(
        file
        if isinstance(file, FileEntry)
        else FileEntry(f"SC022/{file[0]}", file[1], 1_609_500_000, "ephys-raw", vouched_by="globus-compared")
        for file in files
    )


#: archive.toml of a site.
SETTINGS = """\
[catalog]
connection = "archive_catalog"
database = "archive_{number}"
link_database = "archive_link_{number}"
[lab]
session = "experiment{number}.Session"
subject = "lab{number}.WaterRestriction"
subject_name = "water_restriction_number"
date = "session_date"
time = "session_time"
[data_sets.raw-ephys]
location = "archive"
link_table = "ArchivedRawEphys"
[data_sets.tracking-video]
convention = "raw-video"
location = "archive"
link_table = "ArchivedTrackingVideo"
[locations.archive]
collection = "4d6448ae-8ca0-40e4-aaa9-8ec8e8320621"
directory = "/"
"""


def login_of(site: Site) -> dict[str, str]:
    """The nightly login, in the variables of a console command."""
    login = {"USER": NIGHTLY, "PASSWORD": PASSWORD, "HOST": site.server.host, "PORT": str(site.server.port)}
    return {f"SESSION_ARCHIVE_CATALOG_{key}": value for key, value in login.items()}


TWO_FILES = manifest(("a.bin", 10), ("b.meta", 2))


def unvouched(files: Manifest) -> Manifest:
    """The files as a listing finds them: nobody vouches for any."""
    return Manifest.of(replace(file, vouched_by="") for file in files.files)


def state(of: LabSession | None = None, *, what: State = State.ARCHIVED, **changes: Any) -> StateRow:
    values: dict[str, Any] = {
        "data_set_type": "raw-ephys",
        "target": of.id if of else SC022.id,
        "state": what,
        "data_set": str(SC022),
    }
    return StateRow(**{**values, **changes})


def record(catalog: Catalog, session: LabSession | None = None, **changes: Any) -> bool:
    """Record SC022's two files in the archive, but for what `changes` says."""
    files: Manifest = changes.get("manifest", TWO_FILES)
    values: dict[str, Any] = {
        "data_set": SC022,
        "directory": "SC022",
        "session_key": session.key if session else None,
        "link_table": "ArchivedRawEphys",
        "place": ARCHIVE,
        "manifest": files,
        "report": compare(promised=files, found=files),
        "verdict": "verified",
        "method": "names, sizes, checksums",
        "found_by": "upload",
        "submission_id": None,
        "run_id": "night 1",
        "dag_id": "upload_sessions",
        "state": state(session),
    }
    return catalog.writer.record_replica(**{**values, **changes})


def submission(data_set: DataSetName = SC022, **changes: Any) -> Submission:
    values: dict[str, Any] = {
        "submission_id": uuid.uuid4(),
        "data_set_id": data_set.id,
        "data_set": str(data_set),
        "route": "upload",
        "source": "rig1",
        "destination": "archive",
        "manifest_id": TWO_FILES.id,
        "items": tuple(file.path for file in TWO_FILES.files),
        "resumes": False,
        "label": f"archive {data_set}",
        "run_id": "night 1",
    }
    return Submission(**{**values, **changes})


def nth(number: int) -> DataSetName:
    """The data set of one more subject."""
    return DataSetName("raw-ephys", SessionName(f"SC{number:03d}", dt.date(2021, 1, 1)))
