"""What a run says of its data sets while a place, one folder, or one data set of it cannot be listed."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from archive_flow.routes import DISCOVER, UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook, globus_reader, listing_rate
from archive_flow.run.report import Notes, Report, add_up
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed, assess_alone
from archive_flow.select.claims import assess_folders
from archive_flow.select.on_rig import OnRig
from archive_flow.sidecar.existing import SidecarsPresent, sidecars_present
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
    """A run over a rig that is listed through Globus; a second one holds nothing."""
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
    """As a new task has it; what a test has broken is mended behind it."""
    yield first_run
    first_run.globus.clear_faults()


def judged(run: Run) -> tuple[dict[str, WorkItem], dict[str, StateRow], Notes]:
    """Directory -> what is taken up; session -> what has a state; and what else there is to say."""
    found = assess_folders(OnRig(run))
    return (
        {each.directory: each for each in found.work_items},
        {each.session: each for each in found.rows},
        add_up(found.notes),
    )


def unlisted(notes: Notes) -> dict[str, str]:
    """Where -> why, as the report says it."""
    return Report.of(notes).unlisted


def test_a_whole_look_takes_up_both_and_calls_others_not_found(run: Any) -> None:
    work_items, rows, notes = judged(run)
    assert {NEW_YEAR, NEW_YEAR_BEFORE} <= work_items.keys()
    assert State.NOT_FOUND in {row.state for row in rows.values()}
    assert notes.unlisted == ()


@pytest.mark.fault(37, 53)
@pytest.mark.parametrize(
    "do", ["offline", "twice", "no_type", "time_broken", "ends_early", "permission_denied"]
)
def test_a_root_in_trouble_is_reported_and_nothing_is_called_not_found(run: Any, do: str) -> None:
    run.globus.fault(listing="far_rig:/data", do=do, times=0)
    work_items, rows, notes = judged(run)
    assert work_items == {}
    assert not {row.state for row in rows.values()} & {State.NOT_FOUND, State.REFUSED}
    assert list(unlisted(notes)) == ["far-rig"]


def test_a_folder_of_one_subject_hides_that_subject_only(run: Any) -> None:
    _, before, _ = judged(run)
    run.globus.fault(listing="far_rig:/data/SC038", do="offline", times=0)
    work_items, rows, notes = judged(run)
    assert not any(directory.startswith("SC038") for directory in work_items)
    assert not any(session.startswith("SC038") for session in rows)
    others = {session for session in before if not session.startswith("SC038")}
    assert others == rows.keys()
    ((where, why),) = unlisted(notes).items()
    assert where == "far-rig:SC038"
    assert "GCDisconnected" in why


@pytest.mark.fault(28)
@pytest.mark.parametrize(
    ("do", "below", "state"),
    [
        ("offline", "", State.WAITING),
        ("offline", "/SC038_010121_g0_imec0", State.WAITING),
        ("size_negative", "", State.REFUSED),
        ("twice", "/SC038_010121_g0_imec0", State.REFUSED),
    ],
)
def test_trouble_of_one_data_set_is_its_own(run: Any, do: str, below: str, state: State) -> None:
    run.globus.fault(listing=f"far_rig:/data/{NEW_YEAR}{below}", do=do, times=0)
    work_items, rows, notes = judged(run)
    assert NEW_YEAR not in work_items
    assert NEW_YEAR_BEFORE in work_items
    row = next(row for row in rows.values() if row.path == f"far-rig:{NEW_YEAR}")
    assert row.state is state
    assert NEW_YEAR in row.reason
    # A refusal fails the run by itself; silence has to be reported.
    assert list(unlisted(notes)) == ([f"far-rig:{NEW_YEAR}"] if do == "offline" else [])


def test_silence_is_asked_again_while_airflow_has_tries_left(run: Any) -> None:
    run.globus.fault(listing="far_rig:/data/SC038", do="offline", times=0)
    with pytest.raises(NoAnswerError, match="GCDisconnected"):
        judged(replace(run, tries_left=True))


def test_a_folder_that_nobody_claims_is_not_gone_while_it_may_be_hidden(run: Any) -> None:
    _, rows, _ = judged(run)
    add_unclaimed = [row for row in rows.values() if row.state is State.UNCLAIMED]
    assert add_unclaimed
    run.catalog.states.record(add_unclaimed)
    subject = add_unclaimed[0].path.removeprefix("far-rig:").partition("/")[0]
    run.globus.fault(listing=f"far_rig:/data/{subject}", do="offline", times=0)
    assert State.GONE not in {row.state for row in judged(run)[1].values()}


def test_a_destination_that_was_not_seen_whole_is_never_taken_for_empty(run: Any) -> None:
    work_items, _, _ = judged(run)
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
    locations = {**run.settings.locations, "archive-ephys": gone}
    away = run.settings.model_copy(update={"locations": locations})
    with pytest.raises(ListingError, match="no such collection") as error:
        replace(run, settings=away).list_destination(work_item)
    assert not isinstance(error.value, MissingDirectoryError)


def test_a_name_that_cannot_be_kept_is_the_data_set_s_own(run: Any) -> None:
    work_items, _, _ = judged(run)

    def judge() -> Assessed:
        raise NamingError("'a' is listed twice; a manifest has each path once")

    row = assess_alone(work_items[NEW_YEAR], judge).row(run.run_id)
    assert isinstance(row, StateRow)
    assert (row.state, "listed twice" in row.reason) == (State.REFUSED, True)


def test_manifests_that_nobody_could_ask_for_are_not_absent(run: Any) -> None:
    name = DataSetName.parse("raw-ephys/SC038/2021-01-01")
    discovery = replace(run, route=DISCOVER.name)
    folder = sidecar_folder(name)
    assert sidecars_present(discovery, "archive-ephys", [name]) == SidecarsPresent()
    where = f"archive:/4ElectrodeRig_Ephys/{folder}"
    run.globus.fault(listing=where, do="permission_denied")
    present = sidecars_present(discovery, "archive-ephys", [name])
    assert (present.sidecars, present.unseen) == ({}, frozenset())
    assert present.notes.left_out.count == 1
    run.globus.fault(listing=where, do="offline")
    present = sidecars_present(discovery, "archive-ephys", [name])
    assert (present.sidecars, present.unseen) == ({}, frozenset({name}))
    assert list(unlisted(present.notes)) == [f"archive-ephys:{folder}"]


def test_a_service_that_is_away_is_not_taken_for_a_machine_that_is_off(run: Any) -> None:
    far_rig = run.settings.sources["far-rig"]
    read = globus_reader(run.hook, far_rig, rate=run.rate)
    run.globus.fault(listing="far_rig:/data", do="offline")
    with pytest.raises(NoAnswerError) as error:
        list(read(""))
    assert not error.value.of_service
    run.globus.fault(match="GET */ls", do="malformed")
    with pytest.raises(NoAnswerError) as error:
        list(read(""))
    assert error.value.of_service
    with pytest.raises(ListingError, match="control character"):
        read("SC038/\x01")
