"""The unfinished transfers for which a person must act, in words."""

from __future__ import annotations

from session_archive import clock
from session_archive.catalog.history.inquiries import Inquiries
from session_archive.catalog.history.ledger import Ledger


def waiting_transfers(ledger: Ledger, inquiries: Inquiries) -> list[str]:
    """A line about each, by the last answer of the service."""
    unfinished, now = ledger.unfinished(), clock.utc_now()
    standings = inquiries.newest([each.submission_id for each in unfinished])
    lines = []
    for each in unfinished:
        standing = standings.get(each.submission_id)
        if standing and (message := standing.message(each.data_set, now=now)):
            lines.append(f"{each.data_set} to {each.destination}: {message}")
    return lines
