"""What the generated pages have in common."""

from collections.abc import Iterable, Sequence

#: A comment, which neither GitHub nor the site shows.
GENERATED = "<!-- Written by script/docs --write, from the code. Do not edit: a test compares both. -->\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown, with a line at its end."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, each))} |" for each in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
