"""Airflow's address and a login there: from the environment, or from a file that nobody else can read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from session_archive.errors import SettingsError
from session_archive.toml_file import problem_lines, read_toml, refuse

#: Of the variables that name address and login: _URL, _USER, _PASSWORD; or _LOGIN, which names the file.
PREFIX = "SESSION_ARCHIVE_AIRFLOW_"

_KEYS = ("url", "user", "password")


class _LoginFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=1)
    user: str = Field(min_length=1)
    password: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class AirflowLogin:
    """Where Airflow's UI is, and who asks there; `url` has no '/' at its end."""

    url: str
    user: str
    password: str = field(repr=False)


def load_login(environment: Mapping[str, str] = os.environ) -> AirflowLogin:
    """The login of the environment, else of the file; never a part of each, which could send one's password to another.

    Raises SettingsError, one line for each thing that is missing or wrong.
    """
    told = {key: environment.get(f"{PREFIX}{key.upper()}", "") for key in _KEYS}
    if not any(told.values()):
        path = _file(environment)
        told = _read(path)
        return _checked(told, where=f"{path}: url")
    if missing := [f"{PREFIX}{key.upper()}" for key in _KEYS if not told[key]]:
        raise SettingsError(
            f"{' and '.join(missing)} not set; expected all three of _URL, _USER and _PASSWORD"
        )
    return _checked(told, where=f"{PREFIX}URL")


def _file(environment: Mapping[str, str]) -> Path:
    if named := environment.get(f"{PREFIX}LOGIN"):
        return Path(named).expanduser().absolute()
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser().absolute() / "session-archive" / "airflow.toml"


def _read(path: Path) -> dict[str, str]:
    # Before it is read: what others could read is no secret, and what others could write is not ours.
    if path.exists() and hasattr(os, "getuid"):
        status = path.stat()
        if status.st_uid != os.getuid():
            raise SettingsError(f"{path}: belongs to somebody else; expected a file of your own")
        if status.st_mode & 0o077:
            raise SettingsError(
                f"{path}: others than its owner can read it; run `chmod 600 {path}`, and change the password if others "
                "have read it"
            )
    told = read_toml(
        path,
        what=f"write one with url, user and password, for your eyes only (chmod 600), or set {PREFIX}URL, _USER and "
        "_PASSWORD",
    )
    try:
        return _LoginFile.model_validate(told).model_dump()
    except ValidationError as error:
        refuse(path, problem_lines(_LoginFile, error))
        raise


def _checked(told: Mapping[str, str], *, where: str) -> AirflowLogin:
    expected = "expected the address of Airflow's UI, such as https://airflow.lab.edu"
    try:
        url = httpx.URL(told["url"].rstrip("/"))
    except httpx.InvalidURL:
        raise SettingsError(f"{where}: no address; {expected}") from None
    if url.userinfo:
        raise SettingsError(f"{where}: a login does not belong into the address; {expected}")
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingsError(f"{where}: {str(url)!r} is no address; {expected}")
    return AirflowLogin(str(url).rstrip("/"), told["user"], told["password"])
