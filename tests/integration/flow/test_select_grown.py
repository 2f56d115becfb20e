"""A night's select reads what the rig has and what is open: not all that is archived."""

import json
from collections.abc import Iterator

import pytest

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook, listing_rate
from archive_flow.run.report import Selected
from archive_flow.select.choose import select
from archive_flow.select.on_rig import OnRig
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.settings_layout import layout_of
from session_archive.request.selection import Selection
from session_archive.states.state import State, StateRow
from support.sample_history import Recorded, fill_history, make_rig
from support.sample_history_rows import KIND
from support.stack import Stack

FEW, MANY = 2500, 4500
#: Of the newest: these have a folder; the others of 2,000 had one when a rig was last looked at.
ON_RIG = 20


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack() as stack:
        stack.enter_sessions([])
        stack.install_catalog()
        make_rig(stack.rig, range(ON_RIG))
        archive = stack.archive / "4ElectrodeRig_Ephys"
        for root in (stack.rig, archive):
            (root / ".session-archive").mkdir()
        for animal in range(200):
            (archive / f"BM{animal}").mkdir()
        fill_history(
            stack.database,
            layout_of(stack.settings),
            stack.settings.locations["archive-ephys"],
            FEW,
        )
        yield stack


def night(stack: Stack, catalog: Catalog) -> Selected:
    settings = stack.settings.model_copy(update={"sources": {"rig": stack.settings.sources["rig"]}})
    run = Run(
        route="upload",
        settings=settings,
        catalog=catalog,
        hook=globus_hook(settings),
        rate=listing_rate(1000),
        selection=Selection.from_params({"kinds": [KIND]}, kinds=tuple(settings.data_sets)),
        params={},
        dag_id="upload_sessions",
        run_id="night",
    )
    selected = select(OnRig(run))
    assert isinstance(selected, Selected)
    return selected


def rows_read(catalog: Catalog) -> int:
    status = catalog.connection.query("SHOW SESSION STATUS LIKE 'Handler_read%%'").fetchall()
    return sum(int(count) for _, count in status)


def test_a_night_without_anything_new_judges_what_is_open_only(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    globus = stack.globus
    extra = {"auth_url": globus.url, "transfer_url": globus.url}
    login = {"login": globus.client_id, "password": globus.client_secret}
    monkeypatch.setenv(
        "AIRFLOW_CONN_GLOBUS_DEFAULT", json.dumps({"conn_type": "globus", **login, "extra": extra})
    )
    location = stack.settings.locations["archive-ephys"]
    read = {}
    for until in (FEW, MANY):
        if until == MANY:
            fill_history(stack.database, layout_of(stack.settings), location, MANY, first=FEW)
        with stack.catalog() as catalog:
            night(stack, catalog)  # some were on the rig until now
            catalog.review([KIND])
            before = rows_read(catalog)
            report = night(stack, catalog).report
            read[until] = rows_read(catalog) - before
            newest = {row.data_set: row for row in catalog.states.newest_rows(data_set_type=KIND)}
        assert not report.changes
    gone, kept = (newest[str(Recorded(number).name)] for number in (ON_RIG, 0))
    assert (gone.state, gone.reason) == (State.ARCHIVED, "on the rig: no such folder")
    assert (kept.state, kept.reason) == (State.ARCHIVED, "")
    assert sum(report.states.values()) < FEW, "sessions that are archived and gone are not judged again"


def test_a_session_that_changed_is_judged_again_though_its_folder_is_gone(stack: Stack) -> None:
    old = str(Recorded(FEW - 1).name)
    with stack.catalog() as catalog:
        row = next(each for each in catalog.states.newest_rows(data_set_type=KIND) if each.data_set == old)
        before = catalog.open_sessions(KIND, days=(), keys=())
        assert row.target not in {each.id for each in before.sessions}
        catalog.states.record([StateRow(KIND, row.target, State.CHANGED, data_set=old, session=row.session)])
        now = catalog.open_sessions(KIND, days=(), keys=())
        assert row.target in {each.id for each in now.sessions}
        assert [str(each.name) for each in now.linked[row.target]] == [old]


def test_a_session_whose_folder_comes_back_is_judged_in_any_case_of_its_name(stack: Stack) -> None:
    name = Recorded(FEW - 2).name.session
    with stack.catalog() as catalog:
        found = catalog.open_sessions(KIND, days=[(name.subject.lower(), name.date)], keys=())
    assert (name.subject, name.date) in {(each.subject, each.date) for each in found.sessions}
