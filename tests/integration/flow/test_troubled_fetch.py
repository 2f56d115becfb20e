"""Small files that a discovery fetches: what it makes of them, and of those that Globus does not answer for."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import TWO_FILES, submission
from tests.integration.flow.tasks import Tasks

from archive_flow.discover.fetch import FETCH, fetched, small_files_name
from archive_flow.discover.record import record_found
from archive_flow.discover.shipment import TextsShipment
from archive_flow.routes import DISCOVER
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from globus_provider.errors import GlobusUnavailableError
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.state import State
from support.sample_rig import NEW_YEAR, make_recordings
from support.stack import Stack

#: Of the mapped group.
KEY = str(uuid.uuid4())
WORK_ITEM = WorkItem(
    data_set="raw-ephys/SC022/2021-01-01",
    directory="SC022/catgt_SC022_010121_g0",
    origin="archive-ephys",
    destination="archive-ephys",
    manifest_id="",
    session_id="",
    session="",
)


@pytest.fixture(scope="module")
def staging() -> bool:
    return True


@pytest.mark.parametrize(("status", "retryable"), [(403, False), (500, True)])
def test_the_trouble_of_a_fetch_does_not_end_the_discovery_of_its_data_sets(
    night: Run, stack: Stack, status: int, retryable: bool
) -> None:
    key = str(uuid.uuid4())
    name = small_files_name(key, [WORK_ITEM])
    night.catalog.ledger.save_manifest(TWO_FILES)
    begun = replace(
        submission(DataSetName.parse(WORK_ITEM.data_set), route=FETCH, destination="staging"),
        data_set_id=name.id,
        data_set=name.what,
    )
    task = uuid.uuid4()
    night.catalog.ledger.begin(begun, max_unfinished=100)
    night.catalog.ledger.accept(begun.submission_id, task)
    stack.globus.fault(
        match=f"GET /v0.10/task/{task}", do="status", status=status, code="Odd", message="not yours", times=0
    )
    if retryable:
        with pytest.raises(GlobusUnavailableError, match="not yours"):
            fetched(replace(night, tries_left=True), [WORK_ITEM], key=key, given_up="")
    found = fetched(replace(night, tries_left=not retryable), [WORK_ITEM], key=key, given_up="")
    assert found is not None
    assert (found.arrived, "not yours" in found.why_not) == (frozenset(), True)
    assert night.catalog.ledger.submission(begun.submission_id)[1] is None


class Fetch(Tasks):
    """The tasks that fetch the small files of one data set."""

    @property
    def shipment(self) -> TextsShipment:
        return TextsShipment(DISCOVER.name, KEY, (self.item,))


def test_a_copy_with_a_meta_of_another_day_is_a_doubt_until_a_person_settles_it(
    night: Run, stack: Stack
) -> None:
    session = next(
        each for each in night.catalog.expected_sessions("raw-ephys") if str(each) == str(NEW_YEAR)
    )
    name = DataSetName("raw-ephys", SessionName(NEW_YEAR.subject, NEW_YEAR.date))
    # The folder has the session's day; its recording began a day later.
    later = replace(NEW_YEAR, date=NEW_YEAR.date + dt.timedelta(1))
    archive = stack.archive / "4ElectrodeRig_Ephys"
    make_recordings(archive, [later])
    folder = f"{NEW_YEAR.subject}/catgt_{NEW_YEAR.subject}_{NEW_YEAR.date:%m%d%y}_g0"
    for path in sorted((archive / NEW_YEAR.subject).rglob("*_010221_*"), reverse=True):
        path.rename(path.with_name(path.name.replace("_010221_", "_010121_")))
    item = replace(
        WORK_ITEM,
        data_set=str(name),
        directory=folder,
        session_id=str(session.id),
        session=str(session),
        session_key=session.key,
    )
    discovery = replace(night, route=DISCOVER.name, believed={})

    def discovered(item: WorkItem) -> Result:
        fetch = Fetch(discovery, item)
        assert fetch.submit()
        fetch.wait()
        (result,) = record_found(discovery, [item], key=KEY, given_up="")
        return result

    doubtful = discovered(item)
    assert doubtful.state is State.AMBIGUOUS
    assert "started on 2021-01-02, the folder says 2021-01-01: rename the folder" in doubtful.reason
    assert name.id not in night.catalog.replicas.at(item.destination)
    settled = discovered(replace(item, settled=True))
    assert settled.state is State.UNVERIFIED
    assert name.id in night.catalog.replicas.at(item.destination)
