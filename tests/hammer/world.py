"""The world of one walk: the rigs, the archive's disk, people's files, and the runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hammer import recordings
from tests.hammer.crash import DiedError
from tests.hammer.night import AuditRun, Night, RepairRun, ReplicateRun
from tests.hammer.recordings import BEGIN, EPHYS, SECOND, Recording, Tree, slots
from tests.hammer.servers import Servers

from session_archive.assess.brought_copy import COPIES
from session_archive.listing.root_listing import FOLDER


class World:
    """What a walk changes, and what it knows.

    foreign : path in the archive -> a file that somebody else put there
    sent    : paths in the archive that the service has written
    covered : those that it wrote, and that are not there any more, since a disk covers them or somebody removed them
    nights  : how many runs there were
    damaged : path in the archive -> what an archived file was before somebody damaged it, and its time
    ever_damaged : paths that ever were
    whole   : the same as `damaged`, of all that ever were
    """

    def __init__(self, servers: Servers, *, mounted: bool, copies: bool) -> None:
        servers.clear(mounted=mounted, copies=copies)
        self.servers, self.service, self.points = servers, servers.service, servers.points
        self.mounted, self.copies = mounted, copies
        self.archive = servers.stack.archive
        self.trees = {"rig": Tree(servers.stack.rig), "far_rig": Tree(servers.stack.far_rig)}
        self.subject = f"H{servers.walks:05}"
        self.slots = slots(self.subject)
        self.foreign: dict[str, bytes] = {}
        self.sent: set[str] = set()
        self.covered: set[str] = set()
        self.nights = 0
        self.damaged: dict[str, tuple[bytes, int]] = {}
        self.ever_damaged: set[str] = set()
        #: A file of somebody else at the scratch place, where audits bring and remove copies.
        self.not_ours = servers.scratch / COPIES / "somebody" / "else.txt"
        self.not_ours.parent.mkdir(parents=True)
        self.not_ours.write_text("of somebody else")
        self.whole: dict[str, tuple[bytes, int]] = {}
        self._ticks = 0
        self._away: dict[Path, Path] = {}
        self._enter_sessions()
        with servers.open_catalog() as catalog:
            for place in servers.stack.settings.locations.values():
                catalog.aside_trials.record(place, works=True)

    def _enter_sessions(self) -> None:
        rows = self.servers.rows
        rows("INSERT INTO lab.subject (subject_id) VALUES (1)")
        rows("INSERT INTO lab.water_restriction VALUES (1, %s)", self.subject)
        for number, date in enumerate(sorted({each.name.session.date for each in self.slots}), 1):
            rows("INSERT INTO experiment.session VALUES (1, %s, %s, '10:00:00')", number, date)

    def tick(self) -> int:
        """A time of its own for each write."""
        self._ticks += 1
        return BEGIN + 60 * self._ticks

    def tree(self, recording: Recording) -> Tree:
        """The rig that has it."""
        return self.trees[recording.rig]

    @contextmanager
    def _may_die(self) -> Iterator[None]:
        """What armed points have not met is disarmed at the end, and the service has come to rest."""
        try:
            yield
        except DiedError:
            pass
        finally:
            self.points.disarm()
        self.service.settle()

    def _run(self, run: Night) -> None:
        with self.servers.as_current(run):
            run.run()
        self.service.settle()

    def _next(self, what: str) -> str:
        """The id of one more run."""
        self.nights += 1
        return f"{what} {self.nights}"

    def night(self, *, gives_up: bool = False, retries: bool = False) -> None:
        """One run, which may die."""
        with self._may_die():
            self._run(Night(self.service, self._next("night"), gives_up=gives_up, retries=retries))

    def second_run(self) -> None:
        """A whole second run, while the first one stands still."""
        self._run(Night(self.service, self._next("night")))

    def replicate(self, *, retries: bool = False) -> None:
        """One run that copies what a location lacks and no rig has, which may die."""
        with self._may_die():
            self.second_replication(retries=retries)

    def second_replication(self, *, retries: bool = False) -> None:
        """A whole such run, while another run stands still."""
        self._run(ReplicateRun(self.service, self._next("replication"), retries=retries))

    def audit(self, *, retries: bool = False) -> None:
        """One audit, which may die."""
        with self._may_die():
            self.second_audit(retries=retries)

    def second_audit(self, *, retries: bool = False) -> None:
        """A whole audit, while another run stands still."""
        run = AuditRun(self.service, self._next("audit"), retries=retries)
        run.params = {"subjects": [self.subject]}
        self._run(run)

    def clear_scratch(self) -> None:
        """A last audit, for which every earlier one is over, removes what those that died have left."""
        file = self.servers.stack.settings_file
        file.write_text(file.read_text().replace("[limits]\n", '[limits]\nrun_deadline = "0.000001 s"\n'))
        self.audit()

    def repair(self, *, retries: bool = False) -> str:
        """One repair of all known damage, which may die; returns its run."""
        run_id = f"repair {self.nights + 1}"
        with self._may_die():
            self.second_repair(retries=retries)
        return run_id

    def second_repair(self, *, retries: bool = False) -> None:
        """A whole repair, while another run stands still."""
        run = RepairRun(self.service, self._next("repair"), retries=retries)
        with self.servers.open_catalog() as catalog:
            names = sorted({each.data_set for each in catalog.damages.every()})
        run.params = {"data_sets": names, "why": "the hammer says yes"}
        self._run(run)

    def damage(self, path: str, *, how: str) -> None:
        """An archived file is 'cut' or 'removed', or a bit of it 'flips': its size and time stay."""
        file = self.archive / path
        self.damaged[path] = (file.read_bytes(), int(file.stat().st_mtime))
        self.whole[path] = self.damaged[path]
        self.ever_damaged.add(path)
        # Files that come later are sent with all others of their data set: it may be written once more.
        self.covered.add(path)
        if how == "cut":
            file.write_bytes(file.read_bytes()[:-1])
        elif how == "flips":
            content, mtime = self.damaged[path]
            file.write_bytes(bytes([content[0] ^ 1]) + content[1:] if content else b"")
            os.utime(file, (mtime, mtime))
        else:
            file.unlink()

    def mend(self) -> None:
        """Every damaged file is put back as it was."""
        for path, (content, mtime) in self.damaged.items():
            file = self.archive / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            os.utime(file, (mtime, mtime))
        self.damaged.clear()

    # --- disks that are not mounted ---

    def mount_points(self) -> list[Path]:
        """Disks that can be missing: the rigs', and those of the archive that runs have seen.

        Nothing shows a run that a disk which it has never seen is the wrong one.
        """
        archive = self.archive
        inner = [archive / EPHYS, *([archive / SECOND] if self.copies else [])]
        seen = [root for root in (*inner, archive) if (root / FOLDER).is_dir()]
        known = [archive] if len(seen) == len(inner) + 1 else []
        return [
            *(tree.root for tree in self.trees.values()),
            *known,
            *(root for root in seen if root in inner),
        ]

    def is_away(self, root: Path) -> bool:
        """Whether the disk with this folder is not mounted now."""
        return any(root == point or point in root.parents for point in self._away)

    def any_away(self) -> bool:
        """Whether some disk is not mounted now."""
        return bool(self._away)

    def unmount(self, point: Path, *, gone: bool) -> None:
        """The disk is not mounted: its mount point is empty, or does not exist either."""
        away = self.servers.stack.directory / f"{point.name}.disk"
        point.rename(away)
        if not gone:
            point.mkdir()
        self._away[point] = away

    def mount_all(self) -> None:
        """Every disk is mounted again; it covers whatever was written into its mount point."""
        for point, away in self._away.items():
            if point.exists():
                covered = [file for file in point.rglob("*") if file.is_file()]
                if self.archive in (point, *point.parents):
                    self.covered |= {file.relative_to(self.archive).as_posix() for file in covered}
                recordings.empty(point)
                point.rmdir()
            away.rename(point)
        self._away.clear()

    def copy(self, path: str) -> Path:
        """Where a file of the archive lies, whether its disk is mounted or not."""
        file = self.archive / path
        for point, away in self._away.items():
            if point in file.parents:
                return away / file.relative_to(point)
        return file

    def in_archive(self) -> dict[str, bytes]:
        """Every file of the archive, while its disks are mounted."""
        files = sorted(file for file in self.archive.rglob("*") if file.is_file())
        return {file.relative_to(self.archive).as_posix(): file.read_bytes() for file in files}
