"""Starts runs of the DAGs through Airflow's REST API, and follows them: for machines that have no Airflow."""
