"""Two equal observations, a settle gap apart, and a minimum age by a clock that is not trusted too far."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import SettingsError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.recording.completeness import Finding
from session_archive.recording.readiness import (
    Observation,
    Ready,
    Waiting,
    newest_mtime,
    ready,
    sentinel_findings,
)
from session_archive.settings.tables import ReadinessSettings
from session_archive.toml_file import validated

NIGHT = dt.datetime(2021, 1, 2, 2, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DEFAULTS = ReadinessSettings()
ONE_OBSERVATION = ReadinessSettings(settle_gap=0.0, min_age=0.0)
FOLDER = "SC022/catgt_SC022_010121_g0"


def manifest(size: int = 10, *, age: dt.timedelta = 24 * HOUR, name: str = "a.bin") -> Manifest:
    return Manifest.of([FileEntry(f"{FOLDER}/{name}", size, int((NIGHT - age).timestamp()))])


def decide(
    *seen: tuple[dt.timedelta, Manifest],
    findings: tuple[Finding, ...] = (),
    settings: ReadinessSettings = DEFAULTS,
) -> Ready | Waiting:
    """The decision after observations, each given by how long ago it was; the last is of now."""
    observations = [Observation.at(listed, now=NIGHT - ago) for ago, listed in seen]
    newest = newest_mtime(seen[-1][1], now=NIGHT)
    return ready(
        now=NIGHT, observations=observations, newest_mtime=newest, findings=findings, settings=settings
    )


NOW = dt.timedelta(0)


def test_one_observation_is_not_enough_and_two_an_hour_apart_are() -> None:
    first = decide((NOW, manifest()))
    assert isinstance(first, Waiting) and "first time" in first.reason and first.since == NIGHT
    assert isinstance(decide((HOUR * 0.99, manifest()), (NOW, manifest())), Waiting)
    assert decide((HOUR, manifest()), (NOW, manifest())) == Ready()
    assert decide((NOW, manifest()), settings=ONE_OBSERVATION) == Ready()


@pytest.mark.fault(22)
@pytest.mark.parametrize(
    "before", [manifest(9), manifest(10, name="b.bin"), manifest(10, age=25 * HOUR), Manifest(())]
)
def test_any_change_starts_the_wait_anew(before: Manifest) -> None:
    waiting = decide((30 * HOUR, before), (HOUR / 2, manifest()), (NOW, manifest()))
    assert isinstance(waiting, Waiting) and waiting.since == NIGHT - HOUR / 2
    assert "changed between two observations" in waiting.reason
    assert decide((30 * HOUR, before), (HOUR, manifest()), (NOW, manifest())) == Ready()


def test_a_change_and_back_is_a_change() -> None:
    assert isinstance(decide((HOUR * 9, manifest()), (HOUR / 2, manifest(11)), (NOW, manifest())), Waiting)


def test_the_newest_file_must_be_old_enough() -> None:
    young = manifest(age=HOUR * 1.9)
    waiting = decide((HOUR, young), (NOW, young))
    assert (
        isinstance(waiting, Waiting)
        and "2021-01-02 00:06:00 UTC; the data set is sent when that is 2 h ago" in waiting.reason
    )
    old = manifest(age=HOUR * 2)
    assert decide((HOUR, old), (NOW, old)) == Ready()


@pytest.mark.fault(29)
def test_a_time_from_the_future_is_compared_between_observations_and_not_with_the_clock() -> None:
    ahead = manifest(age=-HOUR * 1000)
    assert isinstance(decide((NOW, ahead)), Waiting)
    assert decide((HOUR, ahead), (NOW, ahead)) == Ready()
    assert isinstance(decide((HOUR, manifest(age=-HOUR * 999)), (NOW, ahead)), Waiting)


@pytest.mark.fault(29)
def test_a_file_from_the_future_hides_no_young_one() -> None:
    both = Manifest.of([*manifest(age=-HOUR, name="ahead").files, *manifest(age=HOUR, name="young").files])
    assert isinstance(decide((HOUR, both), (NOW, both)), Waiting)


def test_a_blocking_finding_waits_with_its_reason_and_another_does_not() -> None:
    blocks = Finding("a.bin", "has no .meta beside it", blocks=True)
    old = manifest()
    waiting = decide((HOUR * 30, old), (NOW, old), findings=(blocks, blocks))
    assert isinstance(waiting, Waiting)
    assert str(waiting) == (
        "a.bin: has no .meta beside it (and 1 more) (seen like this since 2020-12-31 20:00:00 UTC)"
    )
    assert decide((HOUR, old), (NOW, old), findings=(replace(blocks, blocks=False),)) == Ready()


def test_of_a_data_set_that_grows_nothing_is_said_to_be_unchanged() -> None:
    for seen, at in (
        (((NOW, manifest()),), "02:00"),
        (((HOUR, manifest(9)), (NOW, manifest())), "02:00"),
        (((HOUR * 0.5, manifest()), (NOW, manifest())), "01:30"),
    ):
        waiting = str(decide(*seen))
        assert "nothing has changed since" not in waiting
        assert waiting.endswith(f"(seen like this since 2021-01-02 {at}:00 UTC)")


def test_a_sentinel_is_waited_for_if_the_settings_name_one() -> None:
    settings = ReadinessSettings(sentinel="session.done")
    (missing,) = sentinel_findings(FOLDER, manifest(), settings)
    assert missing.blocks and "session.done" in missing.what
    assert sentinel_findings(FOLDER, manifest(name="session.done"), settings) == ()
    assert sentinel_findings(FOLDER, manifest(name="not session.done"), settings) != ()
    assert sentinel_findings(FOLDER, manifest(), DEFAULTS) == ()


@given(
    st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 2)), min_size=1, max_size=8),
    st.integers(-10_000, 10_000),
)
def test_a_ready_data_set_was_unchanged_for_the_whole_gap(steps: list[tuple[int, int]], age: int) -> None:
    steps.sort(key=lambda step: -step[0])
    steps.append((0, steps[-1][1]))
    observations = [
        (dt.timedelta(seconds=ago), manifest(size, age=dt.timedelta(seconds=age))) for ago, size in steps
    ]
    decision = decide(*observations)
    recent = {size for ago, size in steps if ago < 3600}
    same = len(recent) == 1 and any(ago >= 3600 for ago, _ in steps)
    before = [size for ago, size in steps if ago >= 3600][-1:]
    expected = same and before == [*recent] and (age < 0 or age >= 7200)
    assert isinstance(decision, Ready) == expected


def test_wrong_settings_are_named_by_key() -> None:
    with pytest.raises(SettingsError) as refused:
        validated(
            ReadinessSettings,
            {"settle_gap": "0 s", "min_age": "-1 h", "sentinel": "a/b", "other": 1},
            source="readiness",
        )
    keys = {line.split(":")[1].strip() for line in str(refused.value).splitlines()}
    assert keys == {"min_age", "sentinel", "other"}


def test_an_observation_has_the_time_of_its_newest_file() -> None:
    files = Manifest.of([FileEntry("a", 1, 5), FileEntry("b", 2, 9), FileEntry("c", 3, 7)])
    seen = Observation.at(files, now=NIGHT)
    assert (seen.newest, seen.n_files, seen.n_bytes, seen.manifest_id) == (9, 3, 6, files.id)
    assert Observation.at(Manifest(()), now=NIGHT).newest == 0
    assert newest_mtime(Manifest(()), now=NIGHT) is None


@pytest.mark.parametrize(("count", "more"), [(1, None), (2, "1 more"), (3, "2 more")])
def test_the_first_of_what_blocks_is_named_and_the_others_are_counted(count: int, more: str | None) -> None:
    waiting = decide((NOW, manifest()), findings=(Finding("a", "bad", blocks=True),) * count)
    assert isinstance(waiting, Waiting)
    assert waiting.reason.startswith("a: bad")
    assert (more in waiting.reason) if more else ("more" not in waiting.reason)


def test_only_the_gap_is_in_the_way_if_the_files_will_be_old_enough_by_then() -> None:
    settled = decide((NOW, manifest(age=HOUR)))
    assert isinstance(settled, Waiting) and settled.settled_at == NIGHT + HOUR
    younger = decide((NOW, manifest(age=HOUR - dt.timedelta(seconds=1))))
    assert isinstance(younger, Waiting) and younger.settled_at is None


def test_files_from_the_future_have_no_age() -> None:
    listed = manifest(age=-HOUR)
    long_ago = DEFAULTS.model_copy(update={"min_age": 1e12})
    assert decide((HOUR, listed), (NOW, listed), settings=long_ago) == Ready()


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (86400.0, "1 d"),
        (172_800.0, "2 d"),
        (3600.0, "1 h"),
        (5400.0, "90 min"),
        (60.0, "1 min"),
        (90.0, "90 s"),
        (59.0, "59 s"),
    ],
)
def test_a_span_has_the_largest_unit_that_fits(gap: float, words: str) -> None:
    waiting = decide((NOW, manifest()), settings=ReadinessSettings(settle_gap=gap))
    assert isinstance(waiting, Waiting)
    assert f" {words} " in waiting.reason


def test_what_has_changed_is_counted_or_it_was_a_name_or_a_time() -> None:
    counted = decide((HOUR, manifest(9)), (NOW, manifest()))
    assert isinstance(counted, Waiting)
    assert "9 bytes" in counted.reason and "10 bytes" in counted.reason
    renamed = decide((HOUR, manifest(name="b.bin")), (NOW, manifest()))
    assert isinstance(renamed, Waiting)
    assert "bytes" not in renamed.reason


def test_a_recording_that_grows_is_said_to_look_like_this_since_now() -> None:
    waiting = decide((HOUR * 30, manifest()), (NOW, manifest(age=HOUR)))
    assert isinstance(waiting, Waiting)
    assert str(waiting).startswith("it has changed between two observations")
    assert str(waiting).endswith(f"(seen like this since {waiting.since:%Y-%m-%d %H:%M:%S} UTC)")
    assert waiting.since == NIGHT
