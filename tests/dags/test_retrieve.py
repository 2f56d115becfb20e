"""A session is retrieved byte for byte; an existing file is never overwritten."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.dags.conftest import local_scratch

from session_archive.states.state import State

ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
NAME, FOLDER = "raw-ephys/SC038/2021-01-01", "SC038/catgt_SC038_010121_g0"
PROBE = "SC038_010121_g0_imec0"


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def retrievals(world) -> list[dict]:
    with world.stack.catalog() as catalog:
        return catalog.tables.Retrieval().to_dicts(order_by="retrieved_at")


@pytest.fixture
def archived(world):
    """A world with one data set in the archive."""
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    return world


def test_exactly_the_requested_files_are_retrieved_and_only_once(world) -> None:
    assert world.run("upload_sessions", subjects=["SC038"], kinds=["raw-ephys"])["state"] == "success"
    sent = len(world.transfers())
    assert world.run("retrieve_sessions", sessions=["SC038 2021-01-01 11:00"])["state"] == "success"
    arrived = contents(world.stack.scratch / "retrieved")
    assert arrived == {f"{FOLDER}/{path}": data for path, data in contents(world.stack.rig / FOLDER).items()}
    assert len(arrived) == 6
    assert len(world.transfers()) == sent + 1
    assert [(row["n_files"], row["chosen"]) for row in retrievals(world)] == [(6, "")]
    # The same request in another form: nothing is left to move.
    again = world.run("retrieve_sessions", data_sets=[NAME], restriction={"subject_id": 456773})
    assert again["state"] == "success"
    assert len(world.transfers()) == sent + 1
    assert world.states()["SC038 2021-01-01 11:00"].state is State.ARCHIVED


@pytest.mark.long
def test_a_part_is_recorded_as_a_part_and_a_request_for_all_retrieves_the_rest(archived, caplog) -> None:
    local_scratch(archived)
    assert archived.run("retrieve_sessions", data_sets=[NAME], probes=[0], dry_run=True)["state"] == "success"
    assert "dry run, nothing was transferred; the plan:\n  1 data set, 4 files" in caplog.text
    assert re.search(r"; [\d.]+ \w+ free there\n  raw-ephys/SC038/2021-01-01: 4 files", caplog.text)
    assert archived.run("retrieve_sessions", data_sets=[NAME], probes=[0])["state"] == "success"
    arrived = contents(archived.stack.scratch / "retrieved")
    assert len(arrived) == 4
    assert all(path.startswith(f"{FOLDER}/{PROBE}/") for path in arrived)
    # One of the other files was copied by hand: it is read, found identical, and not sent.
    by_hand = f"{FOLDER}/SC038_010121_g0_t0.nidq.meta"
    shutil.copyfile(archived.stack.rig / by_hand, archived.stack.scratch / "retrieved" / by_hand)
    assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "success"
    assert len(contents(archived.stack.scratch / "retrieved")) == 6
    assert [(row["n_files"], row["chosen"]) for row in retrievals(archived)] == [
        (4, "only probes 0"),
        (6, ""),
    ]
    # Each was sent once to the archive, and once back.
    assert len(archived.stack.globus.effects("written")) == 6 + 5
    with archived.stack.catalog() as catalog:
        methods = [row["method"] for row in catalog.tables.Verification().to_dicts(order_by="verified_at")]
    assert methods[1:] == ["listing; 4 read here; only probes 0", "listing; 6 read here"]


@pytest.mark.fault(18)
def test_a_users_file_is_kept(archived, capfd) -> None:
    mine = archived.stack.scratch / "retrieved" / FOLDER / "SC038_010121_g0_t0.nidq.meta"
    mine.parent.mkdir(parents=True)
    mine.write_text("my notes")
    sent = len(archived.transfers())
    assert archived.run("retrieve_sessions", **ONE_DATA_SET)["state"] == "failed"
    assert contents(archived.stack.scratch / "retrieved") == {
        f"{FOLDER}/SC038_010121_g0_t0.nidq.meta": b"my notes"
    }
    assert len(archived.transfers()) == sent
    output = "".join(capfd.readouterr())
    assert (
        "refused: analysis: SC038/catgt_SC038_010121_g0/SC038_010121_g0_t0.nidq.meta: already at the"
        in output
    )
    with archived.stack.catalog() as catalog:
        (refusal,) = (catalog.tables.Refusal & {"place": "analysis"}).to_dicts()
        (named,) = (catalog.tables.Refusal.File & {"refusal_id": refusal["refusal_id"]}).to_dicts()
    assert named["file_path"] == f"{FOLDER}/{mine.name}"
    # It does not stop the other files.
    assert archived.run("retrieve_sessions", **ONE_DATA_SET, probes=[0])["state"] == "success"
    assert len(contents(archived.stack.scratch / "retrieved")) == 5


MISTAKES: tuple[Any, ...] = (
    (
        {**ONE_DATA_SET, "destination": "laptop"},
        "'laptop' is not a scratch place of archive.toml; known places: analysis",
    ),
    (
        {"data_sets": [NAME], "origin": "analysis"},
        "param origin: 'analysis' is neither a location nor a source of archive.toml; there are archive-ephys, ",
    ),
    ({"data_sets": [NAME, f"{NAME}/1"]}, f"param data_sets: the archive holds no data set '{NAME}/1'"),
    ({"sessions": ["SC038 2021-01-01 12:00"]}, "param sessions: 'SC038 2021-01-01 12:00' is not a session"),
    ({"sessions": ["SC038 2020-01-01 11:00"]}, "the archive holds nothing of 'SC038 2020-01-01 11:00'"),
    ({"dates": ["2021-02-30"]}, "param dates: '2021-02-30' is not a date; expected YYYY-MM-DD"),
    ({"subjects": ["SC999"]}, "no data set in the archive matches all the params of this run"),
    ({"data_sets": [NAME], "cameras": ["side"]}, "has a file of the requested types, probes or cameras"),
)


@pytest.mark.fault(59)
def test_a_wrong_request_is_refused_in_one_line_and_moves_nothing(archived, capfd) -> None:
    for params, words in MISTAKES:
        ended = archived.run("retrieve_sessions", **params)
        (line,) = ended["problems"]
        assert ended["state"] == "failed" and words in line and "select" not in line.split(":")[0]
        assert ended["summary"] == f"nothing was selected: {line}"
        assert words in "".join(capfd.readouterr())
    assert contents(archived.stack.scratch / "retrieved") == {}


def test_a_request_larger_than_the_free_space_is_refused_with_both_sizes(archived, caplog, capfd) -> None:
    local_scratch(archived)
    with archived.stack.catalog() as catalog:
        [data_set] = catalog.data_sets()
    database = archived.stack.settings.catalog.database
    # As if a recording of an exabyte were cataloged.
    archived.stack.database.execute(
        f"UPDATE `{database}`.`data_set__physical_file` SET file_size = {10**18} "
        "WHERE file_path LIKE '%%.ap.bin'"
    )
    sent = len(archived.transfers())
    assert archived.run("retrieve_sessions", data_sets=[str(data_set.name)])["state"] == "failed"
    assert "the plan:\n  1 data set, 6 files, 1.0 EB to " in caplog.text
    output = "".join(capfd.readouterr())
    assert " needed, " in output
    assert "free at /tmp/" in output
    assert len(archived.transfers()) == sent


@pytest.mark.long
def test_a_named_place_is_read_and_no_other(archived) -> None:
    """The archive's folder is gone, the rig has the files still; what arrives is compared all the same."""
    stack = archived.stack
    (line,) = archived.run("retrieve_sessions", data_sets=[NAME], origin="archive-video")["problems"]
    assert line == f"{NAME}: refused: it is not stored at archive-video, but at archive-ephys"
    shutil.rmtree(stack.archive / "4ElectrodeRig_Ephys" / FOLDER)
    named = {"data_sets": [NAME], "origin": "rig"}
    run = archived.run("retrieve_sessions", **named)
    assert run["state"] == "success", run["problems"]
    assert f"{NAME}: 6 files, " in run["summary"] and ", from rig" in run["summary"]
    arrived = contents(stack.scratch / "retrieved" / FOLDER)
    assert arrived == contents(stack.rig / FOLDER)
    # What a rig has by now, and the archive never had, is no part of the data set.
    changed = stack.rig / FOLDER / PROBE / "SC038_010121_g0_t0.imec0.lf.bin"
    changed.write_bytes(bytes([changed.read_bytes()[0] ^ 1]) + changed.read_bytes()[1:])
    (stack.rig / FOLDER / "later.txt").write_bytes(b"later")
    shutil.rmtree(stack.scratch / "retrieved" / FOLDER)
    run = archived.run("retrieve_sessions", **named)
    assert run["state"] == "failed"
    assert "1 of 6 files are not as promised; the first: " in run["problems"][0]
    assert len(retrievals(archived)) == 1
    sent = len(archived.transfers())
    changed.unlink()
    (line,) = archived.run("retrieve_sessions", **named)["problems"]
    assert line.startswith(f"{NAME}: refused: 1 of 6 files are not at rig as cataloged, the first: {FOLDER}/")
    stack.rig.rename(stack.rig.with_name("away"))
    (line,) = archived.run("retrieve_sessions", **named)["problems"]
    assert line.startswith(f"{NAME}: refused: 6 of 6 files are not at rig as cataloged")
    assert len(archived.transfers()) == sent


@pytest.mark.fault(35)
def test_a_file_that_changed_in_the_archive_is_an_alarm_and_its_copy_is_renamed(archived, capfd) -> None:
    bad = f"{FOLDER}/{PROBE}/SC038_010121_g0_t0.imec0.lf.bin"
    archived_file = archived.stack.archive / "4ElectrodeRig_Ephys" / bad
    right = archived_file.read_bytes()
    archived_file.write_bytes(bytes([right[0] ^ 1]) + right[1:])
    retrieved = archived.stack.scratch / "retrieved"
    for number, name in enumerate((f"{bad}.not-as-cataloged", f"{bad}.not-as-cataloged.2"), start=1):
        assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
        output = "".join(capfd.readouterr())
        assert f"1 of 6 files are not as promised; the first: {bad}: " in output
        assert f"{bad} was renamed to {Path(name).name}" in output
        arrived = contents(retrieved)
        assert bad not in arrived
        assert arrived[name] == archived_file.read_bytes()
        assert len(arrived) == 5 + number
    assert retrievals(archived) == []
    archived_file.write_bytes(right)
    assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "success"
    assert contents(retrieved)[bad] == right
    assert len(contents(retrieved)) == 8
    # The good files were sent once, the bad one three times.
    written = [line["path"] for line in archived.stack.globus.effects("written")]
    assert written.count(f"/retrieved/{bad}") == 3
    assert len(written) == 6 + 5 + 3
