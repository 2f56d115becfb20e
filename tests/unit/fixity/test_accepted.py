"""A person vouches for the files that were accepted, and for no other."""

import datetime as dt

import pytest

from session_archive.fixity.accepted import Accepted, same_without_times
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.states.decisions import Decision, Verdict

FILES = Manifest.of(
    [
        FileEntry("SC022/a.bin", 10, 5, vouched_by="globus"),
        FileEntry("SC022/b.mat", 2, 5),
        FileEntry("c", 1, 5),
    ]
)


def decision(file: str = "", *, by: str = "ann") -> Decision:
    return Decision(
        Verdict.ACCEPT_CONTENT,
        data_set="raw-ephys/SC022/2021-01-01",
        manifest_id=FILES.id,
        file=file,
        decided_by=by,
        decided_at=dt.datetime(2021, 1, 2, tzinfo=dt.UTC),
        why="compared by hand",
    )


@pytest.mark.parametrize(
    ("decisions", "vouchers"),
    [
        ((), ["globus", "", ""]),
        ((decision("c"),), ["globus", "", "person"]),
        ((decision("c"), decision("SC022/b.mat")), ["globus", "person", "person"]),
        ((decision(),), ["globus", "person", "person"]),
        ((decision("SC022/a.bin"),), ["globus", "", ""]),
        ((decision("SC022"),), ["globus", "", ""]),
    ],
)
def test_a_person_vouches_for_accepted_files_that_nothing_else_proves(decisions, vouchers) -> None:
    accepted = Accepted(decisions)
    assert [file.vouched_by for file in accepted.vouch(FILES).files] == vouchers
    assert bool(accepted) == bool(decisions)


def test_the_words_name_each_person() -> None:
    assert Accepted().words == ""
    assert Accepted((decision(), decision("c", by="bob"))).words == (
        "accepted by ann on 2021-01-02: compared by hand; accepted by bob on 2021-01-02: compared by hand"
    )


DECIDED = dt.datetime(2021, 1, 2, tzinfo=dt.UTC)
BEFORE, AFTER = int(DECIDED.timestamp()) - 1, int(DECIDED.timestamp()) + 1


def listed(mtime: int, *, size: int = 10, **more: int) -> Manifest:
    others = [FileEntry(path, 2, at) for path, at in more.items()]
    return Manifest.of([FileEntry("a", size, mtime), *others])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (listed(0), listed(BEFORE), True),
        (listed(0, b=0), listed(BEFORE, b=BEFORE), True),
        (listed(0), listed(0), True),
        (listed(0), listed(AFTER), False),
        (listed(0, b=BEFORE), listed(BEFORE, b=BEFORE), False),
        (listed(BEFORE - 5), listed(BEFORE), False),
        (listed(0, size=9), listed(BEFORE), False),
        (listed(0), listed(BEFORE, b=BEFORE), False),
        (Manifest(()), listed(BEFORE), False),
        (Manifest(()), Manifest(()), False),
    ],
)
def test_an_archive_without_times_and_the_rig_may_list_the_same_files(
    one: Manifest, other: Manifest, same: bool
) -> None:
    for accepted, now in ((one, other), (other, one)):
        assert same_without_times(accepted, now, decided_at=DECIDED) is same
        assert not same_without_times(accepted, now, decided_at=None)
