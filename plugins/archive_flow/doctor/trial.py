"""`doctor --transfer`: copies one small file from a rig to the archive and on to a scratch place, and verifies both.

Then it tries what the storage of each archive and scratch place can compute. The rig is only read. Nothing is
overwritten or removed: the copies stay in a folder of their own below the roots.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from archive_flow.doctor.checksum_trial import checksum_checks
from archive_flow.doctor.stop import Stop
from archive_flow.doctor.transcript import Transcript
from archive_flow.run.readers import globus_reader, listing_rate, source_reader
from globus_provider.errors import GlobusNotFoundError, TransferFailedError
from globus_provider.request import TransferItem, TransferRequest
from globus_provider.task_status import TransferState, judge
from session_archive import clock
from session_archive.doctor.check import Check, Checks
from session_archive.doctor.trial import Leg, leg_check, smallest, trial_directory
from session_archive.errors import ListingError, SettingsError
from session_archive.listing import ListDirectory
from session_archive.listing.local import opened_file
from session_archive.naming.session_name import path_problem
from session_archive.settings.load import Place, Settings

if TYPE_CHECKING:
    from archive_flow.doctor.logins import HookOf
    from globus_provider.hooks.globus import GlobusHook

T = TypeVar("T", bound=Place)

#: How many folders of a rig are searched for a small file.
MOST_FOLDERS = 50
#: Seconds between two polls of a transfer, and after which a trial gives up.
POLL, GIVE_UP_AFTER = 2.0, 600.0


@dataclass(frozen=True, slots=True)
class Trial:
    """The options that a person gave.

    source, scratch : names of places; '' for the first
    file            : relative to the source's root; '' for the smallest file
    renew           : also try the names and checksums of a place where they are known
    """

    source: str = ""
    scratch: str = ""
    file: str = ""
    renew: bool = False


def trial_checks(
    settings: Settings, hook_of: HookOf, trial: Trial, *, now: dt.datetime, transcript: Transcript
) -> Iterator[Check]:
    """Copy the file to each location, and on to the scratch place, until one leg fails; then try all checksums.

    raises : SettingsError for a place or file that does not exist, ListingError, GlobusProviderError
    """
    origin = named_place(settings.sources, trial.source, "sources")
    kinds = origin.data_sets or tuple(settings.data_sets)
    start, size = choose_file(settings, hook_of(origin.name), origin, trial.file)
    path = f"{trial_directory(now)}/{start.path.rpartition('/')[2]}"
    locations = settings.data_sets[kinds[0]].locations
    stops = [start, *(Stop(settings.locations[name], path) for name in locations)]
    legs = [(start, stop) for stop in stops[1:]]
    if trial.scratch or settings.scratch:
        stops.append(Stop(named_place(settings.scratch, trial.scratch, "scratch"), path))
        legs.append((stops[1], stops[-1]))
    for one, other in legs:
        hook = hook_of(one.place.name, other.place.name)
        leg = _move(hook, one, other, size=size, now=now, transcript=transcript)
        check = leg_check(leg)
        yield check
        if check.grade != "ok":
            return
    if len(legs) == len(locations):
        yield Checks("transfer").warning("scratch", "there is no scratch place, so retrieving was not tried")
    yield from checksum_checks(settings, hook_of, stops, renew=trial.renew, now=now, transcript=transcript)


def named_place(places: Mapping[str, T], name: str, table: str) -> T:
    if not places or (name and name not in places):
        raise SettingsError(
            f"archive.toml has no [{table}.{name or 'NAME'}]; there are: {', '.join(places) or 'none'}"
        )
    return places[name] if name else next(iter(places.values()))


def choose_file(settings: Settings, hook: GlobusHook, origin: Place, file: str) -> tuple[Stop, int]:
    """The file to copy and its size in bytes."""
    reader = source_reader(hook, origin, rate=listing_rate(settings.globus.requests_per_second))
    if file:
        folder, _, name = file.strip("/").rpartition("/")
        files = {f"{folder}/{name}".strip("/"): each.size for each in reader(folder) if each.name == name}
    else:
        files = dict(_files(reader))
    chosen = smallest(files)
    if chosen is None:
        raise SettingsError(
            f"{origin.name} has no file of 1 byte to 16 MB{f' named {file}' if file else ''}; name another one with "
            "--file, or add a small file to it"
        )
    return Stop(origin, chosen), files[chosen]


def _files(reader: ListDirectory) -> Iterator[tuple[str, int]]:
    """Paths and sizes of the files in a rig's first folders, from the top; skips folders that cannot be listed."""
    waiting, listed = deque([""]), 0
    while waiting and listed < MOST_FOLDERS:
        directory, listed = waiting.popleft(), listed + 1
        try:
            entries = list(reader(directory))
        except ListingError:
            if not directory:
                raise
            continue
        for entry in entries:
            if path_problem(entry.name):
                continue
            path = f"{directory}/{entry.name}".lstrip("/")
            if entry.kind == "file":
                yield path, entry.size
            elif entry.kind == "dir":
                waiting.append(path)


def begin_copy(
    hook: GlobusHook, start: Stop, place: Place, paths: Iterable[str], *, what: str, now: dt.datetime
) -> str:
    """Submit a copy of the trial file to each of these paths at a place; returns the transfer task.

    what : of the label
    """
    request = TransferRequest(
        source_collection=str(start.place.collection),
        destination_collection=str(place.collection),
        items=tuple(TransferItem(start.place.absolute(start.path), place.absolute(path)) for path in paths),
        label=f"session-archive doctor {now:%Y-%m-%d %H%M%S} {what} {place.name}",
        deadline=now + dt.timedelta(seconds=2 * GIVE_UP_AFTER),
    )
    return hook.submit(request, submission_id=hook.submission_id())


def _move(
    hook: GlobusHook, one: Stop, other: Stop, *, size: int, now: dt.datetime, transcript: Transcript
) -> Leg:
    task_id = begin_copy(hook, one, other.place, [other.path], what="to", now=now)
    try:
        wait_for(hook, task_id)
    finally:
        transcript.transfer(f"to {other.place.name}", hook.task(task_id), fault=hook.last_fault(task_id))
    moved = next(iter(hook.successful_transfers(task_id)), {})
    transcript.file(moved)
    algorithm, checksum = (str(moved.get(key) or "") for key in ("checksum_algorithm", "checksum"))
    readable = checksum and _hash_name(algorithm) in hashlib.algorithms_available
    stops = [stop for stop in (one, other) if readable and stop.place.local_path is not None]
    return Leg(
        source=one.words,
        destination=other.words,
        transfer_task_id=task_id,
        expected=size,
        arrived=_arrived(hook, other),
        checksum=f"{algorithm} {checksum}".strip(),
        digests={stop.words: f"{algorithm} {_digest(stop, algorithm)}" for stop in stops},
    )


def wait_for(hook: GlobusHook, task_id: str) -> None:
    """Wait until the transfer has succeeded. Raises TransferFailedError, after cancelling one that still runs."""
    began = time.monotonic()
    while True:
        progress = judge(hook.task(task_id), now=clock.utc_now(), patience=GIVE_UP_AFTER / 10)
        if progress.state is TransferState.DONE:
            return
        late = time.monotonic() - began > GIVE_UP_AFTER
        if progress.over or late:
            fault = hook.last_fault(task_id)
            if hook.task(task_id)["status"] in ("ACTIVE", "INACTIVE"):
                hook.cancel(task_id)
            reason = (
                progress.reason
                or f"transfer task {task_id} has not ended after {GIVE_UP_AFTER:.0f} s, and was cancelled"
            )
            raise TransferFailedError(f"{reason}{f' ({fault})' if fault else ''}")
        time.sleep(POLL)


def _arrived(hook: GlobusHook, stop: Stop) -> int | None:
    """The file's size in bytes as the collection lists it, None if it is missing."""
    read = globus_reader(hook, stop.place, rate=listing_rate(1))
    folder, _, name = stop.path.rpartition("/")
    try:
        return next((entry.size for entry in read(folder) if entry.name == name), None)
    except (ListingError, GlobusNotFoundError):
        return None


def _digest(stop: Stop, algorithm: str) -> str:
    """The checksum of the file on this machine's disk, by the service's algorithm."""
    root = stop.place.local_path
    assert isinstance(root, Path)
    with opened_file(root, stop.path) as file:
        return hashlib.file_digest(
            file, partial(hashlib.new, _hash_name(algorithm), usedforsecurity=False)
        ).hexdigest()


def _hash_name(algorithm: str) -> str:
    """Python's name of an algorithm: 'MD5' is md5, 'SHA-256' is sha256."""
    return algorithm.lower().replace("-", "")
