"""The settings of the service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from loopback_globus.checksums import Checksums

#: The TYPE of `--collection`, and the entity_type that clients see.
ENTITY_TYPES = {
    "guest": "GCSv5_guest_collection",
    "mapped": "GCSv5_mapped_collection",
    "high-assurance": "GCSv5_mapped_collection",
    "personal": "GCP_mapped_collection",
}


#: What a file system takes for one name: names that differ in upper and lower case, or in Unicode normalisation (it
#: stores the decomposed form).
FOLDS = ("case", "normalisation")


class SettingsError(Exception):
    """A switch with a wrong value."""


@dataclass(frozen=True)
class Collection:
    """A folder, and the name and kind under which clients see it.

    folds : which names it takes for one (FOLDS), as some file systems do
    """

    id: str
    name: str
    root: Path
    kind: str = "guest"
    folds: frozenset[str] = frozenset()
    checksums: Checksums = field(default_factory=Checksums)

    @property
    def entity_type(self) -> str:
        return ENTITY_TYPES[self.kind]

    @property
    def needs_consent(self) -> bool:
        """Whether its data_access scope exists, and file operations require it."""
        return self.kind == "mapped"

    @classmethod
    def parse(cls, text: str) -> Collection:
        """Read `UUID=NAME=ROOT[=TYPE]`; ROOT may itself hold '='."""
        ident, _, rest = text.partition("=")
        name, _, rest = rest.partition("=")
        root, _, kind = rest.rpartition("=")
        if kind not in ENTITY_TYPES or not root:
            root, kind = rest, "guest"
        if not name or not root:
            raise SettingsError(f"--collection {text}: expected UUID=NAME=ROOT[=TYPE]")
        try:
            ident = str(UUID(ident))
        except ValueError:
            raise SettingsError(f"--collection {text}: {ident!r} is not a UUID") from None
        folder = Path(root)
        if not folder.is_dir():
            raise SettingsError(f"--collection {text}: {root} is not an existing directory")
        return cls(id=ident, name=name, root=folder.resolve(), kind=kind)


@dataclass(frozen=True)
class Settings:
    """Times are in seconds. Only this object holds secrets; nothing prints it."""

    clients: dict[str, str] = field(repr=False)
    collections: dict[str, Collection]
    state: Path
    journal: Path | None = None
    task_delay: float = 0.0
    latency: float = 0.0
    rate: float = 0.0
    retry_interval: float = 1.0
    token_lifetime: int = 172_800
    page_size: int = 1_000
    history_days: float = 30.0
    most_pending: int = 100
    hosts: frozenset[str] = frozenset()


def folding(collections: list[Collection], texts: list[str]) -> list[Collection]:
    """The collections, those named by `NAME=case` or `NAME=normalisation` with what they take for one name."""
    folds: dict[str, set[str]] = {collection.name: set() for collection in collections}
    for text in texts:
        name, _, fold = text.rpartition("=")
        if name not in folds or fold not in FOLDS:
            raise SettingsError(f"--fold {text}: expected NAME={' or NAME='.join(FOLDS)} of a collection")
        folds[name].add(fold)
    return [replace(each, folds=frozenset(folds[each.name])) for each in collections]


def check_roots(collections: list[Collection], *, allowed: list[str]) -> None:
    """Refuse two collections with one id, and refuse to serve `/` unless --allow-root repeats it."""
    for collection in collections:
        if str(collection.root) == "/" and "/" not in allowed:
            raise SettingsError(
                f"collection {collection.name}: its root is '/', the whole machine; "
                "if you mean that, repeat it with --allow-root /"
            )
    ids = [collection.id for collection in collections]
    for ident in {i for i in ids if ids.count(i) > 1}:
        raise SettingsError(f"two collections have the id {ident}")


def with_checksums(collections: list[Collection], switches: Iterable[str]) -> list[Collection]:
    """The collections, each with what its storage can compute. raises : SettingsError."""
    known = {}
    for text in switches:
        name, _, words = text.partition("=")
        if name not in {collection.name for collection in collections}:
            raise SettingsError(f"--checksums {text}: there is no collection {name!r}; expected NAME=WORDS")
        try:
            known[name] = Checksums.parse(words)
        except ValueError as error:
            raise SettingsError(f"--checksums {text}: {error}") from None
    return [replace(each, checksums=known.get(each.name, each.checksums)) for each in collections]
