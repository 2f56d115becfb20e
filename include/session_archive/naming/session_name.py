"""The names of recordings as values: a session, and a data set, which is one kind of files of one session."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from printable_text import BIDIRECTIONAL, CONTROL, printable
from session_archive.errors import NamingError

#: Namespace of every id that is derived from a name, so that ids are the same on every machine.
NAMESPACE = uuid.UUID("8a4ab1b5-7f5e-5c8c-9c53-0f2b3d6f6c11")

#: Bytes of one name; the limit of common file systems.
LONGEST_NAME = 255

_NO_NAMES = frozenset(("", ".", ".."))
_NOT_UTF8 = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(f"[{CONTROL}]")
_BIDIRECTIONAL = re.compile(f"[{BIDIRECTIONAL}]")
#: Both of these and the backslash in one pattern: most of hundreds of thousands of paths match none of them.
_ODD = re.compile(f"[{CONTROL}{BIDIRECTIONAL}\ud800-\udfff\\\\]")


@dataclass(frozen=True, slots=True, order=True)
class SessionName:
    """One session of one subject, as folder names give it.

    subject : the animal's short name ("water restriction" in map-ephys), e.g. 'SC022'
    date    : the rig's local date
    ident   : '' for the first session of a day; '1' is the second (map-ephys docs: Electrophysiology)
    raises  : NamingError when `str` could not keep a part apart from its neighbours
    """

    subject: str
    date: dt.date
    ident: str = ""

    def __post_init__(self) -> None:
        """Refuse parts that would give two sessions the same text, or one session two texts."""
        if isinstance(self.date, dt.datetime):
            raise NamingError(f"{self.date} is a timestamp; expected the rig's local date of the session")
        for word, part in (("subject", self.subject), ("ident", self.ident or "none")):
            if plain_name(part):
                continue
            if wrong := path_problem(part) or ("contains '/'" if "/" in part else ""):
                raise NamingError(
                    f"{printable(part)!r} {wrong}; expected the {word} of a session, a plain name"
                )

    def __str__(self) -> str:
        """`SC022 2021-01-01`, followed by the ident if there is one."""
        return " ".join(part for part in (self.subject, self.date.isoformat(), self.ident) if part)


@dataclass(frozen=True, slots=True, order=True)
class DataSetName:
    """The files of one type in one session, which are transferred, verified and recorded together."""

    data_set_type: str
    session: SessionName

    def __str__(self) -> str:
        """`raw-ephys/SC022/2021-01-01/1`; `parse` reads it back."""
        session = self.session
        parts = [self.data_set_type, session.subject, session.date.isoformat()]
        return "/".join(parts + ([session.ident] if session.ident else []))

    @classmethod
    def parse(cls, text: str) -> DataSetName:
        """Read what `str` wrote, and nothing else. Raises NamingError."""
        kind, subject, date, ident, *more = [*text.split("/"), "", "", "", ""]
        try:
            name = cls(kind, SessionName(subject, dt.date.fromisoformat(date), ident))
        except (ValueError, NamingError):
            name = None
        if name is None or not kind or any(more) or str(name) != text:
            raise NamingError(
                f"{printable(text)!r} is not a data set name; expected type/subject/YYYY-MM-DD[/ident]"
            )
        return name

    @property
    def id(self) -> uuid.UUID:
        """The key of this data set in the catalog, the same for every DAG."""
        return uuid.uuid5(NAMESPACE, f"data set {self}")


#: The form of nearly all names: printable ASCII without '/' and '\\', and not '.' or '..'.
_PLAIN = re.compile(r"(?!\.{1,2}\Z)[ -.0-\[\]-~]{1,255}")


def lines(directory: str) -> tuple[str, ...]:
    """The directories of one data set, which are stored as one text with a line for each; no path has a line break."""
    return tuple(directory.split("\n"))


def path_id(path: str) -> uuid.UUID:
    """The key of a path in the catalog: exact, where a text key would merge 'A.bin' and 'a.bin'.

    path   : POSIX, relative to its root
    raises : NamingError for a text that is not a path inside a root
    """
    require_path(path)
    return uuid.uuid5(NAMESPACE, f"path {path}")


def require_path(path: str) -> None:
    """Raise NamingError unless `path` is one canonical path inside a root, on every machine."""
    if wrong := path_problem(path):
        raise NamingError(
            f"{printable(path)!r} {wrong}; expected names joined by single '/', relative to a root, "
            "without '.', '..', '\\', control or bidirectional characters, in UTF-8"
        )


def path_problem(path: str) -> str:
    """Why `path` cannot be stored exactly, in words that follow the path; '' when it can.

    source : Globus paths have '/' only; a name has at most 255 bytes on ext4 and XFS
    """
    names = path.split("/")
    if not _NO_NAMES.isdisjoint(names):
        return "is not a path inside a root"
    if _ODD.search(path):
        return _odd_sign(path)
    # A character has at most 4 bytes, so only in long paths must each name be measured.
    if len(path) * 4 > LONGEST_NAME and any(len(name.encode()) > LONGEST_NAME for name in names):
        return f"has a name of more than {LONGEST_NAME} bytes"
    return ""


def plain_name(name: str) -> bool:
    """True for a single name in which `path_problem` finds nothing, decided fast; False when in doubt."""
    return _PLAIN.fullmatch(name) is not None


def _odd_sign(path: str) -> str:
    if _NOT_UTF8.search(path):
        return "is not UTF-8"
    if _BIDIRECTIONAL.search(path):
        return "contains a bidirectional character"
    return "contains a control character" if _CONTROL.search(path) else "contains a backslash"


def session_number(ident: str) -> int | None:
    """0 for the unnumbered folder, k for ident 'k'; None for a word, '0' or '01'."""
    if not ident:
        return 0
    return int(ident) if ident.isascii() and ident.isdigit() and not ident.startswith("0") else None
