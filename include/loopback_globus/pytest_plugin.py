"""A fixture for any project's tests: `pytest_plugins = ["loopback_globus.pytest_plugin"]`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopback_globus.testing import LoopbackGlobus


@pytest.fixture
def loopback_globus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackGlobus]:
    """A running service with the collections `source` and `destination`, folders of those names in tmp_path.

    The variables that point globus-sdk to it are set for the test.
    """
    folders = {name: tmp_path / name for name in ("source", "destination")}
    for folder in folders.values():
        folder.mkdir()
    with LoopbackGlobus(folders, directory=tmp_path / "loopback_globus") as service:
        for name, value in service.environment().items():
            monkeypatch.setenv(name, value)
        yield service
