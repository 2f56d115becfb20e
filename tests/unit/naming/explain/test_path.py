"""How a path is read: the table of cases, a lab's own conventions, and any path at all."""

import datetime as dt
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.naming.conventions import load_conventions
from session_archive.naming.explain.path import Verdict, explain
from session_archive.naming.session_name import path_problem
from session_archive.naming.surroundings import Assumptions, Context

conventions = load_conventions()
TABLE = tomllib.loads(Path(__file__).with_name("naming_cases.toml").read_text(encoding="utf-8"))
ASSUMED = Assumptions(
    known_water_restrictions=frozenset(TABLE["subjects"]),
    today=TABLE["today"],
    earliest_session_date=TABLE["earliest"],
)
FIELDS = ("kind", "h2o", "date", "ident", "probe", "camera", "file_type", "verdict")
#: A file of cases from elsewhere, with an object `assumes` and a list `cases`.
CASES = os.environ.get("SESSION_ARCHIVE_NAMING_CASES", "")


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["rule"])
def test_each_rule(case):
    explanation = explain(
        case["path"],
        conventions=conventions,
        assumptions=ASSUMED,
        context=Context.model_validate(case["known"]) if "known" in case else None,
    )
    expected = {field: case.get(field) for field in FIELDS} | {
        "kind": case.get("kind", "neither"),
        "h2o": case.get("subject"),
    }
    assert {field: explanation.as_case()[field] for field in FIELDS} == expected, explanation.why
    assert case.get("why", "") in explanation.why
    assert explanation.why


@pytest.mark.skipif(not CASES, reason="SESSION_ARCHIVE_NAMING_CASES names no file of cases")
def test_a_file_of_cases_from_elsewhere():
    document = json.loads(Path(CASES).read_text(encoding="utf-8"))
    lines = "".join(json.dumps(case) + "\n" for case in document["cases"])
    answers = [
        json.loads(line) for line in console("--json", "-", "--assume", CASES, stdin=lines).splitlines()
    ]
    differing = [
        (case["path"], field, answer[field], case[field])
        for case, answer in zip(document["cases"], answers, strict=True)
        for field in ("path", *FIELDS)
        if answer[field] != case[field]
    ]
    assert not differing


def test_an_opted_in_layout_is_accepted_and_parsed(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('enable = ["E4", "V4"]', encoding="utf-8")
    opted = load_conventions(own)
    for path, layout in (
        ("SC033/SC033_111219_g0", "E4"),
        ("bottom/DL027/2021_07_01", "V4"),
    ):
        assert opted.parse(path)[1] == layout
        assert explain(path, conventions=opted, assumptions=ASSUMED).verdict is Verdict.ACCEPT
        assert explain(path, conventions=conventions, assumptions=ASSUMED).verdict is Verdict.AMBIGUOUS
    mixed = "bottom/DL027/2021_07_01/DL027_2021_07_01_side_0.mp4"
    assert explain(mixed, conventions=opted, assumptions=ASSUMED).verdict is Verdict.AMBIGUOUS


def test_a_lab_decides_which_files_are_scratch(tmp_path):
    path = "SC033/catgt_SC033_111219_g0/temp_wh.dat"
    own = tmp_path / "own.toml"
    own.write_text("[names]\nscratch = []", encoding="utf-8")
    assert explain(path, conventions=load_conventions(own)).verdict is Verdict.ACCEPT
    assert load_conventions(own).litter(".DS_Store")


names = st.one_of(
    st.text(),
    st.sampled_from(["", ".", "..", "SC033", "SC022", "12312018", "20181231", "video", "2018-12-31", "1"]),
    st.from_regex(r"catgt_SC033_[0-9]{6}(_[a-z0-9]*)?_g[0-9]", fullmatch=True),
    st.from_regex(r"SC033_[0-9]{5,7}(_g[0-9])?_imec[0-9]*", fullmatch=True),
    st.from_regex(r"SC0?22_[a-zA-Z_]*[0-9]*-[0-9]*\.avi", fullmatch=True),
)
paths = st.one_of(
    st.text(),
    st.lists(names, max_size=6).map("/".join),
    st.binary(max_size=30).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    names.map(lambda name: f"SC033/catgt_SC033_111219_g0/{name}"),
    names.map(lambda name: f"SC022/12312018/video/{name}"),
)


@given(paths, st.lists(names, max_size=3), st.integers(0, 3))
def test_no_path_crashes_or_leaves_the_root(path, siblings, sessions):
    context = Context(siblings=tuple(siblings), catalog_sessions_that_day=sessions)
    explanation = explain(path, conventions=conventions, assumptions=ASSUMED, context=context)
    assert explanation.why.isprintable()
    json.dumps(explanation.as_case())
    if explanation.verdict is not Verdict.REJECT or explanation.kind != "neither":
        assert not path_problem(path)
        assert not path.startswith("/")
        assert ".." not in path.split("/")
    if explanation.kind == "neither":
        assert explanation.as_case() | {"path": "", "why": "", "kind": "", "verdict": ""} == dict.fromkeys(
            explanation.as_case(), None
        ) | {"path": "", "why": "", "kind": "", "verdict": ""}
        assert explanation.verdict is Verdict.REJECT


@given(st.dates(dt.date(2015, 1, 1), dt.date(2025, 11, 22)), st.sampled_from(TABLE["subjects"]))
def test_every_name_that_the_conventions_write_is_accepted(date, subject):
    from session_archive.naming.session_name import DataSetName, SessionName

    for kind in conventions.kinds:
        data_set = DataSetName(kind, SessionName(subject, date))
        read = explain(conventions.directory(data_set), conventions=conventions, assumptions=ASSUMED)
        assert (read.verdict, read.kind, read.subject, read.date) == (
            Verdict.ACCEPT,
            kind,
            subject,
            date,
        )


def console(*arguments, stdin="", code=0):
    run = subprocess.run(
        [sys.executable, "-m", "session_archive.cli", "explain", *arguments],
        input=stdin.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
        env={**os.environ, "SESSION_ARCHIVE_CONFIG": "/nowhere/archive.toml", "COLUMNS": "200"},
    )
    assert run.returncode == code, run.stderr
    return (run.stderr if code else run.stdout).decode()


def test_the_console_explains_in_plain_words():
    output = console("SC022/12312018/video/", "SC033/catgt_SC033_130519_g0")
    for words in ("accept", "raw-video", "2018-12-31", "the first session of its day", "reject", "month 13"):
        assert words in output


def test_the_console_answers_each_line_however_odd():
    lines = ['{"path": "SC022/12312018/video"}', "", '{"path": "a\udcff", "extra": 1}', '{"path": "\\u0000"}']
    answers = [json.loads(line) for line in console("--json", "-", stdin="\n".join(lines)).splitlines()]
    assert [answer["path"] for answer in answers] == ["SC022/12312018/video", "a\udcff", "\0"]
    assert [answer["verdict"] for answer in answers] == ["accept", "reject", "reject"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: not JSON"),
        ("3", "line 1: (file)"),
        ('{"path": 3}', "line 1: path: wrong kind"),
        ('{"path": "a", "context": {"sibling": []}}', "line 1: context.sibling: unknown key"),
        ('{"path": "a", "context": {"size": -1}}', "line 1: context.size: too small"),
    ],
)
def test_a_wrong_line_is_one_clear_error(line, words):
    assert words in console("--json", "-", stdin=line, code=1)


def test_wrong_assumptions_and_no_path_are_one_clear_error(tmp_path):
    file = tmp_path / "assume.json"
    file.write_text('{"today": "soon"}', encoding="utf-8")
    assert f"{file}: today: " in console("--assume", str(file), "a", code=1).replace("\n", "")
    assert "no path given" in console(code=1)
    assert "cannot be read" in console("--assume", str(tmp_path / "none"), "a", code=1)


def test_the_folder_says_probe_and_camera_if_nothing_below_it_does():
    explained = explain("SC022/20210102/2/a.bin", conventions=conventions)
    assert (explained.probe, explained.verdict) == (1, Verdict.AMBIGUOUS)
    video = explain("bottom/SC022/2021_01_02/a.mp4", conventions=conventions)
    assert video.camera == "bottom"


def test_the_position_of_a_camera_is_named_whatever_its_capitals():
    for word in ("side_face", "Side_Face"):
        explained = explain(f"SC022/01022021/video/SC022_{word}_1-0000.avi", conventions=conventions)
        assert (explained.verdict, explained.camera) == (Verdict.ACCEPT, word)
        assert explained.why.endswith(" side")
