"""The core of the archive: values, rules and the catalog. Needs neither Airflow nor Globus.

Rooms, ground first, none of which imports one that comes later: `errors`, `routes`, `toml_file`; `states`,
`naming`, `settings`, `fixity`, `transfers`, `listing`, `request`, `sidecar`, `airflow_client`, `recording`,
`assess`, `doctor`, `catalog`; `publication`, `cli` and, for labs that used map-ephys, `moving_over` on top. Begin with
`states/state.py`: what can be said of one session's recordings.
"""
