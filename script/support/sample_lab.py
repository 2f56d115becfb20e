"""The smallest pipeline that a lab can have, with map-ephys' names: for the demo and the tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from session_archive.catalog.database.connection import dj, quiet


@dataclass(frozen=True)
class LabRow:
    """One session as a user would enter it.

    subject_id : a number; water_restriction is the short name in folder names
    """

    subject_id: int
    water_restriction: str
    session: int
    start: dt.datetime


def make_lab(connection: Any, *, lab: str = "lab", experiment: str = "experiment") -> SimpleNamespace:
    """Declare `lab.Subject`, `lab.WaterRestriction` and `experiment.Session`; the databases are made if missing."""
    with quiet():  # DataJoint advises against the type `time`, which map-ephys uses
        return _declare(connection, lab, experiment)


def _declare(connection: Any, lab: str, experiment: str) -> SimpleNamespace:
    lab_schema = dj.Schema(lab, connection=connection, create_tables=True)
    experiment_schema = dj.Schema(experiment, connection=connection, create_tables=True)

    @lab_schema
    class Subject(dj.Manual):
        definition = """
        # An animal
        subject_id : int32
        """

    @lab_schema
    class WaterRestriction(dj.Manual):
        definition = """
        # Its short name
        -> Subject
        ---
        water_restriction_number : varchar(16)
        """

    @experiment_schema
    class Session(dj.Manual):
        definition = """
        # One experiment with one animal
        -> Subject
        session      : int16
        ---
        session_date : date     # rig-local
        session_time : time     # rig-local
        unique index (subject_id, session_date, session_time)
        """

    return SimpleNamespace(Subject=Subject, WaterRestriction=WaterRestriction, Session=Session)


def add_sessions(tables: SimpleNamespace, rows: Iterable[LabRow]) -> None:
    """Insert sessions, and their animals if these are new."""
    rows = list(rows)
    tables.Subject.insert(({"subject_id": row.subject_id} for row in rows), skip_duplicates=True)
    tables.WaterRestriction.insert(
        ({"subject_id": row.subject_id, "water_restriction_number": row.water_restriction} for row in rows),
        skip_duplicates=True,
    )
    tables.Session.insert(
        {
            "subject_id": row.subject_id,
            "session": row.session,
            "session_date": row.start.date(),
            "session_time": row.start.time(),
        }
        for row in rows
    )
