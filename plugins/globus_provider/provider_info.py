"""The description of this provider for Airflow (entry point `apache_airflow_provider`)."""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Connection type `globus` with its form, and the link to the Globus web app."""
    return {
        "package-name": "session-archive",  # Airflow refuses any name except the distribution's
        "name": "Globus",
        "description": "Transfers between Globus collections.",
        "connection-types": [
            {
                "connection-type": "globus",
                "hook-class-name": "globus_provider.hooks.globus.GlobusHook",
                "hook-name": "Globus",
                "ui-field-behaviour": {
                    "hidden-fields": ["host", "schema", "port"],
                    "relabeling": {"login": "Client ID", "password": "Client secret"},
                    "placeholders": {
                        "login": "00000000-0000-0000-0000-000000000000",
                        "password": "of a service account; leave empty for a native app with a refresh token",
                    },
                },
                "conn-fields": {
                    "refresh_token": _text(
                        "Refresh token",
                        "A user's, for collections that only the user may access; "
                        "empty for a service account.",
                        kind="password",
                    ),
                    "identity_token": _text(
                        "Identity token",
                        "A refresh token for Globus Auth that only says whose login it is and when it was last used; "
                        "may be empty.",
                        kind="password",
                    ),
                    "transfer_url": _text(
                        "Transfer service", "Empty for Globus itself; the address of a local service."
                    ),
                    "auth_url": _text(
                        "Auth service", "Empty for Globus itself; the address of a local service."
                    ),
                    "plain_http": {
                        "label": "Plain HTTP",
                        "description": "Only for a local service on another machine whose network is safe: its address "
                        "may then be http://, and everybody on the way can read the secrets.",
                        "schema": {"type": ["boolean", "null"]},
                    },
                    "timeout": {
                        "label": "Timeout",
                        "description": "Seconds to wait for one answer; 60 when empty.",
                        "schema": {"type": ["number", "null"], "minimum": 1},
                    },
                },
            }
        ],
        "extra-links": ["globus_provider.links.GlobusTaskLink"],
    }


def _text(label: str, description: str, *, kind: str = "string") -> dict[str, Any]:
    return {
        "label": label,
        "description": description,
        "schema": {"type": ["string", "null"], "format": kind},
    }
