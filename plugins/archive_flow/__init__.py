"""The glue between Airflow, the Globus provider and the core: asks, waits and stores; the core decides.

Rooms, ground first, none of which imports one that comes later: `run`, `submissions`, `retrieve`, `transfer`,
`discover`, `sidecar`, `select`, `spine`; `doctor`, `cli` and `page`.

Begin with `spine.chain.session_chain`: all three flows on one screen.
"""
