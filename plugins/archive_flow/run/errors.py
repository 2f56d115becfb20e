"""The one place that turns our errors into Airflow's: retry where waiting can help, fail where a person must act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from globus_provider.errors import GlobusOfflineError, GlobusProviderError, GlobusUnavailableError
from session_archive.errors import ArchiveError, NoAnswerError

if TYPE_CHECKING:
    from airflow.sdk import Context

#: XCom that tells the summary why a task did not end; Airflow clears it when the task is tried again.
WHY = "did_not_end"


@contextmanager
def airflow_errors(context: Context | None = None) -> Iterator[None]:
    """Let Airflow retry an error that waiting can mend; fail at once, with one clear line, on any other.

    context : of a task whose failure the summary has to explain

    While the service itself is unreachable, GlobusUnavailableError passes unchanged: the submit operator waits for
    hours. Where only one archive does not answer, Airflow retries the task, and only its own data sets fail.
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
