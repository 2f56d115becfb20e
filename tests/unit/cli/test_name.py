"""`session-archive name`: the next name of a day, and what stands in the way of a name."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from session_archive.cli.main import build
from session_archive.errors import ListingError, NamingError, SettingsError
from session_archive.listing.taken_names import find_taken, name_reader
from session_archive.naming.conventions import load_conventions
from session_archive.naming.next_name import Taken, named_session, next_session
from session_archive.naming.session_name import SessionName

conventions = load_conventions()
KINDS = ("raw-ephys", "raw-video")
DAY = dt.date(2021, 1, 1)


def proposed(*taken: str, kinds=KINDS):
    """The next session after these, each 'ident' of both kinds or 'kind ident'."""
    taken_names = []
    for each in taken:
        kind, _, ident = each.rpartition(" ")
        taken_names += [Taken(ident, one, f"rig:{one}{ident}") for one in ([kind] if kind else KINDS)]
    return next_session("SC022", DAY, taken_names, conventions=conventions, kinds=kinds)


def names(named):
    return {each.kind: (each.spikeglx_run, each.directory) for each in named.names}


def test_the_first_recording_of_a_day_has_no_ident():
    assert names(proposed()) == {
        "raw-ephys": ("SC022_010121", "SC022/catgt_SC022_010121_g0"),
        "raw-video": ("", "SC022/01012021/video"),
    }
    assert proposed().warnings == ()


def test_the_second_is_number_one():
    assert names(proposed("")) == {
        "raw-ephys": ("SC022_010121_1", "SC022/catgt_SC022_010121_1_g0"),
        "raw-video": ("", "SC022/01012021_1/video"),
    }
    assert proposed("", "1").session.ident == "2"
    assert proposed(*["", *map(str, range(1, 10))]).session.ident == "10"


def test_the_kinds_of_a_session_share_its_number():
    named = proposed("raw-ephys ")
    assert named.session.ident == "1"
    assert named.warnings == (
        "session 1 of the day has no raw-video: if yours belongs to it, its name is SC022/01012021/video",
    )
    assert "its name is SC022_010121" in proposed("raw-video ").warnings[0]


def test_a_missing_number_and_a_word_are_reported():
    named = proposed("1", "surface")
    assert named.session.ident == "2"
    assert "session 1 of the day (the unnumbered one)" in named.warnings[0]
    assert "surface does not say which session" in named.warnings[1]
    assert proposed("surface").session.ident == ""


def check(ident, *taken):
    taken_names = [Taken(each, "raw-ephys", f"rig:{each}") for each in taken]
    return named_session(SessionName("SC022", DAY, ident), taken_names, conventions=conventions, kinds=KINDS)


def test_a_word_of_ones_own_is_written_and_doubted():
    named = check("surface", "")
    assert names(named)["raw-ephys"] == ("SC022_010121_surface", "SC022/catgt_SC022_010121_surface_g0")
    assert "a number is safer" in named.warnings[0]
    assert check("1", "").warnings == ()
    assert "session 2 of the day (ident 1)" in check("2", "").warnings[0]


@pytest.mark.parametrize(
    ("ident", "words"),
    [
        ("0", "expected none for the first"),
        ("01", "not a session number as folders have it"),
        ("a b", "expected a subject, a date and an ident"),
        ("sur_face", "expected a subject, a date and an ident"),
        ("Surface", r"is taken: rig:surface; expected another ident, the next is '1'"),
    ],
)
def test_an_impossible_or_taken_word_is_refused(ident, words):
    with pytest.raises(NamingError, match=words):
        check(ident, "", "surface")


def found(root: Path):
    reader = name_reader(root)
    taken = find_taken(reader, "rig", subject="SC022", date=DAY, conventions=conventions)
    return {(each.kind, each.ident, each.where) for each in taken}


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("SC022/catgt_SC022_010121_g0", ("raw-ephys", "")),
        ("SC022/catgt_SC022_20210101_1_g0", ("raw-ephys", "1")),
        ("SC022/SC022_010121_2_g0", ("raw-ephys", "2")),
        ("SC022_010121_surface_g0", ("raw-ephys", "surface")),
        ("SC022/catgt_SC022_010121_g1", ("raw-ephys", "")),
        ("sc022/CATGT_sc022_010121_g0", ("raw-ephys", "")),
        ("SC022/01012021", ("raw-video", "")),
        ("SC022/20210101/video", ("raw-video", "")),
        ("SC022/20210101_1/video", ("raw-video", "1")),
    ],
)
def test_a_name_is_taken_by_whatever_would_clash_with_it(tmp_path, folder, expected):
    (tmp_path / folder).mkdir(parents=True)
    # Another animal's, another day's, and what no layout reads.
    for other in ("SC0222/catgt_SC0222_010121_g0", "SC022/catgt_SC022_010221_g0", "SC022/notes_010121"):
        (tmp_path / other).mkdir(parents=True)
    assert {each[:2] for each in found(tmp_path)} == {expected}
    assert any(f"rig:{folder}".startswith(where) for _, _, where in found(tmp_path))


def test_only_the_folders_on_the_way_are_listed(tmp_path):
    for number in range(3):
        (tmp_path / f"SC03{number}/catgt_SC03{number}_010121_g0").mkdir(parents=True)
    (tmp_path / "SC022/20210102/video").mkdir(parents=True)
    listed = []
    reader = name_reader(tmp_path)

    def counting(directory):
        listed.append(directory)
        return reader(directory)

    find_taken(counting, "rig", subject="SC022", date=DAY, conventions=conventions)
    assert sorted(listed) == ["", "SC022"]


@pytest.fixture
def console(tmp_path, monkeypatch):
    """The command, on a machine without archive.toml."""
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(tmp_path / "archive.toml"))
    monkeypatch.delenv("SESSION_ARCHIVE_CATALOG_USER", raising=False)

    def run(*arguments):
        done = CliRunner().invoke(build(), ["name", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return run


def test_it_works_with_nothing_but_the_packaged_conventions(console):
    output = console("SC022")
    assert f"SC022_{dt.date.today():%m%d%y}" in output
    assert "nothing was searched" in output


def test_a_folder_is_looked_at(console, tmp_path):
    (tmp_path / "data/SC022_010121_g0").mkdir(parents=True)
    output = json.loads(console("SC022", "2021-01-01", "--json", "--folder", str(tmp_path / "data")))
    assert output["ident"] == "1"
    assert output["names"][0] == {
        "kind": "raw-ephys",
        "directory": "SC022/catgt_SC022_010121_1_g0",
        "spikeglx_run": "SC022_010121_1",
    }
    where = f"{tmp_path}/data:SC022_010121_g0"
    assert output["taken"] == [{"ident": "", "kind": "raw-ephys", "where": where}]
    assert output["looked_at"] == [f"{tmp_path}/data"]


def test_sources_that_this_machine_can_read_are_looked_at(console, tmp_path):
    (tmp_path / "raw/SC022/01012021/video").mkdir(parents=True)
    identity = "c40e971d-0075-4a82-b12f-8f9717762e7b"
    tables = {
        "catalog": 'connection = "c"\ndatabase = "a"\nlink_database = "b"',
        "lab": 'session = "a.Session"\nsubject = "a.Subject"\nsubject_name = "name"\ndate = "day"',
        "data_sets.raw-video": 'location = "video"\nlink_table = "ArchivedTrackingVideo"',
        "locations.video": f'collection = "{identity}"\ndirectory = "/archive"',
        "sources.rig": f'collection = "{identity}"\ndirectory = "/raw"\nlocal_path = "{tmp_path}/raw"',
        "sources.far": f'collection = "{identity}"\ndirectory = "/far"',
    }
    text = "".join(f"[{key}]\n{body}\n" for key, body in tables.items())
    (tmp_path / "archive.toml").write_text(text)
    output = json.loads(console("SC022", "2021-01-01", "--json"))
    assert [each["directory"] for each in output["names"]] == ["SC022/01012021_1/video"]
    assert output["looked_at"] == [f"rig ({tmp_path}/raw)"]
    assert output["warnings"] == ["far cannot be read from this machine, so it was not searched"]
    (tmp_path / "archive.toml").write_text(text + "[nonsense]\n")
    with pytest.raises(SettingsError, match="nonsense: unknown key"):
        console("SC022")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("SC022", "1/1/21"), NamingError, "'1/1/21' is not a day; expected YYYY-MM-DD"),
        (("SC022", "2014-12-31"), NamingError, "is before 2015-01-01"),
        (("SC022", "2999-01-01"), NamingError, "is in the future"),
        (("SC 022", "2021-01-01"), NamingError, "expected a subject, a date and an ident"),
        (("a/b", "2021-01-01"), NamingError, "expected the subject of a session"),
        (("SC022", "2021-01-01", "--folder", "/nowhere"), ListingError, "/nowhere cannot be listed"),
    ],
)
def test_what_cannot_be_named_is_one_clear_error(console, arguments, error, words):
    with pytest.raises(error, match=words):
        console(*arguments)


def test_it_needs_nothing_of_the_system_that_a_windows_rig_lacks(tmp_path):
    (tmp_path / "SC022_010121_g0").mkdir()
    script = (
        "import os, sys\n"
        "for name in ('O_DIRECTORY', 'O_NOFOLLOW', 'O_NONBLOCK', 'O_CLOEXEC', 'geteuid', 'getuid'): delattr(os, name)\n"
        "sys.modules.update(dict.fromkeys(('fcntl', 'pwd', 'grp', 'resource', 'airflow', 'globus_sdk', 'datajoint')))\n"
        "from session_archive.cli.name import name\n"
        "from pathlib import Path\n"
        f"name('SC022', '2021-01-01', folder=[Path({str(tmp_path)!r})], ident='', conventions=None, as_json=True)"
    )
    environment = os.environ | {"SESSION_ARCHIVE_CONFIG": str(tmp_path / "none.toml")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ident"] == "1"
