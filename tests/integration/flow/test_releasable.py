"""What may be deleted at a rig: a command looks at the rig, the archive and the catalog, after real transfers."""

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.flow.earlier import recorded
from tests.integration.flow.sent import SentDataSet

from archive_flow.run.context import Run
from session_archive.errors import ArchiveError
from session_archive.fixity.manifest import Manifest
from session_archive.states.state import State, StateRow
from support.stack import Stack

RELEASE = "\n[release]\ncopies = 1\nolder_than = 0.001\n"


@pytest.fixture(scope="module")
def releasing(stack: Stack) -> Iterator[Stack]:
    written = stack.settings_file.read_text()
    stack.settings_file.write_text(written + RELEASE)
    yield stack
    stack.settings_file.write_text(written)


@pytest.fixture
def sent(night: Run, releasing: Stack) -> Iterator[SentDataSet]:
    """Archived, and still on the rig; nobody expects a video of it."""
    one = SentDataSet(night, releasing, origin="rig")
    result = one.record(one.arrive())
    assert result.state is State.ARCHIVED, result.reason
    yield one
    if one.folder.exists():
        one.remove()


def refused(done: Any) -> str:
    """The one line of a command that failed for a person's mistake."""
    assert isinstance(done.exception, ArchiveError), done.output
    return str(done.exception)


def judged(console: Callable[..., Any], sent: SentDataSet) -> Mapping[str, Any]:
    """What the command says of one data set."""
    done = console("releasable", "--json", "--rig", "rig", "--subject", sent.name.session.subject)
    assert done.exit_code == 0, done.output
    [rig] = json.loads(done.stdout)["rigs"]
    [data_set] = rig["data_sets"]
    assert data_set["data_set"] == str(sent.name)
    return dict(data_set)


def why(console: Callable[..., Any], sent: SentDataSet) -> str:
    """The reasons against, in one text."""
    return " | ".join(each["reason"] for each in judged(console, sent)["reasons"])


def in_archive(sent: SentDataSet, number: int = 0) -> Path:
    return sent.stack.archive / "4ElectrodeRig_Ephys" / sent.paths[number]


def test_what_is_archived_may_be_deleted_and_a_script_does_it(
    console: Callable[..., Any],
    sent: SentDataSet,
    night: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    subject = ("--rig", "rig", "--subject", sent.name.session.subject)
    assert judged(console, sent)["releasable"] is True
    done = console("releasable", *subject, "--script", "sh", "--output", "r.sh", "--by", "ann")
    assert done.exit_code == 0, done.output
    assert "rig: 1 of 1 data set may be deleted, which frees 22 bytes" in done.output
    assert "r.sh deletes 2 files when it is run at rig with --delete before" in done.output
    again = console("releasable", *subject, "--script", "sh", "--output", "r.sh")
    assert "r.sh exists already" in refused(again)
    ran = subprocess.run(["sh", "r.sh", "--delete"], capture_output=True, text=True, check=True)
    log = ran.stdout.strip().rpartition(" ")[2]
    assert not (sent.root / sent.paths[0]).exists()
    assert in_archive(sent).read_bytes() == b"as recorded"
    for _ in range(2):
        read = console("releasable", "--log", log, "--by", "ann")
        assert read.exit_code == 0, read.output
        assert "rig: 2 files deleted, 0 left; recorded for release list" in read.output
    tables = night.catalog.tables.ReleaseList
    [removed] = (tables.Removed & {"data_set_id": sent.name.id}).to_dicts()
    assert (removed["read_by"], removed["n_removed"], removed["n_left"]) == ("ann", 2, 0)
    assert night.catalog.release_lists.of(sent.name).startswith("released on ")
    assert night.catalog.release_lists.of(sent.name).endswith(" by ann")


def flip(sent: SentDataSet) -> None:
    # No listing shows that; `proven_within` asks for a look at the content.
    in_archive(sent).write_bytes(b"AS recorded")


def truncate(sent: SentDataSet) -> None:
    in_archive(sent).write_bytes(b"as")


def delete(sent: SentDataSet) -> None:
    in_archive(sent).unlink()


def delete_folder(sent: SentDataSet) -> None:
    shutil.rmtree(in_archive(sent).parent)


def grow(sent: SentDataSet) -> None:
    sent.write(sent.paths[0].replace("_t0.", "_t1."), b"more", at=1_609_500_000)


def add_link(sent: SentDataSet) -> None:
    (sent.folder / "elsewhere.bin").symlink_to("/dev/null")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (flip, ""),
        (truncate, "its copy at archive-ephys is not as cataloged: 1 of 2 files"),
        (delete, "its copy at archive-ephys is not as cataloged: 1 of 2 files"),
        (delete_folder, "its copy at archive-ephys could not be listed now"),
        (SentDataSet.rewrite, "1 file changed since archiving"),
        (grow, "1 file at rig not in the archive"),
        (add_link, "1 path in its folder not archived"),
    ],
)
def test_whatever_differs_now_keeps_it(
    console: Callable[..., Any], sent: SentDataSet, change: Callable[[SentDataSet], None], words: str
) -> None:
    change(sent)
    assert words in why(console, sent)
    assert judged(console, sent)["releasable"] is (not words)


def test_a_person_keeps_it_until_it_is_withdrawn(console: Callable[..., Any], sent: SentDataSet) -> None:
    name = str(sent.name)
    assert "--why: a reason is needed" in refused(console("keep", name))
    assert "nobody keeps it at its rig" in refused(console("keep", name, "--withdraw", "--why", "x"))
    kept = console("keep", name, "--why", "figure 3", "--by", "ann")
    assert (kept.exit_code, "kept at the rig by ann" in kept.output) == (0, True)
    assert "kept at the rig by ann" in why(console, sent)
    # Withdrawing what was accepted says nothing about the rig.
    console("accept", name, "--withdraw", "--why", "y")
    assert "kept at the rig by ann" in why(console, sent)
    assert console("keep", name, "--withdraw", "--why", "published", "--by", "ann").exit_code == 0
    assert why(console, sent) == ""


def test_another_kind_of_its_session_that_is_not_archived_keeps_it(
    console: Callable[..., Any], sent: SentDataSet, night: Run
) -> None:
    target = uuid.UUID(sent.item.session_id)
    row = StateRow("raw-video", target, State.WAITING, "too new", session=sent.item.session)
    night.catalog.states.record([row])
    assert "of the same session" in why(console, sent) and "is waiting" in why(console, sent)
    night.catalog.states.record(
        [StateRow("raw-video", target, State.IGNORED, "x", session=sent.item.session)]
    )
    assert why(console, sent) == ""


@pytest.mark.parametrize(
    ("voucher", "proven"), [("globus", True), ("source", True), ("person", False), ("manifest", False)]
)
def test_a_persons_word_or_a_sidecar_manifest_proves_no_content(
    console: Callable[..., Any], night: Run, releasing: Stack, voucher: str, proven: bool
) -> None:
    claimed = SentDataSet(night, releasing, origin="rig")
    shutil.copytree(claimed.folder, in_archive(claimed).parent)
    files = night.catalog.ledger.manifest(claimed.item.manifest_id).files
    manifest = Manifest(
        tuple(replace(file, checksum="ab", checksum_algorithm="SHA256", vouched_by=voucher) for file in files)
    )
    recorded(night, claimed.item, manifest, state=State.ARCHIVED)
    reasons = why(console, claimed)
    claimed.remove()
    assert ("never proven" in reasons) is (not proven), reasons


def test_a_transfer_under_way_and_an_alarm_keep_it(
    console: Callable[..., Any], sent: SentDataSet, night: Run
) -> None:
    begun = sent.begin()
    assert "a transfer of it is under way" in why(console, sent)
    sent.wait(sent.post(begun))
    night.catalog.states.record([sent.item.state(State.FAILED, "no luck", run_id="x")])
    assert "it is not archived: failed: no luck" in why(console, sent)


def test_each_place_is_listed_once_for_each_data_set(console: Callable[..., Any], sent: SentDataSet) -> None:
    other = SentDataSet(sent.night, sent.stack, origin="rig")
    assert other.record(other.arrive()).state is State.ARCHIVED
    listed = "GET", "/v0.10/operation/"
    before = len(sent.stack.globus.requests(*listed))
    assert console("releasable", "--rig", "rig", "--subject", other.name.session.subject).exit_code == 0
    one = len(sent.stack.globus.requests(*listed)) - before
    subjects = [argument for each in (sent, other) for argument in ("--subject", each.name.session.subject)]
    assert console("releasable", "--rig", "rig", *subjects).exit_code == 0
    two = len(sent.stack.globus.requests(*listed)) - before - one
    # The archive's root, and the only folder of each; this machine lists the rig itself.
    assert (one, two) == (2, 3)
    other.remove()


def test_a_rig_and_an_archive_that_cannot_be_listed_are_said(
    console: Callable[..., Any], sent: SentDataSet
) -> None:
    sent.stack.globus.fault(collection="archive", do="offline", times=0)
    try:
        assert "its copy at archive-ephys could not be listed now" in why(console, sent)
    finally:
        sent.stack.globus.clear_faults()
    sent.stack.globus.fault(collection="far_rig", do="offline", times=0)
    try:
        done = console("releasable", "--rig", "far-rig")
    finally:
        sent.stack.globus.clear_faults()
    assert (done.exit_code, "could not be listed: far-rig" in done.output) == (1, True)


def test_without_its_table_one_line_asks_for_the_number_of_copies(
    console: Callable[..., Any], stack: Stack
) -> None:
    written = stack.settings_file.read_text()
    stack.settings_file.write_text(written.replace(RELEASE, ""))
    try:
        done = console("releasable")
    finally:
        stack.settings_file.write_text(written)
    assert "[release] copies: say how many good copies" in refused(done)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rig", "nowhere"], "'nowhere' is not one of [sources]; there are rig, far-rig"),
        (["--script", "sh"], "--script: give one --rig"),
        (["--output", "x"], "--output needs --script"),
        (["--script", "sh", "--json", "--rig", "rig"], "give one of --json and --script"),
        (["--log", "none.log", "--json"], "--log stands alone"),
        (["--log", "none.log"], "none.log: cannot be read"),
    ],
)
def test_a_wrong_option_is_one_line(
    console: Callable[..., Any], releasing: Stack, arguments: list[str], words: str
) -> None:
    assert words in refused(console("releasable", *arguments))


def test_nothing_below_the_rig_or_the_archive_is_touched(
    console: Callable[..., Any], sent: SentDataSet
) -> None:
    def seen() -> dict[str, tuple[int, int]]:
        roots = (sent.stack.rig, sent.stack.far_rig, sent.stack.archive)
        files = (path for root in roots for path in root.rglob("*"))
        return {str(path): ((status := os.lstat(path)).st_size, status.st_mtime_ns) for path in files}

    before = seen()
    assert why(console, sent) == ""
    assert seen() == before
