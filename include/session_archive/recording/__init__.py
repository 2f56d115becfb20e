"""Which folder is which session, and whether a recording is whole and finished.

Begin with `sessions.match`, `completeness.findings` and `readiness.ready`; `verdict.py` decides what may be sent
and what counts as archived.
"""
