"""The page of every command of the console, from typer."""

from collections.abc import Iterator
from typing import Any

import typer

from session_archive.cli.main import build
from support import docstring
from support.markdown import GENERATED, table

_INTRODUCTION = """\
What `session-archive COMMAND --help` says. A command exits with 1 and one line on stderr for what a user can mend.
`session-archive` without a command lists all of them; what needs a package that a machine lacks says what to install.
"""


def commands_page() -> str:
    """docs/reference/commands.md. Raises ValueError for a command or an option without a help text."""
    group: Any = typer.main.get_command(build())
    context = typer.Context(group)
    sections = []
    for name in group.list_commands(context):
        _, command, _ = group.resolve_command(context, [name])
        sections.append("\n".join(_section(name, command)))
    return "\n".join([GENERATED, "# Commands", "", _INTRODUCTION, *sections])


def _section(name: str, command: Any) -> Iterator[str]:
    if not command.help:
        raise ValueError(f"{name}: no help; write a docstring for its function")
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    words = ["session-archive", name, *(["[OPTIONS]"] if options else []), *map(_usage, arguments)]
    yield from (f"## `{name}`", "", f"```text\n{' '.join(words)}\n```", "")
    yield docstring.read(command.help).markdown()
    if rows := [_row(name, each) for each in (*arguments, *options)]:
        yield table(("argument or option", "meaning", "default"), rows)


def _usage(argument: Any) -> str:
    word = argument.name.upper() + ("..." if argument.nargs == -1 else "")
    return word if argument.required else f"[{word}]"


def _row(command: str, parameter: Any) -> tuple[str, str, str]:
    is_option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [parameter.name.upper()]
    if not parameter.help:
        raise ValueError(f"{command} {names[0]}: no help; write one where the function declares it")
    help_text = parameter.help + (f" Environment: `{parameter.envvar}`." if parameter.envvar else "")
    return ", ".join(f"`{each}`" for each in names), help_text.replace("*", "\\*"), _default(parameter)


def _default(parameter: Any) -> str:
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    if parameter.required:
        return "required"
    if parameter.default in (None, False, "") or not parameter.show_default:
        return ""
    if parameter.default is True:
        return f"`{parameter.opts[0]}`"
    return f"`{parameter.default}`"
