"""Collections that take names for one which differ only in upper and lower case, or in Unicode normalisation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopback_globus.testing import LoopbackError, LoopbackGlobus

from .conftest import Lab, sdk_client

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "séance.txt") for form in ("NFC", "NFD"))


@pytest.fixture(params=[("case",), ("normalisation",), ("case", "normalisation"), ()])
def folding(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Lab, tuple[str, ...]]]:
    folders = {name: tmp_path / name for name in ("rig", "archive")}
    for folder in folders.values():
        folder.mkdir()
    switches = [part for fold in request.param for part in ("--fold", f"archive={fold}")]
    with LoopbackGlobus(folders, directory=tmp_path / "service", switches=switches) as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        yield Lab(globus, folders["rig"], folders["archive"], sdk_client(globus)), request.param


def test_only_names_that_the_collection_keeps_apart_are_two_files(
    folding: tuple[Lab, tuple[str, ...]],
) -> None:
    lab, folds = folding
    lab.record("a", b"lower")
    lab.record("A", b"upper")
    for source, target in (
        ("a", "Run/a.bin"),
        ("A", "run/A.bin"),
        ("a", f"x/{COMPOSED}"),
        ("A", f"x/{DECOMPOSED}"),
    ):
        task = lab.submit((f"/{source}", f"/{target}"))
        assert lab.ended(task)["status"] == "SUCCEEDED"
    listed = {
        folder: sorted(entry["name"] for entry in lab.client.operation_ls(lab.ids[1], path=f"/{folder}"))
        for folder in ("", "Run", "x")
    }
    if "case" in folds:
        assert listed[""] == ["Run", "x"]
        assert listed["Run"] == ["a.bin"]
        assert (lab.archive / "Run/a.bin").read_bytes() == b"upper", "the second one replaced the first"
    else:
        assert listed[""] == ["Run", "run", "x"]
    assert listed["x"] == ([DECOMPOSED] if "normalisation" in folds else sorted([COMPOSED, DECOMPOSED]))


@pytest.mark.parametrize("text", ["archive=colour", "rig=case", "case"])
def test_a_wrong_switch_is_refused(tmp_path: Path, text: str) -> None:
    with (
        pytest.raises(LoopbackError, match="--fold"),
        LoopbackGlobus({"archive": tmp_path}, directory=tmp_path / "s", switches=["--fold", text]),
    ):
        pass
