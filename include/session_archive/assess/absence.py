"""Whether what is missing at a root may be called absent, or the root counts as not listed. Pure.

One rule for rigs, the archive and scratch places: a disk that is not mounted, or the wrong one, looks like a root
from which everything was removed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from session_archive.listing.root_listing import FOLDER, RootListing
from session_archive.listing.unlisted import Unlisted, hidden_in
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import DataSetName

#: More than one in so many known data sets may not be missing at once, where at least so many are known.
SHARE, FEWEST_KNOWN = 3, 10


@dataclass(frozen=True, slots=True)
class Walk:
    """The data sets that a walk of a root has found, and what it did not look for or could not list.

    subjects : the only ones that it looked for; none for all
    unlisted : folders of this place
    """

    conventions: Conventions
    kinds: Collection[str]
    subjects: Collection[str]
    found: frozenset[DataSetName]
    unlisted: tuple[Unlisted, ...] = ()

    def covers(self, name: DataSetName) -> bool:
        """True if the walk would have found a folder of this data set."""
        return (
            name.data_set_type in self.kinds
            and (not self.subjects or name.session.subject in self.subjects)
            and hidden_in(self.unlisted, name.session, conventions=self.conventions) is None
        )


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why a root counts as not listed.

    what : what is missing, in words
    of   : what is counted
    """

    what: str
    n_known: int
    n_missing: int
    of: str = "folders in the root"

    def message(self, place: str) -> str:
        """For a person: what is missing, how much of how much, and what to do."""
        return (
            f"{place}: {self.what}: {self.n_missing} of {self.n_known} known {self.of} are missing. It counts as not "
            "listed: nothing is sent there, and no state changes. Mount the right disk; if they are really gone, run "
            f"it once more with --accept-missing {place} (param accept_missing)"
        )


def too_much_at_once(*, n_known: int, n_missing: int) -> bool:
    """True where so much of what is known is missing that the listing is to be doubted, and not each data set."""
    return n_known >= FEWEST_KNOWN and SHARE * n_missing > n_known


def root_shortfall(
    before: RootListing | None, now: RootListing, *, emptied_by_people: bool = False
) -> Shortfall | None:
    """Why a root cannot be the one that was listed before, by the root alone; None if it can.

    before            : as a run last believed it; None if nothing is known of the root
    emptied_by_people : it is a place where that is usual, such as a scratch place; then only its marker counts
    """
    if before is None:
        return None
    gone = max(before.n_folders - now.n_folders, 0)
    if before.marker and not now.marker:
        return Shortfall(f"its root no longer has the folder {FOLDER}", before.n_folders, gone)
    if before.n_folders and not now.n_folders and not emptied_by_people:
        return Shortfall("its root is empty", before.n_folders, gone)
    return None


@dataclass(frozen=True, slots=True)
class WalkedRoot:
    """A root that was walked, compared with the last time.

    before    : as a run last believed it; None if nothing is known of the root
    expected  : the data sets with a folder there then that were not archived
    archived  : True for a data set that is archived now; people remove those from a rig
    """

    before: RootListing | None
    now: RootListing
    expected: frozenset[DataSetName]
    walk: Walk
    archived: Callable[[DataSetName], bool] = field(compare=False)

    @property
    def shortfall(self) -> Shortfall | None:
        """Why the root counts as not listed; None if what is missing may be called absent."""
        known = {name for name in self.expected if self.walk.covers(name) and not self.archived(name)}
        missing = known - self.walk.found
        by_root = root_shortfall(self.before, self.now)
        if by_root and not known:
            return by_root
        if by_root or too_much_at_once(n_known=len(known), n_missing=len(missing)):
            what = by_root.what if by_root else "too many folders are missing at once"
            return Shortfall(what, len(known), len(missing), of="data sets that are not archived")
        return None

    @property
    def unarchived(self) -> frozenset[DataSetName]:
        """What the next run has to find there: what this one found, and what it did not look for."""
        unseen = {name for name in self.expected if not self.walk.covers(name)}
        return frozenset(name for name in unseen | self.walk.found if not self.archived(name))
