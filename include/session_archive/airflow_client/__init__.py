"""Starts runs of the DAGs and follows them through Airflow's REST API, from any machine. Begin with `start.py`."""
