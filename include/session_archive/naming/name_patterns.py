"""Forms of the names of files and folders inside a recording, and the recording that each name points to."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from session_archive.naming.session_folders import day_pattern, spelled
from session_archive.naming.session_name import SessionName

_PARTS = {
    "camera": "(?P<camera>[a-z][a-z0-9_]*?)",
    # Letters too, so that 'imecO' is reported and not passed over.
    "probe": "(?P<probe>[0-9a-z]{1,4})",
    "gate": "(?P<gate>[0-9]{1,9})",
    "number": "[0-9]+",
    "*": ".*",
}
_TOKEN = re.compile(r"\{(?P<field>\w+)\}|(?P<sign>[\[\]*])|(?P<text>[^{}\[\]*]+)|(?P<stray>.)", re.DOTALL)
_KNOWN = frozenset(("subject", "date", "ident", *_PARTS))


@dataclass(frozen=True, slots=True)
class NameReading:
    """The parts of a name inside a recording; None and '' for parts that it does not have.

    foreign : why the name points to another subject or day, '' when it does not
    doubt   : why the name points to another session of the day, or to no probe; '' when it does neither
    """

    camera: str = ""
    probe: int | None = None
    gate: int | None = None
    foreign: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class NameForm:
    """One way of naming a file or folder inside a recording, case-insensitive.

    form      : '{subject}_{date}[_{ident}]_g{gate}_*', also with {camera}, {probe} and {number}
    subject   : regular expression of a subject's name
    ident     : regular expression of an ident
    spellings : how {date} may be written
    foreign   : 'reject' or 'ambiguous': the verdict on a name of another recording
    cameras   : known words for cameras; they decide that `side_face` is a camera, not camera `face` of session 'side'
    """

    form: str
    subject: str
    ident: str
    spellings: tuple[str, ...]
    foreign: str = "ambiguous"
    cameras: tuple[str, ...] = ()

    def read(self, name: str, session: SessionName) -> NameReading | None:
        """The parts of `name` in a recording of `session`; None when it has another form."""
        matches = (pattern.fullmatch(name) for pattern in _patterns(self, session))
        match = next(filter(None, matches), None)
        if match is None:
            return None
        parts = match.groupdict()
        probe, gate = parts.get("probe") or "", parts.get("gate")
        doubts = (self._doubt(parts.get("ident") or "", session.ident), _no_number(probe))
        return NameReading(
            camera=parts.get("camera") or "",
            probe=int(probe) if probe.isdigit() else None,
            gate=int(gate) if gate else None,
            foreign=self._foreign(parts, session),
            doubt="; ".join(filter(None, doubts)),
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

    def _doubt(self, named: str, ident: str) -> str:
        if "{ident}" not in self.form or named.lower() == ident.lower():
            return ""
        words = [f"ident {each!r}" if each else "no ident" for each in (named, ident)]
        return f"named with {words[0]}, in a folder with {words[1]}"


def form_problem(form: str) -> str:
    """Why this cannot be a form of names; '' when it can."""
    tokens = list(_TOKEN.finditer(form))
    fields = [token["field"] for token in tokens if token["field"]]
    unknown = [field for field in fields if field not in _KNOWN]
    if not form or unknown or any(token["stray"] for token in tokens) or re.search(r"[\\/\x00-\x1f]", form):
        return "not a form of a name; expected text, '*' and {subject}, {date}, [_{ident}], {camera}, {probe}, ..."
    if any(fields.count(field) > 1 for field in set(fields) - {"number"}):
        return "names a field twice; expected each but {number} once"
    if re.search(r"[0-9*}]\{(?:probe|gate)\}|\{(?:probe|gate)\}[0-9{]", form):
        return "unclear where a number begins or ends; expected a letter or sign next to {probe} and {gate}"
    groups = re.findall(r"\[[^\[\]{}]*\{ident\}[^\[\]{}]*\]", form)
    if not len(groups) == form.count("[") == form.count("]"):
        return "'[ ]' without '{ident}'; expected '[_{ident}]' for the part that the first session of a day lacks"
    return ""


def _no_number(probe: str) -> str:
    return f"{probe!r} stands where a probe's number belongs" if probe and not probe.isdigit() else ""


@lru_cache(maxsize=1024)
def _patterns(form: NameForm, session: SessionName) -> tuple[re.Pattern[str], ...]:
    """The patterns of a form in a recording of a session: first with the known cameras, then with any camera."""
    # The session's own words come first, so that a subject with '_' is not split.
    words = {
        "subject": f"{re.escape(session.subject)}|{form.subject}",
        "date": "|".join([*map(re.escape, form.days(session)), *map(day_pattern, form.spellings)]),
        "ident": f"{re.escape(session.ident)}|{form.ident}" if session.ident else form.ident,
    }
    known = words | {"camera": "|".join(map(re.escape, form.cameras))}
    choices = [known, words] if form.cameras and "{camera}" in form.form else [words]
    flags = re.IGNORECASE | re.ASCII | re.DOTALL
    return tuple(re.compile(_pattern(form.form, each), flags) for each in choices)


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
