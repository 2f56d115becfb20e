"""A lab whose sessions have a uuid as key and the animal as an attribute, declared by the DataJoint that runs this.

usage: python uuid_keyed.py make < sessions.json
       python uuid_keyed.py delete '{"subject": "SC035"}'

The server and login are LAB_HOST, LAB_PORT, LAB_USER and LAB_PASSWORD; rows are as in tests/labs/map_ephys.py.
"""

import json
import os
import sys
import uuid

import datajoint as dj

dj.config["database.host"] = os.environ["LAB_HOST"]
dj.config["database.port"] = int(os.environ["LAB_PORT"])
dj.config["database.user"] = os.environ["LAB_USER"]
dj.config["database.password"] = os.environ["LAB_PASSWORD"]
dj.config["safemode"] = False

schema = dj.Schema("uuid_lab")


@schema
class Subject(dj.Manual):
    definition = """
    subject : varchar(16)
    """


@schema
class Session(dj.Manual):
    definition = """
    session_uuid : uuid
    ---
    -> Subject
    started : datetime
    """


if __name__ == "__main__":
    if sys.argv[1] == "make":
        for row in json.load(sys.stdin):
            Subject.insert1({"subject": row["subject"]}, skip_duplicates=True)
            began = f"{row['date']} {row['time']}"
            key = uuid.uuid5(uuid.NAMESPACE_URL, row["subject"] + began)
            Session.insert1({"session_uuid": key, "subject": row["subject"], "started": began})
    else:
        (Session & json.loads(sys.argv[2])).delete()
