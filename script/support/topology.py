"""The services of Airflow with several workers, in one table that docker-compose.yaml must agree with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    """One kind of process of Airflow.

    command     : the command that starts it, in a container and here
    health      : a shell command that succeeds if the service works; HOSTNAME is the worker's name
    environment : its variables in addition to `AIRFLOW`
    """

    command: tuple[str, ...]
    health: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Places:
    """Addresses of the servers, as `host:port`, and their secrets.

    scheduler_health : address of the scheduler's own health server
    settings         : the path of archive.toml
    """

    postgres: str
    redis: str
    api: str
    scheduler_health: str
    settings: str
    executor: str
    postgres_password: str = field(repr=False)
    redis_password: str = field(repr=False)
    fernet_key: str = field(repr=False)
    api_secret_key: str = field(repr=False)
    jwt_secret: str = field(repr=False)
    schedule: str = "0 2 * * *"
    timezone: str = "UTC"
    parallelism: int = 16
    worker_concurrency: int = 8
    base_url: str = "http://localhost:8080"

    def fill(self, text: str) -> str:
        """A text of the table, with these values filled in."""
        return text.format_map(vars(self))


_POSTGRES = "postgresql+psycopg2://airflow:{postgres_password}@{postgres}/airflow"

#: Variables that are the same for every service; a {name} is a field of `Places`.
AIRFLOW: Mapping[str, str] = {
    "AIRFLOW__CORE__EXECUTOR": "{executor}",
    "AIRFLOW__CORE__PARALLELISM": "{parallelism}",
    "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": "http://{api}/execution/",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DEFAULT_TIMEZONE": "{timezone}",
    "AIRFLOW__CORE__FERNET_KEY": "{fernet_key}",
    "AIRFLOW__API__SECRET_KEY": "{api_secret_key}",
    "AIRFLOW__API__BASE_URL": "{base_url}",
    "AIRFLOW__API_AUTH__JWT_SECRET": "{jwt_secret}",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _POSTGRES,
    "AIRFLOW__CELERY__BROKER_URL": "redis://:{redis_password}@{redis}/0",
    "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{_POSTGRES.replace('+psycopg2', '')}",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": "{worker_concurrency}",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "True",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "MALLOC_ARENA_MAX": "1",
    "SESSION_ARCHIVE_CONFIG": "{settings}",
    "SESSION_ARCHIVE_SCHEDULE": "{schedule}",
}

_CURL = "curl --fail --silent http://"

SERVICES: Mapping[str, Service] = {
    "api-server": Service(("airflow", "api-server"), f"{_CURL}{{api}}/api/v2/version"),
    "scheduler": Service(("airflow", "scheduler"), f"{_CURL}{{scheduler_health}}/health"),
    "dag-processor": Service(
        ("airflow", "dag-processor"),
        f'{_CURL}{{api}}/api/v2/monitor/health | grep -q \'"dag_processor":{{{{"status":"healthy"\'',
    ),
    "triggerer": Service(
        ("airflow", "triggerer"),
        f'{_CURL}{{api}}/api/v2/monitor/health | grep -q \'"triggerer":{{{{"status":"healthy"\'',
    ),
    "worker": Service(
        ("airflow", "celery", "worker"),
        "celery --app airflow.providers.celery.executors.celery_executor.app inspect ping "
        '--destination "celery@$HOSTNAME"',
        {"DUMB_INIT_SETSID": "0"},
    ),
}

#: Services that run once before them, in this order: script/container-setup and its argument.
SETUP = {"airflow-init": "airflow", "catalog-setup": "catalog"}

#: The catalog's server distinguishes names by every letter, case and accent.
CATALOG_OPTIONS = ("--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin")
