"""What is installed, against what this package's own metadata asks for."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from session_archive.doctor.check import Check
from session_archive.doctor.machine import versions_check

_DISTRIBUTION = "session-archive"
_ABSENT = "not installed"
#: Those that decide what happens, for a bug report.
_TOLD = (_DISTRIBUTION, "apache-airflow", "globus-sdk", "datajoint", "PyMySQL")


def installed_check() -> Check:
    """The versions, and those that do not fit."""
    installed = {"Python": platform.python_version(), **{name: _installed(name) for name in _TOLD}}
    wrong = {
        wish.name: str(wish.specifier)
        for wish in map(Requirement, requires(_DISTRIBUTION) or ())
        if (wish.marker is None or wish.marker.evaluate({"extra": "airflow"})) and not _fits(wish)
    }
    return versions_check(installed, wrong)


def _fits(wish: Requirement) -> bool:
    found = _installed(wish.name)
    return found != _ABSENT and wish.specifier.contains(found, prereleases=True)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _ABSENT
