"""A catalog with something of each thing that `status` shows."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from tests.integration.catalog.samples import TWO_FILES, Site, nth, record, state, submission

from session_archive.catalog.open import Catalog
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State
from session_archive.transfers.standing import Answer
from session_archive.transfers.submission import End, Outcome
from support.sample_lab import LabRow, add_sessions

STRAY = DataSetName("raw-ephys", SessionName("SC099", dt.date(2020, 5, 5)))


def fill(site: Site) -> Site:
    """Add something of each thing that `status` shows to the catalog of a site."""
    rows = [LabRow(9, "SC009", n, dt.datetime(2021, 1, 31, n, 5)) for n in range(1, len(State) + 3)]
    add_sessions(site.sample, [*rows, LabRow(11, 'ä"1%s', 1, dt.datetime(2019, 6, 1, 8))])
    catalog = site.open()
    sessions = [each for each in catalog.expected_sessions("raw-ephys") if each.subject == "SC009"]
    further = state(
        what=State.FAILED, data_set=str(STRAY), target=STRAY.id, session="SC099 2020-05-05 10:00 g1"
    )
    folder = state(what=State.UNCLAIMED, data_set="", target=uuid.uuid4(), path="rig:SC022/surface")
    given = {"reason": "as it is\ntwo lines", "path": "rig:SC009/x", "n_files": 27, "n_bytes": 10**12}
    catalog.states.record(
        [
            *(
                state(each, what=what, data_set="", **given)
                for each, what in zip(sessions, State, strict=False)
            ),
            *(state(each, what=State.WAITING, data_set_type="tracking-video") for each in sessions[:5]),
            further,
            folder,
            replace(
                folder, target=uuid.uuid4(), path="rig:SC099/SC099_050520_g0", session="SC099 2020-05-05"
            ),
            state(target=uuid.uuid4(), what=State.FAILED),
        ]
    )
    record(catalog, catalog.expected_sessions("raw-ephys")[0])
    _unfinished(catalog)
    decision = Decision(
        Verdict.ACCEPT_CONTENT, data_set=str(nth(5)), manifest_id=TWO_FILES.id, decided_by="ann", why="looked"
    )
    catalog.unconfirmed.record([decision], sidecar_of="raw-ephys/SC009/2021-01-31", sidecar_at="archive")
    return site


def _unfinished(catalog: Catalog) -> None:
    catalog.ledger.save_manifest(TWO_FILES)
    answers = (Answer.NEEDS_PERSON, Answer.NONE, Answer.UNDER_WAY, None, Answer.NEEDS_PERSON)
    for number, answer in enumerate(answers):
        begun = submission(nth(number))
        catalog.ledger.begin(begun, max_unfinished=100)
        if answer:
            catalog.inquiries.record(begun.submission_id, answer, "the service's words")
    # It has ended since somebody was needed.
    catalog.ledger.finish(begun.submission_id, Outcome(End.FAILED, "no room"))
