"""A docstring of this project, read for the pages of docs/reference: paragraphs, and lines `name : meaning`."""

import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_ENTRY = re.compile(r"(?P<names>\w+(?:, \w+)*) +: (?P<meaning>.+)")


@dataclass(frozen=True)
class Docstring:
    """What a docstring says, in its order.

    parts : paragraphs and program text as texts, entries as pairs of names and meaning
    """

    parts: tuple[str | tuple[str, str], ...]

    @property
    def meanings(self) -> dict[str, str]:
        """Meaning by name."""
        pairs = (part for part in self.parts if not isinstance(part, str))
        return {name: meaning for names, meaning in pairs for name in names.split(", ")}

    @property
    def text(self) -> str:
        """The paragraphs, without the entries."""
        return "\n\n".join(part for part in self.parts if isinstance(part, str))

    def markdown(self) -> str:
        """As a page shows it."""
        return "\n".join(_lines(self.parts)).strip() + "\n"


def read(text: str | None) -> Docstring:
    """The parts of a docstring; a blank line ends a paragraph, and a deeper indentation continues an entry."""
    blocks = re.split(r"\n[ \t]*\n(?!    )", inspect.cleandoc(text or ""))
    return Docstring(tuple(part for block in blocks for part in _parts(block)))


def _parts(block: str) -> Iterator[str | tuple[str, str]]:
    text, _, program = block.partition("\n\n")  # indented, as the split left it there
    words: list[str] = []
    for line in _joined(text.splitlines()):
        if match := _ENTRY.fullmatch(line):
            yield from _paragraph(words)
            words = []
            yield match["names"], match["meaning"]
        else:
            words.append(line)
    yield from _paragraph(words)
    if program:
        yield f"```python\n{textwrap.dedent(program)}\n```"


def _joined(lines: list[str]) -> Iterator[str]:
    """The lines; those that continue an entry, with it on one line."""
    whole: list[str] = []
    for line in lines:
        if line.startswith(" ") and whole and _ENTRY.fullmatch(whole[-1]):
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line)
    return iter(whole)


def _paragraph(words: list[str]) -> Iterator[str]:
    if words:
        yield "\n".join(words)


def _lines(parts: tuple[str | tuple[str, str], ...]) -> Iterator[str]:
    listed = False
    for part in parts:
        if isinstance(part, str):
            yield from ["", part] if listed else [part]
            yield ""
            listed = False
        else:
            yield f"- {', '.join(f'`{name}`' for name in part[0].split(', '))}: {part[1]}"
            listed = True
