"""Which files of a data set to retrieve: by type, by probe, by camera."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from session_archive.errors import ArchiveError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.any_layout import recording_folder
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.file import Within, read_name
from session_archive.naming.recording_kind import Convention
from session_archive.naming.session_name import DataSetName, lines


@dataclass(frozen=True, slots=True)
class FileChoice:
    """A selection of files; nothing given means all of them.

    A file is selected if its type is among those given, and if its probe or its camera is: probe 0 and the side camera
    together select the files of both. A file of no probe, such as the NI channels, is not selected by probes.

    file_types : names of the conventions
    probes     : index, as in 'imec0'; 3A's 'imec' without a number is 0
    cameras    : positions, such as 'side'; or the rig's own word for one, such as 'side_face'
    """

    file_types: frozenset[str] = frozenset()
    probes: frozenset[int] = frozenset()
    cameras: frozenset[str] = frozenset()

    @classmethod
    def from_params(cls, params: Mapping[str, Any], *, conventions: Conventions) -> FileChoice:
        """Read a run's params. Raises ArchiveError, naming the first type or camera that does not exist."""
        known = [each.name for each in conventions.file_types]
        types: set[str] = set()
        for pattern in params.get("file_types") or ():
            if not (matches := fnmatch.filter(known, pattern)):
                raise ArchiveError(
                    f"param file_types: no file type matches {pattern!r}; there are {', '.join(sorted(known))}"
                )
            types.update(matches)
        cameras = [str(word).lower() for word in params.get("cameras") or ()]
        positions = {*conventions.cameras.values(), *conventions.cameras}
        for word in cameras:
            if word not in positions:
                raise ArchiveError(
                    f"param cameras: no camera is called {word!r}; there are {', '.join(sorted(positions))}"
                )
        probes = frozenset(int(probe) for probe in params.get("probes") or ())
        return cls(frozenset(types), probes, frozenset(cameras))

    def __bool__(self) -> bool:
        """True if anything is selected, so that only a part of a data set may be retrieved."""
        return bool(self.file_types or self.probes or self.cameras)

    @property
    def words(self) -> str:
        """The selection as one text, to show; '' for all files."""
        chosen = {
            "file types": sorted(self.file_types),
            "probes": [str(probe) for probe in sorted(self.probes)],
            "cameras": sorted(self.cameras),
        }
        parts = [f"{what} {', '.join(values)}" for what, values in chosen.items() if values]
        return f"only {'; '.join(parts)}" if parts else ""

    def of(
        self, manifest: Manifest, *, data_set: DataSetName, directory: str, conventions: Conventions
    ) -> Manifest:
        """The selected files of a data set; none if it has none of these.

        directory : of the data set; one line for each if there are several
        """
        files = [file for file in manifest.files if not self.file_types or file.file_type in self.file_types]
        if self.probes or self.cameras:
            streams = _Streams(conventions.kind(data_set.data_set_type), lines(directory), conventions)
            files = [file for file in files if self._has(*streams.of(file.path), conventions=conventions)]
        return Manifest.of(files)

    def _has(self, probe: int | None, camera: str, *, conventions: Conventions) -> bool:
        if probe in self.probes:
            return True
        word = camera.lower()
        return bool(word) and bool({word, conventions.cameras.get(word)} & self.cameras)


class _Streams:
    """Which probe or camera each file belongs to, by its name and the folders above it."""

    def __init__(self, kind: Convention, tops: Collection[str], conventions: Conventions) -> None:
        self._kind, self._conventions = kind, conventions
        self._only_probe = [replace(form, form=form.form.replace("{probe}", "")) for form in kind.probes]
        self._within = {top: Within.top(kind, recording_folder(top, kind.name, conventions)) for top in tops}

    def of(self, path: str) -> tuple[int | None, str]:
        """Probe and camera; None and '' if the file belongs to none."""
        within = self._read(path)
        return within.probe, within.camera

    def _read(self, path: str) -> Within:
        if path in self._within:
            return self._within[path]
        folder, slash, name = path.rpartition("/")
        if not slash:
            return Within(self._kind)
        above = self._read(folder)
        within = above.below(read_name(name, above, self._conventions))
        if within.probe is None and self._has_only_probe(name, above):
            within = Within(within.kind, within.folder, 0, within.camera)
        return within

    def _has_only_probe(self, name: str, within: Within) -> bool:
        """True for the name of a probe without a number: 3A has one probe."""
        folder = within.folder
        return folder is not None and any(form.read(name, folder.session) for form in self._only_probe)
