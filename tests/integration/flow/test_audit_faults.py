"""What an audit says of an archive that is damaged, moved, half listed or written to: catalog and console agree."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from tests.integration.flow import audits as audit_runs
from tests.integration.flow.audits import Audits, archived, damage, in_archive
from tests.integration.flow.sent import SentDataSet
from tests.integration.flow.tasks import Death

from archive_flow.page.one_data_set import read_story
from archive_flow.page.rendering import page
from archive_flow.run.context import Run
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.cli.catalog_login import read_catalog
from session_archive.states.state import State
from support.stack import Stack


@pytest.fixture(params=["in place", "brought"])
def audits(request: pytest.FixtureRequest, night: Run, stack: Stack) -> Iterator[Audits]:
    """Audits that read the archive on its own disk, or at the scratch place."""
    how = {"in place": audit_runs.as_in_place, "brought": audit_runs.as_brought}[request.param]
    with audit_runs.connected(stack), audit_runs.with_settings(stack, how(stack)):
        if request.param == "brought":
            night.catalog.proven_scratch.record(stack.settings.scratch["analysis"])
        yield Audits(night, stack)


@pytest.fixture
def brought(night: Run, stack: Stack) -> Iterator[Audits]:
    """Audits that read at the scratch place."""
    with audit_runs.connected(stack), audit_runs.with_settings(stack, audit_runs.as_brought(stack)):
        night.catalog.proven_scratch.record(stack.settings.scratch["analysis"])
        yield Audits(night, stack)


@pytest.fixture
def sent(night: Run, stack: Stack) -> Iterator[SentDataSet]:
    one = archived(night, stack)
    yield one
    shutil.rmtree(in_archive(one).parent, ignore_errors=True)
    forget(night, one)
    one.remove()


def forget(night: Run, sent: SentDataSet) -> None:
    """Later tests do not find what this one has damaged: as if it had been archived by nobody."""
    key = sent.name.id.hex
    sent.stack.database.execute(
        "DELETE FROM archive.`damage__ended` WHERE damage_id IN "
        f"(SELECT damage_id FROM archive.`damage` WHERE data_set_id = X'{key}')"
    )
    for table in ("damage", "replica__verified", "replica__unproven", "replica"):
        sent.stack.database.execute(f"DELETE FROM archive.`{table}` WHERE data_set_id = X'{key}'")


def only(sent: SentDataSet) -> dict[str, Any]:
    return {"subjects": [sent.name.session.subject], "kinds": ["raw-ephys"]}


def known(console: Callable[..., Any]) -> dict[str, list[dict[str, Any]]]:
    """Data set -> its damaged files, as `session-archive audit --known` says."""
    done = console("audit", "--known", "--json")
    found = {each["data_set"]: each["files"] for each in json.loads(done.stdout)["damaged"]}
    assert done.exit_code == bool(found)
    return found


def shown(console: Callable[..., Any], sent: SentDataSet) -> str:
    """State and reason of the data set, as `status` shows them: what the page reads too."""
    done = console("status", "--json", "--subject", sent.name.session.subject)
    rows = [each for each in json.loads(done.stdout)["data_sets"] if each["data_set"] == str(sent.name)]
    return " ".join(f"{row['state']}: {row['reason']}" for row in rows)


def on_page(audits: Audits, sent: SentDataSet) -> str:
    """The page of the data set, as the Archive page renders it."""
    target = audits.state(sent).target
    story = read_catalog(
        audits.stack.settings,
        lambda catalog: read_story(
            cast("ReadOnlyCatalog", catalog), "raw-ephys", target, session="", files=10
        ),
    )
    return bytes(page("data_set.html", story=story, page_of_files=10).body).decode()


@pytest.mark.fault(69, 74)
@pytest.mark.parametrize(
    ("how", "problem"), [("flipped", "checksum"), ("cut", "size"), ("removed", "missing")]
)
def test_each_kind_of_damage_is_found_once_and_ends_when_it_is_mended(
    audits: Audits, sent: SentDataSet, console: Callable[..., Any], how: str, problem: str
) -> None:
    file = in_archive(sent)
    content, status = file.read_bytes(), file.stat()
    damage(file, how)
    problems = audits.run(**only(sent))
    assert len(problems) == 1 and f"{sent.name}: damaged: " in problems[0] and file.name in problems[0]
    assert audits.damaged(sent) == [(file.name, problem)]
    assert audits.state(sent).state is State.DAMAGED
    [found] = known(console)[str(sent.name)]
    assert (found["path"].rpartition("/")[2], found["problem"]) == (file.name, problem)
    assert shown(console, sent).startswith("damaged: ") and found["detail"] in shown(console, sent)
    assert found["detail"] in on_page(audits, sent)
    # A second audit says the same, and no more.
    assert len(audits.run(**only(sent))) == 1
    assert len(audits.night.catalog.tables.Damage & {"data_set_id": sent.name.id}) == 1
    file.write_bytes(content)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert audits.run(**only(sent)) == []
    assert audits.state(sent).state is State.ARCHIVED
    assert str(sent.name) not in known(console)
    assert audits.state(sent).reason.startswith("found as cataloged again at archive-ephys on ")
    assert "found as cataloged again at archive-ephys on " in on_page(audits, sent)
    assert audits.at_scratch() == []


@pytest.mark.fault(69)
def test_a_deleted_and_a_renamed_folder_are_damage_and_its_new_name_is_dark(
    audits: Audits, sent: SentDataSet, console: Callable[..., Any]
) -> None:
    folder = in_archive(sent).parent
    renamed = folder.with_name("somebody renamed it")
    folder.rename(renamed)
    problems = audits.run()
    assert any(f"{sent.name}: damaged: " in line for line in problems), problems
    assert {problem for _, problem in audits.damaged(sent)} == {"missing"}
    subject = sent.name.session.subject
    assert f"archive-ephys:{subject}/somebody renamed it: 2 files" in audits.text
    assert len(known(console)[str(sent.name)]) == 2
    # Nobody has put it back; it is found whole where it belongs.
    renamed.rename(folder)
    assert audits.run(**only(sent)) == []
    assert audits.state(sent).state is State.ARCHIVED


@pytest.mark.fault(70)
@pytest.mark.parametrize("do", ["ends_early", "permission_denied", "offline"])
def test_a_listing_that_is_cut_or_refused_is_no_damage(
    audits: Audits, sent: SentDataSet, console: Callable[..., Any], do: str
) -> None:
    before = audits.state(sent)
    # Of the data set itself; a second listing of the same folder is as bad.
    audits.stack.globus.fault(listing=f"archive:*{sent.directory}*", do=do, times=0)
    try:
        problems = audits.run(**only(sent))
    finally:
        audits.stack.globus.clear_faults()
    assert problems, "the run fails: nobody knows"
    assert not any(": damaged: " in line for line in problems), problems
    assert audits.looks(sent) == []
    assert audits.state(sent) == before
    assert str(sent.name) not in known(console)


@pytest.mark.fault(74)
def test_where_the_rigs_copy_is_rotten_too_nothing_is_sent_over_either(
    audits: Audits, sent: SentDataSet
) -> None:
    file = in_archive(sent)
    damage(file, "flipped")
    rotten = file.read_bytes()
    damage(sent.root / sent.paths[0], "flipped")
    written = len(audits.stack.globus.effects("written"))
    assert len(audits.run(**only(sent))) == 1
    assert audits.damaged(sent) == [(file.name, "checksum")]
    assert file.read_bytes() == rotten
    # The journal shows what was written: only copies at the scratch place, if any.
    later = audits.stack.globus.effects("written")[written:]
    assert all(effect["path"].startswith("/retrieved/.session-archive/audit/") for effect in later)


@pytest.mark.fault(72)
def test_damage_during_an_upload_of_the_same_data_set_waits_for_its_end(
    audits: Audits, sent: SentDataSet
) -> None:
    more = f"{sent.directory}/{sent.name.session.subject}_010121_g0_t0.nidq2.bin"
    sent.write(more, b"came later", at=1_609_500_100)
    begun = sent.begin(items=(sent.paths[1],), resumes=True)
    damage(in_archive(sent), "cut")
    before = audits.state(sent)
    problems = audits.run(**only(sent))
    assert problems == [], "nothing is said of what is half written"
    assert audits.looks(sent) == []
    assert audits.state(sent) == before
    sent.night.catalog.ledger.accept(begun.submission_id, task := sent.post(begun))
    sent.wait(task)
    from archive_flow.submissions.outcome import settle

    settle(sent.night)
    assert len(audits.run(**only(sent))) == 1
    assert audits.damaged(sent) == [(in_archive(sent).name, "size")]


AUDITS = "session_archive.catalog.data_sets.audits:Audits"


@pytest.mark.fault(71)
@pytest.mark.parametrize(
    "death",
    [
        pytest.param(Death("archive_flow.audit.read:_read", "after"), id="while it reads"),
        pytest.param(Death(f"{AUDITS}.record", "before"), id="before it records"),
        pytest.param(Death(f"{AUDITS}._insert_damage", "before"), id="in the transaction"),
        pytest.param(Death(f"{AUDITS}.record", "after"), id="after it recorded"),
    ],
)
@pytest.mark.parametrize("then", ["the same run", "another run"])
def test_an_audit_that_is_killed_and_run_again_says_everything_once(
    audits: Audits, sent: SentDataSet, death: Death, then: str
) -> None:
    damage(in_archive(sent), "flipped")
    first = f"killed {sent.name}"
    assert audits.killed(first, death, **only(sent))
    half = audits.looks(sent)
    assert half in ([], [(first, "failed")]), "a half audit is none"
    assert bool(audits.damaged(sent)) == bool(half)
    problems = audits.run(first if then == "the same run" else f"again {sent.name}", **only(sent))
    assert len(problems) == 1 and f"{sent.name}: damaged: " in problems[0], problems
    assert audits.damaged(sent) == [(in_archive(sent).name, "checksum")]
    assert len(audits.night.catalog.tables.Damage & {"data_set_id": sent.name.id}) == 1
    expected = 2 if half and then == "another run" else 1
    assert len(audits.looks(sent)) == expected
    # What the killed one brought is removed by its own retry, or once no run of it can be alive.
    change = lambda text: text.replace("[limits]\n", '[limits]\nrun_deadline = "0.000001 s"\n')  # noqa: E731
    with audit_runs.with_settings(audits.stack, change):
        audits.run(kinds=["raw-video"])
    assert audits.at_scratch() == []


@pytest.mark.fault(71)
def test_two_audits_at_once_find_the_same_damage_once_and_remove_only_their_own(
    audits: Audits, sent: SentDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive_flow.audit import read

    damage(in_archive(sent), "flipped")
    compared = read._compared
    met: list[list[str]] = []

    def meanwhile(*arguments: Any) -> Any:
        if not met:
            met.append(audits.at_scratch())
            met.append(audits.run("the second", **only(sent)))
            assert audits.at_scratch() == met[0], "the copies of the first are still there"
        return compared(*arguments)

    monkeypatch.setattr(read, "_compared", meanwhile)
    problems = audits.run("the first", **only(sent))
    assert [len(problems), len(met[1])] == [1, 1]
    assert audits.looks(sent) == [("the second", "failed"), ("the first", "failed")]
    assert len(audits.night.catalog.tables.Damage & {"data_set_id": sent.name.id}) == 1
    assert audits.at_scratch() == []


def test_what_rots_at_the_scratch_place_is_no_damage_of_the_archive(
    brought: Audits, sent: SentDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive_flow.audit import read

    compared = read._compared

    def rotten(*arguments: Any) -> Any:
        [file] = [path for path in brought.at_scratch() if path.endswith(sent.paths[0])]
        damage(audit_runs.scratch_root(brought.stack) / file, "flipped")
        return compared(*arguments)

    monkeypatch.setattr(read, "_compared", rotten)
    before = brought.state(sent)
    assert brought.run("rotten scratch", **only(sent)) == []
    assert brought.state(sent) == before
    assert brought.damaged(sent) == []
    # One of its two files was not judged, so that nothing proves the data set.
    assert brought.looks(sent) == [("rotten scratch", "unverified")]
    assert brought.at_scratch() == []


def test_nothing_is_brought_to_a_place_that_doctor_has_not_proven_where_it_is_now(
    brought: Audits, sent: SentDataSet
) -> None:
    moved = brought.stack.scratch / "elsewhere"
    moved.mkdir(exist_ok=True)
    (moved / "retrieved").symlink_to(audit_runs.scratch_root(brought.stack))
    root = str(audit_runs.scratch_root(brought.stack))

    def elsewhere(text: str) -> str:
        return text.replace(f'local_path = "{root}"', f'local_path = "{moved / "retrieved"}"')

    accepted = len(brought.stack.globus.effects("accepted"))
    with audit_runs.with_settings(brought.stack, elsewhere):
        assert brought.run("unproven", **only(sent)) == []
    assert "not read: nobody has seen that audits can bring files to analysis" in brought.text
    assert len(brought.stack.globus.effects("accepted")) == accepted
    assert brought.looks(sent) == [("unproven", "unverified")]


def test_a_scratch_place_that_is_in_an_archive_on_the_real_disk_is_not_used(
    brought: Audits, sent: SentDataSet
) -> None:
    inside = brought.stack.archive / "4ElectrodeRig_Ephys" / "scratch"
    inside.mkdir()
    link = brought.stack.directory / "looks separate"
    link.symlink_to(inside)
    root, archive = str(audit_runs.scratch_root(brought.stack)), str(inside.parent)
    video = "[locations.archive-video]\n"

    def nested(text: str) -> str:
        # The video's location has a local path, so that the disks can be compared.
        return text.replace(f'local_path = "{root}"', f'local_path = "{link}"').replace(
            video, f'{video}local_path = "{archive}"\n'
        )

    with audit_runs.with_settings(brought.stack, nested):
        brought.night.catalog.proven_scratch.record(brought.stack.settings.scratch["analysis"])
        assert brought.run("nested", **only(sent)) == []
    assert "not read: analysis overlaps the location archive-video" in brought.text
    assert brought.looks(sent) == [("nested", "unverified")]
    link.unlink()
    inside.rmdir()


def test_a_data_set_that_does_not_fit_is_named_and_not_brought(
    brought: Audits, sent: SentDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive_flow.audit import choose

    monkeypatch.setattr(choose, "room_at", lambda place: 5)
    assert brought.run("no room", **only(sent)) == []
    assert (
        "1 data set to be read, and 1 not brought to analysis: larger than the 5 bytes that are free there"
        in (brought.text)
    )
    assert brought.looks(sent) == [("no room", "unverified")]


def test_what_airflow_cannot_map_at_once_is_read_by_a_later_run(
    brought: Audits, sent: SentDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = archived(brought.night, brought.stack)
    subjects = [each.name.session.subject for each in (sent, other)]
    monkeypatch.setenv("AIRFLOW__CORE__MAX_MAP_LENGTH", "2")
    seen = []
    for number in (1, 2):
        assert brought.run(f"night of few groups {number}", subjects=subjects, kinds=["raw-ephys"]) == []
        assert "remaining for later runs: 1" in brought.text
        seen += [(each.name, look) for each in (sent, other) for look in brought.looks(each)]
    assert {name for name, _ in seen} == {sent.name, other.name}
    shutil.rmtree(in_archive(other).parent)
    forget(brought.night, other)
    other.remove()


def test_a_copy_that_did_not_arrive_is_no_look(brought: Audits, sent: SentDataSet) -> None:
    brought.stack.globus.fault(match="POST /v0.10/transfer", do="status", status=403, code="PermissionDenied")
    problems = brought.run("not sent", **only(sent))
    assert len(problems) == 1 and "its content was not read: " in problems[0], problems
    assert brought.looks(sent) == []
    assert brought.at_scratch() == []
    assert brought.run("sent", **only(sent)) == []
    assert brought.looks(sent) == [("sent", "verified")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--known", "--subject", "SC022"], "--known starts no run"),
        (["--known", "--read", "--subject", "SC022"], "--known starts no run"),
        (["--read", "--kind", "raw-ephys"], "--read needs a --subject or --date"),
        (["--known", "--location", "moon"], "--location: 'moon' is not a location of archive.toml"),
    ],
)
def test_a_wrong_option_is_one_line(console: Callable[..., Any], arguments: list[str], words: str) -> None:
    assert words in str(console("audit", *arguments).exception)


def test_what_is_known_is_shown_without_a_run(
    brought: Audits, sent: SentDataSet, console: Callable[..., Any]
) -> None:
    shown = console("audit", "--known", "--location", "archive-ephys").stdout
    assert "archive-ephys: " in shown and "proven within" in shown and "to be looked at" in shown
    assert "damaged: 0" in shown
