"""The installed packages, against the requirements in this package's own metadata."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from session_archive.doctor.check import Check
from session_archive.doctor.machine import versions_check

_DISTRIBUTION = "session-archive"
_ABSENT = "not installed"
#: The packages that a bug report should name.
_REPORTED = (_DISTRIBUTION, "apache-airflow", "globus-sdk", "datajoint", "PyMySQL")


def installed_check() -> Check:
    """The installed versions, and the requirements that they do not meet."""
    installed = {"Python": platform.python_version(), **{name: _installed(name) for name in _REPORTED}}
    wrong = {
        requirement.name: str(requirement.specifier)
        for requirement in map(Requirement, requires(_DISTRIBUTION) or ())
        if (requirement.marker is None or requirement.marker.evaluate({"extra": "airflow"}))
        and not _fits(requirement)
    }
    return versions_check(installed, wrong)


def _fits(requirement: Requirement) -> bool:
    installed = _installed(requirement.name)
    return installed != _ABSENT and requirement.specifier.contains(installed, prereleases=True)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _ABSENT
