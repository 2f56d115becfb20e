"""The description of the Globus provider for Airflow, where it comes in this project's own wheel."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from globus_provider.provider_info import DISTRIBUTION, get_provider_info

#: Airflow refuses any name except that of the distribution that carries the entry point.
OWN = "session-archive"


def get_bundled_provider_info() -> dict[str, Any]:
    """That of the provider under this distribution's name; only a name where the provider is installed by itself."""
    try:
        distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return get_provider_info() | {"package-name": OWN}
    return {
        "package-name": OWN,
        "name": "Session archive",
        "description": f"Nightly, verified archiving of recordings; Globus is that of {DISTRIBUTION}.",
    }
