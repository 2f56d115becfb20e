"""What each response of Airflow means."""

from typing import Any

import httpx
import pytest

from session_archive.airflow_client.responses import (
    AirflowRequestError,
    document,
    not_airflow,
    reason,
    require_good,
    unreachable,
)
from session_archive.errors import ArchiveError, ServiceUnavailableError

URL = "https://airflow.lab.edu"


def error_of(status: int, **more: Any) -> ArchiveError:
    with pytest.raises(ArchiveError) as refused:
        require_good(httpx.Response(status, **more), url=URL, user="ann", doing="start x")
    return refused.value


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_good_response_is_no_error(status: int) -> None:
    require_good(httpx.Response(status), url=URL, user="ann", doing="start x")


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, AirflowRequestError, [URL, "'ann'"]),
        (403, AirflowRequestError, [URL, "'ann'", "start x"]),
        (404, AirflowRequestError, ["start x", "404"]),
        (409, AirflowRequestError, ["start x", "409"]),
        (500, ServiceUnavailableError, [URL, "start x", "500"]),
        (503, ServiceUnavailableError, [URL, "start x", "503"]),
    ],
)
def test_a_refusal_is_one_error(status: int, kind: type[ArchiveError], words: list[str]) -> None:
    error = error_of(status)
    assert type(error) is kind
    assert all(word in str(error) for word in words), error
    if isinstance(error, AirflowRequestError):
        assert error.status == status


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_airflow(status: int) -> None:
    error = error_of(status, headers={"location": "https://login.lab.edu"})
    assert "https://login.lab.edu" in str(error)
    assert str(error).startswith(str(not_airflow(URL, "x")).partition("(")[0])


@pytest.mark.parametrize(
    ("error", "later", "words"),
    [
        (httpx.ReadTimeout("slow"), True, []),
        (httpx.ConnectError("refused"), True, ["refused"]),
        (httpx.ConnectError(""), True, ["ConnectError"]),
        (httpx.UnsupportedProtocol("no scheme"), False, ["no scheme"]),
        (httpx.RemoteProtocolError("odd"), False, ["odd"]),
        (httpx.DecodingError("odd"), False, ["odd"]),
    ],
)
def test_no_response_may_come_later_unless_it_is_another_server(
    error: httpx.HTTPError, later: bool, words: list[str]
) -> None:
    meant = unreachable(URL, error)
    assert isinstance(meant, ServiceUnavailableError) is later
    assert all(word in str(meant) for word in [URL, *words])


def test_the_content_is_an_object() -> None:
    assert document(httpx.Response(200, json={"a": 1}), url=URL) == {"a": 1}
    assert document(httpx.Response(204), url=URL) == {}
    for content in (b"<html>", b"\xff\xfe\xff", b"[1]", b"3"):
        with pytest.raises(ArchiveError, match=URL):
            document(httpx.Response(200, content=content), url=URL)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("it is paused", "it is paused"),
        ("Invalid input for param dates: wrong\n\nthe whole schema", "param dates: wrong"),
        ("two\nlines  and blanks", "two lines and blanks"),
        ({"reason": "unique", "message": "m"}, "unique"),
        ({"message": "m"}, "m"),
        ({"other": 1}, '{"other": 1}'),
        (
            [{"loc": ["body", "a", 0], "msg": "missing"}, {"loc": ["b"], "msg": "odd"}],
            "body.a.0: missing; b: odd",
        ),
    ],
)
def test_the_reason_is_airflows_own_in_one_line(detail: Any, words: str) -> None:
    assert reason(httpx.Response(422, json={"detail": detail})) == words


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"title": "x"}', b"null"])
def test_without_a_reason_it_is_the_status(content: bytes) -> None:
    assert reason(httpx.Response(422, content=content)) == "422 Unprocessable Entity"
