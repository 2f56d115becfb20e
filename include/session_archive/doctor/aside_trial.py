"""Whether damaged files can be set aside at a location, as lines of the doctor's table. Pure."""

from __future__ import annotations

from session_archive.doctor.check import Check, Checks

_MAKE, _CATALOG = Checks("repair"), Checks("catalog")


def aside_check(place: str, *, works: bool, detail: str = "", known: bool = False) -> Check:
    """How a trial ended.

    known : it was seen by an earlier trial
    """
    if works:
        before = " (known already; --renew tries it again)" if known else ""
        return _MAKE.ok(place, f"a damaged file can be set aside there, so that it can be repaired{before}")
    return _MAKE.warning(
        place,
        f"a damaged file could not be set aside there: {detail}",
        "repairs are off at this location; let the login rename below the root, then try it again",
    )


def known_check(place: str, works: bool | None) -> Check:
    """What is known of a location without a trial.

    works : None if nobody has tried
    """
    subject = f"repairs at {place}"
    if works is None:
        return _CATALOG.ok(
            subject, "off: whether a damaged file can be set aside was not tried; doctor --transfer does"
        )
    if works:
        return _CATALOG.ok(subject, "possible: a damaged file can be set aside there")
    return _CATALOG.warning(
        subject,
        "off: a damaged file could not be set aside when doctor --transfer tried it",
        "let the login rename below the root, then try it again",
    )
