"""What recordings are called: a session, and the files of one kind of one session."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from session_archive.errors import NamingError

#: Namespace of every id that is derived from a name, so that it is the same on each machine.
NAMESPACE = uuid.UUID("8a4ab1b5-7f5e-5c8c-9c53-0f2b3d6f6c11")


@dataclass(frozen=True, slots=True, order=True)
class SessionName:
    """One recording of one subject, as folder names tell it.

    subject : the animal's short name ("water restriction" in the seed), e.g. 'SC022'
    date    : the rig's local date
    ident   : '' for the first session of a day; '1' is the second (seed: Electrophysiology)
    """

    subject: str
    date: dt.date
    ident: str = ""

    def __str__(self) -> str:
        """`SC022 2021-01-01`, with the ident behind it where there is one."""
        return " ".join(part for part in (self.subject, self.date.isoformat(), self.ident) if part)


@dataclass(frozen=True, slots=True, order=True)
class DataSetName:
    """The files of one type in one session: what is moved, verified and recorded as one."""

    data_set_type: str
    session: SessionName

    def __str__(self) -> str:
        """`raw-ephys/SC022/2021-01-01/1`; `parse` reads it back."""
        session = self.session
        parts = [self.data_set_type, session.subject, session.date.isoformat()]
        return "/".join(parts + ([session.ident] if session.ident else []))

    @classmethod
    def parse(cls, text: str) -> DataSetName:
        """Read what `str` wrote. Raises NamingError."""
        kind, subject, date, ident = ([*text.split("/", 3), ""])[:4] if text.count("/") >= 2 else ("",) * 4
        try:
            return cls(kind, SessionName(subject, dt.date.fromisoformat(date), ident))
        except ValueError:
            raise NamingError(f"{text!r} is no data set name; expected type/subject/YYYY-MM-DD[/ident]") from None

    @property
    def id(self) -> uuid.UUID:
        """The key of this data set in the catalog, whichever DAG found it."""
        return uuid.uuid5(NAMESPACE, f"data set {self}")


def path_id(path: str) -> uuid.UUID:
    """The key of a path in the catalog: exact, where a text key would merge 'A.bin' and 'a.bin'.

    path : POSIX, relative to its root
    """
    return uuid.uuid5(NAMESPACE, f"path {path}")
