"""Carries manifests into the archive, and lists those that are there. Begin with `carry.py`."""
