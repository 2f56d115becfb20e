"""The SQL names of the tables that `status` reads; importing it does not import DataJoint."""

from __future__ import annotations

from types import SimpleNamespace

#: The class that `archive_tables` binds -> its table; a part follows its master.
_READ = {
    "DataSetState": "data_set_state",
    "Decision": "decision",
    "Inquiry": "inquiry",
    "Submission": "submission",
    "TransferOutcome": "transfer_outcome",
    "UnconfirmedDecision": "unconfirmed_decision",
    "UnconfirmedDecision.Answer": "unconfirmed_decision__answer",
}


def table_names(database: str) -> SimpleNamespace:
    """As `archive_tables`, with the `full_table_name` of each table and nothing else."""
    tables = SimpleNamespace()
    for path, table in _READ.items():
        *masters, name = path.split(".")
        of = getattr(tables, masters[0]) if masters else tables
        setattr(of, name, SimpleNamespace(full_table_name=f"`{database}`.`{table}`"))
    return tables
