"""Which transfers of the ledger have no verification yet."""

import datetime as dt
import uuid
from typing import Any

import pytest
from tests.integration.catalog.samples import SC022, TWO_FILES, nth, record, submission, unvouched

from session_archive.catalog.open import Catalog
from session_archive.transfers.submission import End, Outcome, Submission

SENT_AT = dt.datetime(2021, 1, 2, 2, 0, tzinfo=dt.UTC)


def sent(catalog: Catalog, *, end: End | None = End.SUCCEEDED, **changes: Any) -> Submission:
    """A transfer of SC022's two files that the service accepted."""
    catalog.ledger.save_manifest(TWO_FILES)
    begun = submission(**{"begun_at": SENT_AT, **changes})
    catalog.ledger.begin(begun, max_unfinished=100)
    catalog.ledger.accept(begun.submission_id, uuid.uuid4())
    if end:
        catalog.ledger.finish(begun.submission_id, Outcome(end))
    return begun


def unrecorded(catalog: Catalog) -> list[uuid.UUID]:
    found = catalog.arrivals.unrecorded(route="upload", destination="archive")
    return [each.submission.submission_id for each in found]


def test_only_transfers_of_this_route_to_this_place_that_have_not_failed(catalog: Catalog) -> None:
    ends = (End.SUCCEEDED, End.LOST, None, End.FAILED)
    several = [sent(catalog, end=end, data_set=nth(n)) for n, end in enumerate(ends)]
    sent(catalog, data_set=nth(8), route="replicate")
    sent(catalog, data_set=nth(9), destination="second-copy")
    assert unrecorded(catalog) == [each.submission_id for each in several[:3]]


@pytest.mark.parametrize("verdict", ["verified", "unverified", "failed"])
def test_every_verdict_ends_it(catalog: Catalog, verdict: str) -> None:
    arrived = sent(catalog)
    assert unrecorded(catalog) == [arrived.submission_id]
    record(catalog, verdict=verdict, submission_id=arrived.submission_id)
    assert unrecorded(catalog) == []


def test_a_discovery_does_not_end_it(catalog: Catalog) -> None:
    arrived = sent(catalog)
    record(catalog, verdict="unverified", manifest=unvouched(TWO_FILES), found_by="discover")
    assert unrecorded(catalog) == [arrived.submission_id]


@pytest.mark.fault(29)
def test_a_verification_ends_the_transfers_before_it_and_its_own_whatever_the_clocks_say(
    catalog: Catalog,
) -> None:
    sent(catalog)
    # All files existed already: it has no transfer of its own, and has seen what the first one sent.
    record(catalog)
    assert unrecorded(catalog) == []
    later = sent(catalog, begun_at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    assert unrecorded(catalog) == [later.submission_id]
    record(catalog, submission_id=later.submission_id)
    assert unrecorded(catalog) == []


def test_a_second_verdict_of_the_same_files_ends_their_second_transfer_too(catalog: Catalog) -> None:
    files = unvouched(TWO_FILES)
    for _ in range(2):
        arrived = sent(catalog, begun_at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
        assert unrecorded(catalog) == [arrived.submission_id]
        for _ in range(2):
            record(catalog, verdict="unverified", manifest=files, submission_id=arrived.submission_id)
        assert unrecorded(catalog) == []
    assert len(catalog.tables.Verification & {"data_set_id": SC022.id}) == 2
