"""With three thousand waiting sessions, one run selects as many as Airflow can map, even if the limits allow more."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from airflow.configuration import conf

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook, listing_rate
from archive_flow.run.report import Selected
from archive_flow.select.choose import select
from archive_flow.select.on_rig import OnRig
from session_archive.catalog.open import Catalog
from session_archive.request.selection import Selection
from session_archive.settings.load import Settings
from session_archive.states.state import State
from support.sample_rig import LabSession, make_recordings
from support.stack import Stack

N_SESSIONS = 3_000


def sessions() -> list[LabSession]:
    """A hundred animals, with one session a day."""
    return [
        LabSession(
            animal, f"SC{100 + animal}", day + 1, dt.date(2021, 3, 1) + dt.timedelta(day), dt.time(10, 0)
        )
        for animal in range(100)
        for day in range(N_SESSIONS // 100)
    ]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Settings, Catalog]]:
    with Stack() as stack:
        globus = stack.globus
        connection = {
            "conn_type": "globus",
            "login": globus.client_id,
            "password": globus.client_secret,
            "extra": {"auth_url": globus.url, "transfer_url": globus.url},
        }
        monkeypatch.setenv("AIRFLOW_CONN_GLOBUS_DEFAULT", json.dumps(connection))
        make_recordings(stack.rig, sessions())
        stack.enter_sessions(sessions())
        settings = stack.settings.model_copy(update={"sources": {"rig": stack.settings.sources["rig"]}})
        stack.install_catalog()
        with stack.catalog() as catalog:
            yield settings, catalog


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_run_maps_at_most_what_airflow_allows_and_leaves_the_rest_ready(site) -> None:
    settings, catalog = site
    # Airflow refuses to map more than this: the run would fail, and all later ones too.
    mapped = conf.getint("core", "max_map_length")
    assert mapped < N_SESSIONS
    run = Run(
        route=UPLOAD.name,
        settings=settings.model_copy(
            update={"limits": settings.limits.model_copy(update={"data_sets_per_night": 2 * N_SESSIONS})}
        ),
        catalog=catalog,
        hook=globus_hook(settings),  # for the root of the archive: the rig is mounted
        rate=listing_rate(10),
        selection=Selection.from_params({"kinds": ["raw-ephys"]}, kinds=tuple(settings.data_sets)),
        params={},
        dag_id="upload_sessions",
        run_id="night",
    )
    selected = select(OnRig(run))
    assert isinstance(selected, Selected)
    work_items = selected.work_items
    assert (len(work_items), selected.report.remaining) == (mapped, N_SESSIONS - mapped)
    dates = [work_item.name.session.date for work_item in work_items]
    assert dates == sorted(dates, reverse=True), "the newest first"
    states = Counter(row.state for row in catalog.states.newest_rows(data_set_type="raw-ephys"))
    assert states == {State.READY: N_SESSIONS - mapped}
