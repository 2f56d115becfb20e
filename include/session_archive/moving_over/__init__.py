"""Reads what map-ephys left: its configuration, and what its catalog says is archived.

Used once, by labs that move over.

Begin with `dj_local_conf.py` and `old_data_sets.py`.
"""
