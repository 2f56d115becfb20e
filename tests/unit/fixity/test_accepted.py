"""A person vouches for the files that were accepted, and for no other."""

import datetime as dt

import pytest

from session_archive.fixity.accepted import Accepted
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
