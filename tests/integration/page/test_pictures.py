"""The pictures of docs/archive_page.md: taken anew whenever the page says something else."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.chromium import Chromium, missing
from tests.integration.catalog.samples import manifest, record, state, submission
from tests.integration.page.conftest import Api, served_catalog
from tests.integration.page.test_in_chromium import FRAME, in_frame

from session_archive import clock
from session_archive.catalog.open import Catalog
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.settings.load import Settings
from session_archive.states.state import State
from session_archive.transfers.submission import End, Outcome
from support.sample_rig import SAMPLES, Sample
from support.stack import Stack

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(missing()), reason=missing()),
]

DOCS = Path(__file__).resolve().parents[3] / "docs"

#: As a night says them.
REASONS = {
    State.NOT_FOUND: "no such folder: nothing of that subject and day is on rig or far-rig",
    State.EMPTY: "the folder has no file that can be archived",
    State.AMBIGUOUS: "2 sessions on that day, and its recording began with neither of them",
    State.UNCLAIMED: "no session of SC022 on 2019-08-09; 7 files, 61 kB",
}

#: The page within Airflow, what it says, and the name of its picture.
PICTURES = [
    ("plugin/archive", "safe of 18 expected", "archive_page"),
    ("plugin/archive/archive/not-safe", "copy the recording into the folder", "archive_page_not_safe"),
    ("plugin/archive/archive/data-set?kind=raw-ephys&id={id}", "Where it is", "archive_page_data_set"),
]


def ident_of(sample: Sample) -> str:
    """As the samples' folders are numbered."""
    return "1" if (sample.subject, sample.lab_session.number) == ("SC035", 2) else ""


def fill(catalog: Catalog, settings: Settings) -> uuid.UUID:
    """The states in which the sample rig ends; returns the target of the first data set."""
    first = None
    for number, sample in enumerate(SAMPLES):
        kind = sample.data_set_type
        name = DataSetName(kind, SessionName(sample.subject, sample.date, ident_of(sample)))
        session = next(
            (each for each in catalog.expected_sessions(kind) if str(each) == sample.session), None
        )
        row = state(
            session, data_set_type=kind, what=sample.state, session=sample.session, run_id="night 1",
            reason=REASONS.get(sample.state, ""), data_set=str(name) if sample.directory else "",
            path=f"rig:{sample.directory}" if sample.directory else "", n_files=sample.n_files,
            target=session.id if session else name.id, n_bytes=sample.n_files * 9_000_000_000,
        )  # fmt: skip
        if sample.state is not State.ARCHIVED:
            catalog.states.record([row])
            continue
        place = settings.locations[settings.data_sets[kind].location]
        files = manifest(*((f"{number}/{file:02}.bin", 9_000_000_000) for file in range(sample.n_files)))
        catalog.ledger.save_manifest(files)
        sent = submission(
            name,
            manifest_id=files.id,
            destination=place.name,
            source="rig",
            submission_id=uuid.UUID(int=number + 1),
            items=tuple(file.path for file in files.files),
        )
        catalog.ledger.begin(sent, max_unfinished=100)
        catalog.ledger.accept(sent.submission_id, uuid.UUID(int=100 + number))
        catalog.ledger.finish(
            sent.submission_id, Outcome(End.SUCCEEDED, n_files=sample.n_files, n_bytes=row.n_bytes)
        )
        record(
            catalog, session, data_set=name, manifest=files, place=place, state=row, directory=sample.directory,
            submission_id=sent.submission_id, link_table=settings.data_sets[kind].link_table,
        )  # fmt: skip
        first = first or row.target
    assert first is not None
    return first


def end_a_night(api: Api) -> None:
    """Airflow's newest run of the nightly DAG, which ended well; a test has no scheduler that would begin one."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session

    run_id, began = f"night_{uuid.uuid4()}", clock.utc_now() - dt.timedelta(hours=4)
    with api.client(api.token("ann")) as ann:
        body = {"dag_run_id": run_id, "logical_date": None}
        assert ann.post("/api/v2/dags/upload_sessions/dagRuns", json=body).status_code == 200
    with create_session() as session:
        session.execute(
            update(DagRun)
            .where(DagRun.run_id == run_id)
            .values(state="success", start_date=began, end_date=began + dt.timedelta(hours=3, minutes=12))
        )


@pytest.fixture(scope="module")
def sample_site(api: Api) -> Iterator[tuple[Stack, uuid.UUID]]:
    with served_catalog(api) as stack, stack.catalog() as catalog:
        yield stack, fill(catalog, stack.settings)


def test_the_pictures_show_what_the_page_says(api: Api, sample_site: tuple[Stack, uuid.UUID]) -> None:
    _, target = sample_site
    end_a_night(api)
    new = []
    with Chromium(cookies={"_token": api.token("ann")}, url=api.url) as browser:
        browser.size(1280, 860)
        for address, words, name in PICTURES:
            browser.open(f"{api.url}/{address.format(id=target.hex)}")
            in_frame(browser, words)
            text = _without_times(str(browser.ask(f"{FRAME}.document.body.innerText")))
            kept = DOCS / "pictures" / f"{name}.txt"
            if not kept.exists() or kept.read_text() != text:
                kept.parent.mkdir(exist_ok=True)
                kept.write_text(text)
                browser.picture(kept.with_suffix(".png"))
                new.append(name)
    assert not new, f"docs/pictures: {new} are new; look at them, and commit them"


def _without_times(text: str) -> str:
    lines = (line.rstrip() for line in re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d UTC", "TIME", text).splitlines())
    return re.sub(r"\b\d+ min\b", "AGE", "\n".join(lines)) + "\n"
