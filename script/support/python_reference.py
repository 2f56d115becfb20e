"""The pages of public Python names, from signatures and docstrings; nothing is imported."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from support import docstring
from support.markdown import GENERATED

_NOTEBOOK = """\
What notebooks and scripts use. [Notebook, script and shell](../python.md) shows how; an older name of
a module is kept for one release.
"""
_PROVIDER = """\
The public names of the Globus provider: what a DAG's author writes, and what a task may raise. Airflow's database and
other people's DAGs refer to these paths, so that they do not change.
"""
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def notebook_page() -> str:
    """docs/reference/python.md."""
    core = Path("include/session_archive")
    modules = ["publication", "airflow_client/run", "listing/local_copy", "states/state", "errors"]
    return _page("Python", _NOTEBOOK, (core / f"{each}.py" for each in modules))


def provider_page() -> str:
    """docs/reference/provider.md: every operator and sensor that the folders hold."""
    folder = Path("plugins/globus_provider")
    modules = [folder / "hooks/globus.py"]
    for room in ("operators", "sensors"):
        modules += sorted(each for each in (folder / room).glob("*.py") if each.stem != "__init__")
    modules += [
        folder / f"{each}.py" for each in ("triggers/transfer", "request", "store", "errors", "links")
    ]
    return _page("Globus provider: Python", _PROVIDER, modules)


def _page(title: str, introduction: str, modules: Iterable[Path]) -> str:
    page = "\n".join([GENERATED, f"# {title}", "", introduction, *map(_module, modules)])
    return re.sub(r"\n{3,}", "\n\n", page)


def _module(file: Path) -> str:
    tree = ast.parse(file.read_text())
    name = ".".join(file.with_suffix("").parts[1:])
    lines = [f"## `{name}`", "", _documented(tree, name), ""]
    for node in _public(tree):
        lines += (
            _class(node, name) if isinstance(node, ast.ClassDef) else _function(node, f"{name}.{node.name}")
        )
    return "\n".join(lines)


def _public(tree: ast.Module) -> Iterator[ast.ClassDef | _Function]:
    """What `__all__` names, here or where it is imported from; without one, what has no '_' before its name."""
    here = {node.name: node for node in tree.body if isinstance(node, _Function | ast.ClassDef)}
    chosen = _exported(tree)
    if chosen is None:
        yield from (node for name, node in here.items() if not name.startswith("_"))
        return
    imported = {
        each.asname or each.name: node.module or ""
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    }
    for name in chosen:
        node = here.get(name)
        if node is None:
            module = Path("include", *imported[name].split(".")).with_suffix(".py")
            node = next(each for each in _public(ast.parse(module.read_text())) if each.name == name)
        yield node


def _exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def _class(node: ast.ClassDef, module: str) -> Iterator[str]:
    name = f"{module}.{node.name}"
    methods = [each for each in node.body if isinstance(each, _Function)]
    initial = [each for each in methods if each.name == "__init__"]
    bases = ", ".join(ast.unparse(each) for each in node.bases)
    yield from (f"### `{node.name}`", "")
    yield f"```python\nclass {node.name}{f'({bases})' if bases else ''}"
    yield from (_signature(each, node.name) for each in initial)
    yield "```\n"
    yield _documented(node, name) + "\n"
    for each in methods:
        if not each.name.startswith("_") and not _is_called_by_airflow(each):
            yield from _method(each, name)


def _is_called_by_airflow(method: _Function) -> bool:
    return method.name in {"execute_again", "execute_complete", "first_look", "serialize", "run", "on_kill"}


def _method(node: _Function, owner: str) -> Iterator[str]:
    """Properties by their name alone."""
    decorators = {ast.unparse(each) for each in node.decorator_list}
    if decorators & {"property", "cached_property"}:
        signature = f"{node.name}: {ast.unparse(node.returns) if node.returns else 'Any'}"
    else:
        signature = _signature(node, node.name)
    yield f"#### `{owner.rpartition('.')[2]}.{node.name}`\n\n```python\n{signature}\n```\n"
    yield _documented(node, f"{owner}.{node.name}") + "\n"


def _function(node: _Function, name: str) -> Iterator[str]:
    yield f"### `{node.name}`\n\n```python\n{_signature(node, node.name)}\n```\n"
    yield _documented(node, name) + "\n"


def _signature(node: _Function, name: str) -> str:
    """One line, or one argument a line."""
    arguments = ast.unparse(node.args)
    arguments = re.sub(r"^(self|cls)(, )?", "", arguments)
    returns = f" -> {ast.unparse(node.returns)}" if node.returns and node.name != "__init__" else ""
    line = f"{name}({arguments}){returns}"
    if len(line) <= 100:
        return line
    each = "".join(f"    {argument},\n" for argument in _split(arguments))
    return f"{name}(\n{each}){returns}"


def _split(arguments: str) -> list[str]:
    """At the commas that stand outside of brackets and quotes."""
    parts, depth, quote = [""], 0, ""
    for letter in arguments:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        depth += (letter in "([{") - (letter in ")]}") if not quote else 0
        if letter == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _documented(node: ast.Module | ast.ClassDef | _Function, name: str) -> str:
    text = ast.get_docstring(node)
    if not text:
        raise ValueError(f"{name}: a public name without a docstring; write one, or begin the name with '_'")
    return docstring.read(text).markdown()
