"""The table [audit] of archive.toml: how often what is archived is looked at again."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ByteSize, Field

from session_archive.settings.tables import Seconds, Table, byte_size


class AuditSettings(Table):
    """How often cataloged copies are looked at again. Spans in seconds, sizes in bytes; the file may say '7 d', '2 TB'.

    listing_every   : each copy is listed and compared with the catalog once in this time
    bytes_per_night : that one run reads, of copies that this machine can read; a first one above it goes alone
    proven_within   : what was proven within this time is not read again
    scratch         : the place of [scratch] to which copies are brought that this machine cannot read, so that it can
                      read them there; they are removed again. '' for none
    """

    listing_every: Seconds = 604_800.0
    bytes_per_night: Annotated[ByteSize, BeforeValidator(byte_size)] = ByteSize(2_000_000_000_000)
    proven_within: Seconds = 31_536_000.0
    scratch: Annotated[str, Field(max_length=64)] = ""
