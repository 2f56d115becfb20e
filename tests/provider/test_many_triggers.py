"""Many waits in one triggerer: they share a token, and the trouble of one delays no other."""

from __future__ import annotations

import asyncio
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from globus_provider.errors import GlobusUnavailableError
from globus_provider.hooks.globus import GlobusHook
from globus_provider.hooks.login import Login
from globus_provider.hooks.shared_token import SharedToken, shared_token
from globus_provider.request import TransferItems, TransferRequest
from globus_provider.triggers.transfer import GlobusTransferTrigger

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


def test_a_token_that_is_refused_ends_no_wait_and_is_renewed_once(lab: Lab, tasks: list[str]) -> None:
    asyncio.run(_event(tasks[0]))
    before = tokens(lab)
    lab.globus.expire_tokens()

    async def all_of_them() -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(_event(task) for task in tasks)))

    events = asyncio.run(all_of_them())
    assert {event["document"]["status"] for event in events} == {"SUCCEEDED"}
    assert tokens(lab) - before == 1


def test_a_refusal_of_an_older_token_does_not_drop_the_new_one(lab: Lab) -> None:
    authorizer = GlobusHook(polling=True).get_conn().authorizer
    assert isinstance(authorizer, SharedToken)
    older = authorizer.get_authorization_header()
    newer: list[str] = []

    def renew() -> None:
        authorizer.get_authorization_header()
        authorizer.handle_missing_authorization()
        newer.append(authorizer.get_authorization_header())

    other = threading.Thread(target=renew)
    other.start()
    other.join()
    before = tokens(lab)
    authorizer.handle_missing_authorization()  # this thread was refused with the older one
    assert [authorizer.get_authorization_header()] == newer != [older]
    assert tokens(lab) == before


def test_a_login_that_stays_refused_is_asked_with_once_more_and_ends_the_wait(
    lab: Lab, tasks: list[str]
) -> None:
    path = f"/v0.10/task/{tasks[0]}"
    lab.globus.fault(match=f"GET {path}", do="status", status=401, times=0)
    before = len(lab.globus.requests("GET", path))
    assert "was not accepted" in asyncio.run(_event(tasks[0]))["error"]
    assert len(lab.globus.requests("GET", path)) - before == 2


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


class CountedLock:
    """A lock that tells of each thread that asks for it."""

    def __init__(self) -> None:
        self.waiting = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.waiting.release()
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()


def test_an_answer_of_auth_that_never_came_is_shared_by_all_who_waited_for_it(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = SharedToken(Login("globus_default", client_id=lab.globus.client_id))
    lock, silent, requests = CountedLock(), threading.Event(), list[int]()

    def no_answer() -> None:
        requests.append(len(requests))
        silent.wait()
        raise TimeoutError("no answer")

    monkeypatch.setattr(token, "_lock", lock)
    monkeypatch.setattr(token, "_open", no_answer)
    with ThreadPoolExecutor(max_workers=8) as pool:
        calls = [pool.submit(token.get_authorization_header) for _ in range(8)]
        for _ in calls:
            lock.waiting.acquire()
        silent.set()
    assert {type(call.exception()) for call in calls} == {TimeoutError}
    assert len(requests) == 1
    with pytest.raises(TimeoutError):  # the next one asks again
        token.get_authorization_header()
    assert len(requests) == 2


def test_a_refusal_by_auth_is_no_answer_to_any_of_the_waits(lab: Lab) -> None:
    lab.globus.fault(match="POST /v2/oauth2/token", do="status", status=503, times=0)
    for hook in (GlobusHook(polling=True), GlobusHook(polling=True)):
        with pytest.raises(GlobusUnavailableError):
            hook.task("00000000-0000-0000-0000-000000000000")


class Paused(Exception):
    """A wait has come to a pause that the test does not let it begin."""


async def _pauses(task: str, monkeypatch: pytest.MonkeyPatch, *, interval: float, count: int) -> list[float]:
    """The first pauses of a wait, in seconds; none of them passes."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == count:
            raise Paused

    wait = GlobusTransferTrigger(
        transfer_task_id=task, globus_conn_id="globus_default", patience=60, poll_interval=interval
    )
    with monkeypatch.context() as patched, pytest.raises(Paused):
        patched.setattr(asyncio, "sleep", sleep)
        await anext(wait.run())
    return pauses


def test_first_polls_of_a_hundred_waits_are_spread_over_the_interval(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))) for number in range(100)]

    async def first_pauses() -> list[float]:
        return [(await _pauses(name, monkeypatch, interval=30, count=1))[0] for name in names]

    first = sorted(asyncio.run(first_pauses()))
    assert first[0] >= 30 / 4 and first[-1] < 30
    busiest = max(sum(begin <= each < begin + 1 for each in first) for begin in first)
    assert busiest <= 12, "of 100 waits that begin together after a restart"

    lab.globus.fault(match=f"GET /v0.10/task/{names[0]}", do="status", status=503, times=0)
    later = asyncio.run(_pauses(names[0], monkeypatch, interval=30, count=3))
    assert later[0] < 30 and later[1:] == [30, 30]
