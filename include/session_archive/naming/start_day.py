"""Whether a recording began on the day that its folder is named after: one rule, for a night and for `explain`."""

from __future__ import annotations

import datetime as dt


def doubt_of_day(began: dt.date, *, named: dt.date) -> str:
    """Why the folder may be another day's; '' if it is not.

    began : by the .meta, rig-local
    named : the day in the folder's name
    """
    if began == named:
        return ""
    return f"the .meta says that the recording started on {began}, the folder says {named}"
