"""Reads what map-ephys left: its configuration, and what its catalog says is archived.

Used once, by labs that move over; nothing else needs this room. The catalog keeps what was imported
(`catalog.imports`), since a discovery looks for it. Begin with `import_catalog.py` and `dj_local_conf.py`.
"""
