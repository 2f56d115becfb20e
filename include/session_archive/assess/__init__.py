"""What becomes of one data set, or of one folder, in a run: pure decisions over values; `archive_flow` asks and stores.

Each returns an assessment, or the step or fact that is needed before one is possible. Begin with `verdict.Assessment`:
`on_rig.py` decides for an upload, `in_archive.py` for a discovery, `unclaimed.py` for folders that no session claims,
and `choose.py` how many of the rest one run takes up. `recheck.py` and `proof.py` decide about work that is spread over
nights. `archive_copy.py` decides for a copy that a discovery has listed.
"""
