"""Which rows of the predecessor are entered, and what a person is shown of all of them."""

import datetime as dt
import json
import uuid

import pytest

from session_archive.moving_over.old_data_sets import Rejected
from session_archive.moving_over.takeover import Seen, Takeover, sort_out
from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import ImportedRecord
from session_archive.states.state import LabSession

SESSION = LabSession(uuid.UUID(int=1), {"session": 1}, "SC022", dt.date(2019, 8, 8), dt.time(10, 0))
NO_NAME = Rejected("raw-ephys/x", "no session")


def record(day: int = 8, *files: str) -> ImportedRecord:
    return ImportedRecord(
        name=DataSetName.parse(f"raw-ephys/SC022/2019-08-{day:02}"),
        session=SESSION,
        old_name=f"ephys-raw-SC022-{day}",
        place="ephys",
        directory="SC022/run",
        files=dict.fromkeys(files or ("a.bin", "b.mat"), "ephys-raw-unknown"),
    )


FIRST, SECOND = record(8), record(9)


def sorted_out(*records: ImportedRecord, seen=None, before=None) -> Takeover:
    return sort_out(records, [NO_NAME], source="old", seen=seen or {}, before=before or {})


def test_a_data_set_that_nobody_knew_is_entered() -> None:
    assert sorted_out(FIRST, SECOND) == Takeover("old", (FIRST, SECOND), (), (), (NO_NAME,))


def test_only_files_that_were_not_entered_before_make_a_data_set_new() -> None:
    some = {FIRST.name.id: frozenset(["a.bin"])}
    assert sorted_out(FIRST, before=some).new == (FIRST,)
    more = {FIRST.name.id: frozenset(["a.bin", "b.mat", "c.mat"])}
    takeover = sorted_out(FIRST, SECOND, before=more)
    assert (takeover.new, takeover.same) == ((SECOND,), (str(FIRST.name),))


@pytest.mark.parametrize(("verified", "word"), [(True, "archived and verified"), (False, "unverified")])
def test_a_data_set_that_this_archive_has_seen_keeps_its_own_record(verified: bool, word: str) -> None:
    seen = {FIRST.name.id: Seen(verified, frozenset(FIRST.files))}
    takeover = sorted_out(FIRST, SECOND, seen=seen, before={FIRST.name.id: frozenset(FIRST.files)})
    assert (takeover.new, takeover.same) == ((SECOND,), ())
    (known,) = takeover.known
    assert known.what == str(FIRST.name)
    assert word in known.why
    assert "a.bin" not in known.why


def test_files_that_only_the_predecessor_knows_are_counted_and_the_first_is_named() -> None:
    seen = {FIRST.name.id: Seen(True, frozenset(["c.mat"]))}
    (known,) = sorted_out(FIRST, seen=seen).known
    assert "2 of 2 files" in known.why
    assert known.why.endswith("a.bin")


def test_what_is_shown_has_a_line_for_each_row_and_the_counts() -> None:
    takeover = Takeover("old", (FIRST,), (Rejected("x", "seen"),), ("y", "z"), (NO_NAME, NO_NAME, NO_NAME))
    lines = takeover.as_text(dry_run=False).splitlines()
    assert len(lines) == 7
    assert str(FIRST.name) in lines[0]
    assert "2 files" in lines[0]
    assert ["x: seen" in line for line in lines[:2]] == [False, True]
    assert all("raw-ephys/x: no session" in line for line in lines[2:5])
    assert [word in lines[5] for word in ("1 data sets", "2 entered before", "1 known", "3 rows")] == [
        True
    ] * 4
    assert "discover_sessions" in lines[6]


def test_a_trial_enters_nothing_and_says_so() -> None:
    takeover = Takeover("old", (FIRST,), (), (), ())
    trial = takeover.as_text(dry_run=True)
    assert "would be" in trial
    assert "discover_sessions" not in trial
    assert "would be" not in takeover.as_text(dry_run=False)
    nothing = Takeover("old", (), (), (), ())
    assert len(nothing.as_text(dry_run=False).splitlines()) == 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_same_in_plain_values(dry_run: bool) -> None:
    takeover = Takeover("old", (FIRST,), (Rejected("x", "seen"),), ("y",), (NO_NAME,))
    assert json.loads(json.dumps(takeover.as_json(dry_run=dry_run))) == {
        "source": "old",
        "dry_run": dry_run,
        "entered": [
            {
                "data_set": "raw-ephys/SC022/2019-08-08",
                "session": "SC022 2019-08-08 10:00",
                "old_name": "ephys-raw-SC022-8",
                "place": "ephys",
                "directory": "SC022/run",
                "n_files": 2,
            }
        ],
        "known": [{"what": "x", "why": "seen"}],
        "entered_before": ["y"],
        "left_out": [{"what": "raw-ephys/x", "why": "no session"}],
    }


def test_a_data_set_with_exactly_the_files_of_before_is_the_same() -> None:
    assert sorted_out(FIRST, before={FIRST.name.id: frozenset(FIRST.files)}).same == (str(FIRST.name),)
