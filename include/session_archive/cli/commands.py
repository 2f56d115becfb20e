"""The commands of the console by name; the modules of a command are imported when it runs, not to list it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from session_archive.cli.bounded_command import BoundedCommand
from session_archive.errors import ArchiveError

#: Where other packages, and those of our own that need Airflow or Globus, name their commands.
GROUP = "session_archive.commands"

_OWN = (
    "explain",
    "name",
    "status",
    "upload",
    "discover",
    "retrieve",
    "audit",
    "replicate",
    "repair",
    "cancel",
    "write-off",
    "notify",
)
#: As map-ephys called them.
_AS_BEFORE = ("publication-publish", "shell")
#: They read paths, and each has a verdict however long it is.
_UNBOUNDED = frozenset({"explain"})

#: The extra to install for a package that a command needs and this machine lacks.
_EXTRAS = {"airflow": "airflow", "globus_sdk": "globus", "datajoint": "catalog", "pymysql": "catalog"}


class Place(NamedTuple):
    """The function of a command, before anything of it is imported."""

    module: str
    function: str


class Commands(TyperGroup):
    """The core's own commands, and those of the entry points, each imported only when it runs."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The core's own commands, then those of the entry points."""
        return [*_OWN, *sorted((*_entry_points(), *_AS_BEFORE))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """As it is listed: with its help, and without its options; None if there is no such command."""
        place = _place(cmd_name)
        return None if place is None else _as_command(cmd_name, _nothing, help=_help(place))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that runs. Of a package that this machine lacks, it says so, as the others still work."""
        if args and _place(args[0]) is None:
            # Typer compares the word with these, to ask "Did you mean ...?".
            self.commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        name, _, rest = super().resolve_command(ctx, args)
        return name, name and _loaded(name), rest


def _entry_points() -> dict[str, Place]:
    # 0.05 CPU s, most of it for parts that read mail.
    from importlib.metadata import entry_points

    return {each.name: Place(each.module, each.attr) for each in entry_points(group=GROUP)}


def _place(name: str) -> Place | None:
    if name in (*_OWN, *_AS_BEFORE):
        function = name.replace("-", "_")
        return Place(f"session_archive.cli.{function}", function)
    return _entry_points().get(name)


def _loaded(name: str) -> Any:
    place = _place(name)
    assert place is not None, "typer has found it"
    try:
        function = getattr(import_module(place.module), place.function)
    except ModuleNotFoundError as error:
        needs = needed_package(error)

        def missing() -> None:
            raise ArchiveError(needs)

        settings = {"ignore_unknown_options": True, "allow_extra_args": True}
        return _as_command(name, missing, help=f"({needs})", context_settings=settings)
    return _as_command(name, function, cls=None if name in _UNBOUNDED else BoundedCommand)


def _as_command(name: str, function: Callable[..., None], **values: Any) -> Any:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(name, **values)(function)
    return typer.main.get_command(app)


def _nothing() -> None:
    """A command that is only listed."""


def _help(place: Place) -> str:
    """The function's own docstring, read and not imported: the only place that says what a command does."""
    try:
        spec = find_spec(place.module)
    except ModuleNotFoundError:  # its package is missing; running the command says so
        spec = None
    if spec is None or spec.origin is None:
        return ""
    for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == place.function:
            return ast.get_docstring(node) or ""
    return ""


def needed_package(error: ModuleNotFoundError) -> str:
    """What to install; raises the error again if it is our own mistake."""
    missing = (error.name or "").split(".")[0]
    if missing not in _EXTRAS:
        raise error
    return f"this command needs {missing}: pip install 'session-archive[{_EXTRAS[missing]}]'"
