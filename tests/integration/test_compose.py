"""docker-compose.yaml as docker-compose renders it: services, mounts, images and required settings."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from loopback_globus.__main__ import parser, read_settings
from session_archive.settings.load import load_settings
from support.topology import AIRFLOW, SERVICES, SETUP, Places

ROOT = Path(__file__).resolve().parents[2]
SECRETS = (
    "AIRFLOW_ADMIN_PASSWORD", "AIRFLOW_FERNET_KEY", "AIRFLOW_API_SECRET_KEY", "AIRFLOW_JWT_SECRET",
    "POSTGRES_PASSWORD", "CATALOG_ADMIN_PASSWORD", "REDIS_PASSWORD",
)  # fmt: skip
#: Where the digest of an image goes -> the image that it pins.
DIGESTS = {
    "AIRFLOW_IMAGE_DIGEST": "apache/airflow:slim-3.3.2-python3.11",
    "POSTGRES_IMAGE_DIGEST": "postgres:16.15-bookworm",
    "MYSQL_IMAGE_DIGEST": "mysql:8.4.11",
    "REDIS_IMAGE_DIGEST": "redis:7.2.16-bookworm",
}
FILLED_IN = {name: f"{number}{name.lower().replace('_', '')}" for number, name in enumerate(SECRETS)}
PROFILES: tuple[list[str], ...] = ([], ["scale"], ["demo"], ["scale", "demo"])

pytestmark = pytest.mark.skipif(
    shutil.which("docker-compose") is None, reason="docker-compose is not installed; script/test installs it"
)


def compose(
    variables: dict[str, str], folder: Path, *profiles: str, file: Path = ROOT / "docker-compose.yaml"
) -> subprocess.CompletedProcess[str]:
    """The output of `docker-compose config`, which needs no engine."""
    environment = folder / "filled-in.env"
    environment.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    command = ["docker-compose", "--file", str(file), "--env-file", str(environment)]
    for profile in profiles:
        command += ["--profile", profile]
    return subprocess.run(
        [*command, "config"],
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = compose(FILLED_IN, tmp_path_factory.mktemp("compose"), "scale", "demo")
    assert done.returncode == 0, done.stderr
    return dict(yaml.safe_load(done.stdout))


@pytest.fixture(scope="module")
def services(rendered: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(rendered["services"])


@pytest.mark.parametrize("profiles", PROFILES, ids=lambda profiles: "+".join(profiles) or "default")
def test_every_combination_of_profiles_is_valid(tmp_path: Path, profiles: list[str]) -> None:
    done = compose(FILLED_IN, tmp_path, *profiles)
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr


@pytest.mark.parametrize("missing", SECRETS)
@pytest.mark.parametrize("how", ["unset", "empty"])
def test_nothing_starts_without_a_secret(tmp_path: Path, missing: str, how: str) -> None:
    variables = {name: value for name, value in FILLED_IN.items() if name != missing}
    done = compose(variables | ({missing: ""} if how == "empty" else {}), tmp_path)
    assert done.returncode != 0
    assert f"{missing} must be set in .env" in done.stderr


def test_the_example_names_every_variable_and_contains_no_secret() -> None:
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yaml").read_text()))
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))
    assert used <= named.keys()
    assert named.keys() - used == {"COMPOSE_PROFILES"}
    assert {name for name in named if named[name] == ""} == {
        *SECRETS, *DIGESTS, "SESSION_ARCHIVE_GLOBUS_CLIENT_ID", "SESSION_ARCHIVE_GLOBUS_CLIENT_SECRET",
    }  # fmt: skip
    for secret in SECRETS:
        comment = lines[lines.index(f"{secret}=") - 1]
        assert "openssl rand" in comment, f"{secret}: how is it made?"


def test_its_defaults_agree_with_the_example(tmp_path: Path, rendered: dict[str, Any]) -> None:
    example = (ROOT / ".env.example").read_text()
    defaults, _, _ = example.partition("# ── Several workers")
    settings = dict(line[1:].split("=", 1) for line in defaults.splitlines() if re.match(r"#[A-Z_]+=", line))
    del settings["SESSION_ARCHIVE_RIGS"]  # only an example: it has no default
    done = compose(FILLED_IN | settings, tmp_path, "scale", "demo")
    assert yaml.safe_load(done.stdout) == rendered


def test_tags_are_pinned_and_the_image_has_the_locks_airflow(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert re.search(r":\d+\.\d+\.\d+(-[a-z]+)?$|:\d+\.\d+(-[a-z]+)?$", service["image"]), name
    (base,) = re.findall(
        r"^FROM (\S+)\$\{AIRFLOW_IMAGE_DIGEST\}$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    (version,) = re.findall(
        r"^apache-airflow==([^\s\\]+)", (ROOT / "requirements-image.lock").read_text(), re.M
    )
    assert base == f"apache/airflow:slim-{version}-python3.11"
    (own,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert services["scheduler"]["image"] == f"session-archive:{own}"


def test_a_digest_pins_each_image_that_is_fetched(tmp_path: Path) -> None:
    digests = {name: f"@sha256:{number:064x}" for number, name in enumerate(DIGESTS)}
    services = yaml.safe_load(compose(FILLED_IN | digests, tmp_path, "scale", "demo").stdout)["services"]
    fetched = {service["image"] for service in services.values() if "build" not in service}
    built = {
        service["build"]["args"]["AIRFLOW_IMAGE_DIGEST"]
        for service in services.values()
        if "build" in service
    }
    pinned = {f"{image}{digests[name]}" for name, image in DIGESTS.items() if name != "AIRFLOW_IMAGE_DIGEST"}
    assert fetched == pinned
    assert built == {digests["AIRFLOW_IMAGE_DIGEST"]}
    assert 'ARG AIRFLOW_IMAGE_DIGEST=""\nFROM ' in (ROOT / "Dockerfile").read_text()


def test_the_digests_of_all_images_are_renewed_by_one_command(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\nfor image; do :; done; echo "$*" >>"$CALLS"; echo "sha256:of-$image"\n')
    docker.chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / "script/image-digests"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{name}=@sha256:of-{image}" for name, image in DIGESTS.items()]
    assert (tmp_path / "calls").read_text().splitlines() == [
        f"buildx imagetools inspect --format {{{{.Manifest.Digest}}}} {image}" for image in DIGESTS.values()
    ]


def test_no_digest_is_printed_when_one_is_not_found(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text(
        '#!/bin/sh\ncase "$*" in *mysql*) echo no such image >&2; exit 1;; esac; echo sha256:1\n'
    )
    docker.chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / "script/image-digests"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "no such image" in done.stderr


def test_both_locks_hold_the_same_versions() -> None:
    def versions(name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for package, version in re.findall(r"^(\S+)==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE):
            found.setdefault(package, set()).add(version)
        return found

    tested, image = versions("requirements.lock"), versions("requirements-image.lock")
    assert {name: image[name] for name in tested.keys() & image.keys()} == {
        name: tested[name] for name in tested.keys() & image.keys()
    }
    assert {"pytest", "ruff", "mypy"} & image.keys() == set()
    calls = (ROOT / "requirements-image.txt").read_text().splitlines()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(extras["scale"]) <= set(calls)
    assert {"celery", "redis", "psycopg2-binary", "apache-airflow-providers-fab"} <= image.keys()


def test_every_service_has_a_health_check_and_waits_for_what_it_needs(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        needs = service.get("depends_on", {})
        assert isinstance(needs, dict), name
        for needed, how in needs.items():
            expected = "service_completed_successfully" if needed in SETUP else "service_healthy"
            assert how["condition"] == expected, (name, needed)
        if name in SETUP:
            assert service["restart"] == "no"
            assert "healthcheck" not in service
        else:
            assert service["restart"] == "unless-stopped"
            assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
            assert {"interval", "timeout", "retries", "start_period"} <= service["healthcheck"].keys()
    for name in (*SERVICES, "globus"):
        assert "catalog-setup" in services[name]["depends_on"]
    assert services["worker"]["depends_on"].keys() >= {"redis", "api-server"}
    assert services["catalog-setup"]["depends_on"].keys() == {"mysql", "airflow-init"}


def test_only_services_of_profiles_are_left_out_by_default() -> None:
    # `config` of docker-compose 1.29 shows every service, whatever the profile.
    written = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]
    profiles = {name: service["profiles"] for name, service in written.items() if "profiles" in service}
    assert profiles == {"redis": ["scale"], "worker": ["scale"], "globus": ["demo"]}


def test_every_mount_is_a_declared_volume_or_a_folder_of_the_project(
    rendered: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    mounted = set()
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            if source.startswith("/"):
                assert Path(source).is_dir() and ROOT in Path(source).parents, (name, source)
            else:
                mounted.add(source)
    assert mounted == rendered["volumes"].keys()
    for lasting in ("postgres-data", "mysql-data", "airflow-logs"):
        assert lasting in mounted


def test_the_image_contains_all_required_files_and_no_others() -> None:
    sources: set[str] = set()
    for line in re.findall(r"^COPY (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE):
        *copied, _ = (word for word in line.split() if not word.startswith("--"))
        sources |= set(copied)
    ignored = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert ignored[0] == "*"
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in allowed, source
    assert {source.split("/")[0] for source in sources} == allowed
    tracked = subprocess.run(
        ["git", "check-ignore", ".env", "config/archive.toml"], cwd=ROOT, capture_output=True, text=True
    )
    assert tracked.stdout.split() == [".env", "config/archive.toml"]


def test_the_services_are_those_that_the_cluster_test_runs(services: dict[str, dict[str, Any]]) -> None:
    places = Places(
        postgres="postgres:5432",
        redis="redis:6379",
        api="api-server:8080",
        scheduler_health="localhost:8974",
        settings="/opt/airflow/config/archive.toml",
        executor="LocalExecutor",
        postgres_password=FILLED_IN["POSTGRES_PASSWORD"],
        redis_password=FILLED_IN["REDIS_PASSWORD"],
        fernet_key=FILLED_IN["AIRFLOW_FERNET_KEY"],
        api_secret_key=FILLED_IN["AIRFLOW_API_SECRET_KEY"],
        jwt_secret=FILLED_IN["AIRFLOW_JWT_SECRET"],
    )
    common = {name: places.fill(value) for name, value in AIRFLOW.items()}
    for name, service in SERVICES.items():
        entry = services[name]
        assert tuple(entry["command"]) == service.command
        assert entry["environment"] == {**common, **service.environment}, name
        kind, check = entry["healthcheck"]["test"]
        assert (kind, check.replace("$$", "$")) == ("CMD-SHELL", places.fill(service.health)), name
    for name, argument in SETUP.items():
        assert services[name]["command"][1:] == ["/opt/session-archive/script/container-setup", argument]
        assert services[name]["environment"].items() >= common.items()
    others = services.keys() - SERVICES.keys() - SETUP.keys()
    assert others == {"postgres", "mysql", "redis", "globus"}


def test_the_catalogs_server_distinguishes_all_names(services: dict[str, dict[str, Any]]) -> None:
    assert set(services["mysql"]["command"]) >= {
        "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin"
    }  # fmt: skip


def test_the_demos_settings_agree_with_its_globus_and_its_mounts(
    services: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = load_settings(ROOT / "config/demo/archive.toml")
    command = services["globus"]["command"]
    assert command[:3] == ["python", "-m", "loopback_globus"]
    # Its folders exist in the container; here they only have to be folders.
    roots = dict(re.findall(r"=(\w+)=(/[\w/]+)$", each)[0] for each in command if "--collection=" in each)
    assert roots == {"rig": "/rigs", "archive": "/demo/archive", "scratch": "/demo/scratch"}
    here = [
        re.sub(r"=/[\w/]+$", f"={tmp_path}", each) if "--collection=" in each else each for each in command
    ]
    monkeypatch.setenv("LOOPBACK_GLOBUS_SECRET", "any")
    service = read_settings(parser().parse_args(here[3:]))
    names = {each.name: ident for ident, each in service.collections.items()}
    assert {str(each.collection) for each in settings.sources.values()} == {names["rig"]}
    assert {str(each.collection) for each in settings.locations.values()} == {names["archive"]}
    assert {str(each.collection) for each in settings.scratch.values()} == {names["scratch"]}
    mounts = [
        volume["target"] if isinstance(volume, dict) else volume.split(":")[1]
        for volume in services["worker"]["volumes"]
    ]
    assert str(settings.sources["rig"].declared_local_path) in mounts
    setup = (ROOT / "script/container-setup").read_text()
    (client,) = service.clients
    assert f"SESSION_ARCHIVE_GLOBUS_CLIENT_ID={client}\n" in setup
    assert f"http://globus:{parser().parse_args(here[3:]).port} " in setup
    assert "globus" in service.hosts


def test_the_initial_settings_of_a_lab_are_complete() -> None:
    settings = load_settings(ROOT / "config/archive.example.toml")
    assert str(settings.sources["rig1"].declared_local_path).startswith("/rigs")


def set_up_airflow(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`script/container-setup airflow`, with a program that only records how Airflow would be called."""
    airflow = folder / "airflow"
    # It asks for a password as Airflow does: on the terminal, or where there is none, from what is piped to it.
    asks = (
        f"{sys.executable} -c 'import getpass; print(getpass.getpass(), getpass.getpass())' >>{folder}/typed"
    )
    airflow.write_text(f'#!/bin/sh\necho "$*" >>{folder}/calls\n[ "$1" != users ] || {asks}\n')
    airflow.chmod(0o755)
    given = {
        "AIRFLOW_ADMIN_USER": "admin",
        "AIRFLOW_ADMIN_EMAIL": "a@b.c",
        "AIRFLOW_ADMIN_PASSWORD": "secret",
    }
    return subprocess.run(
        ["bash", ROOT / "script/container-setup", "airflow"],
        env={"PATH": f"{folder}:{os.environ['PATH']}", "BROKER_TRIES": "1"} | given | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("executor", "broker_is_there", "says"),
    [
        ("LocalExecutor", False, ""),
        ("CeleryExecutor", True, ""),
        ("LocalExecutor", True, "SESSION_ARCHIVE_EXECUTOR must be CeleryExecutor"),
        ("CeleryExecutor", False, "needs COMPOSE_PROFILES=scale"),
    ],
)
def test_the_profile_must_match_the_executor(
    tmp_path: Path, executor: str, broker_is_there: bool, says: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not broker_is_there:
            server.close()
        done = set_up_airflow(
            tmp_path,
            AIRFLOW__CORE__EXECUTOR=executor,
            AIRFLOW__CELERY__BROKER_URL=f"redis://:secret@127.0.0.1:{port}/0",
        )
    assert says in done.stderr and "secret" not in done.stderr
    assert (done.returncode == 0) == (says == "")
    assert (tmp_path / "calls").exists() == (says == ""), "nothing starts with settings that cannot work"


def test_no_password_is_an_argument_of_a_process(tmp_path: Path) -> None:
    """Every user of a machine can read the arguments of all of its processes."""
    done = set_up_airflow(
        tmp_path,
        AIRFLOW__CORE__EXECUTOR="LocalExecutor",
        AIRFLOW__CELERY__BROKER_URL="redis://@127.0.0.1:1/0",
    )
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "calls").read_text()
    assert "users create --username admin" in calls
    assert "secret" not in calls
    assert (tmp_path / "typed").read_text() == "secret secret\n"
