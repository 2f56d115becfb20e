"""Our errors as Airflow errors: which are retried, which may wait for hours, which need a person."""

from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from archive_flow.run.errors import WHY, airflow_errors
from globus_provider.errors import GlobusOfflineError, GlobusRequestError, GlobusUnavailableError
from session_archive.errors import CatalogUnavailableError, ListingError, NoAnswerError, RefusedError


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (GlobusUnavailableError("away"), GlobusUnavailableError),
        (NoAnswerError("away", of_service=True), GlobusUnavailableError),
        (NoAnswerError("the archive is off"), AirflowException),
        (GlobusOfflineError("the archive is off"), AirflowException),
        (CatalogUnavailableError("away"), AirflowException),
        (ListingError("refused"), AirflowFailException),
        (RefusedError("in the way"), AirflowFailException),
        (GlobusRequestError("wrong"), AirflowFailException),
    ],
)
def test_each_error_as_airflow_shall_take_it(error: Exception, becomes: type[Exception]) -> None:
    pushed: dict[str, str] = {}

    class Messages:
        def xcom_push(self, *, key: str, value: str) -> None:
            pushed[key] = value

    context: Any = {"ti": Messages()}
    with pytest.raises(becomes, match=str(error)) as raised, airflow_errors(context):
        raise error
    assert type(raised.value) is becomes
    assert pushed == {WHY: str(error)}
