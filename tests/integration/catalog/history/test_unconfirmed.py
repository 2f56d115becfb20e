"""Decisions that only a sidecar manifest tells of wait for a person, and count once they are confirmed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import Site

from session_archive import clock
from session_archive.catalog.open import Catalog
from session_archive.cli.status_report import StatusReport
from session_archive.errors import RefusedError
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import LabSession
from session_archive.terminal import Console

WHEN = dt.datetime(2021, 1, 2, tzinfo=dt.UTC)
FOUND_IN = {"sidecar_of": "raw-ephys/SC022/2021-01-01", "sidecar_at": "ephys"}


def ignored(session: LabSession, **changes) -> Decision:
    whole = Decision(
        Verdict.IGNORE, session_id=session.id, session_key=session.key, session=str(session), decided_by="ann",
        decided_at=WHEN, why="test \x1b[31m",
    )  # fmt: skip
    return replace(whole, **changes)


def test_it_counts_only_once_a_person_confirms_it(catalog: Catalog, site: Site, session: LabSession) -> None:
    decision = ignored(session)
    for _ in range(2):
        catalog.unconfirmed.record([decision], **FOUND_IN)
    [waiting] = catalog.unconfirmed.waiting()
    assert waiting.decision == decision
    assert catalog.decisions.made() == [], "a manifest alone does not make a session expect no data"
    answered = catalog.unconfirmed.answer(waiting.number, confirmed=True, by="bob", why="asked Ann")
    assert answered == waiting
    assert catalog.decisions.made() == [decision]
    assert catalog.unconfirmed.waiting() == []
    catalog.unconfirmed.record([decision], **FOUND_IN)
    assert catalog.unconfirmed.waiting() == [], "it is known, and asked no second time"
    assert site.count("unconfirmed_decision__answer") == 1


def test_a_rejected_one_never_counts_and_is_asked_once(catalog: Catalog, session: LabSession) -> None:
    catalog.unconfirmed.record([ignored(session)], **FOUND_IN)
    [waiting] = catalog.unconfirmed.waiting()
    catalog.unconfirmed.answer(waiting.number, confirmed=False, by="bob", why="Ann never said so")
    catalog.unconfirmed.record([ignored(session)], **FOUND_IN)
    assert catalog.unconfirmed.waiting() == []
    assert catalog.decisions.made() == []
    with pytest.raises(RefusedError, match=f"no decision {waiting.number} waits"):
        catalog.unconfirmed.answer(waiting.number, confirmed=True, by="bob", why="w")


def test_what_the_catalog_knows_already_waits_for_nobody(catalog: Catalog, session: LabSession) -> None:
    decision = ignored(session)
    catalog.decisions.restore([decision])
    catalog.unconfirmed.record([decision], **FOUND_IN)
    assert catalog.unconfirmed.waiting() == []


def test_one_that_no_catalog_could_have_written_is_refused(catalog: Catalog, session: LabSession) -> None:
    for bad in (ignored(session, why=""), ignored(session, session_id=uuid.UUID(int=5))):
        with pytest.raises(RefusedError):
            catalog.unconfirmed.record([bad], **FOUND_IN)
    assert catalog.unconfirmed.waiting() == []


def test_status_lists_it_with_who_tells_of_it_and_what_to_do(
    catalog: Catalog, session: LabSession, capsys: pytest.CaptureFixture[str]
) -> None:
    catalog.unconfirmed.record([ignored(session)], **FOUND_IN)
    [waiting] = catalog.unconfirmed.waiting()
    counts = catalog.state_counts.of(
        kinds=["raw-ephys"], subjects=(), dates=(), states=frozenset(), limit=None
    )
    report = StatusReport(counts, unconfirmed=[waiting.line])
    report.show(Console(highlight=False, width=400), now=clock.utc_now())
    shown = capsys.readouterr().out
    assert "decisions that a person must confirm: 1" in shown
    assert f"decision {waiting.number}, on {session}: ignored by ann on 2021-01-02: test" in shown
    assert f"sidecar manifest of {FOUND_IN['sidecar_of']} at ephys" in shown
    assert f"--confirm {waiting.number}" in shown
    assert "\x1b" not in shown
    assert f'"unconfirmed": ["decision {waiting.number}, ' in report.as_json()
