"""A pipeline of published DataJoint Elements, made, filled and emptied by the DataJoint that they were written for.

usage: python elements.py make < sessions.json
       python elements.py delete '{"subject": "SC035", "session_datetime": "2020-01-07 10:30:00"}'

The server and login are LAB_HOST, LAB_PORT, LAB_USER and LAB_PASSWORD; rows are as in tests/labs/map_ephys.py.
`neuro_session` has sessions keyed by when they began, `neuro_session_id` those keyed by a number.
"""

import json
import os
import sys

import datajoint as dj

dj.config["database.host"] = os.environ["LAB_HOST"]
dj.config["database.port"] = int(os.environ["LAB_PORT"])
dj.config["database.user"] = os.environ["LAB_USER"]
dj.config["database.password"] = os.environ["LAB_PASSWORD"]
dj.config["safemode"] = False

from element_animal import subject  # noqa: E402  they connect where dj.config says, at import
from element_lab import lab, project  # noqa: E402
from element_session import session_with_datetime, session_with_id  # noqa: E402

MAKES = {"create_schema": sys.argv[1] == "make", "create_tables": sys.argv[1] == "make"}

# What the Elements ask of the module that links them.
Source, Lab, Protocol, User = lab.Source, lab.Lab, lab.Protocol, lab.User
Project, Experimenter = project.Project, lab.User

lab.activate("neuro_lab", **MAKES)
project.activate("neuro_project", linking_module=__name__, **MAKES)
subject.activate("neuro_subject", linking_module=__name__, **MAKES)
Subject = subject.Subject
session_with_datetime.activate("neuro_session", linking_module=__name__, **MAKES)
session_with_id.activate("neuro_session_id", linking_module=__name__, **MAKES)

Session, SessionDirectory = session_with_datetime.Session, session_with_datetime.SessionDirectory


def make(rows):
    """Enter sessions in both ways that element-session has."""
    for row in rows:
        animal = {"subject": row["subject"], "sex": "M", "subject_birth_date": "2018-01-01"}
        Subject.insert1(animal, skip_duplicates=True)
        began = f"{row['date']} {row['time']}"
        key = {"subject": row["subject"], "session_datetime": began}
        Session.insert1(key)
        SessionDirectory.insert1({**key, "session_dir": f"{row['subject']}/{row['date']}"})
        numbered = {"subject": row["subject"], "session_id": row["number"], "session_datetime": began}
        session_with_id.Session.insert1(numbered)


def delete(key):
    """Delete sessions with all that hangs on them, as a lab's user would."""
    (Session & key).delete()
    assert not Session & key


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(json.load(sys.stdin))
    else:
        delete(json.loads(sys.argv[2]))
