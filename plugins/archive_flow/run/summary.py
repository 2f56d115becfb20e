"""The end of a run: how it ended for every data set that it touched, and whether a person must act."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from session_archive.states.state import ALARMS, State

log = logging.getLogger(__name__)

#: Airflow's default of core.max_map_length, so that a night's results are all named.
RESULTS_NAMED_AT_MOST = 1024


def problems(
    report: Mapping[str, Any] | None,
    results: Sequence[Mapping[str, Any]],
    *,
    n_work_items: int,
    not_selected: str = "",
    not_recorded: Sequence[str] = (),
) -> list[str]:
    """Every reason for which a run has failed, one line each; no line means that it succeeded.

    report       : of select; None when select itself did not end
    results      : of the record tasks
    n_work_items : data sets that select handed on; one without a result is a failure too
    not_selected : why select did not end, '' where that is not known
    not_recorded : why record tasks ended without a result, as far as that is known
    """
    if report is None:
        return [not_selected or "select did not end; its log says why"]
    lines = _unlisted(report)
    lines += report["alarms"]
    lines += _named(
        [
            f"{result['label']}: {result['state']}: {result['reason']}"
            for result in results
            if result["state"] in ALARMS or result["unlisted"]
        ]
    )
    lines += _places_in_doubt(results).values()
    if (without_result := n_work_items - len(results)) > 0:
        known = "; ".join(dict.fromkeys(not_recorded))
        why = f": {known}" if known else "; the logs of their record tasks say why"
        lines.append(f"{without_result} data set(s) ended without a result{why}")
    return lines


def with_places_in_doubt(results: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The results, in which a data set is no alarm whose checksum did not match at a place that is in doubt itself.

    The first of them were recorded before it was clear that it is the place.
    """
    alarms = _places_in_doubt(results)
    return [
        {**result, "state": str(State.WAITING), "reason": alarms[result["mismatch_at"]]}
        if result.get("mismatch_at") in alarms
        else result
        for result in results
    ]


def _places_in_doubt(results: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Place -> its alarm."""
    return {result["mismatch_at"]: result["place_alarm"] for result in results if result.get("place_alarm")}


def _unlisted(report: Mapping[str, Any]) -> list[str]:
    return [f"{place} could not be listed: {why}" for place, why in sorted(report["unlisted"].items())]


def describe(
    report: Mapping[str, Any] | None, results: Sequence[Mapping[str, Any]], *, not_selected: str = ""
) -> str:
    """The run in plain words, for its log.

    not_selected : why select did not end, where that is known
    """
    if report is None:
        return "nothing was selected" + (f": {not_selected}" if not_selected else "")
    counts = Counter(report["states"])
    counts.update(str(result["state"]) for result in results)
    lines = [f"{state}: {count}" for state, count in sorted(counts.items())]
    lines += _unlisted(report)
    lines += _waiting(report, results)
    lines += _changes(report, results)
    new = sum(1 for result in results if result["new"])
    lines.append(f"newly recorded: {new}" if new else "nothing new was recorded")
    if report["remaining"]:
        lines.append(f"remaining for later runs: {report['remaining']}")
        lines += [f"  {label}" for label in report["left"]]
    if report["left_out_count"]:
        lines.append(
            "left out, since no convention reads the name or it is not a regular file: "
            f"{report['left_out_count']}"
        )
        lines += [f"  {line}" for line in report["left_out"]]
    if report["unclaimed_count"]:
        lines.append(f"folders that no session of the lab's pipeline claims: {report['unclaimed_count']}")
        lines += [f"  {line}" for line in report["unclaimed"]]
    lines += [
        f"{place}: has no local_path here, so no file is read: names, sizes and repeated listings decide what is ready"
        for place in report["unread"]
    ]
    if report["noted_count"]:
        lines.append(f"noted: {report['noted_count']}")
        lines += [f"  {line}" for line in report["noted"]]
    # A report that an older version stored has none.
    if count := report.get("dark_count", 0):
        lines.append(
            f"in the archive, and part of no data set that the catalog has: {count}; nothing was touched"
        )
        lines += [f"  {line}" for line in report["dark"]]
    if report["dry_run"] or report["plan"]:
        words = "dry run, nothing was transferred; the plan:" if report["dry_run"] else "the plan:"
        lines += [words] + [f"  {line}" for line in report["plan"]]
    return "\n".join(lines)


def _waiting(report: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> list[str]:
    """The transfers that wait for a person: every night, not only when that is new."""
    lines = [f"{result['label']}: {result['reason']}" for result in results if result["waiting"]]
    lines += report["waiting"]
    if not lines:
        return []
    return [f"transfers that wait for a person: {len(lines)}", *_named([f"  {line}" for line in lines])]


def _named(lines: list[str]) -> list[str]:
    """All lines of a normal night; the first ones where a discovery takes over a whole archive."""
    more = len(lines) - RESULTS_NAMED_AT_MOST
    if more <= 0:
        return lines
    return [*lines[:RESULTS_NAMED_AT_MOST], f"and {more} more; `session-archive status` names each"]


def _changes(report: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which states have changed since the last run, in select and in the record tasks."""
    if report["dry_run"]:
        return []
    named = report["changes"] + _named(
        [
            f"{result['label']}: {result['state']}" + (f": {result['reason']}" if result["reason"] else "")
            for result in results
            if result["changed"]
        ]
    )
    if not named:
        return ["nothing changed since the last run"]
    unnamed = report["changes_count"] - len(report["changes"])
    lines = ["changed since the last run:", *(f"  {line}" for line in named)]
    return [*lines, f"  and {unnamed} more"] if unnamed else lines
