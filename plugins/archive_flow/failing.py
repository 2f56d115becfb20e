"""One place turns our errors into Airflow's: waiting can help, or a person must act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from globus_provider.errors import GlobusProviderError
from session_archive.errors import ArchiveError


@contextmanager
def airflow_errors() -> Iterator[None]:
    """Let Airflow retry what waiting can mend; fail at once, with the one line that matters, what it cannot."""
    try:
        yield
    except (ArchiveError, GlobusProviderError) as error:
        if error.retryable:
            raise AirflowException(str(error)) from error
        raise AirflowFailException(str(error)) from None
