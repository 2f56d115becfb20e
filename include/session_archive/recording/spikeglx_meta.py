"""What a SpikeGLX .meta file says about its .bin: size, length, channels, checksum, start, and who wrote it.

Keys and their meaning: SpikeGLX manual, "Metadata Guide"; CatGT ReadMe. Of the maps, only the shanks are read.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any

from session_archive.errors import ArchiveError
from session_archive.naming.belong_together import Device, belong_together

#: A .meta of the largest probe has 75 kB; anything longer is not one.
MOST_BYTES = 1 << 22
#: Seconds; in files of all versions size and length agree within this.
TOLERANCE = 1e-4

_SAMPLE = 2  # bytes: int16
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_SHANK = re.compile(r"\(([0-9]{1,2}):")
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
    device      : that it is of, 'imec' or 'nidq'; '' if it does not say
    band        : of a probe, by the channels that were saved: 0 for AP, 1 for LF; None if it does not say
    probes      : Neuropixels probes of the whole run, as `typeImEnabled` has it; None if it does not say
    nidq        : National Instruments devices of the run; None if it does not say
    boxes       : OneBoxes of the run; None if it does not say
    type_enabled : the devices of a run of Phase 3A, which names them instead of counting; '' for others
    directories : how many data directories the run was spread over; the probes may be on several drives
    lf_channels : LF channels that the probe has and this recording acquired; 0 for NP 2.0, None if it does not say
    shanks      : of the probe, those with saved channels; none if it does not say
    command     : CatGT's command lines, '' if there are none
    joined      : the first and last trigger that CatGT joined; None if it does not say
    catgt       : True for what CatGT wrote, and for what was exported from that
    file_name   : of the .bin, as it was written; '' if it does not say
    rounding    : seconds by which `seconds` may be off, since it and the rate have only so many digits
    """

    size: int | None
    seconds: float | None
    channels: int
    rate: float
    sha1: str = ""
    started: dt.datetime | None = None
    device: str = ""
    band: int | None = None
    probes: int | None = None
    nidq: int | None = None
    boxes: int | None = None
    type_enabled: str = ""
    directories: int = 1
    lf_channels: int | None = None
    shanks: tuple[int, ...] = ()
    command: str = ""
    joined: tuple[int, int] | None = None
    catgt: bool = False
    file_name: str = ""
    rounding: float = 0.0

    def count(self, key: str) -> int | None:
        """How many devices the run had, by a key of the .meta that counts them; None if it does not say."""
        count: int | None = getattr(self, _COUNTS[key])
        return count

    def says(self, key: str) -> str:
        """What it says of the devices that a key counts: `typeNiEnabled=1`, or `typeEnabled=imec,nidq`."""
        return f"typeEnabled={self.type_enabled}" if self.type_enabled else f"{key}={self.count(key)}"

    @property
    def recording(self) -> bool:
        """True while SpikeGLX has not closed the file; a crash leaves it so."""
        return self.size is None

    @property
    def _has_length(self) -> bool:
        return None not in (self.size, self.seconds) and bool(self.channels and self.rate)

    @property
    def contradiction(self) -> str:
        """Why the .meta's own numbers do not agree, '' if they do."""
        if not self._has_length:
            return ""
        assert self.size is not None and self.seconds is not None
        frame = _SAMPLE * self.channels
        if self.size % frame:
            return f"fileSizeBytes={self.size} is not a multiple of {frame} bytes, a sample of {self.channels} channels"
        seconds = self.size / frame / self.rate
        if math.isclose(seconds, self.seconds, rel_tol=0, abs_tol=TOLERANCE):
            return ""
        return f"fileSizeBytes={self.size} is {seconds:.4f} s of recording, but fileTimeSecs={self.seconds}"

    @property
    def small_contradiction(self) -> bool:
        """True if digits that were left out, or a last sample that was cut off, explain `contradiction`."""
        if not self._has_length:
            return False
        assert self.size is not None and self.seconds is not None
        seconds = self.size / (_SAMPLE * self.channels) / self.rate
        return abs(seconds - self.seconds) <= TOLERANCE + self.rounding + 1 / self.rate


def read_meta(content: bytes, *, of_stream: bool = True) -> SpikeGlxMeta:
    """Read the content of a .meta file. Raises MetaError with the key or line that is wrong.

    of_stream : False beside a recording of a lab's own, which need not say channels and rate
    """
    pairs = _pairs(content)
    size = _whole(pairs, "fileSizeBytes")
    rate_key, rate = next(((key, value) for key in _RATES if (value := _number(pairs, key))), ("", None))
    channels = _whole(pairs, "nSavedChans")
    if not channels and of_stream:
        raise MetaError("has no nSavedChans; expected the number of saved channels")
    if not rate and of_stream:
        raise MetaError(f"has no sample rate; expected one of {', '.join(_RATES)}")
    seconds = _number(pairs, "fileTimeSecs")
    saved = _wholes(pairs, "snsApLfSy")
    commands = [value for key, value in sorted(pairs.items()) if key.startswith("catGTCmdline")]
    return SpikeGlxMeta(
        size=size,
        seconds=seconds,
        channels=channels or 0,
        rate=rate or 0.0,
        sha1=_sha1(pairs.get("fileSHA1", "")),
        started=_started(pairs),
        device=intern(pairs.get("typeThis", "").lower()),
        band=next((band for band, count in enumerate(saved[:2]) if count), None),
        **_counts(pairs),
        type_enabled=pairs.get("typeEnabled", "") if "typeImEnabled" not in pairs else "",
        directories=_whole(pairs, "nDataDirs") or 1,
        lf_channels=numbers[1] if len(numbers := _wholes(pairs, "acqApLfSy")) == 3 else None,
        shanks=_shanks(pairs),
        command=intern(" ".join(commands)),
        joined=(joined[0], joined[1]) if len(joined := _wholes(pairs, "catTVals")) == 2 else None,
        catgt=_by_catgt(pairs),
        file_name=re.split(r"[/\\]", pairs.get("fileName", ""))[-1],
        rounding=_rounding(pairs, seconds, rate_key, rate),
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


def _by_catgt(pairs: Mapping[str, str]) -> bool:
    return any(key.startswith(("catGTCmdline", "catTVals", "catNRuns")) for key in pairs)


def _started(pairs: Mapping[str, str]) -> dt.datetime | None:
    # CatGT before 1.1 kept no time but its own.
    key = "fileCreateTime_original" if pairs.get("fileCreateTime_original") else "fileCreateTime"
    if not (text := pairs.get(key, "")) or (key == "fileCreateTime" and _by_catgt(pairs)):
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise MetaError(f"{key}={text[:40]!r} is not a time; expected e.g. 2021-01-01T10:30:00") from None


#: Key that counts devices -> the field for it.
_COUNTS = {"typeImEnabled": "probes", "typeNiEnabled": "nidq", "typeObEnabled": "boxes"}


def _counts(pairs: Mapping[str, str]) -> dict[str, Any]:
    return {_COUNTS[device.counted]: _count(pairs, device) for device in belong_together().devices}


def _count(pairs: Mapping[str, str], device: Device) -> int | None:
    # Phase 3A had at most one of each device, and named them in one list instead of counting.
    if device.counted not in pairs and device.mask and "typeEnabled" in pairs:
        return int(device.mask in pairs["typeEnabled"])
    return _whole(pairs, device.counted)


def _shanks(pairs: Mapping[str, str]) -> tuple[int, ...]:
    """The shanks in the map of the saved channels: `(header)(shank:x:z:used)(...)`."""
    text = pairs.get("~snsGeomMap") or pairs.get("~snsShankMap") or ""
    return tuple(sorted({int(number) for number in _SHANK.findall(text)}))


def _rounding(pairs: Mapping[str, str], seconds: float | None, key: str, rate: float | None) -> float:
    """By how much the length may be off, since fileTimeSecs and the rate have only so many digits."""
    if seconds is None or not rate:
        return 0.0
    return _last_digit(pairs["fileTimeSecs"]) + seconds * _last_digit(pairs[key]) / rate


def _last_digit(number: str) -> float:
    """The value of one unit of the last digit: 0.01 for '824.46', 1 for '824'."""
    return float(10 ** -len(re.split("[eE]", number)[0].partition(".")[2]))
