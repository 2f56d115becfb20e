"""A hash that secures nothing says so, and works where the system forbids weak ones (FIPS)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    path
    for room in ("include", "plugins", "script")
    for path in sorted((ROOT / room).rglob("*.py"))
    if "hashlib" in path.read_text()
]
#: Hashes of tokens and of what proves a login: of random values, so that SHA-256 is enough.
SECURITY = {"include/loopback_globus/auth/tokens.py", "include/loopback_globus/auth/codes.py"}


def hashes(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("hashlib"))):
                yield node
            case ast.Call(args=[ast.Attribute(value=ast.Name("hashlib"), attr="new"), *_]):
                yield node  # partial(hashlib.new, ...)


def for_no_security(call: ast.Call) -> bool:
    """Whether the call itself says so; `file_digest` takes a function that does, or SHA-256 (never forbidden)."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="file_digest"),
            args=[_, ast.Constant("sha256") | ast.Call(func=ast.Name("partial"))],
        ):
            return True
    return any(
        keyword.arg == "usedforsecurity" and ast.unparse(keyword.value) == "False"
        for keyword in call.keywords
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_hash_that_is_no_security_says_so(path: Path) -> None:
    for call in hashes(path):
        secures = str(path.relative_to(ROOT)) in SECURITY
        assert for_no_security(call) != secures, f"{path}:{call.lineno}: {ast.unparse(call)}"
