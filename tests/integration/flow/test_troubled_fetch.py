"""Small files whose transfer Globus does not answer for: their data sets are recorded without them, and say why."""

import uuid
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import TWO_FILES, submission

from archive_flow.discover.fetch import FETCH, fetched, small_files_name
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from globus_provider.errors import GlobusUnavailableError
from session_archive.naming.session_name import DataSetName
from support.stack import Stack

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
