"""Which copied sidecar manifests count as being in the archive, and what is wrong with the others. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from session_archive.fixity.manifest import FileEntry


def sidecars_seen(
    expected: Mapping[str, FileEntry], present: Mapping[str, FileEntry], *, arrived: Collection[str]
) -> set[str]:
    """The paths whose file is there: of the right size, and with its time or copied by the transfer of this run.

    expected : path -> the file as it was staged
    present  : path -> the file that the archive lists
    arrived  : paths that Globus reports as copied
    """
    return {
        path
        for path, file in expected.items()
        if (existing := present.get(path))
        and existing.size == file.size
        and (existing.mtime == file.mtime or path in arrived)
    }


def sidecar_problems(
    expected: Mapping[str, FileEntry], present: Mapping[str, FileEntry], *, arrived: Collection[str]
) -> list[str]:
    """A line for each sidecar whose name another file has, and for each that is missing after its transfer."""
    seen = sidecars_seen(expected, present, arrived=arrived)
    return [
        f"{path}: another file has this name: {present[path].size} bytes, {file.size} expected; left as it is"
        if path in present
        else f"{path}: is missing, though its transfer succeeded"
        for path, file in expected.items()
        if path not in seen and (path in present or path in arrived)
    ]
