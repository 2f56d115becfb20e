"""The built wheel is installed into environments of a lab: plain pip, no compiler, no file of this clone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.airflow_settings import clean_environment
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


class Environment:
    """A virtual environment with the wheel, and without access to this clone."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def install(self, requirement: str, *, compiles: bool = False) -> None:
        subprocess.run([sys.executable, "-m", "venv", self.directory], check=True)
        # pip uses a compiler if it finds one: the installation must work without.
        binary = [] if compiles else ["--only-binary=:all:"]
        self.run("python", "-m", "pip", "install", "--quiet", *binary, requirement)

    def run(self, program: str, *arguments: str, expect: int = 0, **variables: str) -> str:
        """The program's stdout, or its stderr if it should fail. Raises AssertionError for another exit code."""
        environment = {name: value for name, value in clean_environment().items() if name != "PATH"}
        done = subprocess.run(
            [self.directory / "bin" / program, *arguments],
            cwd=self.directory,
            env=environment | {"PATH": f"{self.directory}/bin:/usr/bin:/bin"} | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + (done.stderr if expect else "")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", directory],
        cwd=ROOT,
        check=True,
    )
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """With the extra `airflow`: what a lab's Airflow has after `pip install`."""
    environment = Environment(tmp_path_factory.mktemp("lab") / "venv")
    environment.install(f"{wheel}[airflow]")
    return environment


EXTRAS = [
    ("", "session_archive.naming.session_name, session_archive.settings.load"),
    ("catalog", "session_archive.catalog.open"),
    ("globus", "globus_sdk"),
    ("loopback", "loopback_globus.api.app"),
]


@pytest.mark.parametrize(("extra", "modules"), EXTRAS)
def test_each_extra_installs_alone_and_imports(wheel: Path, tmp_path: Path, extra: str, modules: str) -> None:
    environment = Environment(tmp_path / "venv")
    environment.install(f"{wheel}[{extra}]" if extra else str(wheel))
    where = environment.run(
        "python",
        "-W",
        "error::ImportWarning",
        "-c",
        f"import {modules}, session_archive as s; print(s.__file__)",
    )
    assert str(environment.directory) in where
    # Every command exists; one that needs further packages names them.
    assert "doctor" in environment.run("session-archive", "--help")
    output = environment.run("session-archive", "explain", "SC022/catgt_SC022_080819_g0")
    assert "2019-08-08" in output
    settings = str(ROOT / "nowhere.toml")
    lacking = environment.run("session-archive", "doctor", expect=1, SESSION_ARCHIVE_CONFIG=settings)
    assert lacking.count("\n") == 1
    assert "this command needs airflow: pip install 'session-archive[airflow]'" in lacking


def test_a_machine_without_airflow_and_globus_has_tables_and_commands(wheel: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "venv")
    environment.install(f"{wheel}[catalog]")
    packages = {line.split("==")[0] for line in environment.run("python", "-m", "pip", "freeze").splitlines()}
    assert "datajoint" in packages
    assert not [name for name in packages if name.startswith(("apache-airflow", "globus"))]
    helped = environment.run("session-archive", "--help")
    for name in ("explain", "status", "upload", "discover", "retrieve", "cancel", "accept", "setup"):
        assert name in helped
    table = "from session_archive import publication; publication.ArchivedRawEphys"
    output = environment.run("python", "-c", table, expect=1)
    assert "set DJ_HOST, DJ_USER and DJ_PASS" in output.splitlines()[-1]


HEADERS = (
    shutil.which("pkg-config") and subprocess.run(["pkg-config", "--exists", "libmariadb"]).returncode == 0
)


@pytest.mark.parametrize(
    ("extra", "modules"),
    [
        pytest.param(
            "mysql",
            "MySQLdb, airflow.providers.mysql.hooks.mysql",
            marks=pytest.mark.skipif(not HEADERS, reason="no headers of MySQL's client"),
        ),
        (
            "scale",
            "psycopg2, airflow.providers.celery.executors.celery_executor, "
            "airflow.providers.fab.auth_manager.fab_auth_manager",
        ),
    ],
)
def test_an_extra_installs_and_imports_next_to_airflow(
    wheel: Path, tmp_path: Path, extra: str, modules: str
) -> None:
    environment = Environment(tmp_path / "venv")
    # Only mysqlclient has no wheel.
    environment.install(f"{wheel}[airflow,{extra}]", compiles=extra == "mysql")
    environment.run("python", "-c", f"import {modules}", AIRFLOW_HOME=str(tmp_path))


class LabAirflow:
    """A lab's own Airflow, with the project installed as docs/install.md says."""

    def __init__(self, environment: Environment, stack: Stack) -> None:
        self._environment, self._stack = environment, stack
        home = stack.directory / "airflow"
        shutil.copytree(ROOT / "dags", home / "dags", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(stack.settings_file, home / "archive.toml")
        self._variables = {
            **{name: value for name, value in stack.environment.items() if name != "SESSION_ARCHIVE_CONFIG"},
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        }

    def run(self, program: str, *arguments: str, expect: int = 0) -> str:
        return self._environment.run(program, *arguments, expect=expect, **self._variables)


@pytest.fixture(scope="module")
def lab(installed: Environment) -> Iterator[tuple[Stack, LabAirflow]]:
    with Stack(poll_interval="1 s") as stack:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        yield stack, LabAirflow(installed, stack)


def test_a_labs_own_airflow_uploads_after_pip_install_and_setup(lab) -> None:
    stack, airflow = lab
    airflow.run("airflow", "db", "migrate")
    before = airflow.run("session-archive", "doctor", expect=1)
    assert "run `session-archive setup`" in before.replace("\n", " ")
    assert "catalog: archive and archive_links" in airflow.run(
        "session-archive", "setup", "--port", str(stack.database.port)
    )
    airflow.run("airflow", "dags", "reserialize")
    output = json.loads(airflow.run("session-archive", "doctor", "--transfer", "--json"))
    assert [check for check in output["checks"] if check["grade"] == "failure"] == []
    assert output["unexpected"] == {}
    airflow.run("airflow", "dags", "test", "upload_sessions", "--conf", json.dumps(ONE_DATA_SET))
    with stack.catalog() as catalog:
        (cataloged,) = catalog.data_sets(kinds=["raw-ephys"])
        paths = [file.path for file in catalog.replicas.files(cataloged.id).files]
    assert len(paths) > 1
    for path in paths:
        assert (stack.archive / "4ElectrodeRig_Ephys" / path).read_bytes() == (stack.rig / path).read_bytes()
    assert "archived" in airflow.run("session-archive", "status")
    airflow.run("airflow", "dags", "unpause", "upload_sessions")
    assert "not paused" in airflow.run("session-archive", "doctor")
    airflow.run("airflow", "dags", "pause", "upload_sessions")
    assert "nothing to upgrade" in airflow.run(
        "session-archive", "setup", "--upgrade", "--port", str(stack.database.port)
    )


def test_the_line_that_setup_prints_gives_the_catalogs_connection_its_form(lab) -> None:
    stack, airflow = lab
    setup = ("session-archive", "setup", "--port", str(stack.database.port))
    (line,) = [line for line in airflow.run(*setup).splitlines() if "no form" in line]
    airflow.run("python", "-m", *line.partition("run ")[2].split())
    assert "no form" not in airflow.run(*setup)
    hooks = json.loads(airflow.run("airflow", "providers", "hooks", "--output", "json"))
    assert "mysql" in {hook["connection_type"] for hook in hooks}


ALONE = """
import sys
# As if they were not there: a lab that only copies files has the provider, its entry point, and nothing else of ours.
sys.modules.update(dict.fromkeys(("session_archive", "loopback_globus", "datajoint")))
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("archive_flow.") and name != "archive_flow.provider_info":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden())
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
folder, source, destination = sys.argv[1:]
DagBundlesManager().sync_bundles_to_db()
bag = DagBag(folder, bundle_path=folder, bundle_name="dags-folder")
assert bag.import_errors == {}, bag.import_errors
sync_bag_to_db(bag, "dags-folder", None)
run = bag.dags["copy_days"].test(run_conf={"source": source, "destination": destination})
assert str(run.state) == "success", run.state
"""


def test_the_provider_alone_moves_files_without_the_rest_of_the_project(
    installed: Environment, lab, tmp_path: Path
) -> None:
    globus = lab[0].globus
    shutil.copytree(
        ROOT / "tests/provider/dags", tmp_path / "dags", ignore=shutil.ignore_patterns("__pycache__")
    )
    day = lab[0].far_rig.parent / "2026-01-01"
    day.mkdir()
    (day / "data.bin").write_text("recorded")
    connection = {
        "conn_type": "globus",
        "login": globus.client_id,
        "password": globus.client_secret,
        "extra": {"auth_url": globus.url, "transfer_url": globus.url},
    }
    variables: dict[str, Any] = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_GLOBUS_DEFAULT": json.dumps(connection),
    }
    installed.run("airflow", "db", "migrate", **variables)
    collections = globus.collections
    installed.run(
        "python",
        "-c",
        ALONE,
        str(tmp_path / "dags"),
        collections["far_rig"],
        collections["scratch"],
        **variables,
    )
    assert (lab[0].scratch / "days/2026-01-01/data.bin").read_text() == "recorded"
    assert "globus" in installed.run("airflow", "providers", "hooks", **variables)
