"""The table [release] of archive.toml: when the files of an archived data set may be deleted at a rig."""

from __future__ import annotations

from pydantic import PositiveInt

from session_archive.settings.tables import Seconds, Table

#: For whoever has no such table.
WITHOUT = (
    "[release] copies: say how many good copies, at different sites, a data set must have before its files may be "
    "deleted at a rig; there is no default. An archive of one copy says `copies = 1`, and knows that a single fault "
    "there then loses the data"
)


class ReleaseSettings(Table):
    """When `session-archive releasable` says yes. Spans in seconds; the file may say '90 d'.

    copies        : verified copies at so many different sites; no default, so that somebody has decided it
    proven_within : the content of each of them was proven within this time
    older_than    : time since its newest files were recorded as archived
    """

    copies: PositiveInt
    proven_within: Seconds = 7_776_000.0
    older_than: Seconds = 2_592_000.0
