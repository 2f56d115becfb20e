"""The description of this provider for Airflow (entry point `apache_airflow_provider`)."""

from __future__ import annotations

from typing import Any

#: Airflow refuses any name except that of the distribution that carries the entry point.
DISTRIBUTION = "airflow-provider-globus"
_INTEGRATION = "Globus"


def get_provider_info() -> dict[str, Any]:
    """Everything that `airflow providers` shows of it; in the words of Airflow's schema (provider_info.schema.json)."""
    return {
        "package-name": DISTRIBUTION,
        "name": "Globus",
        "description": "Transfers between `Globus <https://www.globus.org/>`__ collections.",
        "integrations": [
            {
                "integration-name": _INTEGRATION,
                "external-doc-url": "https://docs.globus.org/api/transfer/",
                "tags": ["service"],
            }
        ],
        "hooks": _modules("hooks.globus"),
        "operators": _modules(
            "operators.transfer",
            "operators.cancel",
            "operators.delete",
            "operators.listing",
            "operators.paths",
        ),
        "sensors": _modules("sensors.transfer", "sensors.path"),
        "triggers": _modules("triggers.transfer", "triggers.path"),
        "transfers": [
            {
                "source-integration-name": _INTEGRATION,
                "target-integration-name": _INTEGRATION,
                "python-module": "globus_provider.operators.transfer",
            }
        ],
        "connection-types": [_connection_type()],
        "extra-links": ["globus_provider.links.GlobusTaskLink"],
        "asset-uris": [
            {
                "schemes": ["globus"],
                "handler": "globus_provider.assets.globus.sanitize_uri",
                "factory": "globus_provider.assets.globus.create_asset",
                "to_openlineage_converter": "globus_provider.assets.globus.convert_asset_to_openlineage",
            }
        ],
        "config": {
            "globus": {
                "description": "The triggers of the Globus provider.",
                "options": {
                    "polling_threads": {
                        "description": "Threads of one triggerer that ask Globus at the same time.",
                        "version_added": "0.2.0",
                        "type": "integer",
                        "example": None,
                        "default": "256",
                    }
                },
            }
        },
    }


def _modules(*names: str) -> list[dict[str, Any]]:
    return [
        {"integration-name": _INTEGRATION, "python-modules": [f"globus_provider.{name}" for name in names]}
    ]


def _connection_type() -> dict[str, Any]:
    """Connection type `globus` with its form."""
    return {
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
                "A user's, for collections that only the user may access; empty for a service account.",
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
            "auth_url": _text("Auth service", "Empty for Globus itself; the address of a local service."),
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


def _text(label: str, description: str, *, kind: str = "string") -> dict[str, Any]:
    return {
        "label": label,
        "description": description,
        "schema": {"type": ["string", "null"], "format": kind},
    }
