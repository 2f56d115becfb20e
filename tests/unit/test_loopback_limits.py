"""`LIMITS.md` of loopback_globus names each route that imitates Globus, and no other, with a source."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from fastapi.routing import APIRoute

import loopback_globus
from loopback_globus.api.app import ROUTERS
from loopback_globus.api.middleware import CONTROL
from loopback_globus.documents import DESCRIPTIONS

PACKAGE = Path(loopback_globus.__file__).parent

_SOURCES = {"documentation", "SDK fixture", "observed", "guessed"}


def rows(heading: str) -> list[list[str]]:
    text = (PACKAGE / "LIMITS.md").read_text()
    part = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_has_the_routes_of_the_service() -> None:
    served = {
        f"`{method} {route.path}`"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and not route.path.startswith(CONTROL)
        for method in route.methods
    }
    named = [row[0] for row in rows("Routes")]
    assert (set(named), len(named)) == (served, len(served))


def test_every_row_has_a_known_source_and_a_guess_is_provisional() -> None:
    for what, source, note in rows("Routes") + rows("Behaviours") + rows("Codes"):
        assert set(re.split(", ", source)) <= _SOURCES, what
        if "guessed" in source:
            assert "PROVISIONAL" in note, what


def codes_in_the_source() -> set[str]:
    """Every code that is written out where a refusal, an event or a fault is made."""
    found = set(DESCRIPTIONS)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            given = [keyword.value for keyword in node.keywords if keyword.arg in ("code", "fatal_code")]
            if isinstance(node.func, ast.Name) and node.func.id == "Trouble":
                given += node.args[:1]
            found |= {str(each.value) for each in given if isinstance(each, ast.Constant) and each.value}
    return found


def test_every_code_that_clients_see_has_a_source() -> None:
    named = [code for row in rows("Codes") for code in re.findall("`([^`]+)`", row[0])]
    assert len(named) == len(set(named))
    assert codes_in_the_source() <= set(named)
