"""Every file for which a data set was refused is in the catalog, each list once."""

from __future__ import annotations

from dataclasses import replace

from tests.integration.catalog.samples import SC022, Site, nth

from session_archive.catalog.open import Catalog
from session_archive.states.refusal import Refusal

FILES = tuple((f"SC022/{number:04}.avi", "in the way") for number in range(2500))
REFUSED = Refusal(
    SC022.id, str(SC022), "rig1", "SC022/0000.avi: in the way (and 2499 more)", FILES, "night 1"
)


def test_all_files_are_kept_in_their_order_and_the_same_list_only_once(catalog: Catalog, site: Site):
    assert catalog.refusals.newest(SC022.id) is None
    assert catalog.refusals.record([REFUSED, replace(REFUSED, data_set_id=nth(7).id, files=())]) == 1
    assert catalog.refusals.record([replace(REFUSED, run_id="night 2")]) == 0
    newest = catalog.refusals.newest(SC022.id)
    assert newest is not None
    assert newest.refused_at is not None
    assert replace(newest, refused_at=None) == REFUSED
    assert (site.count("refusal"), site.count("refusal__file")) == (1, 2500)


def test_another_list_is_recorded_and_so_is_the_first_one_again(catalog: Catalog, site: Site):
    fewer = replace(REFUSED, files=FILES[:1])
    elsewhere = replace(REFUSED, place="rig2")
    for refusal in (REFUSED, fewer, elsewhere, REFUSED):
        assert catalog.refusals.record([refusal]) == 1
        newest = catalog.refusals.newest(SC022.id)
        assert newest is not None
        assert (newest.place, newest.files) == (refusal.place, refusal.files)
    assert site.count("refusal") == 4


def test_a_path_that_no_row_can_hold_is_cut_and_still_recorded(catalog: Catalog):
    long = replace(REFUSED, files=(("x" * 5000, "5000 characters"),))
    assert catalog.refusals.record([long]) == 1
    newest = catalog.refusals.newest(SC022.id)
    assert newest is not None
    assert len(newest.files[0][0]) == 4096
