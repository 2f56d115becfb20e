"""What the archive holds and how it came there: DataJoint tables, and the only code that queries them.

Import from the modules (`session_archive.catalog.open`): this one stays light, since DataJoint takes seconds.
"""
