"""What the driver raises, as errors of this package; they never name a password."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from session_archive.catalog.database.driver import RefusedWithoutTlsError
from session_archive.catalog.database.tls import tls_words
from session_archive.errors import CatalogError, CatalogUnavailableError

#: Numbers of the MySQL and MariaDB manuals ("Server Error Message Reference", "Client Error Message Reference").
_REFUSED_LOGIN = {1044, 1045, 1130, 1698}
_MISSING = {1049, 1146}
#: "SSL connection error".
NO_TLS = 2026
_UNAVAILABLE = {
    1040, 1041, 1053, 1077, 1079, 1203, 1205, 1213, 1226, 1290, 1836, 1927, 2002, 2003, 2005, 2006, 2013, 2055,
}  # fmt: skip


def from_driver(where: str, user: str, error: Exception, tls: Mapping[str, Any] | None) -> CatalogError:
    """The error of the driver that was raised while a connection was opened, or by a query."""
    number = error.args[0] if error.args else 0
    cause = getattr(error, "original_exception", None)
    # A handshake that is cut off says nothing about the certificate; PyMySQL wraps it like a refused connection.
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        reason = getattr(cause, "verify_message", "")
        return CatalogError(
            f"no TLS connection to the catalog's database at {where}: "
            f"{f'certificate verify failed: {reason}' if reason else cause}; {tls_words(tls)}"
        )
    if number == NO_TLS:
        return CatalogError(no_tls(where))
    if isinstance(error, RefusedWithoutTlsError):
        return CatalogError(
            f"the catalog's database at {where} refuses the login {user!r}: the server offers no TLS, which this login "
            "may require, as the whole server may; if neither does, check its name and password"
        )
    if number in _REFUSED_LOGIN:
        return CatalogError(
            f"the catalog's database at {where} refuses the login {user!r}; check its name and password"
        )
    if number in _MISSING:
        return CatalogError(f"missing at {where}: {error.args[1]}; run `session-archive setup`")
    if number in _UNAVAILABLE or not number:
        return unavailable(where, error)
    return CatalogError(f"the catalog's database at {where} says: {error.args[-1]} ({number})")


def unavailable(where: str, error: Exception) -> CatalogUnavailableError:
    """The database does not answer, or no longer."""
    reason = next(
        (text for text in reversed(error.args) if isinstance(text, str) and text.strip("()")), "no reason"
    )
    return CatalogUnavailableError(
        f"the catalog's database at {where} does not answer; is it running? ({reason})"
    )


def no_tls(where: str) -> str:
    """TLS is required, and the server has none."""
    return (
        f"the catalog's database at {where} offers no TLS, but the connection requires it; give the server a "
        "certificate, or log in without `ssl` where the network can be trusted (docs/catalog.md, TLS)"
    )


def no_right(where: str, user: str, reason: str) -> CatalogError:
    """The login lacks a right."""
    return CatalogError(
        f"the login {user!r} may not do this at {where}: {reason}; `session-archive setup` grants the rights"
    )


def no_table(where: str, reason: str) -> CatalogError:
    """A table of the catalog, or of the lab, does not exist."""
    return CatalogError(f"a table is missing at {where}: {reason}; run `session-archive setup`")
