"""Asks Airflow, Globus, the disks and the catalog what the checks of the core judge. Begin with `examine.py`."""
