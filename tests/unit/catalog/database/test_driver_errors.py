"""What the driver raises becomes an error of this package: some errors pass by themselves, the others need a person."""

import pytest

from session_archive.catalog.database.connection import clear_errors
from session_archive.catalog.database.driver import driver
from session_archive.errors import CatalogError, CatalogUnavailableError


def translated(number: int) -> CatalogError:
    with pytest.raises(CatalogError) as caught, clear_errors(where="db:3306", user="nightly"):
        raise driver.err.OperationalError(number, "in the server's words")
    return caught.value


@pytest.mark.parametrize("number", [1205, 1213, 1040, 2003, 2006, 2013], ids=lambda number: f"error {number}")
def test_a_deadlock_a_lock_and_a_lost_server_are_tried_again(number: int) -> None:
    error = translated(number)
    assert isinstance(error, CatalogUnavailableError)
    assert error.retryable
    assert "db:3306 does not answer" in str(error)


@pytest.mark.parametrize("number", [1044, 1045, 1054, 1146, 1406], ids=lambda number: f"error {number}")
def test_a_refused_login_or_a_wrong_table_is_not_tried_again(number: int) -> None:
    assert not translated(number).retryable
