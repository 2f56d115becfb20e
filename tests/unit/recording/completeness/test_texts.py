"""Small texts are read below the root only, and one that cannot be read says why."""

from pathlib import Path

from session_archive.fixity.manifest import FileEntry
from session_archive.listing import local_file_reader
from session_archive.recording.completeness import read_texts
from session_archive.recording.spikeglx_meta import SpikeGlxMeta

META = b"nSavedChans=385\nimSampRate=30000\n"


def test_a_text_that_cannot_be_read_says_why_and_stops_no_other(tmp_path: Path) -> None:
    names = {
        "a_g0_t0.imec0.ap.meta": META,
        "a_g0_t0.imec1.ap.meta": b"overwritten",
        "a_side_000-0000.avi": b"",
        "a_20210101_side.txt": b"0\t1\n",
        "a_20210101_bottom.txt": b"a camera without videos",
        "notes.txt": b"x",
        "CatGT.log": b"[Thd 1] \n",
    }
    (tmp_path / "a").mkdir()
    for name, content in names.items():
        (tmp_path / "a" / name).write_bytes(content)
    gone = "a/a_g0_t0.nidq.meta"
    files = [FileEntry(path, 1, 0) for path in (*(f"a/{name}" for name in names), gone)]
    texts = read_texts(local_file_reader(tmp_path), files)
    metas = dict(texts.metas)
    assert isinstance(metas.pop("a/a_g0_t0.imec0.ap.meta"), SpikeGlxMeta)
    assert metas.pop("a/a_g0_t0.imec1.ap.meta") == "line 1 is not key=value"
    assert "does not exist" in str(metas.pop(gone))
    assert metas == {}
    assert texts.trial_maps == {"a/a_20210101_side.txt": {0: 1}}
    assert texts.catgt_logs == {"a/CatGT.log": "[Thd 1] \n"}
    huge = FileEntry("a/CatGT.log", 1 << 30, 0)
    assert read_texts(local_file_reader(tmp_path), [huge]).catgt_logs == {}
