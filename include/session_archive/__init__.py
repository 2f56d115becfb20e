"""The core of the archive: values, rules and the catalog. Needs neither Airflow nor Globus.

Rooms, ground first, none of which imports one that comes later: `errors`, `routes`, `toml_file`; `states`,
`naming`, `settings`, `fixity`, `transfers`, `listing`, `request`, `sidecar`, `airflow_client`, `recording`,
`doctor`, `moving_over`, `catalog`; `publication` and `cli` on top. Begin with `routes.py`: the three flows as
values.
"""
