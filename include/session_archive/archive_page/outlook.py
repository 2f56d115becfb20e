"""When this night ends and when the backlog is sent, in one sentence. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from session_archive.airflow_client.dag_ids import UPLOAD
from session_archive.airflow_client.under_way import RunUnderWay
from session_archive.transfers.backlog import Backlog
from session_archive.transfers.progress import day, moment


def outlook(runs: Iterable[RunUnderWay], backlog: Backlog, *, now: dt.datetime) -> str:
    """When both are over: `This night ends about 05:40 UTC; the backlog about 3 December.`, or '' if neither is known.

    now : aware; times are shown in its zone
    """
    nights = [run.progress for run in runs if run.dag_id == UPLOAD and run.progress.under_way]
    ends = [night.total.ends(now=now, deadline=night.deadline) for night in nights]
    known = [each.astimezone(now.tzinfo) for each in ends if each]
    before = "before" if any(night.total.at_most for night in nights) else "about"
    parts = []
    # Two runs of it end with the later one, of which nothing may be known.
    if known and len(known) == len(ends):
        parts.append(f"this night ends {before} {moment(max(known), now=now)}")
    sent = backlog.ends(now.date()) if backlog.n_data_sets else None
    if sent:
        parts.append(f"the backlog {'' if parts else 'is sent '}about {day(sent, today=now.date())}")
    words = "; ".join(parts)
    return words and f"{words[0].upper()}{words[1:]}."
