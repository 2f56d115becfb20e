"""Compares source, archive, catalog and journal by content: what must hold after every step, and at the end."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.hammer.recordings import FIRST, Recording, in_archive
from tests.hammer.world import World

from session_archive.assess.brought_copy import COPIES
from session_archive.assess.repair import DAMAGED
from session_archive.catalog.open import Catalog
from session_archive.fixity.manifest import FileEntry
from session_archive.states.state import State, StateRow


class Oracle:
    """Knows what the service has written so far.

    written : path in the archive -> digest and task of the last time that the service wrote it
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.places = [*FIRST.values(), *(["second"] if world.copies else [])]
        self.written: dict[str, tuple[str, str]] = {}

    def check(self) -> None:
        """Raise AssertionError where something is lost, overwritten, written twice, or archived in name only."""
        self._sources_untouched()
        self.read_journal()
        self._foreign_files_kept()
        assert self.world.not_ours.read_text() == "of somebody else", (
            "I1: an audit touched what is not its own"
        )
        with self.world.servers.open_catalog() as catalog:
            for place in self.places:
                for data_set_id, replica in catalog.replicas.at(place).items():
                    if replica.verified:
                        self._replica(catalog, place, data_set_id)

    def check_audit(self) -> None:
        """Raise AssertionError where an audit says that a file is damaged which nobody has damaged."""
        with self.world.servers.open_catalog() as catalog:
            for copy in catalog.damages.every():
                for damage in copy.damages:
                    path = in_archive(copy.place, damage.path)
                    assert path in self.world.ever_damaged, f"I3: {path} is called damaged: {damage.detail}"

    def check_scratch(self) -> None:
        """Raise AssertionError where a copy that an audit brought is still there."""
        left = [file for file in self.world.servers.scratch.rglob("*") if not file.is_dir()]
        assert left == [self.world.not_ours], f"audits have left {left}"

    def check_repair(self, run_id: str) -> None:
        """Raise AssertionError where a repair ended damage that is there, or set aside a file that is whole."""
        with self.world.servers.open_catalog() as catalog:
            t = catalog.tables
            compared = (t.Verification & {"route": "repair", "run_id": run_id}).to_dicts()
            ended = t.Damage.proj("place", "file_path") * t.Damage.Ended
            rows = [
                row
                for each in compared
                for row in (ended & {"verification_id": each["verification_id"]}).to_dicts()
            ]
            asides = (t.Repair * t.Repair.SetAside & {"run_id": run_id}).to_dicts()
        for row in rows:
            path = in_archive(row["place"], row["file_path"])
            before = self.world.damaged.pop(path, None)
            if before is not None:
                assert self.world.copy(path).read_bytes() == before[0], f"I3: {path} is called repaired"
        for row in asides:
            aside = self.world.copy(in_archive(row["place"], row["aside_path"]))
            if aside.exists():
                path = in_archive(row["place"], row["file_path"])
                whole = self.world.whole.get(path)
                assert whole is None or aside.read_bytes() != whole[0], (
                    f"I1: {path} was whole, and was set aside"
                )

    def _sources_untouched(self) -> None:
        for name, tree in self.world.trees.items():
            if not self.world.is_away(tree.root):
                wrong = tree.differences()
                assert not wrong, f"I1: the source {name} was changed by us: {wrong}"

    def read_journal(self) -> None:
        """What the service has written since the last look."""
        collections = self.world.service.globus.collections
        names = {uuid: name for name, uuid in collections.items()}
        for effect in self.world.service.effects():
            if effect["effect"] == "accepted":
                continue
            place, path = names[effect["collection"]], effect["path"].lstrip("/")
            aside = effect["effect"] == "renamed" and f"{DAMAGED}/" in path
            assert aside or effect["effect"] in ("written", "mkdir"), (
                f"I1: the service has {effect['effect']} {place}:{path}"
            )
            if place == "scratch":
                assert f"retrieved/{COPIES}".startswith(path) or path.startswith(f"retrieved/{COPIES}/"), (
                    f"I1: an audit wrote into scratch: {path}"
                )
                continue
            assert place == "archive", f"I1: the service wrote into {place}: {path}"
            if effect["effect"] == "written":
                self._written(path, effect)

    def _written(self, path: str, effect: dict[str, Any]) -> None:
        assert path not in self.world.foreign, f"I1: {path} is somebody else's, and was overwritten"
        digest, task = effect.get("checksum", ""), effect["task_id"]
        before = self.written.get(path)
        twice = before is not None and before[0] == digest
        # Where the disk was not mounted, what was written there before is gone.
        assert not twice or path in self.world.covered, (
            f"I2: {path} was written twice, by tasks {before} and {task}"
        )
        self.written[path] = (digest, task)
        self.world.sent.add(path)

    def _foreign_files_kept(self) -> None:
        for path, content in self.world.foreign.items():
            file = self.world.copy(path)
            assert file.is_file() and file.read_bytes() == content, (
                f"I1: {path} of somebody else was overwritten"
            )

    def _replica(self, catalog: Catalog, place: str, data_set_id: Any) -> None:
        world = self.world
        for file in catalog.replicas.files_at(data_set_id, place).files:
            if in_archive(place, file.path) in world.damaged:
                continue
            copy = world.copy(in_archive(place, file.path))
            assert copy.is_file(), f"I3: archived, but {copy} does not exist"
            content = copy.read_bytes()
            assert len(content) == file.size, (
                f"I3: archived with {file.size} bytes, but {copy} has {len(content)}"
            )
            known = [
                version.content
                for tree in world.trees.values()
                for version in tree.history.get(file.path, [])
                if (len(version.content), version.mtime) == (file.size, file.mtime)
            ]
            assert content in known, f"I3: archived, but {copy} is not what the rig recorded"
            self._digest(file, content)

    def _digest(self, file: FileEntry, content: bytes) -> None:
        if file.checksum:
            digest = hashlib.new(file.checksum_algorithm, content, usedforsecurity=False).hexdigest()
            assert digest == file.checksum.lower(), (
                f"I3: the catalog's digest of {file.path} is not that of its bytes"
            )

    def archived_paths(self) -> set[str]:
        """Paths in the archive that the catalog calls verified."""
        found: set[str] = set()
        with self.world.servers.open_catalog() as catalog:
            for place in self.places:
                for data_set_id, replica in catalog.replicas.at(place).items():
                    if replica.verified:
                        files = catalog.replicas.files_at(data_set_id, place).files
                        found |= {in_archive(place, file.path) for file in files}
        return found

    # --- the end of a walk ---

    def snapshot(self) -> tuple[Any, ...]:
        """Everything that a run could change and that people see."""
        return self.states(), self.world.in_archive()

    def states(self) -> dict[str, tuple[str, str]]:
        """Session and kind -> state and reason."""
        with self.world.servers.open_catalog() as catalog:
            rows = [row for kind in FIRST for row in catalog.states.newest_rows(data_set_type=kind)]
        return {
            f"{row.session} {row.data_set_type} {row.target}": (str(row.state), row.reason) for row in rows
        }

    def check_end(self) -> None:
        """Everything healthy and undisputed is archived, and everything else has a state with a reason."""
        self.check()
        with self.world.servers.open_catalog() as catalog:
            rows = {
                (row.data_set_type, row.session): row
                for kind in FIRST
                for row in catalog.states.newest_rows(data_set_type=kind)
                if row.state is not State.GONE
            }
        for recording in self.world.slots:
            row = rows.get(
                (
                    recording.name.data_set_type,
                    f"{recording.name.session.subject} {recording.name.session.date} 10:00",
                )
            )
            assert row is not None, f"I5: {recording.name} has no state"
            assert row.state is State.ARCHIVED or row.reason, (
                f"I4: {recording.name} is {row.state} without a reason"
            )
            if recording.folder and not recording.disputed:
                self._archived(recording, row)

    def _archived(self, recording: Recording, row: StateRow) -> None:
        assert row.state is State.ARCHIVED, f"I5: {recording.name} is {row.state}: {row.reason}"
        tree, archive = self.world.tree(recording), self.world.in_archive()
        for path in recording.paths(tree):
            copies = [recording.destination(path)]
            if recording.is_ephys and self.world.copies:
                copies.append(in_archive("second", path))
            for copy in copies:
                assert archive.get(copy) == tree.files[path].content, f"I5: {copy} is not archived"
