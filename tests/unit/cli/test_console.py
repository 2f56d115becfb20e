"""The console lists its commands on a machine that has neither Airflow nor Globus nor DataJoint."""

import subprocess
import sys


def test_the_list_of_commands_loads_nothing_that_only_some_of_them_need():
    script = (
        "import sys; from session_archive.cli.main import build; build(); "
        "print(sorted({'airflow', 'globus_sdk', 'datajoint'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
