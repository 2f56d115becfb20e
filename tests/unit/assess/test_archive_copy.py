"""What becomes of a copy that a discovery has listed, for each combination of facts; and which fact is asked next."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from session_archive.assess.archive_copy import ArchiveCopy, Completeness, Need, SmallFiles, assess_copy
from session_archive.assess.copy_verdict import (
    AlreadyArchived,
    CopyVerdict,
    KeepState,
    RecordReplica,
    RefuseMissing,
    Restore,
    StayAmbiguous,
)
from session_archive.assess.imported_record import NameComparison
from session_archive.assess.moved import Twin
from session_archive.errors import DoubtfulListingError, ListingError, MissingDirectoryError, NoAnswerError
from session_archive.fixity.accepted import Accepted
from session_archive.fixity.compare import FixityReport
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, Problem
from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.completeness import Finding, Texts
from session_archive.recording.copy_check import OnTheRig
from session_archive.recording.readiness import Observation
from session_archive.recording.spikeglx_meta import SpikeGlxMeta
from session_archive.sidecar.document import SidecarManifest, Verified
from session_archive.sidecar.trust import TrustReport
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import LabSession, State

NOW = dt.datetime(2021, 1, 2, 2, 0, tzinfo=dt.UTC)
FILES = Manifest.of([FileEntry("SC022/a.bin", 10, 5), FileEntry("SC022/b.mat", 2, 5)])
PROVEN = Manifest.of(replace(file, vouched_by="globus") for file in FILES.files)
BY_MANIFEST = Manifest.of(replace(file, vouched_by="manifest") for file in FILES.files)
BY_ANN = Manifest.of(replace(file, vouched_by="person") for file in FILES.files)
LISTING = Listing(FILES)
LEFT_OUT = Listing(FILES, (Problem("SC022/x.lnk", "symbolic link: not followed, not archived"),))
BLOCKED = Listing(FILES, (Problem("SC022/y", "could not be listed", blocks=True, state=State.WAITING),))

OTHER_INSIDE = Listing(FILES, (Problem("SC022/z.bin", "named after the day 010120", other=True),))

KEY = {"subject_id": 407513, "session": 2}
SESSION = LabSession(uuid.UUID(int=3), KEY, "SC022", dt.date(2021, 1, 1), dt.time(10, 30))
OTHER = LabSession(uuid.UUID(int=4), {"subject_id": 407513, "session": 3}, "SC022", SESSION.date, None)
SIDECAR = SidecarManifest(
    data_set="raw-ephys/SC022/2021-01-01",
    revision=0,
    directory="SC022",
    location="ephys",
    found_by="upload",
    dag_id="upload_sessions",
    run_id="night",
    recorded_at=NOW,
    replica_recorded_at=NOW,
    session_key=KEY,
    linked_at=NOW,
    verified=Verified(
        verification_id=uuid.UUID(int=1),
        submission_id=None,
        route="upload",
        method="globus checksum and listing",
        dag_id="upload_sessions",
        run_id="night",
        checked_at=NOW,
        verified_at=dt.datetime(2021, 1, 1, 3, 0, tzinfo=dt.UTC),
    ),
    files=PROVEN.files,
)
UNPROVEN_SIDECAR = SIDECAR.model_copy(update={"files": (PROVEN.files[0], FILES.files[1])})
TRUSTED = SmallFiles(trust=TrustReport((SIDECAR,)), sessions=(OTHER, SESSION))
UNPROVEN_TRUSTED = SmallFiles(trust=TrustReport((UNPROVEN_SIDECAR,)), sessions=(SESSION,))
REJECTED = SmallFiles(trust=TrustReport(doubts=("x.json: not a sidecar manifest",)))
DOUBT = "its sidecar manifest was rejected: x.json: not a sidecar manifest"
NO_SIDECAR = SmallFiles()

ACCEPTED = Accepted(
    (
        Decision(
            Verdict.ACCEPT_CONTENT,
            data_set="raw-ephys/SC022/2021-01-01",
            manifest_id=FILES.id,
            decided_by="ann",
            decided_at=NOW,
            why="compared by hand",
        ),
    )
)
ANN = "accepted by ann on 2021-01-02: compared by hand"
INCOMPLETE = Accepted(
    (replace(ACCEPTED.decisions[0], verdict=Verdict.ACCEPT_INCOMPLETE, why="the rig crashed"),)
)
KNOWN_MISSING = (
    "accepted as incomplete by ann on 2021-01-02: the rig crashed; "
    "incomplete in the archive: SC022/a.bin: has no .meta"
)
MISSING = NameComparison("old", 3, ("SC022/c.bin",))
ALL_NAMED = NameComparison("old", 2)
ON_THE_RIG = OnTheRig(Observation.at(FILES, now=NOW), FILES)
MORE_ON_THE_RIG = OnTheRig(
    Observation.at(larger := Manifest.of([*FILES.files, FileEntry("SC022/c.bin", 7, 5)]), now=NOW), larger
)
UNPROVEN = "found in the archive; names, sizes and times as listed, content not proven"

#: A copy of which everything is known, and nothing is remarkable; each test changes what it is about.
PLAIN = ArchiveCopy(
    listing=LISTING,
    verified=None,
    has_session=True,
    archives_unclaimed=False,
    undecided=False,
    day=SESSION.date,
    small_files=NO_SIDECAR,
    imported=NameComparison(),
    accepted=Accepted(),
    completeness=Completeness(),
    twins=(),
)
#: The same, before anything was asked.
UNASKED = ArchiveCopy(
    listing=LISTING,
    verified=None,
    has_session=True,
    archives_unclaimed=False,
    undecided=False,
    day=SESSION.date,
)


def unverified(reason: str = UNPROVEN) -> RecordReplica:
    return RecordReplica(FILES, State.UNVERIFIED, reason, "listing")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"verified": True}, AlreadyArchived()),
        ({"verified": True, "listing": NoAnswerError("rig1")}, AlreadyArchived()),
        (
            {"listing": MissingDirectoryError("SC022 does not exist")},
            KeepState(State.WAITING, "vanished while it was listed: SC022 does not exist"),
        ),
        (
            {"listing": DoubtfulListingError("its root is empty")},
            KeepState(State.WAITING, "its place counts as not listed: its root is empty", unlisted=True),
        ),
        (
            {"listing": NoAnswerError("timeout")},
            KeepState(State.WAITING, "its place did not answer: timeout", unlisted=True),
        ),
        ({"listing": ListingError("permission refused")}, KeepState(State.REFUSED, "permission refused")),
        ({"verified": False, "listing": ListingError("no")}, KeepState(State.REFUSED, "no")),
        (
            {"listing": BLOCKED},
            KeepState(
                State.WAITING,
                "SC022/y: could not be listed",
                files=(("SC022/y", "could not be listed"),),
            ),
        ),
        (
            {"listing": Listing(Manifest.of([])), "small_files": TRUSTED},
            KeepState(State.EMPTY, "the folder holds no file that can be archived"),
        ),
    ],
)
def test_what_is_archived_or_cannot_be_listed_is_not_read(changes, verdict: CopyVerdict) -> None:
    assert assess_copy(replace(UNASKED, **changes)) == verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, unverified()),
        ({"verified": False}, unverified()),
        # --- which session it is of ---
        ({"undecided": True}, StayAmbiguous("")),
        ({"undecided": True, "small_files": REJECTED}, StayAmbiguous(DOUBT)),
        ({"undecided": True, "has_session": False}, StayAmbiguous("")),
        ({"has_session": False}, KeepState(State.UNCLAIMED, "no session of the lab's pipeline claims it")),
        (
            {"has_session": False, "small_files": REJECTED},
            KeepState(State.UNCLAIMED, f"no session of the lab's pipeline claims it; {DOUBT}"),
        ),
        ({"has_session": False, "archives_unclaimed": True}, unverified()),
        ({"has_session": False, "verified": False}, unverified()),
        # --- what another catalog recorded ---
        (
            {"imported": ALL_NAMED},
            unverified(f"{UNPROVEN}; all 2 files that old recorded are in the archive; it kept no sizes"),
        ),
        ({"imported": MISSING}, RefuseMissing(FILES, MISSING.report(FILES), MISSING.words)),
        (
            {"imported": MISSING, "completeness": Completeness(rig=MORE_ON_THE_RIG)},
            RefuseMissing(FILES, MISSING.report(FILES), MISSING.words),
        ),
        (
            {"imported": MISSING, "accepted": ACCEPTED},
            RecordReplica(BY_ANN, State.ARCHIVED, ANN, f"listing; {ANN}"),
        ),
        # --- whether it is the whole recording ---
        (
            {"completeness": Completeness((Finding("SC022/a.bin", "has no .meta", blocks=True),))},
            KeepState(
                State.WAITING,
                "incomplete in the archive: SC022/a.bin: has no .meta",
                missing=(Finding("SC022/a.bin", "has no .meta", blocks=True),),
            ),
        ),
        *(
            # Who accepts it as incomplete does not say that its content is right.
            (
                {
                    "completeness": Completeness(
                        (Finding("SC022/a.bin", "has no .meta", blocks=True),), accepted=INCOMPLETE
                    ),
                    "accepted": accepted,
                },
                RecordReplica(
                    files, state, reason, "; ".join(filter(None, ("listing", accepted.words, KNOWN_MISSING)))
                ),
            )
            for files, accepted, state, reason in (
                (FILES, Accepted(), State.UNVERIFIED, f"{KNOWN_MISSING}; {UNPROVEN}"),
                (BY_ANN, ACCEPTED, State.ARCHIVED, f"{ANN}; {KNOWN_MISSING}"),
            )
        ),
        (
            {
                "completeness": Completeness(rig=MORE_ON_THE_RIG),
                "small_files": REJECTED,
                "accepted": ACCEPTED,
            },
            KeepState(
                State.WAITING,
                "incomplete in the archive: on the rig as of 2021-01-02 02:00 UTC: 1 of 3 files are not as promised; "
                f"the first: SC022/c.bin: not there; 7 bytes promised; {DOUBT}",
                missing=(
                    Finding(
                        "SC022",
                        "on the rig as of 2021-01-02 02:00 UTC: 1 of 3 files are not as promised; "
                        "the first: SC022/c.bin: not there; 7 bytes promised",
                        blocks=True,
                    ),
                ),
            ),
        ),
        ({"completeness": Completeness((Finding("SC022/a.bin", "odd"),))}, unverified()),
        # --- what is said of its content ---
        (
            {"completeness": Completeness(rig=ON_THE_RIG)},
            unverified(f"{UNPROVEN}; names, sizes and times match the rig's of 2021-01-02 02:00 UTC"),
        ),
        ({"accepted": ACCEPTED}, RecordReplica(BY_ANN, State.ARCHIVED, ANN, f"listing; {ANN}")),
        (
            {
                "accepted": Accepted((replace(ACCEPTED.decisions[0], file="SC022/a.bin"),)),
                "imported": ALL_NAMED,
            },
            RecordReplica(
                Manifest.of([BY_ANN.files[0], FILES.files[1]]),
                State.UNVERIFIED,
                f"{ANN}; {UNPROVEN}; {ALL_NAMED.words}",
                f"listing; {ANN}",
            ),
        ),
        (
            {
                "listing": LEFT_OUT,
                "small_files": replace(REJECTED, unread="1 of its text files were not read: too late"),
                "imported": ALL_NAMED,
                "completeness": Completeness(rig=ON_THE_RIG),
            },
            unverified(
                f"{UNPROVEN}; names, sizes and times match the rig's of 2021-01-02 02:00 UTC; "
                f"1 of its text files were not read: too late; {ALL_NAMED.words}; {DOUBT}; "
                "left out: SC022/x.lnk: symbolic link: not followed, not archived"
            ),
        ),
        (
            {
                "listing": LEFT_OUT,
                "small_files": replace(REJECTED, unread="1 of its text files were not read: too late"),
                "accepted": ACCEPTED,
            },
            RecordReplica(
                BY_ANN,
                State.ARCHIVED,
                f"{ANN}; {DOUBT}; left out: SC022/x.lnk: symbolic link: not followed, not archived",
                f"listing; {ANN}",
            ),
        ),
    ],
)
def test_without_a_trusted_sidecar_its_own_files_and_people_decide(changes, verdict: CopyVerdict) -> None:
    assert assess_copy(replace(PLAIN, **changes)) == verdict


def test_a_recording_of_another_day_inside_leaves_it_ambiguous_unless_something_settles_its_session() -> None:
    doubtful = replace(PLAIN, listing=OTHER_INSIDE)
    verdict = assess_copy(replace(doubtful, small_files=REJECTED))
    assert isinstance(verdict, KeepState)
    assert verdict.state is State.AMBIGUOUS
    assert verdict.reason.startswith("SC022/z.bin: named after the day 010120; ")
    assert verdict.reason.endswith(DOUBT)
    assert verdict.files == (("SC022/z.bin", "named after the day 010120"),)
    assert isinstance(assess_copy(replace(doubtful, settled=True)), RecordReplica)
    assert isinstance(assess_copy(replace(doubtful, small_files=TRUSTED)), Restore)
    assert assess_copy(replace(doubtful, verified=True)) == AlreadyArchived()
    assert isinstance(verdict := assess_copy(replace(doubtful, has_session=False)), KeepState)
    assert verdict.state is State.UNCLAIMED


def test_a_copy_of_which_every_recording_is_left_out_is_not_recorded_by_a_decision() -> None:
    kind = load_conventions().kind("raw-ephys")
    texts = Listing(Manifest.of([FileEntry("SC022/b.mat", 2, 5)]), OTHER_INSIDE.problems)
    verdict = assess_copy(replace(PLAIN, listing=texts, settled=True, kind=kind, small_files=REJECTED))
    assert isinstance(verdict, KeepState)
    assert (verdict.state, "rename the folder after them" in verdict.reason) == (State.AMBIGUOUS, True)
    assert isinstance(
        assess_copy(replace(PLAIN, listing=OTHER_INSIDE, settled=True, kind=kind)), RecordReplica
    )


def test_a_doubtful_name_leaves_it_ambiguous_unless_something_settles_its_session() -> None:
    gate = Problem("SC022/z.bin", "gate 3", blocks=True, state=State.AMBIGUOUS)
    doubtful = replace(PLAIN, listing=Listing(FILES, (gate,)))
    verdict = assess_copy(replace(doubtful, small_files=REJECTED))
    assert isinstance(verdict, KeepState)
    assert (verdict.state, verdict.files) == (State.AMBIGUOUS, (("SC022/z.bin", "gate 3"),))
    assert verdict.reason.startswith("SC022/z.bin: gate 3; rename it")
    assert isinstance(assess_copy(replace(doubtful, settled=True)), RecordReplica)
    assert isinstance(assess_copy(replace(doubtful, small_files=TRUSTED)), Restore)


@pytest.mark.parametrize("verified", [None, False])
def test_a_meta_of_another_day_leaves_it_ambiguous_unless_something_settles_its_session(verified) -> None:
    started = dt.datetime(2021, 1, 2, 10)
    meta = SpikeGlxMeta(size=10, seconds=None, channels=1, rate=1.0, started=started)
    texts = Texts({"SC022/a.meta": meta})
    doubtful = replace(PLAIN, verified=verified, small_files=replace(REJECTED, texts=texts))
    verdict = assess_copy(doubtful)
    assert isinstance(verdict, KeepState)
    assert (verdict.state, verdict.files) == (State.AMBIGUOUS, ())
    assert verdict.reason.startswith(
        "the .meta says that the recording started on 2021-01-02, the folder says"
    )
    assert verdict.reason.endswith(DOUBT)
    # That its content is right does not say which session it is of.
    assert assess_copy(replace(doubtful, accepted=ACCEPTED)) == verdict
    assert isinstance(assess_copy(replace(doubtful, settled=True)), RecordReplica)
    assert isinstance(assess_copy(replace(doubtful, day=started.date())), RecordReplica)
    assert isinstance(assess_copy(replace(doubtful, small_files=replace(TRUSTED, texts=texts))), Restore)
    assert assess_copy(replace(doubtful, verified=True)) == AlreadyArchived()


def test_files_that_are_archived_under_another_name_leave_it_ambiguous_unless_it_is_settled() -> None:
    twin = Twin("SC022/a.bin", DataSetName("raw-ephys", SessionName("SC022", dt.date(2020, 1, 1))), NOW)
    moved = replace(PLAIN, twins=(twin,))
    verdict = assess_copy(replace(moved, small_files=REJECTED))
    assert isinstance(verdict, KeepState)
    assert verdict.state is State.AMBIGUOUS
    assert verdict.reason.startswith(
        "looks like raw-ephys/SC022/2020-01-01, archived on 2021-01-02: SC022/a.bin"
    )
    assert verdict.reason.endswith(DOUBT)
    assert [path for path, _ in verdict.files] == ["SC022/a.bin"]
    for settled in ({"settled": True}, {"accepted": ACCEPTED}, {"verified": False}):
        assert isinstance(assess_copy(replace(moved, **settled)), RecordReplica), settled
        assert isinstance(assess_copy(replace(moved, twins=Need.TWINS, **settled)), RecordReplica)


def restore(small_files: SmallFiles, state: State, reason: str) -> Restore:
    """The verdict where SIDECAR or UNPROVEN_SIDECAR is trusted."""
    method = "sidecar manifest, of a verification by globus checksum and listing on 2021-01-01; listing"
    proven = state is State.ARCHIVED
    files = BY_MANIFEST if proven else Manifest.of((BY_MANIFEST.files[0], FILES.files[1]))
    known = RecordReplica(files, state, reason, method)
    return Restore(small_files.trust.revisions, SESSION, state, reason, known)


@pytest.mark.parametrize("verified", [None, False])
def test_a_trusted_sidecar_restores_it(verified: bool | None) -> None:
    assert assess_copy(replace(UNASKED, verified=verified, small_files=TRUSTED)) == restore(
        TRUSTED, State.ARCHIVED, "as recorded in its sidecar manifest"
    )


@pytest.mark.parametrize("changes", [{"undecided": True}, {"has_session": False}, {"imported": MISSING}])
def test_a_trusted_sidecar_comes_before_names_and_other_catalogs(changes) -> None:
    verdict = assess_copy(replace(PLAIN, small_files=TRUSTED, **changes))
    assert isinstance(verdict, Restore)


def test_a_rejected_revision_is_reported_with_the_restored_one() -> None:
    small_files = replace(TRUSTED, trust=TrustReport((SIDECAR,), REJECTED.trust.doubts))
    assert assess_copy(replace(PLAIN, small_files=small_files)) == restore(
        small_files, State.ARCHIVED, f"as recorded in its sidecar manifest; {DOUBT}"
    )


def test_a_sidecar_that_does_not_prove_every_file_restores_an_unverified_data_set() -> None:
    """Also where the catalog knows the data set at another place, so that no row is restored."""
    reason = "as recorded in its sidecar manifest; nothing proves the content of 1 of its files"
    assert assess_copy(replace(PLAIN, small_files=UNPROVEN_TRUSTED)) == restore(
        UNPROVEN_TRUSTED, State.UNVERIFIED, reason
    )


def test_it_adds_nothing_to_a_replica_that_is_known_and_unverified() -> None:
    assert assess_copy(replace(PLAIN, verified=False, small_files=UNPROVEN_TRUSTED)) == unverified()


def test_the_newest_revision_is_what_the_archive_has_now() -> None:
    older = SIDECAR.model_copy(update={"files": PROVEN.files[:1], "session_key": OTHER.key})
    newest = SIDECAR.model_copy(update={"revision": 1})
    small_files = replace(TRUSTED, trust=TrustReport((older, newest)))
    verdict = assess_copy(replace(PLAIN, small_files=small_files))
    assert isinstance(verdict, Restore)
    assert (verdict.newest, verdict.session, verdict.known.manifest) == (newest, SESSION, BY_MANIFEST)
    assert verdict.revisions == (older, newest)


@pytest.mark.parametrize("sessions", [(), (OTHER,)])
def test_its_session_is_the_one_that_the_sidecar_names(sessions) -> None:
    verdict = assess_copy(replace(PLAIN, small_files=replace(TRUSTED, sessions=sessions)))
    assert isinstance(verdict, Restore)
    assert verdict.session is None


def test_a_sidecar_that_the_catalog_cannot_store_is_one_doubt_more() -> None:
    small_files = SmallFiles(
        Texts(catgt_logs={"CatGT.log": "Run ended."}),
        "its text files were not read",
        TrustReport((SIDECAR,), REJECTED.trust.doubts),
        (SESSION,),
    )
    copy = replace(PLAIN, small_files=small_files).reject_sidecars("too long")
    assert copy.texts == small_files.texts
    doubts = "its sidecar manifest was rejected: too long (and 1 more)"
    assert assess_copy(copy) == unverified(f"{UNPROVEN}; its text files were not read; {doubts}")


@pytest.mark.parametrize(
    ("known", "need"),
    [
        ({}, Need.SMALL_FILES),
        ({"small_files": NO_SIDECAR}, Need.IMPORTED),
        ({"small_files": UNPROVEN_TRUSTED, "verified": False}, Need.IMPORTED),
        ({"small_files": NO_SIDECAR, "imported": NameComparison()}, Need.COMPLETENESS),
        ({"small_files": NO_SIDECAR, "imported": ALL_NAMED}, Need.COMPLETENESS),
        ({"small_files": NO_SIDECAR, "imported": MISSING}, Need.ACCEPTED),
        ({"small_files": NO_SIDECAR, "imported": MISSING, "accepted": ACCEPTED}, Need.COMPLETENESS),
        (
            {"small_files": NO_SIDECAR, "imported": NameComparison(), "completeness": Completeness()},
            Need.ACCEPTED,
        ),
        (
            {
                "small_files": NO_SIDECAR,
                "imported": NameComparison(),
                "completeness": Completeness(),
                "accepted": Accepted(),
            },
            Need.TWINS,
        ),
    ],
)
def test_only_what_decides_next_is_asked(known, need: Need) -> None:
    assert assess_copy(replace(UNASKED, **known)) is need


@pytest.mark.parametrize(
    "known",
    [
        {"small_files": TRUSTED},
        {"small_files": NO_SIDECAR, "undecided": True},
        {"small_files": NO_SIDECAR, "has_session": False},
        {"small_files": NO_SIDECAR, "imported": MISSING, "accepted": Accepted()},
        {
            "small_files": NO_SIDECAR,
            "imported": NameComparison(),
            "completeness": Completeness(rig=MORE_ON_THE_RIG),
        },
    ],
)
def test_nothing_is_asked_that_cannot_matter(known) -> None:
    assert not isinstance(assess_copy(replace(UNASKED, **known)), Need)


def test_texts_are_empty_until_they_are_read() -> None:
    assert UNASKED.texts == Texts()


def test_each_verdict_has_its_verification() -> None:
    archived = RecordReplica(BY_ANN, State.ARCHIVED, "", "listing")
    assert (archived.result, unverified().result) == ("verified", "unverified")
    assert archived.report == unverified().report == FixityReport(2, 12)
    refused = RefuseMissing(FILES, MISSING.report(FILES), MISSING.words)
    assert (refused.result, refused.state) == ("failed", State.REFUSED)
    assert refused.method == "listing, compared with the names in another catalog"
