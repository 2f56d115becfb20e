"""Copies sidecar manifests into the archive, and lists those that are already in it. Begin with `stage.py`."""
