"""Small files in their true formats: SpikeGLX and CatGT pairs, videos, arrays.

The content is the same on every machine and in every run: the noise is seeded by the file's name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import struct
from dataclasses import dataclass
from pathlib import Path

FRAMES_PER_SECOND = 294  # the rigs' side and bottom cameras
WIDTH, HEIGHT = 16, 16


@dataclass(frozen=True)
class Stream:
    """One stream of SpikeGLX: its channels, its rate (Hz) and the .meta lines that only this stream has."""

    name: str
    channels: int
    rate: float
    samples: int
    meta: tuple[str, ...]

    @property
    def rate_key(self) -> str:
        """`imSampRate` or `niSampRate`."""
        return "niSampRate" if self.name == "nidq" else "imSampRate"


IMRO_TABLE = "~imroTbl=(0,384)" + "".join(f"({channel} 0 0 500 250 1)" for channel in range(384))


def ap(probe: int) -> Stream:
    """The spike band of a Neuropixels 1.0 probe: 384 channels and the sync word."""
    return Stream(f"imec{probe}.ap", 385, 30000.0, 20, ("typeThis=imec", "snsApLfSy=384,0,1", IMRO_TABLE))


def lf(probe: int) -> Stream:
    """The field potential of a Neuropixels 1.0 probe, a twelfth of the spike band's rate."""
    return Stream(f"imec{probe}.lf", 385, 2500.0, 4, ("typeThis=imec", "snsApLfSy=0,384,1", IMRO_TABLE))


NIDQ = Stream("nidq", 9, 25000.0, 200, ("typeThis=nidq", "snsMnMaXaDw=0,0,8,1"))


@dataclass(frozen=True)
class Run:
    """One SpikeGLX run, as described by its files' names and .meta.

    started : rig-local
    catgt   : True for CatGT's output, which has fileSHA1=0; else SpikeGLX's own
    """

    name: str
    started: dt.datetime
    probes: int
    catgt: bool


def write_pair(folder: Path, run: Run, stream: Stream) -> None:
    """Write a .bin of int16 noise and the .meta that belongs to it (SpikeGLX manual)."""
    trigger = "tcat" if run.catgt else "t0"
    binary = folder / f"{run.name}_g0_{trigger}.{stream.name}.bin"
    data = random.Random(binary.name).randbytes(stream.samples * stream.channels * 2)
    binary.write_bytes(data)
    written = run.started + dt.timedelta(days=1) if run.catgt else run.started
    lines = [
        "appVersion=20190724",
        f"fileCreateTime={written.isoformat()}",
        f"fileName=D:/data/{run.name}_g0/{binary.name}",
        f"fileSHA1={0 if run.catgt else hashlib.sha1(data, usedforsecurity=False).hexdigest().upper()}",
        f"fileSizeBytes={len(data)}",
        f"fileTimeSecs={len(data) / 2 / stream.channels / stream.rate!r}",
        f"nSavedChans={stream.channels}",
        f"{stream.rate_key}={stream.rate}",
        "trigMode=TTL",
        f"typeImEnabled={run.probes}",
        "typeNiEnabled=1",
        *stream.meta,
    ]
    if run.catgt:
        command = f"<CatGT -dir=D:/data -run={run.name} -g=0 -t=0,2 -prb=0 -ap -lf -SY=0,384,6,500>"
        original = run.started.isoformat()
        lines += [f"catGTCmdline0={command}", "catTVals=0,2", f"fileCreateTime_original={original}"]
    # SpikeGLX sorts the keys, and puts the tables last.
    binary.with_suffix(".meta").write_text("\n".join(sorted(lines)) + "\n")


def write_edges(path: Path) -> None:
    """Write the rising edges that CatGT found in the sync word: seconds, one a line."""
    path.write_text("".join(f"{0.5 + second:.6f}\n" for second in range(3)))


def write_npy(path: Path, values: range) -> None:
    """Write a NumPy array of uint64 (NumPy's .npy format, version 1.0)."""
    header = f"{{'descr': '<u8', 'fortran_order': False, 'shape': ({len(values)},), }}"
    padded = header.ljust(64 * 2 - 10 - 1) + "\n"
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(padded))
    path.write_bytes(start + padded.encode() + struct.pack(f"<{len(values)}Q", *values))


def write_mat(path: Path, name: str, values: range) -> None:
    """Write one row of doubles as a MATLAB 5 MAT-file."""
    parts = (
        (6, struct.pack("<II", 6, 0)),  # array flags: a matrix of doubles
        (5, struct.pack("<ii", 1, len(values))),
        (1, name.encode()),
        (9, struct.pack(f"<{len(values)}d", *values)),
    )
    matrix = b"".join(
        struct.pack("<II", kind, len(body)) + body + b"\0" * (-len(body) % 8) for kind, body in parts
    )
    start = b"MATLAB 5.0 MAT-file".ljust(116) + b"\0" * 8 + struct.pack("<H2s", 0x0100, b"IM")
    path.write_bytes(start + struct.pack("<II", 14, len(matrix)) + matrix)


def write_avi(path: Path, *, frames: int = 2) -> None:
    """Write an uncompressed video of noise (RIFF AVI)."""
    noise = random.Random(path.name)
    size = WIDTH * HEIGHT * 3
    pictures = [_chunk(b"00db", noise.randbytes(size)) for _ in range(frames)]
    microseconds = 1_000_000 // FRAMES_PER_SECOND
    header = struct.pack("<14I", microseconds, 0, 0, 0x10, frames, 0, 1, size, WIDTH, HEIGHT, 0, 0, 0, 0)
    stream = struct.pack(
        "<4s4sIHHIIIIIIII4H", b"vids", b"DIB ", 0, 0, 0, 0, 1, FRAMES_PER_SECOND, 0, frames, size, 0, 0,
        0, 0, WIDTH, HEIGHT,
    )  # fmt: skip
    picture = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 24, 0, size, 0, 0, 0, 0)
    strl = _list(b"strl", _chunk(b"strh", stream) + _chunk(b"strf", picture))
    index = b"".join(
        struct.pack("<4sIII", b"00db", 0x10, 4 + number * (size + 8), size) for number in range(frames)
    )
    body = _list(b"hdrl", _chunk(b"avih", header) + strl) + _list(b"movi", b"".join(pictures))
    path.write_bytes(_chunk(b"RIFF", b"AVI " + body + _chunk(b"idx1", index)))


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _list(name: bytes, body: bytes) -> bytes:
    return _chunk(b"LIST", name + body)
