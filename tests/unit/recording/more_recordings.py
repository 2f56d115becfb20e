"""Recordings that the sample rig has not: OneBoxes, compressed, of Phase 3A, and CatGT 3 with shanks apart."""

import hashlib
import json
import os
from pathlib import Path

START = 1_600_000_000


def _pair(
    folder: Path, stem: str, lines: dict[str, object], *, packed: bool = False, catgt: bool = False
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = hashlib.sha256(stem.encode()).digest() * 10
    if packed:
        (folder / f"{stem}.cbin").write_bytes(content[:100])
        offsets = {"n_channels": 2, "chunk_bounds": [0, 80], "chunk_offsets": [0, 100]}
        (folder / f"{stem}.ch").write_text(json.dumps(offsets))
    else:
        (folder / f"{stem}.bin").write_bytes(content)
    sha1 = 0 if catgt else hashlib.sha1(content, usedforsecurity=False).hexdigest()
    rate = {"nidq": "niSampRate", "obx": "obSampRate"}.get(stem.split(".")[1][:4].rstrip("0"), "imSampRate")
    content_of_meta = {
        "fileCreateTime": "2020-09-13T12:26:40",
        "fileSHA1": sha1,
        "fileSizeBytes": len(content),
        "fileTimeSecs": len(content) / 4 / 30000,
        rate: 30000,
        "nSavedChans": 2,
        **lines,
    }
    if catgt:
        content_of_meta |= {"catTVals": "0,0", "fileCreateTime_original": "2020-09-13T12:26:40"}
    (folder / f"{stem}.meta").write_text(
        "".join(f"{key}={value}\n" for key, value in sorted(content_of_meta.items()))
    )


def make_more(root: Path) -> dict[str, str]:
    """Write them; directory -> what it is."""
    native: dict[str, object] = {"typeImEnabled": 2, "typeNiEnabled": 1, "typeObEnabled": 1}
    made = {}
    for ident, packed in (("", False), ("_1", True)):
        name = f"SC022_091320{ident}_g0"
        directory = f"SC022/catgt_{name}"
        made[directory] = "compressed" if packed else "with OneBox"
        for probe in (0, 1):
            for band, saved in (("ap", "384,0,1"), ("lf", "0,384,1")):
                bands = {"acqApLfSy": "384,384,1", "snsApLfSy": saved, "typeThis": "imec"}
                folder = root / directory / f"{name}_imec{probe}"
                _pair(folder, f"{name}_t0.imec{probe}.{band}", native | bands, packed=packed)
        _pair(root / directory, f"{name}_t0.nidq", native | {"typeThis": "nidq"}, packed=packed)
        _pair(root / directory, f"{name}_t0.obx0.obx", native | {"typeThis": "obx"}, packed=packed)
    name, directory = "SC022_091320_2_g0", "SC022/catgt_SC022_091320_2_g0"
    made[directory] = "Phase 3A"
    for stream in ("imec.ap", "imec.lf", "nidq"):
        lf = {"acqApLfSy": "384,384,1"} if "imec" in stream else {}
        _pair(root / directory, f"{name}_t0.{stream}", {"typeEnabled": "imec,nidq", **lf})
    _make_catgt(root, made)
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, (START, START))
    return made


def _make_catgt(root: Path, made: dict[str, str]) -> None:
    name, directory = "SC022_091320_3_g0", "SC022/catgt_SC022_091320_3_g0"
    made[directory] = "CatGT 3"
    command = "<CatGT -run=SC022_091320_3 -ni -ob -obx=0 -ap -lf -prb=0,1 -xd=0,0,8,3,0 -sepShanks=1,1010,1011,-1,-1>"
    lines: dict[str, object] = {"typeNiEnabled": 1, "typeObEnabled": 1, "catGTCmdline0": command}
    for stream in ("imec0.ap", "imec0.lf", "imec1010.ap", "imec1011.ap", "nidq", "obx0.obx"):
        probe = f"{name}_imec{0 if 'imec0' in stream else 1}" if "imec" in stream else ""
        bands = {"acqApLfSy": "384,384,1" if "imec0" in stream else "384,0,1"} if probe else {}
        counted = {"typeImEnabled": 1012 if "imec10" in stream else 2}
        _pair(root / directory / probe, f"{name}_tcat.{stream}", lines | bands | counted, catgt=True)
    folder = root / directory
    (folder / f"{name}_tcat.nidq.xd_8_3_0.txt").write_text("0.5\n1.5\n")
    (folder / f"{name}_ct_offsets.txt").write_text("smp_imap0: 0\n")
    (folder / "CatGT.log").write_text(f"[Thd 1] Cmdline: {command}\n[Thd 1 CPU 2 1/07/20 10:30:00.000] \n")
    (folder / f"{name}_fyi.txt").write_text(
        "ip2_ip1=(0,0)(1010,1)(1011,1)\n"
        "jsip_srate=(0,0,25000.0)(1,0,30300.0)(2,0,30000.0)\n"
        f"times_ni_0=D:/out/catgt_{name}/{name}_tcat.nidq.xd_8_3_0.txt\n"
    )
