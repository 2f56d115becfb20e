"""What happens around the runs: rigs, people, disks and the service do this in any order."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.hammer import recordings
from tests.hammer.choices import (
    CHANGES,
    FILE_FAULTS,
    FOREIGN,
    PICKS,
    REQUEST_FAULTS,
    SLOTS,
    TASK_CHANGES,
)
from tests.hammer.oracle import Oracle
from tests.hammer.recordings import Recording
from tests.hammer.servers import Servers
from tests.hammer.world import World

from session_archive.assess.brought_copy import COPIES

#: The time of a file of somebody else: before any recording.
BEFORE = 1_500_000_000


class Surroundings(RuleBasedStateMachine):
    """A walk without runs; `servers` is set by the test."""

    servers: Servers
    #: Walks that were begun; Hypothesis begins with the simplest one, whatever the seed, which is not wanted.
    begun = 0

    @initialize(mounted=st.booleans(), copies=st.booleans(), recorded=st.sets(SLOTS, min_size=1))
    def begin(self, mounted: bool, copies: bool, recorded: set[int]) -> None:
        kind = type(self)
        kind.begun += 1
        if kind.begun == 1:
            reject()
        self.world = World(self.servers, mounted=mounted, copies=copies)
        self.oracle = Oracle(self.world)
        for slot in sorted(recorded):
            self.record(slot)

    # --- rigs ---

    @rule(slot=SLOTS)
    def record(self, slot: int) -> None:
        recording = self.world.slots[slot]
        if not recording.folder and not self._away(recording):
            recordings.record(recording, self.world.tree(recording), mtime=self.world.tick())

    @rule(slot=SLOTS)
    def add_probe(self, slot: int) -> None:
        recording = self.world.slots[slot]
        if recording.is_ephys and self._changeable(recording) and recording.probes < 3:
            recordings.add_probe(recording, self.world.tree(recording), mtime=self.world.tick())

    @rule(slot=SLOTS, pick=PICKS, how=CHANGES)
    def change(self, slot: int, pick: int, how: str) -> None:
        self._change(slot, pick, how)

    def _change(self, slot: int, pick: int, how: str) -> None:
        recording, world = self.world.slots[slot], self.world
        tree = world.tree(recording)
        if not self._changeable(recording) or not recording.paths(tree):
            return
        paths = recording.paths(tree)
        path = paths[pick % len(paths)]
        if self._sent(recording):
            recording.disputed.add("changed after it was sent")
        old = tree.files[path]
        if how == "taken again":
            recordings.take_again(path, tree, mtime=world.tick())
            if path.endswith(".meta"):
                recording.disputed.add("its .meta is noise")
        elif how == "grows":
            tree.write(path, old.content + b"more", mtime=world.tick())
            recording.disputed.add("grown beyond its .meta")
        elif how == "rots":
            content = bytes([old.content[0] ^ 1]) + old.content[1:]
            tree.write(path, content, mtime=old.mtime)
            recording.disputed.add("rotten")
        else:
            tree.remove(path)
            recording.disputed.add("incomplete")

    @rule(slot=SLOTS, to=st.sampled_from(["back", "another name", "another day"]))
    def rename(self, slot: int, to: str) -> None:
        recording = self.world.slots[slot]
        if not self._changeable(recording):
            return
        parent = recording.directory.rpartition("/" if recording.is_ephys else "/video")[0]
        new = {
            "back": recording.directory,
            "another name": f"{parent}/second look" if recording.is_ephys else f"{parent} second look/video",
            "another day": self.world.slots[1].directory if slot == 0 else "",
        }[to]
        tree = self.world.tree(recording)
        if not new or new == recording.folder or (tree.root / new).exists():
            return
        (tree.root / new).parent.mkdir(parents=True, exist_ok=True)
        tree.rename(recording.folder, new)
        recording.folder = new
        if to == "another day":
            for each in self.world.slots[:2]:
                each.disputed.add("two folders have the name of one day")
        elif to == "another name":
            recording.disputed.add("renamed")
        else:
            recording.disputed.discard("renamed")

    # --- other people in the archive ---

    @rule(slot=SLOTS, pick=PICKS, how=FOREIGN)
    def plant(self, slot: int, pick: int, how: str) -> None:
        self._plant(slot, pick, how)

    def _plant(self, slot: int, pick: int, how: str) -> None:
        world, recording = self.world, self.world.slots[slot]
        tree = world.tree(recording)
        if not recording.folder or world.any_away() or not recording.paths(tree):
            return
        paths = recording.paths(tree)
        path = paths[pick % len(paths)]
        destination, ours = recording.destination(path), tree.files[path]
        file = world.archive / destination
        # What is on its way will be written, whatever comes into the way.
        if (
            file.exists()
            or destination in world.damaged
            or f"/{destination}" in world.service.live_destinations()
        ):
            return
        if how == "same size and time" and destination in world.sent:
            return
        content, mtime = {
            "other size": (ours.content + b"of somebody else", BEFORE),
            "other time": (bytes(reversed(ours.content)), BEFORE),
            "same size and time": (bytes(reversed(ours.content)), ours.mtime),
            "same content": (ours.content, BEFORE),
            "half": (ours.content[: len(ours.content) // 2], BEFORE),
        }[how]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (mtime, mtime))
        world.foreign[destination] = content

    @precondition(lambda self: self.world.foreign)
    @rule(pick=PICKS)
    def unplant(self, pick: int) -> None:
        world = self.world
        if world.foreign and not world.any_away():
            path = sorted(world.foreign)[pick % len(world.foreign)]
            if path not in self.oracle.archived_paths():
                (world.archive / path).unlink()
                del world.foreign[path]

    @precondition(lambda self: not self.world.any_away())
    @rule(pick=PICKS, how=st.sampled_from(["cut", "removed", "flips"]))
    def damage(self, pick: int, how: str) -> None:
        world = self.world
        archived = sorted(self.oracle.archived_paths() - world.foreign.keys() - world.damaged.keys())
        existing = [path for path in archived if (world.archive / path).is_file()]
        if existing:
            path = existing[pick % len(existing)]
            world.damage(path, how=how)
            for recording in world.slots:
                if path in {recording.destination(each) for each in recording.paths(world.tree(recording))}:
                    recording.disputed.add("damaged in the archive")

    @precondition(lambda self: self.world.damaged and not self.world.any_away())
    @rule()
    def mend(self) -> None:
        self.world.mend()

    # --- disks ---

    @precondition(lambda self: not self.world.any_away())
    @rule(pick=PICKS, gone=st.booleans())
    def unmount(self, pick: int, gone: bool) -> None:
        points = self.world.mount_points()
        self.world.unmount(points[pick % len(points)], gone=gone)

    @precondition(lambda self: self.world.any_away())
    @rule()
    def mount(self) -> None:
        self.world.mount_all()

    # --- the service ---

    @rule(fault=REQUEST_FAULTS, lasting=st.booleans())
    def request_fault(self, fault: dict[str, Any], lasting: bool) -> None:
        self.world.service.globus.fault(**fault, times=0 if lasting else 1)

    @rule(slot=SLOTS, pick=PICKS, do=FILE_FAULTS, lasting=st.booleans())
    def file_fault(self, slot: int, pick: int, do: str, lasting: bool) -> None:
        recording = self.world.slots[slot]
        paths = recording.paths(self.world.tree(recording))
        if not paths:
            return
        path = paths[pick % len(paths)]
        if do == "corrupt" and recording.has_checksum(path):
            for each in self.world.slots:
                each.disputed.add("a checksum does not match, which only a person can judge")
        if do == "left_out" and recording.rig == "far_rig":
            recording.disputed.add("Globus names no checksum, and no worker can read the rig")
        self.world.service.globus.fault(
            file=f"/{recording.destination(path)}", do=do, times=0 if lasting else 1
        )

    @rule(do=FILE_FAULTS, lasting=st.booleans())
    def fault_at_scratch(self, do: str, lasting: bool) -> None:
        """Of what an audit brings there."""
        self.world.service.globus.fault(file=f"/retrieved/{COPIES}/*", do=do, times=0 if lasting else 1)

    @rule()
    def no_more_faults(self) -> None:
        self.world.service.globus.clear_faults()
        self.world.service.settle()

    @precondition(lambda self: self.world.service.unfinished())
    @rule(pick=PICKS, do=TASK_CHANGES)
    def change_task(self, pick: int, do: str) -> None:
        tasks = self.world.service.unfinished()
        if tasks:
            self.world.service.globus.change_task(tasks[pick % len(tasks)]["task_id"], do)
            self.world.service.settle()

    # --- what may be changed ---

    def _away(self, recording: Recording) -> bool:
        return self.world.is_away(self.world.tree(recording).root)

    def _changeable(self, recording: Recording) -> bool:
        return bool(recording.folder) and not self._away(recording)

    def _sent(self, recording: Recording) -> bool:
        places = {recording.destination(path) for path in recording.paths(self.world.tree(recording))}
        live = {path.lstrip("/") for path in self.world.service.live_destinations()}
        return bool(places & (self.world.sent | live))

    def _take_away(self, pick: int) -> None:
        unverified = sorted(self.world.sent - self.oracle.archived_paths() - self.world.foreign.keys())
        existing = [path for path in unverified if self.world.copy(path).is_file()]
        if existing:
            path = existing[pick % len(existing)]
            self.world.copy(path).unlink()
            # It may be written once more.
            self.world.covered.add(path)
