"""Which revisions lack their sidecar manifest: a review saves reading, and hides none of them."""

import datetime as dt

import pytest
from tests.integration.catalog.samples import ARCHIVE, SC022, Site, manifest, record

from session_archive.catalog.data_sets import missing_sidecars
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.store import EPOCH, now
from session_archive.naming.session_name import DataSetName

LONG_AGO = dt.datetime(2021, 1, 1)


@pytest.fixture(autouse=True)
def every_row_is_worth_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_sidecars, "_MANY", 1)


def verified_at(site: Site, at: dt.datetime) -> None:
    site.admin.query(f"UPDATE `{site.layout.database}`.replica__verified SET verified_at = %s", (at,))


def missing(catalog: Catalog) -> list[tuple[DataSetName, int]]:
    return catalog.sidecars.missing(ARCHIVE.name, most=9)


def test_one_that_lacks_it_for_years_is_found_after_a_review(site: Site, catalog: Catalog) -> None:
    record(catalog)
    verified_at(site, LONG_AGO)
    catalog.sidecars.review(ARCHIVE.name)
    assert site.count("review") == site.count("review__open") == 1
    assert missing(catalog) == [(SC022, 0)]
    catalog.sidecars.record(ARCHIVE.name, [(SC022, 0)])
    assert missing(catalog) == []


def test_what_was_verified_since_the_review_is_found(site: Site, catalog: Catalog) -> None:
    record(catalog)
    verified_at(site, LONG_AGO)
    catalog.sidecars.record(ARCHIVE.name, [(SC022, 0)])
    catalog.sidecars.review(ARCHIVE.name)
    assert (site.count("review"), site.count("review__open")) == (1, 0)
    assert missing(catalog) == []
    record(catalog, manifest=manifest(("a.bin", 10), ("b.meta", 2), ("c.bin", 3)))
    assert missing(catalog) == [(SC022, 1)]
    catalog.sidecars.review(ARCHIVE.name)
    assert site.count("review") == 1, "nothing more is old"


def test_a_review_of_a_later_time_hides_nothing_new(site: Site, catalog: Catalog) -> None:
    record(catalog)
    ahead = now() + dt.timedelta(days=900)
    site.nightly.query(
        f"INSERT INTO `{site.layout.database}`.review (about, until, n_open, reviewed_at) VALUES (%s, %s, 0, %s)",
        (
            f"sidecar manifests at {ARCHIVE.name}",
            (ahead - EPOCH) // dt.timedelta(microseconds=1),
            ahead,
        ),
    )
    assert missing(catalog) == [(SC022, 0)]


def test_a_review_of_one_place_says_nothing_of_another(site: Site, catalog: Catalog) -> None:
    record(catalog)
    verified_at(site, LONG_AGO)
    catalog.sidecars.review("elsewhere")
    assert site.count("review") == 0
    assert missing(catalog) == [(SC022, 0)]
