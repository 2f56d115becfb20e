"""Many waits in one triggerer: they share a token, and the trouble of one delays no other."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

from globus_provider.errors import GlobusUnavailableError
from globus_provider.hooks.globus import GlobusHook
from globus_provider.hooks.login import Login
from globus_provider.hooks.shared_token import shared_token
from globus_provider.request import TransferItems, TransferRequest
from globus_provider.triggers.transfer import GlobusTransferTrigger, spread

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

#: More than the threads that asyncio has by itself on a machine of up to 32 cores.
MANY = 40


@pytest.fixture
def tasks(lab: Lab) -> list[str]:
    """Transfers that have ended, submitted by another login of the same client."""
    lab.write("a")
    hook = GlobusHook()
    tasks = []
    for number in range(MANY + 1):
        request = TransferRequest(
            source_collection=lab.rig,
            destination_collection=lab.archive,
            items=TransferItems.of([("/a", f"/{number}")]).items,
            label=f"wait {number}",
        )
        tasks.append(hook.submit(request, submission_id=hook.submission_id()))
    for task in tasks:
        while hook.task(task)["status"] == "ACTIVE":
            pass
    return tasks


def trigger(task: str) -> GlobusTransferTrigger:
    return GlobusTransferTrigger(
        transfer_task_id=task, globus_conn_id="globus_default", patience=60, poll_interval=0.05
    )


async def _event(task: str) -> dict[str, Any]:
    return (await anext(trigger(task).run())).payload


def tokens(lab: Lab) -> int:
    return len(lab.globus.requests("POST", "/v2/oauth2/token"))


def test_all_triggers_of_a_login_share_a_token(lab: Lab, tasks: list[str]) -> None:
    before = tokens(lab)

    async def all_of_them() -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(_event(task) for task in tasks)))

    events = asyncio.run(all_of_them())
    assert [event["document"]["task_id"] for event in events] == tasks
    assert tokens(lab) - before == 1

    lab.globus.expire_tokens()
    asyncio.run(_event(tasks[0]))  # the refusal ends this wait, and drops the token
    again = asyncio.run(_event(tasks[1]))
    assert again["document"]["status"] == "SUCCEEDED"
    assert tokens(lab) - before == 2


def test_a_connection_that_changed_gets_a_token_of_its_own(lab: Lab) -> None:
    def login(**changed: Any) -> Login:
        parts = {"client_id": lab.globus.client_id, "client_secret": lab.globus.client_secret}
        return Login("globus_default", **{**parts, **changed})

    first = shared_token(login())
    assert shared_token(login()) is first
    rotated = shared_token(login(client_secret="rotated"))
    assert rotated is not first
    assert shared_token(login(client_secret="rotated")) is rotated


def test_silent_answers_to_some_delay_no_other(lab: Lab, tasks: list[str]) -> None:
    silent, others = tasks[:33], tasks[33:]
    for task in silent:
        lab.globus.fault(match=f"GET /v0.10/task/{task}", do="slow", seconds=600)
    lab.connect(timeout="900")

    async def see() -> set[str]:
        waits = {asyncio.create_task(_event(task)): task for task in tasks}
        seen: set[str] = set()
        for done in asyncio.as_completed(waits):
            seen.add((await done)["document"]["task_id"])
            if len(seen) == len(others):
                break
        lab.globus.stop()  # so that the threads that still wait for an answer end with the test
        for wait in waits:
            wait.cancel()
        return seen

    assert asyncio.run(see()) == set(others)


@pytest.mark.parametrize("switches", [["--latency", "0.3"]])
def test_a_refusal_by_auth_is_shared_by_those_who_waited_for_it(lab: Lab, switches: Sequence[str]) -> None:
    lab.globus.fault(match="POST /v2/oauth2/token", do="status", status=503, times=0)
    hooks = [GlobusHook(polling=True) for _ in range(8)]

    async def ask() -> list[BaseException | dict[str, Any]]:
        calls = (asyncio.to_thread(hook.task, "00000000-0000-0000-0000-000000000000") for hook in hooks)
        return list(await asyncio.gather(*calls, return_exceptions=True))

    answers = asyncio.run(ask())
    assert {type(answer) for answer in answers} == {GlobusUnavailableError}
    assert tokens(lab) < len(hooks)


def test_first_polls_are_spread_over_the_interval() -> None:
    parts = sorted(spread(f"{number:08d}-0000-0000-0000-000000000000") for number in range(200))
    assert parts[0] >= 0.25
    assert parts[-1] < 1
    assert max(b - a for a, b in itertools.pairwise(parts)) < 0.1, "no gap, so no burst either"
