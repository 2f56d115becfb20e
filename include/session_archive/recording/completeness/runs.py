"""Is a run complete: every trigger of every stream, all streams started together?"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.recordings import Recording

#: SpikeGLX opens the streams of one trigger within moments.
_SAME_START = dt.timedelta(seconds=60)


def run_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Missing triggers, and streams that did not start together."""
    yield from _trigger_findings(recorded)
    yield from _start_findings(recorded)


def _trigger_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Triggers count from 0; every stream of a run has all of them."""
    streams: dict[tuple[str, str, str], dict[int, Recording]] = defaultdict(dict)
    last: dict[str, int] = {}
    for each in recorded:
        if each.trigger is not None and each.of and not each.written_as:
            streams[each.run, each.device, each.stream][each.trigger] = each
            last[each.run] = max(last.get(each.run, 0), each.trigger)
    concatenated = {each.stream for each in recorded if each.concatenated and each.binary}
    for (run, _, stream), triggers in streams.items():
        missing = last[run] + 1 - len(triggers)
        if missing:
            first = next(number for number in itertools.count() if number not in triggers)
            more = f" and {missing - 1} more" if missing > 1 else ""
            yield Finding(
                triggers[min(triggers)].where,
                f"trigger t{first}{more} of {stream} is missing, of t0 to t{last[run]}",
                blocks=stream not in concatenated,
            )


def _start_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    first: dict[tuple[str, int | None], dt.datetime] = {}
    for each in recorded:
        if each.parsed is None or each.parsed.started is None or each.written_as:
            continue
        start = first.setdefault((each.run, each.trigger), each.parsed.started)
        if abs(each.parsed.started - start) > _SAME_START:
            yield Finding(each.where, f"began at {each.parsed.started}, another stream of the run at {start}")
