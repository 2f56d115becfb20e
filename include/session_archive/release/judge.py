"""Whether the files of a data set at a rig may be deleted: only if every condition holds now. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from printable_text.amounts import counted
from session_archive.fixity.compare import FixityReport, came_later, changed_since
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName
from session_archive.settings.release_table import ReleaseSettings
from session_archive.states.state import State, StateRow


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """What is known of one copy in an archive, and what its listing shows now.

    site      : where the archive stands; copies at one site count once
    verified  : its replica is verified
    unvouched : files of it that nothing vouches for
    proven_at : UTC, when its content was last proven; None if it never was
    readable  : an audit can read it, in place or at a scratch place
    report    : its listing of this moment, compared with the catalog; None if it could not be listed
    unlisted  : why it could not be listed
    """

    place: str
    site: str
    verified: bool
    unvouched: int
    proven_at: dt.datetime | None
    readable: bool
    report: FixityReport | None
    unlisted: str = ""


@dataclass(frozen=True, slots=True)
class AtRig:
    """What lies in the folders of a data set at its rig now.

    others   : paths there that are not archived, each with the reason
    unlisted : why the folders, or a part of them, could not be listed; '' if they were listed whole
    """

    place: str
    files: Manifest
    others: tuple[str, ...] = ()
    unlisted: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A data set at a rig, with all that decides whether it may be deleted there.

    archived    : its files, as cataloged; none if it is not archived
    state       : its newest state; None if the catalog has none
    archived_at : UTC, when its newest files were recorded, at the last of its locations; None if it is not archived
    under_way   : a transfer of it has no end yet
    kept        : a person's decision to keep it at the rig, in words; '' for none
    siblings    : other data sets of its session that are neither archived nor ignored
    """

    name: DataSetName
    at_rig: AtRig
    archived: Manifest
    state: StateRow | None
    archived_at: dt.datetime | None
    copies: tuple[ArchivedCopy, ...]
    under_way: bool = False
    kept: str = ""
    siblings: tuple[StateRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a data set must stay at the rig, and what would change that.

    to_do : a command, or what a person does, in words
    """

    words: str
    to_do: str


def reasons_against(candidate: Candidate, rules: ReleaseSettings, *, now: dt.datetime) -> tuple[Reason, ...]:
    """Every reason to keep the files of a data set at its rig; none if they may be deleted.

    now : UTC
    """
    return (
        *_by_people(candidate),
        *_by_state(candidate),
        *_by_rig(candidate),
        *_by_copies(candidate, rules, now=now),
        *_by_age(candidate, rules, now=now),
        *_by_session(candidate),
    )


def _by_people(candidate: Candidate) -> Iterator[Reason]:
    if candidate.kept:
        yield Reason(candidate.kept, f'session-archive keep {candidate.name} --withdraw --why "..."')


def _by_state(candidate: Candidate) -> Iterator[Reason]:
    state = candidate.state
    if state is None or state.state is not State.ARCHIVED:
        words = f"{state.state}: {state.reason}".rstrip(": ") if state else "no run has seen it"
        yield Reason(f"it is not archived: {words}", _see(candidate.name))
    if candidate.under_way:
        yield Reason("a transfer of it is under way", "wait until it has ended: session-archive status")


def _by_rig(candidate: Candidate) -> Iterator[Reason]:
    at_rig, archived = candidate.at_rig, candidate.archived
    if at_rig.unlisted:
        words = f"{at_rig.place} could not be listed: {at_rig.unlisted}"
        yield Reason(words, "make it readable, then ask again")
        return
    upload = f"session-archive upload --subject {candidate.name.session.subject}"
    if changes := changed_since(archived=archived, found=at_rig.files):
        first = changes[0]
        words = f"{counted(len(changes), 'file')} changed since archiving, the first: {first.path}: {first.detail}"
        yield Reason(words, _see(candidate.name))
    # What is not archived at all is said by its state.
    if archived.files and (later := came_later(archived=archived, found=at_rig.files)):
        yield Reason(
            f"{counted(len(later), 'file')} at {at_rig.place} not in the archive, the first: {later[0]}",
            upload,
        )
    if at_rig.others:
        words = (
            f"{counted(len(at_rig.others), 'path')} in its folder not archived, the first: {at_rig.others[0]}"
        )
        yield Reason(words, "move them out of the folder, or correct their names so that they are archived")


def _by_copies(candidate: Candidate, rules: ReleaseSettings, *, now: dt.datetime) -> Iterator[Reason]:
    if not candidate.archived.files:
        return
    good: set[str] = set()
    for copy in candidate.copies:
        against = list(_against(copy, candidate, rules, now=now))
        if not against:
            good.add(copy.site)
        yield from against
    if len(good) < rules.copies:
        sites = f" ({', '.join(sorted(good))})" if good else ""
        yield Reason(
            f"good copies at {len(good)} different sites{sites}; [release] copies asks for {rules.copies}",
            "mend the copies that are named, or add a location at another site to [data_sets."
            f"{candidate.name.data_set_type}]",
        )


def _against(
    copy: ArchivedCopy, candidate: Candidate, rules: ReleaseSettings, *, now: dt.datetime
) -> Iterator[Reason]:
    at, name = f"its copy at {copy.place}", candidate.name
    if not copy.verified:
        yield Reason(f"{at} is not verified", _see(name))
    if copy.unvouched:
        yield Reason(
            f"{at} has {copy.unvouched} files that nothing vouches for",
            f'session-archive accept {name} --why "..."',
        )
    if copy.report is None:
        yield Reason(f"{at} could not be listed now: {copy.unlisted}", "make it readable, then ask again")
    elif not copy.report.intact:
        yield Reason(f"{at} is not as cataloged: {copy.report.summary}", _audit(copy, name))
    oldest = now - dt.timedelta(seconds=rules.proven_within)
    if copy.proven_at is None or copy.proven_at < oldest:
        when = f"last proven on {copy.proven_at:%Y-%m-%d}" if copy.proven_at else "never proven"
        yield Reason(
            f"the content of {at} was {when}; [release] proven_within asks for {oldest:%Y-%m-%d} or later",
            _to_prove(copy, candidate),
        )


def _to_prove(copy: ArchivedCopy, candidate: Candidate) -> str:
    if without := sum(not file.checksum for file in candidate.archived.files):
        longer = ", or allow a longer [release] proven_within" if copy.proven_at else ""
        return f"keep it at the rig{longer}: no audit can prove {counted(without, 'file')} without a cataloged checksum"
    command = _audit(copy, candidate.name, read=True)
    if copy.readable:
        return command
    return (
        f"give {copy.place} a local_path, or set [audit] scratch, since no worker can read it; then {command}"
    )


def _by_age(candidate: Candidate, rules: ReleaseSettings, *, now: dt.datetime) -> Iterator[Reason]:
    if candidate.archived_at is None:
        return
    from_then = candidate.archived_at + dt.timedelta(seconds=rules.older_than)
    if from_then > now:
        yield Reason(
            f"archived on {candidate.archived_at:%Y-%m-%d}, and [release] older_than has not passed",
            f"wait until {from_then:%Y-%m-%d}",
        )


def _by_session(candidate: Candidate) -> Iterator[Reason]:
    for row in candidate.siblings:
        yield Reason(f"of the same session, {row.name} is {row.state}", _see_row(row))


def _see(name: DataSetName) -> str:
    day = name.session.date
    return f"session-archive status --subject {name.session.subject} --date {day:%Y-%m-%d}"


def _audit(copy: ArchivedCopy, name: DataSetName, *, read: bool = False) -> str:
    return (
        f"session-archive audit {'--read ' if read else ''}--subject {name.session.subject} "
        f"--date {name.session.date:%Y-%m-%d} --kind {name.data_set_type} --location {copy.place}"
    )


def _see_row(row: StateRow) -> str:
    return f"session-archive status --kind {row.data_set_type} --state '{row.state}'"
