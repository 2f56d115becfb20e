"""Whether what travels to and from the catalog's database is encrypted. Pure: the cipher in, a check out."""

from __future__ import annotations

from session_archive.doctor.check import Check, Checks

_MAKE = Checks("catalog")
_HERE = ("localhost", "127.0.0.1")
_ASK = (
    "run `session-archive setup --replace --ssl-ca /path/ca.pem`, or put "
    '{"ssl": {"ca": "/path/ca.pem"}} into the extra of the catalog\'s Airflow connection'
)


def tls_check(cipher: str, *, required: bool, verified: bool, host: str) -> Check:
    """How an open connection is encrypted, and whether it has to be.

    cipher   : as the server names it; '' for none
    required : True if the connection asks for TLS
    verified : True if the server's certificate is, too
    """
    if required and not cipher:
        return _MAKE.failure(
            "TLS",
            "the connection requires it, but none was negotiated: rows travel unencrypted",
            "give the server a certificate",
        )
    if required:
        known = "" if verified else "; the server's certificate is not verified"
        return _MAKE.ok("TLS", f"{cipher}; a connection without it is refused{known}")
    now = f"{cipher}; not required" if cipher else "not required, and the server offers none"
    if host in _HERE:
        return _MAKE.ok("TLS", f"{now}; the database is on this machine")
    danger = (
        "somebody in between could read along" if cipher else "rows and passwords could be read on the way"
    )
    return _MAKE.warning("TLS", f"{now}: {danger}", _ASK)
