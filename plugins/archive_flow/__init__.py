"""The glue between Airflow, the Globus provider and the core: `chain.session_chain` is the way in."""
