"""What is known about a data set type, asked for one data set or one session."""

import uuid

import pytest
from tests.unit.assess.samples import NAME, OTHER, SESSION, known, replica

from session_archive.naming.session_name import DataSetName


def test_the_replica_of_a_data_set() -> None:
    assert known(replica()).replica(NAME) == replica()
    assert known(replica()).replica(OTHER) is None


def test_an_imported_record_counts_only_while_no_replica_was_seen() -> None:
    record = known(imported=True).imported_only(SESSION.id)
    assert record is not None and record.name == NAME
    assert known(imported=True).imported_only(uuid.UUID(int=1)) is None
    assert known(replica(verified=False), imported=True).imported_only(SESSION.id) is None
    assert known().imported_only(SESSION.id) is None


@pytest.mark.parametrize(
    ("has_replica", "linked", "needed"),
    [
        (True, None, True),
        (True, OTHER, True),
        (True, NAME, False),
        (False, None, False),
        (False, OTHER, False),
    ],
)
def test_a_replica_that_no_session_has_needs_a_link(
    has_replica: bool, linked: DataSetName | None, needed: bool
) -> None:
    of_type = known(replica() if has_replica else None, linked=linked)
    assert of_type.needs_link(NAME, SESSION.id) is needed
