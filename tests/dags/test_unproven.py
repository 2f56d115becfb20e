"""SUCCEEDED is not proof: a file without a checksum from Globus is not archived before it is proven."""

import os

import pytest

from session_archive.states.state import State

ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
SESSION = "SC038 2021-01-01 11:00"


def vouchers(world) -> dict[str, str]:
    with world.stack.catalog() as catalog:
        [data_set] = catalog.data_sets()
        return {
            file.path.removeprefix(f"{data_set.directory}/"): file.vouched_by
            for file in catalog.replicas.files(data_set.id).files
        }


def verifications(world) -> list[tuple[str, str]]:
    with world.stack.catalog() as catalog:
        rows = catalog.tables.Verification().to_dicts(order_by="verified_at")
    return [(row["verdict"], row["method"]) for row in rows]


@pytest.mark.fault(43)
def test_files_without_a_checksum_are_proven_by_the_next_night(world) -> None:
    globus = world.stack.globus
    globus.fault(file="*imec0*", do="left_out", times=0)
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    row = world.states()[SESSION]
    assert row.state is State.UNVERIFIED
    assert "nothing proves the content of 4 of 6 files, the first: " in row.reason and "imec0" in row.reason
    with world.stack.catalog() as catalog:
        assert len(catalog.tables.Replica()) == 1
        assert len(catalog.tables.Replica.Verified()) == 0
    assert sorted(vouchers(world).values()) == ["", "", "", "", "globus", "spikeglx"]
    assert verifications(world) == [("unverified", "listing; files by voucher: 1 globus, 4 none, 1 spikeglx")]

    globus.clear_faults()
    damaged = next((world.stack.archive / "4ElectrodeRig_Ephys").rglob("*imec0.lf.bin"))
    original, times = damaged.read_bytes(), damaged.stat()
    damaged.write_bytes(bytes([original[0] ^ 1]) + original[1:])
    os.utime(damaged, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.states()[SESSION].state is State.ARCHIVED
    assert damaged.read_bytes() == original
    proof = world.transfers()[1]
    assert proof["items"] == 4, "only the files without a checksum"
    found = vouchers(world)
    assert found["SC038_010121_g0_imec0/SC038_010121_g0_t0.imec0.lf.bin"] == "spikeglx", "it was sent again"
    assert sorted(found.values()) == ["globus", *["globus-compared"] * 3, *["spikeglx"] * 2]
    words = "listing; files by voucher: 1 globus, 3 globus-compared, 2 spikeglx"
    assert verifications(world)[1:] == [("verified", words)]


def test_files_that_cannot_be_read_at_the_rig_or_in_the_archive_stay_unverified(world) -> None:
    session = "SC038/catgt_SC038_010121_g0"
    (world.stack.far_rig / "SC038").mkdir()
    (world.stack.rig / session).rename(world.stack.far_rig / session)
    world.stack.globus.fault(file="*", do="left_out", times=0)
    for _ in range(2):
        assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
        row = world.states()[SESSION]
        assert row.state is State.UNVERIFIED
        assert "6 of 6 files" in row.reason and "cannot be read here" in row.reason
        assert "session-archive accept" in row.reason
    assert len(world.transfers()) == 1
