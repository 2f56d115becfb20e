"""Who may ask, and how much: a page of another site may not, and no body is read that is too large."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from loopback_globus.api.guard import MOST_BYTES, MOST_BYTES_SUBMITTED, own_name
from loopback_globus.testing import LoopbackGlobus


@pytest.fixture(scope="module")
def globus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackGlobus]:
    base = tmp_path_factory.mktemp("guard")
    (base / "rig").mkdir()
    with LoopbackGlobus(
        {"rig": base / "rig"}, directory=base / "service", switches=["--allow-host=globus"]
    ) as started:
        yield started


def ask(
    globus: LoopbackGlobus, method: str, path: str, *, headers: Mapping[str, str] = {}, body: bytes = b""
) -> tuple[int, str]:
    """One call with exactly these headers."""
    connection = http.client.HTTPConnection(urlsplit(globus.url).netloc, timeout=30)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        if body:
            connection.send(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def basic(globus: LoopbackGlobus) -> dict[str, str]:
    pair = f"{globus.client_id}:{globus.client_secret}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "0x7f.1", "globus.lab",
     "me@127.0.0.1", "127.0.0.1/x", "[::1", "", "127.0.0.1:port"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v2/oauth2/authorize", "/_control/faults", "/v0.10/task_list", "/"])
def test_another_name_for_this_machine_is_refused(globus: LoopbackGlobus, host: str, path: str) -> None:
    status, answer = ask(globus, "GET", path, headers={"Host": host, **basic(globus)})
    if host == "" and status == 400 and not answer.startswith("{"):
        return  # the server itself refuses it
    assert (status, json.loads(answer)["code"]) == (403, "ForbiddenHost")
    assert "--allow-host" in answer


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:8125", "[::1]:8125", "globus:8125", "GLOBUS", "10.0.0.7"]
)
def test_an_address_localhost_and_the_names_of_the_switch_are_served(
    globus: LoopbackGlobus, host: str
) -> None:
    assert ask(globus, "GET", "/_control/faults", headers={"Host": host, **basic(globus)})[0] == 200


def test_two_hosts_are_none() -> None:
    names = frozenset({"globus"})
    assert own_name([b"globus"], names)
    assert not own_name([b"globus", b"evil.example"], names)
    assert not own_name([], names)
    assert not own_name([b"gl\xf6bus"], names)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://{here}", ""]
)
def test_a_page_of_another_site_is_refused(globus: LoopbackGlobus, origin: str) -> None:
    here = urlsplit(globus.url).netloc
    headers = {"Origin": origin.format(here=here), "Content-Length": "0", **basic(globus)}
    status, answer = ask(globus, "POST", "/_control/expire_tokens", headers=headers)
    assert (status, json.loads(answer)["code"]) == (403, "ForbiddenOrigin")
    assert ask(globus, "POST", "/_control/expire_tokens", headers={**headers, "Origin": globus.url})[0] == 200


def test_the_consent_page_of_a_foreign_name_is_not_its_own(globus: LoopbackGlobus) -> None:
    """DNS rebinding: a name of the attacker's leads to this machine, and the page asks as if it were ours."""
    fields = {
        "client_id": globus.client_id,
        "redirect_uri": "http://evil.example/v2/web/auth-code",
        "response_type": "code",
        "scope": "openid",
        "decision": "allow",
        "client_secret": globus.client_secret,
    }
    body = urlencode(fields).encode()
    headers = {"Content-Length": str(len(body)), "Host": "evil.example", "Origin": "http://evil.example"}
    status, answer = ask(globus, "POST", "/v2/oauth2/authorize", headers=headers, body=body)
    assert status == 403
    assert 'id="code"' not in answer


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/v2/oauth2/token", MOST_BYTES),
        ("/v2/oauth2/authorize", MOST_BYTES),
        ("/_control/faults", MOST_BYTES),
        ("/v0.10/operation/endpoint/any/mkdir", MOST_BYTES),
        ("/v0.10/transfer", MOST_BYTES_SUBMITTED),
        ("/v0.10/delete", MOST_BYTES_SUBMITTED),
    ],
)
def test_too_large_a_body_is_refused_before_it_is_sent(globus: LoopbackGlobus, path: str, most: int) -> None:
    # The body is never sent: who waits for it never answers.
    status, answer = ask(globus, "POST", path, headers={"Content-Length": str(most + 1)})
    assert (status, json.loads(answer)["code"]) == (413, "RequestTooLarge")
    assert f"{most:,} bytes" in answer


@pytest.mark.parametrize("path", ["/v0.10/transfer", "/v0.10/delete"])
def test_a_large_body_is_not_read_without_a_token(globus: LoopbackGlobus, path: str) -> None:
    assert ask(globus, "POST", path, headers={"Content-Length": str(MOST_BYTES_SUBMITTED)})[0] == 401


def test_a_body_of_unknown_length_is_refused(globus: LoopbackGlobus) -> None:
    headers = {"Transfer-Encoding": "chunked", **basic(globus)}
    status, answer = ask(globus, "POST", "/_control/faults", headers=headers)
    assert (status, json.loads(answer)["code"]) == (411, "LengthRequired")


def test_a_refused_body_takes_no_memory(globus: LoopbackGlobus) -> None:
    before = peak_memory(globus.pid)
    body = b"a=" + b"x" * (96 << 20)
    headers = {"Content-Length": str(len(body))}
    assert ask(globus, "POST", "/v2/oauth2/token", headers=headers, body=body)[0] == 413
    assert peak_memory(globus.pid) - before < 16 << 20


def peak_memory(pid: int | None) -> int:
    """The most memory that a process has had, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
