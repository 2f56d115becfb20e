"""The discovery's own steps: fetch the small text files, weigh the evidence, record what the archive holds.

Begin with `record.py`.
"""
