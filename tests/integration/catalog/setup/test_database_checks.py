"""What the doctor tells of TLS, on a server that speaks it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from tests.integration.catalog.samples import NIGHTLY, PASSWORD, sample_layout

from session_archive.catalog.database.connection import connect
from session_archive.catalog.setup.database_checks import examine
from session_archive.doctor.check import Check, Grade
from support.mariadb import PrivateMariaDB


def make_certificate(key: Path, certificate: Path) -> None:
    """One that the server signs itself, for a day."""
    secret, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "db")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture(scope="module")
def speaking_tls() -> Iterator[PrivateMariaDB]:
    with tempfile.TemporaryDirectory(prefix="tls-", dir="/tmp") as directory:
        folder = Path(directory)
        folder.chmod(0o755)
        key, certificate = folder / "key.pem", folder / "ca.pem"
        make_certificate(key, certificate)
        key.chmod(0o644)
        options = (f"--ssl-cert={certificate}", f"--ssl-key={key}", "--bind-address=0.0.0.0")
        with PrivateMariaDB(folder / "data", options=options) as server:
            server.create_user(NIGHTLY, PASSWORD)
            yield server


def tls_check(server: PrivateMariaDB, *, host: str, tls: dict[str, Any] | None) -> Check:
    connection = connect(host=host, port=server.port, user=NIGHTLY, password=PASSWORD, tls=tls)
    try:
        checks = examine(connection, sample_layout(1), tls=tls is not None, now=dt.datetime.now(dt.UTC))
        return next(check for check in islice(checks, 3) if check.subject == "TLS")
    finally:
        connection.close()


def test_the_cipher_is_reported_if_tls_is_required(speaking_tls: PrivateMariaDB) -> None:
    check = tls_check(speaking_tls, host="127.0.0.1", tls={})
    assert check.grade is Grade.OK
    assert check.found.startswith("TLS_")
    assert "a connection without it is refused" in check.found


def test_a_database_elsewhere_that_is_not_asked_for_tls_is_a_warning(speaking_tls: PrivateMariaDB) -> None:
    check = tls_check(speaking_tls, host="127.0.0.2", tls=None)
    assert check.grade is Grade.WARNING
    assert "not required" in check.found
    assert '{"ssl": {"ca": "/path/ca.pem"}}' in check.advice
