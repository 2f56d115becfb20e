"""script/environment.sh and script/test: requirements, refusals, steps, and a true exit code."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASE = 'ID={}\nVERSION_ID="{}"\nPRETTY_NAME="{}"\n'
# Stands in for .venv/bin/python: records the commands that it should run, and fails where it should.
FAKE_PYTHON = """#!/bin/sh
echo "$*" >>"$PYTHON_CALLS"
case "$*" in *"${FAIL_AT:-nothing at all}"*) exit 3 ;; esac
"""


#: The programs of Debian that the scripts themselves call; every other one of this machine is hidden from them.
TOOLS = [
    "bash",
    "cat",
    "cmp",
    "comm",
    "cp",
    "dirname",
    "env",
    "grep",
    "id",
    "mv",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "sort",
]
#: What each word of `prepare_environment` stands for: package -> the files that it installs.
PACKAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "mariadb": {
        "mariadb-server-core": ("usr/sbin/mariadbd", "bin/mariadb-install-db"),
        "mariadb-client-core": ("bin/mariadb",),
    },
    "compose": {"docker-compose": ("bin/docker-compose",)},
    "strace": {"strace": ("bin/strace",)},
    "scale": {
        "postgresql": ("usr/lib/postgresql/15/bin/postgres",),
        "redis-server": ("bin/redis-server",),
        "curl": ("bin/curl",),
    },
    "long": {
        "mariadb-client": ("bin/mariadb-dump",),
        "gcc libc6-dev": ("bin/gcc",),
        # The check for headers calls these programs: they succeed.
        "pkg-config default-libmysqlclient-dev": ("bin/pkg-config",),
        "python3-dev": ("bin/python3",),
        "chromium": ("usr/bin/chromium",),
    },
}


class Machine:
    """A simulated system: the tools, a supported release, and the installed packages."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("bin", "tools", "etc", "usr/sbin"):
            (root / folder).mkdir(parents=True)
        for tool in TOOLS:
            (root / "tools" / tool).symlink_to(str(shutil.which(tool)))
        (root / "etc/os-release").write_text(RELEASE.format("debian", "12", "Debian"))
        for path in (root, *root.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.root}/bin:{self.root}/tools", "SCRIPT_SYSTEM_ROOT": str(self.root)}

    def add(self, path: str, text: str = "#!/bin/sh\n") -> Path:
        """Install a program; by default it does nothing and succeeds."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        return file

    def install(self, *needs: str, without: str = "") -> None:
        """Install all packages that these words stand for, except one."""
        for need in needs:
            for package, files in PACKAGES[need].items():
                for file in files if package != without else ():
                    self.add(file)


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A system with nothing installed; not below tmp_path, which only its owner can enter."""
    with tempfile.TemporaryDirectory() as name:
        yield Machine(Path(name))


def _bash(
    machine: Machine, script: str, *, project: Path = ROOT, user: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [machine.root / "tools/bash", "-euo", "pipefail", "-c", f'. "$ENVIRONMENT"\n{script}'],
        env=machine.environment | {"ENVIRONMENT": str(project / "script/environment.sh")} | environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        user=user if os.geteuid() == 0 else None,
        extra_groups=[] if user and os.geteuid() == 0 else None,
    )


@pytest.fixture
def project(tmp_path: Path, machine: Machine) -> Path:
    """A copy of the scripts, in a path with blanks, with a .venv that only records its calls."""
    project = tmp_path / "a copy of it"
    shutil.copytree(ROOT / "script", project / "script")
    for name in ("pyproject.toml", "requirements.lock", "requirements-image.lock"):
        shutil.copy(ROOT / name, project)
    (project / ".venv").mkdir()
    python = project / ".venv/bin/python"
    python.parent.mkdir()
    python.write_text(FAKE_PYTHON)
    python.chmod(0o755)
    shutil.copy(project / "pyproject.toml", project / ".venv/installed-from")
    made = _bash(machine, 'venv_stamp >"$PROJECT/.venv/made-from"', project=project, PYTHON_CALLS="/dev/null")
    assert made.returncode == 0, made.stderr
    return project


def _test(
    machine: Machine, project: Path, *arguments: str, fail_at: str = ""
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The result of script/test, and its calls of Python."""
    calls = project / "calls"
    calls.touch()
    done = subprocess.run(
        [project / "script/test", *arguments],
        env=machine.environment | {"PYTHON_CALLS": str(calls)} | ({"FAIL_AT": fail_at} if fail_at else {}),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    # `-c` asks for the Python's version, before anything is run.
    return done, [line for line in calls.read_text().splitlines() if "sys.prefix" not in line]


@pytest.mark.parametrize(("name", "version"), [("debian", "12"), ("debian", "13"), ("ubuntu", "24.04")])
def test_the_platforms_in_the_readme_pass(machine: Machine, tmp_path: Path, name: str, version: str) -> None:
    release = tmp_path / "os-release"
    release.write_text(RELEASE.format(name, version, "it"))
    assert _bash(machine, f'check_platform "{release}"').returncode == 0


@pytest.mark.parametrize(
    ("name", "version"), [("debian", "11"), ("ubuntu", "24.10"), ("fedora", "41"), ("arch", "")]
)
def test_another_platform_gets_one_clear_line(
    machine: Machine, tmp_path: Path, name: str, version: str
) -> None:
    release = tmp_path / "os-release"
    release.write_text(RELEASE.format(name, version, "Some System 7"))
    done = _bash(machine, f'check_platform "{release}"; echo went on')
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "Debian 12, Debian 13 and Ubuntu 24.04" in done.stderr and "Some System 7" in done.stderr


def test_a_system_without_os_release_gets_the_same_line(machine: Machine, tmp_path: Path) -> None:
    done = _bash(machine, f'check_platform "{tmp_path / "absent"}"')
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_no_install_names_what_is_missing_and_runs_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.add("bin/apt-get", f"#!/bin/sh\necho >{tmp_path}/ran\n")
    done = _bash(machine, "install_packages no mariadb-server-core")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "mariadb-server-core" in done.stderr and "--no-install" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_a_user_without_root_learns_what_to_install(machine: Machine) -> None:
    # Not below tmp_path, which only its owner can enter.
    project = machine.root / "project"
    shutil.copytree(ROOT / "script", project / "script")
    project.chmod(0o755)
    ask = 'test "$(id -u)" != 0; install_packages yes mariadb-server-core'
    done = _bash(machine, ask, project=project, user="nobody")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "only root can install" in done.stderr and "apt-get install" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs")
def test_root_prints_the_command_before_it_installs(machine: Machine, tmp_path: Path) -> None:
    machine.add("bin/apt-get", f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >>"{tmp_path}/ran"\n')
    done = _bash(machine, "install_packages yes python3-venv")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("apt-get install -y --no-install-recommends python3-venv\n")
    assert (tmp_path / "ran").read_text().splitlines() == [
        " update -qq",
        "noninteractive install -y --no-install-recommends python3-venv",
    ]


def test_the_newest_python_that_can_make_an_environment_is_used(machine: Machine) -> None:
    for name, code in (("python3.13", 1), ("python3.12", 0), ("python3", 0)):
        machine.add(f"bin/{name}", f"#!/bin/sh\nexit {code}\n")
    assert _bash(machine, "find_python").stdout == f"{machine.root}/bin/python3.12\n"
    assert _bash(machine, "find_python", SCRIPT_PYTHON="python3").stdout == f"{machine.root}/bin/python3\n"
    assert _bash(machine, "find_python", SCRIPT_PYTHON="python3.13").stdout == "", "no other one is taken"


def test_debians_python_is_found_outside_of_the_path(machine: Machine) -> None:
    assert _bash(machine, "find_python").stdout == ""
    python = machine.add("usr/bin/python3")
    assert _bash(machine, "find_python").stdout == f"{python}\n"


def test_each_scope_names_every_package_that_it_needs(machine: Machine, project: Path) -> None:
    missing = {scope: _test(machine, project, *scope, "--no-install")[0].stderr for scope in ((), ("full",))}
    default = " ".join([*PACKAGES["mariadb"], *PACKAGES["compose"], *PACKAGES["strace"]])
    assert missing[()].startswith(f"missing: {default}; with --no-install nothing is installed")
    everything = " ".join(package for packages in PACKAGES.values() for package in packages)
    assert missing["full",].startswith(f"missing: {everything}; with --no-install nothing is installed")


@pytest.mark.parametrize("package", [package for packages in PACKAGES.values() for package in packages])
def test_only_the_missing_package_is_named(machine: Machine, project: Path, package: str) -> None:
    machine.install(*PACKAGES, without=package)
    done, _ = _test(machine, project, "full", "--no-install")
    assert done.stderr.startswith(f"missing: {package}; with --no-install nothing is installed")


def test_ubuntu_whose_chromium_is_a_snap_is_not_asked_for_it(machine: Machine) -> None:
    (machine.root / "etc/os-release").write_text(RELEASE.format("ubuntu", "24.04", "Ubuntu"))
    machine.install("long", without="chromium")
    assert _bash(machine, "missing_packages long").stdout.split() == []


def test_packages_for_several_workers_are_installed_once_and_outside_the_environment(
    machine: Machine, project: Path
) -> None:
    for _ in range(2):
        done = _bash(machine, "install_scale", project=project, PYTHON_CALLS=str(project / "calls"))
        assert done.returncode == 0, done.stderr
    (call,) = (project / "calls").read_text().splitlines()
    assert f"--target {project}/.venv/scale --requirement" in call
    requirements = (project / ".venv/scale.txt").read_text().splitlines()
    names = {line.partition("==")[0] for line in requirements}
    assert "celery" in names and "apache-airflow" not in names
    assert all(" --hash=sha256:" in line for line in requirements)


def test_an_environment_is_made_of_locked_packages_only(machine: Machine, project: Path) -> None:
    """The fake Python writes down the list that it is given, as pip would read it."""
    fake = machine.add("bin/python3", FAKE_PYTHON)
    (project / ".venv/bin/python").write_text(
        '#!/bin/sh\nlast=; for last; do :; done\ncase "$*" in *--requirement*) cat "$last" ;; esac >>"$PYTHON_CALLS"\n'
    )
    done = _bash(
        machine, "make_venv", project=project, SCRIPT_PYTHON=str(fake), PYTHON_CALLS=str(project / "calls")
    )
    assert done.returncode == 0, done.stderr
    pip, *rest = [line for line in (project / "calls").read_text().splitlines() if "==" in line]
    assert pip.startswith("pip==") and "--hash=sha256:" in pip
    assert [line.partition("==")[0] for line in rest].count("pip") == 1


def test_an_environment_is_reused_until_the_lock_changes(machine: Machine, project: Path) -> None:
    ask = "usable_venv && echo used || echo made anew"
    assert _bash(machine, ask, project=project, PYTHON_CALLS="/dev/null").stdout == "used\n"
    with (project / "requirements.lock").open("a") as lock:
        lock.write("another==1.0\n")
    assert _bash(machine, ask, project=project, PYTHON_CALLS="/dev/null").stdout == "made anew\n"


def test_a_failing_step_shows_its_output_and_ends_the_script(machine: Machine) -> None:
    done = _bash(machine, 'step "counting" sh -c "echo one; echo two >&2; exit 7"; echo went on')
    assert done.returncode == 1
    assert done.stdout == "counting ... failed\n"
    assert done.stderr == "one\ntwo\n"


def test_the_default_runs_every_check_and_no_long_test(machine: Machine, project: Path) -> None:
    machine.install("mariadb", "compose", "strace")
    done, calls = _test(machine, project, "--no-install", "-x")
    assert done.returncode == 0, done.stderr
    assert calls[:5] == [
        "-m ruff check",
        "-m ruff format --check",
        "script/support/words.py",
        "script/support/changelog.py",
        "-m mypy",
    ]
    assert "lint_imports_command" in calls[5]
    assert calls[6:] == ["-m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m not long -x"]


def test_full_runs_every_test_and_measures_coverage(machine: Machine, project: Path) -> None:
    machine.install(*PACKAGES)
    (project / ".venv/scale.txt").write_text(_bash(machine, "scale_requirements", project=project).stdout)
    done, calls = _test(machine, project, "full", "--no-install")
    assert done.returncode == 0, done.stderr
    assert calls[-3:] == [
        "-m coverage run -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder",
        "-m coverage combine --quiet",
        "-m coverage report",
    ]


def test_faults_runs_the_tests_that_inject_one_and_the_hammer_and_no_check(
    machine: Machine, project: Path
) -> None:
    missing = _test(machine, project, "faults", "--no-install")[0]
    assert missing.returncode != 0 and "postgresql" in missing.stderr, "a whole Airflow needs them"
    machine.install(*PACKAGES)
    (project / ".venv/scale.txt").write_text(_bash(machine, "scale_requirements", project=project).stdout)
    done, calls = _test(machine, project, "faults", "--no-install", "-x")
    assert done.returncode == 0, done.stderr
    assert calls == [
        "-m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m fault or hammer -x"
    ]


def test_unit_runs_only_the_fast_tests_and_needs_no_packages(machine: Machine, project: Path) -> None:
    done, calls = _test(machine, project, "unit", "-k", "names")
    assert done.returncode == 0, done.stderr
    assert calls == [
        "-m ruff check",
        "-m ruff format --check",
        "script/support/words.py",
        "script/support/changelog.py",
        "-m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder tests/unit -k names",
    ]


def test_known_bugs_need_the_database_and_nothing_else_runs(machine: Machine, project: Path) -> None:
    done, calls = _test(machine, project, "mutations", "--no-install")
    assert (done.returncode, calls) == (1, [])
    assert "missing: mariadb-server-core" in done.stderr
    machine.install("mariadb")
    done, calls = _test(machine, project, "mutations", "--no-install", "paused-silent")
    assert done.returncode == 0, done.stderr
    assert calls == ["-m support.mutations paused-silent"]


@pytest.mark.parametrize(
    "step", ["ruff check", "ruff format", "words", "changelog", "mypy", "lint_imports", "pytest"]
)
def test_a_failing_step_fails_script_test(machine: Machine, project: Path, step: str) -> None:
    machine.install("mariadb", "compose", "strace")
    done, calls = _test(machine, project, "--no-install", fail_at=step)
    assert done.returncode == 3
    assert step in calls[-1]


@pytest.mark.parametrize("step", ["coverage run", "coverage combine", "coverage report"])
def test_too_little_coverage_fails_the_full_scope(machine: Machine, project: Path, step: str) -> None:
    machine.install(*PACKAGES)
    (project / ".venv/scale.txt").write_text(_bash(machine, "scale_requirements", project=project).stdout)
    done, calls = _test(machine, project, "full", "--no-install", fail_at=step)
    assert done.returncode == 3
    assert step in calls[-1]
