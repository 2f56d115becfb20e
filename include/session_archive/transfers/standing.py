"""How an unfinished transfer stands by the service's last answer, and what a person has to do about it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from session_archive.errors import RefusedError
from session_archive.transfers.submission import End, Outcome

#: A transfer that the service has not answered for so long takes no room from others.
TAKES_ROOM_FOR = dt.timedelta(days=1)


class Answer(StrEnum):
    """What the service said when it was last asked about an unfinished transfer."""

    UNDER_WAY = "under way"
    NEEDS_PERSON = "needs a person"
    #: It refused to answer, or its answer could not be read.
    NONE = "no answer"


@dataclass(frozen=True, slots=True)
class Standing:
    """The last answer about an unfinished transfer.

    words : the service's own, or why there are none; '' where all is well
    since : UTC; since when each answer has been of this kind
    """

    answer: Answer
    words: str
    since: dt.datetime

    def overdue(self, *, now: dt.datetime) -> bool:
        """Whether nothing has been known of it for so long that it takes no room from others."""
        return self.answer is Answer.NONE and now - self.since > TAKES_ROOM_FOR

    def message(self, name: str, *, now: dt.datetime) -> str:
        """What a person must know and do, in one line; '' where nobody has to act.

        name : of the transfer, as `session-archive write-off` takes it
        """
        since = f"since {self.since:%Y-%m-%d %H:%M} UTC"
        match self.answer:
            case Answer.NEEDS_PERSON:
                return f"its transfer waits for a person {since}: {self.words}"
            case Answer.NONE if self.overdue(now=now):
                return (
                    f"how its transfer stands is not known {since}: {self.words}. It takes no room from others any "
                    "longer. Look at it in the Globus web app; once it has ended there: session-archive write-off "
                    f"{quoted(name)} --why ..."
                )
            case Answer.NONE:
                return f"how its transfer stands is not known {since}: {self.words}. The next run asks again"
            case _:
                return ""


def next_standing(last: Standing | None, answer: Answer, words: str, *, now: dt.datetime) -> Standing:
    """How a transfer stands by a new answer, after what is known of it.

    last : by the answer before; None if nothing was ever wrong
    """
    same = last is not None and last.answer is answer
    return Standing(answer, words, last.since if last is not None and same else now)


def written_off(standing: Standing | None, *, name: str, by: str, why: str, now: dt.datetime) -> Outcome:
    """The outcome of a transfer that a person writes off.

    raises : RefusedError while the service answers for it, or has not been silent about it for long enough
    """
    if standing is None or standing.answer is not Answer.NONE:
        raise RefusedError(
            f"{name}: Globus says how its transfer stands, so it is not written off; to end it: session-archive cancel "
            f"{quoted(name)}"
        )
    if not standing.overdue(now=now):
        raise RefusedError(
            f"{name}: how its transfer stands is not known only since {standing.since:%Y-%m-%d %H:%M} UTC; it may be "
            "written off after a day"
        )
    return Outcome(
        End.LOST,
        f"written off by {by} on {now:%Y-%m-%d}: {why.strip()}; the next run compares the files and sends what is "
        "missing",
    )


def quoted(name: str) -> str:
    """A name as a shell takes it."""
    return f"'{name}'" if " " in name else name
