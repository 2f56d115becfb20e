"""REPLICATE: one more copy of what the archive has and the rigs no longer do, from one location to another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from archive_flow.routes.archiving import ArchivingRoute

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected


class Replicate(ArchivingRoute):
    """To each location of its type, from the first other one that has it whole."""

    name = "replicate"

    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Selected:
        """What a location lacks, unless a rig still gives it."""
        from archive_flow.replicate.choose import choose_copies

        return choose_copies(run)


REPLICATE = Replicate()
