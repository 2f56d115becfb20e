"""Folder templates read in both directions: path to session, and session to path."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from session_archive.naming.session_name import SessionName

#: Parts of a date spelling. `%g` and `%G` are years of ISO weeks, which are wrong around New Year.
_DATE_PARTS = {
    "%m": "(?P<m>[0-9]{2})",
    "%d": "(?P<d>[0-9]{2})",
    "%y": "(?P<y>[0-9]{2})",
    "%Y": "(?P<Y>[0-9]{4})",
}
#: Fields that only layouts with accept = 'opt-in' or 'never' may have, and what they match.
_FIELDS = {
    "camera": "(?P<camera>[A-Za-z][A-Za-z0-9_]*)",
    "gate": "(?P<gate>[1-9][0-9]*)",
    "probe_number": "(?P<probe_number>[1-9])",
}
#: Their values where a path is written, as an example.
_WRITTEN = {"camera": "side", "gate": "1", "probe_number": "1"}
_TOKEN = re.compile(
    r"\{(?P<field>\w+)(?::(?P<spelling>[^{}]*))?\}|(?P<bracket>[\[\]])|(?P<text>[^{}\[\]]+)|(?P<stray>.)"
)


#: Ends the problem of a path whose digits name no day of the calendar.
NOT_A_DATE = "is not a date of the calendar"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a layout reads a path, or the beginning of one.

    complete : True for a data set's directory, False for a folder on the way to one
    date     : None when the path ends before it, or when `problem` says why
    problem  : '' or what is wrong with the date
    camera   : the word in the path, '' when the layout has none
    gate     : SpikeGLX's gate index of the run, from 0
    probe    : imec index from 0, when the layout numbers folders by probe
    """

    complete: bool
    subject: str | None
    date: dt.date | None
    ident: str
    problem: str = ""
    camera: str = ""
    gate: int = 0
    probe: int | None = None


@dataclass(frozen=True)
class Layout:
    """One way of naming a data set's directory.

    template : POSIX path with {subject}, {date:%m%d%y} and an optional [_{ident}]
    subject  : regular expression of a subject's name
    ident    : regular expression of an ident
    accept   : 'always', 'opt-in' (once a lab enables it) or 'never' (only to explain a folder)
    why      : why it is not accepted, '' for one that always is
    """

    id: str
    template: str
    subject: str
    ident: str
    accept: str = "always"
    why: str = ""

    def problem(self) -> str:
        """Why this template cannot be used; '' when it can. `read` and `write` need a template without problem."""
        tokens = list(_TOKEN.finditer(self.template))
        if wrong := next((why for token in tokens if (why := _token_problem(token))), ""):
            return wrong
        fields = [token["field"] for token in tokens if token["field"]]
        if "{subject}" not in self.template.split("/"):
            return "no folder is '{subject}' alone; expected one, so that dl55 is never read as dl5"
        if fields.count("date") != 1 or fields.count("ident") > 1:
            return "expected '{date:...}' once and '[_{ident}]' at most once"
        if len(set(fields) & set(_FIELDS)) and self.accept == "always":
            return (
                "contains {camera}, {gate} or {probe_number}; expected accept = 'opt-in' or 'never' with it"
            )
        groups = re.findall(r"\[[^\[\]/{}]*\{ident\}[^\[\]/{}]*\]", self.template)
        optional = 0 if self.needs_ident else fields.count("ident")
        if {len(groups), self.template.count("["), self.template.count("]")} != {optional}:
            return (
                "'{ident}' and '[ ]' go together; expected '[_{ident}]': a day's first session has no ident"
            )
        if any(part in ("", ".", "..") for part in self.template.split("/")) or "\\" in self.template:
            return "not a relative path; expected folders joined by single '/'"
        return ""

    @property
    def needs_ident(self) -> bool:
        """True when it reads only sessions with an ident; a layout that is always read never does."""
        return self.accept != "always" and "{ident}" in self.template and "[" not in self.template

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the template spells a day."""
        return tuple(token["spelling"] for token in _TOKEN.finditer(self.template) if token["spelling"])

    @cached_property
    def depth(self) -> int:
        """The number of folders in the template, including the last one."""
        return self.template.count("/") + 1

    def read(self, path: str) -> Reading | None:
        """What `path` says by this layout, checked by syntax and calendar; None when the layout does not read it."""
        return self._read(path, self._levels)

    def read_any_case(self, path: str) -> Reading | None:
        """As `read`, but case-insensitive: to show a person what a name was meant to be."""
        return self._read(path, self._levels_any_case)

    def _read(self, path: str, levels: tuple[re.Pattern[str], ...]) -> Reading | None:
        level = path.count("/")
        match = levels[level].fullmatch(path) if level < self.depth else None
        if match is None:
            return None
        parts = match.groupdict()
        date, problem = _date(parts) if parts.get("d") and parts.get("m") else (None, "")
        return Reading(
            level + 1 == self.depth,
            parts.get("subject"),
            date,
            parts.get("ident") or "",
            problem,
            camera=parts.get("camera") or "",
            gate=int(parts.get("gate") or 0),
            probe=int(parts["probe_number"]) - 1 if parts.get("probe_number") else None,
        )

    def write(self, session: SessionName) -> str:
        """The directory of `session` by this layout; not checked: the caller reads it back."""
        tokens = self._tokens_with_ident if session.ident else self._tokens_without_ident
        return "".join([_written(token, session) for token in tokens])

    @cached_property
    def _tokens_with_ident(self) -> tuple[re.Match[str], ...]:
        return tuple(_TOKEN.finditer(re.sub(r"[\[\]]", "", self.template)))

    @cached_property
    def _tokens_without_ident(self) -> tuple[re.Match[str], ...]:
        return tuple(_TOKEN.finditer(re.sub(r"\[[^\[\]]*\]", "", self.template)))

    @cached_property
    def _levels(self) -> tuple[re.Pattern[str], ...]:
        pattern = ""
        levels = []
        for folder in self.template.split("/"):
            pattern += "/" if pattern else ""
            for token in _TOKEN.finditer(folder):
                pattern += self._pattern(token, seen="(?P<subject>" in pattern)
            levels.append(re.compile(pattern))
        return tuple(levels)

    @cached_property
    def _levels_any_case(self) -> tuple[re.Pattern[str], ...]:
        # ASCII only, or 'ſ' and the Kelvin sign would count as letters of a subject.
        return tuple(re.compile(level.pattern, re.IGNORECASE | re.ASCII) for level in self._levels)

    def _pattern(self, token: re.Match[str], *, seen: bool) -> str:
        if token["bracket"]:
            return "(?:" if token["bracket"] == "[" else ")?"
        if token["text"]:
            return re.escape(token["text"])
        if token["field"] == "subject":
            return "(?P=subject)" if seen else f"(?P<subject>{self.subject})"
        if token["field"] == "ident":
            return f"(?P<ident>{self.ident})"
        if token["field"] in _FIELDS:
            return _FIELDS[token["field"]]
        return "".join(_DATE_PARTS.get(part) or re.escape(part) for part in _spelling(token["spelling"]))


def _token_problem(token: re.Match[str]) -> str:
    field, spelling = token["field"], token["spelling"]
    if token["stray"] or (token["text"] and re.search(r"[\x00-\x1f\x7f*?%]", token["text"])):
        return f"{token[0]!r} is not allowed; expected text, {{subject}}, {{date:%m%d%y}} and [_{{ident}}]"
    if field in ("subject", "ident", *_FIELDS) and spelling is None:
        return ""
    if field == "date":
        return spelling_problem(spelling or "")
    return "" if not field else f"{token[0]!r} is unknown; expected {{subject}}, {{date:%m%d%y}} or {{ident}}"


def spelling_problem(spelling: str) -> str:
    """Why a date cannot be spelled like this; '' when it can."""
    parts = [part for part in _spelling(spelling) if part.startswith("%")]
    if wrong := next((part for part in parts if part not in _DATE_PARTS), ""):
        return f"{wrong!r} in a date; expected only %m, %d and %y or %Y (%g and %G are years of ISO weeks)"
    if sorted(parts) not in (["%d", "%m", "%y"], ["%Y", "%d", "%m"]):
        return f"the date spelling {spelling!r} is not a date; expected %m, %d and one of %y, %Y, each once"
    return "" if "/" not in spelling else "the date spans folders; expected it in one folder"


@lru_cache(maxsize=64)
def _spelling(spelling: str) -> tuple[str, ...]:
    return tuple(re.findall(r"%.?|[^%]", spelling))


def spelled(date: dt.date, spelling: str) -> str:
    """A day as `spelling` writes it; unlike strftime, every year has four digits on every system."""
    return _format(spelling).format(date, date.year % 100)


@lru_cache(maxsize=64)
def _format(spelling: str) -> str:
    """For `str.format` with a date, and its year without the century."""
    digits = {"%m": "{0.month:02}", "%d": "{0.day:02}", "%y": "{1:02}", "%Y": "{0.year:04}"}
    return "".join(
        digits.get(part) or part.replace("{", "{{").replace("}", "}}") for part in _spelling(spelling)
    )


def day_pattern(spelling: str) -> str:
    """A regular expression of any day as `spelling` writes it, without groups: digits, not checked by the calendar."""
    return re.sub("[0-9]", "[0-9]", re.escape(spelled(dt.date(2000, 1, 1), spelling)))


def read_date(text: str, spelling: str) -> dt.date | None:
    """The day that `text` is in this spelling; None when it is not a day."""
    pattern = "".join(_DATE_PARTS.get(part) or re.escape(part) for part in _spelling(spelling))
    match = re.fullmatch(pattern, text)
    return _date(match.groupdict())[0] if match else None


def _date(parts: dict[str, str | None]) -> tuple[dt.date | None, str]:
    year = int(parts.get("Y") or 0) if parts.get("Y") is not None else 2000 + int(parts.get("y") or 0)
    month, day = int(parts["m"] or 0), int(parts["d"] or 0)
    try:
        return dt.date(year, month, day), ""
    except ValueError:
        return None, f"year {year}, month {month}, day {day} {NOT_A_DATE}"


def _written(token: re.Match[str], session: SessionName) -> str:
    match token["field"]:
        case None:
            return token[0]
        case "date":
            return spelled(session.date, token["spelling"])
        case "subject":
            return session.subject
        case "ident":
            return session.ident
        case field:
            return _WRITTEN[field]
