"""What a night spends on looking at rigs: 2,000 data sets of 10 files, and one data set of 200,000 files.

Run: .venv/bin/python benchmarks/looking_at_rigs.py [data sets] [files of the large one]
Each row is in CPU seconds over those of `find -printf` on the same tree, measured in turn in one run, and the best of
some rounds counts: a busy machine slows both, and never only one in all rounds. Looking is all that select does about
data sets without the database: it finds the folders, matches them with the lab's sessions, lists each, and judges the
listing. What new data sets cost beyond that (texts beside recordings, rules of what belongs together) has a row of its
own, and so have the imports, which a whole command pays once.
"""

from __future__ import annotations

import datetime as dt
import resource
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from goals import Result, report

ROUNDS, FILES_IN_A_FOLDER, SUBJECTS = 5, 100, 20
MANY_AT_MOST, LARGE_AT_MOST = 6.0, 2.5
KIND, DAY = "raw-ephys", dt.date(2021, 1, 1)
META = (
    "fileSHA1=0\nfileSizeBytes=770\nimSampRate=30000\nnSavedChans=385\nsnsApLfSy=384,0,1\ntypeImEnabled=2\n"
    "typeThis=imec\n"
)


def main() -> None:
    """Measure all, and fail when a goal is missed."""
    given = [int(each) for each in sys.argv[1:3]]
    n_sets, n_files = [*given, *(2_000, 200_000)[len(given) :]]
    before = _cpu(resource.RUSAGE_SELF)
    import session_archive.assess.neighbours
    import session_archive.recording.readiness  # noqa: F401

    imports = _cpu(resource.RUSAGE_SELF) - before
    report([*many(n_sets), large(n_files), Result("imports of what looks at rigs", imports, "CPU s")])


def many(n: int) -> Iterator[Result]:
    """Looking at `n` data sets of 10 files; and what they cost beyond that when they are new."""
    from session_archive.assess.names import look_alike
    from session_archive.assess.neighbours import Neighbourhood
    from session_archive.assess.unclaimed import split_strays
    from session_archive.fixity.storable import require_storable
    from session_archive.listing import (
        Listing,
        find_folders,
        list_files,
        local_directory_reader,
        local_file_reader,
    )
    from session_archive.naming.conventions import load_conventions
    from session_archive.naming.session_name import DataSetName
    from session_archive.recording.completeness import read_texts
    from session_archive.recording.readiness import all_findings
    from session_archive.recording.sessions import Claim, SourceFolder, match
    from session_archive.recording.verdict import judge_listing
    from session_archive.settings.tables import ReadinessSettings
    from session_archive.states.state import LabSession

    conventions, settings, now = load_conventions(), ReadinessSettings(), dt.datetime.now(dt.UTC)
    kind = conventions.kind(KIND)
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        root = Path(home)
        days = [DAY + dt.timedelta(days=number) for number in range(-(-n // SUBJECTS))]
        named = [(f"SC{number:03}", day) for day in days for number in range(SUBJECTS)][:n]
        for subject, day in named:
            _write_run(root, subject, day)
        sessions = [LabSession(uuid.uuid4(), {}, *each, dt.time(10)) for each in named]
        read, read_file = local_directory_reader(root), local_file_reader(root)

        def directory(claim: Claim) -> str:
            return conventions.directory(DataSetName(KIND, claim.expected))

        def look() -> Iterator[Listing]:
            found = find_folders(read, conventions=conventions, kinds={KIND}, look_inside=True)
            folders = [SourceFolder("rig", folder) for folder in found.folders]
            matching = match(sessions, folders)
            split_strays(matching, folders, (), whole=True)
            around = Neighbourhood(matching, (), (), decisions={}, conventions=conventions)
            for claim in matching.claims:
                assert claim.found, claim
                assert around.explain(claim, expected=directory, started={}) is claim
                listing = list_files(read, claim.found.folder.directory, conventions=conventions, kind=KIND)
                assert judge_listing(listing, max_files=100_000) is None
                require_storable(
                    claim.found.folder.data_set, claim.found.folder.directory, listing.manifest.files
                )
                assert not look_alike(listing.manifest)
                assert len(listing.manifest.files) == 10
                assert listing.manifest.id
                yield listing

        def judge() -> None:
            for listing in listings:
                texts = read_texts(read_file, listing.manifest.files, kind)
                found = all_findings("", listing.manifest, texts, kind=kind, settings=settings, now=now)
                assert not any(each.blocks for each in found), found
                listing.manifest.pack()

        def look_at_all() -> None:
            # As select does, which keeps no listing.
            assert sum(1 for _ in look()) == n

        what = f"looking at {n} data sets of 10 files"
        yield _compared(what, home, look_at_all, MANY_AT_MOST)
        listings = list(look())
        yield _compared(f"{what}, beyond that if they are new: texts and rules", home, judge, None)


def large(n: int) -> Result:
    """Listing one data set of `n` files, with types, checks and a manifest."""
    from session_archive.listing import list_files, local_directory_reader
    from session_archive.naming.conventions import load_conventions

    conventions, directory = load_conventions(), "SC022/catgt_SC022_010121_g0"
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        root = Path(home)
        for first in range(0, n, FILES_IN_A_FOLDER):
            folder = root / directory / f"part{first}"
            folder.mkdir(parents=True)
            for number in range(first, min(n, first + FILES_IN_A_FOLDER)):
                (folder / _name(number)).touch()

        def ours() -> None:
            listing = list_files(local_directory_reader(root), directory, conventions=conventions, kind=KIND)
            assert len(listing.manifest.files) == n, listing.problems[:3]

        return _compared(f"listing one data set of {n} files", home, ours, LARGE_AT_MOST)


def _compared(what: str, home: str, ours: Callable[[], object], goal: float | None) -> Result:
    def find() -> None:
        form = "%P\\t%s\\t%T@\\n"
        subprocess.run(["find", home, "-type", "f", "-printf", form], stdout=subprocess.DEVNULL, check=True)

    find()
    rounds = [
        (_spent(find, resource.RUSAGE_CHILDREN), _spent(ours, resource.RUSAGE_SELF)) for _ in range(ROUNDS)
    ]
    find_s, own = (min(side) for side in zip(*rounds, strict=True))
    details = f"{own:.3f} and {find_s:.3f} CPU s"
    return Result(what, own / find_s, "times the CPU of find -printf", goal, details=details)


def _write_run(root: Path, subject: str, day: dt.date) -> None:
    run = f"{subject}_{day:%m%d%y}"
    for probe in (0, 1):
        folder = root / subject / f"catgt_{run}_g0" / f"{run}_g0_imec{probe}"
        folder.mkdir(parents=True)
        for number in (0, 1):
            binary = folder / f"{run}_g0_t{number}.imec{probe}.ap.bin"
            binary.write_bytes(b"\0" * 770)
            binary.with_suffix(".meta").write_text(META)
        (folder / "notes.txt").touch()


def _name(number: int) -> str:
    endings = ("ap.bin", "ap.meta", "lf.bin", "lf.meta", "ap.SY_384_6_500.txt")
    whole = (
        f"{number}_rez.mat",
        f"{number}_templates.npy",
        f"notes of hour {number}.txt",
        f"{number}_params.py",
        f"SC022_010121_g0_t{number}.nidq.bin",
    )
    if number % 20 < len(whole):
        return whole[number % 20]
    return f"SC022_010121_g0_t{number}.imec{number % 4}.{endings[number % len(endings)]}"


def _spent(run: Callable[[], object], who: int) -> float:
    before = _cpu(who)
    run()
    return _cpu(who) - before


def _cpu(who: int) -> float:
    """User and system seconds so far: of this process, or of its ended children."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
