"""May this listing be sent, and do the files that arrived count as archived? Pure decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from session_archive.fixity.compare import FixityReport
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import unvouched
from session_archive.listing import Listing, Problem
from session_archive.naming.recording_kind import Convention
from session_archive.naming.start_day import doubt_of_day
from session_archive.recording.completeness import Texts
from session_archive.states.state import State

#: Of a folder without files, and of one of which every file is left out.
NOTHING_TO_ARCHIVE = "the folder holds no file that can be archived"


def judge_listing(
    listing: Listing,
    *,
    kind: Convention | None = None,
    max_files: int | None = None,
    settled: bool = False,
    decided: bool = False,
) -> tuple[State, str] | None:
    """The state that keeps a data set from being sent, with the reason; None if it may be sent.

    kind      : of recording; None where nothing is sent
    max_files : a data set is one transfer task; above this it is refused rather than split; None if nothing is sent
    settled   : it is archived already, or a person decided which session the folder is of
    decided   : a person decided that, so that what lies in the folder belongs to it, however it is named
    """
    files = listing.manifest.files
    if blocked := _blocked(listing, decided=decided):
        return blocked
    if not settled and (doubt := doubt_of_session(listing)):
        return State.AMBIGUOUS, doubt
    if decided and (lost := nothing_recorded(listing, kind)):
        return State.AMBIGUOUS, lost
    if not files:
        return State.EMPTY, "; ".join(filter(None, (NOTHING_TO_ARCHIVE, left_out(listing))))
    if max_files is not None and len(files) > max_files:
        return (
            State.REFUSED,
            f"{len(files)} files, more than limits.max_files = {max_files}: pack small files, or raise the limit",
        )
    return None


def doubt_of_session(listing: Listing) -> str:
    """Why the folder may not be of the session that its name says: it holds recordings of another; '' for no doubt."""
    if not (first := _first_of(_others(listing))):
        return ""
    return (
        f"{first}; a recording of another subject or day is inside: move it out or rename the folder; if "
        "the folder is right, give it to its session by `session-archive decide`"
    )


def nothing_recorded(listing: Listing, kind: Convention | None) -> str:
    """Why no decision makes it archived: each recording in it is named after another subject or day; '' if one is not.

    They are left out whatever a person decides, so that the data set would be called archived without any of them.

    kind : of recording; None where nothing is decided
    """
    first = _first_of(_others(listing))
    if (
        not kind
        or not first
        or any(kind.raw(file.path.rpartition("/")[2]) for file in listing.manifest.files)
    ):
        return ""
    return (
        f"{first}; every recording in the folder is named after another subject or day, so none would be "
        "archived: rename the folder after them"
    )


def doubt_of_names(listing: Listing) -> str:
    """Why files may not belong where they lie, by their names; '' for no doubt."""
    if not (first := _first_of(names_decided(listing))):
        return ""
    return (
        f"{first}; rename it; or, if it belongs to this recording, give the folder to its session by "
        "`session-archive decide`, and it is sent under this name"
    )


def doubt_of_folder(listing: Listing, texts: Texts, *, named: dt.date) -> str:
    """Why the folder may not be what its name says, by the names and texts in it; '' for no doubt."""
    return doubt_of_names(listing) or doubt_of_session(listing) or doubt_of_start(texts, named=named)


def names_decided(listing: Listing) -> tuple[Problem, ...]:
    """What a decision on the folder overrules: names that would be doubtful without it."""
    return tuple(problem for problem in listing.problems if problem.doubtful)


def doubt_of_start(texts: Texts, *, named: dt.date) -> str:
    """Why a recording may be of another day than its folder's name says, by its own .meta files; '' for no doubt.

    named : the day in the folder's name; a person may have decided which session it is
    """
    starts = [
        meta.started
        for meta in texts.metas.values()
        if not isinstance(meta, str) and meta.started is not None
    ]
    doubt = doubt_of_day(min(starts).date(), named=named) if starts else ""
    if not doubt:
        return ""
    return f"{doubt}: rename the folder, or give it to its session by `session-archive decide`"


def files_behind(listing: Listing, state: State) -> tuple[tuple[str, str], ...]:
    """Every file for which `judge_listing` gives this state, each with what is wrong; it names only the first."""
    others = _others(listing) if state is State.AMBIGUOUS else ()
    return tuple((problem.path, problem.what) for problem in _blocking(listing, state) or others)


def left_out(listing: Listing) -> str:
    """What is not archived although the data set is, in words; '' for nothing."""
    first = _first_of([problem for problem in listing.problems if not problem.blocks])
    return f"left out: {first}" if first else ""


def _blocked(listing: Listing, *, decided: bool) -> tuple[State, str] | None:
    """The worst state that a problem of the listing puts the data set in, with the reason; None if there is none."""
    reasons = {
        State.REFUSED: _first_of(_blocking(listing, State.REFUSED)),
        State.AMBIGUOUS: "" if decided else doubt_of_names(listing),
        State.WAITING: _first_of(_blocking(listing, State.WAITING)),
    }
    return next(((state, reason) for state, reason in reasons.items() if reason), None)


def _blocking(listing: Listing, state: State) -> tuple[Problem, ...]:
    return tuple(problem for problem in listing.problems if problem.blocks and problem.state is state)


def _others(listing: Listing) -> tuple[Problem, ...]:
    return tuple(problem for problem in listing.problems if problem.other)


def _first_of(problems: Sequence[Problem]) -> str:
    """The first in words, and how many more there are; '' for none."""
    if not problems:
        return ""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0].path}: {problems[0].what}{more}"


#: Why a later run cannot prove the files of a data set.
NOT_READABLE = "the rig's copies cannot be read here"
NOT_COMPUTED = "the storage there computes no checksum that Globus could compare"


def judge_replica(
    report: FixityReport,
    known: Manifest,
    *,
    provable: bool,
    doubts: Mapping[str, str] = MappingProxyType({}),
    note: str = "",
    why_not: str = "",
) -> tuple[State, str]:
    """The state of a data set whose transfer is over, with the reason.

    report   : the destination's listing compared with what was promised
    known    : the promised files, each with its voucher
    provable : a later run can read the rig's copies and let Globus compare them
    doubts   : path -> why nothing shows that the promised version of a file arrived
    note     : what could not be compared with the source; '' for nothing
    why_not  : why it cannot; '' where the rig's copies cannot be read
    """
    if not report.intact:
        return State.FAILED, "; ".join(filter(None, (report.summary, note)))
    if not (files := unvouched(known)):
        return State.ARCHIVED, note
    why = doubts.get(files[0].path) or "their sizes are right, but Globus reported no checksum"
    next_step = (
        "the next run compares them with the rig's copies"
        if provable
        else f"{why_not or NOT_READABLE}: compare them by hand, then run `session-archive accept`"
    )
    return State.UNVERIFIED, (
        f"nothing proves the content of {len(files)} of {len(known.files)} files, the first: {files[0].path}; "
        f"{why}. {next_step[0].upper()}{next_step[1:]}" + (f". {note[0].upper()}{note[1:]}" if note else "")
    )
