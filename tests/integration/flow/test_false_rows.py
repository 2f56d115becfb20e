"""What rows can do that somebody with the nightly login adds, and what notices: the table of docs/catalog.md, Rights.

Each row is added by that login, and then a night, a discovery or a retrieval works as its tasks do.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.earlier import recorded
from tests.integration.flow.sent import SentDataSet

from archive_flow.retrieve.verify import verify_retrieval
from archive_flow.routes import DISCOVER
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.in_archive import InArchive
from archive_flow.select.on_rig import OnRig
from archive_flow.submissions.outcome import settle
from archive_flow.upload.shipment import UploadShipment
from session_archive.errors import DoubtfulListingError, RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.request.selection import Selection
from session_archive.states.state import State
from session_archive.transfers.ending import NothingToMove
from session_archive.transfers.submission import End, Outcome
from support.sample_rig import make_rig
from support.stack import Stack

ARCHIVE = "archive-ephys"
LOCATION = "4ElectrodeRig_Ephys"
NAME = "raw-ephys/SC038/2021-01-01"


@pytest.fixture(scope="module")
def filled(stack: Stack) -> Stack:
    make_rig(stack.rig)
    return stack


@pytest.fixture
def run(filled: Stack, night: Run) -> Iterator[Run]:
    """A task of the first night, of an empty catalog and archive."""
    filled.drop_catalog()
    filled.install_catalog()
    with filled.catalog() as catalog:
        kinds = Selection.from_params({"kinds": ["raw-ephys"]}, kinds=["raw-ephys"])
        yield replace(night, catalog=catalog, selection=kinds, believed={})
    empty(filled.archive / LOCATION)


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def task(run: Run) -> Run:
    """The same run as the next task has it."""
    return replace(run, believed={})


def night_of(run: Run) -> Assessments:
    """What a night's select finds, with its states recorded."""
    found = assess_folders(OnRig(task(run)))
    run.catalog.states.record(found.rows)
    return found


def ready(run: Run) -> dict[str, WorkItem]:
    """What a night would send, by name."""
    return {each.data_set: each for each in night_of(run).work_items}


def states(run: Run) -> dict[str, State]:
    return {row.data_set or row.session: row.state for row in run.catalog.states.newest_rows()}


def insert(run: Run, table: str, **values: str) -> None:
    """One row by the nightly login; values are SQL."""
    columns, rows = ", ".join(values), ", ".join(values.values())
    run.catalog.connection.query(f"INSERT INTO archive.`{table}` ({columns}) VALUES ({rows})")


def uuid_sql(value: uuid.UUID | None = None) -> str:
    return f"X'{(value or uuid.uuid4()).hex}'"


def test_a_data_set_that_is_called_archived_is_not_sent_and_only_a_retrieval_or_a_rebuild_notices(
    run: Run, filled: Stack
) -> None:
    item = ready(run)[NAME]
    files = Manifest.of(
        replace(file, vouched_by="globus-compared") for file in run.list_origin(item).manifest.files
    )
    recorded(run, item, files, state=State.ARCHIVED)
    assert NAME not in ready(run)
    assert states(run)[NAME] is State.ARCHIVED
    # A discovery looks at what the catalog does not know.
    found = assess_folders(InArchive(replace(task(run), route=DISCOVER.name)))
    assert NAME not in {row.data_set for row in found.rows} | {each.data_set for each in found.work_items}
    back = replace(
        item,
        origin=ARCHIVE,
        destination="analysis",
        manifest_id=run.catalog.ledger.save_manifest(files),
    )
    (filled.scratch / "retrieved" / item.directory).mkdir(parents=True)
    verified = verify_retrieval(task(run), back, NothingToMove())
    assert {each.problem for each in verified.report.differences} == {"missing"}
    filled.drop_catalog()
    filled.install_catalog()
    with filled.catalog() as rebuilt:
        assert NAME in ready(replace(run, catalog=rebuilt))


def test_a_state_is_shown_until_the_next_run_and_decides_nothing(run: Run) -> None:
    night_of(run)
    before, absent = states(run), run.catalog.states.newest_rows()
    for row in absent:
        insert(
            run,
            "data_set_state",
            data_set_type="'raw-ephys'",
            target=uuid_sql(row.target),
            state="'archived'",
            reason="''",
            path="''",
            session=f"'{row.session}'",
            data_set_name=f"'{row.data_set}'",
            n_files="1",
            n_bytes="1",
            run_id="'night 0'",
            changed_at="NOW()",
        )
    assert set(states(run).values()) == {State.ARCHIVED}
    assert NAME in ready(run)
    assert states(run) == before


def test_an_ignored_folder_is_shown_with_the_name_and_the_reason_and_can_be_taken_back(run: Run) -> None:
    item = ready(run)[NAME]
    values = dict.fromkeys(("data_set_name", "manifest_id", "file_path", "data_set_type", "session"), "''")
    decision = {"place": "'rig'", "directory": f"'{item.directory}'", "session_key": "'{}'", **values}
    insert(
        run,
        "decision",
        verdict="'ignore'",
        decided_by="'ann'",
        decided_at="NOW()",
        why="'a test'",
        **decision,
    )
    assert NAME not in ready(run)
    ignored = [row for row in run.catalog.states.newest_rows() if "by ann" in row.reason]
    assert {row.state for row in ignored} == {State.IGNORED}
    assert all("ignored by ann" in row.reason and "a test" in row.reason for row in ignored)
    insert(
        run,
        "decision",
        verdict="'withdraw'",
        decided_by="'bob'",
        decided_at="NOW()",
        why="'never'",
        **decision,
    )
    assert NAME in ready(run)


@pytest.fixture
def sent(run: Run, filled: Stack) -> Iterator[SentDataSet]:
    """A data set of two files on the rig."""
    sent = SentDataSet(run, filled, origin="rig")
    yield sent
    sent.remove()


def submit(sent: SentDataSet, *, begun_at: str = "NOW()", accepted: bool = True) -> uuid.UUID:
    """A transfer of all files, as the ledger would have it; the service knows nothing of it."""
    run, submission_id = sent.night, uuid.uuid4()
    real = sent.begin()
    table = "archive.`submission`"
    columns = (
        "submission_id, manifest_id, data_set_id, data_set_name, route, source, destination, n_items, resumes, "
        "label, run_id, begun_at"
    )
    values = columns.replace("submission_id", uuid_sql(submission_id), 1).replace("begun_at", begun_at)
    query = run.catalog.connection.query
    query(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} "
        f"WHERE submission_id = {uuid_sql(real.submission_id)}"
    )
    items = "archive.`submission__items`"
    query(
        f"INSERT INTO {items} SELECT {uuid_sql(submission_id)}, piece, content FROM {items} "
        f"WHERE submission_id = {uuid_sql(real.submission_id)}"
    )
    # The real one never came about.
    run.catalog.ledger.finish(real.submission_id, Outcome(End.LOST, "never posted"))
    if accepted:
        insert(
            run,
            "acceptance",
            submission_id=uuid_sql(submission_id),
            transfer_task_id=uuid_sql(),
            accepted_at="'2001-01-01'",
        )
    return submission_id


@pytest.mark.parametrize("accepted", [True, False])
def test_a_transfer_that_the_service_does_not_know_is_given_up(
    run: Run, sent: SentDataSet, accepted: bool
) -> None:
    """Whatever time it claims: a hundred of them would leave no room for others."""
    submission_id = submit(sent, begun_at="'9999-01-01'", accepted=accepted)
    assert len(run.catalog.ledger.unfinished()) == 1
    settle(run)
    assert run.catalog.ledger.unfinished() == []
    _, outcome = run.catalog.ledger.submission(submission_id)
    assert outcome is not None and outcome.status is End.LOST


def test_a_transfer_that_never_was_makes_a_foreign_file_ours(
    run: Run, sent: SentDataSet, filled: Stack
) -> None:
    file = filled.archive / LOCATION / sent.paths[0]
    file.parent.mkdir(parents=True)
    file.write_bytes(b"foreign")
    shipment = UploadShipment("upload", sent.item)
    with pytest.raises(RefusedError):
        shipment.promise(task(run), sent.item.manifest_id)
    submit(sent)
    settle(run)
    assert sent.paths[0] in shipment.promise(task(run), sent.item.manifest_id).items


def test_a_listing_of_an_empty_root_makes_a_disk_that_is_not_mounted_believable(
    run: Run, sent: SentDataSet, filled: Stack
) -> None:
    (filled.archive / LOCATION / "SC001").mkdir()
    night_of(run)
    empty(filled.archive / LOCATION)
    shipment = UploadShipment("upload", sent.item)
    with pytest.raises(DoubtfulListingError):
        shipment.promise(task(run), sent.item.manifest_id)
    # By itself this is a note that nothing reads.
    (listing,) = [row for row in run.catalog.tables.RootListing.to_dicts() if row["place"] == ARCHIVE]
    insert(
        run,
        "root_listing__accepted",
        root_listing_id=uuid_sql(listing["root_listing_id"]),
        what="''",
        n_known="1",
        n_missing="1",
        accepted_by="'ann'",
        accepted_at="NOW()",
    )
    with pytest.raises(DoubtfulListingError):
        shipment.promise(task(run), sent.item.manifest_id)
    insert(
        run,
        "root_listing",
        root_listing_id=uuid_sql(),
        place=f"'{ARCHIVE}'",
        listed_at="UTC_TIMESTAMP(6)",
        marker="0",
        n_folders="0",
        run_id="'night 1'",
    )
    assert shipment.promise(task(run), sent.item.manifest_id).items
