"""Forms of the names of files and folders inside a recording, and the recording that each name points to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

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
#: Fields whose words the session itself has.
_OWN = frozenset(("subject", "date", "ident"))
_KNOWN = _OWN | _PARTS.keys()
#: Finds what looks at the beginning of a name, or behind: `^` outside of a class, `\\A`, `(?<=` and `(?<!`.
_LOOKS_BEHIND = re.compile(r"(?<!\[)\^|\\A|\(\?<[=!]")
_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL


class NameReading(NamedTuple):
    """The parts of a name inside a recording; None and '' for parts that it does not have.

    foreign : why the name points to another subject or day, '' when it does not
    doubt   : why the name points to another session of the day, or to no probe; '' when it does neither
    """

    camera: str = ""
    probe: int | None = None
    gate: int | None = None
    foreign: str = ""
    doubt: str = ""


@dataclass(frozen=True)
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
        # Most names lack a text of most forms, and need no regular expression.
        if self._longest_text not in name.lower():
            return None
        own, patterns, text = None, self._patterns, name
        if self._of_session:
            own = _own_words(self.spellings, session)
            if self._looks_behind:
                patterns = _written_out(self, session)
            else:
                text = own.text + name
        for pattern in patterns:
            if match := pattern.fullmatch(text):
                return self._reading(match, own)
        return None

    def _reading(self, match: re.Match[str], own: _OwnWords | None) -> NameReading:
        fields = self._fields
        probe = match["probe"] if "probe" in fields else ""
        gate = match["gate"] if "gate" in fields else ""
        doubt = self._doubt(match["ident"] or "", own.ident) if own and "ident" in fields else ""
        if probe and not probe.isdigit():
            doubt = "; ".join(filter(None, (doubt, f"{probe!r} stands where a probe's number belongs")))
            probe = ""
        return NameReading(
            match["camera"] if "camera" in fields else "",
            int(probe) if probe else None,
            int(gate) if gate else None,
            self._foreign(match, own) if own else "",
            doubt,
        )

    def days(self, session: SessionName) -> tuple[str, ...]:
        """The session's own day, as names may spell it."""
        return days_of(session, self.spellings)

    @cached_property
    def _fields(self) -> frozenset[str]:
        return frozenset(token["field"] for token in _TOKEN.finditer(self.form) if token["field"])

    @cached_property
    def _of_session(self) -> bool:
        """True if it has a field whose words the session itself has."""
        return not _OWN.isdisjoint(self._fields)

    @cached_property
    def _looks_behind(self) -> bool:
        """True if a lab's expression would notice that something stands before the name."""
        return _LOOKS_BEHIND.search(f"{self.subject} {self.ident}") is not None

    @cached_property
    def _longest_text(self) -> str:
        """A text that every name of this form has, in lower case; '' if there is none."""
        always = re.sub(r"\[[^\]]*\]", "*", self.form)
        texts = (token["text"] or "" for token in _TOKEN.finditer(always))
        return max(texts, key=len, default="").lower()

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        """For any session: they find its own words before the name (see `_OwnWords.text`)."""
        days = [f"own_day{number}" for number in range(len(self.spellings))]
        before = "".join(rf"(?P<{word}>[^\n]*)\n" for word in ("own_subject", *days))
        # The group of an empty ident matches nothing, so that no reference to it does.
        before += r"(?P<own_ident>[^\n]+)?\n"
        own = {
            "subject": "(?P=own_subject)",
            "date": "|".join(f"(?P={day})" for day in days),
            "ident": "(?P=own_ident)",
        }
        return _compiled(self, own, before if self._of_session else "")

    def _foreign(self, match: re.Match[str], own: _OwnWords) -> str:
        if "subject" in self._fields and (subject := match["subject"]).lower() != own.subject.lower():
            return f"named after subject {subject}, in a folder of {own.subject}"
        if "date" in self._fields and (date := match["date"]) not in own.days:
            return f"named after the day {date}, in a folder of {own.date}"
        return ""

    def _doubt(self, named: str, ident: str) -> str:
        if named.lower() == ident.lower():
            return ""
        words = [f"ident {each!r}" if each else "no ident" for each in (named, ident)]
        return f"named with {words[0]}, in a folder with {words[1]}"


# Many subjects have a recording of the same day.
@lru_cache(maxsize=1024)
def spelled_in_each(date: dt.date, spellings: tuple[str, ...]) -> tuple[str, ...]:
    """A day in each spelling."""
    return tuple(spelled(date, spelling) for spelling in spellings)


def days_of(session: SessionName, spellings: tuple[str, ...]) -> tuple[str, ...]:
    """The session's own day in each spelling."""
    return _own_words(spellings, session).days


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


@lru_cache(maxsize=1024)
def _written_out(form: NameForm, session: SessionName) -> tuple[re.Pattern[str], ...]:
    """The patterns for one session only, with its words in them: compiling them takes a millisecond.

    A lab's expression that looks behind would find the words of `_own_words` there.
    """
    own = {"subject": re.escape(session.subject), "date": "|".join(map(re.escape, form.days(session)))}
    return _compiled(form, own | ({"ident": re.escape(session.ident)} if session.ident else {}))


def _compiled(form: NameForm, own: Mapping[str, str], before: str = "") -> tuple[re.Pattern[str], ...]:
    """The patterns of a form: first with the known cameras, then with any camera.

    own    : field -> pattern of the session's own word, which comes first: a subject with '_' is not split
    before : pattern of what stands before the name
    """
    anyone = {
        "subject": form.subject,
        "date": "|".join(map(day_pattern, form.spellings)),
        "ident": form.ident,
    }
    words = {field: "|".join(filter(None, (own.get(field), anyone[field]))) for field in anyone}
    known = words | {"camera": "|".join(map(re.escape, form.cameras))}
    choices = [known, words] if form.cameras and "{camera}" in form.form else [words]
    return tuple(re.compile(before + _pattern(form.form, each), _FLAGS) for each in choices)


class _OwnWords(NamedTuple):
    """The words of a session as names may have them.

    days : its day in each spelling
    text : all of them, with a line for each: none has a line break
    """

    subject: str
    date: dt.date
    ident: str
    days: tuple[str, ...]
    text: str


@lru_cache(maxsize=1024)
def _own_words(spellings: tuple[str, ...], session: SessionName) -> _OwnWords:
    days = spelled_in_each(session.date, spellings)
    text = "\n".join((session.subject, *days, session.ident, ""))
    return _OwnWords(session.subject, session.date, session.ident, days, text)


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
