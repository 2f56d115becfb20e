"""A whole Airflow whose processes are killed and stand still: nothing is lost, nothing is sent twice."""

import datetime as dt
import os
import signal
from contextlib import ExitStack

import pytest
from tests.system.nights import RECORD, SUBMIT, WAIT, Nights, parent, until

STATES, LINKS = "archive.data_set_state", "archive_links.archived_raw_ephys"
DIGESTS, ITEMS = "archive.source_digest", "archive.submission__items"
#: Seconds; a trigger that polls every two and has not polled for so long has seen the end of its transfer.
SILENCE = 10

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.mark.fault(1)
def test_a_worker_is_killed_while_it_reads_files_for_their_checksums(nights: Nights) -> None:
    nights.record("SC101")
    with nights.stack.database.locked(DIGESTS):
        run_id = nights.begin("SC101")
        # Its first file is read, and the digest about to be kept.
        nights.stopped_at(DIGESTS)
        os.kill(nights.task(run_id, SUBMIT, "SC101", "running")["pid"], signal.SIGKILL)
        nights.task(run_id, SUBMIT, "SC101", "up_for_retry")
        assert (nights.rows("Submission", "SC101"), nights.transfers("SC101")) == (0, [])
    nights.end(run_id)
    nights.verify("SC101")


@pytest.mark.fault(4, 5, 6)
def test_workers_are_killed_before_in_and_after_the_transaction_that_records(nights: Nights) -> None:
    before, within, after = subjects = ("SC102", "SC103", "SC104")
    nights.record(*subjects)
    nights.hold_transfers()
    run_id = nights.begin(*subjects)
    for subject in subjects:
        nights.task(run_id, WAIT, subject, "deferred")

    def kill(subject: str) -> None:
        os.kill(nights.task(run_id, RECORD, subject, "running")["pid"], signal.SIGKILL)
        nights.task(run_id, RECORD, subject, "up_for_retry")

    with ExitStack() as links:
        links.enter_context(nights.stack.database.locked(LINKS))
        with nights.stack.database.locked(STATES):
            nights.release_transfers()
            nights.stopped_at(STATES, tasks=3)
            kill(before)
        # The two others have written the data set and its files, and not committed them.
        nights.stopped_at(LINKS, tasks=2)
        kill(within)
        pid = nights.task(run_id, RECORD, after, "running")["pid"]
        nights.freeze("api-server")
        links.close()
        until(lambda: nights.rows("Verified", after), what=f"{after} was not recorded")
        # Airflow does not know yet.
        os.kill(pid, signal.SIGKILL)
        nights.thaw("api-server")
    assert [nights.rows("DataSet", subject) for subject in subjects] == [0, 0, 1]
    nights.end(run_id)
    nights.verify(*subjects)
    # A lab's own DAGs learn of each of them, once.
    assert nights.announced(run_id) == list(subjects)


@pytest.mark.fault(7, 8)
def test_the_triggerer_is_killed_while_waits_are_deferred_and_before_it_stores_an_event(
    nights: Nights,
) -> None:
    subjects = ("SC105", "SC106")
    nights.record(*subjects)
    nights.hold_transfers()
    run_id = nights.begin(*subjects)
    for subject in subjects:
        nights.task(run_id, WAIT, subject, "deferred")
    nights.cluster.kill("triggerer")
    known = {subject: len(nights.polls(nights.transfers(subject)[0])) for subject in subjects}
    nights.cluster.start_service("triggerer")
    transfers = [nights.transfers(subject)[0] for subject in subjects]
    for subject, transfer in zip(subjects, transfers, strict=True):
        until(lambda: len(nights.polls(transfer)) > known[subject], what=f"nobody polls for {subject}")  # noqa: B023
    # Its triggers go on, in a process of their own; what they tell, nobody takes and stores.
    nights.freeze("triggerer", alone=True)
    nights.release_transfers()
    for transfer in transfers:
        until(lambda: nights.status(transfer) == "SUCCEEDED", what="a transfer did not end")  # noqa: B023
        until(
            lambda: (dt.datetime.now(dt.UTC) - nights.polls(transfer)[-1]).total_seconds() > SILENCE,  # noqa: B023
            what="a trigger did not see the end of its transfer",
        )
    nights.cluster.kill("triggerer")
    for subject in subjects:
        nights.task(run_id, WAIT, subject, "deferred")
    nights.cluster.start_service("triggerer")
    nights.end(run_id)
    nights.verify(*subjects)


@pytest.mark.fault(9)
def test_the_scheduler_is_killed_with_its_workers_after_the_service_accepted_a_transfer(
    nights: Nights,
) -> None:
    nights.record("SC107")
    nights.stack.globus.fault(match="POST /v0.10/transfer", do="drop_after")
    nights.stack.globus.fault(match="POST /v0.10/transfer", do="slow", seconds=60)
    run_id = nights.begin("SC107")
    until(lambda: nights.transfers("SC107"), what="nothing was submitted")
    nights.cluster.kill("scheduler")
    # The service has accepted it, and nobody knows.
    assert nights.rows("Acceptance", "SC107") == 0
    nights.stack.globus.clear_faults()
    nights.cluster.start_service("scheduler")
    nights.end(run_id)
    nights.verify("SC107")


@pytest.mark.fault(10)
def test_a_worker_that_stood_still_posts_after_another_one_took_its_place(nights: Nights) -> None:
    nights.record("SC109")
    database, posts = nights.stack.database, nights.posts()
    with ExitStack() as begun, ExitStack() as opened:
        begun.enter_context(database.locked(ITEMS))
        run_id = nights.begin("SC109")
        nights.stopped_at(ITEMS)
        opened.enter_context(database.locked(STATES))
        begun.close()
        # Its submission is committed. It says so, looks whether it is still the one to post it, and posts.
        nights.stopped_at(STATES)
        worker = nights.task(run_id, SUBMIT, "SC109", "running")["pid"]
        supervisor = parent(worker)
        for pid in (supervisor, worker):
            os.kill(pid, signal.SIGSTOP)
    nights.task(run_id, SUBMIT, "SC109", "success")
    assert nights.posts() == posts + 1
    os.kill(worker, signal.SIGCONT)
    until(lambda: nights.posts() == posts + 2, what="the first worker did not post any more")
    # It learns that its try is over, and ends its worker.
    os.kill(supervisor, signal.SIGCONT)
    nights.end(run_id)
    nights.verify("SC109")


def test_one_more_night_over_everything_sends_nothing(nights: Nights) -> None:
    nights.verify_one_more()
