"""AUDIT: archived copies are looked at again, and compared with the catalog; nothing is sent, and nothing is changed.

Begin with `choose.choose_copies`, then `record.audit_copies`; `session_archive.assess.audit` decides.
"""
