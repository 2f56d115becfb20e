"""The states of data sets while a place, a folder, or one data set cannot be listed."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from archive_flow.routes import DISCOVER, UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.listing_rate import listing_rate
from archive_flow.run.readers import globus_hook, globus_reader
from archive_flow.run.report import Report
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import assess_folders
from archive_flow.select.isolate import assess_alone
from archive_flow.sidecar.existing import sidecars_present
from session_archive.errors import ListingError, MissingDirectoryError, NamingError, NoAnswerError
from session_archive.naming.session_name import DataSetName
from session_archive.request.selection import Selection
from session_archive.sidecar.document import sidecar_folder
from session_archive.states.state import State, StateRow
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

NEW_YEAR = "SC038/catgt_SC038_010121_g0"
NEW_YEAR_BEFORE = "SC038/catgt_SC038_010120_g0"


@pytest.fixture(scope="module")
def first_run() -> Iterator[Run]:
    """A run over a rig that is listed through Globus; a second rig is empty."""
    with Stack(staging=True) as stack:
        make_rig(stack.far_rig)
        stack.enter_sessions(lab_sessions())
        stack.install_catalog()
        globus = stack.globus
        connection = {
            "conn_type": "globus",
            "login": globus.client_id,
            "password": globus.client_secret,
            "extra": {"auth_url": globus.url, "transfer_url": globus.url},
        }
        with pytest.MonkeyPatch.context() as patch, stack.catalog() as catalog:
            patch.setitem(os.environ, "AIRFLOW_CONN_GLOBUS_DEFAULT", json.dumps(connection))
            settings = stack.settings
            run = Run(
                route=UPLOAD.name,
                settings=settings,
                catalog=catalog,
                hook=globus_hook(settings),
                rate=listing_rate(1000),
                selection=Selection.from_params({"kinds": ["raw-ephys"]}, kinds=tuple(settings.data_sets)),
                params={},
                dag_id="upload_sessions",
                run_id="night 1",
            )
            patch.setattr(Run, "globus", globus, raising=False)
            yield run


@pytest.fixture
def run(first_run: Any) -> Iterator[Run]:
    """The run as a new task has it; the faults of a test are cleared afterwards."""
    yield replace(first_run, report=Report(), unlisted=[])
    first_run.globus.clear_faults()


def judged(run: Run) -> tuple[dict[str, WorkItem], dict[str, StateRow]]:
    """Directory -> work item; session -> its state."""
    found = list(assess_folders(run))
    return (
        {each.directory: each for each in found if isinstance(each, WorkItem)},
        {each.session: each for each in found if isinstance(each, StateRow)},
    )


def test_a_complete_listing_selects_both_sessions_and_calls_others_not_found(run: Any) -> None:
    work_items, rows = judged(run)
    assert {NEW_YEAR, NEW_YEAR_BEFORE} <= work_items.keys()
    assert State.NOT_FOUND in {row.state for row in rows.values()}
    assert run.unlisted == []


@pytest.mark.parametrize("do", ["offline", "twice", "no_type", "time_broken", "permission_denied"])
def test_a_root_that_cannot_be_listed_is_reported_and_nothing_is_called_not_found(run: Any, do: str) -> None:
    run.globus.fault(listing="far_rig:/data", do=do, times=0)
    work_items, rows = judged(run)
    assert work_items == {}
    assert not {row.state for row in rows.values()} & {State.NOT_FOUND, State.REFUSED}
    assert list(run.report.unlisted) == ["far-rig"]


def test_an_unlisted_folder_of_one_subject_hides_only_that_subject(run: Any) -> None:
    _, before = judged(replace(run, report=Report(), unlisted=[]))
    run.globus.fault(listing="far_rig:/data/SC038", do="offline", times=0)
    work_items, rows = judged(run)
    assert not any(directory.startswith("SC038") for directory in work_items)
    assert not any(session.startswith("SC038") for session in rows)
    others = {session for session in before if not session.startswith("SC038")}
    assert others == rows.keys()
    ((where, why),) = run.report.unlisted.items()
    assert where == "far-rig:SC038"
    assert "GCDisconnected" in why


@pytest.mark.parametrize(
    ("do", "below", "state"),
    [
        ("offline", "", State.WAITING),
        ("offline", "/SC038_010121_g0_imec0", State.WAITING),
        ("size_negative", "", State.REFUSED),
        ("twice", "/SC038_010121_g0_imec0", State.REFUSED),
    ],
)
def test_a_data_set_that_cannot_be_listed_does_not_affect_others(
    run: Any, do: str, below: str, state: State
) -> None:
    run.globus.fault(listing=f"far_rig:/data/{NEW_YEAR}{below}", do=do, times=0)
    work_items, rows = judged(run)
    assert NEW_YEAR not in work_items
    assert NEW_YEAR_BEFORE in work_items
    row = next(row for row in rows.values() if row.path == f"far-rig:{NEW_YEAR}")
    assert row.state is state
    assert NEW_YEAR in row.reason
    # A refusal fails the run; no answer must be reported.
    assert list(run.report.unlisted) == ([f"far-rig:{NEW_YEAR}"] if do == "offline" else [])


def test_a_place_that_does_not_answer_is_retried_while_airflow_has_tries_left(run: Any) -> None:
    run.globus.fault(listing="far_rig:/data/SC038", do="offline", times=0)
    with pytest.raises(NoAnswerError, match="GCDisconnected"):
        judged(replace(run, tries_left=True))


def test_an_unclaimed_folder_is_not_called_gone_while_its_place_is_unlisted(run: Any) -> None:
    _, rows = judged(run)
    add_unclaimed = [row for row in rows.values() if row.state is State.UNCLAIMED]
    assert add_unclaimed
    run.catalog.states.record(add_unclaimed)
    subject = add_unclaimed[0].path.removeprefix("far-rig:").partition("/")[0]
    hidden = replace(run, report=Report(), unlisted=[])
    hidden.globus.fault(listing=f"far_rig:/data/{subject}", do="offline", times=0)
    assert State.GONE not in {row.state for row in judged(hidden)[1].values()}


def test_an_incompletely_listed_destination_is_never_treated_as_empty(run: Any) -> None:
    work_items, _ = judged(run)
    work_item = work_items[NEW_YEAR]
    archive = run.settings.locations["archive-ephys"]
    with pytest.raises(MissingDirectoryError):
        run.list_destination(work_item)
    folder = f"{archive.directory}/{NEW_YEAR}"
    for path in (folder, f"{folder}/inner"):
        run.hook.make_directory(collection=str(archive.collection), path=path.rpartition("/")[0])
        run.hook.make_directory(collection=str(archive.collection), path=path)
    run.globus.fault(listing=f"archive:{folder}/inner", do="permission_denied")
    with pytest.raises(ListingError, match="inner"):
        run.list_destination(work_item)
    run.globus.fault(listing=f"archive:{folder}/inner", do="offline")
    with pytest.raises(NoAnswerError, match="inner"):
        run.list_destination(work_item)
    assert run.list_destination(work_item).manifest.files == ()
    gone = archive.model_copy(update={"collection": "00000000-1111-2222-3333-444444444444"})
    away = run.settings.model_copy(update={"locations": {**run.settings.locations, "archive-ephys": gone}})
    with pytest.raises(ListingError, match="no such collection") as error:
        replace(run, settings=away).list_destination(work_item)
    assert not isinstance(error.value, MissingDirectoryError)


def test_a_wrong_name_refuses_only_its_data_set(run: Any) -> None:
    work_items, _ = judged(run)

    def judge() -> WorkItem:
        raise NamingError("'a' is listed twice; a manifest has each path once")

    row = assess_alone(run, work_items[NEW_YEAR], judge)
    assert isinstance(row, StateRow)
    assert (row.state, "listed twice" in row.reason) == (State.REFUSED, True)


def test_sidecar_manifests_that_cannot_be_listed_are_not_called_absent(run: Any) -> None:
    name = DataSetName.parse("raw-ephys/SC038/2021-01-01")
    discovery = replace(run, route=DISCOVER.name)
    folder = sidecar_folder(name)
    assert sidecars_present(discovery, "archive-ephys", [name]) == ({}, frozenset())
    where = f"archive:/4ElectrodeRig_Ephys/{folder}"
    run.globus.fault(listing=where, do="permission_denied")
    assert sidecars_present(discovery, "archive-ephys", [name]) == ({}, frozenset())
    assert run.report.left_out_count == 1
    run.globus.fault(listing=where, do="offline")
    assert sidecars_present(discovery, "archive-ephys", [name]) == ({}, frozenset({name}))
    assert list(run.report.unlisted) == [f"archive-ephys:{folder}"]


def test_a_service_that_does_not_answer_is_distinguished_from_a_machine_that_is_off(run: Any) -> None:
    far_rig = run.settings.sources["far-rig"]
    read = globus_reader(run.hook, far_rig, rate=run.rate)
    run.globus.fault(listing="far_rig:/data", do="offline")
    with pytest.raises(NoAnswerError) as error:
        read("")
    assert not error.value.of_service
    run.globus.fault(match="GET */ls", do="malformed")
    with pytest.raises(NoAnswerError) as error:
        read("")
    assert error.value.of_service
    with pytest.raises(ListingError, match="control character"):
        read("SC038/\x01")
