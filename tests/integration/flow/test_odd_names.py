"""Odd names of files are archived and come back byte by byte, or are refused by name before anything is sent."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.sent import PLACE, RECORDED, SentDataSet
from tests.integration.flow.tasks import Tasks, back

from archive_flow.run.context import Run
from session_archive.naming.kept_names import KeptNames
from session_archive.states.state import State
from support.stack import Stack

FORMS = tuple(unicodedata.normalize(form, "s\u00e9ance.txt") for form in ("NFC", "NFD"))
KEPT = (
    *FORMS, "A.bin", "a.bin", " blank ", "dot.", "-rf", "CON.txt", "x" * 251 + ".txt", "\U0001f400.txt",
    "100%.txt", "%2e%2e", "q?#&=+.txt", "quote'\".txt", "$(touch x);.txt", "~a.txt", "*.txt", "{{ ds }}.txt",
)  # fmt: skip
REFUSED = (b"\xff.bin", b"line\nbreak", b"return\r", b"back\\slash", b"tab\t")


@pytest.fixture(params=["rig", "far-rig"])
def sent(request: pytest.FixtureRequest, night: Run, stack: Stack) -> SentDataSet:
    return SentDataSet(night, stack, origin=request.param)


def tree(folder: Path) -> dict[bytes, bytes]:
    return {os.fsencode(path.name): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.fault(61)
def test_odd_names_are_archived_and_retrieved_byte_by_byte(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    for place in (PLACE, "analysis"):
        # Names that look alike are sent where a trial has shown that the place keeps them apart.
        night.catalog.place_names.record(night.place(place), KeptNames(case=True, normalisation=True))
    for number, name in enumerate(KEPT):
        sent.write(f"{sent.directory}/{name}", f"content {number}".encode(), at=RECORDED)
    listed = night.list_origin(sent.item)
    assert not listed.problems
    sent.item = replace(sent.item, manifest_id=night.catalog.ledger.save_manifest(listed.manifest))
    assert Tasks(night, sent.item).all().state is State.ARCHIVED
    recorded = {os.fsencode(Path(file.path).name) for file in sent.cataloged()}
    on_rig = tree(sent.folder)
    assert recorded == on_rig.keys() and len(on_rig) == len(KEPT) + 2
    assert tree(stack.archive / "4ElectrodeRig_Ephys" / sent.directory) == on_rig
    retrieved = back(night, sent.item, origin=PLACE, destination="analysis").all()
    assert retrieved.state is State.RETRIEVED, retrieved.reason
    assert tree(stack.scratch / "retrieved" / sent.directory) == on_rig


@pytest.mark.fault(61)
@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_cannot_be_kept_is_refused_by_name(night: Run, sent: SentDataSet, name: bytes) -> None:
    (sent.folder / os.fsdecode(name)).write_bytes(b"as recorded")
    try:
        listed = night.list_origin(sent.item)
    finally:
        (sent.folder / os.fsdecode(name)).unlink()
    [problem] = [problem for problem in listed.problems if problem.blocks]
    assert problem.path.isprintable()
    assert not any(file.path.endswith(os.fsdecode(name)) for file in listed.manifest.files)
