"""The console command `session-archive`: finds its commands, and turns errors into one line."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points

import typer
from rich.text import Text

from session_archive.cli.bounded_command import BoundedCommand
from session_archive.cli.cancel import cancel
from session_archive.cli.discover import discover
from session_archive.cli.explain import explain
from session_archive.cli.name import name
from session_archive.cli.notify import notify
from session_archive.cli.retrieve import retrieve
from session_archive.cli.status import status
from session_archive.cli.upload import upload
from session_archive.cli.write_off import write_off
from session_archive.errors import ArchiveError
from session_archive.terminal import Console

#: The extra to install for a package that a command needs and this machine lacks.
_EXTRAS = {"airflow": "airflow", "globus_sdk": "globus", "datajoint": "catalog"}


def build() -> typer.Typer:
    """The console: the core's own commands, and those of the entry points `session_archive.commands`."""
    app = typer.Typer(
        name="session-archive",
        help="Archive a lab's recordings through Globus, and know which are safe.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def root() -> None:
        """Archive a lab's recordings through Globus, and know which are safe."""

    # It reads paths, and each has a verdict however long it is.
    app.command("explain")(explain)
    for command in (name, status, upload, discover, retrieve, cancel, write_off, notify):
        app.command(command.__name__.replace("_", "-"), cls=BoundedCommand)(command)
    for entry in sorted(entry_points(group="session_archive.commands"), key=lambda entry: entry.name):
        _add(app, entry)
    return app


def _add(app: typer.Typer, entry: EntryPoint) -> None:
    """Add the command; if a package that it needs is missing, add one that says so, so that the others still work."""
    try:
        app.command(entry.name, cls=BoundedCommand)(entry.load())
    except ModuleNotFoundError as error:
        needs = _needs(error)

        def missing() -> None:
            raise ArchiveError(needs)

        settings = {"ignore_unknown_options": True, "allow_extra_args": True}
        app.command(entry.name, help=f"({needs})", context_settings=settings)(missing)


def main() -> None:
    """Run the console. Exit code 1 and one line on stderr for what a user can fix; a traceback means a bug of ours."""
    try:
        build()()
    except ArchiveError as error:
        _leave(str(error))
    except ModuleNotFoundError as error:
        _leave(_needs(error))


def _needs(error: ModuleNotFoundError) -> str:
    """What to install; raises the error again if it is our own mistake."""
    missing = (error.name or "").split(".")[0]
    if missing not in _EXTRAS:
        raise error
    return f"this command needs {missing}: pip install 'session-archive[{_EXTRAS[missing]}]'"


def _leave(message: str) -> None:
    # As text: '[lab]' in a message is a table of archive.toml, not markup.
    line = Text.assemble(("error: ", "bold red"), message)
    Console(stderr=True, highlight=False).print(line, soft_wrap=True)
    sys.exit(1)
