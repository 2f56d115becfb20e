"""A work item says which data set it is, and of several copies which one."""

from dataclasses import replace

from archive_flow.run.work_item import WorkItem, transfer_label

ITEM = WorkItem(
    data_set="raw-ephys/SC022/2021-01-01",
    directory="SC022/catgt_SC022_010121_g0",
    origin="rig1",
    destination="tape",
    manifest_id="0123456789abcdef",
    session_id="00000000-0000-0000-0000-000000000001",
    session="SC022 2021-01-01 10:00",
)


def test_the_transfer_of_the_only_copy_keeps_its_label() -> None:
    assert ITEM.label == "raw-ephys/SC022/2021-01-01"
    assert transfer_label("upload", ITEM) == "session-archive upload raw-ephys/SC022/2021-01-01 0123456789ab"


def test_the_transfers_of_two_copies_have_labels_of_their_own() -> None:
    """Both are of one manifest, and may go to one collection: a lost answer is found by the label alone."""
    tape, cloud = (replace(ITEM, destination=place, copy_at=place) for place in ("tape", "cloud"))
    assert cloud.label == "raw-ephys/SC022/2021-01-01 at cloud"
    labels = {transfer_label("upload", each) for each in (ITEM, tape, cloud)}
    assert len(labels) == 3


def test_a_label_has_room_for_long_names() -> None:
    long = replace(ITEM, data_set=f"raw-ephys/{'S' * 200}/2021-01-01", copy_at="c" * 64)
    label = transfer_label("replicate", long)
    assert len(label) <= 128
    assert label.endswith(f" at {'c' * 64} 0123456789ab")
    shorter = transfer_label("replicate", replace(long, copy_at="c" * 63))
    assert shorter != label
