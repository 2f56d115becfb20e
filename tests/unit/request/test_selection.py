"""Which sessions a run is for."""

import datetime as dt

import pytest

from session_archive.errors import ArchiveError
from session_archive.request.selection import Selection

KINDS = ("raw-ephys", "raw-video")


def test_nothing_given_means_everything() -> None:
    selection = Selection.from_params({"subjects": [], "dates": None, "kinds": []}, kinds=KINDS)
    assert selection.kinds == set(KINDS)
    assert selection.wants(subject="SC022", date=dt.date(2021, 1, 1))


def test_dates_are_days_and_inclusive_spans() -> None:
    selection = Selection.from_params({"dates": ["2021-01-01", "2021-03-01..2021-03-31"]}, kinds=KINDS)
    days = [
        dt.date(2021, 1, 1),
        dt.date(2021, 1, 2),
        dt.date(2021, 3, 1),
        dt.date(2021, 3, 31),
        dt.date(2021, 4, 1),
    ]
    assert [selection.wants(subject="x", date=day) for day in days] == [True, False, True, True, False]


def test_subjects_are_exact() -> None:
    selection = Selection.from_params({"subjects": "dl5, SC022"}, kinds=KINDS)
    assert selection.wants(subject="dl5", date=dt.date(2021, 1, 1))
    assert not selection.wants(subject="dl55", date=dt.date(2021, 1, 1))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"kinds": ["raw-ephis"]}, "raw-ephis.*there are raw-ephys, raw-video"),
        ({"dates": ["01/02/2021"]}, "01/02/2021.*expected YYYY-MM-DD"),
        ({"dates": ["2021-02-01..2021-01-01"]}, "ends before it begins"),
    ],
)
def test_a_wrong_param_is_named(params: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        Selection.from_params(params, kinds=KINDS)


def test_the_first_unknown_kind_is_named_and_a_run_is_no_trial() -> None:
    with pytest.raises(ArchiveError, match="'a-kind'"):
        Selection.from_params({"kinds": ["z-kind", "a-kind"]}, kinds=KINDS)
    selection = Selection.from_params({"kinds": ["raw-video"], "limit": 0}, kinds=KINDS)
    assert selection.kinds == {"raw-video"}
    assert selection.limit is None
    assert not selection.dry_run
    assert not Selection().dry_run
    trial = Selection.from_params({"dry_run": True, "limit": 3}, kinds=KINDS)
    assert (trial.dry_run, trial.limit) == (True, 3)
