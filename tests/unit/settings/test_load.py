"""archive.toml: read as a whole, every problem reported in one error, no secret in it and none in its errors."""

from pathlib import Path, PureWindowsPath
from uuid import UUID

import pytest

from session_archive.errors import NamingError, SettingsError
from session_archive.settings.load import Place, load_settings

RIG1 = "C40E971D-0075-4A82-B12F-8F9717762E7B"
RIG2 = "0b2f1d8a-51a0-4b0e-9d55-6f3f0c2f8a11"
ARCHIVE = "5b875fda-4185-11e8-bb52-0ac6873fc732"
SCRATCH = "9a6f3c1e-7c55-4d0c-8f8e-3d9d0f6f2b21"

#: The seed's two locations and its Windows rig, and a rig on Linux.
TABLES = {
    "catalog": 'connection = "archive_catalog"\ndatabase = "archive"\nlink_database = "lab_archive"',
    "globus": 'connection = "globus_lab"',
    "lab": (
        'session = "experiment.Session"\nsubject = "lab.WaterRestriction"\n'
        'subject_name = "water_restriction_number"\ndate = "session_date"\ntime = "session_time"'
    ),
    "data_sets.raw-ephys": 'location = "petrel-ephys"\nlink_table = "ArchivedRawEphys"',
    "data_sets.raw-video": (
        'location = "petrel-video"\nlink_table = "ArchivedTrackingVideo"\nexpected = "tracking.Tracking"'
    ),
    "sources.rig1": (
        f'collection = "{RIG1}"\ndirectory = "map/raw"\nlocal_path = "C:\\\\globus\\\\map\\\\raw"'
    ),
    "sources.rig2": f'collection = "{RIG2}"\ndirectory = "//data//"\ndata_sets = ["raw-video"]',
    "locations.petrel-ephys": f'collection = "{ARCHIVE}"\ndirectory = "/4ElectrodeRig_Ephys"',
    "locations.petrel-video": f'collection = "{ARCHIVE}"\ndirectory = "/"',
    "scratch.analysis": f'collection = "{SCRATCH}"\ndirectory = "/scratch"',
    "limits": 'bytes_per_night = "4 TB"\nrun_deadline = "20 h"\npoll_interval = 5',
}


@pytest.fixture
def write(tmp_path):
    def write(top="", **changes):
        """The tables with some replaced; None leaves one out, and '__' stands for the dot of a name."""
        changes = {
            name.replace("__", ".").replace("_ephys", "-ephys"): text for name, text in changes.items()
        }
        tables = {**TABLES, **changes}
        text = "\n".join(f"[{name}]\n{body}" for name, body in tables.items() if body is not None)
        path = tmp_path / "archive.toml"
        path.write_text(f"{top}\n{text}\n", encoding="utf-8")
        return path

    return write


def refusal(path):
    with pytest.raises(SettingsError) as refused:
        load_settings(path)
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{path}: ") and "; " in line for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_the_seed_s_own_places_are_read(write):
    path = write()
    settings = load_settings(path)
    assert settings.path == path
    rig1, rig2 = settings.sources["rig1"], settings.sources["rig2"]
    assert (rig1.name, rig1.collection, rig1.directory) == ("rig1", UUID(RIG1), "/map/raw")
    assert rig1.pure_local_path == PureWindowsPath("C:\\globus\\map\\raw")
    assert rig1.local_path is None  # a Windows path is not read on this machine
    assert (rig1.data_sets, rig2.data_sets) == ((), ("raw-video",))
    assert (rig2.directory, rig2.local_path) == ("/data", None)
    video = settings.locations["petrel-video"]
    assert settings.inner_roots(video) == ("4ElectrodeRig_Ephys",)
    assert settings.inner_roots(settings.locations["petrel-ephys"]) == ()
    assert settings.data_sets["raw-video"].location == "petrel-video"
    assert settings.data_sets["raw-video"].expected == "tracking.Tracking"
    assert settings.lab.session == "experiment.Session"
    assert settings.globus.connection == "globus_lab"
    assert settings.catalog.database == "archive"


def test_limits_are_in_bytes_and_seconds_with_defaults(write):
    limits = load_settings(write()).limits
    assert (limits.bytes_per_night, limits.run_deadline, limits.poll_interval) == (4 * 10**12, 72_000, 5)
    assert (limits.max_unfinished, limits.max_files, limits.max_batch) == (20, 100_000, 200)
    assert load_settings(write(limits=None, globus=None)).globus.connection == "globus_default"


def test_readiness_is_in_seconds_and_may_be_none(write):
    readiness = load_settings(write()).readiness
    assert (readiness.settle_gap, readiness.min_age, readiness.sentinel) == (3600, 7200, "")
    readiness = load_settings(write(readiness='settle_gap = "0 s"\nmin_age = 0\nsentinel = "done"')).readiness
    assert (readiness.settle_gap, readiness.min_age, readiness.sentinel) == (0, 0, "done")


def test_a_local_path_counts_where_this_machine_can_read_it(write, tmp_path):
    existing, missing = tmp_path / "raw", tmp_path / "unmounted"
    existing.mkdir()
    for path, expected in ((existing, existing), (missing, None)):
        source = f'collection = "{RIG2}"\ndirectory = "/data"\nlocal_path = "{path}"'
        assert load_settings(write(sources__rig2=source)).sources["rig2"].local_path == expected


def test_inner_roots_are_of_the_same_collection_and_strictly_inside(write):
    source = f'collection = "{RIG1}"\ndirectory = "/map/raw/rig2"'
    settings = load_settings(write(sources__rig2=source))
    assert settings.inner_roots(settings.sources["rig1"]) == ("rig2",)
    assert settings.inner_roots(settings.sources["rig2"]) == ()


def test_a_place_turns_paths_round():
    for directory, expected in (("/", "/SC022/x"), ("map/raw", "/map/raw/SC022/x")):
        place = Place(name="rig", collection=UUID(RIG1), directory=directory)
        assert place.absolute("SC022/x") == expected
        assert place.relative(expected) == "SC022/x"
        assert place.relative(place.absolute("")) == ""
        for outside in ("/SC022", "../x", "x/../../y", "a//b"):
            with pytest.raises(NamingError):
                place.absolute(outside)
    for stranger in ("/map/rawer/x", "/map", "/map/raw/../x", "map/raw/x"):
        with pytest.raises(NamingError, match="not below '/map/raw'"):
            place.relative(stranger)


def test_a_place_may_be_built_with_a_path(tmp_path):
    place = Place.model_validate(
        {"name": "rig", "collection": RIG1, "directory": "/", "local_path": tmp_path}
    )
    assert place.local_path == tmp_path


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"top": "speling = 1"}, "speling: unknown key; expected one of: conventions, data_sets"),
        ({"limits": "max_files = 0"}, "limits.max_files: too small; expected more than 0"),
        ({"limits": "max_unfinished = 101"}, "limits.max_unfinished: too large; expected at most 100"),
        ({"limits": 'max_files = "some"'}, "limits.max_files: wrong kind of value; expected a whole number"),
        (
            {"limits": 'bytes_per_night = "4 XB"'},
            "limits.bytes_per_night: unknown unit; expected a size such",
        ),
        ({"limits": "bytes_per_night = -1"}, "limits.bytes_per_night: too small; expected more than 0 bytes"),
        ({"limits": 'run_deadline = "20 moons"'}, "limits.run_deadline: not a time span; expected seconds"),
        ({"limits": 'run_deadline = "0 h"'}, "limits.run_deadline: too small; expected more than 0"),
        ({"limits": "max_file = 1"}, "limits.max_file: unknown key; expected one of: max_unfinished, "),
        (
            {"catalog": 'connection = "c"\ndatabase = "a"\nlink_database = "a"'},
            "catalog: database and link_database are the same; expected two",
        ),
        ({"catalog": None}, "catalog: missing; expected a table [catalog] with connection, database"),
        ({"data_sets__raw_ephys": 'location = "petrel-ephys"'}, "data_sets.raw-ephys.link_table: missing"),
        (
            {"data_sets__raw_ephys": 'location = "nowhere"\nlink_table = "A"'},
            "data_sets.raw-ephys.location: no such place; expected one of [locations]: petrel-ephys, petrel-video",
        ),
        (
            {"data_sets__raw_ephys": 'location = "petrel-ephys"\nlink_table = "archived_ephys"'},
            "data_sets.raw-ephys.link_table: wrong form; expected a table's class name",
        ),
        (
            {"data_sets__raw_ephys": 'location = "petrel-ephys"\nlink_table = "A"\nconvention = "smell"'},
            "data_sets.raw-ephys.convention: no such kind; expected one of: raw-ephys, raw-video",
        ),
        (
            {"data_sets__raw_ephys": 'location = "petrel-ephys"\nlink_table = "ArchivedTrackingVideo"'},
            "data_sets: two have the link_table 'ArchivedTrackingVideo'; expected",
        ),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "/"\ndata_sets = ["raw-smell"]'},
            "sources.rig2.data_sets: no data set is named 'raw-smell'; expected some of: raw-ephys, raw-video",
        ),
        (
            {"sources__rig2": 'collection = "rig"\ndirectory = "/"'},
            "sources.rig2.collection: not a UUID; expected",
        ),
        ({"sources__rig2": f'collection = "{RIG2}"'}, "sources.rig2.directory: missing"),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "/a/../b"'},
            "sources.rig2.directory: is not a path inside a root; expected a directory such as '/map/raw'",
        ),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "a\\\\b"'},
            "sources.rig2.directory: contains a backslash; expected forward slashes",
        ),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "/~/data"'},
            "sources.rig2.directory: contains '~'; expected the path from the collection's root",
        ),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "/a"\nlocal_path = "data/raw"'},
            "sources.rig2.local_path: not an absolute path; expected",
        ),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "/a"\nlocal_path = "C:data"'},
            "sources.rig2.local_path: not an absolute path; expected",
        ),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "/a"\nname = "x"'},
            "sources.rig2.name: unknown key; expected none",
        ),
        (
            {"sources__rig2": f'collection = "{RIG2}"\ndirectory = "/a"\nfolder = "x"'},
            "sources.rig2.folder: unknown key; expected one of: collection, directory, local_path, data_sets",
        ),
        (
            {"sources__rig2": None, "sources": 'rig2 = "x"'},
            "sources.rig2: wrong kind of value; expected a table",
        ),
        (
            {"locations__petrel_ephys": 'collection = "x"\ndirectory = "/4ElectrodeRig_Ephys"'},
            "locations.petrel-ephys.collection: not a UUID",
        ),
        (
            {"lab": 'session = "Session"\nsubject = "a.B"\nsubject_name = "a"\ndate = "d"'},
            "lab.session: wrong form",
        ),
        (
            {"sources__petrel_ephys": f'collection = "{RIG2}"\ndirectory = "/a"'},
            "petrel-ephys: two places have this name",
        ),
    ],
)
def test_each_mistake_is_one_line_that_names_its_key(write, changes, expected):
    lines = refusal(write(**changes))
    assert len(lines) == 1
    assert lines[0].startswith(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scratch__analysis": (RIG1, "/map/raw/back")}, "scratch.analysis: overlaps the upload source rig1"),
        ({"scratch__analysis": (RIG1, "/map")}, "scratch.analysis: overlaps the upload source rig1"),
        (
            {"scratch__analysis": (RIG1.lower(), "map//raw/")},
            "scratch.analysis: overlaps the upload source rig1",
        ),
        (
            {"scratch__analysis": (SCRATCH, '/x"\nlocal_path = "c:\\\\Globus\\\\map\\\\raw\\\\back')},
            "scratch.analysis: overlaps the upload source rig1",
        ),
        ({"sources__rig2": (ARCHIVE, "/rig2")}, "sources.rig2: overlaps the location petrel-video"),
        ({"scratch__analysis": (ARCHIVE, "/")}, "scratch.analysis: contains the location petrel-ephys"),
        ({"sources__rig2": (RIG1, "map/raw")}, "sources.rig2: is the same directory as rig1"),
    ],
)
def test_places_that_could_overwrite_each_other_are_refused(write, changes, expected):
    tables = {name: f'collection = "{place[0]}"\ndirectory = "{place[1]}"' for name, place in changes.items()}
    lines = refusal(write(**tables))
    assert lines[0].startswith(expected)
    assert "expected" in lines[0]


@pytest.mark.parametrize(
    ("scratch", "expected"),
    [
        ("tape", "audit.scratch: no such place; expected one of [scratch]: analysis"),
        ("analysis", "audit.scratch: scratch.analysis has no local_path"),
    ],
)
def test_an_audit_reads_where_its_workers_can_see(write, scratch, expected):
    (line,) = refusal(write(audit=f'scratch = "{scratch}"'))
    assert line.startswith(expected)


def test_an_audit_brings_nothing_into_an_archive(write):
    place = f'collection = "{ARCHIVE}"\ndirectory = "/map/ephys/scratch"\nlocal_path = "/scratch"\n'
    (line,) = refusal(write(scratch__analysis=place, audit='scratch = "analysis"'))
    assert line.startswith("audit.scratch: analysis overlaps petrel-video; expected a separate directory")


def test_two_sources_may_share_a_directory_that_holds_different_data_sets(write):
    def two(one, other):
        place = f'collection = "{RIG1}"\ndirectory = "/map/raw"\n'
        return write(sources__rig1=place + one, sources__rig2=place + other)

    assert load_settings(two('data_sets = ["raw-ephys"]', 'data_sets = ["raw-video"]'))
    for both in ("", 'data_sets = ["raw-ephys"]', 'data_sets = ["raw-ephys", "raw-video"]'):
        (line,) = refusal(two('data_sets = ["raw-ephys"]', both))
        assert line.startswith("sources.rig2: is the same directory as rig1")


def test_staging_is_apart_from_every_other_place(write, tmp_path):
    staging = f'collection = "{SCRATCH}"\ndirectory = "/staging"\nlocal_path = "{tmp_path}"'
    settings = load_settings(write(staging=staging))
    assert settings.staging.absolute("a.json") == "/staging/a.json"
    assert load_settings(write()).staging is None
    for directory in ("/scratch/staging", "/"):
        with pytest.raises(SettingsError, match="staging: overlaps analysis"):
            load_settings(write(staging=staging.replace("/staging", directory)))
    with pytest.raises(SettingsError, match=r"staging\.local_path: missing"):
        load_settings(write(staging=staging.rpartition("\n")[0]))


def test_neighbours_with_a_common_beginning_do_not_overlap(write):
    assert load_settings(write(scratch__analysis=f'collection = "{RIG1}"\ndirectory = "/map/raw2"'))
    assert load_settings(write(scratch__analysis=f'collection = "{ARCHIVE}"\ndirectory = "/scratch"'))


def test_secrets_are_sent_to_the_connection_and_never_repeated(write):
    path = write(
        top='api_token = "hunter2"',
        catalog=TABLES["catalog"].replace("archive_catalog", "mysql://me:hunter2@host")
        + '\npassword = "hunter2"',
        globus='connection = "g"\nclient_secret = "hunter2"',
    )
    lines = refusal(path)
    assert "hunter2" not in "\n".join(lines)
    words = dict(line.split(": ", 1) for line in lines)
    assert "never its address" in words.pop("catalog.connection")
    assert words.keys() == {"api_token", "catalog.password", "globus.client_secret"}
    assert all("expected it in the Airflow connection" in each for each in words.values())


def test_all_problems_are_reported_together(write):
    path = write(
        top='speling = 1\nconventions = "none.toml"',
        lab='session = "x"',
        limits="max_files = 0",
        sources__rig2='collection = "x"\ndirectory = ".."',
        scratch__analysis=f'collection = "{RIG1}"\ndirectory = "/"',
    )
    with pytest.raises(SettingsError) as refused:
        load_settings(path)
    message = str(refused.value)
    for key in (
        "speling",
        "lab.session",
        "lab.subject",
        "lab.date",
        "limits.max_files",
        "sources.rig2.collection",
        "sources.rig2.directory",
        "scratch.analysis",
    ):
        assert f"{path}: {key}: " in message
    assert f"{path.parent / 'none.toml'}: no such file" in message


def test_no_data_sets_and_no_tables_are_problems(tmp_path):
    path = tmp_path / "archive.toml"
    path.write_text("sources = 3\n", encoding="utf-8")
    message = "\n".join(refusal(path))
    for key in (
        "catalog: missing",
        "lab: missing",
        "data_sets: missing",
        "locations: missing",
        "sources: wrong",
    ):
        assert key in message


@pytest.mark.parametrize(("text", "why"), [(b"[catalog", "not TOML"), (b"a = '\xff'", "not UTF-8")])
def test_a_broken_file_is_one_line(tmp_path, text, why):
    path = tmp_path / "archive.toml"
    path.write_bytes(text)
    (line,) = refusal(path)
    assert why in line


def test_a_lab_s_own_conventions_stand_beside_the_settings(write):
    path = write(
        top='conventions = "own.toml"',
        **{
            "data_sets__stacks": 'location = "petrel-video"\nlink_table = "Stacks"\nconvention = "two-photon"'
        },
    )
    (path.parent / "own.toml").write_text(
        '[kinds.two-photon]\ndescription = ""\n'
        'layouts = [{ id = "P1", directory = "{subject}/{date:%Y_%m_%d}" }]\n',
        encoding="utf-8",
    )
    conventions = load_settings(path).conventions
    assert conventions.parse("m1/2024_12_30")[0].data_set_type == "stacks"
    assert sorted(conventions.kinds) == ["raw-ephys", "raw-video", "stacks"]


def test_a_lab_s_own_conventions_are_refused_by_the_key_and_the_file_and_no_kind_is_missed(write):
    path = write(
        top='conventions = "own.toml"',
        data_sets__raw_ephys='location = "petrel-ephys"\nlink_table = "A"\nconvention = "own"',
    )
    own = path.parent / "own.toml"
    own.write_text("[kinds.own]\nlayout = []\n[names]\nlitter = 3\n", encoding="utf-8")
    lines = refusal(path)
    assert [line.removeprefix(f"conventions: {own}: ").partition(":")[0] for line in lines] == [
        "names.litter",
        "kinds.own.description",
        "kinds.own.layouts",
        "kinds.own.layout",
    ]
    assert "unknown key; expected one of: description, layouts, " in lines[3]


def test_where_the_file_is_expected(write, tmp_path, monkeypatch):
    path = write()
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(path))
    assert load_settings().path == path
    monkeypatch.delenv("SESSION_ARCHIVE_CONFIG")
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    assert load_settings().path == path


@pytest.mark.parametrize(
    ("variable", "why"),
    [
        ("SESSION_ARCHIVE_CONFIG", "SESSION_ARCHIVE_CONFIG names"),
        ("AIRFLOW_HOME", "archive.toml in the Airflow home"),
    ],
)
def test_a_missing_file_says_where_it_was_expected_and_what_to_do(tmp_path, monkeypatch, variable, why):
    monkeypatch.delenv("SESSION_ARCHIVE_CONFIG", raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "none"))
    with pytest.raises(SettingsError) as refused:
        load_settings()
    (line,) = str(refused.value).splitlines()
    assert str(Path(tmp_path) / "none") in line
    assert "no such file" in line
    assert why in line
    assert "write one" in line


SECOND = f'collection = "{ARCHIVE}"\ndirectory = "/second"\nsite = "cloud"\nconnection = "globus_cloud"'
FIRST = f'collection = "{ARCHIVE}"\ndirectory = "/4ElectrodeRig_Ephys"\nsite = "basement"'


def two_locations(**changes: str) -> dict[str, str]:
    return {
        "data_sets__raw_ephys": 'locations = ["petrel-ephys", "second"]\nlink_table = "A"',
        "locations__petrel_ephys": FIRST,
        "locations__second": SECOND,
        **changes,
    }


def test_a_data_set_may_have_several_locations(write):
    settings = load_settings(write(**two_locations()))
    assert settings.data_sets["raw-ephys"].locations == ("petrel-ephys", "second")
    assert settings.data_sets["raw-ephys"].location == "petrel-ephys"
    assert settings.data_sets["raw-video"].locations == ("petrel-video",)
    assert (
        settings.connection_of("rig1", "second")
        == settings.connection_of("second", "analysis")
        == "globus_cloud"
    )
    assert settings.connection_of("rig1", "petrel-ephys") == settings.connection_of("rig1") == "globus_lab"
    assert settings.globus_connections == ("globus_lab", "globus_cloud")


def test_one_location_may_be_written_either_way(write):
    for key in ('location = "petrel-ephys"', 'locations = "petrel-ephys"', 'locations = ["petrel-ephys"]'):
        settings = load_settings(write(data_sets__raw_ephys=f'{key}\nlink_table = "A"'))
        assert settings.data_sets["raw-ephys"].locations == ("petrel-ephys",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"data_sets__raw_ephys": 'locations = ["petrel-ephys", "nowhere"]\nlink_table = "A"'},
            "data_sets.raw-ephys.locations: no such place as 'nowhere'; expected one of [locations]: ",
        ),
        (
            {"data_sets__raw_ephys": 'locations = ["second", "second"]\nlink_table = "A"'},
            "data_sets.raw-ephys.locations: 'second' is there twice; expected different places",
        ),
        (
            {"data_sets__raw_ephys": 'locations = ["second"]\nlocation = "second"\nlink_table = "A"'},
            "data_sets.raw-ephys: both location and locations; expected one of them",
        ),
        (
            {"data_sets__raw_ephys": 'locations = []\nlink_table = "A"'},
            "data_sets.raw-ephys.locations: empty; expected at least 1",
        ),
        (
            {"locations__petrel_ephys": FIRST.replace('site = "basement"', "")},
            "locations.petrel-ephys.site: missing; expected where it stands, such as 'basement', since",
        ),
        (
            {"locations__second": SECOND.replace("/second", "/4ElectrodeRig_Ephys/second")},
            "data_sets.raw-ephys.locations: second overlaps petrel-ephys; expected separate directories",
        ),
    ],
)
def test_locations_that_are_no_two_copies_are_refused(write, changes, expected):
    lines = refusal(write(**two_locations(**changes)))
    assert any(line.startswith(expected) for line in lines), lines
