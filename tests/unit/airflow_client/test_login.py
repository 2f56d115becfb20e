"""Airflow's address and login: all of the environment, or all of a file that only its owner can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_archive.airflow_client.login import AirflowLogin, load_login
from session_archive.errors import SettingsError

SECRET = "s3cret-word"
ENVIRONMENT = {
    "SESSION_ARCHIVE_AIRFLOW_URL": "https://airflow.lab.edu/",
    "SESSION_ARCHIVE_AIRFLOW_USER": "ann",
    "SESSION_ARCHIVE_AIRFLOW_PASSWORD": SECRET,
}
ANN = AirflowLogin("https://airflow.lab.edu", "ann", SECRET)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "airflow.toml"
    file.touch(mode=0o600)
    file.write_text(f'url = "https://airflow.lab.edu"\nuser = "ann"\npassword = "{SECRET}"\n')
    return file


def test_the_environment_tells_it_and_no_text_of_it_shows_the_password() -> None:
    assert load_login(ENVIRONMENT) == ANN
    assert SECRET not in repr(ANN)


def test_a_file_tells_it_where_the_environment_does_not(file: Path) -> None:
    assert load_login({"SESSION_ARCHIVE_AIRFLOW_LOGIN": str(file)}) == ANN


def test_the_file_has_its_place(file: Path, tmp_path: Path) -> None:
    (tmp_path / "session-archive").mkdir()
    file.rename(tmp_path / "session-archive" / "airflow.toml")
    assert load_login({"XDG_CONFIG_HOME": str(tmp_path)}) == ANN


def test_the_files_password_is_never_sent_to_an_address_of_the_environment(file: Path) -> None:
    environment = {"SESSION_ARCHIVE_AIRFLOW_LOGIN": str(file), "SESSION_ARCHIVE_AIRFLOW_URL": "http://evil"}
    with pytest.raises(SettingsError, match="_USER and SESSION_ARCHIVE_AIRFLOW_PASSWORD not set"):
        load_login(environment)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660])
def test_a_file_that_others_can_read_or_write_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SettingsError, match=r"users other than its owner can read it; run `chmod 600 "):
        load_login({"SESSION_ARCHIVE_AIRFLOW_LOGIN": str(file)})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url = 'https://a'\nuser = 'ann'\n", "password: missing"),
        (f"url = 'https://a'\nuser = 'ann'\npassword = '{SECRET}'\nuse = 1\n", "use: unknown key"),
        (f"url = 'https://a'\nuser = 5\npassword = '{SECRET}'\n", "user: wrong kind of value"),
        (f"url = 'a:8080'\nuser = 'ann'\npassword = '{SECRET}'\n", "not an address"),
        ("url", "not TOML"),
    ],
)
def test_a_wrong_file_is_reported_by_its_key_and_never_by_its_values(
    file: Path, text: str, message: str
) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as raised:
        load_login({"SESSION_ARCHIVE_AIRFLOW_LOGIN": str(file)})
    assert str(raised.value).startswith(str(file))
    assert message in str(raised.value)
    assert SECRET not in str(raised.value)


def test_no_file_and_no_variable_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such file; write one .* or set SESSION_ARCHIVE_AIRFLOW_URL"):
        load_login({"XDG_CONFIG_HOME": str(tmp_path)})


@pytest.mark.parametrize("url", ["airflow", "127.0.0.1:8080", "ftp://airflow", "http://", "http://x:y"])
def test_what_is_not_an_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"_URL: .*expected the address of Airflow's UI"):
        load_login({**ENVIRONMENT, "SESSION_ARCHIVE_AIRFLOW_URL": url})


def test_a_login_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="the address must not contain a login") as raised:
        load_login({**ENVIRONMENT, "SESSION_ARCHIVE_AIRFLOW_URL": f"http://ann:{SECRET}@airflow"})
    assert SECRET not in str(raised.value)


FAR = {**ENVIRONMENT, "SESSION_ARCHIVE_AIRFLOW_URL": "http://airflow.lab.edu:8080"}


@pytest.mark.parametrize(
    "host", ["airflow.lab.edu", "10.0.0.1", "127.0.0.1.evil.org", "[2001:db8::1]", "0.0.0.0"]
)
def test_a_password_is_not_sent_in_plain_to_another_machine(host: str, file: Path) -> None:
    url = f"http://{host}:8080"
    with pytest.raises(SettingsError, match="plain HTTP to another machine") as raised:
        load_login({**ENVIRONMENT, "SESSION_ARCHIVE_AIRFLOW_URL": url})
    assert "SESSION_ARCHIVE_AIRFLOW_PLAIN_HTTP=yes" in str(raised.value)
    file.write_text(f'url = "{url}"\nuser = "ann"\npassword = "{SECRET}"\n')
    with pytest.raises(SettingsError, match="plain_http = true in the file"):
        load_login({"SESSION_ARCHIVE_AIRFLOW_LOGIN": str(file), "SESSION_ARCHIVE_AIRFLOW_PLAIN_HTTP": "yes"})


def test_unless_it_is_said_twice(file: Path) -> None:
    assert (
        load_login({**FAR, "SESSION_ARCHIVE_AIRFLOW_PLAIN_HTTP": "yes"}).url
        == FAR["SESSION_ARCHIVE_AIRFLOW_URL"]
    )
    with pytest.raises(SettingsError):
        load_login({**FAR, "SESSION_ARCHIVE_AIRFLOW_PLAIN_HTTP": "no"})
    file.write_text(f'url = "http://airflow"\nuser = "ann"\npassword = "{SECRET}"\nplain_http = true\n')
    assert load_login({"SESSION_ARCHIVE_AIRFLOW_LOGIN": str(file)}).url == "http://airflow"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_this_machine_may_be_asked_in_plain(host: str) -> None:
    assert load_login({**ENVIRONMENT, "SESSION_ARCHIVE_AIRFLOW_URL": f"http://{host}:8080"}).user == "ann"
