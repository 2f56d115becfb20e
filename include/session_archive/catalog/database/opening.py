"""What holds for every connection to the catalog's database, by DataJoint or without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from session_archive.catalog.database.driver_errors import no_tls
from session_archive.catalog.database.tls import tls_words
from session_archive.errors import CatalogError


class _Connection(Protocol):
    def query(self, query: str) -> Any: ...

    def close(self) -> None: ...


_Opened = TypeVar("_Opened", bound=_Connection)


def opened(connect: Callable[[], _Opened], *, host: str, port: int, tls: Mapping[str, Any] | None) -> _Opened:
    """The connection that `connect` opens, if it is what the settings ask for; what the driver raises passes through.

    raises : CatalogError for a host that cannot be read, for a certificate that cannot, and where TLS is required and
             not spoken
    """
    if ":" in host:
        raise CatalogError(
            f"the catalog's host {host!r} is an IPv6 address, which DataJoint cannot read; use a host name"
        )
    try:
        connection = connect()
    except OSError as error:  # a certificate file that is missing, or holds no certificate
        raise CatalogError(
            f"no TLS connection to the catalog's database at {host}:{port}: {error}; {tls_words(tls)}"
        ) from error
    if tls is not None and not cipher_of(connection):
        connection.close()
        raise CatalogError(no_tls(f"{host}:{port}"))
    return connection


def cipher_of(connection: Any) -> str:
    """What encrypts a connection; '' for nothing."""
    return str(connection.query("SHOW STATUS LIKE 'Ssl_cipher'").fetchone()[1])
