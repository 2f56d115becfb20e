"""What Airflow finds of the page: by an entry point, in a wheel, and at no cost for tasks."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

from archive_flow.page.plugin import ArchivePagePlugin

ROOT = Path(__file__).resolve().parents[3]

#: What the plugin itself brings into a process of Airflow.
IMPORTED = (
    "import airflow.plugins_manager, sys; before = set(sys.modules); import archive_flow.page.plugin; "
    "print(*sorted(set(sys.modules) - before))"
)


def test_airflow_finds_it_by_its_entry_point() -> None:
    found = [each for each in entry_points(group="airflow.plugins") if each.load() is ArchivePagePlugin]
    assert len(found) == 1


def test_a_task_imports_nothing_for_it() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    modules = done.stdout.splitlines()[-1].split()
    # Airflow has imported the package itself by then, for what the provider says of itself.
    assert set(modules) == {"archive_flow.page", "archive_flow.page.plugin"}


def test_its_addresses_are_relative_so_that_a_proxy_may_serve_airflow_in_a_folder() -> None:
    views = ArchivePagePlugin().external_views
    assert {view["destination"] for view in views} == {"nav", "dag", "dag_run"}
    assert not [view for view in views if view["href"].startswith(("/", "http"))]
    pages = ROOT / "plugins" / "archive_flow" / "page"
    for template in (pages / "templates").glob("*.html"):
        text = template.read_text().replace("https://app.globus.org/activity/", "")
        assert not [word for word in ('href="/', 'src="/', 'action="/', "http:", "https:") if word in text], (
            template
        )


def test_the_wheel_has_its_templates_and_its_style(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    pages = ROOT / "plugins" / "archive_flow" / "page"
    files = [path for path in pages.rglob("*.*") if path.suffix in (".html", ".css", ".js", ".py")]
    assert len(files) > 20
    assert {path.relative_to(ROOT / "plugins").as_posix() for path in files} <= names
    [points] = [name for name in names if name.endswith("entry_points.txt")]
    assert "archive_flow.page.plugin:ArchivePagePlugin" in zipfile.ZipFile(wheel).read(points).decode()
