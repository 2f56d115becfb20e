"""Select and list: which data sets this run takes up, and the state of every other one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf

from archive_flow.decide import write_down
from archive_flow.ready import hold_back
from archive_flow.run import Run
from archive_flow.work import Work
from session_archive.errors import ArchiveError, ListingError, NamingError
from session_archive.fixity import changed_since
from session_archive.judge import judge_listing, within_limits
from session_archive.listing import Problem
from session_archive.match import Claim, SourceFolder, match
from session_archive.names import DataSetName, SessionName
from session_archive.states import ALARMS, LabSession, State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.replicas import ReplicaInfo

#: What select has to say of one expected session: take it up, its state, or nothing new.
Verdict = Work | StateRow | None


def select(run: Run) -> list[Work]:
    """Take up what this run shall do; everything else gets its state, and the report counts both."""
    judged = list(_from_catalog(run) if run.route.origin == "catalog" else _from_listing(run))
    works = sorted((v for v in judged if isinstance(v, Work)), key=_freshest_first)
    taken = _within_limits(run, works)
    held_back = [
        work.state(State.READY, "held back by the limits of this run", run_id=run.run_id)
        for work in works[taken:]
    ]
    rows = [v for v in judged if isinstance(v, StateRow)] + (
        held_back if run.route.origin == "source" else []
    )
    _report(run, works=works[:taken], rows=rows, remaining=len(works) - taken)
    if run.wanted.dry_run:
        return []
    run.report.tell_changes(run.catalog.record_states(rows))
    return works[:taken]


def _within_limits(run: Run, works: list[Work]) -> int:
    """How many this run takes up: a night has its limits, a person may set one, and Airflow's own holds for all."""
    limits, nightly = run.settings.limits, run.route.origin == "source"
    a_task = 1 if run.route.moves else limits.max_batch
    asked = run.wanted.limit or (limits.data_sets_per_night if nightly else None)
    mapped = conf.getint("core", "max_map_length") * a_task
    return within_limits(
        [work.n_bytes for work in works],
        max_count=min(asked or mapped, mapped),
        max_bytes=limits.bytes_per_night if nightly else None,
    )


def _freshest_first(work: Work) -> tuple[int, str]:
    return -work.name.session.date.toordinal(), work.data_set


def _report(run: Run, *, works: list[Work], rows: list[StateRow], remaining: int) -> None:
    report = run.report
    report.dry_run, report.remaining = run.wanted.dry_run, remaining
    report.count(rows)
    report.alarms = [
        f"{row.session or row.data_set} {row.data_set_type}: {row.state}: {row.reason}"
        for row in rows
        if row.state in ALARMS
    ]
    if report.dry_run:
        report.plan = [
            f"{work.label}: {work.n_files} files, {work.n_bytes} bytes, {work.origin}:{work.directory}"
            for work in works
        ]


def _from_listing(run: Run) -> Iterator[Verdict]:
    """UPLOAD and DISCOVER: match the folders of every root with the lab's sessions."""
    asked = write_down(run)
    folders = run.find_folders()
    judge: Callable[[Run, Work, Claim, Mapping[Any, ReplicaInfo]], Verdict]
    judge = _judge_archived if run.route.origin == "archive" else _judge_source
    for data_set_type in sorted(run.wanted.kinds):
        sessions: list[LabSession] = []
        for session in run.catalog.expected_sessions(data_set_type):
            if not run.wanted.wants(subject=session.subject, date=session.date):
                continue
            if row := _without_name(run, data_set_type, session):
                yield row
            else:
                sessions.append(session)
        matching = match(
            sessions,
            [f for f in folders if f.folder.data_set.data_set_type == data_set_type],
            decisions=[
                *run.catalog.decisions(data_set_type),
                *(each for each in asked if each.data_set_type == data_set_type),
            ],
        )
        replicas = run.catalog.replicas(run.location_of(data_set_type))
        for claim in matching.claims:
            yield judge(run, _work(run, data_set_type, claim), claim, replicas)
        yield from (_unclaimed(run, found) for found in matching.unclaimed)
        # So that a folder that was unclaimed before is so no longer.
        for found, words in matching.ignored:
            yield replace(_unclaimed(run, found), state=State.IGNORED, reason=words)


def _without_name(run: Run, data_set_type: str, session: LabSession) -> StateRow | None:
    """The row of a session that no folder can be named after; None for every other one."""
    try:
        name = DataSetName(data_set_type, SessionName(session.subject, session.date))
        run.settings.conventions.directory(name)
    except NamingError as error:
        return StateRow(
            data_set_type=data_set_type,
            target=session.id,
            state=State.NOT_FOUND,
            reason=f"no folder can have its name: {error}",
            session=str(session),
            run_id=run.run_id,
        )
    return None


def _work(run: Run, data_set_type: str, claim: Claim) -> Work:
    session, found = claim.session, claim.found
    expected = DataSetName(data_set_type, claim.expected)
    return Work(
        data_set=str(found.folder.data_set if found else expected),
        directory=found.folder.directory if found else run.settings.conventions.directory(expected),
        origin=found.place if found else "",
        destination=run.location_of(data_set_type),
        manifest_id="",
        session_id=str(session.id),
        session=str(session),
        session_key=session.key,
    )


def _unclaimed(run: Run, found: SourceFolder) -> StateRow:
    data_set = found.folder.data_set
    return StateRow(
        data_set_type=data_set.data_set_type,
        target=data_set.id,
        state=State.UNCLAIMED,
        reason="no session of the lab's pipeline claims it",
        path=found.where,
        session=str(data_set.session),
        data_set=str(data_set),
        run_id=run.run_id,
    )


def _judge_archived(run: Run, work: Work, claim: Claim, replicas: Mapping[Any, ReplicaInfo]) -> Verdict:
    """DISCOVER: take up what the catalog does not know; its files are listed a batch of folders a task."""
    if claim.found is not None:
        return None if work.name.id in replicas else work
    if claim.state in (State.AMBIGUOUS, State.IGNORED):
        return work.state(claim.state, claim.reason, run_id=run.run_id)
    return None


def _judge_source(run: Run, work: Work, claim: Claim, replicas: Mapping[Any, ReplicaInfo]) -> Verdict:
    """UPLOAD: what is archived is looked at again, what is under way is taken up again, the rest is listed."""
    if claim.found is None:
        # While a root cannot be listed, nobody can say that a folder is not there.
        # Nor, of a folder of another day that a person gave to this session, in a run that looks at some days only.
        unseen = claim.state is State.NOT_FOUND and (
            run.report.unlisted or (claim.decided and run.wanted.dates)
        )
        return None if unseen else work.state(claim.state, claim.reason, run_id=run.run_id)
    if replica := replicas.get(work.name.id):
        return _look_again(run, work, replica) if replica.verified else None
    if under_way := run.catalog.open_submission(work.name.id, run.route.name, work.destination):
        return replace(work, origin=under_way.source, manifest_id=under_way.manifest_id)
    return _list(run, work)


def _look_again(run: Run, work: Work, replica: ReplicaInfo) -> Verdict:
    """Raw files that changed after archiving are an alarm; looked for where listing costs nothing."""
    archived = replace(work, n_files=replica.n_files, n_bytes=replica.n_bytes)
    reason = _change(run, work, replica) if run.origin(work).local_path is not None else ""
    return archived.state(State.CHANGED if reason else State.ARCHIVED, reason, run_id=run.run_id)


def _change(run: Run, work: Work, replica: ReplicaInfo) -> str:
    """The first file on the rig that is no longer as it was archived; '' when there is none."""
    try:
        found = run.list_origin(work).manifest
    except ListingError as error:
        # What is archived is safe; that its folder cannot be listed any more stops no other data set.
        run.report.leave_out(work.origin, [Problem(work.directory, str(error))])
        return ""
    if found.id == replica.manifest_id:
        return ""
    changes = changed_since(archived=run.catalog.files(work.name.id), found=found)
    return f"changed on the rig after archiving: {changes[0].path}: {changes[0].detail}" if changes else ""


def _list(run: Run, work: Work) -> Verdict:
    try:
        listing = run.list_origin(work)
    except ListingError as error:
        return work.state(State.REFUSED, str(error), run_id=run.run_id)
    run.report.leave_out(work.origin, [problem for problem in listing.problems if not problem.blocks])
    manifest = listing.manifest
    listed = replace(work, manifest_id=manifest.id, n_files=len(manifest.files), n_bytes=manifest.n_bytes)
    if held := judge_listing(listing, max_files=run.settings.limits.max_files):
        return listed.state(held[0], held[1], run_id=run.run_id)
    if waiting := hold_back(run, listed, manifest):
        return listed.state(State.WAITING, waiting, run_id=run.run_id)
    if not run.wanted.dry_run:
        run.catalog.save_manifest(manifest)
    return listed


def _from_catalog(run: Run) -> Iterator[Work]:
    """RETRIEVE: the catalog's own files are the manifest; the destination is a scratch place of the settings."""
    scratch = run.params.get("destination") or next(iter(run.settings.scratch), "")
    if scratch not in run.settings.scratch:
        known = ", ".join(run.settings.scratch) or "none"
        raise ArchiveError(
            f"param destination: {scratch!r} is no scratch place of archive.toml; there is {known}"
        )
    wanted = run.wanted
    if not wanted.subjects and not wanted.dates:
        raise ArchiveError(
            "params subjects, dates: at least one must be given; the whole archive is not retrieved"
        )
    for held in run.catalog.data_sets(subjects=wanted.subjects, dates=wanted.dates, kinds=wanted.kinds):
        manifest = run.catalog.files(held.id)
        if not wanted.dry_run:
            run.catalog.save_manifest(manifest)
        yield Work(
            data_set=str(held.name),
            directory=held.directory,
            origin=(held.locations + held.unverified)[0],
            destination=scratch,
            manifest_id=manifest.id,
            session_id=str(held.id),
            session=str(held.name.session),
            n_files=len(manifest.files),
            n_bytes=manifest.n_bytes,
        )
