"""Whose turn it was: the newest row of each data set at each place counts."""

import datetime as dt
import uuid

import pytest
from tests.integration.catalog.samples import SC022, nth, record

from session_archive import clock
from session_archive.catalog.open import Catalog

FIRST = dt.datetime(2021, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
OTHER = nth(1)


@pytest.fixture
def catalog(catalog: Catalog) -> Catalog:
    """Both data sets are in it, as whatever has had a turn."""
    record(catalog)
    record(catalog, data_set=OTHER, directory="SC023")
    return catalog


def at(moment: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: moment)


def test_the_newest_look_at_each_rig_is_read_back(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [SC022.id, OTHER.id]
    assert catalog.turns.newest_looks("far-rig", both) == {}
    at(FIRST, monkeypatch)
    catalog.turns.looked("far-rig", {SC022.id: False, OTHER.id: True}, run_id="night 1")
    catalog.turns.looked("far-rig", {}, run_id="night 1")
    at(FIRST + DAY, monkeypatch)
    catalog.turns.looked("far-rig", {SC022.id: True}, run_id="night 2")
    catalog.turns.looked("other-rig", {OTHER.id: False}, run_id="night 2")
    assert catalog.turns.newest_looks("far-rig", both) == {
        SC022.id: (FIRST + DAY, True),
        OTHER.id: (FIRST, True),
    }
    assert catalog.turns.newest_looks("far-rig", [OTHER.id]) == {OTHER.id: (FIRST, True)}
    assert catalog.turns.newest_looks("other-rig", both) == {OTHER.id: (FIRST + DAY, False)}
    assert catalog.turns.newest_looks("far-rig", []) == {}


def test_the_newest_turn_to_be_proven_is_read_back(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    at(FIRST, monkeypatch)
    catalog.turns.proving("archive", {SC022.id: 2**40, OTHER.id: 1}, run_id="night 1")
    at(FIRST + DAY, monkeypatch)
    catalog.turns.proving("archive", {SC022.id: 2**40}, run_id="night 2")
    assert catalog.turns.newest_proofs("archive", [SC022.id, OTHER.id, uuid.uuid4()]) == {
        SC022.id: FIRST + DAY,
        OTHER.id: FIRST,
    }
    assert catalog.turns.newest_proofs("elsewhere", [SC022.id]) == {}
