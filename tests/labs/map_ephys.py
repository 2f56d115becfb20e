"""The seed's tables, declared, filled and emptied by the DataJoint that runs this: 0.13 or 0.14, never ours.

usage: python map_ephys.py make < sessions.json
       python map_ephys.py delete '{"subject_id": 453475, "session": 1}'

The server and login are LAB_HOST, LAB_PORT, LAB_USER and LAB_PASSWORD. Names and types of attributes are those of
map-ephys, so that what is tested is what such a lab has; rows are objects as in `Session` of tests/labs/lab.py.
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
# A lab's user may not make databases; only `make` declares.
MAKES = {"create_schema": sys.argv[1] == "make", "create_tables": sys.argv[1] == "make"}

lab = dj.Schema("map_v2_lab", **MAKES)
experiment = dj.Schema("map_v2_experiment", **MAKES)
ephys = dj.Schema("map_v2_ephys", **MAKES)
tracking = dj.Schema("map_v2_tracking", **MAKES)


@lab
class Person(dj.Manual):
    definition = """
    username : varchar(24)
    ---
    fullname : varchar(255)
    """


@lab
class Rig(dj.Manual):
    definition = """
    rig : varchar(24)
    ---
    room : varchar(20)
    rig_description : varchar(1024)
    """


@lab
class Subject(dj.Manual):
    definition = """
    subject_id : int                 # institution's number
    ---
    -> [nullable] Person
    cage_number : int
    date_of_birth : date
    sex : enum('M', 'F', 'Unknown')
    """


@lab
class WaterRestriction(dj.Manual):
    definition = """
    -> Subject
    ---
    water_restriction_number : varchar(16)   # the short name
    cage_number : int
    wr_start_date : date
    wr_start_weight : decimal(6, 3)
    """


@experiment
class Session(dj.Manual):
    definition = """
    -> Subject
    session : smallint
    ---
    session_date : date
    session_time : time
    unique index (subject_id, session_date, session_time)
    -> Person
    -> Rig
    """


@experiment
class SessionTrial(dj.Imported):
    definition = """
    -> Session
    trial : smallint
    ---
    trial_uid : int
    start_time : decimal(9, 4)
    stop_time : decimal(9, 4)
    """


@ephys
class ProbeInsertion(dj.Manual):
    definition = """
    -> Session
    insertion_number : int
    """


@tracking
class TrackingDevice(dj.Lookup):
    definition = """
    tracking_device : varchar(20)
    ---
    tracking_position : varchar(20)
    sampling_rate : decimal(8, 4)
    """
    contents = (("Camera 0", "side", 294.1176), ("Camera 1", "bottom", 294.1176))


@tracking
class Tracking(dj.Imported):
    definition = """
    -> SessionTrial
    -> TrackingDevice
    ---
    tracking_samples : int
    frames = null : longblob
    """


def make(rows):
    """Enter sessions as a lab's rig programs would, with trials, probes and tracked videos."""
    Person.insert1({"username": "ann", "fullname": "Ann"}, skip_duplicates=True)
    Rig.insert1({"rig": "rig1", "room": "2w.342", "rig_description": ""}, skip_duplicates=True)
    for row in rows:
        animal = {"subject_id": row["subject_id"]}
        born = {"cage_number": 1, "date_of_birth": "2018-01-01", "sex": "M", "username": "ann"}
        Subject.insert1({**animal, **born}, skip_duplicates=True)
        weighed = {"cage_number": 1, "wr_start_date": "2018-06-01", "wr_start_weight": 25}
        WaterRestriction.insert1(
            {**animal, "water_restriction_number": row["subject"], **weighed}, skip_duplicates=True
        )
        session = {**animal, "session": row["number"]}
        when = {"session_date": row["date"], "session_time": row["time"], "username": "ann", "rig": "rig1"}
        Session.insert1({**session, **when})
        trial = {**session, "trial": 1}
        SessionTrial.insert1(
            {**trial, "trial_uid": 1, "start_time": 0, "stop_time": 1}, allow_direct_insert=True
        )
        ProbeInsertion.insert([{**session, "insertion_number": number} for number in (1, 2)])
        Tracking.insert1(
            {**trial, "tracking_device": "Camera 0", "tracking_samples": 3, "frames": [1.0, 2.0, 3.0]},
            allow_direct_insert=True,
        )


def delete(key):
    """Delete sessions with all that hangs on them, as a lab's user would."""
    (Session & key).delete()
    assert not Session & key


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(json.load(sys.stdin))
    else:
        delete(json.loads(sys.argv[2]))
