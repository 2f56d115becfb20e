"""No text from elsewhere reaches a log, a terminal, an XCom or the catalog with characters that act or deceive."""

import datetime as dt
import io
from types import SimpleNamespace
from typing import cast

import pytest
from rich.table import Table

from archive_flow.run.report import Notes, Report, left_out
from archive_flow.run.work_item import WorkItem
from globus_provider.errors import GlobusUnavailableError, NotNow
from globus_provider.task_status import Progress, TransferState
from printable_text import LONGEST_MESSAGE, message, printable, printable_values
from session_archive.airflow_client.api import AirflowApi
from session_archive.airflow_client.display import Display
from session_archive.airflow_client.run import Run, RunFailedError
from session_archive.catalog.schema.store import cut
from session_archive.errors import ArchiveError, CatalogError, NoAnswerError
from session_archive.listing import Problem
from session_archive.naming.session_name import path_problem
from session_archive.states.state import LabSession, State
from session_archive.terminal import Console

#: A colour, the bell, a title, CSI in one character, a line separator, and each kind of bidirectional character.
HOSTILE = "\x1b[31mred\x07\x1b]0;t\x07\x9b\u2028" + "\u061c\u200e\u200f\u202a\u202e\u2066\u2069"


def is_safe(text: str) -> bool:
    return not any(sign in text for sign in HOSTILE if not sign.isascii() or not sign.isprintable())


def test_what_acts_or_deceives_is_escaped_and_the_rest_stays() -> None:
    assert printable("é 🧠 日本 \\ עברית") == "é 🧠 日本 \\ עברית"
    assert printable("a\u202eb\n\udcff") == "a\\u202eb\\n\\udcff"
    assert printable("a\n\tb", lines=True) == "a\n\\tb"
    assert is_safe(printable(HOSTILE))
    assert printable(printable(HOSTILE)) == printable(HOSTILE)


def test_a_message_is_cut_and_says_so() -> None:
    assert message("a" * LONGEST_MESSAGE) == "a" * LONGEST_MESSAGE
    long = message("a" * (64 << 20))
    assert len(long) == LONGEST_MESSAGE == 4096
    assert long.endswith(f"aa … (cut; {64 << 20} characters)")


@pytest.mark.parametrize(
    "error",
    [ArchiveError, CatalogError, NoAnswerError, GlobusUnavailableError, lambda text: NotNow(1, text)],
)
def test_an_error_is_printable_and_bounded(error) -> None:
    assert is_safe(str(error(HOSTILE)))
    assert len(str(error("x" * 99_999))) < LONGEST_MESSAGE + 50


def test_a_failed_run_names_each_of_its_problems_as_a_message() -> None:
    run = Run(cast("AirflowApi", SimpleNamespace(url="http://airflow")), "upload_sessions", "night")
    text = str(RunFailedError(run, ["x" * 4000, HOSTILE, "x" * 5000, "last"]))
    assert text.endswith("\nlast")
    assert [len(line) <= LONGEST_MESSAGE for line in text.split("\n")] == [True] * 5
    assert is_safe(text)


def test_what_the_service_says_about_a_transfer_is_printable() -> None:
    progress = Progress(TransferState.FAILED, HOSTILE)
    assert is_safe(progress.reason)
    assert is_safe(progress.with_words(HOSTILE))


def test_an_xcom_is_printable_in_every_value() -> None:
    report = Report.of(left_out("rig", [Problem(HOSTILE, HOSTILE)]) + Notes()).as_xcom()
    assert is_safe(report["left_out"][0])
    item = WorkItem("raw-ephys/SC022/2021-01-01", "SC022/x", "rig", "archive", "", "", "")
    assert is_safe(item.result(State.REFUSED, HOSTILE).as_xcom()["reason"])
    assert printable_values({"a\x1b": [("\x1b", 1, None)]}) == {"a\\x1b": [["\\x1b", 1, None]]}
    assert printable_values("x" * 5000 + "\nlast").endswith(" characters)\nlast")


def test_a_console_prints_styles_of_its_own_and_no_sign_of_others() -> None:
    for colour in (False, True):
        out = io.StringIO()
        console = Console(
            file=out,
            force_terminal=colour,
            color_system="standard" if colour else None,
            width=200,
            highlight=False,
        )
        table = Table(HOSTILE)
        table.add_row(HOSTILE)
        console.print(table)
        console.print(HOSTILE, markup=False, soft_wrap=True)
        Display(console).say(HOSTILE)
        console.print("bold", style="bold")
        text = out.getvalue()
        assert ("\x1b[1mbold\x1b[0m" in text) == colour
        plain = text.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[3m", "")
        assert is_safe(plain), plain


def test_the_catalog_keeps_prose_that_is_printable() -> None:
    assert cut("a\x1bb", 6) == "a\\x1bb"
    assert cut("a\x1bb", 5) == "a\\x1…"


def test_a_session_of_the_lab_is_shown_printable() -> None:
    assert is_safe(str(LabSession(None, {}, HOSTILE, dt.date(2021, 1, 1), None)))


@pytest.mark.parametrize("sign", ["\u061c", "\u200e", "\u202a", "\u202e", "\u2066", "\u2069"])
def test_a_name_with_a_bidirectional_character_is_refused(sign) -> None:
    assert path_problem(f"SC022/a{sign}nib.gpj") == "contains a bidirectional character"
