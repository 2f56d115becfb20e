"""The operator submits a transfer exactly once, whatever fails in between."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from globus_provider.errors import GlobusUnavailableError, NotNow
from globus_provider.hooks.globus import GlobusHook
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.request import TransferItems
from globus_provider.store import StoredSubmission

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

Context = dict[str, Any]


class Notebook:
    """A store of another project, which may crash at its n-th save."""

    def __init__(self, *, crash_at: int = 0) -> None:
        self.saved: list[StoredSubmission] = []
        self._saves = 0
        self._crash_at = crash_at

    def load(self) -> StoredSubmission | None:
        return self.saved[-1] if self.saved else None

    def save(self, *, submission_id: str, task_id: str | None = None) -> None:
        self._saves += 1
        if self._saves == self._crash_at:
            raise ConnectionError("the database went away")
        self.saved.append(StoredSubmission(submission_id, task_id))


@pytest.fixture
def operator(lab: Lab) -> Callable[..., GlobusTransferOperator]:
    def make(**given: Any) -> GlobusTransferOperator:
        fields = {
            "task_id": "move",
            "source_collection": lab.rig,
            "destination_collection": lab.archive,
            "transfer_label": "move a",
            **given,
        }
        return GlobusTransferOperator(**fields)

    return make


def test_a_submission_costs_two_calls(lab: Lab, context: Context, operator: Any) -> None:
    task = operator(items=lab.write("a", "b")).execute(context)
    assert lab.calls() == ["GET /v0.10/submission_id", "POST /v0.10/transfer"]
    assert context["ti"].pushed == {"transfer_task_id": task}


def test_nothing_to_move_costs_no_call(lab: Lab, context: Context, operator: Any) -> None:
    assert operator(items=lambda context: []).execute(context) is None
    assert lab.calls() == []
    assert context["ti"].pushed == {}


def test_a_retried_task_returns_the_same_transfer(lab: Lab, context: Context, operator: Any) -> None:
    items = lab.write("a")
    first = operator(items=items).execute(context)
    assert operator(items=items).execute(context) == first
    assert lab.posts() == [202]


@pytest.mark.fault(2, 3)
@pytest.mark.parametrize("crash_at", [1, 2])
def test_a_crash_at_either_save_makes_one_transfer(
    lab: Lab, context: Context, operator: Any, crash_at: int
) -> None:
    store = Notebook(crash_at=crash_at)
    task = operator(items=lab.write("a"), submission_store=store)
    with pytest.raises(ConnectionError):
        task.execute(context)
    transfer = task.execute(context)
    assert [effect["task_id"] for effect in lab.globus.effects("accepted")] == [transfer]
    assert store.saved[-1].task_id == transfer


@pytest.mark.fault(40)
def test_lost_answers_make_one_transfer(lab: Lab, context: Context, operator: Any) -> None:
    lab.globus.fault(match="POST /v0.10/transfer", do="drop_after", times=4)
    task = operator(items=lab.write("a"), unreachable_limit=0)
    with pytest.raises(GlobusUnavailableError):
        task.execute(context)
    transfer = task.execute(context)
    assert [effect["task_id"] for effect in lab.globus.effects("accepted")] == [transfer]
    assert len(lab.globus.requests("GET", "/v0.10/submission_id")) == 1


#: The SDK does not ask again by itself after this one.
SILENT = {"do": "status", "status": 502, "code": "ExternalError.GCDisconnected", "times": 0}
TOO_MANY = {"do": "status", "status": 429, "retry_after": 1, "times": 0}


@pytest.mark.fault(38, 39)
@pytest.mark.parametrize("fault", [{"do": "drop_after", "times": 0}, SILENT, TOO_MANY])
def test_an_outage_while_submitting_is_waited_out_without_a_worker_slot(
    lab: Lab, context: Context, operator: Any, fault: dict[str, Any]
) -> None:
    lab.globus.fault(match="POST /v0.10/transfer", **fault)
    task = operator(items=lab.write("a"), poll_interval="45")
    since = None
    for _ in range(2):
        with pytest.raises(TaskDeferred) as deferred:
            task.execute_again(context, silent_since=since)
        moment = deferred.value.trigger.serialize()[1]["moment"]
        assert 40 < (moment - dt.datetime.now(dt.UTC)).total_seconds() <= 45
        assert deferred.value.method_name == "execute_again"
        assert re.search("does not answer|too many requests", context["ti"].pushed["submission_failure"])
        reported = deferred.value.kwargs["silent_since"]
        # The outage counts from the first try.
        assert since in (None, reported)
        since = reported
    lab.globus.clear_faults()
    transfer = task.execute_again(context, event="x", silent_since=since)
    assert [effect["task_id"] for effect in lab.globus.effects("accepted")] == [transfer]
    assert len(lab.globus.requests("GET", "/v0.10/submission_id")) == 1


HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("limit", "silent_for", "give_up_in"),
    [(6 * 3600.0, 6.01 * HOUR, None), (30.0, None, None), (6 * 3600.0, 2 * HOUR, dt.timedelta(0))],
)
def test_the_wait_for_an_outage_ends_at_its_limit_or_at_the_end_of_the_run(
    lab: Lab,
    context: Context,
    operator: Any,
    limit: float,
    silent_for: dt.timedelta | None,
    give_up_in: dt.timedelta | None,
) -> None:
    lab.globus.fault(match="GET /v0.10/submission_id", **SILENT)
    now = dt.datetime.now(dt.UTC)
    task = operator(
        items=lab.write("a"),
        unreachable_limit=limit,
        give_up_at=(now + give_up_in).isoformat() if give_up_in is not None else None,
    )
    since = (now - silent_for).isoformat() if silent_for else None
    with pytest.raises(GlobusUnavailableError, match="does not answer"):
        task.execute_again(context, silent_since=since)
    assert "does not answer" in context["ti"].pushed["submission_failure"]


@pytest.mark.parametrize("wrong", ["tomorrow", "2021-09-02T18:04:49"])
def test_a_malformed_time_limit_is_named(lab: Lab, context: Context, operator: Any, wrong: str) -> None:
    lab.globus.fault(match="GET /v0.10/submission_id", **SILENT)
    with pytest.raises(AirflowFailException, match="give_up_at"):
        operator(items=lab.write("a"), give_up_at=wrong).execute(context)


def test_a_retry_finds_the_transfer_of_a_crashed_try_although_nothing_is_left_to_move(
    lab: Lab, context: Context, operator: Any
) -> None:
    store = Notebook(crash_at=2)
    with pytest.raises(ConnectionError):
        operator(items=[("/late", "/late")], submission_store=store).execute(context)
    under_way = lab.globus.effects("accepted")[0]["task_id"]
    assert operator(items=[], submission_store=store).execute(context) == under_way


def test_clearing_the_task_of_a_failed_transfer_makes_a_new_transfer(
    lab: Lab, context: Context, operator: Any
) -> None:
    task = operator(items=[("/late", "/late")])
    first = task.execute(context)
    GlobusHook().cancel(first)
    assert task.execute(context) != first
    assert len(lab.globus.effects("accepted")) == 2


def test_a_full_store_is_waited_for_without_a_worker_slot(lab: Lab, context: Context, operator: Any) -> None:
    full = [True]

    class Busy(Notebook):
        def load(self) -> StoredSubmission | None:
            if full:
                raise NotNow(45, "20 transfers are under way")
            return super().load()

    calls: list[str] = []

    def items(context: Context) -> list[tuple[str, str]]:
        calls.append("items")
        return lab.write("a")

    task = operator(items=items, submission_store=lambda context: Busy())
    with pytest.raises(TaskDeferred) as deferred:
        task.execute(context)
    moment = deferred.value.trigger.serialize()[1]["moment"]
    assert 40 < (moment - dt.datetime.now(dt.UTC)).total_seconds() <= 45
    assert (calls, lab.calls()) == ([], [])
    full.clear()
    assert getattr(task, deferred.value.method_name)(context, event="x")
    assert calls == ["items"]


@pytest.mark.fault(54)
@pytest.mark.parametrize("switches", [("--most-pending", "1")])
def test_a_full_queue_at_globus_is_waited_for_and_is_never_taken_for_identical_paths(
    lab: Lab, context: Context, operator: Any
) -> None:
    under_way = operator(items=[("/late", "/late")], transfer_label="another").execute(
        {**context, "task_state_store": type(context["task_state_store"])()}
    )
    task = operator(items=lab.write("a"), poll_interval="45")
    with pytest.raises(TaskDeferred) as deferred:
        task.execute(context)
    moment = deferred.value.trigger.serialize()[1]["moment"]
    assert 40 < (moment - dt.datetime.now(dt.UTC)).total_seconds() <= 45
    assert "submission_failure" not in context["ti"].pushed
    GlobusHook().cancel(under_way)
    transfer = getattr(task, deferred.value.method_name)(context, event="x")
    assert [effect["task_id"] for effect in lab.globus.effects("accepted")] == [under_way, transfer]


@pytest.mark.parametrize("switches", [("--most-pending", "1")])
@pytest.mark.parametrize("full", ["queue", "store"])
def test_the_wait_for_room_ends_at_the_end_of_the_run(
    lab: Lab, context: Context, operator: Any, full: str
) -> None:
    class Busy(Notebook):
        def load(self) -> StoredSubmission | None:
            if full == "store":
                raise NotNow(45, "20 transfers are unfinished")
            return super().load()

    operator(items=[("/late", "/late")], transfer_label="another").execute(
        {**context, "task_state_store": type(context["task_state_store"])()}
    )
    end = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
    task = operator(
        items=lab.write("a"), submission_store=Busy(), poll_interval=45, give_up_at=end.isoformat()
    )
    with pytest.raises(AirflowFailException, match="unfinished"):
        task.execute(context)
    assert "unfinished" in context["ti"].pushed["submission_failure"]


@pytest.mark.parametrize("code", ["SomethingNew", "Conflict"])
def test_another_409_is_an_error_with_the_words_of_the_service(
    lab: Lab, context: Context, operator: Any, code: str
) -> None:
    lab.globus.fault(
        match="POST /v0.10/transfer", do="status", status=409, code=code, message="full moon", times=0
    )
    with pytest.raises(AirflowFailException, match=rf"{code}: full moon"):
        operator(items=lab.write("a")).execute(context)


def test_callables_receive_the_mapped_values(lab: Lab, context: Context, operator: Any) -> None:
    store = Notebook()
    seen: list[str] = []

    def items(context: Context, *, name: str) -> TransferItems:
        seen.append(name)
        files = TransferItems.of(lab.write(name)).items
        return TransferItems(files, sync_level="checksum", verify_checksum=False)

    def submission_store(context: Context, *, name: str) -> Notebook:
        seen.append(name)
        return store

    task = operator(items=items, submission_store=submission_store, op_kwargs={"name": "a"}).execute(context)
    assert seen == ["a", "a"]
    assert GlobusHook().task(task)["sync_level"] == 3
    assert GlobusHook().task(task)["verify_checksum"] is False


def test_a_span_becomes_the_deadline(lab: Lab, context: Context, operator: Any) -> None:
    task = operator(items=[("/late", "/late")], deadline=dt.timedelta(hours=3)).execute(context)
    document = GlobusHook().task(task)
    requested, deadline = (dt.datetime.fromisoformat(document[key]) for key in ("request_time", "deadline"))
    assert dt.timedelta(hours=2, minutes=59) < deadline - requested < dt.timedelta(hours=3, minutes=1)


def test_a_permanent_error_fails_without_retry(lab: Lab, context: Context, operator: Any) -> None:
    unknown = "00000000-1111-2222-3333-444444444444"
    with pytest.raises(AirflowFailException, match="no such collection"):
        operator(items=lab.write("a"), source_collection=unknown).execute(context)
    assert "no such collection" in context["ti"].pushed["submission_failure"]
    with pytest.raises(AirflowFailException, match="Globus refuses the transfer label"):
        operator(items=lab.write("a"), transfer_label="x" * 200).execute(context)
    lab.connect(secret="wrong")
    with pytest.raises(AirflowFailException, match="check its client id"):
        operator(items=lab.write("a")).execute(
            {**context, "task_state_store": type(context["task_state_store"])()}
        )
