"""What a connection to the database asks of TLS, as a value; nothing here connects."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from session_archive.errors import SettingsError

#: What PyMySQL reads of its `ssl` values; it passes over any other key in silence.
_TEXTS = frozenset({"ca", "capath", "cert", "key", "password", "cipher"})
_SWITCHES = frozenset({"check_hostname", "verify_mode"})
#: Of the environment's variables for the catalog's login.
PREFIX = "SESSION_ARCHIVE_CATALOG_"
_ON, _OFF = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})
_EXPECTED = 'expected true, or a mapping such as {"ca": "/path/ca.pem"}'


def tls_values(given: object, *, where: str) -> dict[str, Any] | None:
    """PyMySQL's `ssl` values: None where TLS is not asked for, {} for "encrypted, not verified".

    given  : as in the extra of an Airflow connection; true stands for {}, false for nothing, a text is read as JSON
    where  : names the setting
    raises : SettingsError for a value that would not be kept to, such as a key that the driver does not know
    """
    if isinstance(given, str):
        given = _parsed(given, where)
    if given is None or given is False:
        return None
    if given is True:
        return {}
    if not isinstance(given, Mapping):
        raise SettingsError(f"{where}: {_EXPECTED}, not {type(given).__name__}")
    _require_known(given, where)
    return dict(given)


def _parsed(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        # Not the text itself: it may hold the password of a key.
        raise SettingsError(f"{where}: the text is not JSON; {_EXPECTED}") from None


def _require_known(tls: Mapping[str, Any], where: str) -> None:
    for key, value in tls.items():
        if key not in _TEXTS | _SWITCHES:
            known = ", ".join(sorted(_TEXTS | _SWITCHES))
            raise SettingsError(f"{where}: there is no {key!r}; expected some of: {known}")
        if key in _TEXTS and not (isinstance(value, str) and value):
            raise SettingsError(f"{where}: {key} is no text; expected a path or a word, or leave it out")
    if tls.get("check_hostname") and not _authority(tls):
        raise SettingsError(
            f"{where}: check_hostname without ca: no certificate would be verified; add the ca, or leave both out"
        )


def tls_from_environment(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """What SESSION_ARCHIVE_CATALOG_SSL_CA and SESSION_ARCHIVE_CATALOG_SSL ask for, as `tls_values` returns it.

    Raises SettingsError, also for a certificate that cannot be read: whoever asks for TLS gets it, or an error.
    """
    ca, switch = (environment.get(f"{PREFIX}{name}", "") for name in ("SSL_CA", "SSL"))
    if switch.lower() not in _ON | _OFF:
        raise SettingsError(f"{PREFIX}SSL: {switch!r}; expected 1 to require TLS, or 0")
    if not ca:
        return {} if switch.lower() in _ON else None
    if switch and switch.lower() in _OFF:
        raise SettingsError(f"{PREFIX}SSL is {switch}, but {PREFIX}SSL_CA asks for TLS; unset one of them")
    if not (Path(ca).is_file() and os.access(ca, os.R_OK)):
        raise SettingsError(f"{PREFIX}SSL_CA: {ca} is no file that can be read here")
    return {"ca": ca}


def verified(tls: Mapping[str, Any]) -> bool:
    """True if the server has to show a certificate that the named authority signed."""
    return _authority(tls) and tls.get("verify_mode") not in (False, 0, "0", "none", "false", "no")


def tls_words(tls: Mapping[str, Any] | None) -> str:
    """For a person; paths only, no password of a key."""
    if tls is None:
        return "TLS is not required"
    authority = tls.get("ca") or tls.get("capath")
    return f"TLS with the ca {authority}" if authority else "TLS without a ca"


def _authority(tls: Mapping[str, Any]) -> bool:
    return bool(tls.get("ca") or tls.get("capath"))
