"""Doctor renames a file of its own at each location; only where that worked are repairs possible."""

from __future__ import annotations

import pytest

from archive_flow.doctor.aside_trial import try_aside
from archive_flow.doctor.trial import Trial
from archive_flow.run.context import Run
from session_archive import clock
from session_archive.assess.repair import DAMAGED
from session_archive.doctor.check import Check
from support.sample_rig import make_rig
from support.stack import Stack


@pytest.fixture(scope="module", autouse=True)
def recordings(stack: Stack) -> None:
    make_rig(stack.rig)


def trial(night: Run, *, renew: bool = False) -> list[Check]:
    return list(
        try_aside(night.settings, night.hook_of, night.catalog, Trial(renew=renew), now=clock.utc_now())
    )


@pytest.mark.fault(83)
def test_a_location_where_renaming_is_refused_has_repairs_off_until_it_works(
    night: Run, stack: Stack
) -> None:
    locations = list(night.settings.locations.values())
    assert [night.catalog.aside_trials.works_at(place) for place in locations] == [None, None]
    stack.globus.fault(match="POST */rename", do="status", status=403, code="PermissionDenied", times=0)
    try:
        refused = trial(night)
    finally:
        stack.globus.clear_faults()
    assert {check.grade for check in refused} == {"warning"}
    assert all("could not be set aside there: could not rename" in check.found for check in refused)
    assert [night.catalog.aside_trials.works_at(place) for place in locations] == [False, False]
    written = len(stack.globus.effects("written"))
    assert {check.grade for check in trial(night)} == {"ok"}
    assert [night.catalog.aside_trials.works_at(place) for place in locations] == [True, True]
    aside = [path for path in (stack.archive / DAMAGED).rglob("damaged") if path.is_file()]
    assert aside, "the file of the trial lies where damaged files do"
    # Known: nothing is copied again, unless a person asks for it.
    again = len(stack.globus.effects("written"))
    assert again == written + 2
    assert all("known already" in check.found for check in trial(night))
    assert len(stack.globus.effects("written")) == again
