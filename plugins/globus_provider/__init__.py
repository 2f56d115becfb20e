"""Globus for Apache Airflow: a connection type, a hook, and operators that submit, wait, list and cancel."""
