"""Ten years of looks, at copies and at rigs, cost a night nothing: rows that the server reads for what it asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from tests.integration.catalog.conftest import growing_site
from tests.integration.catalog.samples import ARCHIVE, Site
from tests.integration.catalog.test_growth import cost

from session_archive.assess.audit import Taken, look_at_listing
from session_archive.catalog.data_sets.audited_copies import LISTING
from session_archive.catalog.open import Catalog
from session_archive.fixity.manifest import Manifest
from support.mariadb import DatabaseServer
from support.sample_history import Recorded

COPIES, YEARS = 200, 10
EVERY = [Recorded(number).name.id for number in range(COPIES)]
TAKEN = Taken(ARCHIVE.name, "listing", "audit_archive", "audit 1", dt.datetime(2025, 3, 1, tzinfo=dt.UTC))


def looked_in(catalog: Catalog, n: int = COPIES) -> int:
    names = [Recorded(number).name for number in range(n)]
    found = catalog.audits.looked_in(
        names, dag_id=TAKEN.dag_id, run_id=TAKEN.run_id, place=ARCHIVE.name, reading=False
    )
    return len(found)


@pytest.fixture(scope="module")
def audited(server: DatabaseServer) -> Iterator[Site]:
    """A site of which each copy, and what its rig has of it, was looked at once."""
    with growing_site(server, 9003, lambda catalog: None) as grow:
        site = grow(COPIES)
        catalog = site.open()
        for copy in catalog.audited_copies.copies(ARCHIVE.name):
            files = catalog.audited_copies.files(copy)
            catalog.audits.record(copy, look_at_listing(files, Manifest.of(files.files)), TAKEN)
        catalog.turns.looked("rig", dict.fromkeys(EVERY, True), run_id="night 1")
        catalog.turns.proving(ARCHIVE.name, dict.fromkeys(EVERY, 1), run_id="night 1")
        yield site


#: What a night asks, with the rows that the server may read.
QUESTIONS: dict[str, tuple[Callable[[Catalog], object], int]] = {
    "all copies": (lambda catalog: catalog.audited_copies.copies(ARCHIVE.name), 25 * COPIES),
    "one copy": (lambda catalog: catalog.audited_copies.of(EVERY[:1], ARCHIVE.name), 50),
    "what a run has looked at": (looked_in, 30 * COPIES),
    "what it has looked at of one group": (lambda catalog: looked_in(catalog, 5), 30 * 5),
    "looks at a rig": (lambda catalog: catalog.turns.newest_looks("rig", EVERY), 10 * COPIES),
    "the last look at a rig": (lambda catalog: catalog.turns.newest_looks("rig", EVERY[:1]), 20),
    "turns of proofs": (lambda catalog: catalog.turns.newest_proofs(ARCHIVE.name, EVERY), 10 * COPIES),
    "damage": (lambda catalog: catalog.damages.every(), 20),
}


def look_for_years(site: Site) -> None:
    """All was looked at every week before, too."""
    looks = f"`{site.layout.database}`.audit_look"
    weeks = f"`{site.layout.database}`.seq_1_to_{52 * YEARS}"
    verifications = f"`{site.layout.database}`.verification"
    site.admin.query(
        f"INSERT INTO {looks} (place, how, data_set_id, looked_at, revision, listed_id, verification_id) "
        "SELECT place, how, data_set_id, looked_at - INTERVAL seq WEEK, revision, listed_id, "
        f"UNHEX(REPLACE(UUID(), '-', '')) FROM {looks} JOIN {weeks} WHERE how = '{LISTING}'"
    )
    site.admin.query(
        f"INSERT INTO {verifications} SELECT l.verification_id, v.data_set_id, v.data_set_name, v.place, v.route, "
        "v.submission_id, v.manifest_id, v.verdict, v.method, v.n_files, v.n_bytes, v.n_differences, v.dag_id, "
        f"CONCAT('audit of ', l.looked_at), l.looked_at FROM {looks} l JOIN {verifications} v USING (data_set_id) "
        f"WHERE v.run_id = '{TAKEN.run_id}' AND l.verification_id <> v.verification_id"
    )
    for table, time, more in (("rig_look", "looked_at", "settled"), ("proof_turn", "taken_at", "n_bytes")):
        name = f"`{site.layout.database}`.{table}"
        site.admin.query(
            f"INSERT INTO {name} (place, data_set_id, {time}, {more}, run_id) "
            f"SELECT place, data_set_id, {time} - INTERVAL seq WEEK, {more}, run_id FROM {name} JOIN {weeks}"
        )


def test_no_question_reads_more_rows_after_years_of_looks(audited: Site) -> None:
    few = {name: cost(audited, ask) for name, (ask, _) in QUESTIONS.items()}
    look_for_years(audited)
    assert audited.count("audit_look") == COPIES * (52 * YEARS + 1)
    many = {name: cost(audited, ask) for name, (ask, _) in QUESTIONS.items()}
    bounds = {name: bound for name, (_, bound) in QUESTIONS.items()}
    assert {name: count for name, count in many.items() if count > 1.2 * few[name] + 20} == {}
    assert {name: count for name, count in many.items() if count > bounds[name]} == {}
    # The newest look is the one that counts.
    catalog = audited.open()
    assert {copy.looked_at for copy in catalog.audited_copies.copies(ARCHIVE.name)} == {TAKEN.now}
    assert looked_in(catalog) == COPIES
