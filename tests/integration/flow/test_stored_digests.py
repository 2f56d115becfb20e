"""A storage that answers the digest of what it once stored, although a byte has changed on its disk since."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.sent import RECORDED, SentDataSet
from tests.integration.flow.tasks import Tasks

from archive_flow.run.context import Run
from session_archive.fixity.file_digest import Basis, Computer
from session_archive.states.state import State
from support.stack import Stack


@pytest.fixture(scope="module")
def switches() -> Sequence[str]:
    return ("--checksums=archive=stored",)


@pytest.fixture
def sent(night: Run, stack: Stack) -> SentDataSet:
    """A data set in the archive, of whose first file Globus reported nothing."""
    sent = SentDataSet(night, stack, origin="rig")
    stack.globus.fault(file=f"*{sent.paths[0]}", do="left_out", times=0)
    assert Tasks(night, sent.item).all().state is State.UNVERIFIED
    stack.globus.clear_faults()
    return sent


def rot(sent: SentDataSet) -> Path:
    file = sent.stack.archive / "4ElectrodeRig_Ephys" / sent.paths[0]
    file.write_bytes(b"AS RECORDED")
    os.utime(file, (RECORDED, RECORDED))
    return file


@pytest.mark.fault(64)
def test_where_the_worker_reads_the_archive_the_byte_is_found(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    rotten = rot(sent)
    settings = night.settings
    local = {"declared_local_path": str(stack.archive / "4ElectrodeRig_Ephys")}
    locations = {
        **settings.locations,
        "archive-ephys": settings.locations["archive-ephys"].model_copy(update=local),
    }
    mounted = replace(night, run_id="night 2", settings=settings.model_copy(update={"locations": locations}))
    result = Tasks(replace(mounted, believed={}), sent.item).all()
    assert result.state is State.FAILED
    assert sent.paths[0] in result.reason
    assert rotten.read_bytes() == b"AS RECORDED", "nobody writes over it"


@pytest.mark.fault(64)
def test_where_only_globus_answers_the_catalog_does_not_say_what_was_read(
    night: Run, stack: Stack, sent: SentDataSet
) -> None:
    Tasks(replace(night, run_id="night 2"), sent.item).all()
    digests = night.catalog.file_digests.of(sent.name.id)
    by_globus = [digest for digest in digests if digest.computed_by is Computer.GLOBUS]
    assert by_globus
    assert {digest.basis for digest in by_globus} == {Basis.NOT_KNOWN}
