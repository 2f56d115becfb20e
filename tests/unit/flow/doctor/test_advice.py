"""What the doctor advises while Globus does not answer."""

import pytest

from archive_flow.doctor.globus_checks import advice
from globus_provider import errors


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.GlobusUnavailableError("502"), "status.globus.org"),
        (errors.GlobusOfflineError("ENDPOINT_OFFLINE"), "see that its machine is on"),
        (errors.GlobusPermanentError("PermissionDenied"), ""),
    ],
)
def test_an_outage_has_an_advice_and_what_waiting_does_not_mend_has_none(
    error: errors.GlobusProviderError, words: str
) -> None:
    assert words in advice(error) and bool(words) == bool(advice(error))
