"""What files and folders inside a recording are called, and which recording they say they belong to."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from session_archive.naming.layouts import spelled
from session_archive.naming.session_name import SessionName

_PARTS = {
    "camera": "(?P<camera>[a-z][a-z0-9_]*?)",
    "probe": "(?P<probe>[0-9]{1,4})",
    "gate": "(?P<gate>[0-9]{1,9})",
    "number": "[0-9]+",
    "*": ".*",
}
_TOKEN = re.compile(r"\{(?P<field>\w+)\}|(?P<sign>[\[\]*])|(?P<text>[^{}\[\]*]+)|(?P<stray>.)", re.DOTALL)
_KNOWN = frozenset(("subject", "date", "ident", *_PARTS))


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a name inside a recording says of itself; None and '' for what it does not say.

    foreign : '' or whose it is instead, in words
    doubt   : '' or which session of the day it says instead, in words
    """

    camera: str = ""
    probe: int | None = None
    gate: int | None = None
    foreign: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class NameForm:
    """One way of naming a file or folder inside a recording; upper and lower case are one.

    form      : '{subject}_{date}[_{ident}]_g{gate}_*', also with {camera}, {probe} and {number}
    subject   : regular expression of a subject's name
    ident     : regular expression of an ident
    spellings : how {date} may be written
    foreign   : 'reject' or 'ambiguous': the verdict on a name of another recording
    cameras   : words that are known; `side_face` is one of them, not `face` of a session 'side'
    """

    form: str
    subject: str
    ident: str
    spellings: tuple[str, ...]
    foreign: str = "ambiguous"
    cameras: tuple[str, ...] = ()

    def read(self, name: str, session: SessionName) -> NameReading | None:
        """What `name` says in a recording of `session`; None when it has another form."""
        matches = (pattern.fullmatch(name) for pattern in _patterns(self, session))
        found = next(filter(None, matches), None)
        if found is None:
            return None
        parts = found.groupdict()
        probe, gate = parts.get("probe"), parts.get("gate")
        return NameReading(
            camera=parts.get("camera") or "",
            probe=int(probe) if probe else None,
            gate=int(gate) if gate else None,
            foreign=self._foreign(parts, session),
            doubt=self._doubt(parts.get("ident") or "", session.ident),
        )

    def days(self, session: SessionName) -> tuple[str, ...]:
        """The session's own day, as names may spell it."""
        return _days(self.spellings, session.date)

    def _foreign(self, parts: dict[str, str | None], session: SessionName) -> str:
        subject, date = parts.get("subject"), parts.get("date")
        if subject is not None and subject.lower() != session.subject.lower():
            return f"named after subject {subject}, in a folder of {session.subject}"
        if date is not None and date not in self.days(session):
            return f"named after the day {date}, in a folder of {session.date}"
        return ""

    def _doubt(self, told: str, ident: str) -> str:
        if "{ident}" not in self.form or told.lower() == ident.lower():
            return ""
        words = [f"ident {each!r}" if each else "no ident" for each in (told, ident)]
        return f"named with {words[0]}, in a folder with {words[1]}"


def form_problem(form: str) -> str:
    """Why names cannot have this form, in words; '' when they can."""
    tokens = list(_TOKEN.finditer(form))
    fields = [token["field"] for token in tokens if token["field"]]
    unknown = [field for field in fields if field not in _KNOWN]
    if not form or unknown or any(token["stray"] for token in tokens) or re.search(r"[\\/\x00-\x1f]", form):
        return (
            "no form of a name; expected text, '*' and {subject}, {date}, [_{ident}], {camera}, {probe}, ..."
        )
    if any(fields.count(field) > 1 for field in set(fields) - {"number"}):
        return "names a field twice; expected each but {number} once"
    if re.search(r"[0-9*}]\{(?:probe|gate)\}|\{(?:probe|gate)\}[0-9{]", form):
        return "where a number begins or ends cannot be told; expected a letter or sign beside {probe} and {gate}"
    groups = re.findall(r"\[[^\[\]{}]*\{ident\}[^\[\]{}]*\]", form)
    if not len(groups) == form.count("[") == form.count("]"):
        return "'[ ]' without '{ident}'; expected '[_{ident}]' for what a day's first session has not"
    return ""


@lru_cache(maxsize=1024)
def _patterns(form: NameForm, session: SessionName) -> tuple[re.Pattern[str], ...]:
    """A form in a recording of a session: with the cameras that are known, then with any."""
    # The session's own words come first, so that a subject with '_' is not cut elsewhere.
    words = {
        "subject": f"{re.escape(session.subject)}|{form.subject}",
        "date": "|".join([*map(re.escape, form.days(session)), *map(_any_day, form.spellings)]),
        "ident": f"{re.escape(session.ident)}|{form.ident}" if session.ident else form.ident,
    }
    known = words | {"camera": "|".join(map(re.escape, form.cameras))}
    told = [known, words] if form.cameras and "{camera}" in form.form else [words]
    flags = re.IGNORECASE | re.ASCII | re.DOTALL
    return tuple(re.compile(_pattern(form.form, each), flags) for each in told)


@lru_cache(maxsize=1024)
def _days(spellings: tuple[str, ...], date: dt.date) -> tuple[str, ...]:
    return tuple(spelled(date, spelling) for spelling in spellings)


def _pattern(form: str, words: dict[str, str]) -> str:
    pattern = ""
    for token in _TOKEN.finditer(form):
        if field := token["field"]:
            pattern += f"(?P<{field}>{words[field]})" if field in words else _PARTS[field]
        elif token["sign"]:
            pattern += {"[": "(?:", "]": ")??", "*": ".*"}[token["sign"]]
        else:
            pattern += re.escape(token[0])
    return pattern


def _any_day(spelling: str) -> str:
    return re.sub("[0-9]", "[0-9]", re.escape(spelled(dt.date(2000, 1, 1), spelling)))
