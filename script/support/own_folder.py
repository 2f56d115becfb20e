"""`script/demo --folder`: the demo's services with a person's own folder as the rig; docs/tutorial.md leads on."""

from __future__ import annotations

import signal
from pathlib import Path

from rich.console import Console
from rich.text import Text

from support.demo_environment import write_environment
from support.processes import Processes
from support.stack import Stack

_SETTINGS = """\
conventions = "conventions.toml"      # how your folders are named

[catalog]
connection = "archive_catalog"        # Airflow keeps the login
database = "archive"
link_database = "archive_links"

[globus]
connection = "globus_default"

[lab]                                 # an empty pipeline: subjects with a short name, and their sessions
session = "experiment.Session"
subject = "lab.WaterRestriction"
subject_name = "water_restriction_number"
date = "session_date"
time = "session_time"

[sources.laptop]                      # your folder: it is only read
collection = "{rig}"
directory = "/"
local_path = '{folder}'

[locations.archive]
collection = "{archive}"
directory = "/"

[scratch.desk]
collection = "{scratch}"
directory = "/retrieved"

[readiness]
settle_gap = "0 s"                    # for this hour; a lab keeps the defaults, an hour and two
min_age = "0 s"

[limits]
poll_interval = "1 s"
"""


class FolderError(Exception):
    """The folder cannot be the rig."""


def run(processes: Processes, folder: Path, console: Console) -> None:
    """Start everything around the folder, and stay until Ctrl-C. Raises FolderError before anything is started."""
    folder = _usable(folder)
    with Stack(own_folder=folder) as stack:
        stack.settings_file.write_text(_SETTINGS.format(**stack.globus.collections, folder=folder))
        (stack.directory / "conventions.toml").touch()
        stack.enter_sessions([])
        console.print("the database and the local Globus are running; Airflow starts (about half a minute)")
        # No night begins by itself: the reader starts each run.
        airflow = stack.start_airflow(processes, schedule="none")
        airflow.unpause("retrieve_sessions")  # which waits until the DAG files are read
        environment = write_environment(stack, airflow, more=stack.environment)
        for name, value in (
            ("your folder, which is only read", folder),
            ("everything else, until Ctrl-C", stack.directory),
            ("Airflow's UI", f"{airflow.url}  user {airflow.username}  password {airflow.password}"),
            ("in another terminal, go on with docs/tutorial.md", f". {environment}"),
        ):
            console.print(Text(f"{name}: {value}"), soft_wrap=True)
        console.print("Ctrl-C stops everything.")
        signal.pause()


def _usable(folder: Path) -> Path:
    try:
        folder = folder.expanduser().resolve(strict=True)
        names = [each.name for each in folder.iterdir()]
    except OSError as error:
        raise FolderError(f"--folder {folder}: {error.strerror}; expected a folder of recordings") from None
    if not names:
        raise FolderError(f"--folder {folder}: it is empty; expected a folder of recordings")
    if bad := next((sign for sign in "'=\n" if sign in str(folder)), None):
        raise FolderError(f"--folder {folder}: its path holds {bad!r}; expected a path without it")
    return folder
