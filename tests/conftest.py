"""One Airflow home for the whole test run, named before anything imports Airflow; and no example is ever too slow."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

from support.airflow_settings import own_home

HOME = Path(tempfile.mkdtemp(prefix="session-archive-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ |= own_home(HOME) | {
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME}/airflow.db",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
}

# A busy machine is slow. Each profile, since Hypothesis takes another one where it finds itself in a CI.
for profile in ("default", "ci"):
    settings.register_profile(
        profile,
        settings.get_profile(profile),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(settings.get_current_profile_name())
