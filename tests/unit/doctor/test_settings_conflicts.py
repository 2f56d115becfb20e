"""Settings that are valid one by one and contradict each other, or this machine."""

import pytest

from session_archive.doctor.settings_conflicts import settings_checks
from session_archive.settings.load import load_settings

SETTINGS = """
[catalog]
connection = "c"
database = "archive"
link_database = "links"
[lab]
session = "experiment.Session"
subject = "lab.Subject"
subject_name = "name"
date = "day"
[data_sets.raw-ephys]
location = "archive"
link_table = "ArchivedRawEphys"
[data_sets.raw-video]
location = "archive"
link_table = "ArchivedRawVideo"
{tables}
[locations.archive]
collection = "5b875fda-4185-11e8-bb52-0ac6873fc732"
directory = "/archive"
"""
RIG = '[sources.rig]\ncollection = "0b2f1d8a-51a0-4b0e-9d55-6f3f0c2f8a11"\ndirectory = "/rig"\n'
STAGING = RIG.replace("sources.rig", "staging").replace("0b2f", "9a6f") + 'local_path = "/nowhere"\n'


@pytest.mark.parametrize(
    ("tables", "subject"),
    [
        (RIG, None),
        ("", "sources"),
        (RIG + 'local_path = "/nowhere"', "sources.rig"),
        (RIG + 'data_sets = ["raw-ephys"]', "data_sets.raw-video"),
        (RIG + STAGING, "staging"),
        (RIG + "[fixity]\nsource_sha256 = true", "fixity.source_sha256"),
        (RIG + '[limits]\ntransfer_deadline = "10 h"', "limits.run_deadline"),
        (RIG + '[limits]\npoll_interval = "30 h"', "limits.poll_interval"),
        (RIG + '[limits]\nfault_patience = "80 h"', "limits.fault_patience"),
        (RIG + '[readiness]\nsettle_gap = "21 h"', "readiness.settle_gap"),
    ],
)
def test_settings_that_contradict_each_other_or_this_machine(tmp_path, tables: str, subject: str | None):
    file = tmp_path / "archive.toml"
    file.write_text(SETTINGS.format(tables=tables))
    [check] = settings_checks(load_settings(file))
    assert (check.grade, check.subject) == (("warning", subject) if subject else ("ok", str(file)))


def test_places_that_this_machine_can_read_are_no_conflict(tmp_path):
    readable = RIG + f'local_path = "{tmp_path / "rig"}"\n'
    staging = STAGING.replace("/nowhere", str(tmp_path / "staging")).replace("/rig", "/staging")
    for name in ("rig", "staging"):
        (tmp_path / name).mkdir()
    file = tmp_path / "archive.toml"
    file.write_text(SETTINGS.format(tables=readable + staging + "[fixity]\nsource_sha256 = true\n"))
    [check] = settings_checks(load_settings(file))
    assert check.grade == "ok"
