"""The record of a trial that a first user of a real collection can send to the project, redacted. Pure.

Everything is hidden except numbers, codes, times and the service's own words; and in these words, what names the lab.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from session_archive.doctor.check import Check
from session_archive.settings.places import Place

#: Keys whose texts are kept, without what names a lab; every other text becomes HIDDEN.
_KEPT = frozenset(
    """
    DATA_TYPE advice algorithm area checksum checksum_algorithm code completion_time deadline description detail details
    external_checksum fault found grade is_ok message nice_status nice_status_details nice_status_short_description
    request_time status subject time type version what
    """.split()  # noqa: SIM905 - a list of one word a line would be longer than the module
)
HIDDEN = "<text>"

_PATTERNS = (
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "<id>"),
    (re.compile(r"[^\s'\"<>]+@[^\s'\"<>]+"), "<identity>"),
    (re.compile(r"(<path>)?[^\s'\"<>]*[/\\][^\s'\"<>]*"), "<path>"),
    (re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"), "<address>"),
    (re.compile(r"\b(?:[\w-]+\.)+[A-Za-z]{2,}\b"), "<name>"),
)


def names_of(places: Iterable[tuple[str, Place]], *, others: Iterable[str] = ()) -> dict[str, str]:
    """What names a lab -> what stands for it: places by their number, 'location 1'.

    others : the paths of the trial files, the names of collections, a login
    """
    names = {
        text: "<name>" for other in others for text in (other, other.rpartition("/")[2]) if len(text) > 1
    }
    counts: dict[str, int] = {}
    for role, place in places:
        counts[role] = counts.get(role, 0) + 1
        names[place.name] = f"{role} {counts[role]}"
        names |= {text: "<path>" for text in (place.directory, str(place.pure_local_path)) if len(text) > 1}
    return names


#: Keys of the service's documents whose texts name a lab wherever else they stand.
_NAMING = frozenset(
    (
        "destination_endpoint_display_name",
        "destination_path",
        "label",
        "source_endpoint_display_name",
        "source_path",
        "username",
    )
)


def naming_texts(value: Any, *, key: str = "") -> Iterator[str]:
    """The texts in a document that name the lab: paths, names of collections, a login."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from naming_texts(each, key=str(name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from naming_texts(each, key=key)
    elif key in _NAMING and value:
        yield str(value)


def trial_record(
    checks: Iterable[Check],
    records: Iterable[Mapping[str, Any]],
    *,
    unexpected: Mapping[str, Any],
    places: Iterable[tuple[str, Place]],
    made_at: dt.datetime,
) -> dict[str, Any]:
    """The whole record: the results of the trial, the service's documents, the answers about checksums.

    records    : what the service said, as it came
    unexpected : fields in its documents that ours do not describe
    """
    records = list(records)
    names = names_of(places, others=naming_texts(records))
    shown = [asdict(check) for check in checks if check.area == "transfer" or check.subject == "versions"]
    return {
        "record": "session-archive doctor --transfer",
        "made_at": made_at.isoformat(timespec="seconds"),
        "checks": redacted(shown, names),
        "trial": redacted(records, names),
        "unexpected": redacted(dict(unexpected), names),
    }


def redacted(value: Any, names: Mapping[str, str], *, key: str = "") -> Any:
    """A document with nothing in it that names the lab; its keys stay.

    names : as `names_of` gives them
    key   : under which the value stands
    """
    if isinstance(value, Mapping):
        return {str(name): redacted(each, names, key=str(name)) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(each, names, key=key) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and not value:
        return value
    return _without_names(str(value), names) if key in _KEPT and not isinstance(value, UUID) else HIDDEN


def _without_names(text: str, names: Mapping[str, str]) -> str:
    # The longest first: one name may be a part of another.
    for name in sorted(names, key=lambda name: (-len(name), name)):
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", names[name], text)
    for pattern, words in _PATTERNS:
        text = pattern.sub(words, text)
    return text
