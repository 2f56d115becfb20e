"""In a whole Airflow: waits are deferred, cleared tasks attach to their transfer again, asset events and forms work."""

import datetime as dt
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.chromium import Chromium, missing

from session_archive.airflow_client import api as client
from session_archive.airflow_client.login import AirflowLogin
from session_archive.airflow_client.run import Run
from session_archive.airflow_client.transfers import RunProgress
from session_archive.states.state import State
from support.airflow import Airflow
from support.processes import Processes
from support.sample_rig import SAMPLES, lab_sessions, make_rig
from support.stack import Stack

ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}

HELD_UP = "/4ElectrodeRig_Ephys/SC038/catgt_SC038_010121_g0/*"

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "upload_run.png"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Stack, Airflow]]:
    """A stack with its Airflow, shared by the tests of this module: starting one takes half a minute."""
    with Stack(poll_interval="2 s") as stack, Processes() as processes:
        make_rig(stack.rig)
        # One transfer stays under way until a test releases it, however slow this machine is.
        stack.globus.fault(file=HELD_UP, do="permission_denied", times=0)
        stack.enter_sessions(lab_sessions())
        airflow = stack.start_airflow(processes)
        stack.set_up(airflow.environment)
        airflow.unpause("upload_sessions")
        yield stack, airflow


def wait_until_one_is_deferred(airflow: Airflow, run_id: str) -> int:
    """The map index of a deferred wait for a transfer that does not end by itself."""
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        for task in airflow.task_instances("upload_sessions", run_id):
            held_up = (task["rendered_map_index"] or "") == "raw-ephys/SC038/2021-01-01"
            if held_up and (task["task_id"], task["state"]) == ("data_set.wait", "deferred"):
                return task["map_index"]
        time.sleep(0.5)
    raise AssertionError("no wait was deferred")


def progress_of(airflow: Airflow, run_id: str) -> RunProgress:
    """How far the run is, as people read it, once the other transfers are over and the held one has reported."""
    login = AirflowLogin(airflow.url, airflow.username, airflow.password)
    run = Run(client.AirflowApi(login), "upload_sessions", run_id)
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        seen = run.progress
        if seen.under_way == 1 and seen.total.as_of:
            return seen
        time.sleep(0.5)
    raise AssertionError("the wait has reported nothing")


@pytest.mark.fault(15)
def test_waits_are_deferred_and_a_cleared_one_attaches_to_the_same_transfer(running) -> None:
    stack, airflow = running
    assert airflow.import_errors() == []
    run_id = airflow.scheduled_run("upload_sessions")
    map_index = wait_until_one_is_deferred(airflow, run_id)
    seen = progress_of(airflow, run_id)
    assert seen.total.total_files is not None and seen.total.total_bytes
    assert seen.line(now=dt.datetime.now(dt.UTC)).startswith("1 transfer under way: ")
    report = airflow.xcom("upload_sessions", run_id, "data_set.wait", key="progress", map_index=map_index)
    assert report["expected_files"] and report["expected_bytes"], report
    airflow.clear("upload_sessions", run_id, [("data_set.wait", map_index)])
    stack.globus.clear_faults()
    assert airflow.wait("upload_sessions", run_id)["state"] == "success"
    links = airflow.call(
        "GET",
        f"/dags/upload_sessions/dagRuns/{run_id}/taskInstances/data_set.wait/links",
        params={"map_index": map_index},
    )["extra_links"]
    (link,) = links.values()
    assert link.startswith(f"{stack.globus.url}/activity/")
    assert "SUCCEEDED" in httpx.get(link, trust_env=False).text
    archived = {sample for sample in SAMPLES if sample.state is State.ARCHIVED}
    assert len(stack.globus.effects("accepted")) == len(archived)
    assert not [line for line in stack.globus.requests("POST") if line["path"].endswith("/cancel")]
    kinds = Counter(data_set.split("/")[0] for data_set in airflow.archived(run_id))
    assert kinds == Counter(sample.data_set_type for sample in archived)
    mapped = [task for task in airflow.task_instances("upload_sessions", run_id) if task["map_index"] >= 0]
    assert {task["rendered_map_index"].partition("/")[0] for task in mapped} == {"raw-ephys", "raw-video"}
    assert len(mapped) == 3 * len(archived)


def test_repeating_a_night_archives_nothing_and_sends_no_event(running) -> None:
    stack, airflow = running
    before = len(stack.globus.effects("accepted"))
    run_id = airflow.trigger("upload_sessions", ONE_DATA_SET)
    assert airflow.wait("upload_sessions", run_id)["state"] == "success"
    assert len(stack.globus.effects("accepted")) == before
    assert airflow.asset_events(source_run_id=run_id) == []


def test_the_globus_connection_has_its_form(running) -> None:
    _, airflow = running
    token = httpx.post(
        f"{airflow.url}/auth/token", json={"username": airflow.username, "password": airflow.password}
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    forms = httpx.get(f"{airflow.url}/ui/connections/hook_meta", headers=headers).json()
    (form,) = [form for form in forms if form["connection_type"] == "globus"]
    assert {"refresh_token", "transfer_url", "auth_url"} <= form["extra_fields"].keys()


@pytest.mark.parametrize("connection_id", ["globus_default", "archive_catalog"])
def test_the_test_button_of_a_connection_calls_its_service(running, connection_id: str) -> None:
    _, airflow = running
    connection = airflow.call("GET", f"/connections/{connection_id}")
    # As the UI posts it: '' and 0 for fields without a value.
    body = {name: "" if value is None else value for name, value in connection.items() if name != "team_name"}
    body |= {"port": connection["port"] or 0, "password": "***"}
    answer = airflow.call("POST", "/connections/test", json=body)
    assert answer["status"] is True, answer["message"]


def test_the_archive_page_shows_the_night_in_the_real_api_server(running) -> None:
    _, airflow = running
    client = httpx.Client(base_url=airflow.url, timeout=60, trust_env=False)
    assert client.get("/archive/").status_code == 401
    login = {"username": airflow.username, "password": airflow.password}
    client.cookies.set("_token", client.post("/auth/token", json=login).json()["access_token"])
    [shown] = [plugin for plugin in client.get("/api/v2/plugins").json()["plugins"] if plugin["fastapi_apps"]]
    assert [view["destination"] for view in shown["external_views"]] == ["nav", "dag", "dag_run"]
    archived = [sample for sample in SAMPLES if sample.state is State.ARCHIVED]
    rows = client.get("/archive/data-sets.csv", params={"state": "archived"}).text.splitlines()[1:]
    assert len(rows) == len(archived)
    page = client.get("/archive/").text
    assert f"<b>{len(archived)}</b> safe of" in page and "<b>success</b> last night" in page
    [run_id] = {row.rpartition(",")[2] for row in rows}
    compared = client.get("/archive/run.csv", params={"dag_id": "upload_sessions", "run_id": run_id}).text
    assert compared.count(",verified,") == len(archived)


def test_it_listens_on_this_machine_only(running) -> None:
    _, airflow = running
    listening = {
        line.split()[9]: line.split()[1].partition(":")[0]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    }
    addresses = [listening[inode] for inode in sockets_of(airflow.home) if inode in listening]
    # 127.0.0.1, as the kernel writes it: the API, and what tasks use between them.
    assert set(addresses) == {"0100007F"}


def sockets_of(home: Path) -> set[str]:
    """The inodes of the sockets that processes of an Airflow have open."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # Its processes work in their home; their environment is where they write their titles.
            if (process / "cwd").readlink() == home:
                links = [str(link.readlink()) for link in (process / "fd").iterdir()]
                inodes |= {link[8:-1] for link in links if link.startswith("socket:[")}
        except OSError:  # ended meanwhile
            continue
    return inodes


def test_no_secret_reaches_logs_xcoms_or_rendered_fields(running) -> None:
    stack, _ = running
    secrets = [value.encode() for value in stack.secrets]
    assert all(secrets)
    for path in (stack.directory / "airflow").rglob("*"):
        if path.is_file() and path.suffix not in (".json", ".cfg"):
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path


@pytest.mark.long
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_the_picture_of_a_night_shows_what_airflow_shows(running) -> None:
    stack, airflow = running
    stack.globus.clear_faults()
    run_id = airflow.scheduled_run("upload_sessions")
    airflow.wait("upload_sessions", run_id)
    login = {"username": airflow.username, "password": airflow.password}
    token = httpx.post(f"{airflow.url}/auth/token", json=login, trust_env=False).json()["access_token"]
    with Chromium(cookies={"_token": token}, url=airflow.url) as browser:
        browser.size(1400, 800)
        browser.open(f"{airflow.url}/dags/upload_sessions/runs/{run_id}")
        browser.wait("document.body.innerText.includes('raw-video/SC038/2021-01-01')")
        kept, shown = PICTURE.with_suffix(".txt"), _without_times(browser.text())
        is_new = not kept.exists() or kept.read_text() != shown
        if is_new:
            kept.write_text(shown)
            browser.picture(PICTURE)
    assert not is_new, f"{PICTURE.name} is new; look at it, and commit it"


def _without_times(text: str) -> str:
    """Each line once, in the order of the alphabet, since tasks end in any order; no times, tries and durations."""
    lines = {line.strip() for line in re.sub(r"20\d\d-\d\d-\d\d[ T].*", "TIME", text).splitlines()}
    return "".join(
        f"{line}\n" for line in sorted(lines) if line and not re.search(r"\t\d|\t\t|\d\d:\d\d|TIME", line)
    )
