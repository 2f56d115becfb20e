"""Decisions of persons: kept with who, when and why, never changed, and added by the nightly login."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.catalog.samples import SC022, Site

from session_archive.catalog.database.connection import dj
from session_archive.catalog.open import Catalog
from session_archive.errors import RefusedError
from session_archive.states.decisions import Decision, Verdict, standing
from session_archive.states.state import LabSession

WHEN = dt.datetime(2021, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)


def given(session: LabSession, **changes: Any) -> Decision:
    decision = Decision(
        Verdict.SESSION,
        place="rig1",
        directory="SC022/catgt_SC022_010121_surface_g0",
        data_set_type="raw-ephys",
        session_id=session.id,
        session_key=session.key,
        session=str(session),
        decided_by="ann",
        decided_at=WHEN,
        why="the notebook says so",
    )
    return replace(decision, **changes)


ACCEPT = Decision(
    Verdict.ACCEPT_CONTENT,
    data_set=str(SC022),
    manifest_id="0" * 64,
    data_set_type="raw-ephys",
    decided_by="bob",
    why="compared by hand",
)


def test_a_decision_comes_back_as_it_was(catalog: Catalog, session: LabSession):
    assert catalog.decisions.decide([given(session)]) == [given(session)]
    assert catalog.decisions.made() == [given(session)]


def test_the_time_of_a_decision_is_that_of_writing_it_down(catalog: Catalog):
    before = dt.datetime.now(dt.UTC)
    catalog.decisions.decide([ACCEPT])
    [kept] = catalog.decisions.made()
    assert before <= kept.decided_at <= dt.datetime.now(dt.UTC)


def test_decided_again_adds_nothing_and_a_change_of_mind_adds_a_row(
    catalog: Catalog, session: LabSession, site: Site
):
    other = catalog.expected_sessions("raw-ephys")[-1]
    catalog.decisions.decide([given(session)])
    assert catalog.decisions.decide([given(session, decided_by="bob", why="I think so too")]) == []
    changed = given(other)
    withdrawn = given(session, verdict=Verdict.WITHDRAW)
    assert catalog.decisions.decide([changed]) == [changed]
    assert catalog.decisions.decide([given(session)]) == [given(session)], "back to the first"
    assert catalog.decisions.decide([withdrawn]) == [withdrawn]
    assert standing(catalog.decisions.made()) == ()
    assert catalog.decisions.decide([given(session)]) == [given(session)]
    assert site.count("decision") == 5


def test_a_target_has_one_place_to_go_and_beside_it_what_was_accepted(catalog: Catalog, session: LabSession):
    without = replace(ACCEPT, verdict=Verdict.ACCEPT_WITHOUT_CHECKSUM)
    ignored = given(session, verdict=Verdict.IGNORE)
    catalog.decisions.decide([given(session), ignored, ACCEPT, without])
    cataloged = standing(catalog.decisions.made())
    assert [each.verdict for each in cataloged] == [ignored.verdict, ACCEPT.verdict, without.verdict]


def test_a_type_learns_what_matters_to_it(catalog: Catalog, session: LabSession):
    everywhere = Decision(Verdict.IGNORE, session_id=session.id, decided_by="ann", why="behaviour only")
    video = replace(everywhere, data_set_type="raw-video")
    catalog.decisions.decide([given(session), everywhere, video])
    kinds = [
        [each.data_set_type for each in catalog.decisions.made(kind)] for kind in ("raw-ephys", "raw-video")
    ]
    assert kinds == [["raw-ephys", ""], ["", "raw-video"]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"decided_by": ""}, "needs a name and a reason"),
        ({"why": "  "}, "needs a name and a reason"),
        ({"session_id": None}, "both are needed"),
        ({"place": "", "directory": ""}, "both are needed"),
        ({"verdict": Verdict.IGNORE, "place": "", "session_id": None}, "names none"),
        ({"directory": "x" * 1025}, "up to 1024"),
    ],
)
def test_half_a_decision_is_refused_and_nothing_is_kept(
    catalog: Catalog, session: LabSession, site: Site, change: dict[str, object], says: str
):
    with pytest.raises(RefusedError, match=says):
        catalog.decisions.decide([ACCEPT, given(session, **change)])
    assert site.count("decision") == 0


def test_the_nightly_login_adds_decisions_and_changes_none(catalog: Catalog, session: LabSession, site: Site):
    catalog.decisions.decide([given(session)])
    for sql in ("UPDATE `{}`.`decision` SET why = 'x'", "DELETE FROM `{}`.`decision`"):
        with pytest.raises(dj.errors.AccessError):
            site.nightly.query(sql.format(site.layout.database))
