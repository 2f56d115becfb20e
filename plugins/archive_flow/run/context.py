"""One run of one route: its settings, its open catalog, what was requested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive_flow.run.deadline import run_deadline
from archive_flow.run.readers import (
    globus_hook,
    globus_reader,
    hook_on,
    listing_rate,
    open_catalog,
    source_reader,
)
from archive_flow.run.roots import require_root
from session_archive.errors import NoAnswerError, SettingsError
from session_archive.listing import ListDirectory, Listing, concurrency_for, list_files
from session_archive.request.selection import Selection
from session_archive.settings.load import load_settings

if TYPE_CHECKING:
    from airflow.sdk import Context
    from pyrate_limiter import Limiter

    from archive_flow.run.work_item import WorkItem
    from globus_provider.hooks.globus import GlobusHook
    from session_archive.catalog.open import Catalog
    from session_archive.fixity.manifest import Manifest
    from session_archive.listing.root_listing import RootListing
    from session_archive.settings.load import Place, Settings
    from session_archive.settings.tables import DataSetSettings
    from session_archive.states.decisions import Decision


@dataclass(frozen=True, slots=True)
class Run:
    """What every task of a run uses.

    route      : its name
    selection  : which sessions were requested
    tries_left : Airflow will try this task again when it fails
    believed   : roots that this task has listed and believed, by place; None for one that does not exist
    hook       : with the login of the run's own connection; that of each other one is made when it is first needed
    given      : decisions of this run's params that a dry run does not record
    deadline   : UTC, after which the run waits for nothing and reads no further file; None for no such time
    """

    route: str
    settings: Settings
    catalog: Catalog
    hook: GlobusHook
    rate: Limiter
    selection: Selection
    params: dict[str, Any]
    dag_id: str
    run_id: str
    started_by: str = ""
    tries_left: bool = False
    believed: dict[str, RootListing | None] = field(default_factory=dict)
    given: list[Decision] = field(default_factory=list)
    other_hooks: dict[str, GlobusHook] = field(default_factory=dict)
    log_in: Callable[[str], GlobusHook] = hook_on
    deadline: dt.datetime | None = None

    def place(self, name: str) -> Place:
        """A place of archive.toml by its name, which is unique over all roles. Raises SettingsError."""
        if self.settings.staging and name == self.settings.staging.name:
            return self.settings.staging
        roles = (self.settings.locations, self.settings.scratch, self.settings.sources)
        return _named(name, roles)

    def origin(self, work_item: WorkItem) -> Place:
        """The place that the work item is read from."""
        return self.place(work_item.origin)

    def destination(self, work_item: WorkItem) -> Place:
        """The place where the files of the work item must be seen."""
        return self.place(work_item.destination)

    def rig_root(self, work_item: WorkItem) -> Path | None:
        """The root of its rig on this worker's disk; None where its origin is not a rig, or not readable here."""
        place = self.origin(work_item)
        return place.local_path if place.name in self.settings.sources else None

    def hook_of(self, *places: str) -> GlobusHook:
        """The hook with the login for a place, or for a transfer between two."""
        connection = self.settings.connection_of(*places)
        if connection == self.hook.globus_conn_id:
            return self.hook
        if connection not in self.other_hooks:
            self.other_hooks[connection] = self.log_in(connection)
        return self.other_hooks[connection]

    def reader(self, place: Place) -> ListDirectory:
        """The reader that lists a place: only rigs may be read from the local disk, the archive is seen by Globus."""
        read = source_reader if place.name in self.settings.sources else globus_reader
        return read(self.hook_of(place.name), place, rate=self.rate)

    def list_origin(self, work_item: WorkItem, *, partial: bool = False) -> Listing:
        """The files of the work item at its origin. Raises ListingError.

        partial : one of its several folders may be missing
        """
        place = self.origin(work_item)
        return self._list(
            self.reader(place),
            work_item,
            concurrency=self.concurrency(place),
            partial=partial,
            # After a transfer: what was promised is compared with it, and in memory already.
            shared=partial,
        )

    def list_destination(self, work_item: WorkItem, *, expected: Manifest | None = None) -> Listing:
        """The files of the work item at its destination, always listed through Globus.

        expected : what is compared with it: where its folders are long, fewer are listed at a time
        Raises ListingError, also where the root shows that its disk is not mounted. At an archive, also where one
        folder below could not be listed: its files would be taken for absent, and existing files overwritten. The plan
        for a scratch place leaves such a folder alone by itself.
        """
        place = self.destination(work_item)
        require_root(self, place)
        reader = globus_reader(self.hook_of(place.name), place, rate=self.rate)
        paths = (file.path for file in expected.files) if expected else ()
        concurrency = concurrency_for(paths, limit=self.settings.globus.listings_at_once)
        # What is expected has the same paths, and is in memory already.
        listing = self._list(reader, work_item, concurrency=concurrency, partial=True, shared=True)
        silent = any(isinstance(why, NoAnswerError) for why in listing.unseen)
        return listing.require_whole() if place.name in self.settings.locations or silent else listing

    def _list(
        self,
        reader: ListDirectory,
        work_item: WorkItem,
        *,
        concurrency: int,
        partial: bool = False,
        shared: bool = False,
    ) -> Listing:
        return list_files(
            reader,
            work_item.directory,
            conventions=self.settings.conventions,
            kind=work_item.name.data_set_type,
            concurrency=concurrency,
            partial=partial,
            shared=shared,
        )

    def concurrency(self, place: Place) -> int:
        """How many directories are listed at a time: one on a local disk; several where Globus is waited for."""
        return 1 if self.is_local_rig(place) else self.settings.globus.listings_at_once

    def is_local_rig(self, place: Place) -> bool:
        """True for a rig that this worker lists on its own disk."""
        return place.name in self.settings.sources and place.local_path is not None

    def locations_of(self, data_set_type: str) -> tuple[str, ...]:
        """The names of the locations that data sets of a type have a copy at, in their order. Raises SettingsError."""
        return self.settings_of(data_set_type).locations

    def copy_at(self, data_set_type: str, location: str) -> str:
        """The location, where data sets of a type have copies at several; '' for the only one."""
        return location if len(self.locations_of(data_set_type)) > 1 else ""

    def settings_of(self, data_set_type: str) -> DataSetSettings:
        """The table of a data set type. Raises SettingsError where the file no longer has the type of a work item."""
        if (found := self.settings.data_sets.get(data_set_type)) is not None:
            return found
        raise SettingsError(
            f"archive.toml has no [data_sets.{data_set_type}], which a run that is under way uses; put it back until "
            "that has ended"
        )


def _named(name: str, roles: Iterable[Mapping[str, Place]]) -> Place:
    """Raises SettingsError where the file no longer has a place that a run or a transfer began with."""
    for places in roles:
        if name in places:
            return places[name]
    raise SettingsError(
        f"archive.toml has no place {name!r}, which a run or a transfer that is under way uses; put it back until "
        "that has ended"
    )


@contextmanager
def open_run(route: str, context: Context, *, hook: GlobusHook | None = None) -> Iterator[Run]:
    """Open everything that a task needs, inside the task, and close it at the end.

    hook : the task's own, if it has one; else one with the settings' Globus connection

    Raises SettingsError, CatalogError or ArchiveError; the message names what is wrong.
    """
    settings = load_settings()
    params = dict(context["params"])
    selection = Selection.from_params(params, kinds=tuple(settings.data_sets))
    with open_catalog(settings) as catalog:
        yield Run(
            route=route,
            settings=settings,
            catalog=catalog,
            hook=hook or globus_hook(settings),
            rate=listing_rate(settings.globus.requests_per_second),
            selection=selection,
            params=params,
            dag_id=context["dag"].dag_id,
            run_id=context["run_id"],
            started_by=getattr(context["dag_run"], "triggering_user_name", None)
            or f"run {context['run_id']}",
            tries_left=context["ti"].try_number <= context["ti"].max_tries,
            deadline=run_deadline(context, settings.limits),
        )
