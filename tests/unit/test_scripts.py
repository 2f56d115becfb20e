"""script/environment.sh and script/test: what they refuse, what they run, and an honest exit code."""

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASE = 'ID={}\nVERSION_ID="{}"\nPRETTY_NAME="{}"\n'
# What is installed beside .venv for several workers.
SCALE = 'comm -13 <(sort "$PROJECT/requirements.lock") <(sort "$PROJECT/requirements-image.lock")'
# Stands in for .venv/bin/python: writes down what it is asked to run, and fails where it is told to.
FAKE_PYTHON = """#!/bin/sh
echo "$*" >>"$PYTHON_CALLS"
case "$*" in *"${FAIL_AT:-nothing at all}"*) exit 3 ;; esac
"""


def _bash(
    script: str, *, project: Path = ROOT, user: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f'. "$ENVIRONMENT"\n{script}'],
        env={"PATH": os.environ["PATH"], "ENVIRONMENT": str(project / "script/environment.sh")} | environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        user=user if os.geteuid() == 0 else None,
        extra_groups=[] if user and os.geteuid() == 0 else None,
    )


def _programs(folder: Path, **programs: str) -> Path:
    folder.mkdir()
    for name, text in programs.items():
        (folder / name).write_text(text)
        (folder / name).chmod(stat.S_IRWXU)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the scripts, in a path with blanks, with a .venv that only writes down its calls."""
    project = tmp_path / "a copy of it"
    shutil.copytree(ROOT / "script", project / "script")
    for name in ("pyproject.toml", "requirements.lock", "requirements-image.lock"):
        shutil.copy(ROOT / name, project)
    (project / ".venv").mkdir()
    _programs(project / ".venv/bin", python=FAKE_PYTHON)
    shutil.copy(project / "pyproject.toml", project / ".venv/installed-from")
    made = _bash('venv_stamp >"$PROJECT/.venv/made-from"', project=project, PYTHON_CALLS="/dev/null")
    assert made.returncode == 0, made.stderr
    return project


def _test(project: Path, *arguments: str, fail_at: str = "") -> tuple[int, list[str]]:
    calls = project / "calls"
    done = subprocess.run(
        [project / "script/test", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHON_CALLS": str(calls)}
        | ({"FAIL_AT": fail_at} if fail_at else {}),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    # `-c` asks for the Python's version, before anything is run.
    said = [line for line in calls.read_text().splitlines() if "sys.prefix" not in line]
    return done.returncode, said


@pytest.mark.parametrize(("name", "version"), [("debian", "12"), ("debian", "13"), ("ubuntu", "24.04")])
def test_the_platforms_of_the_readme_pass(tmp_path: Path, name: str, version: str) -> None:
    release = tmp_path / "os-release"
    release.write_text(RELEASE.format(name, version, "it"))
    assert _bash(f'check_platform "{release}"').returncode == 0


@pytest.mark.parametrize(
    ("name", "version"), [("debian", "11"), ("ubuntu", "24.10"), ("fedora", "41"), ("arch", "")]
)
def test_another_platform_gets_one_clear_line(tmp_path: Path, name: str, version: str) -> None:
    release = tmp_path / "os-release"
    release.write_text(RELEASE.format(name, version, "Some System 7"))
    done = _bash(f'check_platform "{release}"; echo went on')
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "Debian 12, Debian 13 and Ubuntu 24.04" in done.stderr and "Some System 7" in done.stderr


def test_a_system_without_os_release_gets_the_same_line(tmp_path: Path) -> None:
    done = _bash(f'check_platform "{tmp_path / "absent"}"')
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_no_install_says_what_is_missing_and_runs_nothing(tmp_path: Path) -> None:
    programs = _programs(tmp_path / "bin", **{"apt-get": f"#!/bin/sh\ntouch {tmp_path}/ran\n"})
    done = _bash("install_packages no mariadb-server-core", PATH=f"{programs}:{os.environ['PATH']}")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "mariadb-server-core" in done.stderr and "--no-install" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_a_user_without_root_is_told_what_to_install() -> None:
    # Not below tmp_path, which only its owner can enter.
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        project.chmod(0o755)
        (project / "script").mkdir()
        shutil.copy(ROOT / "script/environment.sh", project / "script")
        done = _bash(
            'test "$(id -u)" != 0; install_packages yes mariadb-server-core', project=project, user="nobody"
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "only root can install" in done.stderr and "apt-get install" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs")
def test_root_prints_the_command_before_it_installs(tmp_path: Path) -> None:
    programs = _programs(
        tmp_path / "bin", **{"apt-get": f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >>"{tmp_path}/ran"\n'}
    )
    done = _bash("install_packages yes python3-venv", PATH=f"{programs}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("apt-get install -y --no-install-recommends python3-venv\n")
    assert (tmp_path / "ran").read_text().splitlines() == [
        " update -qq",
        "noninteractive install -y --no-install-recommends python3-venv",
    ]


def test_the_newest_python_that_can_make_an_environment_is_taken(tmp_path: Path) -> None:
    programs = _programs(
        tmp_path / "bin",
        **{
            name: f"#!/bin/sh\nexit {code}\n"
            for name, code in (("python3.13", 1), ("python3.12", 0), ("python3", 0))
        },
    )
    done = _bash("find_python", PATH=f"{programs}:{os.environ['PATH']}")
    assert done.stdout == f"{programs / 'python3.12'}\n"


def test_what_the_database_needs_is_found_missing(project: Path, tmp_path: Path) -> None:
    tools = {name: Path(shutil.which(name) or "") for name in ("bash", "dirname", "cat", "sha256sum")}
    bare = _programs(tmp_path / "bin")
    for name, path in tools.items():
        (bare / name).symlink_to(path)
    done = _bash(
        "missing_packages mariadb; echo; missing_packages compose; echo; missing_packages",
        project=project,
        PATH=str(bare),
        PYTHON_CALLS="/dev/null",
    )
    assert done.stdout == "mariadb-server-core mariadb-client-core \ndocker-compose \n", done.stderr


def test_what_several_workers_need_is_installed_beside_the_environment_and_once(project: Path) -> None:
    for _ in range(2):
        done = _bash("install_scale", project=project, PYTHON_CALLS=str(project / "calls"))
        assert done.returncode == 0, done.stderr
    (call,) = (project / "calls").read_text().splitlines()
    assert f"--no-deps --target {project}/.venv/scale --requirement" in call
    wanted = (project / ".venv/scale.txt").read_text()
    assert "celery==" in wanted and "apache-airflow==" not in wanted


def test_an_environment_is_used_again_until_the_lock_changes(project: Path) -> None:
    ask = "usable_venv && echo used || echo made anew"
    assert _bash(ask, project=project, PYTHON_CALLS="/dev/null").stdout == "used\n"
    with (project / "requirements.lock").open("a") as lock:
        lock.write("another==1.0\n")
    assert _bash(ask, project=project, PYTHON_CALLS="/dev/null").stdout == "made anew\n"


def test_a_failing_step_shows_its_output_and_ends_the_script() -> None:
    done = _bash('step "counting" sh -c "echo one; echo two >&2; exit 7"; echo went on')
    assert done.returncode == 1
    assert done.stdout == "counting ... failed\n"
    assert done.stderr == "one\ntwo\n"


def test_the_default_is_every_check_and_no_long_test(project: Path) -> None:
    code, calls = _test(project, "--no-install", "-x")
    assert code == 0
    assert calls[:3] == ["-m ruff check", "-m ruff format --check", "-m mypy"]
    assert "lint_imports_command" in calls[3]
    assert calls[4:] == ["-m pytest --numprocesses 2 --dist loadfile -m not long -x"]


def test_full_leaves_no_test_out(project: Path) -> None:
    (project / ".venv/scale.txt").write_text(_bash(SCALE, project=project).stdout)
    assert _test(project, "full", "--no-install")[1][-1] == "-m pytest --numprocesses 2 --dist loadfile"


def test_unit_runs_the_fast_part_only(project: Path) -> None:
    code, calls = _test(project, "unit", "-k", "names")
    assert code == 0
    assert calls == [
        "-m ruff check",
        "-m ruff format --check",
        "-m pytest --numprocesses 2 --dist loadfile tests/unit -k names",
    ]


@pytest.mark.parametrize("step", ["ruff check", "ruff format", "mypy", "lint_imports", "pytest"])
def test_whatever_fails_fails_the_whole(project: Path, step: str) -> None:
    code, calls = _test(project, "--no-install", fail_at=step)
    assert code == 3
    assert step in calls[-1]
