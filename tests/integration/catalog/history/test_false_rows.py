"""Rows that somebody with the nightly login adds, and that no version of this package writes, stop nothing."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from tests.integration.catalog.samples import ARCHIVE, NIGHTLY, TWO_FILES, Site, record, state, submission

from session_archive import clock
from session_archive.catalog.database.connection import dj
from session_archive.catalog.open import Catalog
from session_archive.catalog.setup.install import install
from session_archive.listing.root_listing import RootListing
from session_archive.naming.kept_names import KeptNames
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import LabSession, State

#: Table -> its number, of which the highest counts.
NUMBERED = {
    "data_set_state": "state_id",
    "decision": "decision_id",
    "place_names": "place_names_id",
    "place_checksum": "place_checksum_id",
    "unconfirmed_decision": "unconfirmed_id",
}


@pytest.mark.parametrize("table", NUMBERED)
def test_a_number_is_nothing_that_the_nightly_login_chooses(site: Site, table: str) -> None:
    """With the highest one taken, no row could be added any more."""
    with pytest.raises(dj.errors.AccessError):
        site.nightly.query(
            f"INSERT INTO `{site.layout.database}`.`{table}` ({NUMBERED[table]}) VALUES (18446744073709551615)"
        )


def test_setup_takes_back_the_right_to_choose_one(site: Site) -> None:
    table = f"`{site.layout.database}`.`data_set_state`"
    site.server.execute(f"GRANT INSERT ON {table} TO {NIGHTLY}@'%%'")
    install(site.admin, site.layout, nightly_user=NIGHTLY)
    with pytest.raises(dj.errors.AccessError):
        site.nightly.query(f"INSERT INTO {table} (state_id) VALUES (1)")
    assert record(site.open())


def ignoring(folder: str) -> Decision:
    return Decision(Verdict.IGNORE, place="rig1", directory=folder, decided_by="ann", why="a test of the rig")


def test_every_numbered_row_of_a_night_and_of_a_person_can_be_added(catalog: Catalog) -> None:
    assert catalog.states.record([state(what=State.READY)])
    assert catalog.decisions.decide([ignoring("SC022/x")])
    catalog.place_names.record(ARCHIVE, KeptNames(case=True, normalisation=True))
    assert catalog.place_names.of(ARCHIVE) == KeptNames(case=True, normalisation=True)


def test_a_state_that_is_none_is_as_if_none_was_recorded(site: Site, session: LabSession) -> None:
    catalog = site.open()
    catalog.states.record([state(session, what=State.READY)])
    site.nightly.query(
        f"INSERT INTO `{site.layout.database}`.data_set_state (data_set_type, target, state, reason, path, session, "
        "data_set_name, n_files, n_bytes, run_id, changed_at) SELECT data_set_type, target, 'safe', reason, path, "
        f"session, data_set_name, n_files, n_bytes, run_id, changed_at FROM `{site.layout.database}`.data_set_state"
    )
    assert catalog.states.newest_rows() == []
    assert catalog.states.of(session.id, "raw-ephys") is None
    assert catalog.states.record([state(session, what=State.READY)])
    (row,) = catalog.states.newest_rows()
    assert row.state is State.READY


@pytest.mark.parametrize("change", [{"verdict": "'delete'"}, {"session_key": "'{'"}])
def test_a_decision_that_cannot_be_read_is_none(site: Site, change: dict[str, str]) -> None:
    catalog = site.open()
    catalog.decisions.decide([ignoring("SC022/x")])
    columns = (
        "verdict, place, directory, data_set_id, data_set_name, manifest_id, file_path, data_set_type, session_id, "
        "session_key, session, decided_by, decided_at, why"
    )
    values = ", ".join(change.get(column, column) for column in columns.split(", "))
    table = f"`{site.layout.database}`.decision"
    site.nightly.query(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}")
    assert site.count("decision") == 2
    assert [each.verdict for each in catalog.decisions.made()] == [Verdict.IGNORE]
    assert catalog.decisions.decide([ignoring("SC022/y")])


def test_an_answer_that_is_none_takes_no_room_for_transfers_away(site: Site) -> None:
    catalog = site.open()
    catalog.ledger.save_manifest(TWO_FILES)
    promised = submission()
    catalog.ledger.begin(promised, max_unfinished=2)
    site.nightly.query(
        f"INSERT INTO `{site.layout.database}`.inquiry (submission_id, inquired_at, answer, since, words) "
        f"VALUES (X'{promised.submission_id.hex}', NOW(), 'perhaps', NOW(), '')"
    )
    catalog.ledger.require_room(2)
    assert catalog.inquiries.newest([promised.submission_id]) == {}


def test_a_listing_of_a_root_that_is_still_to_come_hides_none(site: Site) -> None:
    catalog = site.open()
    real = RootListing(marker=False, n_folders=12)
    catalog.root_listings.record("archive", real, run_id="night 1")
    site.nightly.query(
        f"INSERT INTO `{site.layout.database}`.root_listing VALUES "
        f"(X'{uuid.uuid4().hex}', 'archive', '9999-01-01', 1, 1000000, NULL, 'night 2')"
    )
    assert catalog.root_listings.last("archive") == real
    later = RootListing(marker=False, n_folders=13)
    assert catalog.root_listings.record("archive", later, run_id="night 3")
    assert catalog.root_listings.last("archive") == later


def test_a_listing_by_a_worker_whose_clock_is_a_minute_ahead_counts(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.utc_now()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: now + dt.timedelta(minutes=1))
        catalog.root_listings.record("archive", RootListing(n_folders=3), run_id="night 1")
    assert catalog.root_listings.last("archive") == RootListing(n_folders=3)
