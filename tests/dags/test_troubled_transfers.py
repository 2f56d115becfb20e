"""A paused transfer and one that Globus does not answer for: each is reported, and the other data sets go on."""

import datetime as dt

import pytest

from globus_provider.hooks.globus import GlobusHook
from session_archive import clock
from session_archive.states.state import State

TWO_DATA_SETS = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}
ANOTHER = {"subjects": ["SC022"], "dates": ["2019-08-08"], "kinds": ["raw-ephys"]}
PAUSED = "SC038 2021-01-01 11:00"
REFUSED = "SC038 2020-01-01 11:00"


@pytest.mark.fault(17)
def test_the_trouble_of_one_transfer_stays_with_it(world, monkeypatch) -> None:
    globus, submit = world.stack.globus, GlobusHook.submit

    def submit_into_trouble(hook, request, *, submission_id) -> str:
        task_id = submit(hook, request, submission_id=submission_id)
        if "2021-01-01" in request.label:
            globus.change_task(task_id, "pause", message="disk swap on Friday")
        elif "2020-01-01" in request.label:
            globus.fault(
                match=f"GET /v0.10/task/{task_id}", do="status", status=403, code="PermissionDenied",
                message="not yours", times=0,
            )  # fmt: skip
        return task_id

    monkeypatch.setattr(GlobusHook, "submit", submit_into_trouble)
    # Neither can end before it is in trouble.
    globus.fault(file="*/SC038/*", do="permission_denied", times=0)
    world.set_limit("run_deadline", "5 s")
    run = world.run("upload_sessions", **TWO_DATA_SETS)
    states = world.states()
    assert (states[PAUSED].state, states[REFUSED].state) == (State.SUBMITTED, State.FAILED)
    assert "disk swap on Friday; ask the administrators" in states[PAUSED].reason
    assert "how its transfer stands is not known since" in states[REFUSED].reason
    assert "not yours" in states[REFUSED].reason
    assert "transfers that wait for a person: 1\n  raw-ephys/SC038/2021-01-01" in run["summary"]
    # Only the one that nothing is known of is an alarm.
    assert run["state"] == "failed"
    records = [state for (task, _), state in run["tasks"].items() if task == "data_set.record"]
    assert sorted(records) == ["failed", "success"]

    # Two nights later: the paused one still takes room, the other no longer does.
    file = world.stack.settings_file
    file.write_text(file.read_text().replace('run_deadline = "5 s"', "max_unfinished = 2"))
    real = clock.utc_now
    monkeypatch.setattr(clock, "utc_now", lambda: real() + dt.timedelta(days=2))
    run = world.run("upload_sessions", **ANOTHER)
    assert run["tasks"]["data_set.record", 0] == "success"
    assert {row.state for row in world.states().values() if row.session.startswith("SC022 2019-08-08")} == {
        State.ARCHIVED
    }
    assert (
        "transfers that wait for a person: 1\n  raw-ephys/SC038/2021-01-01 to archive-ephys" in run["summary"]
    )
    assert run["state"] == "failed"
    with world.stack.catalog() as catalog:
        assert len(catalog.ledger.unfinished()) == 2
