"""The sidecar manifest that is archived with a data set, when it is trusted, and the disk where it is prepared.

Begin with `document.py`; `trust.py` decides which sidecars are trusted.
"""
