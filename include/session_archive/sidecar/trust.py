"""Which of the sidecar manifests of a data set are trusted. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName
from session_archive.sidecar.authority import own_decisions
from session_archive.sidecar.document import SidecarError, SidecarManifest, disagreement
from session_archive.states.decisions import Verdict
from session_archive.states.state import LabSession


@dataclass(frozen=True, slots=True)
class TrustReport:
    """Which sidecar manifests of one data set are trusted, and why the others are not.

    revisions : those that are trusted, by ascending revision; the last is what the archive holds now
    doubts    : why others are not, one line each
    """

    revisions: tuple[SidecarManifest, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def newest(self) -> SidecarManifest | None:
        """What the archive holds now, by its sidecar; None if none is trusted."""
        return self.revisions[-1] if self.revisions else None

    @property
    def words(self) -> str:
        """Why a sidecar was rejected, to show; '' if all are trusted."""
        if not self.doubts:
            return ""
        more = f" (and {len(self.doubts) - 1} more)" if len(self.doubts) > 1 else ""
        return f"its sidecar manifest was rejected: {self.doubts[0]}{more}"


def assess_trust(
    read: Iterable[SidecarManifest | SidecarError],
    *,
    data_set: DataSetName,
    location: str,
    directory: str,
    listed: Manifest,
    claimed: Mapping[str, Any],
    sessions: Iterable[LabSession],
) -> TrustReport:
    """Trust the newest sidecar that the archive's listing agrees with, and the older ones that it continues.

    location, directory : where the data set is
    listed              : what the archive lists there
    claimed             : key of the session that claims its folder by name; empty for none
    sessions            : of the lab's pipeline
    """
    doubts: list[str] = []
    trusted: list[SidecarManifest] = []
    sessions = list(sessions)
    sidecars = [each for each in read if isinstance(each, SidecarManifest)]
    doubts += [str(each) for each in read if isinstance(each, SidecarError)]
    for each in sorted(sidecars, key=lambda each: each.revision, reverse=True):
        if trusted:
            doubt = _not_continued(each, trusted[0])
        else:
            doubt = ("" if each.name == data_set else f"it belongs to {each.data_set}") or disagreement(
                each, location=location, directory=directory, listed=listed
            )
        doubt = doubt or _wrong_session(each, claimed, sessions)
        if doubt:
            doubts.append(f"revision {each.revision}: {doubt}")
        else:
            trusted.insert(0, each)
    return TrustReport(tuple(trusted), tuple(doubts))


def _not_continued(older: SidecarManifest, newer: SidecarManifest) -> str:
    """Why the newer revision cannot follow from the older one; '' if it can: files are only added."""
    same_place = (older.data_set, older.location, older.directory) == (
        newer.data_set,
        newer.location,
        newer.directory,
    )
    if not same_place:
        return f"it belongs to {older.data_set} in {older.location}:{older.directory}"
    now = {file.path: (file.size, file.mtime) for file in newer.files}
    for file in older.files:
        if now.get(file.path) != (file.size, file.mtime):
            return f"{file.path} is missing or different in revision {newer.revision}"
    return ""


def _wrong_session(
    sidecar: SidecarManifest, claimed: Mapping[str, Any], sessions: Iterable[LabSession]
) -> str:
    """Why it cannot belong to the session that it names: one of its subject and day, or one that a person chose."""
    key = sidecar.session_key
    if key is None or key == dict(claimed):
        return ""
    session = next((each for each in sessions if each.key == key), None)
    if session is None:
        return f"the lab's pipeline has no session {key}"
    name = sidecar.name.session
    if (session.subject, session.date) == (name.subject, name.date):
        return ""
    if any(each.verdict is Verdict.SESSION and each.session_key == key for each in own_decisions(sidecar)):
        return ""
    return f"it names session {session}, but no decision assigns it"
