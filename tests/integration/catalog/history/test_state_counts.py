"""Counts and rows of every expected data set, as `session-archive status` shows them."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import Site, state

from session_archive.catalog.open import Catalog
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.overview import UNSAFE
from session_archive.states.reasons import ON_THE_RIG
from session_archive.states.state import State
from support.sample_lab import LabRow, add_sessions

STRAY = DataSetName("raw-ephys", SessionName("SC099", dt.date(2020, 5, 5)))
EPHYS = ["raw-ephys"]


def test_no_run_has_looked_yet(catalog: Catalog):
    counts = catalog.state_counts.of(kinds=["raw-ephys", "tracking-video"], states=UNSAFE)
    assert [each.states for each in counts.tallies] == [{State.NOT_FOUND: 3}] * 2
    assert {row.reason for row in counts.rows} == {"no run has looked for it yet"}
    assert [row.session for row in counts.rows][::2] == [
        "SC023 2021-01-01 09:00",
        "SC022 2021-01-01 10:30",
        "SC022 2021-01-01 12:30",
    ], "the oldest first, by the clock and not by the name"


def test_the_states_sum_to_the_expected_sessions_without_unclaimed_folders_and_unexpected_sessions(
    catalog: Catalog,
):
    first, second, _ = catalog.expected_sessions("raw-ephys")
    stray = state(what=State.UNCLAIMED, data_set=str(STRAY), target=STRAY.id, session=str(STRAY.session))
    catalog.states.record(
        [
            state(first, what=State.WAITING),
            state(first, what=State.ARCHIVED),
            state(second, what=State.FAILED, reason="no room", data_set_type="tracking-video"),
            state(target=uuid.uuid4(), what=State.FAILED),
            stray,
        ]
    )
    counts = catalog.state_counts.of(kinds=["raw-ephys", "tracking-video"], states=list(State))
    ephys, video = counts.tallies
    assert (ephys.states, ephys.unclaimed) == ({State.ARCHIVED: 1, State.NOT_FOUND: 2}, 1)
    assert (video.states, video.unclaimed) == ({State.FAILED: 1, State.NOT_FOUND: 2}, 0)
    assert len(counts.rows) == ephys.expected + video.expected + 1
    assert [row.session for row in counts.rows][-1] == "SC099 2020-05-05"
    [failed] = catalog.state_counts.of(kinds=["tracking-video"], states=[State.FAILED]).rows
    assert (failed.target, failed.reason) == (second.id, "no room")


@pytest.mark.parametrize(
    ("subjects", "days", "expected", "unclaimed"),
    [
        ([], [], 3, 1),
        (["SC022"], [], 2, 0),
        (["SC099"], [], 0, 1),
        (["SC022", "SC023"], [(1, 1)], 3, 0),
        ([], [(2, 31)], 1, 0),
        (["SC022"], [(2, 31)], 0, 0),
    ],
)
def test_subjects_and_days_restrict_counts_and_rows(
    site: Site,
    catalog: Catalog,
    subjects: list[str],
    days: list[tuple[int, int]],
    expected: int,
    unclaimed: int,
):
    add_sessions(site.sample, [LabRow(9, "SC009", 1, dt.datetime(2021, 1, 31, 23, 59))])
    catalog.states.record([state(what=State.UNCLAIMED, data_set=str(STRAY), target=STRAY.id)])
    dates = [(dt.date(2021, 1, first), dt.date(2021, 1, last)) for first, last in days]
    counts = catalog.state_counts.of(kinds=EPHYS, subjects=subjects, dates=dates, states=list(State))
    [counted] = counts.tallies
    # The fourth session is the only one after New Year.
    assert counted.expected == expected + (not subjects and not days)
    assert counted.unclaimed == unclaimed
    assert len(counts.rows) == counted.expected + counted.unclaimed


def test_rows_that_are_not_shown_are_counted(catalog: Catalog):
    catalog.states.record([state(what=State.UNCLAIMED, data_set=str(STRAY), target=STRAY.id)])
    for limit, n_shown, more in ((None, 4, 0), (4, 4, 0), (3, 3, 1), (1, 1, 3), (0, 0, 4)):
        counts = catalog.state_counts.of(kinds=EPHYS, states=list(State), limit=limit)
        assert (len(counts.rows), counts.more) == (n_shown, more)
    assert catalog.state_counts.of(kinds=EPHYS).rows == ()


def test_only_the_expected_sessions_of_a_type_count(site: Site):
    layout = replace(site.layout, expected={"raw-ephys": "session_time < '10:00:00'"})
    counts = Catalog(site.nightly, layout).state_counts.of(kinds=["raw-ephys", "tracking-video"])
    assert [each.expected for each in counts.tallies] == [1, 3]


def test_more_rows_than_one_query_may_name(site: Site, catalog: Catalog):
    start = dt.datetime(2022, 1, 1, 10)
    add_sessions(site.sample, [LabRow(9, "SC009", n, start + dt.timedelta(hours=n)) for n in range(1, 2100)])
    counts = catalog.state_counts.of(kinds=EPHYS, states=UNSAFE)
    assert len(counts.rows) == 2099 + 3
    assert counts.rows[-1].session.startswith("SC009")


def test_a_further_data_set_and_a_left_out_folder_are_shown_and_counted_apart(catalog: Catalog):
    _, second, _ = catalog.expected_sessions("raw-ephys")
    further = state(
        what=State.FAILED, data_set=str(STRAY), target=STRAY.id, session="SC099 2020-05-05 10:00 g1"
    )
    folder = state(what=State.UNCLAIMED, data_set="", target=uuid.uuid4(), path="rig:SC022/surface")
    dated = replace(folder, target=uuid.uuid4(), path="rig:SC099/SC099_050520_g0", session="SC099 2020-05-05")
    ignored = replace(folder, target=uuid.uuid4(), path="rig:SC022/notes", state=State.IGNORED)
    # Of sessions that are no longer expected.
    left = [
        state(target=uuid.uuid4(), what=State.FAILED),
        state(target=uuid.uuid4(), data_set="", what=State.FAILED),
    ]
    catalog.states.record(
        [state(second, what=State.FAILED, session=str(second)), further, folder, dated, ignored, *left]
    )

    def shown(*states: State, **only) -> tuple[int, int, set[str]]:
        counts = catalog.state_counts.of(kinds=EPHYS, states=states, **only)
        (counted,) = counts.tallies
        return counted.unclaimed, counted.further, {row.session or row.path for row in counts.rows}

    assert shown() == (2, 1, set())
    assert shown(State.FAILED) == (2, 1, {str(second), further.session})
    assert shown(State.UNCLAIMED) == (2, 1, {"rig:SC022/surface", "SC099 2020-05-05"})
    assert shown(State.IGNORED) == (2, 1, {"rig:SC022/notes"})
    assert shown(State.UNCLAIMED, State.FAILED, subjects=["SC099"]) == (
        1,
        1,
        {"SC099 2020-05-05", further.session},
    )
    assert shown(State.UNCLAIMED, subjects=["SC022"]) == (1, 0, {"rig:SC022/surface"})
    assert shown(State.IGNORED, subjects=["SC022"]) == (1, 0, {"rig:SC022/notes"})
    # What no name tells may be of any day.
    day = dt.date(2021, 1, 1)
    assert shown(State.UNCLAIMED, dates=[(day, day)]) == (1, 0, {"rig:SC022/surface"})


def test_a_folder_that_was_refused_for_a_session_is_no_data_set_of_another_subject(
    site: Site, catalog: Catalog
):
    add_sessions(site.sample, [LabRow(9, "SC009", 1, dt.datetime(2021, 1, 31, 23, 59))])
    *_, other = catalog.expected_sessions("raw-ephys")
    row = state(
        other, what=State.REFUSED, data_set="", path="rig:SC022/of whom", session="SC009 2021-01-31 23:59"
    )
    catalog.states.record([row])
    of_name, of_session = (
        catalog.state_counts.of(kinds=EPHYS, subjects=[subject], states=[State.REFUSED])
        for subject in ("SC022", "SC009")
    )
    assert (of_name.rows, of_name.tallies[0].further) == ((), 0)
    assert [each.path for each in of_session.rows] == ["rig:SC022/of whom"]


def test_a_further_data_set_that_is_archived_and_gone_from_the_rig_is_one_of_its_subject(catalog: Catalog):
    row = state(
        what=State.ARCHIVED,
        reason=f"{ON_THE_RIG}no folder",
        data_set=str(STRAY),
        target=STRAY.id,
        session="SC099 2020-05-05 10:00 g1",
    )
    catalog.states.record([row])
    rows = [
        catalog.state_counts.of(kinds=EPHYS, subjects=[subject], states=[State.ARCHIVED]).rows
        for subject in ("SC099", "SC09")
    ]
    assert [[each.data_set for each in of_subject] for of_subject in rows] == [[str(STRAY)], []]
