"""What the doctor tells of TLS, on a server that speaks it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.certificates import Certificates, make_certificates
from tests.integration.catalog.samples import NIGHTLY, PASSWORD, sample_layout

from session_archive.catalog.database.connection import connect
from session_archive.catalog.setup.database_checks import examine
from session_archive.doctor.check import Check, Grade
from support.mariadb import PrivateMariaDB


@pytest.fixture(scope="module")
def certificates() -> Iterator[Certificates]:
    with tempfile.TemporaryDirectory(prefix="tls-", dir="/tmp") as directory:
        yield make_certificates(Path(directory))


@pytest.fixture(scope="module")
def speaking_tls(certificates: Certificates) -> Iterator[PrivateMariaDB]:
    options = (*certificates.options, "--bind-address=0.0.0.0")
    with PrivateMariaDB(certificates.ca.parent / "data", options=options) as server:
        server.create_user(NIGHTLY, PASSWORD)
        yield server


def tls_check(server: PrivateMariaDB, *, host: str, tls: dict[str, Any] | None) -> Check:
    connection = connect(host=host, port=server.port, user=NIGHTLY, password=PASSWORD, tls=tls)
    try:
        checks = examine(connection, sample_layout(1), tls=tls, now=dt.datetime.now(dt.UTC))
        return next(check for check in islice(checks, 3) if check.subject == "TLS")
    finally:
        connection.close()


def test_the_cipher_is_reported_if_tls_is_required(speaking_tls: PrivateMariaDB) -> None:
    check = tls_check(speaking_tls, host="127.0.0.1", tls={})
    assert check.grade is Grade.OK
    assert check.found.startswith("TLS_")
    assert "a connection without it is refused; the server's certificate is not verified" in check.found


def test_a_verified_certificate_is_nothing_to_mention(
    speaking_tls: PrivateMariaDB, certificates: Certificates
) -> None:
    check = tls_check(speaking_tls, host="127.0.0.1", tls={"ca": str(certificates.ca)})
    assert check.grade is Grade.OK
    assert check.found.endswith("a connection without it is refused")


def test_a_database_elsewhere_that_is_not_asked_for_tls_is_a_warning(speaking_tls: PrivateMariaDB) -> None:
    check = tls_check(speaking_tls, host="127.0.0.2", tls=None)
    assert check.grade is Grade.WARNING
    assert check.found.startswith("TLS_")
    assert "not required" in check.found
    assert '{"ssl": {"ca": "/path/ca.pem"}}' in check.advice
