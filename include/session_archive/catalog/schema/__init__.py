"""The tables as DataJoint classes, and the store that reads and writes them in short transactions.

Begin with `tables.archive_tables`.
"""
