"""The console command `session-archive`: finds its commands, and turns errors into one line."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console
from rich.text import Text

from session_archive.cli.explain import explain
from session_archive.cli.name import name
from session_archive.errors import ArchiveError

#: What to install for a package that a command needs and this machine lacks.
_EXTRAS = {"airflow": "airflow", "globus_sdk": "globus", "datajoint": "catalog"}


def build() -> typer.Typer:
    """The console: what the core does alone, and every command of the entry points `session_archive.commands`."""
    app = typer.Typer(
        name="session-archive",
        help="Archive a lab's recordings through Globus, and know what is safe.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def root() -> None:
        """Archive a lab's recordings through Globus, and know what is safe."""

    app.command("explain")(explain)
    app.command("name")(name)
    for entry in sorted(entry_points(group="session_archive.commands"), key=lambda entry: entry.name):
        app.command(entry.name)(entry.load())
    return app


def main() -> None:
    """Run the console. Exit code 1 and one line on stderr for what a person can mend; a traceback is our bug."""
    try:
        build()()
    except ArchiveError as error:
        _leave(str(error))
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing not in _EXTRAS:
            raise
        _leave(f"this command needs {missing}: pip install 'session-archive[{_EXTRAS[missing]}]'")


def _leave(message: str) -> None:
    # As text: '[lab]' in a message is a table of archive.toml, no markup.
    line = Text.assemble(("error: ", "bold red"), message)
    Console(stderr=True, highlight=False).print(line, soft_wrap=True)
    sys.exit(1)
