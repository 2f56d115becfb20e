"""What a person accepted as incomplete is no longer held back, and says so for ever."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.unit.assess.samples import DIRECTORY, NAME, OTHER, known, replica

from session_archive.assess.incomplete import as_accepted, incomplete_words, stays_noted
from session_archive.assess.verdict import Assessment, KnownDataSet, Leave, Record, Transfer
from session_archive.fixity.accepted import Accepted
from session_archive.recording.completeness import Finding
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State

MISSING = Finding("SC022/a.bin", "has no .meta beside it", blocks=True)
GAP = Finding("SC022/side", "file 3 is missing")
ANN = Accepted(
    (
        Decision(
            Verdict.ACCEPT_INCOMPLETE,
            data_set=str(NAME),
            manifest_id="of the archive",
            decided_by="ann",
            decided_at=dt.datetime(2021, 1, 2, tzinfo=dt.UTC),
            why="the rig crashed",
        ),
    )
)
WORDS = "accepted as incomplete by ann on 2021-01-02: the rig crashed"


def test_without_a_decision_every_finding_counts_as_it_is() -> None:
    assert as_accepted((MISSING, GAP), Accepted()) == (MISSING, GAP)
    assert incomplete_words((MISSING,), Accepted()) == ""


def test_what_a_person_accepted_holds_nothing_back_and_is_named() -> None:
    assert as_accepted((MISSING, GAP), ANN) == (replace(MISSING, blocks=False), GAP)
    assert incomplete_words((MISSING, GAP), ANN) == f"{WORDS}; SC022/a.bin: has no .meta beside it"


def test_the_first_of_many_are_named_and_the_others_counted() -> None:
    many = tuple(replace(MISSING, path=f"SC022/{name}.bin") for name in "abcde")
    words = incomplete_words(many, ANN)
    assert [name for name in "abcde" if f"{name}.bin" in words] == ["a", "b", "c"]
    assert words.endswith("; and 2 more")


@pytest.mark.parametrize(
    ("assessment", "expected"),
    [
        (Record(State.ARCHIVED), Record(State.ARCHIVED, WORDS)),
        (Record(State.ARCHIVED, "on the rig: gone"), Record(State.ARCHIVED, f"on the rig: gone; {WORDS}")),
        (Record(State.WAITING, "grows"), Record(State.WAITING, "grows")),
        (Transfer(), Transfer()),
        (Leave(), Leave()),
        # The state is of the data set that it names.
        *(
            (Record(State.ARCHIVED, of=KnownDataSet(name, DIRECTORY)), Record(State.ARCHIVED, words, of=of))
            for name, words in ((NAME, WORDS), (OTHER, ""))
            for of in (KnownDataSet(name, DIRECTORY),)
        ),
    ],
)
def test_an_archived_data_set_keeps_the_note(assessment: Assessment, expected: Assessment) -> None:
    archived = known(replica(), incomplete={NAME.id: WORDS})
    assert stays_noted(assessment, NAME, archived) == expected
    assert stays_noted(Record(State.ARCHIVED), OTHER, archived) == Record(State.ARCHIVED)
