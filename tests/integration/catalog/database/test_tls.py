"""Passwords and rows travel encrypted wherever the server can, and nothing else is called so."""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.certificates import Certificates, make_certificates
from tests.integration.catalog.samples import NIGHTLY, PASSWORD, sample_layout
from tests.measured import MEASURED

from session_archive.catalog.database.connection import OwnConnection, connect
from session_archive.catalog.setup.grants import make_login, try_login
from session_archive.catalog.setup.install import install
from session_archive.errors import CatalogError, CatalogUnavailableError
from support.mariadb import DatabaseServer, PrivateMariaDB
from support.sample_lab import make_lab

NEW_PASSWORD = "canary-of-the-new-login"


@pytest.fixture(scope="module")
def certificates() -> Iterator[Certificates]:
    with tempfile.TemporaryDirectory(prefix="tls-", dir="/tmp") as folder:
        yield make_certificates(Path(folder))


@pytest.fixture(scope="module")
def speaking_tls(certificates: Certificates) -> Iterator[PrivateMariaDB]:
    folder = certificates.ca.parent
    with PrivateMariaDB(folder / "data", options=certificates.options) as server:
        server.create_user(NIGHTLY, PASSWORD)
        yield server


@pytest.fixture
def admin(speaking_tls: PrivateMariaDB) -> Iterator[OwnConnection]:
    connection = as_admin(speaking_tls, port=speaking_tls.port)
    yield connection
    connection.close()


@pytest.fixture
def demanding_tls(speaking_tls: PrivateMariaDB, admin: OwnConnection) -> Iterator[PrivateMariaDB]:
    """The same server, when it lets nobody in without TLS."""
    admin.query("SET GLOBAL require_secure_transport = ON")
    yield speaking_tls
    admin.query("SET GLOBAL require_secure_transport = OFF")


def as_admin(server: DatabaseServer, *, port: int, **tls: Any) -> OwnConnection:
    values: dict[str, Any] = {"host": server.host, "port": port, "user": "root"}
    return connect(**values, password=server.root_password, **tls)


def cipher(connection: OwnConnection) -> str:
    with contextlib.closing(connection):
        return str(connection.query("SHOW STATUS LIKE 'Ssl_cipher'").fetchone()[1])


class Wire:
    """Passes on what goes to and from a server, and keeps what the clients say."""

    def __init__(self, port: int) -> None:
        self.sent = bytearray()
        self._server = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._let_in, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                threading.Thread(target=self._pass_on, args=(client, server, self.sent), daemon=True).start()
                threading.Thread(
                    target=self._pass_on, args=(server, client, bytearray()), daemon=True
                ).start()

    def _pass_on(self, giver: socket.socket, taker: socket.socket, kept: bytearray) -> None:
        with contextlib.suppress(OSError):
            while data := giver.recv(65536):
                kept.extend(data)
                taker.sendall(data)
        for end in (giver, taker):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def test_a_new_password_never_passes_in_plain_where_the_server_offers_tls(
    speaking_tls: PrivateMariaDB,
) -> None:
    with contextlib.closing(Wire(speaking_tls.port)) as wire:
        with contextlib.closing(as_admin(speaking_tls, port=wire.port)) as admin:
            make_login(admin, "seen_on_the_wire", NEW_PASSWORD)
            try_login(admin, "seen_on_the_wire", NEW_PASSWORD)
        assert len(wire.sent) > 1000
        assert NEW_PASSWORD.encode() not in bytes(wire.sent)
        assert b"CREATE USER" not in bytes(wire.sent)


def test_a_server_that_demands_tls_gets_it_unasked(demanding_tls: PrivateMariaDB) -> None:
    assert cipher(as_admin(demanding_tls, port=demanding_tls.port)).startswith("TLS_")


def test_a_login_that_requires_tls_goes_through_setup(
    speaking_tls: PrivateMariaDB, admin: OwnConnection
) -> None:
    """The login as docs/catalog.md advises: setup gives it a password and its rights, and a night logs in."""
    make_lab(admin, lab="lab0", experiment="experiment0")
    speaking_tls.execute("CREATE USER required@'%%' IDENTIFIED BY 'before' REQUIRE SSL")
    make_login(admin, "required", NEW_PASSWORD)
    install(admin, sample_layout(0), nightly_user="required")
    try_login(admin, "required", NEW_PASSWORD)
    values: dict[str, Any] = {"host": speaking_tls.host, "port": speaking_tls.port, "user": "required"}
    assert cipher(connect(**values, password=NEW_PASSWORD)).startswith("TLS_")
    with pytest.raises(CatalogError, match="check its name and password") as wrong:
        connect(**values, password="not-the-passw0rd")
    assert "TLS" not in str(wrong.value)
    assert "REQUIRE SSL" in str(speaking_tls.execute("SHOW CREATE USER required@'%%'")[0][0])


def test_a_certificate_that_is_trusted_is_verified(
    speaking_tls: PrivateMariaDB, certificates: Certificates
) -> None:
    found = cipher(as_admin(speaking_tls, port=speaking_tls.port, tls={"ca": str(certificates.ca)}))
    assert found.startswith("TLS_")


@pytest.mark.parametrize(
    ("address", "reason"),
    [("127.0.0.1", "certificate verify failed"), ("192.0.2.1", "certificate verify failed")],
    ids=["of another authority", "of another host"],
)
def test_a_certificate_that_does_not_fit_is_named(
    speaking_tls: PrivateMariaDB, tmp_path: Path, address: str, reason: str
) -> None:
    other = make_certificates(tmp_path, address=address)
    with pytest.raises(CatalogError, match=reason) as caught:
        as_admin(speaking_tls, port=speaking_tls.port, tls={"ca": str(other.ca)})
    assert not caught.value.retryable, "waiting does not help"
    assert not isinstance(caught.value, CatalogUnavailableError)
    assert f"the ca {other.ca}" in str(caught.value)


def test_a_host_that_the_certificate_does_not_name_is_refused(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="tls-", dir="/tmp") as folder:
        elsewhere = make_certificates(Path(folder), address="192.0.2.1")
        with PrivateMariaDB(Path(folder) / "data", options=elsewhere.options) as server:
            tls = {"ca": str(elsewhere.ca)}
            with pytest.raises(CatalogError, match="IP address mismatch") as caught:
                as_admin(server, port=server.port, tls=tls)
            assert not caught.value.retryable
            assert cipher(as_admin(server, port=server.port, tls={**tls, "check_hostname": False}))


GREETING = (
    b"\x0a" + b"10.11.0-MariaDB\0" + struct.pack("<I", 7) + b"saltsalt" + b"\0"
    # protocol 4.1, secure connections, plugins: no TLS
    + struct.pack("<H", 0xF7FF & ~0x0800) + b"\x2d" + struct.pack("<H", 2) + struct.pack("<H", 0x0008)
    + bytes([21]) + bytes(10) + b"saltsaltsalt\0" + b"mysql_native_password\0"
)  # fmt: skip


@contextlib.contextmanager
def stripping_tls(received: bytearray) -> Iterator[int]:
    """A server between that hides that TLS is offered, and asks for the password in plain; yields its port."""
    door = socket.create_server(("127.0.0.1", 0))

    def packet(number: int, payload: bytes) -> bytes:
        return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload

    def serve() -> None:
        with contextlib.suppress(OSError):
            client, _ = door.accept()
            with client:
                client.sendall(packet(0, GREETING))
                received.extend(client.recv(65536))
                client.sendall(packet(2, b"\xfemysql_clear_password\0"))
                received.extend(client.recv(65536))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield door.getsockname()[1]
    finally:
        door.close()
        thread.join(timeout=10)


@pytest.mark.parametrize("tls", [{}, {"ca": "its own"}], ids=["encrypted", "verified"])
def test_nothing_of_the_login_is_sent_where_tls_is_asked_for_and_hidden(
    certificates: Certificates, tls: dict[str, str]
) -> None:
    requested = {key: str(certificates.ca) for key in tls}
    received = bytearray()
    with stripping_tls(received) as port, pytest.raises(CatalogError, match="offers no TLS"):
        connect(host="127.0.0.1", port=port, user=NIGHTLY, password=PASSWORD, tls=requested)
    assert bytes(received) == b""


@pytest.mark.usefixtures("with_our_options")
def test_a_login_that_requires_tls_on_a_server_without_it_is_not_called_a_wrong_password(
    server: DatabaseServer,
) -> None:
    server.execute("CREATE OR REPLACE USER required@'%%' IDENTIFIED BY %s REQUIRE SSL", PASSWORD)
    try:
        with pytest.raises(CatalogError, match="the server offers no TLS, which this login may require"):
            connect(host=server.host, port=server.port, user="required", password=PASSWORD)
    finally:
        server.execute("DROP USER required@'%%'")


@pytest.mark.usefixtures("with_our_options")
def test_a_server_that_demands_tls_and_offers_none_says_so(server: DatabaseServer) -> None:
    with contextlib.closing(as_admin(server, port=server.port)) as admin:
        admin.query("SET GLOBAL require_secure_transport = ON")
        try:
            with pytest.raises(CatalogError, match="TLS") as caught:
                connect(host=server.host, port=server.port, user=NIGHTLY, password=PASSWORD)
        finally:
            admin.query("SET GLOBAL require_secure_transport = OFF")
    assert "check its name and password" not in str(caught.value).split(";")[0]


def test_a_login_has_its_password_from_the_first_moment(
    admin: OwnConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stops setup after a statement leaves no login that lets anybody in."""
    run, sent = admin.query, []

    def cut(sql: str, *args: object, **kwargs: object) -> object:
        sent.append(sql)
        if len(sent) > 1:
            raise KeyboardInterrupt
        return run(sql, *args, **kwargs)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(admin, "query", cut)
        make_login(admin, "half_made", NEW_PASSWORD)
    host, port = admin.conn_info["host"], admin.conn_info["port"]
    assert cipher(connect(host=host, port=port, user="half_made", password=NEW_PASSWORD))
    with pytest.raises(CatalogError, match="refuses the login"):
        connect(host=host, port=port, user="half_made", password="")


NOTEBOOK = """
from session_archive.catalog.queries.published import own_connection
print("cipher:", own_connection().query("SHOW STATUS LIKE 'Ssl_cipher'").fetchone()[1])
"""


def notebook(server: DatabaseServer, **environment: str) -> subprocess.CompletedProcess[str]:
    login = {
        "DJ_HOST": server.host,
        "DJ_PORT": str(server.port),
        "DJ_USER": NIGHTLY,
        "DJ_PASS": PASSWORD,
        "PATH": "/usr/bin:/bin",
    }
    return subprocess.run(
        [sys.executable, "-c", NOTEBOOK],
        env={**MEASURED, **login, **environment},
        cwd="/",
        capture_output=True,
        text=True,
    )


def test_a_notebook_speaks_tls(demanding_tls: PrivateMariaDB, certificates: Certificates) -> None:
    for requested in ({}, {"DJ_USE_TLS": "true"}, {"SESSION_ARCHIVE_CATALOG_SSL_CA": str(certificates.ca)}):
        done = notebook(demanding_tls, **requested)
        assert "cipher: TLS_" in done.stdout, done.stderr


@pytest.mark.parametrize("requested", [{"DJ_USE_TLS": "true"}, {"SESSION_ARCHIVE_CATALOG_SSL": "1"}])
@pytest.mark.usefixtures("with_our_options")
def test_a_notebook_that_asks_for_tls_is_not_served_without(
    server: DatabaseServer, requested: dict[str, str]
) -> None:
    done = notebook(server, **requested)
    assert done.returncode == 1
    assert "offers no TLS" in done.stderr.splitlines()[-1]
    assert "cipher: \n" in notebook(server).stdout
