"""Explains to a person how a path is read, and why, by the rules that the nightly run follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from printable_text import printable
from session_archive.naming.conventions import Conventions
from session_archive.naming.explain.day import doubts_of_day
from session_archive.naming.explain.inside import Inside, read_inside
from session_archive.naming.inside.folder import FolderReading, read_folder
from session_archive.naming.surroundings import Assumptions, Context


class Verdict(StrEnum):
    """Whether a path is archived."""

    ACCEPT = "accept"
    AMBIGUOUS = "ambiguous"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a path is read; '' and None for what it does not say.

    kind   : of recording, 'neither' for a path that belongs to none
    ident  : '' for the first session of a day
    probe  : imec index, from 0
    camera : the word in the name
    why    : plain words, each reason once
    """

    path: str
    verdict: Verdict
    why: str
    kind: str = "neither"
    subject: str | None = None
    date: dt.date | None = None
    ident: str = ""
    probe: int | None = None
    camera: str = ""
    file_type: str = ""

    def as_case(self) -> dict[str, str | int | None]:
        """The fields under their names in files of cases, None for what the path does not say."""
        return {
            "path": self.path,
            "kind": self.kind,
            "h2o": self.subject,
            "date": self.date.isoformat() if self.date else None,
            "ident": self.ident or None,
            "probe": self.probe,
            "camera": self.camera or None,
            "file_type": self.file_type or None,
            "verdict": str(self.verdict),
            "why": self.why,
        }


def explain(
    path: str,
    *,
    conventions: Conventions,
    assumptions: Assumptions | None = None,
    context: Context | None = None,
) -> Explanation:
    """Read one path relative to its root. Never raises, however odd the path is."""
    assumed = assumptions or Assumptions()
    known = context or assumed.context
    folder = read_folder(path, conventions=conventions, assumptions=assumed)
    if isinstance(folder, str):
        return Explanation(path, Verdict.REJECT, folder)
    if known.symlink:
        return Explanation(path, Verdict.REJECT, "a symbolic link: not followed, not archived")
    inside = read_inside(path, folder, conventions=conventions, context=known)
    if isinstance(inside, str):
        return Explanation(path, Verdict.REJECT, inside)
    return _judged(path, folder, inside, conventions=conventions, assumptions=assumed, context=known)


def _judged(
    path: str,
    folder: FolderReading,
    inside: Inside,
    *,
    conventions: Conventions,
    assumptions: Assumptions,
    context: Context,
) -> Explanation:
    doubts = [
        *folder.doubts,
        *doubts_of_subject(folder.session.subject, assumptions),
        *doubts_of_day(folder, conventions=conventions, context=context),
        *inside.doubts,
    ]
    reading = Explanation(
        path,
        Verdict.ACCEPT,
        _plain(folder, inside, conventions),
        kind=folder.kind,
        subject=folder.session.subject,
        date=folder.session.date,
        ident=folder.session.ident,
        probe=inside.probe if inside.probe is not None else folder.probe,
        camera=inside.camera or folder.camera,
        file_type=inside.file_type,
    )
    if inside.refusals:
        return replace(reading, verdict=Verdict.REJECT, why=_joined(inside.refusals))
    if doubts:
        return replace(reading, verdict=Verdict.AMBIGUOUS, why=_joined(doubts))
    return reading


def doubts_of_subject(subject: str, assumptions: Assumptions) -> list[str]:
    """Why it is not certain which animal is meant."""
    known = assumptions.known_water_restrictions
    if known is None or subject in known:
        return []
    if alike := sorted(name for name in known if name.lower() == subject.lower()):
        return [f"the lab's pipeline spells the subject {' or '.join(alike)}, the folder spells it {subject}"]
    return [f"no subject {subject} in the lab's pipeline"]


def _plain(folder: FolderReading, inside: Inside, conventions: Conventions) -> str:
    words = f"layout {folder.layout}"
    if not folder.complete:
        return f"{words}: a folder on the way to the recording"
    if not inside.file_type:
        return words + (f": the folder of probe {inside.probe}" if inside.probe is not None else "")
    words += f": {inside.remark}" if inside.remark else ""
    unknown = conventions.kinds[folder.kind].unknown
    words += ": a file of no known type, archived all the same" if inside.file_type == unknown else ""
    position = conventions.cameras.get(inside.camera.lower(), "")
    return words + (f", camera at the {position}" if position else "")


def _joined(reasons: Iterable[str]) -> str:
    return printable("; ".join(dict.fromkeys(reasons)))
