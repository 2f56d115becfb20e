"""A form proposes the names of archive.toml, and nothing in that file breaks it."""

import os
from pathlib import Path

import pytest

from archive_flow.spine.form_choices import MOST, FormChoices, form_choices


@pytest.fixture
def archive_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "archive.toml"
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(path))
    return path


def test_the_names_are_those_of_the_file_in_its_order(archive_toml: Path) -> None:
    archive_toml.write_text(
        "[data_sets.raw-video]\n[data_sets.raw-ephys]\n[scratch.scratch2]\n[scratch.analysis]\n"
    )
    assert form_choices() == FormChoices(("raw-video", "raw-ephys"), ("scratch2", "analysis"))
    archive_toml.write_text("[data_sets.own]\n")
    assert form_choices() == FormChoices(("own",)), "an edit needs no restart"


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"\xff", b"data_sets = 5\nscratch = [1]\n", b"x = " + b"[" * 100_000],
)
def test_a_file_that_is_wrong_proposes_nothing(archive_toml: Path, content: bytes) -> None:
    archive_toml.write_bytes(content)
    assert form_choices() == FormChoices()


def test_no_file_a_folder_and_a_pipe_propose_nothing(archive_toml: Path) -> None:
    assert form_choices() == FormChoices()
    archive_toml.mkdir()
    assert form_choices() == FormChoices()
    archive_toml.rmdir()
    os.mkfifo(archive_toml)
    assert form_choices() == FormChoices()


def test_a_form_has_room_for_so_many(archive_toml: Path) -> None:
    archive_toml.write_text("".join(f"[data_sets.k{number}]\n" for number in range(MOST + 1)))
    assert len(form_choices().kinds) == MOST
