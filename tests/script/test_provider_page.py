"""docs/provider.md names every class, field and error that there is, and shows the example as it stands."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import globus_provider
from globus_provider import errors
from globus_provider.provider_info import get_provider_info

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/provider.md").read_text()


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| -")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def public_classes(*modules: str) -> set[str]:
    """The classes that are made in these modules, as Airflow is shown them."""
    found = set()
    for module in map(importlib.import_module, modules):
        found |= {
            name
            for name, value in vars(module).items()
            if inspect.isclass(value) and value.__module__ == module.__name__ and name.startswith("Globus")
        }
    return found


def test_every_operator_sensor_and_trigger_has_a_row() -> None:
    waits = "Sensors and triggers"
    for kind, title in (("operators", "Operators"), ("sensors", waits), ("triggers", waits)):
        [listed] = get_provider_info()[kind]
        missing = public_classes(*listed["python-modules"]) - set(re.findall(r"`(\w+)`", section(title)))
        assert not missing, f"docs/provider.md, {title}, does not name {missing}"


def test_every_field_of_the_connection_has_a_row() -> None:
    [connection] = get_provider_info()["connection-types"]
    text = section("The connection")
    assert [field for field in connection["conn-fields"] if f"`{field}`" not in text] == []
    for label in connection["ui-field-behaviour"]["relabeling"].values():
        assert f"| {label} |" in text


def test_every_error_has_a_row_that_says_whether_a_retry_helps() -> None:
    listed = {cells[0].strip("`"): cells[2] for cells in rows(section("Errors"))[1:]}
    roots = {"GlobusProviderError", "GlobusPermanentError"}  # never raised themselves
    expected = {
        name: "yes" if value.retryable else "no"
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.GlobusProviderError) and name not in roots
    }
    assert listed == expected


def test_the_example_is_shown_as_it_stands() -> None:
    [shown] = re.findall(r"^```python\n(.*?)^```", section("Example DAGs"), re.MULTILINE | re.DOTALL)
    example = Path(globus_provider.__file__).parent / "example_dags/example_globus.py"
    assert shown == example.read_text(), "copy the file into the page"


def test_the_tests_that_it_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert named
    for file, test in named:
        assert f"\ndef {test}(" in (ROOT / file).read_text(), f"{file} has no {test}"


def test_what_it_quotes_is_what_airflow_says() -> None:
    from airflow.sdk.bases import resumablejobmixin

    quoted = re.search(r"^> (Closing this window .+?boundary\.)$", PAGE, re.MULTILINE)
    assert quoted
    source = Path(str(resumablejobmixin.__file__)).read_text()
    assert " ".join(quoted[1].split()) in " ".join(source.split())
