"""No secret of a connection goes in plain to another machine, unless the connection says so too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection

from globus_provider.errors import GlobusLoginError
from globus_provider.hooks.login import Login


def login(**extra: Any) -> Login:
    return Login.of(
        Connection(
            conn_id="globus", conn_type="globus", login="id", password="s3cret-word", extra=json.dumps(extra)
        )
    )


@pytest.mark.parametrize("field", ["transfer_url", "auth_url"])
@pytest.mark.parametrize("host", ["globus.lab.edu", "10.0.0.1:8125", "localhost.evil.org", "[2001:db8::1]"])
def test_plain_http_to_another_machine_is_refused(field: str, host: str) -> None:
    address = {field: f"HTTP://{host}"}
    with pytest.raises(GlobusLoginError, match=f"{field} is plain HTTP to another machine") as raised:
        login(**address)
    assert "s3cret-word" not in str(raised.value)
    # A login that no connection holds, such as the one of `session-archive login`.
    with pytest.raises(GlobusLoginError):
        Login("globus", "id", "s3cret-word", transfer_url="http://globus.lab.edu").auth_client(max_retries=0)
    assert login(**address, plain_http=True).plain_http
    with pytest.raises(GlobusLoginError):
        login(**address, plain_http="false")


@pytest.mark.parametrize(
    "address", ["", "https://globus.lab.edu", "http://127.0.0.1:8125", "http://localhost", "http://[::1]:1"]
)
def test_tls_and_this_machine_are_served(address: str) -> None:
    assert login(transfer_url=address, auth_url=address).transfer_url == address
