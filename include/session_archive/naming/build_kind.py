"""Builds a kind of recording from the tables of a conventions file."""

from __future__ import annotations

from session_archive.naming.belong_together import belong_together
from session_archive.naming.conventions_file import ConventionsFile
from session_archive.naming.file_types import FileType, NameTable
from session_archive.naming.name_patterns import NameForm
from session_archive.naming.recording_kind import Convention


def build_kind(name: str, file: ConventionsFile) -> Convention:
    """The kind of that name, with all its patterns compiled."""
    kind = file.kinds[name]
    layouts = file.layouts(name)
    types = [FileType(file_type, tuple(patterns)) for file_type, patterns in kind.file_types.items()]
    unknown = kind.unknown or file.file_types.unknown
    # A kind that does not say which files are raw may mean any that it knows: a person is asked rather once too often.
    raw = kind.raw if kind.raw is not None else tuple(each for known in types for each in known.patterns)

    def form(text: str, foreign: str = "ambiguous") -> NameForm:
        cameras = tuple(word for words in file.cameras.values() for word in words)
        return NameForm(text, file.subject.pattern, file.ident.pattern, file.spellings, foreign, cameras)

    return Convention(
        name=name,
        description=kind.description,
        layouts=tuple(layout for layout in layouts if file.accepted(layout)),
        others=tuple(layout for layout in layouts if not file.accepted(layout)),
        file_types=(*types, FileType(unknown)),
        unknown=unknown,
        example=layouts[0].write(file.example),
        names=tuple(form(each.form, each.foreign) for each in kind.names),
        probes=tuple(form(each) for each in kind.probes),
        spellings=file.spellings,
        _table=NameTable((pattern, known.name) for known in types for pattern in known.patterns),
        _raw=NameTable((pattern, pattern) for pattern in raw),
        _recordings=NameTable((each, each) for each in (*kind.recordings, *belong_together().recordings)),
        _doubtful=NameTable(kind.doubtful.items()),
        _refused=NameTable(kind.refused.items()),
        _remarkable=NameTable(
            (pattern, pattern) for pattern in (*file.names.patterns, *kind.doubtful, *kind.refused)
        ),
    )
