"""The connection form of Airflow's UI: its Test button works for every Globus connection that the commands store."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.dags.test_setup import setup

CONN_ID = "globus_default"


@pytest.fixture
def ui(world, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Airflow's own API as the UI calls it, for an administrator."""
    from airflow.api_fastapi.app import create_app, get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    monkeypatch.setenv("AIRFLOW__CORE__TEST_CONNECTION", "Enabled")
    client = TestClient(create_app("core"))
    token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="admin", role="admin"))
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def press_test(ui: TestClient, conn_id: str = CONN_ID) -> Any:
    """The answer to the Test button, which posts the saved connection, with '' for an empty field and 0 for no port."""
    saved = ui.get(f"/api/v2/connections/{conn_id}").json()
    body = {
        "conn_type": saved["conn_type"],
        "connection_id": saved["connection_id"],
        "description": saved["description"] or "",
        "extra": saved["extra"] or "{}",
        "host": saved["host"] or "",
        "login": saved["login"] or "",
        "password": saved["password"] or "",
        "port": int(saved["port"] or 0),
        "schema": saved["schema"] or "",
    }
    return ui.post("/api/v2/connections/test", json=body)


def save_by_hand(ui: TestClient, world) -> None:
    """Save the form of a new connection, which does not send fields that are hidden or empty."""
    globus = world.stack.globus
    ui.delete(f"/api/v2/connections/{CONN_ID}")
    body = {
        "conn_type": "globus",
        "connection_id": CONN_ID,
        "login": globus.client_id,
        "password": globus.client_secret,
        "extra": json.dumps({"transfer_url": globus.url, "auth_url": globus.url}),
    }
    assert ui.post("/api/v2/connections", json=body).status_code == 201


def test_the_test_button_works_for_what_setup_made_and_for_what_it_repaired(world, ui: TestClient) -> None:
    answer = press_test(ui)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] is True, answer.text
    assert press_test(ui, "archive_catalog").json()["status"] is True
    # A connection that was made by hand.
    save_by_hand(ui, world)
    # A fault of Airflow: it stores no port, and treats the 0 that its button posts as a change.
    assert press_test(ui).status_code == 400
    done = setup(world, SESSION_ARCHIVE_GLOBUS_CLIENT_ID="", SESSION_ARCHIVE_GLOBUS_CLIENT_SECRET="")
    assert done.exit_code == 0, done.output
    assert f"connection {CONN_ID} now has port 0" in " ".join(done.output.split())
    assert press_test(ui).json()["status"] is True
    # As the form of an edited connection sends its port back.
    edit = {"connection_id": CONN_ID, "conn_type": "globus", "description": "ours", "port": 0}
    assert ui.patch(f"/api/v2/connections/{CONN_ID}?update_mask=description", json=edit).status_code == 200
    assert press_test(ui).json()["status"] is True
    assert "now has port 0" not in setup(world).output
