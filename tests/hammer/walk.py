"""The walk: runs that may die in the middle, or meet another one there, and the comparison at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from tests.hammer.choices import (
    CHANGES,
    FOREIGN,
    PICKS,
    POINTS,
    SLOTS,
)
from tests.hammer.crash import DiedError
from tests.hammer.surroundings import Surroundings

#: Runs without any fault, after which nothing may change any more.
CONVERGES_WITHIN = 6


class Hammer(Surroundings):
    """One walk."""

    # --- runs ---

    @rule(gives_up=st.booleans())
    def night(self, gives_up: bool) -> None:
        self.world.night(gives_up=gives_up)
        self.oracle.check()

    @rule(after=POINTS, retried=st.booleans())
    def dying_night(self, after: int, retried: bool) -> None:
        """A task dies, and is tried again, or the whole run has died with it."""

        self.world.points.arm(_dies("it"), after=after, inside=True)
        self.world.night(retries=retried)
        self.oracle.check()

    @rule(after=POINTS)
    def doubled_night(self, after: int) -> None:
        """A second run begins and ends while the first one stands still."""
        self._night_with(after, self.world.second_run)

    @rule(after=POINTS, slot=SLOTS, pick=PICKS, how=CHANGES)
    def night_with_a_change(self, after: int, slot: int, pick: int, how: str) -> None:
        """The rig does not wait for the run."""
        self._night_with(after, lambda: self._change(slot, pick, how))

    @rule(
        after=st.integers(1, 4),
        pick=PICKS,
        what=st.sampled_from(["a file is gone", "empty mount point", "no mount point"]),
    )
    def night_with_an_archive_in_trouble(self, after: int, pick: int, what: str) -> None:
        """Somebody removes a file that nobody has verified yet; or the disk goes while files are on their way.

        It comes when a run asks for a transfer: files have arrived, and are not verified.
        """

        def act() -> None:
            if what == "a file is gone":
                self._take_away(pick)
            elif disks := [] if self.world.any_away() else self.world.mount_points()[2:]:
                self.world.unmount(disks[pick % len(disks)], gone=what == "no mount point")

        self._night_with(after, act, name="before the call to look at transfer task")

    @precondition(lambda self: self.world.copies)
    @rule(after=st.integers(0, 40), retried=st.booleans())
    def replicate(self, after: int, retried: bool) -> None:
        """Copies from one location to another, which may die at a point."""

        if after:
            self.world.points.arm(_dies("the replication"), after=after, inside=True)
        self.world.replicate(retries=retried)
        self.oracle.check()

    @precondition(lambda self: self.world.copies)
    @rule(after=POINTS)
    def night_with_a_replication(self, after: int) -> None:
        """Copies are made between two locations while a night stands still."""
        self._night_with(after, self.world.second_replication)

    @rule(after=st.integers(0, 12), retried=st.booleans())
    def audit(self, after: int, retried: bool) -> None:
        """A look at all that is archived, which may die at a point."""

        if after:
            self.world.points.arm(_dies("the audit"), after=after, inside=True)
        self.world.audit(retries=retried)
        self.oracle.check()
        self.oracle.check_audit()

    @rule(after=POINTS)
    def night_with_an_audit(self, after: int) -> None:
        """An audit begins and ends while a night stands still."""
        self._night_with(after, self.world.second_audit)
        self.oracle.check_audit()

    @rule(after=st.integers(1, 12))
    def doubled_audit(self, after: int) -> None:
        """A second audit begins and ends while the first one stands still."""
        self.world.points.arm(lambda _: self.world.second_audit(), after=after)
        self.world.audit()
        self.oracle.check_audit()

    @precondition(lambda self: self.world.damaged)
    @rule(
        look=st.sampled_from([True, True, False]),
        after=st.one_of(st.integers(0, 12), st.integers(0, 60)),
        retried=st.booleans(),
    )
    def repair(self, look: bool, after: int, retried: bool) -> None:
        """A person says yes to the repair of what audits have found, which may die at a point."""

        if look:
            self.world.audit()
        if after:
            self.world.points.arm(_dies("the repair"), after=after, inside=True)
        run_id = self.world.repair(retries=retried)
        self.oracle.check_repair(run_id)
        self.oracle.check()

    @precondition(lambda self: self.world.damaged)
    @rule(after=st.integers(1, 40), who=st.sampled_from(["a repair", "an audit", "a night", "a person"]))
    def doubled_repair(self, after: int, who: str) -> None:
        """Another run begins and ends, or somebody puts the files back, while a repair stands still."""
        other = {
            "a repair": self.world.second_repair,
            "an audit": self.world.second_audit,
            "a night": self.world.second_run,
            "a person": self.world.mend,
        }[who]

        def meanwhile(point: str) -> None:
            note(f"meanwhile, {point}, {who}")
            self.world.service.settle()
            self.oracle.read_journal()
            other()

        self.world.audit()
        self.world.points.arm(meanwhile, after=after)
        run_id = self.world.repair()
        self.oracle.check_repair(run_id)
        self.oracle.check()

    @rule(after=POINTS)
    def night_with_a_repair(self, after: int) -> None:
        """A repair begins and ends while a night stands still."""
        self._night_with(after, self.world.second_repair)
        self.oracle.check_audit()

    def _night_with(self, after: int, act: Callable[[], None], *, name: str = "") -> None:
        def meanwhile(point: str) -> None:
            note(f"meanwhile, {point}")
            # What the service has begun is over before: threads of its own would make each walk another one.
            self.world.service.settle()
            self.oracle.read_journal()
            act()

        self.world.points.arm(meanwhile, after=after, name=name)
        self.world.night()
        self.oracle.check()

    @precondition(lambda self: self.world.mounted)
    @rule(slot=SLOTS, pick=PICKS, how=FOREIGN)
    def late_foreign_file(self, slot: int, pick: int, how: str) -> None:
        """It comes after the destination was listed, where this worker can look again."""
        late = "before the call to fetch a submission id"
        self.world.points.arm(lambda _: self._plant(slot, pick, how), name=late)
        self.world.night()
        self.oracle.check()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        world.mount_all()
        if sys.exc_info()[0] is not None:
            return
        try:
            world.service.free()
            world.service.settle()
            self.world.audit()
            self.world.mend()
            self.world.audit()
            self.oracle.check_audit()
            self._until_nothing_changes()
            self._dispute_foreign()
            self.oracle.check_end()
            self.world.clear_scratch()
            self.oracle.check_scratch()
        finally:
            world.mount_all()

    def _until_nothing_changes(self) -> None:
        before = self.oracle.snapshot()
        for _ in range(CONVERGES_WITHIN):
            self.world.night(gives_up=True)
            if self.world.copies:
                self.world.replicate()
            self.oracle.check()
            now = self.oracle.snapshot()
            if now == before:
                return
            before = now
        raise AssertionError(f"I5: still changing after {CONVERGES_WITHIN} runs without a fault: {before[0]}")

    def _dispute_foreign(self) -> None:
        for recording in self.world.slots:
            paths = recording.paths(self.world.tree(recording))
            if any(recording.destination(path) in self.world.foreign for path in paths):
                recording.disputed.add("a file of somebody else is in its place")


def _dies(who: str) -> Callable[[str], None]:
    """What happens at an armed point: the run ends there."""

    def die(point: str) -> None:
        note(f"{who} dies {point}")
        raise DiedError(point)

    return die
