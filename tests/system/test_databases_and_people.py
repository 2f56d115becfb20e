"""A whole Airflow that loses its databases and the service, and is disturbed by people; it keeps its secrets, too."""

import pytest
from tests.system.canaries import dump_mariadb, files_below, leaks, token_hashes
from tests.system.nights import (
    DISCOVER,
    RECORD,
    RETRIEVE,
    SUBMIT,
    TWO_AT_ONCE,
    UPLOAD,
    WAIT,
    Nights,
    until,
)  # fmt: skip

from session_archive.states.state import State

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.mark.fault(12)
def test_two_runs_take_up_the_same_data_sets(nights: Nights) -> None:
    subjects = ("SC110", "SC111")
    nights.record(*subjects)
    nights.hold_transfers()
    runs = [nights.begin(*subjects, dag_id=TWO_AT_ONCE) for _ in range(2)]
    for run_id in runs:
        for subject in subjects:
            nights.task(run_id, SUBMIT, subject, "success", "deferred", dag_id=TWO_AT_ONCE)
    nights.release_transfers()
    for run_id in runs:
        nights.end(run_id, dag_id=TWO_AT_ONCE)
    nights.verify(*subjects)


@pytest.mark.fault(14, 15, 16)
def test_a_person_clears_a_wait_marks_it_success_and_clears_a_submit(nights: Nights) -> None:
    nights.record("SC112")
    nights.hold_transfers()
    run_id = nights.begin("SC112")
    index = nights.task(run_id, WAIT, "SC112", "deferred")["map_index"]
    nights.api.clear(UPLOAD, run_id, [(WAIT, index)])
    until(
        lambda: nights.task(run_id, WAIT, "SC112", "deferred")["try_number"] == 2,
        what="the cleared wait did not start again",
    )
    path = f"/dags/{UPLOAD}/dagRuns/{run_id}/taskInstances/{WAIT}/{index}"
    nights.api.call("PATCH", path, json={"new_state": "success"})
    nights.end(run_id)
    assert nights.state("SC112") is State.SUBMITTED
    assert nights.rows("DataSet", "SC112") == 0
    nights.release_transfers()
    night_after = nights.begin("SC112")
    nights.end(night_after)
    nights.verify("SC112")
    nights.api.clear(UPLOAD, night_after, [(SUBMIT, index)], downstream=True)
    nights.end(night_after)
    nights.verify("SC112")
    assert nights.announced(night_after) == ["SC112"]
    assert not [line for line in nights.stack.globus.requests("POST") if line["path"].endswith("/cancel")]


@pytest.mark.fault(39, 55)
def test_the_service_and_the_catalogs_database_are_away_during_a_wait_and_at_record(nights: Nights) -> None:
    nights.record("SC113")
    nights.hold_transfers()
    run_id = nights.begin("SC113")
    nights.task(run_id, WAIT, "SC113", "deferred")
    nights.stack.globus.kill()
    until(lambda: "No answer" in nights.logs(run_id, WAIT), what="nobody missed the service")
    nights.stack.database.kill()
    # Its faults are gone: the transfer ends.
    nights.stack.globus.start()
    nights.task(run_id, RECORD, "SC113", "up_for_retry")
    nights.stack.database.start()
    nights.end(run_id)
    nights.verify("SC113")


@pytest.mark.fault(58)
def test_airflows_own_database_is_restarted_during_a_night(nights: Nights) -> None:
    nights.record("SC114")
    nights.hold_transfers()
    run_id = nights.begin("SC114")
    nights.task(run_id, WAIT, "SC114", "deferred")
    services = ("scheduler", "triggerer")
    before = {service: nights.missed_its_database(service) for service in services}
    nights.cluster.kill("postgres")
    nights.release_transfers()
    for service in services:
        until(
            lambda: nights.missed_its_database(service) > before[service],  # noqa: B023
            what=f"the {service} did not miss its database",
        )
    nights.cluster.start_service("postgres")
    nights.end(run_id)
    nights.verify("SC114")


@pytest.mark.fault(62)
def test_no_secret_is_logged_stored_or_shown(nights: Nights) -> None:
    stack, api, secrets = nights.stack, nights.api, nights.secrets
    for dag_id in (DISCOVER, RETRIEVE):
        api.unpause(dag_id)
    nights.record("SC115")
    nights.end(nights.begin("SC115"))
    secrets["refresh token"] = stack.globus.refresh_token()
    urls = {"auth_url": stack.globus.url, "transfer_url": stack.globus.url}
    extra = {**urls, "refresh_token": secrets["refresh token"]}
    api.set_connection("globus_default", "globus", login=stack.globus.client_id, extra=extra)
    nights.ended(nights.begin("SC115", dag_id=RETRIEVE), dag_id=RETRIEVE)
    # A revoked login, the catalog's server away, a wrong password.
    stack.globus.fault(match="* /v0.10/*", do="unauthorized", times=0)
    assert nights.ended(nights.begin(dag_id=RETRIEVE), dag_id=RETRIEVE)["state"] == "failed"
    stack.globus.clear_faults()
    stack.database.kill()
    run_id = nights.begin(dag_id=DISCOVER)
    until(lambda: nights.tasks(run_id, dag_id=DISCOVER)["select up_for_retry"], what="nobody missed it")
    stack.database.start()
    nights.ended(run_id, dag_id=DISCOVER)
    stack.database.execute("ALTER USER 'session_archive'@'%%' IDENTIFIED BY 'another'")
    assert nights.ended(nights.begin(dag_id=DISCOVER), dag_id=DISCOVER)["state"] == "failed"
    stack.set_up(nights.cluster.environment())

    database = stack.database
    dumps = {
        "Airflow's database": nights.cluster.postgres.dump().encode(),
        "the catalog's database": dump_mariadb(
            port=database.port, user=database.root_user, password=database.root_password
        ),
    }
    # Rendered templates, XComs and connections are in the one, all that is recorded in the other.
    assert all(b"SC115" in dump for dump in dumps.values())
    files = dict(files_below(stack.directory))
    logs = b"".join(content for path, content in files.items() if path.endswith(".log"))
    for logger in (b'"logger":"urllib3.connectionpool"', b'"logger":"globus_sdk.', b'"level":"debug"'):
        assert logger in logs, logger
    tokens = token_hashes(stack.directory / "state.sqlite")
    assert tokens
    assert leaks([*files.items(), *dumps.items()], secrets=secrets, tokens=tokens) == []
    assert nights.arguments.seen > 1000
    assert nights.arguments.leaks == set()


def test_one_more_night_over_everything_sends_nothing(nights: Nights) -> None:
    nights.verify_one_more()
