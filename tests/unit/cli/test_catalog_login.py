"""The catalog's login as the environment gives it."""

from __future__ import annotations

import pytest

from session_archive.cli.catalog_login import PREFIX, login_from_environment
from session_archive.errors import SettingsError


@pytest.mark.parametrize("port", ["²", "１", "3_306", "-1", "", "port"])
def test_a_port_is_a_number_of_ascii_digits(port: str) -> None:
    with pytest.raises(SettingsError, match=f"{PREFIX}PORT: .* is not a port"):
        login_from_environment({f"{PREFIX}USER": "ann", f"{PREFIX}PORT": port})


def test_the_environment_login_can_ask_for_tls() -> None:
    login = {f"{PREFIX}USER": "ann", f"{PREFIX}SSL": "1"}
    assert login_from_environment(login) == {
        "host": "127.0.0.1",
        "port": 3306,
        "user": "ann",
        "password": "",
        "tls": {},
    }
