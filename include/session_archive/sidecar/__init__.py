"""The manifest that travels with a data set into the archive, when it is trusted, and the disk where it is prepared.

Begin with `document.py`; `trust.py` decides which manifests are believed.
"""
