"""Each `session-archive` command that a page shows exists, with each of its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
#: What a command is called with before it: an environment, a prompt, a container.
COMMAND = re.compile(r"\bsession-archive ((?:[a-z][a-z-]*)(?: .*)?)$")


def known() -> dict[str, set[str]]:
    """Command -> its options."""
    page = (ROOT / "docs/reference/commands.md").read_text()
    sections = re.split(r"^## `([a-z-]+)`$", page, flags=re.MULTILINE)[1:]
    return {
        name: {"--help", *re.findall(r"`(--[a-z0-9-]+)`", text)}
        for name, text in zip(sections[::2], sections[1::2], strict=True)
    }


KNOWN = known()


def shown(text: str) -> Iterator[str]:
    """Every command of a page, without the word `session-archive`: in backticks, or a line of a block."""
    fenced = re.findall(r"(?ms)^ *```(\w*)\n(.*?)^ *```", text)
    blocks = [block for language, block in fenced if language in ("", "console", "sh", "text")]
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    inline = re.findall(
        r"`(session-archive [^`]+)`", re.sub(r"(?ms)^ *```.*?^ *```", "", text).replace("\n", " ")
    )
    for line in [*lines, *inline]:
        if found := COMMAND.search(re.split(r" (?:#|\||>|2>|&&|\|\|) ?", line, maxsplit=1)[0].rstrip()):
            yield found[1]


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_exists_with_its_options(document: Path) -> None:
    wrong = []
    for command in shown(document.read_text()):
        name, *words = shlex.split(command.replace("'s ", " "))
        unknown = [
            word
            for word in words
            if word.startswith("--") and word.partition("=")[0] not in KNOWN.get(name, ())
        ]
        if name not in KNOWN or unknown:
            wrong.append(f"session-archive {command}")
    assert not wrong, f"{document} shows {wrong}; docs/reference/commands.md has what there is"


def test_they_are_found_in_blocks_and_in_sentences() -> None:
    text = (
        "run `session-archive\nstatus --unsafe`\n\n```console\n$ session-archive name SC022  # first\n```\n"
    )
    assert list(shown(text)) == ["name SC022", "status --unsafe"]
