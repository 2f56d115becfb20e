"""What becomes of one expected data set, or of one folder, in a run: pure decisions of select.

Each is a function over values, and returns an assessment, or the step that has to be asked or listed before one is
possible. Begin with `verdict.Assessment`; `on_rig.py` decides for an upload, `in_archive.py` for a discovery,
`unclaimed.py` for folders that no session claims, and `choose.py` how many of the rest one run takes up.
"""
