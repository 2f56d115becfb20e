"""What a person asks the page to show: read from an address, and written into one as a permalink."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlencode

from printable_text import printable
from session_archive.archive_page.calendar import placed
from session_archive.archive_page.rig_path import as_recorded
from session_archive.settings.places import Place
from session_archive.states.state import State, StateRow

#: Characters of a text to search for, names in one field, and pages of a table.
LONGEST_TEXT, MOST_NAMES, LAST_PAGE = 200, 50, 1000

_WORDS = ("subject", "kind", "state", "since", "until", "text", "page", "subjects")


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Restrictions of a table or a calendar; an empty one restricts nothing.

    since, until : inclusive days
    text         : in the name, the path or the reason; a path may be written as the rig's disk has it
    page         : of a table, from 1
    subjects     : page of the calendar's rows, from 1
    """

    subject: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    state: tuple[State, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    text: str = ""
    page: int = 1
    subjects: int = 1

    def query(self, **changes: Any) -> str:
        """The part of an address behind '?', with some values changed; '' if nothing is restricted."""
        return urlencode(self.pairs(**changes))

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """As `query`, as pairs."""
        changed = replace(self, **changes)
        pairs: list[tuple[str, str]] = []
        for each in fields(self):
            value = getattr(changed, each.name)
            if value != each.default:
                pairs += [(each.name, str(one)) for one in (value if isinstance(value, tuple) else (value,))]
        return pairs

    @property
    def dates(self) -> list[tuple[dt.date, dt.date]]:
        """The days as spans; none for all days."""
        if self.since is None and self.until is None:
            return []
        return [(self.since or dt.date.min, self.until or dt.date.max)]

    def kinds(self, known: Iterable[str]) -> list[str]:
        """The data set types to read, in the order of the settings."""
        return [kind for kind in known if not self.kind or kind in self.kind]

    def holds(self, row: StateRow) -> bool:
        """Whether a row is of these subjects and days; one that says neither is of none in particular."""
        if not self.subject and not self.dates:
            return True
        where = placed(row)
        if where is None:
            return False
        return (not self.subject or where.subject in self.subject) and all(
            first <= where.day <= last for first, last in self.dates
        )

    def texts(self, places: Iterable[Place]) -> list[str]:
        """The text, and how the catalog writes it if it is a path of one of these places."""
        return [self.text, *as_recorded(self.text, places)]

    def found_in(self, row: StateRow, *, places: Iterable[Place] = ()) -> bool:
        """Whether a row has the text; capitals do not matter.

        places : the rigs, by which a path on a disk is read
        """
        if not self.text:
            return True
        searched = [each.casefold() for each in self.texts(places)]
        texts = "\n".join((row.session, row.data_set, row.path, row.reason)).casefold()
        return any(each in texts for each in searched)


@dataclass(frozen=True, slots=True)
class Reading:
    """A filter and what was wrong with it: field -> one line. Nothing is shown while something is wrong.

    given : what stood in the address, field -> values, to be mended
    """

    filter: PageFilter
    problems: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_filter(query: Iterable[tuple[str, str]], *, kinds: Collection[str]) -> Reading:
    """The filter that an address asks for; other words in it are left alone.

    kinds : the data set types of archive.toml
    """
    given: dict[str, list[str]] = {}
    for name, value in query:
        if name in _WORDS and value.strip():
            given.setdefault(name, []).append(value.strip())
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, texts in given.items():
        value, problem = _read(name, texts, kinds)
        if problem:
            problems[name] = problem
        else:
            values[name] = value
    since, until = values.get("since"), values.get("until")
    if since and until and since > until:
        problems["until"] = f"{until} is before {since}"
    return Reading(PageFilter(**values), problems, {name: tuple(texts) for name, texts in given.items()})


def _read(name: str, texts: list[str], kinds: Collection[str]) -> tuple[Any, str]:
    last = texts[-1]
    match name:
        case "subject":
            # A name may have blanks.
            names = [each.strip() for text in texts for each in text.split(",") if each.strip()]
            many = f"{len(names)} names; at most {MOST_NAMES}" if len(names) > MOST_NAMES else ""
            return tuple(names), many
        case "kind":
            unknown = [text for text in texts if text not in kinds]
            return tuple(texts), _unknown(unknown, "data set type of archive.toml", kinds)
        case "state":
            states = {str(state) for state in State}
            unknown = [text for text in texts if text not in states]
            return tuple(State(text) for text in texts if text in states), _unknown(unknown, "state", states)
        case "since" | "until":
            return _day(last)
        case "text":
            return last, "" if len(last) <= LONGEST_TEXT else f"longer than {LONGEST_TEXT} characters"
        case _:
            page = int(last) if last.isascii() and last.isdigit() and len(last) < 9 else 0
            wrong = f"{printable(last)!r} is not a page; expected 1 to {LAST_PAGE}"
            return page, "" if 1 <= page <= LAST_PAGE else wrong


def _day(text: str) -> tuple[dt.date | None, str]:
    try:
        return dt.date.fromisoformat(text), ""
    except ValueError:
        return None, f"{printable(text)!r} is not a day; expected a date such as 2021-01-31"


def _unknown(unknown: list[str], what: str, known: Iterable[str]) -> str:
    if not unknown:
        return ""
    return f"{printable(unknown[0])!r} is not a {what}; expected one of {', '.join(sorted(known))}"
