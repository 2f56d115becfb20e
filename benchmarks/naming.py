"""Measures the cost of names: classifying 200,000 of them, and listing as many files.

Run: .venv/bin/python benchmarks/naming.py [number of files]
Prints one JSON line for each comparison; exits 1 when a ratio misses its goal. Both sides of a ratio are measured
in turn, in one run, and the best of five rounds counts: a busy machine slows both, and never only one in all rounds.
"""

from __future__ import annotations

import fnmatch
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from session_archive.listing import list_files, local_directory_reader
from session_archive.naming.conventions import load_conventions

ROUNDS, FILES_IN_A_FOLDER = 5, 100
FASTER, AT_MOST = 10.0, 2.5
SESSION = "SC022/catgt_SC022_010121_g0"
conventions = load_conventions()


def main() -> None:
    """Measure both, and fail when a goal is missed."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    speed, cost = classified(n), listed(n)
    for each in (speed, cost):
        print(json.dumps(each))
    sys.exit(0 if speed["times faster"] >= FASTER and cost["times find"] <= AT_MOST else 1)


def classified(n: int) -> dict[str, float]:
    """Types of `n` names, by the conventions and by one fnmatch for each known type."""
    kind = conventions.kinds["raw-ephys"]
    types = [(known.name, known.patterns) for known in kind.file_types]
    names = [_name(number) for number in range(n)]

    def each_pattern() -> list[list[str]]:
        return [
            [name for name, patterns in types if any(fnmatch.fnmatch(file, each) for each in patterns)]
            for file in names
        ]

    def by_conventions() -> list[str]:
        return [conventions.file_type("raw-ephys", file) for file in names]

    assert len(set(by_conventions())) > 5
    # The slow side runs once: it takes long enough for a steady time.
    slow, fast = _seconds(each_pattern), min(_seconds(by_conventions) for _ in range(ROUNDS))
    return {"names": n, "fnmatch s": slow, "conventions s": fast, "times faster": round(slow / fast, 1)}


def listed(n: int) -> dict[str, float]:
    """A data set of `n` files: with types, checks and a manifest, and by `find -printf`."""
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        root = Path(home)
        for first in range(0, n, FILES_IN_A_FOLDER):
            folder = root / SESSION / f"part{first}"
            folder.mkdir(parents=True)
            for number in range(first, min(n, first + FILES_IN_A_FOLDER)):
                (folder / _name(number)).touch()

        def find() -> None:
            form = "%P\\t%s\\t%T@\\n"
            subprocess.run(
                ["find", home, "-type", "f", "-printf", form], stdout=subprocess.DEVNULL, check=True
            )

        def ours() -> None:
            listing = list_files(
                local_directory_reader(root), SESSION, conventions=conventions, kind="raw-ephys"
            )
            assert len(listing.manifest.files) == n, listing.problems[:3]

        find()
        rounds = [(_seconds(find), _seconds(ours)) for _ in range(ROUNDS)]
    find_s, own = (min(side) for side in zip(*rounds, strict=True))
    return {"files": n, "find s": find_s, "list_files s": own, "times find": round(own / find_s, 2)}


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


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return round(time.perf_counter() - start, 3)


if __name__ == "__main__":
    main()
