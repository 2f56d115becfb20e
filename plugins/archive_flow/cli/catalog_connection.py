"""The catalog's connection as setup stores it: what it had before, and what is requested now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from archive_flow.run.catalog_login import tls_of
from session_archive.catalog.database.tls import tls_words
from session_archive.errors import SettingsError

#: The provider's default client must be compiled; this one comes with the provider.
_CLIENT = {"client": "mysql-connector-python"}

#: What shows the connection in the UI; its requirement mysqlclient would have to be compiled.
_PROVIDER = "apache-airflow-providers-mysql apache-airflow-providers-common-sql mysql-connector-python"

#: Of the nightly login; an authority says nothing about the server's next one.
_OF_THE_CLIENT = ("cert", "key", "password", "cipher")


@dataclass(frozen=True, slots=True)
class KeptConnection:
    """What Airflow's connection has now.

    password : None where there is no connection, or none that can be decrypted
    extra    : as it is stored
    other    : further fields of the connection: description and schema
    exists   : True where there is a connection, readable or not
    """

    conn_id: str
    password: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict)
    exists: bool = False
    readable: bool = True

    @property
    def tls(self) -> dict[str, Any] | None:
        """None where it does not require TLS. Raises SettingsError for an `ssl` that cannot be used."""
        return tls_of(self.conn_id, self.extra)


def kept_connection(conn_id: str, *, may_replace: bool) -> KeptConnection:
    """Read it. Raises UnreadableError where it cannot be decrypted and may not be replaced."""
    from archive_flow.run.airflow_objects import UnreadableError, connection_of

    try:
        connection = connection_of(conn_id)
    except UnreadableError:
        if not may_replace:
            raise
        return KeptConnection(conn_id, exists=True, readable=False)
    if connection is None:
        return KeptConnection(conn_id)
    return KeptConnection(
        conn_id,
        password=connection.get_password(),
        extra=connection.extra_dejson,
        other={"description": connection.description, "schema": connection.schema},
        exists=True,
    )


def chosen_tls(
    *, ssl: bool | None, ssl_ca: Path | None, kept: KeptConnection, may_replace: bool
) -> dict[str, Any] | None:
    """What connections to the catalog require from now on: as the options say, else as before.

    ssl    : True to require TLS, False to no longer require it, None to leave it as it is
    ssl_ca : the authority that must have signed the server's certificate
    raises : SettingsError if the options contradict each other, or the connection that stays as it is
    """
    if ssl is False and ssl_ca is not None:
        raise SettingsError("--no-ssl and --ssl-ca contradict each other; give one of them")
    tls = _requested(ssl=ssl, ssl_ca=ssl_ca, kept=kept)
    if kept.exists and not may_replace and tls != kept.tls:
        raise SettingsError(
            f"{tls_words(tls)} by the options, but {tls_words(kept.tls)} in Airflow's {kept.conn_id}: the DAGs would "
            "go on with that; add --replace to overwrite the connection"
        )
    return tls


def _requested(*, ssl: bool | None, ssl_ca: Path | None, kept: KeptConnection) -> dict[str, Any] | None:
    if ssl is False:
        return None  # also where the connection's own value cannot be used
    before = kept.tls
    if ssl_ca is not None:
        own = {key: value for key, value in (before or {}).items() if key in _OF_THE_CLIENT}
        return {**own, "ca": str(ssl_ca.absolute())}
    return {} if ssl and before is None else before


def catalog_fields(
    *, host: str, port: int, user: str, password: str, tls: Mapping[str, Any] | None, kept: KeptConnection
) -> dict[str, Any]:
    """The fields of the connection; what setup does not know of stays as it was."""
    extra = {**_CLIENT, **{key: value for key, value in kept.extra.items() if key != "ssl"}}
    return {
        **kept.other,
        "conn_type": "mysql",
        "host": host,
        "port": port,
        "login": user,
        "password": password,
        "extra": json.dumps(extra if tls is None else {**extra, "ssl": dict(tls)}),
    }


def remarks(kept: KeptConnection, *, tls: Mapping[str, Any] | None) -> Iterator[str]:
    """What a person may have to do after setup has made the connection, a line each."""
    if not kept.readable and tls is None:
        yield (
            f"what {kept.conn_id} required of TLS could not be decrypted; if it did, run this again with --replace and "
            "--ssl-ca or --ssl"
        )
    if not find_spec("airflow.providers.mysql"):
        yield (
            f"the UI has no form and no Test button for {kept.conn_id}; for both (no night needs them) run "
            f"pip install --no-deps {_PROVIDER}"
        )
