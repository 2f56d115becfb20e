"""A case of a path as a small tree with its lab, and what a night decides about it, by the functions that it uses."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing import Entry, list_files
from session_archive.listing.folders import FoundFolders, find_folders
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.session_name import SessionName
from session_archive.naming.surroundings import Assumptions, Context
from session_archive.recording.completeness import Texts, findings
from session_archive.recording.sessions import SourceFolder, match
from session_archive.recording.spikeglx_meta import SpikeGlxMeta
from session_archive.recording.verdict import doubt_of_start, judge_listing
from session_archive.states.state import LabSession, State

NOW = dt.datetime(2025, 11, 22, tzinfo=dt.UTC)
OLD = int(dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp())
SIZE = 7700


@dataclass
class Tree:
    """Directories with their entries, and what the .meta files in them say."""

    directories: dict[str, dict[str, Entry]] = field(default_factory=dict)
    metas: dict[str, SpikeGlxMeta | str] = field(default_factory=dict)

    def add(self, path: str, kind: str = "file", size: int = SIZE) -> None:
        """Add an entry, and the folders above it."""
        folder, _, name = path.rpartition("/")
        if folder and name not in self.directories.get(folder, {}):
            self.add(folder, "dir")
        if kind == "dir":
            self.directories.setdefault(path, {})
        self.directories.setdefault(folder, {}).setdefault(
            name, Entry(name, kind, size if kind == "file" else 0, OLD)
        )

    @property
    def paths(self) -> set[str]:
        """Of all entries."""
        return {f"{folder}/{name}" for folder, inner in self.directories.items() for name in inner}

    def size(self, path: str) -> int:
        """Of a file."""
        folder, _, name = path.rpartition("/")
        return self.directories[folder][name].size

    def kind(self, path: str) -> str:
        """Of an entry."""
        folder, _, name = path.rpartition("/")
        return self.directories[folder][name].kind

    def list_directory(self, directory: str) -> Iterable[Entry]:
        """As a reader of a place."""
        if directory not in self.directories:
            raise MissingDirectoryError(f"{directory} does not exist")
        return self.directories[directory].values()


def meta_of(context: Context) -> SpikeGlxMeta:
    """What the .meta of the case says."""
    size = None if context.meta_incomplete else SIZE + (2 if context.size_mismatch else 0)
    return SpikeGlxMeta(size=size, seconds=None, channels=1, rate=30000.0)


def tree_of(path: str, context: Context, *, is_dir: bool, conventions: Conventions, kind: str) -> Tree:
    """The path with its surroundings: the files that belong to it, and the folders next to its session's."""
    tree = Tree()
    if context.symlink:
        tree.add(path, "link")
        return tree
    size = SIZE if context.size is None else context.size
    tree.add(path, "dir" if is_dir else "file", size)
    name = path.rpartition("/")[2]
    known = conventions.kinds.get(kind)
    if known and not is_dir:
        stem = path.rpartition(".")[0]
        if known.recording(name) and not context.no_meta:
            tree.add(f"{stem}.meta")
            tree.metas[f"{stem}.meta"] = meta_of(context)
        if name.endswith(".cbin") and not context.no_ch:
            tree.add(f"{stem}.ch")
        if known.companion(name):
            tree.metas[path] = meta_of(context)
            if not context.bin_absent:
                tree.add(f"{stem}.bin")
            elif "imec" in name:
                # A .meta alone is legal only as the record of a probe whose shanks have a file each.
                head, _, number = stem.rpartition("imec")
                shank = f"{head}imec{1000 + 10 * int(number.partition('.')[0])}.ap"
                tree.add(f"{shank}.bin")
                tree.add(f"{shank}.meta")
                tree.metas[f"{shank}.meta"] = meta_of(Context())
    return tree


def surround(
    tree: Tree, path: str, folder: FolderReading, context: Context, *, conventions: Conventions
) -> None:
    """Add the folders next to the session's, and what lies in it."""
    parts = folder.directory.split("/")
    for sibling in context.siblings:
        level = next((number for number, part in enumerate(parts) if part == sibling), len(parts) - 1)
        tree.add("/".join([*parts[:level], sibling, *parts[level + 1 :]]), "dir")
    if path in tree.directories:
        tree.add(f"{path}/notes.txt")
    if context.both_spellings:
        written = (layout.write(folder.session) for layout in conventions.kinds[folder.kind].layouts)
        tree.add(next(each for each in written if each != folder.directory), "dir")
    if context.meta_date:
        stem = f"{folder.directory}/a_g0_t0.nidq"
        for ending in ("bin", "meta"):
            tree.add(f"{stem}.{ending}")
        started = dt.datetime.combine(context.meta_date, dt.time(10))
        tree.metas[f"{stem}.meta"] = replace(meta_of(Context()), started=started)


#: What a reason claims -> whether a path's own entry, and the names in its folder, bear it out.
CLAIMS: dict[str, Callable[[str, Tree], bool]] = {
    r"(?P<path>\S+): has no \.(?P<ending>\w+) beside it": lambda path, tree: path not in tree.paths,
    r"(?P<path>\S+): is empty": lambda path, tree: tree.size(path) == 0,
    r"(?P<path>\S+): symbolic link": lambda path, tree: tree.kind(path) == "link",
    r"(?P<path>\S+): (?P<size>\d+) bytes, but its \.meta says": lambda path, tree: bool(tree.size(path)),
}


def true_of(reason: str, tree: Tree) -> bool:
    """Whether the tree bears out what a reason claims of a file; True for a reason about names alone."""
    for pattern, holds in CLAIMS.items():
        if match := re.match(pattern, reason):
            path, ending = match["path"], match.groupdict().get("ending")
            return holds(f"{path.rpartition('.')[0]}.{ending}" if ending else path, tree)
    return True


@dataclass(frozen=True)
class Decision:
    """What a night decides about one path: sent or not, in which state its data set is, and every reason it gives."""

    sent: bool
    state: State | None
    reasons: tuple[str, ...]


def sessions_of(name: SessionName, count: int) -> list[LabSession]:
    """The lab's sessions of a subject and day."""
    return [
        LabSession(uuid.uuid4(), {"session": number}, name.subject, name.date, dt.time(10 + number))
        for number in range(count)
    ]


def decide(
    path: str, tree: Tree, *, sessions: list[LabSession], conventions: Conventions, assumptions: Assumptions
) -> Decision:
    """The decision about the files at `path`, whichever folder they lie in."""
    try:
        found: FoundFolders = find_folders(
            tree.list_directory, conventions=conventions, kinds=conventions.kinds
        )
    except ListingError as error:
        return Decision(False, State.REFUSED, (str(error),))
    reasons = [f"{each.path}: {each.what}" for each in found.unknown]
    today = assumptions.today or NOW.date()
    folders = [SourceFolder("rig1", each) for each in found.folders]
    wrong = {
        each: why
        for each in folders
        if (
            why := conventions.implausible(
                each.session_name, today=today, earliest=assumptions.earliest_session_date
            )
        )
    }
    reasons += wrong.values()
    mine = [
        each
        for each in folders
        if each not in wrong and f"{path}/".startswith(f"{each.folder.directories[0]}/")
    ]
    if not mine:
        return Decision(False, None, tuple(reasons))
    (folder,) = mine
    kind = folder.folder.data_set.data_set_type
    claims = match(sessions, [each for each in folders if each.folder.data_set.data_set_type == kind]).claims
    claim = next((each for each in claims if each.found == folder), None)
    if claim is None:
        reasons += [each.reason for each in claims]
        ambiguous = any(folder in each.candidates for each in claims)
        return Decision(False, State.AMBIGUOUS if ambiguous else State.UNCLAIMED, tuple(reasons))
    listing = list_files(tree.list_directory, folder.folder.directory, conventions=conventions, kind=kind)
    files: tuple[FileEntry, ...] = listing.manifest.files
    reasons += [f"{each.path}: {each.what}" for each in listing.problems]
    if doubt := doubt_of_start(Texts(tree.metas), named=folder.session_name.date):
        return Decision(False, State.AMBIGUOUS, (*reasons, doubt))
    if path == folder.folder.directory:
        return Decision(True, None, tuple(reasons))
    judged = judge_listing(listing)
    waiting = [
        each
        for each in findings(files, Texts(tree.metas), kind=conventions.kind(kind), now=NOW)
        # The other triggers and bands are not in the case.
        if each.blocks and not any(words in each.what for words in ("trigger t", "is missing, but"))
    ]
    reasons += map(str, waiting)
    state: Any = judged[0] if judged else State.WAITING if waiting else None
    inside = any(file.path == path or file.path.startswith(f"{path}/") for file in files)
    return Decision(inside and state is None, state, tuple(reasons))
