"""Listings of roots: a row for each that differs, with what a person accepted; what is cataloged counts before that."""

import datetime as dt
import uuid

import pytest
from tests.integration.catalog.samples import ARCHIVE, SC022, TWO_FILES, Site, nth, record, unvouched

from session_archive import clock
from session_archive.assess.absence import Shortfall
from session_archive.catalog.open import Catalog
from session_archive.listing.root_listing import RootListing

SEEN = RootListing(marker=True, n_folders=3)
NAMES = frozenset({SC022, nth(1)})


def listed(catalog: Catalog, listing: RootListing = SEEN, names=NAMES, place: str = "rig1", **more) -> bool:
    return catalog.root_listings.record(place, listing, unarchived=names, run_id="night 1", **more)


def test_a_listing_is_read_back_and_belongs_to_its_place(catalog: Catalog) -> None:
    assert catalog.root_listings.last("rig1") is None
    assert listed(catalog)
    assert catalog.root_listings.last("rig1") == SEEN
    assert catalog.root_listings.unarchived("rig1") == NAMES
    assert catalog.root_listings.last("rig2") is None
    assert catalog.root_listings.unarchived("rig2") == frozenset()
    many = frozenset(map(nth, range(1000)))
    assert listed(catalog, names=many)
    assert catalog.root_listings.unarchived("rig1") == many


def test_a_look_at_the_root_alone_leaves_the_data_sets_as_they_were_seen(
    catalog: Catalog, site: Site
) -> None:
    assert listed(catalog)
    assert not listed(catalog, names=None)
    assert listed(catalog, RootListing(), names=None)
    assert catalog.root_listings.last("rig1") == RootListing()
    assert catalog.root_listings.unarchived("rig1") == NAMES
    assert not listed(catalog, RootListing())
    assert listed(catalog, RootListing(), names=())
    assert catalog.root_listings.unarchived("rig1") == frozenset()
    assert site.count("root_listing") == 3


def test_only_what_differs_is_recorded(catalog: Catalog, site: Site) -> None:
    assert listed(catalog)
    assert not listed(catalog)
    assert listed(catalog, place="rig2")
    for changed in (RootListing(False, 3), RootListing(False, 4), SEEN):
        assert listed(catalog, changed)
        assert not listed(catalog, changed)
    assert listed(catalog, names=NAMES - {SC022})
    assert site.count("root_listing") == 6


def test_the_newest_counts(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    at = dt.datetime(2021, 1, 2, tzinfo=dt.UTC)
    for hour, n_folders in ((3, 1), (1, 2), (2, 3)):
        monkeypatch.setattr(clock, "utc_now", lambda hour=hour: at + dt.timedelta(hours=hour))
        assert listed(catalog, RootListing(n_folders=n_folders))
    monkeypatch.setattr(clock, "utc_now", lambda: at + dt.timedelta(hours=4))
    last = catalog.root_listings.last("rig1")
    assert last is not None
    assert last.n_folders == 1


def test_what_a_person_accepted_is_recorded_with_who_when_and_how_much(catalog: Catalog, site: Site) -> None:
    listed(catalog)
    gone = Shortfall("its root is empty", 3, 2)
    assert listed(catalog, RootListing(), names=(), accepted=gone, accepted_by="ann")
    # The same once more is one more decision.
    assert listed(catalog, RootListing(), names=(), accepted=gone, accepted_by="ann")
    row, _ = catalog.tables.RootListing.Accepted.to_dicts()
    assert (row["what"], row["n_known"], row["n_missing"], row["accepted_by"]) == (gone.what, 3, 2, "ann")
    assert abs(clock.utc_now().replace(tzinfo=None) - row["accepted_at"]) < dt.timedelta(minutes=5)
    assert catalog.root_listings.last("rig1") == RootListing()
    assert site.count("root_listing__accepted") == 2


def test_a_location_with_replicas_had_folders_before_any_listing_of_it_was_recorded(catalog: Catalog) -> None:
    assert catalog.root_listings.last(ARCHIVE.name) is None
    record(catalog)
    assert catalog.root_listings.last(ARCHIVE.name) == RootListing(marker=False, n_folders=1)
    catalog.sidecars.record(ARCHIVE.name, [(SC022, 0)])
    assert catalog.root_listings.last(ARCHIVE.name) == RootListing(marker=True, n_folders=1)
    assert catalog.root_listings.last("rig1") is None
    # From then on what a run has listed counts.
    listed(catalog, RootListing(n_folders=9), names=(), place=ARCHIVE.name)
    assert catalog.root_listings.last(ARCHIVE.name) == RootListing(n_folders=9)


def test_which_data_sets_are_archived(catalog: Catalog) -> None:
    assert catalog.replicas.archived_among([]) == frozenset()
    record(catalog)
    unproven = unvouched(TWO_FILES)
    other = nth(1)
    record(catalog, data_set=other, manifest=unproven, verdict="unverified")
    assert catalog.replicas.archived_among([SC022.id, other.id, uuid.uuid4()]) == {SC022.id}
    assert catalog.replicas.archived_among([other.id]) == frozenset()
