"""Is all of a run there: every probe, every trigger, the streams of the same start?"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

from session_archive.recording.completeness.finding import Finding
from session_archive.recording.completeness.joined import asked_probes
from session_archive.recording.completeness.spikeglx import Recording
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

#: SpikeGLX opens the streams of one trigger within moments.
_SAME_START = dt.timedelta(seconds=60)


def run_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """What is missing of a run, by what its own files say of it."""
    yield from _device_findings(recorded)
    yield from _lf_findings(recorded)
    yield from _trigger_findings(recorded)
    yield from _start_findings(recorded)


def _device_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    told: list[tuple[Recording, SpikeGlxMeta]] = [(each, each.told) for each in recorded if each.told]
    if not told:
        return
    # Over several drives, one root may hold only a part of a run.
    spread = any(meta.directories > 1 for _, meta in told)
    where, expected = max(((each.where, meta.probes or 0) for each, meta in told), key=lambda pair: pair[1])
    probes = {each.probe for each in recorded if each.probe is not None}
    if len(probes) < expected:
        names = ", ".join(f"imec{number}" for number in sorted(probes)) or "none"
        what = (
            f"{len(probes)} of {expected} probes are here ({names}); its .meta says typeImEnabled={expected}"
        )
        # CatGT may have been asked for some of them only.
        asked = any(asked_probes(meta.command) for _, meta in told)
        yield Finding(where, what, blocks=not (spread or asked))
    elif len(probes) > expected:
        yield Finding(where, f"{len(probes)} probes are here, but its .meta says typeImEnabled={expected}")
    if any(meta.nidq for _, meta in told) and not any(each.stream == "nidq" for each in recorded):
        # CatGT writes no nidq file where it changes nothing.
        catgt = any(each.by_catgt for each in recorded)
        what = "the nidq stream is not here; its .meta says typeNiEnabled=1"
        yield Finding(where, what, blocks=not (spread or catgt))


def _lf_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    """Probes with an LF band of their own: NP 1.0 and its kin. Whether it was saved, no .meta but its own tells."""
    raw = [each for each in recorded if not (each.by_catgt or each.exported)]
    saved = {(each.run, each.stream) for each in raw if each.stream.endswith(".lf")}
    missing: dict[tuple[str, str], Recording] = {}
    for each in raw:
        key = (each.run, each.stream.replace(".ap", ".lf"))
        if each.told and each.told.lf_channels and key not in saved:
            missing.setdefault(key, each)
    for (run, stream), each in missing.items():
        others = any(run == other for other, _ in saved)
        what = f"{stream} is not here" + (
            ", but that of another probe is" if others else ": it was not saved"
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
                f"trigger t{first}{more} of {stream} is not here, of t0 to t{last[run]}",
                blocks=stream not in concatenated,
            )


def _start_findings(recorded: Sequence[Recording]) -> Iterator[Finding]:
    first: dict[tuple[str, int | None], dt.datetime] = {}
    for each in recorded:
        if each.told is None or each.told.started is None or each.exported:
            continue
        start = first.setdefault((each.run, each.trigger), each.told.started)
        if abs(each.told.started - start) > _SAME_START:
            yield Finding(each.where, f"began at {each.told.started}, another stream of the run at {start}")
