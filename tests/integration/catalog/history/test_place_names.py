"""What places do with names: the newest observation of a root counts, whatever the place is called."""

from __future__ import annotations

from tests.integration.catalog.samples import ARCHIVE, SCRATCH, Site

from session_archive.catalog.open import Catalog
from session_archive.naming.kept_names import KeptNames


def test_the_newest_observation_counts_and_what_was_not_seen_stays(catalog: Catalog, site: Site):
    assert catalog.place_names.of(ARCHIVE) == KeptNames()
    for seen, known in (
        (KeptNames(case=False), KeptNames(case=False)),
        (KeptNames(case=True, normalisation=False), KeptNames(case=True, normalisation=False)),
        (KeptNames(), KeptNames(case=True, normalisation=False)),
        (KeptNames(normalisation=True), KeptNames(case=True, normalisation=True)),
    ):
        catalog.place_names.record(ARCHIVE, seen)
        assert catalog.place_names.of(ARCHIVE) == known
    assert site.count("place_names") == 4


def test_another_root_is_another_place_and_another_name_is_not(catalog: Catalog):
    catalog.place_names.record(ARCHIVE, KeptNames(case=False))
    assert catalog.place_names.of(SCRATCH) == KeptNames()
    assert catalog.place_names.of(ARCHIVE.model_copy(update={"directory": "/moved"})) == KeptNames()
    assert catalog.place_names.of(ARCHIVE.model_copy(update={"name": "tape"})) == KeptNames(case=False)
