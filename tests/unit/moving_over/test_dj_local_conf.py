"""dj_local_conf.json as archive.toml: both spellings, and a file that is only partly understood."""

import json

import pytest

from session_archive.errors import SettingsError
from session_archive.moving_over.archive_settings import archive_toml, checks
from session_archive.moving_over.dj_local_conf import read_dj_local_conf
from session_archive.settings.load import load_settings

ARCHIVE = "5b875fda-4185-11e8-bb52-0ac6873fc732"
RIG = "C40E971D-0075-4A82-B12F-8F9717762E7B"
OTHER = "aa4e5f9c-05f3-11e8-a6ad-0a448319c2f8"
#: As map-ephys' documentation writes it.
FLAT = {
    "globus.local_endpoint": RIG,
    "globus.local_endpoint_subdir": "/map/raw",
    "globus.local_endpoint_local_path": "C:\\globus\\map\\raw",
}
LOCATIONS = {
    "globus.storage_locations": [["raw-ephys", ARCHIVE, "/ePhys"], ["raw-video", ARCHIVE, "/Videos"]]
}


def endpoint(directory, collection=RIG, path="/globus/map/raw"):
    return {"endpoint": collection, "endpoint_subdir": directory, "endpoint_path": path}


#: As map-ephys' code reads it.
PER_ALIAS = {
    "globus.local_endpoints": {
        "raw-ephys": endpoint("/data/ephys", path="/globus/ephys"),
        "raw-video": endpoint("/data/video", OTHER, path="/globus/video"),
    }
}


@pytest.fixture
def read(tmp_path):
    """The old configuration of a file with these keys, and the settings that it becomes."""

    def read(top=None, **custom):
        path = tmp_path / "dj_local_conf.json"
        path.write_text(json.dumps({**(top or {}), **({"custom": custom} if custom else {})}))
        old = read_dj_local_conf(path)
        text = archive_toml(old, catalog="archive_catalog", globus="globus_default")
        new = tmp_path / "archive.toml"
        new.write_text(text, encoding="utf-8")
        return old, load_settings(new), text

    return read


def refusal(read, top=None, **custom):
    with pytest.raises(SettingsError) as refused:
        read(top, **custom)
    lines = str(refused.value).splitlines()
    assert all("dj_local_conf.json: " in line and "; expected" in line for line in lines), lines
    return [line.partition("dj_local_conf.json: ")[2] for line in lines]


@pytest.mark.parametrize("where", ["top", "custom"])
def test_the_documented_spelling_is_one_rig_of_both_data_sets(read, where):
    _, settings, text = read(FLAT) if where == "top" else read(**FLAT)
    assert set(settings.sources) == {"rig"}
    rig = settings.sources["rig"]
    assert (str(rig.collection), rig.directory) == (RIG.lower(), "/map/raw")
    assert str(rig.pure_local_path) == "C:\\globus\\map\\raw"
    assert rig.data_sets == ("raw-ephys", "raw-video")
    assert settings.data_sets["raw-video"].link_table == "ArchivedTrackingVideo"
    # What the file leaves to map-ephys' code is as its documentation says, and to be checked.
    assert settings.locations["raw-ephys"].directory == "/4ElectrodeRig_Ephys"
    assert settings.locations["raw-video"].directory == "/"
    assert ["GlobusStorageLocation" in line for line in checks(text)] == [True, False]
    assert "where retrieved files go" in checks(text)[1]


def test_a_directory_without_a_leading_slash_is_to_be_checked(read):
    _, settings, text = read({**FLAT, "globus.local_endpoint_subdir": "map/raw"})
    assert settings.sources["rig"].directory == "/map/raw"
    assert "default directory" in checks(text)[0]


def test_the_spelling_of_the_code_is_a_rig_for_each_alias(read):
    _, settings, text = read(**PER_ALIAS, **LOCATIONS)
    assert {
        name: (str(rig.collection), rig.directory, rig.data_sets) for name, rig in settings.sources.items()
    } == {
        "rig-raw-ephys": (RIG.lower(), "/data/ephys", ("raw-ephys",)),
        "rig-raw-video": (OTHER, "/data/video", ("raw-video",)),
    }
    assert {name: place.directory for name, place in settings.locations.items()} == {
        "raw-ephys": "/ePhys",
        "raw-video": "/Videos",
    }
    assert len(checks(text)) == 1


def test_two_aliases_of_one_directory_are_one_rig(read):
    same = {alias: endpoint("/raw") for alias in ("raw-ephys", "raw-video")}
    _, settings, _ = read(**{"globus.local_endpoints": same})
    assert {name: rig.data_sets for name, rig in settings.sources.items()} == {
        "rig": ("raw-ephys", "raw-video")
    }


def test_both_spellings_are_accepted_if_they_agree(read):
    flat = dict(zip(FLAT, (RIG, "/data/ephys", "/globus/ephys"), strict=True))
    _, settings, _ = read(**PER_ALIAS, **flat)
    assert set(settings.sources) == {"rig-raw-ephys", "rig-raw-video"}
    lines = refusal(read, **PER_ALIAS, **FLAT)
    assert lines[0].startswith("globus.local_endpoint: another endpoint, directory or path")


def test_a_location_without_a_rig_is_reported(read):
    only_ephys = {"globus.local_endpoints": {"raw-ephys": endpoint("/data/ephys")}}
    _, settings, text = read(**only_ephys, **LOCATIONS)
    assert set(settings.data_sets) == {"raw-ephys", "raw-video"}
    assert "no local endpoint was set for raw-video" in checks(text)[0]
    # If nothing in the file names video, no video is expected.
    _, settings, _ = read(**only_ephys)
    assert set(settings.data_sets) == {"raw-ephys"}


def test_the_schemas_of_the_lab_are_found_by_name_or_prefix(read):
    _, settings, _ = read(FLAT)
    assert (settings.lab.session, settings.lab.subject) == (
        "map_v2_experiment.Session",
        "map_v2_lab.WaterRestriction",
    )
    _, settings, _ = read({**FLAT, "lab.database": "x_lab"}, **{"experiment.database": "x_experiment"})
    assert (settings.lab.session, settings.lab.subject) == ("x_experiment.Session", "x_lab.WaterRestriction")


@pytest.mark.parametrize("port", ["²", "１", "3_307", "x", ""])
def test_a_port_that_is_no_number_is_left_out(read, port):
    old, _, _ = read({"database.host": f"db.lab.edu:{port}", **FLAT})
    assert (old.host, old.port) == ("db.lab.edu", 3306)


def test_the_database_login_and_token_are_read_and_not_shown(read):
    top = {
        "database.host": "db.lab.edu:3307",
        "database.user": "chris",
        "database.password": "s3cret-pw",
        "database.use_tls": True,
        **FLAT,
    }
    old, _, text = read(top, **{"globus.token": "t0ken", "ephys_data_paths": ["x"]})
    assert (old.host, old.port, old.user, old.password) == ("db.lab.edu", 3307, "chris", "s3cret-pw")
    assert (old.tls, old.token, old.left) == ({}, "t0ken", ("ephys_data_paths",))
    for secret in ("s3cret-pw", "t0ken"):
        assert secret not in text
        assert secret not in repr(old)


def test_a_partly_understood_file_is_refused_as_a_whole(read):
    lines = refusal(
        read,
        {"database.host": 7, "database.port": "s3cret", "globus.mode": "s3cret"},
        **{
            "globus.token": ["s3cret"],
            "globus.storage_locations": [["raw-ephys", "s3cret#endpoint", "/a"], ["raw-video", ARCHIVE]],
            "globus.local_endpoints": {
                "raw-ephys": {"endpoint": RIG, "endpoint_subdir": "~/s3cret", "extra": 1},
                "raw-histology": endpoint("a\\b", path="relative"),
            },
        },
    )
    assert [line.partition(": ")[0] for line in lines] == [
        "globus.mode",
        "globus.storage_locations.0.1",
        "globus.storage_locations.1.2",
        "globus.local_endpoints.raw-ephys.endpoint_subdir",
        "globus.local_endpoints.raw-ephys.endpoint_path",
        "globus.local_endpoints.raw-ephys.extra",
        "globus.local_endpoints.raw-histology.endpoint_subdir",
        "globus.local_endpoints.raw-histology.endpoint_path",
        "database.host",
        "database.port",
        "globus.token",
    ]
    assert "s3cret" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("top", "custom", "words"),
    [
        ({}, {}, "globus: nothing is set"),
        ({"globus.token": "a"}, {}, "globus: nothing is set"),
        ({key: "" for key in FLAT}, {}, "globus: nothing is set"),
        ({"globus.local_endpoint": RIG}, {}, "globus.local_endpoint_subdir: missing"),
        (FLAT, {"globus.local_endpoint": OTHER}, "globus.local_endpoint: one value at the top and another"),
        (
            FLAT,
            {"globus.storage_locations": [["raw-histology", ARCHIVE, "/a"]]},
            "globus.storage_locations: 'raw-histology' is not a data set of map-ephys",
        ),
        (
            FLAT,
            {"globus.storage_locations": [["raw-ephys", ARCHIVE, "/a"], ["raw-ephys", ARCHIVE, "/b"]]},
            "'raw-ephys' is not a data set of map-ephys, or stands twice",
        ),
        (
            {"globus.local_endpoints": {"raw-video": endpoint("/a")}},
            {"globus.storage_locations": [["raw-ephys", ARCHIVE, "/a"]]},
            "globus.local_endpoints.raw-video: no such data set",
        ),
    ],
)
def test_a_contradictory_or_empty_configuration_is_refused(read, top, custom, words):
    lines = refusal(read, top, **custom)
    assert any(words in line for line in lines), lines


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"custom": []}', "custom: wrong kind of value"),
        ('{"custom": 3}', "custom: wrong kind of value"),
        ('{"globus.token": "a", "globus.token": "b"}', "globus.token: stands twice"),
        (None, "no such file"),
    ],
)
def test_a_file_that_is_not_a_configuration_is_refused(tmp_path, text, words):
    path = tmp_path / "conf.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=words) as refused:
        read_dj_local_conf(path)
    assert str(path) in str(refused.value)


def test_a_rig_inside_the_archive_is_refused(read):
    with pytest.raises(SettingsError, match=r"sources\.rig: overlaps the location raw-ephys"):
        read(
            {**FLAT, "globus.local_endpoint": ARCHIVE, "globus.local_endpoint_subdir": "/ePhys/rig"},
            **LOCATIONS,
        )
