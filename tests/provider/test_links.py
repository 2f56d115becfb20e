"""The link of a task opens the web app of the service that its connection uses."""

from __future__ import annotations

import pytest

from globus_provider.links import GLOBUS, web_app


@pytest.mark.parametrize(
    "transfer_url",
    [
        "",
        " ",
        "https://transfer.api.globus.org/",
        "https://GLOBUS.org",
        "ftp://x",
        "javascript:alert(1)",
        "x",
        "http://[",
    ],
)
def test_globus_itself_and_what_is_no_address_leads_to_the_web_app(transfer_url: str) -> None:
    assert web_app(transfer_url) == GLOBUS


@pytest.mark.parametrize(
    ("transfer_url", "app"),
    [
        ("http://127.0.0.1:8125/", "http://127.0.0.1:8125"),
        ("http://127.0.0.1:8125/v0.10", "http://127.0.0.1:8125"),
        ("https://globus.lab.edu", "https://globus.lab.edu"),
        ("https://notglobus.org", "https://notglobus.org"),
        ("https://me:secret@globus.lab.edu/x", "https://globus.lab.edu"),
    ],
)
def test_another_service_has_its_own_page_and_no_login_is_shown(transfer_url: str, app: str) -> None:
    assert web_app(transfer_url) == app
