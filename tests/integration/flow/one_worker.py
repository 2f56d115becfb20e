"""A night, then an audit, in a process of its own: the bodies of their tasks, without Airflow's own processes.

Run: `python -m tests.integration.flow.one_worker JOURNAL PARAMS`, with the connections in the environment; prints the
summaries. JOURNAL is that of the local Globus service, PARAMS are those of both runs, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from tests.hammer.night import AuditRun, Night
from tests.hammer.service import Service

from archive_flow.spine import tasks


def main(journal: str, params: str) -> None:
    """Both runs, one after the other."""
    service = Service(cast("Any", SimpleNamespace(journal_path=Path(journal))))
    for kind in (Night, AuditRun):
        run = kind(service, kind.__name__)
        run.params = json.loads(params)
        with patch.object(tasks, "get_current_context", run.current_context):
            run.run()
        for (task, _), pushed in run.xcoms.items():
            if task == "summary":
                print(pushed["summary"]["text"])


if __name__ == "__main__":
    main(*sys.argv[1:])
