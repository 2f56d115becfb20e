"""`python -m loopback_globus`: read the switches, open the port, print the address, serve."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from pathlib import Path
from uuid import UUID

import uvicorn

from loopback_globus.api.app import create_app
from loopback_globus.service import Service
from loopback_globus.settings import Collection, Settings, SettingsError, check_roots, folding, with_checksums

SECRET_VARIABLE = "LOOPBACK_GLOBUS_SECRET"


def parser() -> argparse.ArgumentParser:
    """The switches."""
    switches = argparse.ArgumentParser(
        prog="python -m loopback_globus",
        description="A Globus Transfer (v0.10) and Auth service for one machine, over local folders.",
        epilog="Clients find it by GLOBUS_SDK_SERVICE_URL_AUTH and GLOBUS_SDK_SERVICE_URL_TRANSFER.",
    )
    add = switches.add_argument
    add("--port", type=int, default=0, metavar="P", help="port; 0 (default) takes a free one and prints it")
    add("--host", default="127.0.0.1", help="address to listen on; default: this machine only (127.0.0.1)")
    add(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a host name by which clients may ask, besides localhost and addresses; may be repeated. Any "
        "other is refused, so that no web site can reach the service by a name of its own",
    )
    add(
        "--client",
        action="append",
        required=True,
        metavar="ID[:SECRET]",
        help="a client that may ask for tokens: a UUID and its secret; may be repeated. Without :SECRET the "
        f"secret comes from the environment variable {SECRET_VARIABLE}, so that no list of processes shows it",
    )
    add(
        "--collection",
        action="append",
        required=True,
        metavar="UUID=NAME=ROOT[=TYPE]",
        help="a folder to serve; may be repeated. TYPE: guest (default), mapped (refuses without "
        "data_access), high-assurance (mapped, without data_access), personal",
    )
    add(
        "--fold",
        action="append",
        default=[],
        metavar="NAME=WHAT",
        help="this collection takes names for one that differ only in WHAT: case, or (Unicode) normalisation; may be "
        "repeated",
    )
    add(
        "--checksums",
        action="append",
        default=[],
        metavar="NAME=WORDS",
        help="what the storage of a collection can compute; may be repeated. WORDS, with commas: MD5, SHA1, SHA256, "
        "SHA512 (those it knows; default: all), any-is-MD5 (answers MD5 whatever is asked), stored (answers what it "
        "once computed, also after a byte has changed)",
    )
    add("--state", type=Path, required=True, metavar="FILE", help="SQLite file of tasks, events and tokens")
    add("--journal", type=Path, metavar="FILE", help="append a JSON line per request and per change on disk")
    add(
        "--task-delay",
        type=float,
        default=0,
        metavar="S",
        help="seconds that a task works before it moves anything",
    )
    add("--latency", type=float, default=0, metavar="S", help="seconds by which every answer is delayed")
    add(
        "--rate",
        type=float,
        default=0,
        metavar="N",
        help="requests a second from one identity, counted over 10 s; more get 429 (default: no limit)",
    )
    add(
        "--retry-interval",
        type=float,
        default=1,
        metavar="S",
        help="seconds until a task tries again after an error; doubles up to tenfold (default 1)",
    )
    add(
        "--token-lifetime",
        type=int,
        default=172_800,
        metavar="S",
        help="seconds for which an access token is valid (default: two days)",
    )
    add(
        "--page-size",
        type=int,
        default=1000,
        metavar="N",
        help="rows of a page of successful transfers and skipped errors (default 1000)",
    )
    add(
        "--history-days",
        type=float,
        default=30,
        metavar="D",
        help="days after which a task's history_deleted is true (default 30)",
    )
    add(
        "--most-pending",
        type=int,
        default=100,
        metavar="N",
        help="unfinished tasks that one identity may have; a further one gets 409 (default 100)",
    )
    add(
        "--allow-root",
        action="append",
        default=[],
        metavar="/",
        help="serve the whole machine; a collection whose ROOT is / is refused without it",
    )
    return switches


def read_settings(arguments: argparse.Namespace) -> Settings:
    """Turn the switches into settings. raises : SettingsError."""
    collections = folding([Collection.parse(text) for text in arguments.collection], arguments.fold)
    check_roots(collections, allowed=arguments.allow_root)
    collections = with_checksums(collections, arguments.checksums)
    return Settings(
        clients=dict(_client(text) for text in arguments.client),
        collections={collection.id: collection for collection in collections},
        state=arguments.state,
        journal=arguments.journal,
        task_delay=arguments.task_delay,
        latency=arguments.latency,
        rate=arguments.rate,
        retry_interval=arguments.retry_interval,
        token_lifetime=arguments.token_lifetime,
        page_size=arguments.page_size,
        history_days=arguments.history_days,
        most_pending=arguments.most_pending,
        hosts=frozenset({arguments.host, *arguments.allow_host}),
    )


def _client(text: str) -> tuple[str, str]:
    client_id, colon, secret = text.partition(":")
    secret = secret if colon else os.environ.get(SECRET_VARIABLE, "")
    try:
        client_id = str(UUID(client_id))
    except ValueError:
        raise SettingsError(f"--client {client_id}: a client id is a UUID") from None
    if not secret:
        raise SettingsError(f"--client {client_id}: no secret; give ID:SECRET or set {SECRET_VARIABLE}")
    return client_id, secret


class _Server(uvicorn.Server):
    """Prints its address as soon as it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(f"listening on http://{host}:{port}", flush=True)  # noqa: T201 - the promised first line


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 2 if a switch has a wrong value."""
    switches = parser()
    arguments = switches.parse_args(argv)
    try:
        settings = read_settings(arguments)
    except SettingsError as error:
        switches.error(str(error))
    app = create_app(Service.open(settings))
    server = _Server(
        uvicorn.Config(
            app,
            host=arguments.host,
            port=arguments.port,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
    )
    try:
        asyncio.run(server.serve())
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
