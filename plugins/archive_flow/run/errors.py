"""One place turns our errors into Airflow's: waiting can help, or a person must act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from globus_provider.errors import GlobusOfflineError, GlobusProviderError, GlobusUnavailableError
from session_archive.errors import ArchiveError, NoAnswerError

if TYPE_CHECKING:
    from airflow.sdk import Context

#: XCom that says why a task did not end, for the summary; gone when the task is tried again.
WHY = "did_not_end"


@contextmanager
def airflow_errors(context: Context | None = None) -> Iterator[None]:
    """Let Airflow retry what waiting can mend; fail at once, with the one line that matters, what it cannot.

    context : of a task whose failure the summary shall explain

    Where the service itself is away, GlobusUnavailableError goes on as it is: who submits can bear that for hours. An
    archive that is silent by itself is asked again by Airflow's retries, and fails its own data sets only.
    """
    try:
        yield
    except (ArchiveError, GlobusProviderError) as error:
        if context is not None:
            context["ti"].xcom_push(key=WHY, value=str(error))
        if isinstance(error, GlobusUnavailableError) and not isinstance(error, GlobusOfflineError):
            raise
        if isinstance(error, NoAnswerError) and error.of_service:
            raise GlobusUnavailableError(str(error)) from error
        if error.retryable:
            raise AirflowException(str(error)) from error
        raise AirflowFailException(str(error)) from None
