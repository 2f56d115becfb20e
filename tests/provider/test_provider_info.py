"""What Airflow knows of the provider: valid by its schema, complete, and shown by its commands."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import io
import json
import pkgutil
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import airflow
import jsonschema
import pytest
from airflow.cli import cli_parser
from airflow.sdk import BaseHook, BaseOperator, BaseOperatorLink
from airflow.sdk.module_loading import import_string  # type: ignore[attr-defined]  # Airflow's manager uses it
from airflow.triggers.base import BaseTrigger

import globus_provider
from globus_provider.provider_info import DISTRIBUTION, get_provider_info

INFO = get_provider_info()


def installed_as() -> str:
    """The distribution that brings the provider here: its own wheel, or session-archive's."""
    try:
        return importlib.metadata.distribution(DISTRIBUTION).metadata["Name"]
    except importlib.metadata.PackageNotFoundError:
        return "session-archive"


def test_it_is_valid_by_airflows_own_schema() -> None:
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())
    jsonschema.validate(INFO, schema)
    assert set(INFO) <= set(schema["properties"])


def defined(base: type) -> set[str]:
    """The modules of this package that define a public subclass of `base`."""
    found = set()
    for module in pkgutil.walk_packages(globus_provider.__path__, "globus_provider."):
        if module.name == "globus_provider.lineage_facets":  # only where OpenLineage is installed
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and issubclass(value, base) and value.__module__ == module.name:
                found.add(module.name)
    return found


def listed(*kinds: str) -> set[str]:
    return {name for kind in kinds for entry in INFO[kind] for name in entry["python-modules"]}


def test_every_operator_sensor_hook_trigger_and_link_is_listed() -> None:
    assert listed("operators", "sensors") == defined(BaseOperator)
    assert listed("hooks") == defined(BaseHook)
    assert listed("triggers") == defined(BaseTrigger)
    assert {path.rpartition(".")[0] for path in INFO["extra-links"]} == defined(BaseOperatorLink)


@pytest.mark.parametrize("key", ["handler", "factory", "to_openlineage_converter"])
def test_what_it_names_for_assets_exists(key: str) -> None:
    assert callable(import_string(INFO["asset-uris"][0][key]))


def airflow_says(*words: str) -> Any:
    """What a command prints; in this process, since each start of Airflow takes seconds."""
    args = cli_parser.get_parser().parse_args(["providers", *words, "--output", "json"])
    with redirect_stdout(io.StringIO()) as output:
        args.func(args)
    return json.loads(output.getvalue())


def test_airflows_commands_show_it() -> None:
    (shown,) = airflow_says("get", installed_as(), "--full")
    words = json.dumps(shown)
    for entry in ("GlobusHook", "GlobusTaskLink", "sensors.path", "operators.delete", "polling_threads"):
        assert entry in words, f"`airflow providers get` does not show {entry}"
    hooks = airflow_says("hooks")
    assert [hook["package_name"] for hook in hooks if hook["connection_type"] == "globus"] == [installed_as()]
    links = airflow_says("links")
    assert "globus_provider.links.GlobusTaskLink" in json.dumps(links)
    assert "globus_provider.triggers.path" in json.dumps(airflow_says("triggers"))
    assert installed_as() in json.dumps(airflow_says("configs"))
