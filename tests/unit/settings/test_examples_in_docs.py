"""The settings that the pages show are settings: the whole file of docs/real_lab.md, and each part with it."""

from __future__ import annotations

import re
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest

from session_archive.settings.load import Settings, load_settings

DOCS = Path(__file__).resolve().parents[3] / "docs"
BLOCK = re.compile(r"(?ms)^ *```toml\n(.*?)^ *```")
#: They show files of other kinds too: conventions, a login.
OTHERS = {"names.md", "python.md"}


def blocks(page: Path) -> list[str]:
    return [textwrap.dedent(block) for block in BLOCK.findall(page.read_text())]


[WHOLE] = blocks(DOCS / "real_lab.md")
PARTS = [
    pytest.param(part, id=f"{page.name}-{number}")
    for page in sorted(DOCS.glob("*.md"))
    if page.name not in {*OTHERS, "real_lab.md"}
    for number, part in enumerate(blocks(page))
]


def over(base: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A table with the keys of another one in it."""
    both = {
        key: over(base.get(key, {}), each) if isinstance(each, dict) else each for key, each in part.items()
    }
    # Both say where a data set is archived.
    replaced = {"location"} if "locations" in part and "link_table" in part else set()
    return {key: each for key, each in base.items() if key not in replaced} | both


def test_the_whole_file_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "archive.toml"
    file.write_text(WHOLE)
    assert set(load_settings(file).sources) == {"rig1"}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_fits_into_it(part: str, tmp_path: Path) -> None:
    Settings.model_validate(
        over(tomllib.loads(WHOLE), tomllib.loads(part)), context=tmp_path / "archive.toml"
    )


def test_a_part_that_is_no_setting_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="polling"):
        Settings.model_validate(
            over(tomllib.loads(WHOLE), {"limits": {"polling": "5 s"}}), context=tmp_path / "archive.toml"
        )
