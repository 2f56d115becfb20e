"""Observations are recorded when something changed, and are read back unchanged."""

import datetime as dt
from dataclasses import replace

from tests.integration.catalog.samples import NIGHTLY, SC022, Site, nth

from session_archive.catalog.open import Catalog
from session_archive.recording.completeness import Finding
from session_archive.recording.readiness import Observation

WHEN = dt.datetime(2021, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)
SEEN = Observation(WHEN, "0f" * 32, 3, 2**40, 2**33)
GAP = Finding("SC022/video", "camera side: é", blocks=False)
LATER = dt.timedelta(hours=1)


def test_an_observation_is_read_back_unchanged(catalog: Catalog) -> None:
    assert catalog.observations.of(SC022.id, "rig") == []
    assert catalog.observations.findings(SC022.id, "rig") == []
    assert catalog.observations.record(SC022.id, "rig", SEEN, (GAP, replace(GAP, blocks=True)))
    assert catalog.observations.of(SC022.id, "rig") == [SEEN]
    assert catalog.observations.findings(SC022.id, "rig") == [GAP, replace(GAP, blocks=True)]


def test_only_changed_observations_are_added_for_each_place(catalog: Catalog, site: Site) -> None:
    assert catalog.observations.record(SC022.id, "rig", SEEN)
    assert not catalog.observations.record(SC022.id, "rig", replace(SEEN, looked_at=WHEN + LATER))
    assert catalog.observations.of(SC022.id, "rig") == [SEEN], (
        "the timestamp of the first of two equal observations stays"
    )
    changed = replace(SEEN, looked_at=WHEN + 2 * LATER, manifest_id="1e" * 32)
    back = replace(SEEN, looked_at=WHEN + 3 * LATER)
    assert catalog.observations.record(SC022.id, "rig", changed)
    assert catalog.observations.record(SC022.id, "rig", back)
    assert catalog.observations.record(SC022.id, "rig", replace(back, looked_at=WHEN + 4 * LATER), (GAP,))
    assert [each.manifest_id[:2] for each in catalog.observations.of(SC022.id, "rig")] == [
        "0f",
        "1e",
        "0f",
        "0f",
    ]
    assert catalog.observations.record(SC022.id, "far-rig", SEEN)
    assert catalog.observations.record(nth(1).id, "rig", SEEN)
    assert catalog.observations.of(SC022.id, "far-rig") == catalog.observations.of(nth(1).id, "rig") == [SEEN]
    assert site.count("look") == 6


def test_long_texts_and_many_findings_are_cut(catalog: Catalog) -> None:
    many = [Finding("p" * 2000, "w" * 2000)] * 1500
    assert catalog.observations.record(SC022.id, "rig", SEEN, many)
    assert not catalog.observations.record(SC022.id, "rig", SEEN, many)
    kept = catalog.observations.findings(SC022.id, "rig")
    assert (len(kept), len(kept[0].what)) == (1000, 1024)


def test_the_nightly_login_may_add_observations_and_change_none(site: Site) -> None:
    site.open().observations.record(SC022.id, "rig", SEEN)
    grants = site.admin.query(
        "SELECT privilege_type FROM information_schema.table_privileges WHERE grantee LIKE %s "
        "AND table_schema = %s",
        (f"'{NIGHTLY}'%", site.layout.database),
    ).fetchall()
    assert {row[0] for row in grants} == {"SELECT", "INSERT"}
