"""The small page for a task, in a browser that has no token."""

from __future__ import annotations

import httpx
import pytest
from tests.integration.loopback.conftest import Lab

HOSTILE = "SC022 <script>alert(1)</script> \"'&"


def page(lab: Lab, task_id: str) -> httpx.Response:
    return httpx.get(f"{lab.globus.url}/activity/{task_id}", trust_env=False)


def test_a_task_under_way_shows_its_counts_and_faults_and_is_looked_at_again(lab: Lab) -> None:
    lab.record("moved", b"x" * 1234)
    lab.record("held")
    lab.globus.fault(file="/held", do="permission_denied", times=0)
    task = lab.submit(("/moved", "/moved"), ("/held", "/held"), label="night of SC022")
    lab.showing(task, "PERMISSION_DENIED")
    shown = page(lab, task)
    assert shown.status_code == 200
    for text in ("ACTIVE", "night of SC022", "permission denied", "<td>1,234", 'http-equiv="refresh"'):
        assert text in shown.text
    assert "/moved" not in shown.text and "/held" not in shown.text, "whoever knows the id sees no path"
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_one_that_has_ended_is_not_looked_at_again(lab: Lab) -> None:
    lab.record("moved")
    task = lab.submit(("/moved", "/moved"))
    lab.ended(task)
    assert "SUCCEEDED" in page(lab, task).text and "refresh" not in page(lab, task).text


def test_hostile_text_stays_text(lab: Lab) -> None:
    lab.record("moved")
    shown = page(lab, lab.submit(("/moved", "/moved"), label=HOSTILE))
    assert "<script" not in shown.text and "&lt;script&gt;" in shown.text


@pytest.mark.parametrize("task_id", ["0d5a8a9c-2a53-11f0-8b1b-0affd9a3cd4f", "%27%20OR%201=1", "<b>x"])
def test_an_id_that_no_task_has_is_404_and_is_not_repeated(lab: Lab, task_id: str) -> None:
    shown = page(lab, task_id)
    assert shown.status_code == 404 and "<b>x" not in shown.text
