"""Compares archived data sets with rigs that this worker cannot read: a share each night, through Globus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from archive_flow.run.unlisted import could_not_list
from archive_flow.select.assessor import Assessed, assess_alone
from archive_flow.select.list_rig import compare_listing, not_compared
from session_archive import clock
from session_archive.assess.recheck import Recheck, RigLook, due, is_settled
from session_archive.assess.verdict import Leave
from session_archive.errors import ListingError, NoAnswerError
from session_archive.naming.session_name import DataSetName, lines

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.assess.known import Known


def compare_through_globus(run: Run, assessed: Sequence[Assessed], known: Known) -> list[Assessed]:
    """The assessments, of which those of archived data sets whose turn it is come from a new listing of their rig.

    The others keep theirs. A data set that could not be listed keeps its state; so does the rest of a share once its
    rig no longer answers.
    """
    rigs = [source for source in run.settings.sources.values() if source.local_path is None]
    compared = {
        index: again for rig in rigs for index, again in _compare(run, rig.name, assessed, known).items()
    }
    return [compared.get(index, each) for index, each in enumerate(assessed)]


@dataclass(frozen=True, slots=True)
class _Rig:
    """The archived data sets that a rig has: data set -> its position among all assessments."""

    positions: Mapping[DataSetName, int]
    recheck: Recheck


def _compare(run: Run, place: str, assessed: Sequence[Assessed], known: Known) -> dict[int, Assessed]:
    """Position -> its new assessment."""
    rig = _turns(run, place, assessed, known)
    compared: dict[int, Assessed] = {}
    settled: dict[DataSetName, bool] = {}
    for name, again in _look(run, rig, assessed, known):
        compared[rig.positions[name]] = again
        settled[name] = is_settled(again.assessment)
    if not run.selection.dry_run:
        by_id = {name.id: value for name, value in settled.items()}
        run.catalog.turns.looked(place, by_id, run_id=run.run_id)
    return compared


def _turns(run: Run, place: str, assessed: Sequence[Assessed], known: Known) -> _Rig:
    positions: dict[DataSetName, int] = {}
    archived: dict[DataSetName, dt.datetime | None] = {}
    for position, each in enumerate(assessed):
        replica = known.replica(each.work_item.name)
        if each.work_item.origin == place and replica and replica.verified and is_settled(each.assessment):
            positions[each.work_item.name] = position
            archived[each.work_item.name] = replica.recorded_at
    looks = run.catalog.turns.newest_looks(place, [name.id for name in archived])
    return _Rig(
        positions,
        due(
            archived,
            {name: RigLook(*looks[name.id]) for name in archived if name.id in looks},
            now=clock.utc_now(),
            within=run.settings.limits.recheck_within,
        ),
    )


def _look(
    run: Run, rig: _Rig, assessed: Sequence[Assessed], known: Known
) -> Iterator[tuple[DataSetName, Assessed]]:
    for name in rig.recheck.share:
        again = _look_at(run, assessed[rig.positions[name]], known)
        yield name, again
        if any(unlisted.silent for unlisted in again.notes.unlisted):
            break
    for name in rig.recheck.unsettled:
        yield name, _look_at(run, assessed[rig.positions[name]], known)


def _look_at(run: Run, before: Assessed, known: Known) -> Assessed:
    work_item, replica = before.work_item, known.replica(before.work_item.name)
    assert replica is not None, "only an archived data set is compared again"
    try:
        again = assess_alone(work_item, partial(compare_listing, run, work_item, replica))
    except NoAnswerError as error:
        return Assessed(
            work_item, Leave(), could_not_list(work_item.origin, lines(work_item.directory)[0], error)
        )
    except ListingError as error:
        return Assessed(work_item, Leave(), not_compared(work_item, error))
    return Assessed(again.work_item, again.assessment, before.notes + again.notes)
