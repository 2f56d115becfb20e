"""The search for secrets finds them: in a text, as a token of which only the hash is known, in a process' arguments."""

import hashlib
import secrets
import subprocess
import sys
import time

from tests.system.canaries import Arguments, leaks


def test_a_secret_and_a_token_are_found_where_they_stand() -> None:
    token = secrets.token_urlsafe(32)
    texts = [
        ("a log", f'"Bearer {token}"'.encode()),
        ("a dump", b"password=s3cret-word;"),
        ("a page", b"none"),
    ]
    found = leaks(
        texts, secrets={"password": "s3cret-word"}, tokens={hashlib.sha256(token.encode()).hexdigest()}
    )
    assert found == ["a token in a log", "password in a dump"]


def test_a_secret_in_the_arguments_of_a_process_is_seen() -> None:
    # Its length must not be that of a token; it stands in the arguments of nobody else.
    secret = secrets.token_hex(12)
    with (
        Arguments({"password": secret}) as arguments,
        subprocess.Popen([sys.executable, "-c", "input()", secret], stdin=subprocess.PIPE) as process,
    ):
        deadline = time.monotonic() + 60
        while not arguments.leaks and time.monotonic() < deadline:
            time.sleep(0.05)
        process.communicate(b"\n")
    assert [leak.partition(" in ")[0] for leak in arguments.leaks] == ["password"]
