"""An audit says of each archived copy whether it is as cataloged; a broken listing is no damage."""

import json
import os
import shlex
import shutil
from pathlib import Path

import pytest
from tests.dags.audited import JANUARY, SC038, a_file, copies, looks
from typer.testing import CliRunner

from session_archive.cli.main import build
from session_archive.states.state import State

#: The data set of JANUARY.
SC038_JANUARY = "raw-ephys/SC038/2021-01-01"


def mount_archive(world) -> None:
    """From now on the workers see the disk of the archive."""
    settings = world.stack.settings_file
    settings.write_text(
        settings.read_text().replace(
            'directory = "/4ElectrodeRig_Ephys"',
            f'directory = "/4ElectrodeRig_Ephys"\nlocal_path = "{copies(world)}"',
        )
    )


def test_whole_copies_are_looked_at_once_and_stay_archived(archived) -> None:
    before = archived.states()
    journal = len(archived.transfers())
    run = archived.run("audit_archive")
    assert run["state"] == "success", run["problems"]
    assert sorted(looks(archived)) == [
        ("raw-ephys/SC038/2020-01-01", "unverified", run["run_id"]),
        ("raw-ephys/SC038/2021-01-01", "unverified", run["run_id"]),
    ]
    assert archived.states() == before
    assert "archived: 2" in run["summary"]
    with archived.stack.catalog() as catalog:
        # Sent within the year, and compared then.
        assert [each.words for each in catalog.proven_shares.newest()] == [
            "archive-ephys: 100 % of 108.5 kB proven within 365 days",
            "archive-video: 100 % of 0 bytes proven within 365 days",
        ]
    # None is due again; who asks for a subject wants it looked at now.
    assert "archived" not in archived.run("audit_archive")["summary"]
    assert len(looks(archived)) == 2
    assert archived.run("audit_archive", **SC038)["state"] == "success"
    assert len(looks(archived)) == 4
    assert len(archived.transfers()) == journal


def test_a_limit_leaves_the_newest_looks_and_says_what_remains(archived) -> None:
    first = archived.run("audit_archive", limit=1)
    assert "remaining for later runs: 1" in first["summary"]
    assert archived.run("audit_archive", limit=1)["state"] == "success"
    assert {name for name, _, _ in looks(archived)} == {
        "raw-ephys/SC038/2020-01-01",
        "raw-ephys/SC038/2021-01-01",
    }


def test_a_dry_run_records_nothing(archived) -> None:
    run = archived.run("audit_archive", dry_run=True)
    assert "raw-ephys/SC038/2021-01-01: listed and compared with the catalog" in run["summary"]
    assert looks(archived) == []


@pytest.mark.fault(69)
def test_a_truncated_file_is_damage_until_an_audit_finds_it_whole(archived) -> None:
    file = a_file(archived)
    status, content = file.stat(), file.read_bytes()
    file.write_bytes(content[:-2])
    run = archived.run("audit_archive")
    assert run["state"] == "failed"
    row = archived.states()[JANUARY]
    assert row.state is State.DAMAGED
    assert file.name in row.reason
    assert f"{len(content)} bytes cataloged, {len(content) - 2} found" in row.reason
    assert any("raw-ephys/SC038/2021-01-01: damaged" in line for line in run["problems"])
    # An upload neither sends it again nor calls it archived, and a second audit says the same, not more.
    sent = len(archived.transfers())
    assert archived.run("upload_sessions", **SC038)["state"] == "success"
    assert archived.states()[JANUARY] == row
    assert len(archived.transfers()) == sent
    assert archived.run("audit_archive")["state"] == "failed"
    assert archived.states()[JANUARY] == row
    with archived.stack.catalog() as catalog:
        assert len(catalog.tables.Damage()) == 1
        assert [each.data_set for each in catalog.damages.every()] == ["raw-ephys/SC038/2021-01-01"]
    # Put back with another time: its size alone proves nothing.
    file.write_bytes(content)
    assert archived.run("audit_archive")["state"] == "failed"
    assert archived.states()[JANUARY].state is State.DAMAGED
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert archived.run("audit_archive")["state"] == "success"
    row = archived.states()[JANUARY]
    assert row.state is State.ARCHIVED
    assert "found as cataloged again" in row.reason
    with archived.stack.catalog() as catalog:
        assert catalog.damages.every() == []


@pytest.mark.fault(69)
def test_a_deleted_file_and_a_deleted_folder_are_damage(archived) -> None:
    file = a_file(archived, "*.meta")
    file.unlink()
    shutil.rmtree(copies(archived) / "SC038/catgt_SC038_010120_g0")
    assert archived.run("audit_archive")["state"] == "failed"
    states = {session: row for session, row in archived.states().items() if session.startswith("SC038")}
    assert {row.state for row in states.values()} == {State.DAMAGED}
    assert f"{file.name}: " in states[JANUARY].reason
    assert "not there; " in states[JANUARY].reason


def test_a_touched_file_is_no_alarm(archived) -> None:
    os.utime(a_file(archived), (1_500_000_000, 1_500_000_000))
    assert archived.run("audit_archive")["state"] == "success"
    assert archived.states()[JANUARY].state is State.ARCHIVED
    with archived.stack.catalog() as catalog:
        assert set(catalog.tables.Verification.Difference().to_arrays("problem")) == {"touched"}


@pytest.mark.fault(73)
def test_what_no_data_set_has_is_listed_and_never_touched(archived) -> None:
    foreign = copies(archived) / "someone/else.dat"
    foreign.parent.mkdir()
    foreign.write_bytes(b"12345")
    notes = copies(archived) / "SC038/notes.txt"
    notes.write_text("x")
    inside = a_file(archived).with_name("more.ap.bin")
    inside.write_text("x")
    run = archived.run("audit_archive")
    assert run["state"] == "success", run["problems"]
    assert "in the archive, and part of no data set that the catalog has: 2" in run["summary"]
    assert "archive-ephys:someone: 1 file, 5 bytes, the newest 0 days old" in run["summary"]
    assert "archive-ephys:SC038/notes.txt: 1 file" in run["summary"]
    assert foreign.read_bytes() == b"12345"
    with archived.stack.catalog() as catalog:
        rows = catalog.tables.Verification.Difference().to_dicts()
    assert [(Path(row["file_path"]).name, row["problem"]) for row in rows] == [("more.ap.bin", "extra")]


@pytest.mark.fault(70)
@pytest.mark.parametrize("what", ["emptied", "another disk", "refused"])
def test_a_location_that_cannot_be_believed_is_one_alarm_and_no_row(archived, what) -> None:
    before, archive = archived.states(), copies(archived)
    if what == "refused":
        archived.stack.globus.fault(
            match="GET */ls", do="status", status=403, code="PermissionDenied", times=0
        )
    else:
        archive.rename(archive.with_name("away"))
        archive.mkdir()
    if what == "another disk":
        (archive / "SC038/catgt_SC038_010121_g0").mkdir(parents=True)
    run = archived.run("audit_archive", kinds=["raw-ephys"])
    assert run["state"] == "failed"
    assert len(run["problems"]) == 1, run["problems"]
    assert looks(archived) == []
    assert archived.states() == before


@pytest.mark.fault(70)
def test_a_listing_that_is_refused_below_is_no_damage(archived) -> None:
    before = archived.states()
    archived.stack.globus.fault(
        match="GET *catgt_SC038_010121_g0*/ls*", do="status", status=403, code="PermissionDenied", times=0
    )
    a_file(archived).parent.chmod(0)
    try:
        run = archived.run("audit_archive")
    finally:
        next((copies(archived) / "SC038/catgt_SC038_010121_g0").iterdir()).chmod(0o755)
    assert archived.states() == before, run


@pytest.mark.fault(71)
def test_a_task_that_died_after_it_recorded_says_nothing_twice(archived, monkeypatch) -> None:
    from session_archive.catalog.data_sets.audits import Audits

    a_file(archived).unlink()
    record, calls = Audits.record, []

    def dying(self, copy, *args, **kwargs):
        calls.append(copy)
        if len(calls) == 2:
            from session_archive.errors import CatalogUnavailableError

            raise CatalogUnavailableError("the worker died")
        return record(self, copy, *args, **kwargs)

    monkeypatch.setattr(Audits, "record", dying)
    run = archived.run("audit_archive")
    assert run["state"] == "failed"
    assert len(run["problems"]) == 1, run["problems"]
    assert sorted(name for name, _, _ in looks(archived)) == [
        "raw-ephys/SC038/2020-01-01",
        "raw-ephys/SC038/2021-01-01",
    ]
    with archived.stack.catalog() as catalog:
        assert len(catalog.tables.Damage()) == 1


@pytest.mark.fault(72)
def test_a_damaged_file_is_named_before_a_retrieval_moves_anything_and_in_the_next_message(archived) -> None:
    from archive_flow.messages.gather import gather
    from session_archive import clock
    from session_archive.settings.notify_table import NotifySettings

    file = a_file(archived)
    file.write_bytes(b"cut")
    assert archived.run("audit_archive")["state"] == "failed"
    sent = len(archived.transfers())
    run = archived.run("retrieve_sessions", data_sets=["raw-ephys/SC038/2021-01-01"])
    assert run["state"] == "failed"
    assert file.name in run["problems"][0]
    assert "15400 bytes cataloged, 3 found" in run["problems"][0]
    assert len(archived.transfers()) == sent
    # What is whole can be had.
    part = archived.run(
        "retrieve_sessions", data_sets=["raw-ephys/SC038/2021-01-01"], file_types=["ephys-raw-nidq"]
    )
    assert part["state"] == "success", part["problems"]
    assert len(archived.transfers()) == sent + 1
    with archived.stack.catalog() as catalog:
        notify = NotifySettings.model_validate({"to": ["ann@lab.edu"]})
        facts = gather(archived.stack.settings, catalog, notify=notify, now=clock.utc_now(), whole=False)
    assert facts.damaged == ("raw-ephys/SC038/2021-01-01 at archive-ephys",)


@pytest.mark.fault(74)
def test_a_flipped_byte_of_the_same_size_and_time_is_found_by_reading_and_only_reading_ends_it(
    archived,
) -> None:
    settings = archived.stack.settings_file
    mount_archive(archived)
    # Both were proven when they were archived: nothing is to be read yet.
    assert archived.run("audit_archive")["state"] == "success"
    assert {verdict for _, verdict, _ in looks(archived)} == {"unverified"}
    archived.stack.settings_file.write_text(settings.read_text() + '\n[audit]\nproven_within = "0.001 s"\n')
    file = a_file(archived)
    status, content = file.stat(), file.read_bytes()
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    run = archived.run("audit_archive")
    assert run["state"] == "failed"
    row = archived.states()[JANUARY]
    assert row.state is State.DAMAGED
    assert f"{file.name}: SHA1 " in row.reason
    assert [verdict for name, verdict, _ in looks(archived) if name.endswith("2020-01-01")][-1] == "verified"
    # A listing shows nothing of it.
    settings.write_text(settings.read_text().replace(f'\nlocal_path = "{copies(archived)}"', ""))
    archived.run("audit_archive", **SC038)
    assert archived.states()[JANUARY].state is State.DAMAGED
    mount_archive(archived)
    file.write_bytes(content)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    archived.run("audit_archive")
    assert archived.states()[JANUARY].state is State.ARCHIVED
    with archived.stack.catalog() as catalog:
        assert catalog.damages.every() == []


def test_the_command_that_releasable_gives_reads_what_was_proven_long_ago(archived) -> None:
    world = archived
    with world.stack.settings_file.open("a") as file:
        file.write("\n[release]\ncopies = 1\n")
    # A hundred days later: too old to be released, and not due in any audit for a year.
    for table, column in (("verification", "verified_at"), ("replica", "recorded_at")):
        world.stack.database.execute(f"UPDATE archive.`{table}` SET {column} = {column} - INTERVAL 100 DAY")

    def to_do() -> list[str]:
        done = CliRunner().invoke(
            build(), ["releasable", "--json", "--subject", "SC038"], env=world.stack.environment
        )
        assert done.exit_code == 0, done.output
        rigs = json.loads(done.stdout)["rigs"]
        [found] = [each for rig in rigs for each in rig["data_sets"] if each["data_set"] == SC038_JANUARY]
        return [each["to_do"] for each in found["reasons"] if "was last proven" in each["reason"]]

    [without_disk] = to_do()
    given, _, command = without_disk.partition("; then ")
    assert given == "give archive-ephys a local_path, or set [audit] scratch, since no worker can read it"
    words = shlex.split(command)
    assert words[:3] == ["session-archive", "audit", "--read"]
    options = dict(zip(words[3::2], words[4::2], strict=True))
    request = {
        "read": True,
        "subjects": [options["--subject"]],
        "dates": [options["--date"]],
        "kinds": [options["--kind"]],
        "locations": [options["--location"]],
    }
    not_read = "1 data set to be read, and not read: it has no local_path, and audit.scratch names no place"
    assert not_read in world.run("audit_archive", **request)["summary"]
    mount_archive(world)
    assert to_do() == [command]
    # Without `read`, it is not due.
    world.run("audit_archive", **request | {"read": False})
    assert to_do() == [command]
    assert world.run("audit_archive", **request)["state"] == "success"
    assert to_do() == []
    assert [name for name, verdict, _ in looks(world) if verdict == "verified"] == [SC038_JANUARY]


@pytest.mark.long
def test_the_whole_archive_is_not_read_on_request_and_a_limit_of_bytes_says_what_remains(archived) -> None:
    mount_archive(archived)
    run = archived.run("audit_archive", read=True, kinds=["raw-ephys"])
    assert run["state"] == "failed"
    assert "param read needs subjects or dates" in run["problems"][0]
    with archived.stack.settings_file.open("a") as file:
        file.write('\n[audit]\nbytes_per_night = "1 B"\n')
    later = "archive-ephys: 2 data sets to be read, and 1 not in this run, which reads 1 byte at most; run it again"
    assert later in archived.run("audit_archive", read=True, **SC038)["summary"]
    archived.run("audit_archive", read=True, **SC038)
    # The oldest proof first: the second run has read the other.
    read = [name for name, verdict, _ in looks(archived) if verdict == "verified"]
    assert len(read) == len(set(read)) == 2
