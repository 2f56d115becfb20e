"""The seed's publication tables, declared and filled by the DataJoint that runs this, next to tests/labs/map_ephys.py.

usage: python publication.py < rows.json

Each row is a data set: {"table": "ArchivedRawEphys" or "ArchivedTrackingVideo" or "", "key": {...}, "location": ...,
"name": ..., "type": ..., "files": [[subpath, file type], ...]}; "locations" and "sessions" are the rows of
GlobusStorageLocation and ArchivedSession.
"""

import json
import os
import sys
from typing import Any

import datajoint as dj

dj.config["database.host"] = os.environ["LAB_HOST"]
dj.config["database.port"] = int(os.environ["LAB_PORT"])
dj.config["database.user"] = os.environ["LAB_USER"]
dj.config["database.password"] = os.environ["LAB_PASSWORD"]

experiment = dj.create_virtual_module("experiment", "map_v2_experiment")
publication = dj.Schema("map_v2_publication")


@publication
class GlobusStorageLocation(dj.Lookup):
    definition = """
    globus_alias : varchar(32)
    ---
    globus_endpoint : varchar(255)
    globus_path : varchar(1024)
    """


@publication
class ArchivedSession(dj.Imported):
    definition = """
    -> experiment.Session
    ---
    -> GlobusStorageLocation
    """


@publication
class DataSetType(dj.Lookup):
    definition = """
    dataset_type : varchar(64)
    """
    contents = (("ephys-raw",), ("tracking-video",))


@publication
class FileType(dj.Lookup):
    definition = """
    file_type : varchar(32)
    ---
    file_glob : varchar(64)
    file_descr : varchar(255)
    """
    contents = (
        ("unknown", "", "Unknown File Type"),
        ("ephys-raw-unknown", "", "Unknown Raw-Ephys File Type"),
        ("ephys-raw-neuropixels-ap-bin", "*.ap.bin", "Neuropixels AP Data"),
        ("tracking-video-trial", "*_*_[0-9]*-*.[am][vp][i4]", "Video Tracking per-trial file at 300fps"),
    )


@publication
class DataSet(dj.Manual):
    definition = """
    -> GlobusStorageLocation
    dataset_name : varchar(128)
    ---
    -> DataSetType
    """

    class PhysicalFile(dj.Part):
        definition = """
        -> master
        file_subpath : varchar(128)
        ---
        -> FileType
        """


@publication
class ArchivedRawEphys(dj.Imported):
    definition = """
    -> experiment.Session
    -> DataSet
    """


@publication
class ArchivedTrackingVideo(dj.Imported):
    definition = """
    -> experiment.Session
    -> DataSet
    """


TABLES: dict[str, Any] = {
    "ArchivedRawEphys": ArchivedRawEphys,
    "ArchivedTrackingVideo": ArchivedTrackingVideo,
}

if __name__ == "__main__":
    content = json.load(sys.stdin)
    GlobusStorageLocation.insert(content["locations"])
    ArchivedSession.insert(content["sessions"], allow_direct_insert=True)
    for row in content["data_sets"]:
        name = {"globus_alias": row["location"], "dataset_name": row["name"]}
        DataSet.insert1({**name, "dataset_type": row["type"]})
        DataSet.PhysicalFile.insert([{**name, "file_subpath": p, "file_type": t} for p, t in row["files"]])
        if row["table"]:
            TABLES[row["table"]].insert1({**row["key"], **name}, allow_direct_insert=True)
