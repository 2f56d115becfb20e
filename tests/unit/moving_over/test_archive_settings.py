"""archive.toml as it is written for a lab that moves over, and what a person must check in it."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from session_archive.moving_over.archive_settings import CHECK, archive_toml, checks
from session_archive.moving_over.dj_local_conf import DOCUMENTED, LINK_TABLES, OldConfig, Rig

ONE, TWO = UUID(int=1), UUID(int=2)


def rig(directory: str = "/raw", collection: UUID = ONE) -> Rig:
    return Rig.model_validate(
        {"endpoint": collection, "endpoint_subdir": directory, "endpoint_path": f'C:\\globus\\"é"{directory}'}
    )


OLD = OldConfig(
    path=Path("/home/lab/dj_local_conf.json"),
    locations=(("raw-ephys", ONE, "/ePhys"), ("raw-video", TWO, "/Videos")),
    rigs={"raw-ephys": rig(), "raw-video": rig()},
    relative=frozenset(),
    databases={"lab": "map_lab", "experiment": "map_exp"},
    host="db",
    port=3306,
    user="ann",
    password="hunter2",
    tls=None,
    token="a token",
    left=(),
)


def written(**changes: Any) -> tuple[dict[str, Any], list[str]]:
    """The tables, and what is to be checked."""
    text = archive_toml(replace(OLD, **changes), catalog="a_catalog", globus="a_globus")
    assert "hunter2" not in text
    assert "a token" not in text
    return tomllib.loads(text), checks(text)


def test_each_data_set_has_its_location_and_the_table_of_map_ephys() -> None:
    tables, to_check = written()
    assert tables["data_sets"] == {
        alias: {"location": alias, "link_table": table} for alias, table in LINK_TABLES.items()
    }
    assert tables["locations"] == {
        "raw-ephys": {"collection": str(ONE), "directory": "/ePhys"},
        "raw-video": {"collection": str(TWO), "directory": "/Videos"},
    }
    assert tables["catalog"]["connection"] == "a_catalog"
    assert tables["catalog"]["database"] != tables["catalog"]["link_database"]
    assert tables["globus"] == {"connection": "a_globus"}
    assert (tables["lab"]["session"], tables["lab"]["subject"]) == (
        "map_exp.Session",
        "map_lab.WaterRestriction",
    )
    assert len(to_check) == 1, "only where retrieved files go"


def test_one_rig_of_both_data_sets_is_one_source() -> None:
    tables, _ = written(rigs={"raw-video": rig(), "raw-ephys": rig()})
    assert tables["sources"] == {
        "rig": {
            "collection": str(ONE),
            "directory": "/raw",
            "local_path": 'C:\\globus\\"é"/raw',
            "data_sets": ["raw-ephys", "raw-video"],
        }
    }


def test_two_rigs_are_named_by_their_data_sets() -> None:
    tables, _ = written(rigs={"raw-ephys": rig(), "raw-video": rig("/video")})
    assert {name: source["data_sets"] for name, source in tables["sources"].items()} == {
        "rig-raw-ephys": ["raw-ephys"],
        "rig-raw-video": ["raw-video"],
    }


@pytest.mark.parametrize("missing", list(LINK_TABLES))
def test_a_data_set_without_a_rig_is_to_be_checked(missing: str) -> None:
    tables, to_check = written(rigs={alias: rig() for alias in LINK_TABLES if alias != missing})
    assert set(tables["data_sets"]) == set(LINK_TABLES)
    assert [missing in line for line in to_check] == [True, False]


def test_a_directory_that_began_without_a_slash_is_to_be_checked() -> None:
    _, to_check = written(relative=frozenset(["/raw"]))
    assert len(to_check) == 2
    assert len(written(relative=frozenset(["/other"]))[1]) == 1


def test_locations_that_the_file_does_not_say_are_documented_and_to_be_checked() -> None:
    tables, to_check = written(locations=None, rigs={"raw-video": rig()})
    (documented,) = [row for row in DOCUMENTED if row[0] == "raw-video"]
    assert tables["locations"] == {
        "raw-video": {"collection": str(documented[1]), "directory": documented[2]}
    }
    assert set(tables["data_sets"]) == {"raw-video"}
    assert ["dj_local_conf.json" in line for line in to_check] == [True, False]


def test_only_marked_lines_are_to_be_checked() -> None:
    assert checks(f"a\n{CHECK}b\n # CHECK: c\n#CHECK: d\n{CHECK}e") == ["b", "e"]
