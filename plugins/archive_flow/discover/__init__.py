"""The discovery's own steps: fetch the small texts, weigh the evidence, record what lies in the archive.

Begin with `record.py`.
"""
