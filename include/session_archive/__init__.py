"""The core of the archive: names, manifests, settings and the catalog. Needs neither Airflow nor Globus."""
