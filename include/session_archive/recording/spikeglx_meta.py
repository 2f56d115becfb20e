"""What a SpikeGLX .meta file says about its .bin: size, length, channels, checksum, start, and who wrote it.

Keys and their meaning: SpikeGLX manual, "Metadata Guide"; CatGT ReadMe. Maps (`~imroTbl=...`) are not read.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from session_archive.errors import ArchiveError

#: A .meta of the largest probe has 75 kB; anything longer is not one.
MOST_BYTES = 1 << 22
#: Seconds; in files of all versions size and length agree within this.
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

    size        : of the .bin, bytes; None while it is being recorded: SpikeGLX writes it when it closes the file
    seconds     : of recording; None as above
    channels    : saved
    rate        : samples per second
    sha1        : lower-case hex; '' if there is none: CatGT writes 0, and so do people after a crash
    started     : rig-local; never the time at which CatGT ran
    probes      : Neuropixels probes of the whole run; None if it does not say
    nidq        : True when the run recorded a National Instruments device too
    directories : how many data directories the run was spread over; the probes may be on several drives
    lf_channels : LF channels that the probe has and this recording acquired; 0 for NP 2.0, None if it does not say
    command     : CatGT's command lines, '' if there are none
    joined      : the first and last trigger that CatGT joined; None if it does not say
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
        """Why the .meta's own numbers do not agree, '' if they do."""
        if self.size is None or self.seconds is None:
            return ""
        frame = _SAMPLE * self.channels
        if self.size % frame:
            return f"fileSizeBytes={self.size} is not a multiple of {frame} bytes, a sample of {self.channels} channels"
        seconds = self.size / frame / self.rate
        if math.isclose(seconds, self.seconds, rel_tol=0, abs_tol=TOLERANCE):
            return ""
        return f"fileSizeBytes={self.size} is {seconds:.4f} s of recording, but fileTimeSecs={self.seconds}"


def read_meta(content: bytes) -> SpikeGlxMeta:
    """Read the content of a .meta file. Raises MetaError with the key or line that is wrong."""
    pairs = _pairs(content)
    size = _whole(pairs, "fileSizeBytes")
    rate = next((value for key in _RATES if (value := _number(pairs, key))), None)
    channels = _whole(pairs, "nSavedChans")
    if not channels:
        raise MetaError("has no nSavedChans; expected the number of saved channels")
    if not rate:
        raise MetaError(f"has no sample rate; expected one of {', '.join(_RATES)}")
    commands = [value for key, value in sorted(pairs.items()) if key.startswith("catGTCmdline")]
    return SpikeGlxMeta(
        size=size,
        seconds=_number(pairs, "fileTimeSecs"),
        channels=channels,
        rate=rate,
        sha1=_sha1(pairs.get("fileSHA1", "")),
        started=_started(pairs),
        probes=_probes(pairs),
        nidq=bool(_whole(pairs, "typeNiEnabled")) or "nidq" in pairs.get("typeEnabled", ""),
        directories=_whole(pairs, "nDataDirs") or 1,
        lf_channels=numbers[1] if len(numbers := _wholes(pairs, "acqApLfSy")) == 3 else None,
        command=" ".join(commands),
        joined=(joined[0], joined[1]) if len(joined := _wholes(pairs, "catTVals")) == 2 else None,
        catgt=bool(commands) or "catTVals" in pairs or "catNRuns" in pairs,
        exported=".exported." in pairs.get("fileName", "").lower(),
    )


def _pairs(content: bytes) -> dict[str, str]:
    if len(content) > MOST_BYTES:
        raise MetaError(f"has {len(content)} bytes; expected a text of at most {MOST_BYTES}")
    if b"\0" in content:
        raise MetaError("contains zero bytes; expected text: was it copied completely?")
    pairs: dict[str, str] = {}
    # Names of Windows files may be in any code page; keys and numbers are always ASCII.
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        key, equals, value = line.partition("=")
        if not equals and line.strip():
            raise MetaError(f"line {number} is not key=value")
        pairs[key.strip()] = value.strip()
    if not any(pairs.values()):
        raise MetaError("is empty")
    return pairs


def _number(pairs: Mapping[str, str], key: str) -> float | None:
    if key not in pairs:
        return None
    if not _NUMBER.fullmatch(pairs[key]) or not math.isfinite(float(pairs[key])):
        raise MetaError(f"{key}={pairs[key][:40]!r} is not a number")
    return float(pairs[key])


def _whole(pairs: Mapping[str, str], key: str) -> int | None:
    if key not in pairs:
        return None
    if not _WHOLE.fullmatch(pairs[key]):
        raise MetaError(f"{key}={pairs[key][:40]!r} is not a whole number")
    return int(pairs[key])


def _wholes(pairs: Mapping[str, str], key: str) -> list[int]:
    """Numbers separated by commas; none if the key is missing."""
    texts = pairs[key].split(",") if key in pairs else []
    if not all(_WHOLE.fullmatch(text) for text in texts):
        raise MetaError(f"{key}={pairs[key][:40]!r} is not a list of whole numbers")
    return [int(text) for text in texts]


def _sha1(text: str) -> str:
    if text.strip("0") == "":
        return ""
    if not _SHA1.fullmatch(text):
        raise MetaError(f"fileSHA1={text[:50]!r} is not a SHA-1; expected 40 hex digits, or 0")
    return text.lower()


def _started(pairs: Mapping[str, str]) -> dt.datetime | None:
    key = "fileCreateTime_original" if pairs.get("fileCreateTime_original") else "fileCreateTime"
    if not (text := pairs.get(key, "")):
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise MetaError(f"{key}={text[:40]!r} is not a time; expected e.g. 2021-01-01T10:30:00") from None


def _probes(pairs: Mapping[str, str]) -> int | None:
    # Phase 3A had one probe and wrote no count.
    if pairs.get("typeImEnabled") is None and "imec" in pairs.get("typeEnabled", ""):
        return 1
    return _whole(pairs, "typeImEnabled")
