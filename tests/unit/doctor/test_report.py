"""The record of a trial names nothing of the lab."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest

from session_archive.doctor.check import Check, Grade
from session_archive.doctor.report import HIDDEN, names_of, redacted, trial_record
from session_archive.settings.places import Place

COLLECTION = uuid.UUID("0b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f01")
LOCATION = Place.model_validate(
    {"name": "petrel", "collection": COLLECTION, "directory": "/smith lab/raw", "local_path": "/mnt/tape"}
)
SCRATCH = Place(name="petrel-2", collection=COLLECTION, directory="/")
NAMES = names_of(
    [("location", LOCATION), ("scratch", SCRATCH)],
    others=["SC022/catgt run/first run.meta", "Smith Lab's Tape", "ann"],
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to petrel-2 and petrel", "to scratch 1 and location 1"),
        ("Path: /smith lab/raw/x: expected 0a1b, got 2c3d", "Path: <path> expected 0a1b, got 2c3d"),
        (f"collection {COLLECTION} is 'Smith Lab's Tape'", "collection <id> is '<name>'"),
        (
            "identity bob@lab.example.org on host7.lab.edu, 10.1.2.3",
            "identity <identity> on <name>, <address>",
        ),
        ("of first run.meta at C:\\data\\x", "of <name> at <path>"),
        (
            "500-Command failed. Algorithm SHA1 not supported",
            "500-Command failed. Algorithm SHA1 not supported",
        ),
        ("scanner", "scanner"),
    ],
)
def test_what_names_the_lab_is_replaced_in_the_services_words(text: str, expected: str) -> None:
    assert redacted({"details": text}, NAMES) == {"details": expected}


def test_only_texts_under_known_keys_are_kept() -> None:
    document = {
        "status": "FAILED",
        "files": 3,
        "is_ok": None,
        "label": "ann's transfer",
        "username": "u_abc",
        "new_key": {"secret": "x", "code": "E1", "empty": "", "ids": [COLLECTION, 1.5, True]},
    }
    assert redacted(document, NAMES) == {
        "status": "FAILED",
        "files": 3,
        "is_ok": None,
        "label": HIDDEN,
        "username": HIDDEN,
        "new_key": {"secret": HIDDEN, "code": "E1", "empty": "", "ids": [HIDDEN, 1.5, True]},
    }
    assert "ann" not in json.dumps(redacted(document, NAMES))


def test_an_object_under_a_known_key_is_hidden_unless_it_is_text() -> None:
    assert redacted({"code": COLLECTION}, NAMES) == {"code": HIDDEN}


def test_the_whole_record() -> None:
    records: list[dict[str, object]] = [
        {
            "what": "checksum trial to petrel: SHA1 right: fault",
            "task": {
                "status": "ACTIVE",
                "username": "u_smith",
                "destination_endpoint_display_name": "Deep Store",
                "label": "session-archive doctor to petrel",
            },
            "fault": "u_smith: SHA1 is not supported on Deep Store",
        },
        {"successful_transfer": {"checksum": "ab", "source_path": "/rig/SC022/a b.meta", "size": 3}},
    ]
    checks = [
        Check("transfer", "petrel checksums", Grade.WARNING, "cannot compute SHA1 (a b.meta)"),
        Check("machine", "versions", Grade.OK, "Python 3.11.2, globus-sdk 4.9.1"),
        Check("globus", "login of globus_default", Grade.OK, "ann@lab.org"),
    ]
    record = trial_record(
        checks,
        records,
        unexpected={"task.new": "Smith"},
        places=[("location", LOCATION)],
        made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    first, second = record["trial"]
    assert first["what"] == "checksum trial to location 1: SHA1 right: fault"
    assert first["task"]["status"] == "ACTIVE"
    assert first["fault"] == "<name>: SHA1 is not supported on <name>"
    assert second["successful_transfer"] == {"checksum": "ab", "source_path": HIDDEN, "size": 3}
    assert [check["found"] for check in record["checks"]] == [
        "cannot compute SHA1 (<name>)",
        "Python 3.11.2, globus-sdk 4.9.1",
    ]
    written = json.dumps(record)
    for secret in ("smith", "Smith", "petrel", "Deep Store", "SC022", "ann@", "a b.meta"):
        assert secret not in written
