"""Settings that are valid one by one, but contradict each other or this machine. Pure, except for local paths."""

from __future__ import annotations

from collections.abc import Iterator

from session_archive.doctor.check import Check, Checks
from session_archive.settings.load import Settings

_MAKE = Checks("settings")


def settings_checks(settings: Settings) -> Iterator[Check]:
    """A warning for each conflict; one line if there is none."""
    found = [*_of_limits(settings), *_of_sources(settings)]
    yield from found
    if not found:
        yield _MAKE.ok(str(settings.path), f"{len(settings.data_sets)} types, {len(settings.places)} places")


def _of_limits(settings: Settings) -> Iterator[Check]:
    limits, readiness = settings.limits, settings.readiness
    for shorter, longer, why in (
        (
            ("limits.run_deadline", limits.run_deadline),
            ("limits.transfer_deadline", limits.transfer_deadline),
            "Globus would give up transfers while the run still waits for them, and a long one would never end",
        ),
        (
            ("limits.poll_interval", limits.poll_interval),
            ("limits.run_deadline", limits.run_deadline),
            "a run would end before its first poll of a transfer",
        ),
        (
            ("limits.fault_patience", limits.fault_patience),
            ("limits.transfer_deadline", limits.transfer_deadline),
            "a missing file would delay its transfer until the deadline",
        ),
        (
            ("readiness.settle_gap", readiness.settle_gap),
            ("limits.run_deadline", limits.run_deadline),
            "no recording would be sent in the night in which it is first seen",
        ),
    ):
        if shorter[1] >= longer[1]:
            yield _MAKE.warning(
                shorter[0],
                f"{shorter[1]:g} s, and {longer[0]} is {longer[1]:g} s: {why}",
                f"make {shorter[0]} shorter than {longer[0]}",
            )


def _of_sources(settings: Settings) -> Iterator[Check]:
    if not settings.sources:
        yield _MAKE.warning("sources", "there is none, so upload_sessions has nothing to list", "add a rig")
    for source in settings.sources.values():
        if source.pure_local_path is not None and source.local_path is None:
            yield _MAKE.warning(
                f"sources.{source.name}",
                f"local_path {source.pure_local_path} cannot be read on this machine: it is listed through Globus, "
                "and what needs a file's content is not checked",
                "mount it on every worker, or take local_path out",
            )
    covered = {
        name for source in settings.sources.values() for name in source.data_sets or settings.data_sets
    }
    for name in settings.data_sets:
        if settings.sources and name not in covered:
            yield _MAKE.warning(f"data_sets.{name}", "no source has it", "name it in a source's data_sets")
    if settings.fixity.source_sha256 and not any(each.local_path for each in settings.sources.values()):
        yield _MAKE.warning(
            "fixity.source_sha256",
            "no source can be read on this machine, so nothing is read before it is sent",
            "set local_path of a source",
        )
    if settings.staging and settings.staging.local_path is None:
        yield _MAKE.warning(
            "staging",
            f"local_path {settings.staging.pure_local_path} cannot be read on this machine",
            "every worker needs it, and the collection of [staging] must serve it",
        )
