"""CatGT's account of what it wrote."""

from session_archive.recording.completeness.fyi import Fyi, is_fyi, read_fyi

TEXT = """ip2_ip1=(0,0)(1010,1)(1011,1)(1,1)
jsip_nchan=(0,0,9)
jsip_srate=(0,0,25000.000000)(1,2,30300.5)(2,0,30000.0)(3,0,2500.0)
outpath_top=D:/out/catgt_SC022_010121_g0
supercat_element={D:/out,catgt_SC022_010121_g0}
sync_imec0=D:/out/catgt_SC022_010121_g0/SC022_010121_g0_imec0/SC022_010121_g0_tcat.imec0.ap.xd_384_6_500.txt
sync_imec1010=D:\\out\\SC022_010121_g0_tcat.imec1.ap.xd_384_6_500.txt
times_ni_0=/data/SC022_010121_g0_tcat.nidq.xa_0_25.txt
"""


def test_streams_and_texts_are_read() -> None:
    assert read_fyi(TEXT) == Fyi(
        streams=("nidq", "obx2.obx", "imec0", "imec1010", "imec1011"),
        texts=(
            "SC022_010121_g0_tcat.imec0.ap.xd_384_6_500.txt",
            "SC022_010121_g0_tcat.imec1.ap.xd_384_6_500.txt",
            "SC022_010121_g0_tcat.nidq.xa_0_25.txt",
        ),
    )


def test_other_texts_say_nothing() -> None:
    for text in ("", "no pairs\n", "jsip_srate=(x)\nip2_ip1=\nsync_imec0=\n", "jsip_srate=(9,0,1.0)\n"):
        assert read_fyi(text) == Fyi()
    assert is_fyi("SC022/catgt_a_g0/a_g0_FYI.txt") and not is_fyi("SC022/fyi.txt")
