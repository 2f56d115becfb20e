from pathlib import Path

from session_archive.catalog.schema.settings_layout import layout_of
from session_archive.settings.load import load_settings

SETTINGS = """
[catalog]
connection = "catalog"
database = "lab_archive"
link_database = "lab_archive_links"

[lab]
session = "experiment.Session"
subject = "lab.WaterRestriction"
subject_name = "water_restriction_number"
date = "session_date"
time = "session_time"

[data_sets.raw-ephys]
location = "ephys"
link_table = "ArchivedRawEphys"
expected = "session > 0"

[sources.rig1]
collection = "11111111-1111-1111-1111-111111111111"
directory = "/rig"

[locations.ephys]
collection = "22222222-2222-2222-2222-222222222222"
directory = "/4ElectrodeRig_Ephys"
"""


def test_what_archive_toml_says_is_what_the_catalog_gets(tmp_path: Path):
    (tmp_path / "archive.toml").write_text(SETTINGS)
    layout = layout_of(load_settings(tmp_path / "archive.toml"))
    assert (layout.database, layout.link_database) == ("lab_archive", "lab_archive_links")
    assert layout.lab.session == "experiment.Session"
    assert layout.link_tables == {"raw-ephys": "ArchivedRawEphys"}
    assert layout.expected == {"raw-ephys": "session > 0"}
    assert layout.descriptions["raw-ephys"]
