"""A paused transfer is seen while its run waits, and is archived by the same run once it goes on."""

from __future__ import annotations

import threading
from typing import Any

from globus_provider.hooks.globus import GlobusHook
from session_archive.states.state import State

ONLY = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
SESSION = "SC038 2021-01-01 11:00"


def test_a_pause_is_seen_at_once_and_the_run_goes_on_after_it(world: Any, monkeypatch: Any) -> None:
    globus, submit = world.stack.globus, GlobusHook.submit
    submitted: list[str] = []
    seen: list[str] = []
    over = threading.Event()

    def submit_and_pause(hook: GlobusHook, request: Any, *, submission_id: str) -> str:
        task_id = submit(hook, request, submission_id=submission_id)
        globus.change_task(task_id, "pause", message="disk swap on Friday")
        submitted.append(task_id)
        return task_id

    def resume_once_a_person_can_see_it() -> None:
        while not over.is_set() and not seen:
            if (row := world.states().get(SESSION)) and "disk swap on Friday" in row.reason:
                seen.append(f"{row.state}: {row.reason}")
                globus.clear_faults()
                globus.change_task(submitted[0], "resume")

    monkeypatch.setattr(GlobusHook, "submit", submit_and_pause)
    # It cannot end before it is paused.
    globus.fault(file="*/SC038/*", do="permission_denied", times=0)
    person = threading.Thread(target=resume_once_a_person_can_see_it)
    # If nobody sees it, the run ends at its deadline.
    world.set_limit("run_deadline", "60 s")
    person.start()
    try:
        run = world.run("upload_sessions", **ONLY)
    finally:
        over.set()
        person.join()
    assert [line.startswith("submitted: its transfer waits for a person since") for line in seen] == [True]
    assert (run["state"], world.states()[SESSION].state) == ("success", State.ARCHIVED)
