"""What `explain` says of a path is what a night does with it: the whole corpus of cases, through both."""

import json
import os
import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from tests.unit.recording.night import decide, sessions_of, surround, tree_of, true_of

from session_archive.naming.conventions import load_conventions
from session_archive.naming.explain.path import Verdict, explain
from session_archive.naming.inside.folder import read_folder
from session_archive.naming.session_name import path_problem
from session_archive.naming.surroundings import Assumptions, Context
from session_archive.states.state import State

CONVENTIONS = load_conventions()
CASES = Path(__file__).parents[1] / "naming" / "explain" / "naming_cases.toml"
#: A file of cases from elsewhere, as for the test of `explain`.
ELSEWHERE = os.environ.get("SESSION_ARCHIVE_NAMING_CASES", "")


def corpus() -> list[Any]:
    table = tomllib.loads(CASES.read_text(encoding="utf-8"))
    own = Assumptions(
        known_water_restrictions=frozenset(table["subjects"]),
        today=table["today"],
        earliest_session_date=table["earliest"],
    )
    cases = [
        pytest.param(case["path"], case.get("known", {}), own, id=case["rule"]) for case in table["case"]
    ]
    if ELSEWHERE:
        document = json.loads(Path(ELSEWHERE).read_text(encoding="utf-8"))
        others = Assumptions.model_validate(document["assumes"])
        cases += [pytest.param(case["path"], case.get("context") or {}, others) for case in document["cases"]]
    return cases


@pytest.mark.parametrize(("path", "known", "assumptions"), corpus())
def test_explain_and_the_night_agree(path: str, known: dict[str, Any], assumptions: Assumptions) -> None:
    context = Context.model_validate(known)
    explained = explain(path, conventions=CONVENTIONS, assumptions=assumptions, context=context)
    folder = read_folder(path, conventions=CONVENTIONS, assumptions=assumptions)
    if path_problem(path) or isinstance(folder, str):
        assert explained.verdict is Verdict.REJECT
        return
    is_dir = context.dir if context.dir is not None else not explained.file_type
    if is_dir and not folder.complete:
        # A folder on the way has no verdict at night: what lies in it has.
        return
    tree = tree_of(path, context, is_dir=is_dir, conventions=CONVENTIONS, kind=explained.kind)
    surround(tree, path, folder, context, conventions=CONVENTIONS)
    known_subject = folder.session.subject in (assumptions.known_water_restrictions or ())
    sessions = sessions_of(folder.session, context.catalog_sessions_that_day) if known_subject else []
    night = decide(path, tree, sessions=sessions, conventions=CONVENTIONS, assumptions=assumptions)
    assert night.sent == (explained.verdict is Verdict.ACCEPT), (explained, night)
    if night.state is State.WAITING:
        assert explained.verdict is Verdict.REJECT
    if night.state is State.AMBIGUOUS:
        # A file of another session is left out itself, and makes its data set ambiguous.
        assert explained.verdict is Verdict.AMBIGUOUS or explained.kind == "neither"
    for reason in (explained.why, *night.reasons):
        assert true_of(reason, tree), reason


OWN_KIND = """
[kinds.two-photon]
description = "stacks"
recordings = ["*.tif"]
[[kinds.two-photon.layouts]]
id = "P1"
directory = "{subject}/{date:%Y_%m_%d}[_{ident}]/stacks"
"""
RECORDED = [
    "SC033/catgt_SC033_111219_g0/SC033_111219_g0_t0.imec0.ap.bin",
    "SC033/catgt_SC033_111219_g0/SC033_111219_t0.imec.bin",
    "SC033/catgt_SC033_111219_g0/SC033_111219_g0_t0.bin",
    "SC033/catgt_SC033_111219_g0/SC033_111219_g0_t0.obx0.obx.bin",
    "SC033/2019_11_12/stacks/plane_1.tif",
    "SC033/11122019/video/SC033_111219_g0_t0.nidq.bin",
]


@pytest.mark.parametrize("path", RECORDED)
@pytest.mark.parametrize(
    "known", [{}, {"size": 0}, {"no_meta": True}, {"meta_incomplete": True}, {"size_mismatch": True}]
)
def test_a_recording_of_any_kind_is_held_back_by_both(
    path: str, known: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text(OWN_KIND)
    conventions = load_conventions(tmp_path / "own.toml")
    context, assumed = Context.model_validate(known), Assumptions()
    explained = explain(path, conventions=conventions, assumptions=assumed, context=context)
    folder = read_folder(path, conventions=conventions, assumptions=assumed)
    assert not isinstance(folder, str)
    tree = tree_of(path, context, is_dir=False, conventions=conventions, kind=explained.kind)
    sessions = sessions_of(folder.session, 1)
    night = decide(path, tree, sessions=sessions, conventions=conventions, assumptions=assumed)
    assert (night.sent, explained.verdict) == (not known, Verdict.REJECT if known else Verdict.ACCEPT)
    assert night.state is (State.WAITING if known else None)
    assert not known or any(path in reason for reason in night.reasons)


FOLDERS_OF_A_DAY = [
    f"SC033/catgt_SC033_{tail}_g0"
    for tail in ("111219", "111219_1", "111219_2", "111219_surface", "20191112")
]


@pytest.mark.parametrize("others", [others for n in range(4) for others in combinations(FOLDERS_OF_A_DAY, n)])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_day_of_several_folders_is_settled_by_both_or_by_neither(
    others: tuple[str, ...], count: int
) -> None:
    siblings = tuple(each.partition("/")[2] for each in others)
    context, assumed = Context(siblings=siblings, catalog_sessions_that_day=count), Assumptions()
    for path in FOLDERS_OF_A_DAY:
        explained = explain(path, conventions=CONVENTIONS, assumptions=assumed, context=context)
        folder = read_folder(path, conventions=CONVENTIONS, assumptions=assumed)
        assert not isinstance(folder, str)
        tree = tree_of(path, context, is_dir=True, conventions=CONVENTIONS, kind=explained.kind)
        surround(tree, path, folder, context, conventions=CONVENTIONS)
        sessions = sessions_of(folder.session, count)
        night = decide(path, tree, sessions=sessions, conventions=CONVENTIONS, assumptions=assumed)
        assert night.sent == (explained.verdict is Verdict.ACCEPT), (explained, night)
