"""What is recorded of a data set: all of it, once, and never in place of something else."""

import datetime as dt
import math
import uuid
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.catalog.samples import (
    ARCHIVE,
    SC022,
    SCRATCH,
    TWO_FILES,
    Site,
    manifest,
    record,
    state,
    unvouched,
)

from session_archive.catalog.open import Catalog
from session_archive.catalog.setup.migrations import MIGRATIONS
from session_archive.errors import CatalogError, RefusedError
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.settings.places import Place
from session_archive.states.state import LabSession, State

TABLES = (
    "data_set", "data_set__physical_file", "replica", "replica__verified", "verification", "data_set_state",
)  # fmt: skip


def counts(site: Site) -> list[int]:
    return [site.count(table) for table in TABLES]


def with_checksums(files: Manifest, digest: str = "ab" * 20) -> Manifest:
    return Manifest.of(
        replace(file, checksum=digest, checksum_algorithm="SHA1", vouched_by="globus") for file in files.files
    )


def test_a_verified_data_set_is_archived_with_all_that_is_known(
    catalog: Catalog, site: Site, session: LabSession
):
    files = with_checksums(TWO_FILES)
    assert record(catalog, session, manifest=files)
    assert catalog.replicas.files(SC022.id) == files
    [(data_set_id, info)] = catalog.replicas.at("archive").items()
    assert (data_set_id, info.manifest_id, info.verified) == (SC022.id, TWO_FILES.id, True)
    assert (info.n_files, info.n_bytes) == (2, 12)
    assert [row["data_set_id"] for row in catalog.links["ArchivedRawEphys"].to_dicts()] == [SC022.id]
    assert [row.state for row in catalog.states.newest_rows()] == [State.ARCHIVED]
    assert counts(site) == [1, 2, 1, 1, 1, 1]


@pytest.mark.fault(6)
def test_the_same_again_does_nothing(catalog: Catalog, site: Site, session: LabSession):
    assert record(catalog, session)
    assert not record(catalog, session, run_id="night 2", found_by="discover")
    assert counts(site) == [1, 2, 1, 1, 1, 1]


def test_a_link_that_was_missing_is_added(catalog: Catalog, session: LabSession):
    record(catalog)
    assert not catalog.links["ArchivedRawEphys"]()
    assert not record(catalog, session)
    assert len(catalog.links["ArchivedRawEphys"]()) == 1


def test_one_data_set_belongs_to_one_session(catalog: Catalog, session: LabSession):
    record(catalog, session)
    other = catalog.expected_sessions("raw-ephys")[1]
    with pytest.raises(RefusedError, match="already belongs to session"):
        record(catalog, other)


@pytest.mark.fault(56)
@pytest.mark.parametrize(
    ("other", "says"),
    [
        (manifest(("a.bin", 10), ("b.meta", 3)), "SC022/b.meta: 2 bytes of .* recorded, 3 bytes of .* found"),
        (manifest(("a.bin", 10)), "SC022/b.meta is recorded, but no longer exists"),
        (
            manifest(FileEntry("SC022/a.bin", 10, 1_609_500_001, vouched_by="read"), ("b.meta", 2)),
            "SC022/a.bin: 10 bytes of 2021-01-01 11:20:00 UTC recorded, 10 bytes of 2021-01-01 11:20:01 UTC",
        ),
    ],
)
def test_other_files_than_the_verified_are_refused_by_name(
    catalog: Catalog, site: Site, other: Manifest, says: str
):
    record(catalog)
    before = counts(site)
    with pytest.raises(RefusedError, match=says):
        record(catalog, manifest=other)
    assert counts(site) == before
    assert catalog.replicas.files(SC022.id) == TWO_FILES


def test_another_checksum_than_the_verified_is_refused(catalog: Catalog):
    record(catalog, manifest=with_checksums(TWO_FILES))
    with pytest.raises(RefusedError, match=r"SC022/a.bin: SHA1 abab.* recorded, cdcd.* found"):
        record(catalog, manifest=with_checksums(TWO_FILES, "cd" * 20))
    assert not record(catalog), "a listing without checksums contradicts nothing"


def test_an_unverified_replica_does_not_count_and_can_be_raised(
    catalog: Catalog, site: Site, session: LabSession
):
    seen = state(session, what=State.UNVERIFIED)
    assert record(catalog, session, verdict="unverified", state=seen)
    assert not record(catalog, session, verdict="unverified", state=seen)
    assert not catalog.replicas.at("archive")[SC022.id].verified
    [cataloged] = catalog.data_sets()
    assert (cataloged.locations, cataloged.unverified) == ((), ("archive",))
    assert counts(site) == [1, 2, 1, 0, 1, 1]
    assert record(catalog, session)
    assert catalog.replicas.at("archive")[SC022.id].verified
    assert not record(catalog, session, verdict="unverified")
    assert catalog.replicas.at("archive")[SC022.id].verified, "what is proven stays proven"
    assert counts(site) == [1, 2, 1, 1, 2, 2]


def test_a_copy_that_was_under_way_is_recorded_anew_when_it_is_whole(catalog: Catalog, site: Site):
    record(catalog, manifest=unvouched(manifest(("a.bin", 4))), verdict="unverified")
    record(catalog, manifest=unvouched(TWO_FILES), verdict="unverified")
    assert catalog.replicas.files(SC022.id) == unvouched(TWO_FILES)
    assert catalog.replicas.at("archive")[SC022.id].manifest_id == TWO_FILES.id
    assert site.count("data_set__physical_file") == 3, "the rows of the first listing are kept"
    assert record(catalog, manifest=with_checksums(TWO_FILES))
    assert catalog.replicas.files(SC022.id) == with_checksums(TWO_FILES)
    assert catalog.replicas.at("archive")[SC022.id].verified


def test_a_replica_with_a_file_without_voucher_is_never_verified(catalog: Catalog, site: Site):
    one = Manifest.of([TWO_FILES.files[0], *unvouched(TWO_FILES).files[1:]])
    with pytest.raises(ValueError, match=r"SC022/b\.meta has no voucher"):
        record(catalog, manifest=one)
    assert site.count("data_set") == site.count("replica__verified") == 0


def test_what_an_older_version_called_verified_is_archived_again_once_it_is_proven(
    catalog: Catalog, site: Site
):
    record(catalog, manifest=unvouched(TWO_FILES), verdict="unverified")
    database = site.layout.database
    site.server.execute(
        f"INSERT INTO `{database}`.replica__verified SELECT data_set_id, storage_location, revision, "
        f"UNHEX(REPLACE(UUID(), '-', '')), UTC_TIMESTAMP(6) FROM `{database}`.replica"
    )
    assert catalog.replicas.is_proven(SC022.id, "archive")
    step = MIGRATIONS[0].steps[0]
    for _ in range(2):  # it can be repeated
        site.server.execute(step.sql.replace("{database}", database))
    rows = catalog.tables.Replica.Unproven().to_dicts()
    assert [(row["n_files"], row["first_file"]) for row in rows] == [(2, "SC022/a.bin")]
    assert not catalog.replicas.is_proven(SC022.id, "archive")
    assert not catalog.replicas.at("archive")[SC022.id].verified
    assert catalog.sidecars.missing("archive", most=9) == []
    [cataloged] = catalog.data_sets()
    assert (cataloged.locations, cataloged.unverified) == ((), ("archive",))
    assert record(catalog)
    assert catalog.replicas.is_proven(SC022.id, "archive")
    assert catalog.replicas.at("archive")[SC022.id].verified
    assert catalog.sidecars.missing("archive", most=9) == [(SC022, 1)]
    assert catalog.replicas.files(SC022.id) == TWO_FILES


def test_a_second_place_has_a_replica_of_its_own(catalog: Catalog):
    second = Place(name="tape", collection=uuid.UUID(int=9), directory="/")
    assert record(catalog)
    assert record(catalog, place=second)
    [cataloged] = catalog.data_sets()
    assert cataloged.locations == ("archive", "tape")
    with pytest.raises(RefusedError):
        record(catalog, place=second, manifest=manifest(("a.bin", 11)))


def test_a_failed_verification_leaves_its_report_and_the_state_only(catalog: Catalog, site: Site):
    listed = manifest(("a.bin", 9), ("c.bin", 1))
    report = compare(promised=TWO_FILES, found=listed)
    assert not record(catalog, verdict="failed", report=report, state=state(what=State.FAILED))
    assert counts(site) == [0, 0, 0, 0, 1, 1]
    [row] = catalog.tables.Verification.to_dicts()
    assert (row["verdict"], row["n_differences"], row["submission_id"]) == ("failed", 3, None)
    differences = catalog.tables.Verification.Difference.to_dicts()
    assert sorted((each["file_path"], each["problem"]) for each in differences) == [
        ("SC022/a.bin", "size"),
        ("SC022/b.meta", "missing"),
        ("SC022/c.bin", "extra"),
    ]


def test_an_unknown_verdict_is_refused(catalog: Catalog, site: Site):
    with pytest.raises(ValueError, match="'Verified' is not a verdict"):
        record(catalog, verdict="Verified")
    assert counts(site) == [0] * 6


@pytest.mark.fault(57)
def test_paths_that_common_collations_merge_are_different_files(catalog: Catalog):
    names = ["A.bin", "a.bin", "é", "e\u0301", "😀", "😁", "x", "x ", "ß", "ss", "%s", "'\"`", "名"]
    files = manifest(*((name, size) for size, name in enumerate(names)))
    record(catalog, manifest=files)
    assert catalog.replicas.files(SC022.id) == files
    assert {file.path: file.size for file in catalog.replicas.files(SC022.id).files}["SC022/x "] == 7


def test_names_of_data_sets_are_distinguished_too(catalog: Catalog):
    names = [
        DataSetName("raw-ephys", SessionName(subject, dt.date(2021, 1, 1))) for subject in ("sc1", "SC1", "é")
    ]
    for name in names:
        assert record(catalog, data_set=name)
    assert {cataloged.name for cataloged in catalog.data_sets()} == set(names)
    [cataloged] = catalog.data_sets(subjects=["SC1"])
    assert cataloged.name.session.subject == "SC1"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (FileEntry("/".join(["d" * 200] * 6), 1, 0, vouched_by="read"), "1205 characters"),
        (FileEntry("SC022/a", 1, 10**15, vouched_by="read"), "is not a valid date"),
    ],
)
def test_a_file_that_cannot_be_stored_is_refused_by_name(
    catalog: Catalog, site: Site, file: FileEntry, says: str
):
    with pytest.raises(RefusedError, match=says):
        record(catalog, manifest=manifest(file))
    assert counts(site) == [0] * 6


def test_times_before_1970_and_far_ahead_are_kept(catalog: Catalog):
    files = manifest(
        *(
            FileEntry(*each, vouched_by="read")
            for each in (("a", 0, -86_400), ("b", 2**40, 0), ("c", 1, 4_000_000_000))
        )
    )
    record(catalog, manifest=files)
    assert catalog.replicas.files(SC022.id) == files


def test_a_location_that_moved_under_its_name_is_an_error(catalog: Catalog):
    record(catalog)
    for change in ({"directory": "/elsewhere"}, {"collection": uuid.UUID(int=7)}):
        with pytest.raises(CatalogError, match=r"location 'archive' is .* in the catalog, but"):
            record(catalog, place=ARCHIVE.model_copy(update=change))


def test_a_session_that_left_the_lab_is_named_and_nothing_is_recorded(
    catalog: Catalog, site: Site, session: LabSession
):
    site.sample.Session.delete(prompt=False)
    with pytest.raises(CatalogError, match=r"no session .*407513.* any more"):
        record(catalog, session)
    assert counts(site) == [0] * 6


def test_a_state_that_the_database_refuses_leaves_no_replica(catalog: Catalog, site: Site):
    with pytest.raises(CatalogError):
        record(catalog, state=state(run_id="x" * 300))
    assert counts(site) == [0] * 6


def test_a_session_deleted_in_the_lab_takes_only_the_link(catalog: Catalog, site: Site, session: LabSession):
    record(catalog, session)
    before = counts(site)
    (site.sample.Session & session.key).delete(prompt=False)
    assert not catalog.links["ArchivedRawEphys"]()
    assert counts(site) == before
    assert catalog.replicas.at("archive")[SC022.id].verified


def test_a_session_renumbered_in_the_lab_keeps_its_link(catalog: Catalog, site: Site, session: LabSession):
    record(catalog, session)
    site.server.execute(f"UPDATE `{site.sample.Session.database}`.session SET session = 77 WHERE session = 1")
    assert 77 in [row["session"] for row in catalog.links["ArchivedRawEphys"].to_dicts()]


def test_a_wrong_link_table_or_key_is_an_error(catalog: Catalog, session: LabSession):
    with pytest.raises(CatalogError, match="there are ArchivedRawEphys, ArchivedTrackingVideo"):
        record(catalog, session, link_table="ArchivedRaw")
    with pytest.raises(CatalogError, match="'subjekt_id' is not an attribute"):
        record(catalog, replace(session, key={"subjekt_id": 1}))


def test_a_retrieval_is_kept_when_it_was_verified(catalog: Catalog, site: Site):
    record(catalog)
    values: dict[str, Any] = {
        "data_set": SC022,
        "place": SCRATCH,
        "manifest": TWO_FILES,
        "method": "names, sizes",
        "submission_id": uuid.uuid4(),
        "run_id": "manual",
        "dag_id": "retrieve_sessions",
    }
    bad = compare(promised=TWO_FILES, found=manifest(("a.bin", 10)))
    catalog.writer.record_retrieval(**values, report=bad, verdict="failed")
    assert (site.count("retrieval"), site.count("verification")) == (0, 2)
    catalog.writer.record_retrieval(
        **values, report=compare(promised=TWO_FILES, found=TWO_FILES), verdict="verified"
    )
    [row] = catalog.tables.Retrieval.to_dicts()
    assert (row["place"], row["n_files"], row["n_bytes"], row["chosen"]) == ("scratch", 2, 12, "")


def test_arrived_files_are_reported_one_by_one_for_the_root_of_their_retrieval(catalog: Catalog):
    record(catalog)
    only = manifest(("a.bin", 10))
    catalog.ledger.save_manifest(only)
    catalog.writer.record_retrieval(
        data_set=SC022,
        place=SCRATCH,
        manifest=only,
        report=compare(promised=only, found=only),
        verdict="verified",
        method="listing",
        submission_id=None,
        run_id="r",
        dag_id="retrieve_sessions",
        chosen="only probes 0",
    )
    arrived = catalog.retrievals.arrived(SC022.id, SCRATCH)
    assert [arrival.file for arrival in arrived.values()] == list(only.files)
    assert all(arrival.at.utcoffset() == dt.timedelta(0) for arrival in arrived.values())
    assert catalog.retrievals.arrived(SC022.id, SCRATCH.model_copy(update={"directory": "/elsewhere"})) == {}
    assert not catalog.replicas.is_proven(SC022.id, "scratch")


def test_data_sets_by_subject_date_kind_and_key(catalog: Catalog, session: LabSession):
    second = DataSetName("tracking-video", SessionName("SC023", dt.date(2021, 2, 3), "1"))
    record(catalog, session)
    record(catalog, data_set=second, manifest=manifest(("v.avi", 5)), directory="SC023/02032021_1/video")
    day = dt.date(2021, 1, 1)

    def names(**choice: Any) -> list[str]:
        return [str(cataloged.name) for cataloged in catalog.data_sets(**choice)]

    both = [str(SC022), str(second)]
    assert names() == names(subjects=["SC022", "SC023"]) == names(dates=[(day, dt.date(2021, 2, 3))]) == both
    assert names(subjects=["SC023"]) == names(kinds=["tracking-video"]) == [str(second)]
    assert names(dates=[(day, day)]) == names(restriction={"subject_id": 407513}) == [str(SC022)]
    assert names(restriction={"ident": "1"}) == [str(second)]
    assert names(restriction={"subject_id": 407513, "ident": "1"}) == []
    assert names(subjects=["SC0%"]) == []
    assert names(names=[second]) == [str(second)]
    assert names(names=[]) == names(names=[SC022], subjects=["SC023"]) == []
    assert names(session_key=session.key) == [str(SC022)]
    with pytest.raises(
        CatalogError, match=r"'subjectid' is not an attribute of DataSet .*or of the lab session's key"
    ):
        names(restriction={"subjectid": 407513})


@pytest.mark.fault(59)
@pytest.mark.parametrize(
    ("restriction", "words"),
    [
        ({"subject": 0}, "0 is a number, but subject is a text"),
        ({"subject": True}, "True is not a single value"),
        ({"subject": ["SC022"]}, "not a single value"),
        ({"subject_id": "all"}, "'all' is a text, but subject_id is a number"),
        ({"subject_id": "4_07513"}, "'4_07513' is a text, but subject_id is a number"),
        ({"subject_id": math.nan}, "subject_id: nan is not a number"),
        ({"subject_id": "\N{FULLWIDTH DIGIT ONE}"}, "is a text, but subject_id is a number"),
        ({"subject": "\ud800"}, r"subject: '\\ud800' is not valid text"),
        ({"data_set_id": "not-a-uuid"}, "data_set_id: 'not-a-uuid' is not a UUID"),
        ({"subject.x": "SC022"}, "'subject.x' is not an attribute"),
        ({"linked_at": "2021-01-01"}, "'linked_at' is not an attribute"),
    ],
)
def test_a_restriction_never_means_more_than_it_says(
    catalog: Catalog, session: LabSession, restriction: dict[str, Any], words: str
):
    record(catalog, session)
    with pytest.raises(CatalogError, match=words):
        catalog.data_sets(restriction=restriction)
    assert [each.name for each in catalog.data_sets(restriction={"data_set_id": str(SC022.id)})] == [SC022]
    assert catalog.data_sets(restriction={"subject_id": 10**400}) == []


def test_files_of_an_unknown_data_set_are_an_error(catalog: Catalog):
    with pytest.raises(CatalogError, match="has no files of data set"):
        catalog.replicas.files(uuid.uuid4())


def test_a_data_set_of_many_files_goes_in_chunks_of_one_transaction(catalog: Catalog, site: Site):
    """Their names alone are longer than one packet may be on this server."""
    many = manifest(*((f"{'long/' * 100}{number}", number) for number in range(8_000)))
    assert record(catalog, manifest=many)
    assert site.count("data_set__physical_file") == 8_000
    assert catalog.replicas.files(SC022.id).id == many.id


def test_what_a_run_has_verified_is_known_by_its_names(catalog: Catalog, session: LabSession):
    record(catalog, session, run_id="night 1", verdict="unverified", manifest=unvouched(TWO_FILES))
    of = catalog.verifications.verified_in
    assert of(dag_id="upload_sessions", run_id="night 1") == frozenset()
    record(catalog, session, run_id="night 2")
    # The same again proves nothing anew; a run of another DAG may have the same id.
    record(catalog, session, run_id="night 3")
    assert of(dag_id="upload_sessions", run_id="night 2") == {str(SC022)}
    assert of(dag_id="upload_sessions", run_id="night 3") == frozenset()
    assert of(dag_id="discover_sessions", run_id="night 2") == frozenset()
