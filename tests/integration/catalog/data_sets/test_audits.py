"""What the catalog keeps of audits: each look once, damage once with its end, and a state that nothing else ends."""

from dataclasses import replace

import pytest
from tests.integration.catalog.samples import ARCHIVE, SC022, TWO_FILES, Site, manifest, record, unvouched

from session_archive import clock
from session_archive.assess.audit import Taken, look_at_listing
from session_archive.catalog.data_sets.audits import Audited
from session_archive.catalog.open import Catalog
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.states.state import LabSession, State

WHOLE = {file.path: file for file in TWO_FILES.files}
CUT = {**WHOLE, "SC022/a.bin": replace(WHOLE["SC022/a.bin"], size=9)}


def look(catalog: Catalog, listed: dict[str, FileEntry], *, run_id: str = "audit 1") -> Audited:
    (copy,) = catalog.audited_copies.copies(ARCHIVE.name)
    return catalog.audits.record(
        copy,
        look_at_listing(catalog.audited_copies.files(copy), Manifest.of(listed.values())),
        Taken(ARCHIVE.name, "listing", "audit_archive", run_id, clock.utc_now()),
    )


def states(catalog: Catalog) -> list[State]:
    return [row.state for row in catalog.states.newest_rows()]


def test_a_look_at_a_whole_copy_is_a_verification_and_changes_nothing(
    catalog: Catalog, site: Site, session: LabSession
) -> None:
    record(catalog, session)
    found = look(catalog, WHOLE)
    assert (found.state, found.changed) == (State.ARCHIVED, False)
    assert site.count("data_set_state") == 1
    rows = (catalog.tables.Verification & {"route": "audit"}).to_dicts()
    assert [(row["verdict"], row["n_files"], row["n_differences"]) for row in rows] == [("unverified", 2, 0)]
    (copy,) = catalog.audited_copies.copies(ARCHIVE.name)
    assert copy.looked_at is not None and not copy.damaged
    assert catalog.audited_copies.of([SC022.id], ARCHIVE.name) == [copy]


@pytest.mark.fault(71)
def test_two_audits_at_once_find_the_same_damage_once(
    catalog: Catalog, site: Site, session: LabSession
) -> None:
    record(catalog, session)
    first, second = look(catalog, CUT), look(catalog, CUT, run_id="audit 2")
    assert (first.state, first.changed) == (State.DAMAGED, True)
    assert (second.state, second.changed) == (State.DAMAGED, False)
    assert first.reason == second.reason
    assert (site.count("damage"), site.count("audit_look"), site.count("data_set_state")) == (1, 2, 2)

    def looked_in(run_id: str, *, reading: bool = False, dag_id: str = "audit_archive") -> object:
        return catalog.audits.looked_in(
            [SC022], dag_id=dag_id, run_id=run_id, place=ARCHIVE.name, reading=reading
        )

    assert looked_in("audit 2") == {SC022.id: (State.DAMAGED, first.reason)}
    assert (
        looked_in("audit 3") == looked_in("audit 2", reading=True) == looked_in("audit 2", dag_id="x") == {}
    )


def test_damage_ends_once_and_the_data_set_is_archived_again(
    catalog: Catalog, site: Site, session: LabSession
) -> None:
    record(catalog, session)
    look(catalog, CUT)
    assert catalog.replicas.of([SC022.id], ARCHIVE.name)[SC022.id].damaged
    for _ in range(2):
        assert look(catalog, WHOLE).state is State.ARCHIVED
    assert states(catalog) == [State.ARCHIVED]
    assert (site.count("damage"), site.count("damage__ended")) == (1, 1)
    assert catalog.damages.every() == []
    assert not catalog.replicas.of([SC022.id], ARCHIVE.name)[SC022.id].damaged
    # A second time is new damage, of its own.
    assert look(catalog, {}).state is State.DAMAGED
    assert site.count("damage") == 3


def test_an_unverified_copy_that_is_whole_again_is_not_archived(
    catalog: Catalog, session: LabSession
) -> None:
    files = unvouched(TWO_FILES)
    record(catalog, session, manifest=files, verdict="unverified")
    look(catalog, CUT)
    assert look(catalog, WHOLE).state is State.UNVERIFIED


@pytest.mark.fault(72)
def test_no_upload_ends_damage_that_an_audit_found_meanwhile(catalog: Catalog, session: LabSession) -> None:
    record(catalog, session)
    reason = look(catalog, CUT).reason
    later = Manifest.of([*TWO_FILES.files, *manifest(("c.bin", 3)).files])
    assert record(catalog, session, manifest=later)
    (row,) = catalog.states.newest_rows()
    assert row.state is State.DAMAGED
    assert "SC022/a.bin: 10 bytes cataloged, 9 found" in row.reason
    assert reason.split("; ")[1] == row.reason.split("; ")[1]


def test_a_look_at_a_revision_that_is_no_longer_the_newest_records_nothing(
    catalog: Catalog, site: Site, session: LabSession
) -> None:
    record(catalog, session)
    (copy,) = catalog.audited_copies.copies(ARCHIVE.name)
    record(catalog, session, manifest=Manifest.of([*TWO_FILES.files, *manifest(("c.bin", 3)).files]))
    found = catalog.audits.record(
        copy,
        look_at_listing(TWO_FILES, Manifest(())),
        Taken(ARCHIVE.name, "listing", "audit_archive", "r", clock.utc_now()),
    )
    assert (found.outcome, site.count("audit_look"), site.count("damage")) == (None, 0, 0)
    assert states(catalog) == [State.ARCHIVED]


@pytest.mark.fault(5)
def test_a_task_that_dies_in_the_transaction_leaves_no_row_of_the_look(
    catalog: Catalog, site: Site, session: LabSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(catalog, session)
    monkeypatch.setattr(catalog.states, "append", lambda row: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        look(catalog, CUT)
    assert (site.count("audit_look"), site.count("damage"), site.count("verification")) == (0, 0, 1)


@pytest.mark.parametrize("voucher", ["person", "manifest"])
def test_what_only_a_person_or_a_manifest_vouches_for_is_archived_and_not_proven(
    catalog: Catalog, session: LabSession, voucher: str
) -> None:
    first, *others = TWO_FILES.files
    record(catalog, session, manifest=Manifest.of([replace(first, vouched_by=voucher), *others]))
    (copy,) = catalog.audited_copies.copies(ARCHIVE.name)
    assert (copy.verified, copy.proven_at) == (True, None)


def test_what_both_ends_vouch_for_is_proven_when_it_is_recorded(
    catalog: Catalog, session: LabSession
) -> None:
    record(catalog, session)
    (copy,) = catalog.audited_copies.copies(ARCHIVE.name)
    assert copy.proven_at is not None
