"""Asks Airflow, Globus, the disks and the catalog, for the checks of the core. Begin with `examine.py`."""
