"""Which data sets a retrieval brings back: what the catalog holds is the manifest."""

from __future__ import annotations

from collections.abc import Iterator

from archive_flow.run import Run
from archive_flow.work import Work
from session_archive.errors import ArchiveError


def held_data_sets(run: Run) -> Iterator[Work]:
    """RETRIEVE: the catalog's own files are the manifest; the destination is a scratch place of the settings."""
    scratch = run.params.get("destination") or next(iter(run.settings.scratch), "")
    if scratch not in run.settings.scratch:
        known = ", ".join(run.settings.scratch) or "none"
        raise ArchiveError(
            f"param destination: {scratch!r} is no scratch place of archive.toml; there is {known}"
        )
    wanted = run.wanted
    if not wanted.subjects and not wanted.dates:
        raise ArchiveError(
            "params subjects, dates: at least one must be given; the whole archive is not retrieved"
        )
    for held in run.catalog.data_sets(subjects=wanted.subjects, dates=wanted.dates, kinds=wanted.kinds):
        manifest = run.catalog.files(held.id)
        if not wanted.dry_run:
            run.catalog.save_manifest(manifest)
        yield Work(
            data_set=str(held.name),
            directory=held.directory,
            origin=(held.locations + held.unverified)[0],
            destination=scratch,
            manifest_id=manifest.id,
            session_id=str(held.id),
            session=str(held.name.session),
            n_files=len(manifest.files),
            n_bytes=manifest.n_bytes,
        )
