"""Conventions are data: a lab's own file is read over the packaged one, and a wrong one says where."""

import pytest

from session_archive.errors import NamingError, SettingsError
from session_archive.naming.conventions import load_conventions

TIFF_STACKS = """
[kinds.two-photon]
description = "TIFF stacks of a two-photon microscope"
layouts = [{ id = "P1", directory = "{subject}/{date:%Y_%m_%d}[_run{ident}]/stacks" }]
[kinds.two-photon.file_types]
two-photon-stack = ["*.tif", "*.tiff"]
"""


@pytest.fixture
def own(tmp_path):
    def write(text):
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def kind(*directories, extra=""):
    layouts = ", ".join(f'{{ id = "X{n}", directory = "{text}" }}' for n, text in enumerate(directories))
    return f'[kinds.own]\ndescription = ""\nlayouts = [{layouts}]\n{extra}'


def refusal(path):
    with pytest.raises(SettingsError) as refused:
        load_conventions(path)
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_a_new_kind_is_a_few_lines_of_data(own):
    conventions = load_conventions(own(TIFF_STACKS))
    data_set, layout = conventions.parse("m1/2024_12_30_run2/stacks")
    assert (str(data_set), layout) == ("two-photon/m1/2024-12-30/2", "P1")
    assert conventions.directory(data_set) == "m1/2024_12_30_run2/stacks"
    assert conventions.file_type("two-photon", "a/x.TIF") == "two-photon-stack"
    assert conventions.file_type("two-photon", "a/x.log") == "unknown"
    assert conventions.parse("SC022/01012021/video")[1] == "V1"


def test_a_kind_of_the_same_name_replaces_the_packaged_one(own):
    text = kind("{subject}/{date:%Y-%m-%d}/video").replace("own", "raw-video")
    conventions = load_conventions(own(text))
    assert conventions.parse("m1/2024-12-30/video")[1] == "X0"
    with pytest.raises(NamingError):
        conventions.parse("SC022/01012021/video")


@pytest.mark.fault(29)
@pytest.mark.parametrize(
    "spelling", ["%m%d%g", "%m%d%G", "%m%d%V", "%j%y", "%m%d", "%m%d%y%Y", "%x", "%", ""]
)
def test_a_date_is_month_day_and_calendar_year(own, spelling):
    (line,) = refusal(own(kind(f"{{subject}}/{{date:{spelling}}}")))
    assert line.startswith("kinds.own.layouts.0.directory: ")
    assert "expected" in line


def test_the_year_of_the_iso_week_is_refused_by_name(own):
    (line,) = refusal(own(kind("{subject}/{date:%m%d%g}")))
    assert "'%g' in a date" in line


@pytest.mark.parametrize(
    "directory",
    [
        "x_{subject}_{date:%m%d%y}",
        "{subject}/x",
        "{subject}/{date}",
        "{subject}/{date:%m%d%y}/{date:%m%d%y}",
        "{subject}/{date:%m%d%y}_{ident}",
        "{subject}/{date:%m%d%y}[_{ident}][_{ident}]",
        "{subject}/{date:%m%d%y}[_x]",
        "{subject}/{date:%m%d%y}[_{ident}",
        "{subject}/[{date:%m%d%y}_{ident}]",
        "{subject}/{date:%m/%d%y}",
        "{subject}/{probe}/{date:%m%d%y}",
        "{subject:x}/{date:%m%d%y}",
        "/{subject}/{date:%m%d%y}",
        "{subject}//{date:%m%d%y}",
        "{subject}/../{date:%m%d%y}",
        "{subject}/{date:%m%d%y}*",
        "{subject}/{date:%m%d%y}}",
        "",
    ],
)
def test_a_template_that_cannot_be_read_both_ways_is_refused(own, directory):
    (line,) = refusal(own(kind(directory)))
    assert line.startswith("kinds.own.layouts.0.directory: ")
    assert "expected" in line


@pytest.mark.parametrize(
    "directories",
    [
        ("{subject}/{date:%m%d%y}", "{subject}/{date:%y%m%d}"),
        ("{subject}/{date:%m%d%y}", "{subject}/{date:%d%m%y}"),
        ("{subject}/{date:%m%d%Y}", "{subject}/{date:%m%d%Y}"),
        ("{subject}/{date:%m%d%Y}[_{ident}]", "{subject}/{date:%m%d%Y}"),
        ("{subject}/{date:%m%d%Y}", "{subject}/{date:%m%d%Y}/deeper"),
        ("{subject}/{date:%m%d%Y}/video",),
    ],
)
def test_two_layouts_that_read_one_path_are_refused(own, directories):
    lines = refusal(own(kind(*directories)))
    assert any("also reads" in line and "one meaning for each path" in line for line in lines)


def test_two_spellings_that_read_no_common_day_are_accepted(own):
    conventions = load_conventions(own(kind("{subject}/d{date:%m%d%Y}", "{subject}/d{date:%Y%m%d}")))
    assert conventions.parse("m1/d20211112")[1] == "X1"
    assert conventions.parse("m1/d11122021")[1] == "X0"


def test_all_problems_are_reported_together(own):
    text = """
    speling = 1
    subject = { pattern = "(x", example = "x" }
    names = { litter = ["a/b"], hidden = ["*"], backups = [] }
    [kinds.Own]
    description = ""
    layouts = []
    file_types = { a-type = ["*.A"], b-type = ["*.a"] }
    """
    lines = "\n".join(refusal(own(text)))
    for key in ("speling", "subject.pattern", "names.litter.0", "names.hidden.0", "kinds.Own", "file_types"):
        assert f"{key}" in lines
    assert "'*.a' stands for two types" in lines


def test_the_example_fits_the_pattern(own):
    (line,) = refusal(own('subject = { pattern = "[a-z]+", example = "SC022" }'))
    assert line.startswith("subject.example: does not fit subject.pattern")


def test_a_missing_or_broken_file_is_one_line(own, tmp_path):
    with pytest.raises(SettingsError, match="no such file"):
        load_conventions(tmp_path / "none.toml")
    (line,) = refusal(own("a = \n"))
    assert "not TOML" in line


@pytest.mark.parametrize("layout", ["E1", "E1-gate", "E9"])
def test_only_an_opt_in_layout_can_be_enabled(own, layout):
    (line,) = refusal(own(f'enable = ["{layout}"]'))
    assert line.startswith("enable: ")
    assert f"'{layout}'" in line
    assert "E4" in line


def test_layouts_that_need_an_ident_can_be_enabled_together(own):
    enabled = load_conventions(own('enable = ["E3", "E3-short", "E4", "V4", "V5"]'))
    assert enabled.parse("SC022/catgt_SC022_a_010121_g0")[1] == "E3-short"


def test_a_table_in_place_of_a_list_is_a_problem_of_its_key(own):
    assert refusal(own("[enable]\na = 1"))[0].startswith("enable")
    assert refusal(own("subject = 3"))[0].startswith("subject")


def test_a_kind_without_an_unknown_type_of_its_own_has_the_general_one(own):
    plain = load_conventions(own(kind("{subject}/{date:%Y.%m.%d}"))).kind("own")
    assert plain.unknown == plain.file_type("x") == "unknown"
    named = load_conventions(own(kind("{subject}/{date:%Y.%m.%d}", extra='unknown = "odd"'))).kind("own")
    assert named.unknown == named.file_type("x") == "odd"
