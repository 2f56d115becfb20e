"""Is a run complete: every probe, every trigger, all streams started together?"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.joined import listed_probes
from session_archive.recording.completeness.spikeglx import Recording
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

#: SpikeGLX opens the streams of one trigger within moments.
_SAME_START = dt.timedelta(seconds=60)


def run_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """What is missing from a run, according to its own files."""
    yield from _device_findings(recorded)
    yield from _lf_findings(recorded)
    yield from _trigger_findings(recorded)
    yield from _start_findings(recorded)


def _device_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    metas: list[tuple[Recording, SpikeGlxMeta]] = [(each, each.parsed) for each in recorded if each.parsed]
    if not metas:
        return
    # If a run was spread over several drives, one root may have only a part of it.
    spread = any(meta.directories > 1 for _, meta in metas)
    where, expected = max(((each.where, meta.probes or 0) for each, meta in metas), key=lambda pair: pair[1])
    probes = {each.probe for each in recorded if each.probe is not None}
    if len(probes) < expected:
        names = ", ".join(f"imec{number}" for number in sorted(probes)) or "none"
        what = f"{len(probes)} of {expected} probes are present ({names}); its .meta says typeImEnabled={expected}"
        # CatGT may have been run on some of them only.
        selected = any(listed_probes(meta.command) for _, meta in metas)
        yield Finding(where, what, blocks=not (spread or selected))
    elif len(probes) > expected:
        yield Finding(where, f"{len(probes)} probes are present, but its .meta says typeImEnabled={expected}")
    if any(meta.nidq for _, meta in metas) and not any(each.stream == "nidq" for each in recorded):
        # CatGT writes no nidq file if it changes nothing.
        catgt = any(each.by_catgt for each in recorded)
        what = "the nidq stream is missing; its .meta says typeNiEnabled=1"
        yield Finding(where, what, blocks=not (spread or catgt))


def _lf_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Probes with a separate LF band: NP 1.0 and the like. Only the LF .meta itself says that it was saved."""
    raw = [each for each in recorded if not (each.by_catgt or each.exported)]
    saved = {(each.run, each.stream) for each in raw if each.stream.endswith(".lf")}
    missing: dict[tuple[str, str], Recording] = {}
    for each in raw:
        key = (each.run, each.stream.replace(".ap", ".lf"))
        if each.parsed and each.parsed.lf_channels and key not in saved:
            missing.setdefault(key, each)
    for (run, stream), each in missing.items():
        others = any(run == other for other, _ in saved)
        what = f"{stream} is missing" + (
            ", but that of another probe is present" if others else ": it was not saved"
        )
        yield Finding(each.where, what, blocks=others)


def _trigger_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Triggers count from 0; every stream of a run has all of them."""
    streams: dict[tuple[str, str], dict[int, Recording]] = defaultdict(dict)
    last: dict[str, int] = {}
    for each in recorded:
        if each.trigger is not None and not each.exported:
            streams[each.run, each.stream][each.trigger] = each
            last[each.run] = max(last.get(each.run, 0), each.trigger)
    concatenated = {each.stream for each in recorded if each.concatenated and each.binary}
    for (run, stream), triggers in streams.items():
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
        if each.parsed is None or each.parsed.started is None or each.exported:
            continue
        start = first.setdefault((each.run, each.trigger), each.parsed.started)
        if abs(each.parsed.started - start) > _SAME_START:
            yield Finding(each.where, f"began at {each.parsed.started}, another stream of the run at {start}")
