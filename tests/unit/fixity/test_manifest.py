"""A manifest is sorted, names itself by what every lister knows, and survives the ledger."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.errors import NamingError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import path_problem

# Of signs that a name may have, so that Hypothesis throws few examples away.
signs = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\")
names = st.text(signs, min_size=1, max_size=12).filter(lambda text: not path_problem(text))
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
entries = st.builds(
    FileEntry,
    path=paths,
    size=st.integers(0, 2**50),
    mtime=st.integers(-(2**31), 2**33),
    file_type=st.sampled_from(["", "ephys-raw-unknown"]),
)
trees = st.lists(entries, max_size=8, unique_by=lambda file: file.path)


@given(files=trees, shuffled=st.randoms(use_true_random=False))
def test_the_order_of_a_listing_does_not_matter(files, shuffled):
    manifest = Manifest.of(files)
    shuffled.shuffle(files)
    assert Manifest.of(files) == manifest
    assert Manifest.of(files).id == manifest.id


@given(trees)
def test_a_manifest_survives_the_ledger(files):
    manifest = Manifest.of(files)
    assert Manifest.unpack(manifest.pack()) == manifest


def test_the_id_is_of_path_size_and_mtime_only():
    plain = Manifest.of([FileEntry("a/b.bin", 3, 7)])
    typed = Manifest.of([FileEntry("a/b.bin", 3, 7, "t", "00", "SHA1", "spikeglx")])
    assert plain.id == typed.id == "384e1b3fb193f1da94460b84d6eda7c5227ab414f1939cc341fcb40659b4b2fe"
    others = [FileEntry("a/B.bin", 3, 7), FileEntry("a/b.bin", 4, 7), FileEntry("a/b.bin", 3, 8)]
    assert plain.id not in {Manifest.of([other]).id for other in others}


def test_a_path_comes_once():
    with pytest.raises(NamingError, match="listed twice"):
        Manifest.of([FileEntry("a", 1, 1), FileEntry("a", 2, 1)])


@pytest.mark.parametrize("path", ["", "/a", "a/../b", "a//b", "a/", "C:\\a", "a\nb", "\udcff"])
def test_a_path_that_leaves_its_root_cannot_be_a_file(path):
    with pytest.raises(NamingError):
        FileEntry(path, 1, 1)


def test_a_size_is_not_negative():
    with pytest.raises(NamingError, match="expected 0 or more"):
        FileEntry("a", -1, 1)


def test_bytes_are_summed_and_times_are_utc():
    manifest = Manifest.of([FileEntry("a", 2, 0), FileEntry("b", 3, 86_400)])
    assert manifest.n_bytes == 5
    assert manifest.files[1].modified == dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
