"""`doctor --transfer`: which checksums each archive and scratch place computes, tried with small files.

The Transfer API does not say it. Each algorithm is tried with a right and with a wrong checksum. The files stay, in a
folder of their own.
"""

from __future__ import annotations

import datetime as dt
import getpass
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive_flow.doctor.stop import Stop
from archive_flow.doctor.transcript import Transcript
from globus_provider.errors import GlobusProviderError, GlobusRequestError
from globus_provider.request import TransferItem, TransferRequest
from globus_provider.task_status import LASTING_FAULTS, TransferState, judge
from session_archive import clock
from session_archive.cli.catalog_login import open_catalog
from session_archive.doctor.check import Check, Checks
from session_archive.doctor.checksum_trial import (
    Ended,
    Tried,
    judge_answer,
    to_try,
    trial_folder,
    tried_check,
)
from session_archive.doctor.trial import trial_directory
from session_archive.fixity.place_checksums import ALGORITHMS, ChecksumAnswer
from session_archive.listing.digests import digest
from session_archive.settings.load import Place, Settings
from session_archive.transfers.submission import MISMATCH

if TYPE_CHECKING:
    from archive_flow.doctor.logins import HookOf
    from globus_provider.hooks.globus import GlobusHook

#: Seconds between two looks at the trials of a place, and after which those that have not ended are cancelled.
POLL, GIVE_UP_AFTER = 2.0, 120.0

_PLAIN = ""
_MAKE = Checks("transfer")


@dataclass(slots=True)
class Attempt:
    """One trial transfer: `<algorithm> right`, `<algorithm> wrong`, or without any checksum."""

    what: str
    transfer_task_id: str = ""
    tried: Tried | None = field(default=None)


def checksum_checks(
    settings: Settings,
    hook_of: HookOf,
    stops: list[Stop],
    *,
    renew: bool,
    now: dt.datetime,
    transcript: Transcript,
) -> Iterator[Check]:
    """Try every archive and scratch place with what is not known of it; the answers are kept in the catalog.

    stops : the trial file at its rig, and its copies; the first that this machine can read gives the right checksums
    renew : also try what is known
    """
    places = [place for role, place in settings.places if role in ("location", "scratch")]
    with open_catalog(settings) as catalog:
        known = catalog.place_checksums.known({place.name: place.collection for place in places})
    right = _digests(stops)
    for place in places:
        algorithms = to_try(place, known, renew=renew)
        if not algorithms:
            since = known.answer(place.name, ALGORITHMS[0])
            yield _MAKE.ok(
                f"{place.name} checksums",
                f"known since {since.observed_at if since else now:%Y-%m-%d}; --renew tries them again",
            )
        elif not right:
            yield _MAKE.warning(
                f"{place.name} checksums",
                "not tried: this machine can read the trial file at none of its places",
                "run it where a rig, the archive or the scratch place is mounted as local_path",
            )
        else:
            yield _try_place(
                settings,
                hook_of(stops[0].place.name, place.name),
                place,
                stops[0],
                right,
                algorithms,
                now=now,
                transcript=transcript,
            )


def _digests(stops: list[Stop]) -> dict[str, str]:
    """Algorithm -> digest of the trial file, read where this machine can; empty if it cannot."""
    for stop in stops:
        if (root := stop.place.local_path) is not None:
            read = {algorithm: digest(root, stop.path, algorithm=algorithm) for algorithm in ALGORITHMS}
            return {algorithm: found[1] for algorithm, found in read.items() if found}
    return {}


def _try_place(
    settings: Settings,
    hook: GlobusHook,
    place: Place,
    origin: Stop,
    right: Mapping[str, str],
    algorithms: tuple[str, ...],
    *,
    now: dt.datetime,
    transcript: Transcript,
) -> Check:
    folder = trial_folder(trial_directory(now))
    try:
        attempts = _run(hook, origin, Stop(place, folder), right, algorithms, now=now, transcript=transcript)
    except GlobusProviderError as error:
        transcript.error(f"checksums of {place.name}", error)
        return _MAKE.failure(f"{place.name} checksums", str(error))
    tried = {each.what: each.tried or Tried(Ended.NO_ANSWER) for each in attempts}
    answers = [
        ChecksumAnswer(
            place=place.name,
            collection=place.collection,
            algorithm=algorithm,
            computes=answer[0],
            notices=answer[1],
            detail=answer[2],
            observed_by=getpass.getuser(),
            observed_at=now,
        )
        for algorithm in algorithms
        if tried[_PLAIN].ended is Ended.ACCEPTED
        and (answer := judge_answer(right=tried[f"{algorithm} right"], wrong=tried[f"{algorithm} wrong"]))
    ]
    if answers:
        with open_catalog(settings) as catalog:
            catalog.place_checksums.record(answers)
    transcript.answers(answers)
    return tried_check(place.name, tried[_PLAIN], answers, kept_in=f"{place.name}:{folder}")


def _run(
    hook: GlobusHook,
    origin: Stop,
    folder: Stop,
    right: Mapping[str, str],
    algorithms: tuple[str, ...],
    *,
    now: dt.datetime,
    transcript: Transcript,
) -> list[Attempt]:
    """Submit all trials of a place, and wait for them; none is under way afterwards."""
    checksums = {_PLAIN: ("", "")}
    for algorithm in algorithms:
        checksums[f"{algorithm} right"] = (algorithm, right[algorithm])
        checksums[f"{algorithm} wrong"] = (algorithm, _of_other_bytes(right[algorithm]))
    attempts: list[Attempt] = []
    try:
        for what, checksum in checksums.items():
            attempts.append(_submit(hook, origin, folder, what, checksum, now=now))
        _wait(hook, attempts)
    finally:
        for attempt in attempts:
            _end(hook, attempt, transcript, where=folder.place.name)
    return attempts


def _of_other_bytes(digest_of_file: str) -> str:
    """A digest of the same length that the file does not have."""
    return digest_of_file[:-1] + ("0" if digest_of_file[-1] != "0" else "1")


def _submit(
    hook: GlobusHook,
    origin: Stop,
    folder: Stop,
    what: str,
    checksum: tuple[str, str],
    *,
    now: dt.datetime,
) -> Attempt:
    # A name of its own for each: two unfinished transfers with identical paths would be one.
    name = f"{what.replace(' ', '-') or 'plain'}-{origin.path.rpartition('/')[2]}"
    item = TransferItem(
        origin.place.absolute(origin.path),
        folder.place.absolute(f"{folder.path}/{name}"),
        external_checksum=checksum[1],
        checksum_algorithm=checksum[0],
    )
    request = TransferRequest(
        source_collection=str(origin.place.collection),
        destination_collection=str(folder.place.collection),
        items=(item,),
        label=f"session-archive doctor {now:%Y-%m-%d %H%M%S} {what or 'plain'} to {folder.place.name}",
        deadline=clock.utc_now() + dt.timedelta(seconds=2 * GIVE_UP_AFTER),
        verify_checksum=bool(checksum[0]),
    )
    try:
        return Attempt(what, hook.submit(request, submission_id=hook.submission_id()))
    except GlobusRequestError as error:
        if error.http_status != 400 or not checksum[0]:
            raise
        return Attempt(what, tried=Tried(Ended.FAULT, error.code, f"checksum {checksum[0]} refused: {error}"))


def _wait(hook: GlobusHook, attempts: list[Attempt]) -> None:
    began = time.monotonic()
    while True:
        for attempt in attempts:
            if attempt.tried is None:
                attempt.tried = _ended(hook, attempt.transfer_task_id)
        if all(attempt.tried for attempt in attempts) or time.monotonic() - began > GIVE_UP_AFTER:
            return
        time.sleep(POLL)


def _ended(hook: GlobusHook, transfer_task_id: str) -> Tried | None:
    """How a trial ended; None while it is under way."""
    progress = judge(hook.task(transfer_task_id), now=clock.utc_now(), patience=math.inf)
    if progress.state is TransferState.DONE:
        return Tried(Ended.ACCEPTED)
    if progress.state is TransferState.FAILED:
        return Tried(Ended.MISMATCH if MISMATCH in progress.reason else Ended.FAULT, "", progress.reason)
    return None


def _end(hook: GlobusHook, attempt: Attempt, transcript: Transcript, *, where: str) -> None:
    """Cancel a trial that is still under way, and keep how it stood."""
    if not attempt.transfer_task_id:
        return
    document, fault = hook.task(attempt.transfer_task_id), hook.last_fault(attempt.transfer_task_id)
    if attempt.tried is None:
        code = str(document.get("nice_status") or "")
        if document["status"] in ("ACTIVE", "INACTIVE"):
            hook.cancel(attempt.transfer_task_id)
        stuck = document.get("is_ok") is False and code not in LASTING_FAULTS
        attempt.tried = Tried(Ended.FAULT, code, fault) if stuck else Tried(Ended.NO_ANSWER, code, fault)
    transcript.transfer(
        f"checksum trial to {where}: {attempt.what or 'without a checksum'}: {attempt.tried.ended}",
        document,
        fault=fault,
    )
