"""Checks that a code change has a fragment for the changelog: `python script/support/changelog.py`, from the root."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

#: Folders whose changes need a fragment.
CODE = ("include/", "plugins/", "dags/")
FRAGMENTS = "changelog.d/"


def is_fragment(path: str) -> bool:
    """Towncrier refuses a file whose name has another kind."""
    return path.startswith(FRAGMENTS) and PurePosixPath(path).match("*.*.md")


def problem(changed: Iterable[tuple[str, str]]) -> str | None:
    """What is wrong with a change, as (git's letter, path) of each file; None if nothing is."""
    changed = list(changed)
    code = sorted(path for _, path in changed if path.startswith(CODE))
    if not code or any(letter != "D" and is_fragment(path) for letter, path in changed):
        return None
    return (
        f"{len(code)} files of {', '.join(CODE)} changed without a fragment in {FRAGMENTS}, the first: {code[0]}; "
        f"write {FRAGMENTS}WORDS.KIND.md as {FRAGMENTS}README.md says"
    )


def _git(*arguments: str) -> str | None:
    """The output of git, or None if it fails or is not installed."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def _base() -> str | None:
    """The commit at which this branch left main, or None if there is no main, as in a shallow clone."""
    pull_request = os.environ.get("GITHUB_BASE_REF")
    for branch in (f"origin/{pull_request}" if pull_request else "", "origin/main", "main"):
        if branch and (commit := _git("merge-base", "HEAD", branch)):
            return commit.strip()
    return None


def _changed(base: str) -> Iterator[tuple[str, str]]:
    """The changed files, committed or not; an untracked file counts as added."""
    for line in (_git("diff", "--name-status", "--no-renames", base) or "").splitlines():
        letter, path = line.split("\t", 1)
        yield letter[0], path
    for path in (_git("ls-files", "--others", "--exclude-standard") or "").splitlines():
        yield "A", path


def main() -> int:
    empty = [path for path in sorted(Path(FRAGMENTS).glob("*.*.md")) if not path.read_text().strip()]
    if empty:
        print(f"{empty[0]} is empty; write what a user notices, or why nobody does")
        return 1
    # Towncrier refuses a file of a wrong name.
    done = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "next"],
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        print(done.stdout + done.stderr)
        return 1
    base = _base()
    if base is None:
        print("passed unchecked: this folder has no git history that leads to a branch main to compare with")
        return 0
    if wrong := problem(_changed(base)):
        print(wrong)
        return 1
    print(f"compared with {base[:12]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
