"""The console command `session-archive`: turns errors into one line, and imports a command only when it runs."""

from __future__ import annotations

import sys

import typer

from session_archive.cli.commands import Commands, needed_package
from session_archive.errors import ArchiveError


def build() -> typer.Typer:
    """The console: the core's own commands, and those of the entry points `session_archive.commands`."""
    app = typer.Typer(
        name="session-archive",
        cls=Commands,
        help="Archive a lab's recordings through Globus, and know which are safe.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def root() -> None:
        """Archive a lab's recordings through Globus, and know which are safe."""

    return app


def main() -> None:
    """Run the console. Exit code 1 and one line on stderr for what a user can fix; a traceback means a bug of ours."""
    try:
        build()()
    except ArchiveError as error:
        _leave(str(error))
    except ModuleNotFoundError as error:
        _leave(needed_package(error))


def _leave(message: str) -> None:
    from rich.text import Text

    from session_archive.terminal import Console

    # As text: '[lab]' in a message is a table of archive.toml, not markup.
    line = Text.assemble(("error: ", "bold red"), message)
    Console(stderr=True, highlight=False).print(line, soft_wrap=True)
    sys.exit(1)
