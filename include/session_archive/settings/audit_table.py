"""The table [audit] of archive.toml: how often what is archived is looked at again."""

from __future__ import annotations

from session_archive.settings.tables import Seconds, Table


class AuditSettings(Table):
    """How often cataloged copies are looked at again. Spans in seconds; the file may say '7 d'.

    listing_every : each copy is listed and compared with the catalog once in this time
    """

    listing_every: Seconds = 604_800.0
