"""What a connection asks of TLS, as it is written in an Airflow connection or the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from session_archive.catalog.database.tls import (
    PREFIX,
    tls_from_environment,
    tls_values,
    tls_words,
    verified,
)
from session_archive.errors import SettingsError


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, None),
        (False, None),
        (True, {}),
        ({}, {}),
        ("true", {}),
        ('{"ca": "/ca.pem"}', {"ca": "/ca.pem"}),
        ({"ca": "/ca.pem", "check_hostname": False}, {"ca": "/ca.pem", "check_hostname": False}),
    ],
)
def test_what_is_asked_for_is_kept(given: object, read: dict[str, Any] | None) -> None:
    assert tls_values(given, where="ssl") == read


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("/path/ca.pem", "is not JSON"),
        ('{"password": "s3cret"', "is not JSON"),
        (1, "expected true, or a mapping"),
        ("[]", "expected true, or a mapping"),
        # PyMySQL passes over these in silence, and would verify nothing.
        ({"ssl_ca": "/ca.pem"}, "there is no 'ssl_ca'"),
        ({"ca": ""}, "ca is no text"),
        ({"ca": None}, "ca is no text"),
        ({"check_hostname": True}, "no certificate would be verified"),
    ],
)
def test_what_would_not_be_kept_to_is_refused(given: object, words: str) -> None:
    with pytest.raises(SettingsError, match=f"^`ssl` of archive_catalog: .*{words}") as caught:
        tls_values(given, where="`ssl` of archive_catalog")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("tls", "is_verified"),
    [
        ({}, False),
        ({"cert": "/c.pem"}, False),
        ({"ca": "/ca.pem"}, True),
        ({"capath": "/etc/ssl"}, True),
        ({"ca": "/ca.pem", "verify_mode": False}, False),
    ],
)
def test_only_an_authority_verifies(tls: dict[str, Any], is_verified: bool) -> None:
    assert verified(tls) is is_verified


def test_words_name_the_ca_and_no_secret() -> None:
    assert tls_words({"ca": "/ca.pem", "password": "s3cret"}) == "TLS with the ca /ca.pem"
    assert tls_words({"password": "s3cret"}) == "TLS without a ca"
    assert tls_words(None) == "TLS is not required"


def test_the_environment_asks_for_tls(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    assert tls_from_environment({}) is None
    assert tls_from_environment({f"{PREFIX}SSL": "0"}) is None
    assert tls_from_environment({f"{PREFIX}SSL": "True"}) == {}
    for more in ({}, {f"{PREFIX}SSL": "1"}):
        assert tls_from_environment({f"{PREFIX}SSL_CA": str(ca), **more}) == {"ca": str(ca)}


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SSL": "maybe"}, "SSL: 'maybe'; expected 1"),
        ({"SSL_CA": "/nowhere/ca.pem"}, "SSL_CA: /nowhere/ca.pem is no file"),
        ({"SSL_CA": "/nowhere/ca.pem", "SSL": "no"}, "SSL is no, but"),
    ],
)
def test_a_wish_that_cannot_be_met_is_an_error(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        tls_from_environment({f"{PREFIX}{key}": value for key, value in environment.items()})
