"""What the doctor says of a connection's encryption."""

from __future__ import annotations

import pytest

from session_archive.doctor.check import Grade
from session_archive.doctor.tls import tls_check

CIPHER = "TLS_AES_256_GCM_SHA384"


@pytest.mark.parametrize("host", ["127.0.0.1", "db.lab.edu"])
def test_tls_that_is_asked_for_and_not_negotiated_fails(host: str) -> None:
    check = tls_check("", required=True, verified=False, host=host)
    assert check.grade is Grade.FAILURE
    assert "none was negotiated" in check.found


@pytest.mark.parametrize(
    ("required", "host", "grade"),
    [
        (True, "db.lab.edu", Grade.OK),
        (False, "127.0.0.1", Grade.OK),
        (False, "db.lab.edu", Grade.WARNING),
    ],
)
def test_the_cipher_is_named_wherever_there_is_one(required: bool, host: str, grade: Grade) -> None:
    check = tls_check(CIPHER, required=required, verified=False, host=host)
    assert check.grade is grade
    assert check.found.startswith(CIPHER)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_database_on_this_machine_needs_no_tls(host: str) -> None:
    check = tls_check("", required=False, verified=False, host=host)
    assert check.grade is Grade.OK
    assert "on this machine" in check.found


@pytest.mark.parametrize("verified", [True, False])
def test_whether_the_certificate_is_verified_is_said(verified: bool) -> None:
    check = tls_check(CIPHER, required=True, verified=verified, host="db.lab.edu")
    assert ("not verified" in check.found) is not verified


def test_tls_that_is_not_required_protects_from_nobody_in_between() -> None:
    check = tls_check(CIPHER, required=False, verified=False, host="db.lab.edu")
    assert "somebody in between could read along" in check.found


def test_a_database_elsewhere_without_tls_is_a_warning_with_the_way_to_it() -> None:
    check = tls_check("", required=False, verified=False, host="db.lab.edu")
    assert check.grade is Grade.WARNING
    assert "rows and passwords could be read on the way" in check.found
    assert "--ssl-ca" in check.advice
