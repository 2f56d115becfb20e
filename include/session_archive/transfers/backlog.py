"""What waits to be sent, and the day on which it is sent at the pace of the last nights. Pure."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from printable_text.amounts import counted, size
from session_archive.transfers.progress import LONGEST, day

#: So many nights that sent something tell how much one night sends.
NIGHTS = 7


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for its transfer or is on its way, and what the last nights have sent.

    unknown : data sets that wait and whose size no run has seen
    nights  : bytes that each of the last nights has sent that sent any, the newest last
    """

    n_data_sets: int
    n_bytes: int
    unknown: int = 0
    nights: tuple[int, ...] = ()

    @property
    def per_night(self) -> float | None:
        """Bytes that a night sends; None where none has sent any."""
        sent = [n_bytes for n_bytes in self.nights if n_bytes > 0][-NIGHTS:]
        return sum(sent) / len(sent) if sent else None

    def ends(self, today: dt.date) -> dt.date | None:
        """The day on which it is sent at this pace, if nothing is added; None where that is not known."""
        if self.per_night is None:
            return None
        nights = math.ceil(self.n_bytes / self.per_night)
        try:
            return today + dt.timedelta(days=nights) if nights <= LONGEST else None
        except OverflowError:
            return None

    def line(self, *, today: dt.date) -> str:
        """`backlog: 12 data sets, 3.4 TB, sent about 3 December at 400.0 GB a night`; '' if there is none."""
        if not self.n_data_sets:
            return ""
        what = f"backlog: {counted(self.n_data_sets, 'data set')}, {size(self.n_bytes)}"
        if self.unknown:
            what += f" and {self.unknown} of unknown size"
        ends, pace = self.ends(today), self.per_night
        if pace is None:
            return f"{what}; when it is sent is unknown, since no night has sent anything lately"
        at = f"at {size(round(pace))} a night"
        if ends is None:
            return f"{what}; takes more than ten years {at}"
        return f"{what}, sent about {day(ends, today=today)} {at}, if nothing is added"
