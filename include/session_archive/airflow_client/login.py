"""Airflow's address and a login there: from the environment, or from a file that only its owner can read."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from session_archive.errors import SettingsError
from session_archive.toml_file import read_toml, validated

#: Prefix of the variables: _URL, _USER, _PASSWORD and _PLAIN_HTTP; or _LOGIN, the path of the file.
PREFIX = "SESSION_ARCHIVE_AIRFLOW_"

_KEYS = ("url", "user", "password")


class _LoginFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=1)
    user: str = Field(min_length=1)
    password: str = Field(min_length=1)
    plain_http: bool = False


@dataclass(frozen=True, slots=True)
class AirflowLogin:
    """The address of Airflow's UI, and a login there; `url` does not end in '/'."""

    url: str
    user: str
    password: str = field(repr=False)


def load_login(environment: Mapping[str, str] = os.environ) -> AirflowLogin:
    """The login of the environment, else of the file; never mixed, which could send a password to the wrong server.

    Raises SettingsError, one line for each thing that is missing or wrong.
    """
    values = {key: environment.get(f"{PREFIX}{key.upper()}", "") for key in _KEYS}
    if not any(values.values()):
        path = _file(environment)
        login = _read(path)
        return _checked(
            login.model_dump(),
            where=f"{path}: url",
            plain_http=login.plain_http,
            plain_word="plain_http = true in the file",
        )
    if missing := [f"{PREFIX}{key.upper()}" for key in _KEYS if not values[key]]:
        raise SettingsError(
            f"{' and '.join(missing)} not set; expected all three of _URL, _USER and _PASSWORD"
        )
    plain = environment.get(f"{PREFIX}PLAIN_HTTP", "").strip().lower()
    return _checked(
        values,
        where=f"{PREFIX}URL",
        plain_http=plain in ("1", "true", "yes"),
        plain_word=f"{PREFIX}PLAIN_HTTP=yes",
    )


def find_login(environment: Mapping[str, str] = os.environ) -> AirflowLogin | None:
    """As `load_login`; None where no login is set up at all."""
    given = any(environment.get(f"{PREFIX}{name}") for name in ("URL", "USER", "PASSWORD", "LOGIN"))
    return load_login(environment) if given or _file(environment).exists() else None


def _file(environment: Mapping[str, str]) -> Path:
    if named := environment.get(f"{PREFIX}LOGIN"):
        return Path(named).expanduser().absolute()
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser().absolute() / "session-archive" / "airflow.toml"


def _read(path: Path) -> _LoginFile:
    # Checked before reading: a file that others can read or write is neither secret nor trustworthy.
    if path.exists() and hasattr(os, "getuid"):
        status = path.stat()
        if status.st_uid != os.getuid():
            raise SettingsError(f"{path}: belongs to another user; expected a file of your own")
        if status.st_mode & 0o077:
            raise SettingsError(
                f"{path}: users other than its owner can read it; run `chmod 600 {path}`, and change the password if "
                "someone may have read it"
            )
    content = read_toml(
        path,
        what=f"write one with url, user and password that only you can read (chmod 600), or set {PREFIX}URL, _USER and "
        "_PASSWORD",
    )
    return validated(_LoginFile, content, source=path)


def _checked(values: Mapping[str, str], *, where: str, plain_http: bool, plain_word: str) -> AirflowLogin:
    # Only where there is a login: `status` asks whether there is one, and most machines have none.
    import httpx

    expected = "expected the address of Airflow's UI, such as https://airflow.lab.edu"
    try:
        url = httpx.URL(values["url"].rstrip("/"))
    except httpx.InvalidURL:
        raise SettingsError(f"{where}: not an address; {expected}") from None
    if url.userinfo:
        raise SettingsError(f"{where}: the address must not contain a login; {expected}")
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingsError(f"{where}: {str(url)!r} is not an address; {expected}")
    if url.scheme == "http" and not plain_http and not _is_this_machine(url.host):
        raise SettingsError(
            f"{where}: {str(url)!r} is plain HTTP to another machine: everybody on the way could read the password; "
            f"use https://, or say with {plain_word} that the network is safe"
        )
    return AirflowLogin(str(url).rstrip("/"), values["user"], values["password"])


def _is_this_machine(host: str) -> bool:
    """By its address or `localhost`: any other name may lead anywhere."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
