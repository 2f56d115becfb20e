"""What a SpikeGLX .meta file says of its .bin: size, length, channels, checksum, start, and who wrote it.

Keys and their meaning: SpikeGLX manual, "Metadata Guide"; CatGT ReadMe. Maps (`~imroTbl=...`) are not read.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from session_archive.errors import ArchiveError

#: A .meta of the largest probe has 75 kB; what is longer than this is none.
MOST_BYTES = 1 << 22
#: Seconds; the size law holds within this in files of all versions.
TOLERANCE = 1e-4

_SAMPLE = 2  # bytes: int16
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_RATES = ("imSampRate", "niSampRate", "obSampRate")


class MetaError(ArchiveError):
    """A text that cannot be read as a .meta file; the message says why."""


@dataclass(frozen=True, slots=True)
class SpikeGlxMeta:
    """One .meta file.

    size        : of the .bin, bytes; None while it is recorded: SpikeGLX writes it when it closes the file
    seconds     : of recording; None as above
    channels    : saved
    rate        : samples per second
    sha1        : lower-case hex; '' where there is none: CatGT writes 0, and so do people after a crash
    started     : rig-local; CatGT's own day of work is never taken for it
    probes      : Neuropixels probes of the whole run; None where it is not told
    nidq        : True when the run recorded a National Instruments device too
    directories : over how many data directories the run was spread; the probes may be on several drives
    lf_channels : that the probe has and this recording acquired; 0 for NP 2.0, None where it is not told
    command     : CatGT's command lines, '' where none is told
    joined      : the first and last trigger that CatGT joined; None where it is not told
    catgt       : True for what CatGT wrote, and for what was exported from that
    exported    : True for an excerpt that SpikeGLX' viewer wrote
    """

    size: int | None
    seconds: float | None
    channels: int
    rate: float
    sha1: str = ""
    started: dt.datetime | None = None
    probes: int | None = None
    nidq: bool = False
    directories: int = 1
    lf_channels: int | None = None
    command: str = ""
    joined: tuple[int, int] | None = None
    catgt: bool = False
    exported: bool = False

    @property
    def recording(self) -> bool:
        """True while SpikeGLX has not closed the file; a crash leaves it so."""
        return self.size is None

    @property
    def contradiction(self) -> str:
        """Why the .meta's own numbers do not fit together, '' when they do."""
        if self.size is None or self.seconds is None:
            return ""
        frame = _SAMPLE * self.channels
        if self.size % frame:
            return f"fileSizeBytes={self.size} is no multiple of {frame} bytes, one sample of {self.channels} channels"
        seconds = self.size / frame / self.rate
        if math.isclose(seconds, self.seconds, rel_tol=0, abs_tol=TOLERANCE):
            return ""
        return f"fileSizeBytes={self.size} is {seconds:.4f} s of recording, but fileTimeSecs={self.seconds}"


def read_meta(content: bytes) -> SpikeGlxMeta:
    """Read the content of a .meta file. Raises MetaError with the key or line that is wrong."""
    told = _pairs(content)
    size = _whole(told, "fileSizeBytes")
    rate = next((value for key in _RATES if (value := _number(told, key))), None)
    channels = _whole(told, "nSavedChans")
    if not channels:
        raise MetaError("has no nSavedChans; expected the number of saved channels")
    if not rate:
        raise MetaError(f"has no sample rate; expected one of {', '.join(_RATES)}")
    commands = [value for key, value in sorted(told.items()) if key.startswith("catGTCmdline")]
    return SpikeGlxMeta(
        size=size,
        seconds=_number(told, "fileTimeSecs"),
        channels=channels,
        rate=rate,
        sha1=_sha1(told.get("fileSHA1", "")),
        started=_started(told),
        probes=_probes(told),
        nidq=bool(_whole(told, "typeNiEnabled")) or "nidq" in told.get("typeEnabled", ""),
        directories=_whole(told, "nDataDirs") or 1,
        lf_channels=numbers[1] if len(numbers := _wholes(told, "acqApLfSy")) == 3 else None,
        command=" ".join(commands),
        joined=(joined[0], joined[1]) if len(joined := _wholes(told, "catTVals")) == 2 else None,
        catgt=bool(commands) or "catTVals" in told or "catNRuns" in told,
        exported=".exported." in told.get("fileName", "").lower(),
    )


def _pairs(content: bytes) -> dict[str, str]:
    if len(content) > MOST_BYTES:
        raise MetaError(f"has {len(content)} bytes; expected a text of at most {MOST_BYTES}")
    if b"\0" in content:
        raise MetaError("holds zero bytes; expected text: was it copied completely?")
    pairs: dict[str, str] = {}
    # Names of Windows files may be in any code page; keys and numbers never are.
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        key, equals, value = line.partition("=")
        if not equals and line.strip():
            raise MetaError(f"line {number} is not key=value")
        pairs[key.strip()] = value.strip()
    if not any(pairs.values()):
        raise MetaError("is empty")
    return pairs


def _number(told: Mapping[str, str], key: str) -> float | None:
    if key not in told:
        return None
    if not _NUMBER.fullmatch(told[key]) or not math.isfinite(float(told[key])):
        raise MetaError(f"{key}={told[key][:40]!r} is no number")
    return float(told[key])


def _whole(told: Mapping[str, str], key: str) -> int | None:
    if key not in told:
        return None
    if not _WHOLE.fullmatch(told[key]):
        raise MetaError(f"{key}={told[key][:40]!r} is no whole number")
    return int(told[key])


def _wholes(told: Mapping[str, str], key: str) -> list[int]:
    """Numbers with commas between; none where the key is not told."""
    texts = told[key].split(",") if key in told else []
    if not all(_WHOLE.fullmatch(text) for text in texts):
        raise MetaError(f"{key}={told[key][:40]!r} is no list of whole numbers")
    return [int(text) for text in texts]


def _sha1(text: str) -> str:
    if text.strip("0") == "":
        return ""
    if not _SHA1.fullmatch(text):
        raise MetaError(f"fileSHA1={text[:50]!r} is no SHA-1; expected 40 hex digits, or 0")
    return text.lower()


def _started(told: Mapping[str, str]) -> dt.datetime | None:
    key = "fileCreateTime_original" if told.get("fileCreateTime_original") else "fileCreateTime"
    if not (text := told.get(key, "")):
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise MetaError(f"{key}={text[:40]!r} is no time; expected e.g. 2021-01-01T10:30:00") from None


def _probes(told: Mapping[str, str]) -> int | None:
    # Phase 3A had one probe and no count of them.
    if told.get("typeImEnabled") is None and "imec" in told.get("typeEnabled", ""):
        return 1
    return _whole(told, "typeImEnabled")
