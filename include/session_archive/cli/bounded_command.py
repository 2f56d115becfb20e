"""A command of the console whose options are bounded like the params of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.core import TyperCommand

from session_archive.request.bounds import require_short


class BoundedCommand(TyperCommand):
    """Refuses a text that is too long before the command does anything: cut, a reason would be kept without its end."""

    def invoke(self, ctx: Any) -> Any:
        """As typer's. Raises ArchiveError, naming the option."""
        for parameter in self.params:
            name = parameter.name or ""
            option = max(parameter.opts, key=len)
            for text in _texts(ctx.params.get(name)):
                require_short(option if option.startswith("-") else name.upper(), text)
        return super().invoke(ctx)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, str))
