"""docs/reference says what the code says, and no public name goes without its meaning."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from session_archive.settings.load import Settings
from support import docstring, python_reference, settings_reference
from support.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


#: Loading every command imports Airflow: tests/script/test_docs_site.py compares that page.
COMMANDS = "docs/reference/commands.md"


@pytest.mark.parametrize("path", [path for path in PAGES if path != COMMANDS])
def test_a_page_is_what_the_code_says(path: str) -> None:
    assert (ROOT / path).read_text() == PAGES[path](), "run script/docs --write"


def test_every_key_of_the_settings_has_its_row() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    for key, field in Settings.model_fields.items():
        model = settings_reference._model(field.annotation)
        section = page.partition(f"\n## `[{key}")[2].partition("\n## ")[0]
        if model is None:
            assert f"| `{field.alias or key}` |" in page
            continue
        rows = {each.alias or name for name, each in model.model_fields.items()} - {"name"}
        assert rows
        assert {row for row in rows if f"| `{row}` |" in section} == rows


def test_a_key_without_a_meaning_is_refused() -> None:
    class Silent(BaseModel):
        """A table.

        known : what it means
        """

        known: int
        unknown: int

    fields = Silent.model_fields
    meanings = settings_reference._meanings(Silent)
    assert settings_reference._row("[t]", "known", fields["known"], meanings)[3] == "what it means"
    with pytest.raises(ValueError, match=r"\[t\] unknown: no meaning; write a line"):
        settings_reference._row("[t]", "unknown", fields["unknown"], meanings)


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("", "public"),
        ('"""A module."""\ndef open(): ...', "public.open"),
        ('"""A module."""\nclass Hook:\n    """A hook."""\n    def submit(self): ...', "public.Hook.submit"),
    ],
)
def test_a_public_name_without_a_docstring_is_refused(tmp_path: Path, program: str, name: str) -> None:
    file = tmp_path / "public.py"
    file.write_text(program)
    with pytest.raises(ValueError, match=rf"{name}: a public name without a docstring"):
        python_reference._module(file)


def test_a_docstring_is_read_as_paragraphs_entries_and_program_text() -> None:
    read = docstring.read(
        """One line.

        A paragraph: with a colon
        on two lines.

            program()

            further()

        one, other : a meaning
                     that goes on
        last       : another one
        """
    )
    assert read.parts == (
        "One line.",
        "A paragraph: with a colon\non two lines.",
        "```python\nprogram()\n\nfurther()\n```",
        ("one, other", "a meaning that goes on"),
        ("last", "another one"),
    )
    assert read.meanings == {
        "one": "a meaning that goes on",
        "other": "a meaning that goes on",
        "last": "another one",
    }
    assert "- `one`, `other`: a meaning that goes on\n- `last`: another one" in read.markdown()
