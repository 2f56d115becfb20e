"""What a person has decided about a folder, a data set or a session; kept with who, when and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from session_archive.errors import ArchiveError
from session_archive.states.state import LabSession


class Verdict(StrEnum):
    """What was decided; for each target the newest counts."""

    #: This folder belongs to that session, whatever its name says.
    SESSION = "session"
    #: This folder, or the data of this session, is not to be archived.
    IGNORE = "ignore"
    #: Earlier decisions about this target no longer apply.
    WITHDRAW = "withdraw"
    #: The files in the archive with these names and sizes are this data set's, although nothing proves it.
    ACCEPT_CONTENT = "accept content"
    #: The checksum that the acquisition program wrote is wrong, and the file is right.
    ACCEPT_WITHOUT_CHECKSUM = "accept without external checksum"
    #: Transfer a data set once more although its checksum did not match.
    SEND_AGAIN = "send again"
    #: These files are sent although some are missing or odd; what is missing is written down.
    ACCEPT_INCOMPLETE = "accept incomplete"
    #: The files of this data set stay at the rig, archived or not.
    KEEP = "keep"
    #: They need not stay there any more.
    KEEP_NO_LONGER = "keep no longer"


#: A target can have only one of these verdicts: the later replaces the earlier.
_ASSIGNMENTS = frozenset({Verdict.SESSION, Verdict.IGNORE})
_KEEPING, _KEPT = frozenset({Verdict.KEEP, Verdict.KEEP_NO_LONGER}), "keep"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of one person; it is about a folder, or a data set, or a session.

    place, directory : the folder: a name of archive.toml, and the path relative to that root
    data_set         : a data set's name, 'raw-ephys/SC022/2021-01-01'
    manifest_id      : for a data set: these files only, as they are now
    file             : for a data set: this file only, relative to the root; '' for all
    copy_at          : for the content of a data set: its copy at this location; '' where it had no other location
    data_set_type    : for an ignored session: only this type; '' for all types
    session_id       : the lab session that the folder belongs to, or that is ignored
    session_key      : its primary key in the lab's pipeline
    session          : as shown, `SC022 2021-01-01 10:30`
    decided_by       : a person's login
    decided_at       : UTC; None until it is recorded
    """

    verdict: Verdict
    place: str = ""
    directory: str = ""
    data_set: str = ""
    manifest_id: str = ""
    file: str = ""
    copy_at: str = ""
    data_set_type: str = ""
    session_id: uuid.UUID | None = None
    session_key: dict[str, Any] = field(default_factory=dict)
    session: str = ""
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    why: str = ""

    @property
    def target(self) -> str:
        """What it is about, in one text: `rig1:SC022/catgt_SC022_010121_g0`, a data set's name, a session's id."""
        if self.place:
            return f"{self.place}:{self.directory}"
        return self.data_set or f"{self.session_id} {self.data_set_type}".rstrip()

    @property
    def words(self) -> str:
        """Who, when and why, to show: `ignored by ann on 2021-01-02: test recording`."""
        done = {
            Verdict.SESSION: f"given to {self.session}",
            Verdict.IGNORE: "ignored",
            Verdict.ACCEPT_CONTENT: "accepted",
            Verdict.ACCEPT_WITHOUT_CHECKSUM: "accepted without external checksum",
            Verdict.SEND_AGAIN: "sending again approved",
            Verdict.ACCEPT_INCOMPLETE: "accepted as incomplete",
            Verdict.KEEP: "kept at the rig",
            Verdict.KEEP_NO_LONGER: "kept at the rig no longer",
            Verdict.WITHDRAW: "withdrawn",
        }
        where = f" at {self.copy_at}" if self.copy_at else ""
        when = f" on {self.decided_at:%Y-%m-%d}" if self.decided_at else ""
        return f"{done[self.verdict]}{where} by {self.decided_by or 'an unnamed person'}{when}: {self.why}"


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions in force: for each target the newest of its kind, unless it was withdrawn.

    decisions : oldest first
    """
    in_force: dict[str, dict[str, Decision]] = {}
    for decision in decisions:
        kinds = in_force.setdefault(decision.target, {})
        if decision.verdict is Verdict.WITHDRAW:
            # What was accepted; it says nothing about the rig.
            kept = kinds.get(_KEPT)
            kinds.clear()
            kinds.update({_KEPT: kept} if kept else {})
        else:
            kinds[_kind(decision)] = decision
    return tuple(decision for kinds in in_force.values() for decision in kinds.values())


def about_copy(decision: Decision, place: str, *, first: str) -> bool:
    """Whether a decision is about the copy at a place: who vouches for content has seen one copy, and no other.

    first : the first location of its type, which was the only one when a decision names none
    """
    return decision.verdict is not Verdict.ACCEPT_CONTENT or place == (decision.copy_at or first)


def kept_at_rig(decisions: Iterable[Decision]) -> str:
    """Who keeps the files of a data set at its rig, when and why; '' for nobody.

    decisions : on one data set, oldest first
    """
    for decision in standing(decisions):
        if decision.verdict is Verdict.KEEP:
            return decision.words
    return ""


def _kind(decision: Decision) -> str:
    if decision.verdict in _KEEPING:
        return _KEPT
    return (
        "assignment"
        if decision.verdict in _ASSIGNMENTS
        else f"{decision.verdict} {decision.file} {decision.copy_at}"
    )


def find_session(text: str, sessions: Iterable[LabSession]) -> LabSession:
    """The one session that a person means. Raises ArchiveError unless there is exactly one.

    text : `SC022 2021-01-01 10:30` as the states show it, or its key: `subject_id=456772, session=5`
    """
    key = key_of_session(text)
    matches = {
        session.id: session
        for session in sessions
        if (key == {name: str(value) for name, value in session.key.items()} if key else str(session) == text)
    }
    if len(matches) == 1:
        return next(iter(matches.values()))
    if not matches:
        raise ArchiveError(
            f"{text!r} is not a session of the lab's pipeline; expected its short form, such as "
            "'SC022 2021-01-01 10:30', or its whole key, such as 'subject_id=456772, session=5'"
        )
    keys = "; ".join(_key_text(session.key) for session in matches.values())
    raise ArchiveError(f"{text!r} means {len(matches)} sessions; name one by its key: {keys}")


def key_of_session(text: str) -> dict[str, str]:
    """The primary key of a session as a person writes it, `subject_id=456772, session=5`; {} for any other text."""
    pairs = [part.partition("=") for part in text.split(",")]
    return (
        {name.strip(): value.strip() for name, _, value in pairs}
        if all(equals for _, equals, _ in pairs)
        else {}
    )


def _key_text(key: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in key.items())
