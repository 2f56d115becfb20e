"""Console commands that need Airflow or Globus installed. Begin with `setup.py`."""
